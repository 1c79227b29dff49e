"""Interviews: a line is put into a round's sample, and its call waits in the outbox."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from programmes.queries import current, version
from storage.outbox import Kind, Outbox
from surveys.fieldwork import operations
from surveys.fieldwork.jobs import Fielder
from surveys.fieldwork.models import SampledLine
from surveys.fieldwork.values import Basis, Mode, Plan, Sample
from tests.dialogue.line import OURS, Line

_WEEKS = 2


def sample(line: Line, number: str, *, language: str) -> None:
    """Plan the open round for this number alone, take it to the field, and wait for its hour."""
    services, round_id = line.services, line.round_id
    made = Plan(mode=Mode.OUTBOUND, sample=Sample(basis=Basis.LIST, consent_source="Asamblea"))
    with services.database.writing() as connection:
        programme = version(connection, current(connection, "junin"))
        now = services.clock()
        operations.plan(connection, round_id, made, seed="s" * 32, account_id="a" * 32, now=now)
        operations.add_numbers(
            connection, round_id, [(number, language)], vault=services.vault, now=now
        )
        operations.start(connection, round_id, sender=OURS, calendar=programme.calendar, now=now)
    fielder = Fielder(
        services,
        programme_of=lambda connection, slug: programme,
        text_of=lambda programme, kind, tag: kind,
    )
    for _ in range(_WEEKS * 7 * 24):
        fielder.run()
        with line.reading() as connection:
            if connection.execute(select(Outbox.id).where(Outbox.kind == Kind.CALL)).first():
                return
        line.clock.advance(dt.timedelta(hours=1))
    raise AssertionError("nobody was called")


def sampled(line: Line) -> list[dict[str, str | None]]:
    """What each line of the sample said, and what its interview came to so far."""
    with line.reading() as connection:
        rows = connection.execute(select(SampledLine.answer, SampledLine.interview))
        return [{"answer": row.answer, "interview": row.interview} for row in rows]
