"""One call from its first ring to its last word: a thread that executes TwiML (TWILIO 1).

The page reports what the caller does; each report is put into an inbox and met where the call
stands. What ends or moves a call from outside is an exception, so that verbs read as specified.
"""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from email.utils import format_datetime
from typing import NoReturn
from urllib.parse import urljoin

from simulator import dialling, posting, twiml, verbs
from simulator.carrier import Carrier
from simulator.errors import BadTwiml, Unreachable
from simulator.handsets import Handset, Phase, Step, StepKind, Tone
from simulator.reports import (
    Answered,
    Elsewhere,
    Gone,
    Moved,
    Over,
    Parted,
    Played,
    Rejected,
    Report,
    Stopped,
)
from simulator.values import Call, CallStatus, Direction, Plan, Wish

log = logging.getLogger(__name__)

ABSENT_AFTER = 90.0
"""Real seconds without a word from the page until its call counts as dropped."""
RINGS_BEFORE_A_MACHINE = 3
"""Seconds that a phone rings before its voicemail takes the call."""
HUMAN, MACHINE = "human", "machine_start"
MOST_HOPS = 100
"""Documents in a row that ask for nothing that takes time: a loop."""
_DOCUMENTS = frozenset({"text/xml", "application/xml", "text/html", "text/plain"})


