"""Sending what is due. Claim, send, note: three steps, with no transaction open while sending.

An attempt that ended without an answer is looked up at the carrier before it is made again, and
stays unknown while the carrier cannot be asked; for good at a carrier that keeps no record: then
whoever wrote it decides.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from typing import Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from contacts import queries as people
from duty import queries as duty
from duty.calling import settle_row
from storage import machines, outbox
from storage.outbox import Kind, Lane, Outgoing, Reason, State
from storage.services import Services
from telephony.gateway import Gateway, GatewayError, NotKept, Refused, Uncertain
from telephony.pace import Pace, Unpaced
from telephony.statuses import Report, follow, note
from telephony.values import Policy, Sighting, Waits, ruling_of

log = logging.getLogger(__name__)

LEASE = dt.timedelta(seconds=60)
"""How long an attempt is one worker's: more than every time-out of a request together."""

HANDS = 3
"""How many messages a worker has at the carrier at the same time."""

PATIENCE = 5.0
"""Seconds that a run waits for a sender that may not send just now; the sweep comes again."""


class Gate(Protocol):
    """Looks once more at what goes to many, in the transaction in which it is claimed."""

    def __call__(
        self, connection: Connection, each: Outgoing, *, now: dt.datetime
    ) -> Reason | None:
        """None where it may go out now, else why it may not: then it never does."""
        ...


