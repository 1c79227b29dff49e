"""A programme, many lines, a carrier on which everybody does as a test says, and time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select, update

from broadcasts import operations
from broadcasts.gate import Gate
from broadcasts.jobs import Broadcaster
from broadcasts.models import Broadcast, Recipient
from broadcasts.values import Audience, Spoken, Way
from contacts.models import Line, Person
from contacts.operations import keep_person
from outreach.models import NewsWish
from outreach.operations import keep_wish
from outreach.values import Channel
from programmes.calendar import Calendar
from programmes.operations import bind_number, load
from programmes.values import Category, District, Message, Programme, Wording
from storage.ids import new_id
from storage.outbox import Outbox
from storage.services import Services
from telephony.dispatch import Dispatcher
from telephony.gateway import RecordingGateway
from telephony.statuses import note_call, note_text
from tests.clock import FakeClock

OURS = "+5164291000"
MESSAGE = "message.rights"

VALLEY = Programme(
    hash="b" * 64,
    slug="valle",
    name={"es": "Valle", "en": "Valley"},
    languages=("es", "quy"),
    time_zone="America/Lima",
    calendar=Calendar("America/Lima", blocked=frozenset({dt.date(2026, 12, 2)})),
    menu=(),
    categories=(
        Category(
            "library",
            (Message("rights", "Ley", dt.date(2026, 1, 1), dt.date(2027, 6, 1)),),
        ),
    ),
    topics=(),
    queues=(),
    default_queue="",
    survey=None,
    quick_exit="rights",
    wordings={
        "es": {MESSAGE: Wording("Usted tiene derechos.", "Usted tiene derechos.")},
        "quy": {MESSAGE: Wording("Derechoyuqmi kanki.", "Derechoyuqmi kanki.")},
    },
    districts=(District("yauli", "Yauli"), District("paccha", "Paccha")),
)

CONTENTS = {
    "es": Spoken("es", seconds=60, segments=1, call_cost=160, text_cost=50),
    "quy": Spoken("quy", seconds=60, segments=1, call_cost=160, text_cost=50),
}


@dataclass
class Village:
    """Its people, what is sent to them, and what the carrier tells of it."""

    services: Services
    clock: FakeClock
    lot: int = 1000
    programme: Programme = VALLEY

    gateway: RecordingGateway = field(init=False)

    def __post_init__(self) -> None:
        self.gateway = RecordingGateway(self.clock)
        self.dispatcher = Dispatcher(
            self.services,
            self.gateway,
            "https://rimay.example.org",
            gate=Gate(lambda connection, slug: self.programme),
        )
        self.broadcaster = Broadcaster(
            self.services,
            programme_of=lambda connection, slug: self.programme,
            text_of=lambda programme, here, tag: f"[{tag}] Usted tiene derechos.",
            lot=self.lot,
        )
        with self.services.database.writing() as connection:
            load(connection, self.programme, now=self.clock())
            bind_number(connection, self.programme.slug, OURS)

    # People -----------------------------------------------------------------------------------

    def person(
        self,
        number: str,
        *,
        language: str = "es",
        channel: Channel | None = None,
        agreed: bool | None = True,
        **about: Any,
    ) -> str:
        """Somebody on a line, who agreed to news unless said otherwise; returns her id."""
        services = self.services
        with services.database.writing() as connection:
            person = keep_person(
                connection, vault=services.vault, number=number, language=language, now=self.clock()
            )
            if about:
                connection.execute(update(Person).where(Person.id == person.id).values(**about))
            if agreed is not None:
                keep_wish(
                    connection,
                    person_id=person.id,
                    programme=self.programme.slug,
                    agreed=agreed,
                    channel=channel,
                    now=self.clock(),
                )
        return person.id

    def people(self, count: int) -> list[str]:
        """Many lines at once, each with one person who agreed."""
        now, vault = self.clock(), self.services.vault
        ids = [(new_id(), new_id(), f"+519{n:08d}") for n in range(count)]
        with self.services.database.writing() as connection:
            connection.execute(
                insert(Line),
                [
                    {
                        "id": line,
                        "number_hash": vault.tag("line.number", number),
                        "number": vault.seal_text("line.number", number),
                        "created_at": now,
                    }
                    for line, _, number in ids
                ],
            )
            connection.execute(
                insert(Person),
                [
                    {
                        "id": person,
                        "line_id": line,
                        "ordinal": 1,
                        "language": "quy" if n % 3 == 0 else "es",
                        "pin_failures": 0,
                        "created_at": now,
                    }
                    for n, (line, person, _) in enumerate(ids)
                ],
            )
            connection.execute(
                insert(NewsWish),
                [
                    {
                        "person_id": person,
                        "programme": self.programme.slug,
                        "agreed": True,
                        "channel": "sms" if n % 4 == 0 else "voice",
                        "slot": None,
                        "at": now,
                    }
                    for n, (_, person, _) in enumerate(ids)
                ],
            )
        return [person for _, person, _ in ids]

    # Broadcasts -------------------------------------------------------------------------------

    def broadcast(
        self,
        *,
        way: Way = Way.VOICE,
        audience: Audience | None = None,
        budget: int | None = None,
        starts: bool = True,
    ) -> str:
        broadcast_id = new_id()
        with self.services.database.writing() as connection:
            operations.create(
                connection,
                broadcast_id=broadcast_id,
                programme=self.programme.slug,
                title="Derechos",
                prompt=MESSAGE,
                way=way,
                audience=audience or Audience(),
                budget=budget,
                account_id="a" * 32,
                now=self.clock(),
            )
            if starts:
                operations.start(
                    connection, broadcast_id, contents=CONTENTS, sender=OURS, now=self.clock()
                )
        return broadcast_id

    def does(self, act: Callable[..., Any], *given: Any, **more: Any) -> Any:
        with self.services.database.writing() as connection:
            return act(connection, *given, **more)

    def sweep(self, after: dt.timedelta = dt.timedelta()) -> None:
        """Time passes, then the worker does what is due."""
        self.clock.advance(after)
        self.broadcaster.run()
        self.dispatcher.run()

    # What came of it --------------------------------------------------------------------------

    def sent(self) -> list[Any]:
        """Rows that the carrier has and has not ended, the oldest first."""
        with self.services.database.reading() as connection:
            return list(
                connection.execute(
                    select(*Outbox.__table__.columns)
                    .where(Outbox.state == "sent")
                    .order_by(Outbox.attempted_at, Outbox.id)
                )
            )

    def report(self, row: Any, status: str) -> None:
        form = {"MessageStatus": status, "CallStatus": status}
        form |= dict.fromkeys(("MessageSid", "CallSid"), row.provider_id)
        note = note_call if row.kind == "call" else note_text
        with self.services.database.writing() as connection:
            note(connection, row_id=row.id, form=form, now=self.clock())

    def recipients(self, broadcast_id: str) -> list[Any]:
        with self.services.database.reading() as connection:
            return list(
                connection.execute(
                    select(*Recipient.__table__.columns).where(
                        Recipient.broadcast_id == broadcast_id
                    )
                )
            )

    def row(self, broadcast_id: str) -> Any:
        with self.services.database.reading() as connection:
            return connection.execute(
                select(*Broadcast.__table__.columns).where(Broadcast.id == broadcast_id)
            ).one()
