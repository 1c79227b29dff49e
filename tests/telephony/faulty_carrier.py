"""A carrier that fails in every way it can: towards us, towards phones, and in telling of it."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from typing import Any

from storage.outbox import State
from tests.outside.carrier_http import _Refused
from tests.outside.carrier_rules import Refusal
from tests.outside.carrier_stub import CarrierStub, Created, Fault, Planned


@dataclass(frozen=True, slots=True)
class Lot:
    """What the network does with everything for one person, and where that must end."""

    end: State
    told: tuple[tuple[str, int | None], ...] = ()
    """How each attempt ends at the carrier, in their order; the last is also any later one's."""
    refused: int | None = None
    share: int = 1
    is_call: bool = False

    @property
    def attempts(self) -> int:
        """How often it must have been taken by the carrier: each but the last had failed."""
        return 0 if self.refused else len(self.told)


class Fate(Enum):
    """What may become of somebody's message."""

    ARRIVES = Lot(State.DELIVERED, (("delivered", None),), share=8)
    NOTHING_TOLD = Lot(State.SENT, (("sent", None),), share=2)
    OFF_AT_FIRST = Lot(State.DELIVERED, (("undelivered", 30003), ("delivered", None)), share=2)
    FAILS_TWICE = Lot(State.UNDELIVERED, (("undelivered", 30008), ("undelivered", 30008)))
    NO_HANDSET = Lot(State.UNDELIVERED, (("undelivered", 30005),))
    LANDLINE = Lot(State.UNDELIVERED, (("undelivered", 30006),))
    FILTERED = Lot(State.UNDELIVERED, (("undelivered", 30007),))
    OPTED_OUT_LATE = Lot(State.FAILED, (("failed", 21610),))
    OPTED_OUT = Lot(State.FAILED, refused=21610)
    NO_SUCH_NUMBER = Lot(State.FAILED, refused=21211)
    NOT_MOBILE = Lot(State.FAILED, refused=21614)
    NOT_ALLOWED = Lot(State.FAILED, refused=21408)
    NO_ROUTE = Lot(State.FAILED, refused=21612)
    TAKES_THE_CALL = Lot(State.DELIVERED, (("completed", None),), share=3, is_call=True)
    NO_ANSWER = Lot(State.UNDELIVERED, (("no-answer", None),), is_call=True)
    BUSY = Lot(State.UNDELIVERED, (("busy", None),), is_call=True)
    CALL_FAILS = Lot(State.FAILED, (("failed", None),), is_call=True)


DRAWN = tuple(fate for fate in Fate for _ in range(fate.value.share))


def fate_of(number: str) -> Fate:
    return DRAWN[int(number[-6:]) % len(DRAWN)]


class FaultyCarrier(CarrierStub):
    """Every so often a request is refused, hangs, or is cut off before or after its effect;
    callbacks are lost, repeated and out of order."""

    def __init__(self, *given: Any, seed: int, **more: Any) -> None:
        super().__init__(*given, **more)
        self.dice = random.Random(seed)
        self.faults: Counter[str] = Counter()
        self.callbacks: Counter[str] = Counter()
        self.failures: list[BaseException] = []
        self.is_calm = False
        self._tellers = ThreadPoolExecutor(4)
        self._tellings: list[Future[None]] = []

    def calm_down(self) -> None:
        """No more faults."""
        self.is_calm = True

    def stop(self) -> None:
        super().stop()
        self._tellers.shutdown()

    @property
    def has_told_all(self) -> bool:
        """Whether every callback that will be told has been told."""
        with self.changed:
            return all(telling.done() for telling in self._tellings)

    # Towards us ------------------------------------------------------------------------------

    def next_fault(self, method: str) -> Planned | None:
        if self.is_calm or self.dice.random() > 0.25:
            return None
        busy = Refusal(429, 20429, "Too Many Requests")
        down = Refusal(500, 20500, "Internal Server Error")
        planned = self.dice.choice(
            (
                Planned(Fault.REFUSE, method, refusal=busy),
                Planned(Fault.REFUSE, method, refusal=down),
                Planned(Fault.REFUSE, method, done=True, refusal=down),
                Planned(Fault.HANG, method),
                Planned(Fault.HANG, method, done=True),
                Planned(Fault.DROP, method),
                Planned(Fault.DROP, method, done=True),
            )
        )
        refused = planned.refusal.status if planned.refusal else ""
        after = " after its effect" if planned.done else ""
        self.faults[f"{planned.fault} {refused}{after}".replace("  ", " ").strip()] += 1
        return planned

    def create(self, kind: str, params: dict[str, list[str]]) -> Created:
        lot = fate_of(params["To"][0]).value
        if lot.refused is not None:
            raise _Refused(Refusal(400, lot.refused, "No."))
        with self.changed:
            before = [made for made in (*self.messages, *self.calls) if made.to == params["To"][0]]
            made = super().create(kind, params)
            status, code = lot.told[min(len(before), len(lot.told) - 1)]
            self._tellings.append(self._tellers.submit(self._tell, made, status, code))
        return made

    # Towards whoever waits for callbacks -------------------------------------------------------

    def _tell(self, made: Created, status: str, code: int | None) -> None:
        try:
            early = "ringing" if made.is_call else "sent"
            story: list[tuple[str, int | None]] = [(early, None), (status, code)]
            way = self.dice.choice(("in order", "lost", "repeated", "out of order", "half lost"))
            self.callbacks[way] += 1
            if way == "repeated":
                story = [story[0], *story, story[1]]
            elif way == "out of order":
                story = [story[1], story[0], story[1]]
            for n, (each, its_code) in enumerate(story):
                lost = way == "lost" or (way == "half lost" and n == len(story) - 1)
                answer = self.deliver(made.sid, each, error_code=its_code, quietly=lost)
                if answer is not None:
                    assert answer.status == 204, answer.status
        except BaseException as error:
            self.failures.append(error)
            raise
