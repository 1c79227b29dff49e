"""A round in the field: lines, people on them who do as a test says, a carrier, and time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from sqlalchemy import select, update

from broadcasts.gate import Gate as NewsGate
from contacts.models import Line, Person
from contacts.queries import line_key
from outreach.attempts import Answer
from programmes.operations import load
from storage.outbox import Outbox
from storage.services import Services
from surveys import operations as rounds
from surveys import queries as surveys
from surveys.fieldwork import operations, screening
from surveys.fieldwork.gate import Gate
from surveys.fieldwork.incentives import RecordingTopUps
from surveys.fieldwork.jobs import Fielder
from surveys.fieldwork.models import FieldAttempt, Fieldwork, SampledLine
from surveys.fieldwork.values import Mode, Plan, State
from surveys.models import Round
from telephony.dispatch import Dispatcher
from tests.broadcasts.village import OURS, VALLEY, Village
from tests.clock import FakeClock
from tests.surveys.people import ANSWERS, NAMES, programme

VALLEY_ASKS = replace(VALLEY, survey=programme().survey, hash="c" * 64)


class FieldVillage(Village):
    """A village whose people are asked."""

    def __post_init__(self) -> None:
        self.programme = VALLEY_ASKS
        super().__post_init__()
        news, interviews = (
            made(lambda connection, slug: self.programme) for made in (NewsGate, Gate)
        )
        self.dispatcher = Dispatcher(
            self.services,
            self.gateway,
            "https://rimay.example.org",
            gate=lambda connection, each, *, now: (
                news(connection, each, now=now) or interviews(connection, each, now=now)
            ),
        )
        self.top_ups = RecordingTopUps()
        self.fielder = Fielder(
            self.services,
            programme_of=lambda connection, slug: self.programme,
            text_of=lambda programme, kind, tag: f"[{kind}] [{tag}]",
            top_ups=self.top_ups,
            lot=self.lot,
        )
        with self.services.database.writing() as connection:
            load(connection, self.programme, now=self.clock())
            published = rounds.publish(
                connection, vault=self.services.vault, programme=self.programme, now=self.clock()
            )
        assert published is not None
        self.round_id = published.round_id

    def plan(self, *, starts: bool = True, **plan: Any) -> None:
        made = replace(Plan(mode=Mode.OUTBOUND), **plan)
        self.does(
            operations.plan,
            self.round_id,
            made,
            seed="s" * 32,
            account_id="a" * 32,
            now=self.clock(),
        )
        if starts:
            self.start()

    def start(self) -> None:
        self.does(
            operations.start,
            self.round_id,
            sender=OURS,
            calendar=self.programme.calendar,
            now=self.clock(),
        )

    def sweep(self, after: dt.timedelta = dt.timedelta()) -> None:
        self.clock.advance(after)
        self.fielder.run()
        self.dispatcher.run()

    def call(self, row: Any, acts: str, connection: Any, **answers: str) -> bool:
        """What somebody does on a call that she takes: `later`, `never`, or how many questions she
        answers after she has said that she can talk (`-`: she does not agree to be asked). Whether
        she was thanked before, as one too many."""
        sampled_id = row.opening["args"]["sampled"]
        said = Answer(acts) if acts in ("later", "never") else Answer.YES
        operations.note_answer(connection, sampled_id, said)
        if said is Answer.YES and acts != "-":
            line = connection.execute(
                select(Line.number).where(Line.id == row.line_id)
            ).scalar_one()
            number = self.services.vault.open_text("line.number", line)
            return self.interview(connection, sampled_id, number, int(acts), **answers)
        return False

    def interview(
        self, connection: Any, sampled_id: str | None, number: str, count: int, **answers: str
    ) -> bool:
        vault, now = self.services.vault, self.clock()
        key = line_key(vault, number=number)
        here: dict[str, Any] = {
            "vault": vault,
            "round_id": self.round_id,
            "line_key": key,
            "now": now,
        }
        rounds.open_response(
            connection,
            language=answers.pop("language", "es"),
            channel="voice",
            consent_wording="w" * 64,
            consent_answer="yes",
            today=now.date(),
            **here,
        )
        for name in NAMES[:count]:
            rounds.record_answer(connection, question=name, value=(ANSWERS | answers)[name], **here)
            if name in ("gender", NAMES[-1]) and screening.turn_away(
                connection, self.round_id, vault=vault, line_key=key, sampled=sampled_id
            ):
                return True
        round_ = surveys.keyed_round(connection, self.round_id, vault=vault)
        assert round_ is not None
        if sampled_id is not None:
            operations.note_interview(
                connection,
                sampled_id,
                respondent=round_.respondent(key),
                round_id=self.round_id,
            )
        return False

    def ends(self, row: Any, status: str = "completed") -> None:
        self.report(row, status)

    def sampled(self) -> list[Any]:
        with self.services.database.reading() as connection:
            return list(
                connection.execute(
                    select(*SampledLine.__table__.columns).where(
                        SampledLine.round_id == self.round_id
                    )
                )
            )

    def attempts(self, sampled_id: str) -> list[str]:
        with self.services.database.reading() as connection:
            return list(
                connection.execute(
                    select(FieldAttempt.code)
                    .where(FieldAttempt.sampled_id == sampled_id)
                    .order_by(FieldAttempt.n)
                ).scalars()
            )

    def state(self) -> State:
        with self.services.database.reading() as connection:
            return State(
                connection.execute(
                    select(Fieldwork.state).where(Fieldwork.round_id == self.round_id)
                ).scalar_one()
            )

    def is_closed(self) -> bool:
        with self.services.database.reading() as connection:
            closed = select(Round.closed_at).where(Round.id == self.round_id)
            return connection.execute(closed).scalar_one() is not None

    def know(self, person_id: str, **about: Any) -> None:
        with self.services.database.writing() as connection:
            connection.execute(update(Person).where(Person.id == person_id).values(**about))

    def outbox(self) -> list[Any]:
        with self.services.database.reading() as connection:
            return list(
                connection.execute(
                    select(*Outbox.__table__.columns).order_by(Outbox.created_at, Outbox.id)
                )
            )


def village(services: Services, clock: FakeClock, **more: Any) -> FieldVillage:
    return FieldVillage(services, clock, **more)
