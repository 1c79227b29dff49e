"""The carrier's memory: who has which number, what is going on, what happened. Thread-safe."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from simulator.errors import CarrierError
from simulator.handsets import Entry, Handset, Phase
from simulator.values import Call, Clock, Message, MessageStatus, Recording

if TYPE_CHECKING:
    from simulator.leg import Leg

Numbers = Callable[[], Sequence[tuple[str, str]]]
log = logging.getLogger(__name__)

E164 = re.compile(r"\+[1-9]\d{6,14}")
FIRST_NUMBER = 51_964_000_000
MOST_WAITING = 6
"""Pages that may hold a thread while they wait for news; the next are answered at once."""
MOST_HANDSETS = 8
TEXTS_KEPT = 500


def number_of(name: str) -> str:
    """The number with which the phone called `name` ("1", "2", …) comes into the world."""
    return f"+{FIRST_NUMBER + int(name)}"


class Carrier:
    """One per web process. `second` is how long a second lasts, in real ones: tests shorten it.

    `news` guards everything below it; whoever changes something calls `changed` inside it.
    """

    def __init__(
        self,
        *,
        public_url: str,
        account_sid: str,
        auth_token: str,
        numbers: Numbers,
        clock: Clock,
        second: float = 1.0,
    ) -> None:
        self.public_url = public_url.rstrip("/")
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.numbers = numbers
        self.clock = clock
        self.second = second
        self.epoch = secrets.token_hex(4)
        self.news = threading.Condition(threading.RLock())
        self.version = 1
        self.waiting = 0
        self.handsets: dict[str, Handset] = {}
        self.calls: dict[str, Call] = {}
        self.legs: dict[str, Leg] = {}
        self.messages: dict[str, Message] = {}
        self.recordings: dict[str, Recording] = {}
        self.opted_out: set[tuple[str, str]] = set()
        self.spoken: dict[str, tuple[str, str]] = {}
        self.addresses: dict[str, dict[str, str]] = {}
        """What was set at a number of ours over what it leads to by itself."""

    # What happened

    def changed(self) -> None:
        with self.news:
            self.version += 1
            self.news.notify_all()

    def note(self, handset: Handset | None, kind: str, title: str, *, text: str = "") -> None:
        """Write a line in the panel of this phone."""
        with self.news:
            self.changed()
            if handset is not None:
                handset.entries.append(Entry(self.version, self.clock(), kind, title, text))

    def picture(self, names: Iterable[str], after: str, *, wait: float) -> dict[str, Any] | None:
        """All of these phones as they stand, or None when nothing changed since `after`.

        Waits up to `wait` real seconds for a change, unless too many are waiting already.
        """
        epoch, _, number = after.partition(".")
        known = int(number) if epoch == self.epoch and number.isdigit() else 0
        deadline = time.monotonic() + wait
        with self.news:
            phones = [self.handset(name) for name in names]
            if self.waiting < MOST_WAITING:
                self.waiting += 1
                try:
                    while self.version <= known and (left := deadline - time.monotonic()) > 0:
                        self.news.wait(left)
                finally:
                    self.waiting -= 1
            if self.version <= known:
                return None
            return {
                "after": f"{self.epoch}.{self.version}",
                "fresh": known == 0,
                "handsets": [
                    phone.as_json(self.messages_of(phone.number), known) for phone in phones
                ],
            }

    # Phones

    def handset(self, name: str) -> Handset:
        """The phone called `name` ("1", "2", …), made on first use and noted as seen.

        CarrierError when there is no such phone.
        """
        with self.news:
            if name not in self.handsets:
                if not name.isdigit() or not 1 <= int(name) <= MOST_HANDSETS:
                    raise CarrierError(20404, "there is no such phone", status=404)
                self.handsets[name] = Handset(name, number_of(name))
            phone = self.handsets[name]
            phone.seen = time.monotonic()
            return phone

    def handset_with(self, number: str) -> Handset | None:
        with self.news:
            return next((one for one in self.handsets.values() if one.number == number), None)

    def give_number(self, handset: Handset, number: str, *, withheld: bool) -> None:
        """Change the phone's number; texts that waited for that number arrive."""
        number = re.sub(r"[\s().-]", "", number)
        if not E164.fullmatch(number):
            raise CarrierError(21211, "a number is written + and 7 to 15 digits")
        with self.news:
            other = self.handset_with(number)
            if other is not None and other is not handset:
                raise CarrierError(21211, "the other phone has this number", status=409)
            if handset.phase != Phase.IDLE and number != handset.number:
                raise CarrierError(21220, "not during a call", status=409)
            handset.number, handset.withheld = number, withheld
            self.changed()

    def programme_number(self, dialled: str) -> str | None:
        """The programme number that was dialled, in full or by its last 6 or more digits."""
        digits = re.sub(r"\D", "", dialled)
        known = [number for number, _ in self.numbers()]
        if "+" + digits in known:
            return "+" + digits
        tails = [number for number in known if len(digits) >= 6 and number.endswith(digits)]
        return tails[0] if len(tails) == 1 else None

    def messages_of(self, number: str) -> list[Message]:
        """What this phone sent and what reached it, oldest first."""
        reached = {MessageStatus.SENT, MessageStatus.DELIVERED}
        with self.news:
            return [
                one
                for one in self.messages.values()
                if one.from_ == number or (one.to == number and one.status in reached)
            ]

    # Sounds

    def speech_url(self, text: str, language: str) -> str:
        """Where the page fetches this text as speech; the address does not tell the text."""
        name = hashlib.sha256(f"{self.epoch}\0{language}\0{text}".encode()).hexdigest()[:32]
        with self.news:
            self.spoken.pop(name, None)
            self.spoken[name] = (text, language)
            while len(self.spoken) > TEXTS_KEPT:
                self.spoken.pop(next(iter(self.spoken)))
        return f"/simulator/speech/{name}.wav"

    def page_url(self, url: str) -> str:
        """The url as the page fetches it: from its own origin where it is ours."""
        return url.removeprefix(self.public_url) if url.startswith(self.public_url + "/") else url

    # Work

    def background(self, work: Callable[[], None]) -> None:
        """Run `work` on its own thread; what it raises is logged by type alone."""

        def run() -> None:
            try:
                work()
            except Exception as error:
                log.error("simulated carrier: background work failed: %s", type(error).__name__)

        threading.Thread(target=run, daemon=True, name="simulated-carrier").start()