def always_open(connection: Connection, each: Outgoing, *, now: dt.datetime) -> Reason | None:
    """No last look: where nothing goes to many."""
    return None


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Sends the outbox through a gateway; `public_url` is where the carrier reaches us."""

    services: Services
    gateway: Gateway
    public_url: str
    lease: dt.timedelta = LEASE
    pace: Pace = field(default_factory=Unpaced)
    waits: Waits = field(default_factory=Waits)
    chance: Callable[[], float] = random.random
    hands: int = 1
    """How many send side by side: each waits for the carrier most of its time."""
    detects_machines: bool = True
    """Whether the carrier is asked to listen for machines that take our calls."""
    gate: Gate = always_open

    def run(self, *, stopping: Event | None = None) -> int:
        """Send everything that is due, in its order and at its pace, and settle what is uncertain;
        return how many rows were looked at. Ends early once `stopping` is set."""
        stop = stopping or Event()
        count = self._end_calls(stop) + self._settle_all(stop)
        if self._next_lane(_Held()) is None:
            return count
        if self.hands == 1:
            return count + self._work(stop, settles=True)
        with ThreadPoolExecutor(self.hands, thread_name_prefix="hand") as pool:
            hands = [pool.submit(self._work, stop, settles=not n) for n in range(self.hands)]
        return count + sum(hand.result() for hand in hands)

    def _work(self, stop: Event, *, settles: bool) -> int:
        held, count, settled_at = _Held(), 0, time.monotonic()
        while not stop.is_set():
            if settles and time.monotonic() - settled_at >= min(PATIENCE, self._lease_seconds / 4):
                count += self._end_calls(stop) + self._settle_all(stop)
                settled_at = time.monotonic()
            lane = self._next_lane(held)
            if lane is None:
                if not held.wait(stop):
                    return count
            elif wait := self.pace.take(lane):
                held.hold(lane, wait)
            elif (due := self._claim(lane)) is not None:
                self._send(due)
                count += 1
        return count

    @property
    def _lease_seconds(self) -> float:
        return self.lease.total_seconds()

    def _next_lane(self, held: _Held) -> Lane | None:
        with self.services.database.reading() as connection:
            now = self.services.clock()
            return outbox.next_lane(connection, now=now, without=held.lanes())

    def _claim(self, lane: Lane) -> Outgoing | None:
        # One at a time: a batch under one lease would outlast it where the carrier is slow, and
        # would stand before whatever is more urgent.
        with self.services.database.writing() as connection:
            now = self.services.clock()
            taken = outbox.claim(connection, now=now, lease=self.lease, lane=lane)
            if not taken:
                return None
            each = taken[0]
            if each.priority == outbox.BULK and each.expires_at > now:
                reason = self.gate(connection, each, now=now)
                if reason is not None:
                    outbox.advance(connection, each.id, State.CANCELLED, now=now, reason=reason)
                    return None
        return each

    def _send(self, each: Outgoing) -> None:
        if each.expires_at <= self.services.clock():
            # Why it could not go out in time stays known, where it was tried.
            self._end(each, State.EXPIRED, reason=None if each.reason else Reason.TOO_LATE)
            return
        to, against = self._recipient(each)
        if to is None:
            self._end(each, State.CANCELLED, reason=against)
            return
        if each.attempted_at and self.services.clock() - each.attempted_at >= self.lease / 2:
            # This process stood still, and what is left is too short for a request: whoever looks
            # it up when the lease has run out must not find nothing while it is on its way.
            log.warning("lease_nearly_over")
            return
        try:
            provider_id = self._ask(each, to)
        except Refused as error:
            self._refused(each, error)
        except Uncertain:
            # Left under its lease: looked up once that has run out.
            log.warning("carrier_gave_no_answer", extra={"kind": each.kind})
            with self.services.database.writing() as connection:
                outbox.doubt(connection, each.id, now=self.services.clock(), lease=self.lease)
        else:
            self._sent(each, provider_id)

    def _ask(self, each: Outgoing, to: str) -> str:
        channel = "voice" if each.kind is Kind.CALL else "sms"
        status = f"{self.public_url}/{channel}/status?o={each.id}"
        if each.kind is Kind.CALL:
            machine = f"{self.public_url}/voice/machine?o={each.id}"
            # A call to staff is taken by a key: no verdict may end it once they talk.
            detects = self.detects_machines and _account(each) is None
            return self.gateway.place_call(
                sender=each.sender,
                to=to,
                answer_url=f"{self.public_url}/voice/outbound?o={each.id}",
                status_url=status,
                fallback_url=f"{self.public_url}/voice/fallback?o={each.id}",
                machine_url=machine if detects else None,
            )
        return self.gateway.send_text(
            sender=each.sender, to=to, body=self._words(each), status_url=status
        )

    def _recipient(self, each: Outgoing) -> tuple[str | None, Reason]:
        """The number to send to; None where this may not go out any more, and why."""
        with self.services.database.reading() as connection:
            if _account(each) is not None:
                return self._number(connection, each), Reason.WITHDRAWN
            if not each.answers and people.is_opted_out(connection, each.line_id):
                return None, Reason.OPTED_OUT
            is_unasked_text = each.kind is Kind.TEXT and not each.answers
            if is_unasked_text and people.declines_texts(connection, each.line_id):
                return None, Reason.NO_TEXTS
            return self._number(connection, each), Reason.WITHDRAWN

    def _number(self, connection: Connection, each: Outgoing) -> str | None:
        """Of the line, or of the work phone of an account; None where it is gone."""
        vault, account = self.services.vault, _account(each)
        if account is not None:
            return duty.number_of_account(connection, account, vault=vault)
        return people.number_of(connection, vault=vault, line_id=each.line_id)

    def _words(self, each: Outgoing) -> str:
        return self.services.vault.open_text(outbox.BODY, each.body or b"")

    # -- what came of it -----------------------------------------------------------------------

    def _sent(self, each: Outgoing, provider_id: str) -> None:
        try:
            with self.services.database.writing() as connection:
                now = self.services.clock()
                outbox.advance(connection, each.id, State.SENT, now=now, provider_id=provider_id)
        except IntegrityError:
            with self.services.database.writing() as connection:
                now = self.services.clock()
                outbox.confirm(connection, each.id, provider_id=provider_id, now=now)

    def _refused(self, each: Outgoing, error: Refused) -> None:
        ruling = ruling_of(error.code, error.policy)
        code = str(error.code) if error.code else error.policy.value
        log.warning("carrier_refused", extra={"policy": ruling.policy, "code": error.code})
        match ruling.policy:
            case Policy.TRANSIENT:
                wait = self.waits.before_retry(each.attempts, self.chance())
                self._again(each, wait=wait, code=code, reason=ruling.reason)
            case Policy.SLOW_DOWN:
                pause = self._pause(each, error.retry_after, ruling.pause)
                self._again(each, wait=pause, code=code, reason=ruling.reason)
            case _:
                if ruling.halts:
                    self.pace.pause(each.lane, self.waits.halt)
                report = Report(each.kind, "", code, error.code)
                # Together: who wants no more must not stay unmarked where this process ends here.
                with self.services.database.writing() as connection:
                    now = self.services.clock()
                    _end(connection, each, State.FAILED, now=now, code=code, reason=ruling.reason)
                    follow(
                        connection,
                        ruling,
                        report,
                        line_id=each.line_id,
                        sender=each.sender,
                        now=now,
                    )

    def _pause(self, each: Outgoing, asked: float | None, usual: float | None) -> float:
        """Have the whole sender rest: as long as the carrier asked for, else longer each time."""
        if asked is None:
            grown = (usual or self.waits.first) * 2.0 ** min(each.attempts - 1, 10)
            asked = min(self.waits.longest, grown) * self.waits.share * (1 + self.chance())
        self.pace.pause(each.lane, asked)
        return asked

    def _again(self, each: Outgoing, *, wait: float, code: str, reason: Reason | None) -> None:
        now = self.services.clock()
        with self.services.database.writing() as connection:
            outbox.try_again(
                connection,
                each.id,
                attempts=each.attempts,
                now=now,
                due_at=now + dt.timedelta(seconds=wait),
                error_code=code,
                reason=reason,
            )

    def _end(
        self,
        each: Outgoing,
        state: State,
        *,
        code: str | None = None,
        reason: Reason | None = None,
    ) -> None:
        with self.services.database.writing() as connection:
            now = self.services.clock()
            _end(connection, each, state, now=now, code=code, reason=reason)

    # -- what a machine has taken --------------------------------------------------------------

    def _end_calls(self, stop: Event) -> int:
        """End the calls that machines have taken; while the carrier cannot be asked, later."""
        count = 0
        while not stop.is_set():
            with self.services.database.writing() as connection:
                call = machines.claim_to_end(
                    connection, now=self.services.clock(), lease=self.lease
                )
            if call is None:
                break
            count += 1
            try:
                self.gateway.end_call(call.provider_id)
            except Refused as error:
                log.warning("call_not_ended", extra={"code": error.code})
                if error.policy in (Policy.TRANSIENT, Policy.SLOW_DOWN):
                    continue
                # Never then. It comes to its neutral end by itself.
            except GatewayError:
                log.warning("carrier_cannot_be_asked", extra={"kind": Kind.CALL})
                continue
            with self.services.database.writing() as connection:
                machines.note_ended(connection, call.row_id)
        return count

    # -- what is uncertain ---------------------------------------------------------------------

    def _settle_all(self, stop: Event) -> int:
        """Settle what is uncertain; while the carrier cannot be asked it stays under its lease."""
        count = 0
        while not stop.is_set():
            with self.services.database.writing() as connection:
                each = outbox.claim_uncertain(
                    connection, now=self.services.clock(), lease=self.lease
                )
            if each is None:
                break
            count += 1
            try:
                self._settle(each)
            except GatewayError:
                log.warning("carrier_cannot_be_asked", extra={"kind": each.kind})
                break
            except IntegrityError:
                # Another worker took the same sighting for its own row: looked up once more.
                log.info("sighting_taken_meanwhile")
        return count

    def _settle(self, each: Outgoing) -> None:
        """Find out at the carrier whether an attempt was made; queue it again only if not."""
        with self.services.database.reading() as connection:
            to = self._number(connection, each)
        if to is None:
            self._end(each, State.CANCELLED, reason=Reason.OPTED_OUT)
            return
        try:
            found = self._sightings(each, to)
        except NotKept:
            log.warning("attempt_stays_unknown", extra={"kind": each.kind})
            with self.services.database.writing() as connection:
                outbox.leave_unknown(connection, each.id, now=self.services.clock())
            return
        with self.services.database.writing() as connection:
            now = self.services.clock()
            ours = next((seen for seen in found if _is_new(connection, seen)), None)
            if ours is not None:
                outbox.advance(
                    connection, each.id, State.SENT, now=now, provider_id=ours.provider_id
                )
                seen = Report(each.kind, ours.provider_id, ours.status, ours.error_code)
                note(connection, each.id, seen, now=now, waits=self.waits)
                return
            # A first attempt that never arrived is made again at once, a second one later.
            wait = self.waits.before_retry(each.attempts - 1, self.chance())
            due = now + dt.timedelta(seconds=wait if each.attempts > 1 else 0)
            outbox.try_again(
                connection,
                each.id,
                attempts=each.attempts,
                now=now,
                due_at=due,
                error_code="unknown",
                reason=Reason.CARRIER,
            )

    def _sightings(self, each: Outgoing, to: str) -> list[Sighting]:
        since = each.attempted_at or self.services.clock()
        if each.kind is Kind.CALL:
            return self.gateway.calls_to(sender=each.sender, to=to, since=since)
        return self.gateway.texts_to(sender=each.sender, to=to, body=self._words(each), since=since)


def _end(
    connection: Connection,
    each: Outgoing,
    state: State,
    *,
    now: dt.datetime,
    code: str | None = None,
    reason: Reason | None = None,
) -> None:
    outbox.advance(connection, each.id, state, now=now, error_code=code, reason=reason)
    if _account(each) is not None:
        settle_row(connection, each.id, now=now)


def _account(each: Outgoing) -> str | None:
    """Whose work phone is called; None where it is a line."""
    account: str | None = (each.opening or {}).get("account")
    return account


def _is_new(connection: Connection, seen: Sighting) -> bool:
    """Whether no other row of ours is known to be this message or call."""
    return outbox.by_provider_id(connection, seen.provider_id) is None


class _Held:
    """Lanes that may not send just now, and until when."""

    def __init__(self) -> None:
        self._until: dict[Lane, float] = {}

    def hold(self, lane: Lane, seconds: float) -> None:
        self._until[lane] = time.monotonic() + seconds

    def lanes(self) -> tuple[Lane, ...]:
        now = time.monotonic()
        self._until = {lane: until for lane, until in self._until.items() if until > now}
        return tuple(self._until)

    def wait(self, stop: Event) -> bool:
        """Wait for the first of them, no longer than a moment, so that what is more urgent on
        another lane goes out; False where none is worth waiting for."""
        soonest = min(self._until.values(), default=None)
        left = None if soonest is None else soonest - time.monotonic()
        if left is None or left > PATIENCE:
            return False
        stop.wait(min(max(left, 0.0), 0.25))
        return True
