"""One call, as Twilio runs it: documents fetched, sounds heard, keys collected, speech recorded.

A caller's act (`press`, `wait`, `record`, `hang_up`) is followed until the program waits for the
next one or the call ends. `heard` is what sounded in between, redirects included.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.outside import twiml
from tests.outside.sound import Sound, sound_of, wav
from tests.outside.wire import Answer, Request

if TYPE_CHECKING:
    from tests.outside.network import Network

MOST_DOCUMENTS = 60
"""Documents in a row without anything asked of the caller: more is a loop."""
_KEY_NAMES = {"star": "*", "hash": "#", "pound": "#", "zero": "0"}


class Notice(StrEnum):
    """When the carrier says that a recording's file is ready, seen from the action."""

    BEFORE = "before"
    AFTER = "after"
    LATER = "later"
    """When the test says so: `Call.notify_recording`."""
    NEVER = "never"


class Call:
    """A call in progress. Made by `Network.call` and `Network.answer`."""

    def __init__(
        self,
        network: Network,
        *,
        sid: str,
        from_: str,
        to: str,
        direction: str,
        status_callback: str | None,
        tell: Callable[[str], object] | None = None,
    ) -> None:
        self.sid, self.from_, self.to, self.direction = sid, from_, to, direction
        self.heard: list[Sound] = []
        """Everything that sounded since the caller's last act, in order."""
        self.transcript: list[str] = []
        """The whole call, one line per sound or act; shown when something goes wrong."""
        self.exchanges: list[tuple[Request, Answer]] = []
        self.ended: str | None = None
        """The final CallStatus once the call is over."""
        self.recording_sid: str | None = None
        self._network = network
        self._status_callback = status_callback
        self._tell = tell
        self._status = "in-progress"
        self._url = ""
        self._verbs: list[twiml.Verb] = []
        self._awaiting: twiml.Gather | twiml.Record | None = None
        self._pending_notice: tuple[str, str, list[tuple[str, str]]] | None = None

    # What is heard ---------------------------------------------------------------------------

    @property
    def keys(self) -> list[str]:
        """The prompt keys heard since the last act, in order; what has none is left out."""
        return [sound.key for sound in self.heard if sound.key is not None]

    @property
    def languages(self) -> set[str]:
        """The languages of the prompts heard since the last act."""
        return {sound.language for sound in self.heard if sound.language is not None}

    @property
    def digits_heard(self) -> str:
        """Digits read out one by one (`digit.<n>`), in order: codes are read twice."""
        found = (re.fullmatch(r"digit\.(\d)", key) for key in self.keys)
        return "".join(match[1] for match in found if match)

    @property
    def awaits(self) -> str | None:
        """`keys` or `speech`, or None when the call is over."""
        if self._awaiting is None:
            return None
        return "keys" if isinstance(self._awaiting, twiml.Gather) else "speech"

    @property
    def awaited_action(self) -> str:
        """The URL to which the awaited keys or speech will be posted."""
        assert self._awaiting is not None, "nothing is awaited"
        return self._awaiting.action

    @property
    def options(self) -> dict[str, str]:
        """The options just heard: their names, and the key spoken right after each."""
        offered: dict[str, str] = {}
        for key, after in zip(self.keys, [*self.keys[1:], ""], strict=True):
            if key.startswith("option.") and after.startswith("press."):
                digit = after.removeprefix("press.")
                offered[key.removeprefix("option.")] = _KEY_NAMES.get(digit, digit)
        return offered

    @property
    def last_request(self) -> Request:
        """The last request of this call, as it was sent."""
        return self.exchanges[-1][0]

    @property
    def last_answer(self) -> Answer:
        return self.exchanges[-1][1]

    # What a caller does ----------------------------------------------------------------------

    def press(self, keys: str) -> Call:
        """Key in `keys` one after the other, then wait until Twilio hands them over."""
        gather = self._awaiting
        with self._explained():
            assert isinstance(gather, twiml.Gather), f"no key is awaited, but {self.awaits}"
        self._act(f"presses {keys}")
        digits, left = "", list(keys)
        finished_by = ""
        while left and not finished_by and len(digits) != gather.num_digits:
            key = left.pop(0)
            if key == gather.finish_on_key:
                finished_by = key
            else:
                digits += key
        with self._explained():
            assert not left, f"{''.join(left)!r} would be lost: the keys before it are complete"
        if not digits:
            return self._nothing_keyed(gather)
        extra = [("Digits", digits), ("FinishedOnKey", finished_by), ("msg", "Gather End")]
        self._fetch(gather.action, gather.method, extra)
        return self._run()

    def choose(self, option: str) -> Call:
        """Press the key spoken after `option.<option>`, turning pages while it is not offered."""
        for _page in range(6):
            offered = self.options
            if option in offered:
                return self.press(offered[option])
            with self._explained():
                assert "more" in offered, f"{option!r} is not offered, but {sorted(offered)}"
            self.press(offered["more"])
        raise AssertionError(f"{option!r} is on none of six pages")

    def wait(self) -> Call:
        """Stay silent until the carrier gives up waiting, and hear what follows."""
        self._act("says nothing")
        with self._explained():
            assert self._awaiting is not None, "nothing is awaited"
        if isinstance(self._awaiting, twiml.Gather):
            return self._nothing_keyed(self._awaiting)
        self._awaiting = None
        return self._run()

    def record(
        self,
        seconds: float,
        key: str = "#",
        *,
        hangup: bool = False,
        notice: Notice = Notice.AFTER,
        audio: bytes | None = None,
    ) -> Call:
        """Speak for `seconds`, then press `key` or hang up.

        `audio` is what the carrier keeps (a tone if None), under `recording_sid`. The action is
        posted in every case, with zero seconds too.
        """
        asked = self._awaiting
        with self._explained():
            assert isinstance(asked, twiml.Record), f"no speech is awaited, but {self.awaits}"
            assert hangup or (len(key) == 1 and key in asked.finish_on_key), (
                f"{key!r} does not end the recording, only one of {asked.finish_on_key!r}"
            )
        self._act(f"speaks for {seconds:g} s, then {'hangs up' if hangup else f'presses {key}'}")
        ended_by = "hangup" if hangup else key
        if seconds >= asked.max_length:
            seconds, ended_by = asked.max_length, "hangup" if hangup else ""
        facts = self._keep_recording(seconds, audio)
        self._pending_notice = self._notice_for(asked, facts, notice)
        if notice is Notice.BEFORE:
            self.notify_recording()
        if hangup:
            self._status = "completed"
        self._fetch(asked.action, asked.method, [*facts, ("Digits", ended_by)], gone=hangup)
        if notice is Notice.AFTER:
            self.notify_recording()
        if hangup:
            return self._end("completed")
        return self._run()

    def hang_up(self) -> Call:
        """Put the phone down: while speech is awaited its action is posted, else nothing is."""
        if isinstance(self._awaiting, twiml.Record):
            return self.record(0, hangup=True)
        self._act("hangs up")
        return self._end("completed")

    def repeat(self) -> Answer:
        """Send the last request of this call again, byte for byte; the call does not move."""
        return self._network.session.send(self.last_request)

    def notify_recording(self) -> Answer | None:
        """Post the notice of the last recording; None if the program asked for none."""
        if self._pending_notice is None:
            return None
        url, method, params = self._pending_notice
        answer = self._network.post(url, params, method=method)
        with self._explained():
            assert 200 <= answer.status < 300, f"the notice of a recording met {answer.status}"
        return answer

    # What the carrier does -------------------------------------------------------------------

    def enter(self, url: str, method: str, *, status: str) -> None:
        """Ask for the first document and run it."""
        self.transcript.append(f"{self.direction} call")
        self._status = status
        self._fetch(url, method, [])
        if self._verbs and not isinstance(self._verbs[0], twiml.Reject):
            self._status = "in-progress"
        self._run()

    def _run(self) -> Call:
        documents = 0
        while self._awaiting is None and self.ended is None:
            if not self._verbs:
                return self._end("completed")
            verb = self._verbs.pop(0)
            match verb:
                case twiml.Play() | twiml.Say() | twiml.Pause():
                    self._sound(verb)
                case twiml.Gather():
                    before = len(self.heard)
                    for sound in verb.sounds:
                        self._sound(sound)
                    self._assert_menu_hears_every_key(verb, self.heard[before:])
                    self._awaiting = verb
                case twiml.Record():
                    self._awaiting = verb
                case twiml.Redirect():
                    documents += 1
                    with self._explained():
                        assert documents < MOST_DOCUMENTS, "documents that redirect for ever"
                    self._fetch(verb.url, verb.method, [])
                case twiml.Hangup():
                    return self._end("completed")
                case twiml.Reject():
                    return self._end(verb.status)
        return self

    def _nothing_keyed(self, gather: twiml.Gather) -> Call:
        if gather.action_on_empty_result:
            self._fetch(gather.action, gather.method, [("Digits", ""), ("msg", "Gather End")])
        self._awaiting = None
        return self._run()

    def _fetch(
        self, url: str, method: str, extra: list[tuple[str, str]], *, gone: bool = False
    ) -> None:
        params = self._network.call_params(
            self.from_, self.to, sid=self.sid, status=self._status, direction=self.direction
        )
        request = self._network.request(url, [*params, *extra], method=method)
        answer = self._network.send(request)
        self.exchanges.append((request, answer))
        self._url, self._awaiting = url, None
        with self._explained():
            if gone:  # nobody hears the document, so Twilio does not read it
                assert 200 <= answer.status < 300, f"the webhook answered {answer.status}"
                self._verbs = []
            else:
                self._verbs = list(twiml.voice_document(answer, url))

    def _sound(self, verb: twiml.Play | twiml.Say | twiml.Pause) -> None:
        if isinstance(verb, twiml.Pause):
            self._network.pause(verb.seconds)
            return
        with self._explained():
            sound = sound_of(verb)
            if not sound.said:
                self._network.check_sound(sound.content)
        self.heard.append(sound)
        spoken = f"{sound.key} ({sound.language})" if sound.key else urlsplit(sound.content).path
        self.transcript.append(f"  hears {spoken}")

    def _assert_menu_hears_every_key(self, gather: twiml.Gather, heard: list[Sound]) -> None:
        is_menu = any(sound.key and sound.key.startswith("press.") for sound in heard)
        with self._explained():
            assert not is_menu or gather.finish_on_key == "", (
                'a menu needs finishOnKey="", or # is never heard'
            )

    def _keep_recording(self, seconds: float, audio: bytes | None) -> list[tuple[str, str]]:
        sid = self.recording_sid = "RE" + secrets.token_hex(16)
        self._network.recordings[sid] = wav(seconds) if audio is None else audio
        account = self._network.account_sid
        # Never to be followed: a program that fetches it meets a host that does not exist.
        url = f"https://api.twilio.invalid/2010-04-01/Accounts/{account}/Recordings/{sid}"
        return [
            ("RecordingUrl", url),
            ("RecordingSid", sid),
            ("RecordingDuration", str(int(seconds))),
        ]

    def _notice_for(
        self, asked: twiml.Record, facts: list[tuple[str, str]], notice: Notice
    ) -> tuple[str, str, list[tuple[str, str]]] | None:
        if notice is Notice.NEVER or asked.notice_url is None:
            return None
        if "completed" not in asked.notice_events:
            return None
        params = [
            ("AccountSid", self._network.account_sid),
            ("CallSid", self.sid),
            *facts,
            ("RecordingStatus", "completed"),
            ("RecordingChannels", "1"),
            ("RecordingStartTime", format_datetime(datetime.now(UTC))),
            ("RecordingSource", "RecordVerb"),
            ("ErrorCode", "0"),
        ]
        return asked.notice_url, asked.notice_method, params

    def _end(self, status: str) -> Call:
        self.ended, self._status, self._awaiting, self._verbs = status, status, None, []
        self.transcript.append(f"  ({status})")
        if self._tell is not None:
            self._tell(status)
        elif self._status_callback is not None:
            answer = self._network.post(self._status_callback, self._final_params(status))
            with self._explained():
                assert 200 <= answer.status < 300, f"the call's status met {answer.status}"
        return self

    def _final_params(self, status: str) -> list[tuple[str, str]]:
        params = self._network.call_params(
            self.from_, self.to, sid=self.sid, status=status, direction=self.direction
        )
        return [
            *params,
            ("CallDuration", "42" if status == "completed" else "0"),
            ("Duration", "1"),
            ("SipResponseCode", "200"),
            ("Timestamp", format_datetime(datetime.now(UTC))),
            ("CallbackSource", "call-progress-events"),
            ("SequenceNumber", "0" if self.direction == "inbound" else "3"),
        ]

    def _act(self, act: str) -> None:
        self.transcript.append(act)
        with self._explained():
            assert self.ended is None, f"the call is over ({self.ended})"
        self.heard = []

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Every failure on a call tells what was heard up to it."""
        try:
            yield
        except AssertionError as error:
            story = "\n".join(self.transcript[-40:])
            raise AssertionError(f"{error}\n--- the call so far ---\n{story}") from error
