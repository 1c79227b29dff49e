"""A carrier that does as a test says, lines, and what waits for them."""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from contacts.models import Line
from contacts.operations import keep_person
from storage import outbox
from storage.outbox import Kind, Lane, Outbox, State
from storage.services import Services
from telephony.dispatch import Dispatcher
from telephony.gateway import GatewayError, RecordingGateway
from telephony.statuses import note_call, note_text
from tests.clock import FakeClock

OURS = "+5164291000"
LEASE = dt.timedelta(seconds=60)


@dataclass
class FaultyGateway(RecordingGateway):
    """Takes what it is asked to send, unless it has a fault to answer with first."""

    faults: deque[GatewayError | None] = field(default_factory=deque)
    loses_answers: bool = False
    """Takes it, and the answer does not arrive: the fault is raised all the same."""
    cannot_be_asked: GatewayError | None = None

    def _place(self, prefix: str, to: str, *rest: Any) -> str:
        fault = self.faults.popleft() if self.faults else None
        if fault is not None and not self.loses_answers:
            raise fault
        provider_id = super()._place(prefix, to, *rest)
        if fault is not None:
            raise fault
        return provider_id

    def _seen(self, *what: Any) -> Any:
        if self.cannot_be_asked is not None:
            raise self.cannot_be_asked
        return super()._seen(*what)


@dataclass
class RecordingPace:
    """Gives leave always, and keeps who was told to rest."""

    paused: list[tuple[Lane, float]] = field(default_factory=list)

    def take(self, lane: Lane) -> float:
        return 0.0

    def pause(self, lane: Lane, seconds: float) -> None:
        self.paused.append((lane, seconds))


class Desk:
    """An outbox, its dispatcher, and time."""

    def __init__(self, services: Services, clock: FakeClock) -> None:
        self.services, self.clock = services, clock
        self.gateway = FaultyGateway(clock)
        self.pace = RecordingPace()
        self.dispatcher = Dispatcher(
            services,
            self.gateway,
            "https://rimay.example.org",
            lease=LEASE,
            pace=self.pace,
            chance=lambda: 0.5,
        )
        self._lines = 0

    def line(self) -> str:
        self._lines += 1
        with self.services.database.writing() as connection:
            person = keep_person(
                connection,
                vault=self.services.vault,
                number=f"+51964{self._lines:06d}",
                language="es",
                now=self.clock(),
            )
        return person.line_id

    def text(self, line_id: str | None = None, **given: Any) -> str:
        sealed = self.services.vault.seal_text(outbox.BODY, given.pop("body", "Iremos."))
        to = line_id or self.line()
        with self.services.database.writing() as connection:
            return outbox.add_text(
                connection,
                sender=OURS,
                line_id=to,
                sealed_body=sealed,
                now=self.clock(),
                **given,
            )

    def call(self) -> str:
        to = self.line()
        with self.services.database.writing() as connection:
            return outbox.add_call(
                connection, sender=OURS, line_id=to, opening={}, now=self.clock()
            )

    def run(self, after: dt.timedelta = dt.timedelta()) -> int:
        self.clock.advance(after)
        return self.dispatcher.run()

    def report(self, row_id: str, status: str, code: int | None = None, sid: str = "") -> None:
        """A status callback, of the newest attempt unless another is named."""
        row = self.row(row_id)
        form = {"MessageStatus": status, "CallStatus": status}
        form |= dict.fromkeys(("MessageSid", "CallSid"), sid or row.provider_id)
        if code is not None:
            form["ErrorCode"] = str(code)
        note = note_call if row.kind == Kind.CALL else note_text
        with self.services.database.writing() as connection:
            note(connection, row_id=row_id, form=form, now=self.clock())

    def row(self, row_id: str) -> Any:
        with self.services.database.reading() as connection:
            return connection.execute(select(Outbox).where(Outbox.id == row_id)).one()

    def state(self, row_id: str) -> State:
        return State(self.row(row_id).state)

    def line_of(self, row_id: str) -> Any:
        with self.services.database.reading() as connection:
            return connection.execute(select(Line).where(Line.id == self.row(row_id).line_id)).one()
