"""A programme that answers a number, and what is to be known of it in a test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from dialogue.models import TurnRow
from dialogue.runner import Runner
from grievances.models import Case, Reply, Statement
from library.prompts import Prompts
from programmes import operations
from programmes.reader import read
from programmes.values import Programme
from sms import texts
from storage.services import Services
from surveys import operations as surveys
from surveys.models import Answer, Response
from tests.clock import FakeClock
from voice.twiml import VoiceRenderer

OURS = "+5164200100"
HERS = "+51987000111"
ANOTHER = "+51987000222"
LANDLINE = "+5164234567"
FOLDER = Path(__file__).parents[2] / "programmes" / "junin"


@cache
def read_junin() -> Programme:
    return read(FOLDER)


@dataclass(frozen=True, slots=True)
class Line:
    """A number of ours at which a programme answers."""

    services: Services
    prompts: Prompts
    round_id: str

    @property
    def clock(self) -> FakeClock:
        clock = self.services.clock
        assert isinstance(clock, FakeClock)
        return clock

    def runner(self) -> Runner:
        """A runner that remembers nothing: all it knows is in the database."""
        return Runner(self.services, needs_opening=False)

    def renderer(self) -> VoiceRenderer:
        return VoiceRenderer(self.prompts, lambda media: f"/voice/private/{media}.wav")

    def load(self, programme: Programme) -> None:
        with self.services.database.writing() as connection:
            operations.load(connection, programme, now=self.services.clock())

    # What is kept -----------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self.services.database.reading() as connection:
            yield connection

    def cases(self) -> list[Any]:
        """Every case, the oldest first."""
        return self._all(select(*Case.__table__.columns).order_by(Case.opened_at))

    def statements(self) -> list[Any]:
        return self._all(select(*Statement.__table__.columns).order_by(Statement.said_at))

    def replies(self) -> list[Any]:
        return self._all(select(*Reply.__table__.columns))

    def responses(self) -> list[Any]:
        return self._all(select(*Response.__table__.columns))

    def answers(self) -> dict[str, str]:
        """The values of the survey's table by question; for tests with one respondent."""
        return {row.question: row.value for row in self._all(select(*Answer.__table__.columns))}

    def turns(self) -> list[Any]:
        query = select(*TurnRow.__table__.columns).order_by(TurnRow.at, TurnRow.leg, TurnRow.n)
        return self._all(query)

    def turns_as_text(self) -> str:
        """Everything that is stored of every turn, as one text to search."""
        return json.dumps([[str(value) for value in row] for row in self.turns()])

    def _all(self, query: Any) -> list[Any]:
        with self.reading() as connection:
            return list(connection.execute(query).all())


def open_line(services: Services, programme: Programme, prompts: Prompts) -> Line:
    """Load a programme, bind its number, open its survey."""
    now = services.clock()
    with services.database.writing() as connection:
        operations.load(connection, programme, now=now)
        operations.bind_number(connection, programme.slug, OURS)
        published = surveys.publish(connection, vault=services.vault, programme=programme, now=now)
    assert published is not None
    return Line(services, prompts, published.round_id)


render_text = texts.render
