"""Reads of fieldwork."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, select

from surveys.fieldwork.errors import NoFieldwork
from surveys.fieldwork.models import (
    DispositionCount,
    FieldAttempt,
    Fieldwork,
    SampledLine,
    TopUp,
)
from surveys.fieldwork.values import (
    Field,
    Mode,
    Plan,
    Standing,
    State,
    Way,
    quotas_from_json,
    sample_from_json,
)
from surveys.models import Round
from surveys.outcomes import Disposition

_COLUMNS = (*Fieldwork.__table__.columns, Round.programme, Round.closed_at)


def find(connection: Connection, round_id: str, *, held: bool = False) -> Field | None:
    """The fieldwork of a round; None for an inbound round that nobody planned otherwise. With
    `held` whoever else would change it waits."""
    chosen = (
        select(*_COLUMNS)
        .join(Round, Round.id == Fieldwork.round_id)
        .where(Fieldwork.round_id == round_id)
    )
    row = connection.execute(chosen.with_for_update(of=Fieldwork) if held else chosen).first()
    return _field(row) if row else None


def field(connection: Connection, round_id: str, *, held: bool = False) -> Field:
    """As `find`. Raises NoFieldwork."""
    found = find(connection, round_id, held=held)
    if found is None:
        raise NoFieldwork(round_id)
    return found


def underway(connection: Connection) -> list[str]:
    """The rounds that have gone to the field and are not over, or of which something is out."""
    moving = (State.RUNNING, State.PAUSED)
    ids = connection.execute(select(Fieldwork.round_id).where(Fieldwork.state.in_(moving)))
    out = connection.execute(
        select(SampledLine.round_id).where(SampledLine.state == Standing.QUEUED).distinct()
    )
    return list(dict.fromkeys([*ids.scalars(), *out.scalars()]))


def sampled_on(connection: Connection, round_id: str, line_id: str) -> str | None:
    """The id of this line in the round's sample, None where it is not of it."""
    return connection.execute(
        select(SampledLine.id).where(
            SampledLine.round_id == round_id, SampledLine.line_id == line_id
        )
    ).scalar_one_or_none()


def lines(connection: Connection, round_id: str) -> Mapping[Standing, int]:
    """How many lines of the sample stand where."""
    rows = connection.execute(
        select(SampledLine.state, func.count())
        .where(SampledLine.round_id == round_id)
        .group_by(SampledLine.state)
    )
    counted = {Standing(state): count for state, count in rows}
    return {each: counted.get(each, 0) for each in Standing}


def dispositions(connection: Connection, round_id: str) -> Mapping[Disposition, int]:
    """How many lines have which final code; who is not done yet is counted as not attempted."""
    counted: Counter[Disposition] = Counter()
    for code, count in connection.execute(
        select(SampledLine.code, func.count())
        .where(SampledLine.round_id == round_id)
        .group_by(SampledLine.code)
    ):
        counted[Disposition(code) if code else Disposition.NOT_ATTEMPTED] += count
    for code, count in connection.execute(
        select(DispositionCount.code, DispositionCount.count).where(
            DispositionCount.round_id == round_id, DispositionCount.attempt == 0
        )
    ):
        counted[Disposition(code)] += count
    return counted


def airtime_states(connection: Connection, round_id: str) -> frozenset[str]:
    """How airtime of the round stands, each state once: whether any was paid, not to how many."""
    return frozenset(
        connection.execute(
            select(TopUp.state)
            .join(SampledLine, SampledLine.id == TopUp.sampled_id)
            .where(SampledLine.round_id == round_id)
            .distinct()
        ).scalars()
    )


def attempts_of(connection: Connection, sampled_id: str) -> list[Disposition]:
    """What came of each attempt at a line, the first one first."""
    rows = connection.execute(
        select(FieldAttempt.code)
        .where(FieldAttempt.sampled_id == sampled_id)
        .order_by(FieldAttempt.n)
    )
    return [Disposition(code) for code in rows.scalars()]


def _field(row: Any) -> Field:
    return Field(
        round_id=row.round_id,
        programme=row.programme,
        plan=Plan(
            mode=Mode(row.mode),
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            way=Way(row.way),
            announces=row.announces,
            sample=sample_from_json(row.sample),
            quotas=quotas_from_json(row.quotas),
            turns_away=row.turns_away,
            incentive=row.incentive,
        ),
        sender=row.sender,
        seed=row.seed,
        state=State(row.state),
        created_at=row.created_at,
        started_at=row.started_at,
        is_planned=row.is_planned,
        closed_at=row.closed_at,
    )