class Leg:
    """`run` is the thread's work; `put` may be called from any thread."""

    def __init__(
        self,
        carrier: Carrier,
        call: Call,
        *,
        plan: Plan,
        handset: Handset | None,
        parent: Leg | None = None,
    ) -> None:
        self.carrier = carrier
        self.parent = parent
        """The call that had this one dialled."""
        self.call = call
        self.plan = plan
        self.handset = handset
        self._inbox: queue.SimpleQueue[Report] = queue.SimpleQueue()
        self._sequence = 0
        self._steps = 0
        self._hops = 0
        self._url = plan.first.url if plan.first else ""
        self._by_machine = False
        """A voicemail took the call: it lets everything be said to it, and presses nothing."""

    def put(self, report: Report) -> None:
        self._inbox.put(report)

    def beside(self, call: Call, *, plan: Plan, handset: Handset | None) -> Leg:
        """A leg that this one has dialled."""
        return Leg(self.carrier, call, plan=plan, handset=handset, parent=self)

    def run(self) -> None:
        status, tone = CallStatus.FAILED, Tone.FAULT
        try:
            inbound = self.call.direction == Direction.INBOUND
            self._execute(self._answer() if inbound else self._ring())
            if self.parent is not None:
                dialling.talk(self, self.parent)
            status, tone = CallStatus.COMPLETED, Tone.ENDED
        except Over as over:
            status, tone = over.status, over.tone
        except Exception as error:
            log.error("simulated call failed: %s", type(error).__name__)
            self.note("error", f"the simulator failed: {type(error).__name__}")
        finally:
            self._finish(status, tone)

    # Beginning and end

    def _answer(self) -> twiml.Document:
        """Ask the number before the call is answered: a Reject costs the caller nothing."""
        self._become(CallStatus.RINGING)
        document = self._go_to(Moved(self.plan.first))
        first = document.verbs[0] if document.verbs else None
        if isinstance(first, twiml.Reject):
            raise Over(CallStatus.BUSY if first.busy else CallStatus.NO_ANSWER, Tone.BUSY)
        self.meet_news()
        self._pick_up()
        return document

    def _ring(self) -> twiml.Document:
        self._become(CallStatus.INITIATED, event="initiated")
        handset = self.handset
        if handset is None:
            raise Over(CallStatus.NO_ANSWER)
        with self.carrier.news:
            if handset.phase != Phase.IDLE:
                raise Over(CallStatus.BUSY)
            handset.take(Phase.RINGING, self.call.from_, self.call.sid)
        self._become(CallStatus.RINGING, event="ringing")
        self._wait_for_an_answer(handset)
        answered_by, extra = MACHINE if self._by_machine else HUMAN, {}
        if self.plan.detect_machine:
            self.call.answered_by = answered_by
            extra = {"AnsweredBy": answered_by}
        self._pick_up()
        if self.plan.machine_callback:
            verdict = {"AnsweredBy": answered_by, "MachineDetectionDuration": "1200"}
            self.send_aside(self.plan.machine_callback, self.standard() | verdict)
        first = self.plan.first
        if first is None:
            return self._go_to(Moved(None, self.plan.twiml or ""))
        return self._fetch(Wish(first.url, first.method, extra))

    def _wait_for_an_answer(self, handset: Handset) -> None:
        rings = min(self.plan.ring_for, RINGS_BEFORE_A_MACHINE if handset.voicemail else 600)
        deadline = time.monotonic() + rings * self.carrier.second
        while not isinstance(report := self.next(deadline), Answered):
            if report is None and handset.voicemail:
                self._by_machine = True
                with self.carrier.news:
                    handset.free(None)
                self.note("info", "the voicemail took the call")
                return
            if report is None:
                raise Over(CallStatus.NO_ANSWER)
            if isinstance(report, Rejected):
                raise Over(CallStatus.BUSY)

    def _pick_up(self) -> None:
        with self.carrier.news:
            self.call.answered = self.carrier.clock()
            if self.handset and self._holds(self.handset):
                self.handset.phase, self.handset.since = Phase.LIVE, self.call.answered
        self._become(CallStatus.IN_PROGRESS, event="answered")

    def _finish(self, status: CallStatus, tone: Tone) -> None:
        with self.carrier.news:
            self.call.ended = self.carrier.clock()
            if self.handset and self._holds(self.handset):
                self.handset.free(tone)
        seconds = self.call.duration or 0
        lengths = {"CallDuration": str(seconds), "Duration": str(-(-seconds // 60))}
        self._become(status, event="completed", extra=lengths)
        with self.carrier.news:
            self.carrier.legs.pop(self.call.sid, None)
        if self.parent is not None:
            self.parent.put(Parted(status, seconds))

    def _holds(self, handset: Handset) -> bool:
        return handset.call_sid == self.call.sid

    def _become(
        self, status: CallStatus, *, event: str = "", extra: Mapping[str, str] | None = None
    ) -> None:
        self.call.status, self.call.updated = status, self.carrier.clock()
        self.note("status", status)
        if self.plan.status_callback is None or event not in self.plan.events:
            return
        params = self.standard() | {
            "Timestamp": format_datetime(self.call.updated),
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(self._sequence),
            **(extra or {}),
        }
        self._sequence += 1
        self.send_aside(self.plan.status_callback, params)

    # Documents

    def standard(self) -> dict[str, str]:
        """The parameters of every request (TWILIO 1.1)."""
        call = self.call
        return {
            "CallSid": call.sid,
            "AccountSid": self.carrier.account_sid,
            "ApiVersion": "2010-04-01",
            "From": call.from_,
            "To": call.to,
            "Caller": call.from_,
            "Called": call.to,
            "CallStatus": call.status,
            "Direction": call.direction,
            **({"ParentCallSid": call.parent} if call.parent else {}),
            "FromCountry": "PE",
            "FromCity": "",
            "ToCountry": "PE",
            "ToCity": "",
        }

    def _fetch(self, wish: Wish) -> twiml.Document:
        """Ask what to do next. Where that fails the caller hears a fault, and the call ends."""
        self._hops += 1
        if self._hops > MOST_HOPS:
            self.fail(11215, "the documents send the call round in a circle")
        params = self.standard() | wish.extra
        self.note("request", f"{wish.method} {wish.url}", text=_form(params))
        token = self.carrier.auth_token
        try:
            answer = posting.send(wish.url, params, method=wish.method, token=token)
        except Unreachable as error:
            self.fail(error.code, str(error))
        if answer.redirected:
            self.note("warning", "a redirect (3xx) loses the parameters, Digits too")
        if not 200 <= answer.status < 300:
            self.fail(11200, f"HTTP {answer.status}")
        self._url = answer.url
        return self._read(answer)

    def _read(self, answer: posting.Answer) -> twiml.Document:
        if answer.kind.startswith("audio/"):
            return twiml.Document((twiml.Play(answer.url, 1),))
        text = answer.body.decode("utf-8", "replace")
        self.note("twiml", f"{answer.status} {answer.kind}", text=text)
        if not text.strip():
            return twiml.Document(())
        if answer.kind not in _DOCUMENTS:
            self.fail(12300, f"content type {answer.kind or 'missing'}")
        try:
            document = twiml.parse(answer.body)
        except BadTwiml as error:
            if answer.kind != "text/plain":
                self.fail(error.code, str(error))
            self.note("warning", "plain text is spoken to the caller")
            return twiml.Document((twiml.Say(text, "en-US", 1),))
        for warning in document.warnings:
            self.note("warning", f"12200 {warning}")
        return document

    def _go_to(self, move: Moved) -> twiml.Document:
        if move.wish is not None:
            return self._fetch(move.wish)
        self._url = ""
        body = move.twiml.encode()
        return self._read(posting.Answer(200, "text/xml", body, "", redirected=False))

    def _execute(self, document: twiml.Document) -> None:
        following: twiml.Document | None = document
        while following is not None:
            try:
                wish = verbs.do(self, following.verbs)
                following = self._fetch(wish) if wish else None
            except Elsewhere as elsewhere:
                following = self._go_to(elsewhere.move)

    # What verbs need of a call

    def wish(self, url: str, method: str, *, extra: dict[str, str] | None = None) -> Wish:
        """The request that `url` means here: relative to this document, empty for itself."""
        target = urljoin(self._url, url) if url else self._url
        if not target.startswith(("http://", "https://")):
            self.fail(11100, "the action is not an absolute address")
        return Wish(target, method, extra or {})

    def ask_once(self, wish: Wish) -> None:
        """Make a request whose answer no longer matters: the caller is gone."""
        with suppress(Over):
            self._fetch(wish)

    def send_aside(self, wish: Wish, params: Mapping[str, str]) -> None:
        """Post a notice on a thread of its own: notices may overtake each other."""
        note_to = self.handset

        def work() -> None:
            try:
                token = self.carrier.auth_token
                answer = posting.send(wish.url, params, method=wish.method, token=token)
                outcome = f"HTTP {answer.status}"
            except Unreachable as error:
                outcome = f"{error.code} {error}"
            title = f"{wish.method} {wish.url} → {outcome}"
            self.carrier.note(note_to, "callback", title, text=_form(params))

        self.carrier.background(work)

    def show(self, kind: StepKind, *, sounds: Iterable[twiml.Sound] = ()) -> Step:
        """Tell the page what to do now."""
        step = self.instruct(Step(self._step_id(), kind, verbs.as_json(self, sounds)))
        if self._by_machine:
            self.put(Played(step.id))
        return step

    def show_recording(self, verb: twiml.Record) -> Step:
        unit = self.carrier.second * 1000
        return self.instruct(
            Step(
                self._step_id(),
                StepKind.RECORD,
                beep=verb.beep,
                finish=verb.finish,
                longest_ms=int(verb.longest * unit),
                silence_ms=int(verb.timeout * unit),
            )
        )

    def instruct(self, step: Step) -> Step:
        self._hops = 0
        with self.carrier.news:
            if self.handset and self._holds(self.handset):
                self.handset.step = step
                self.carrier.changed()
        return step

    def _step_id(self) -> str:
        self._steps += 1
        return f"{self.call.sid}.{self._steps}"

    def take(self, deadline: float | None = None) -> Report | None:
        """The next report, None once `deadline` (monotonic) has passed.

        A page that has not asked for long is a caller who is gone.
        """
        while True:
            left = 5.0 if deadline is None else min(5.0, deadline - time.monotonic())
            try:
                return self._inbox.get(timeout=left) if left > 0 else self._inbox.get_nowait()
            except queue.Empty:
                if deadline is not None and time.monotonic() >= deadline:
                    return None
                ringing = self.call.status == CallStatus.RINGING
                seen = self.handset.seen if self.handset else 0.0
                if not ringing and not self._by_machine and time.monotonic() - seen > ABSENT_AFTER:
                    self.note("warning", "the page is gone: the call is dropped")
                    return Gone()

    def next(self, deadline: float | None = None) -> Report | None:
        """As `take`, but what ends or moves the call is raised."""
        report = self.take(deadline)
        match report:
            case Gone():
                answered = self.call.answered is not None
                raise Over(CallStatus.COMPLETED if answered else CallStatus.CANCELED)
            case Stopped(status=status):
                raise Over(status)
            case Moved():
                raise Elsewhere(report)
        return report

    def meet_news(self) -> None:
        """Meet what happened while a document was fetched; keys pressed meanwhile are lost."""
        while self.next(0.0) is not None:
            pass

    def note(self, kind: str, title: str, *, text: str = "") -> None:
        self.carrier.note(self.handset, kind, title, text=text)

    def fail(self, code: int, message: str) -> NoReturn:
        """The caller hears a fault, and the call ends."""
        self.note("error", f"{code} {message}")
        answered = self.call.answered is not None or self.call.direction == Direction.INBOUND
        raise Over(CallStatus.COMPLETED if answered else CallStatus.FAILED, Tone.FAULT)


def _form(params: Mapping[str, str]) -> str:
    return "\n".join(f"{name}={value}" for name, value in params.items() if value)
