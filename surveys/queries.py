"""Reads of rounds, responses and snapshots."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from storage.vault import Vault, keyed_hash
from surveys import row_store
from surveys.errors import NoSuchRound
from surveys.models import Answer, Response, Round, RoundKey, Snapshot
from surveys.questionnaire import Asked, Order, order
from surveys.values import Standing, Status

KEY_PURPOSE = "survey.round_key"
"""The vault's purpose under which a round's key is sealed."""


@dataclass(frozen=True, slots=True)
class KeyedRound:
    """A round with its key, for as long as one turn needs it."""

    id: str
    order: Order
    closed_at: dt.datetime | None
    ends_at: dt.datetime | None
    key: bytes
    is_pilot: bool = False

    @property
    def takes_new_people(self) -> bool:
        return self.closed_at is None

    def takes_answers(self, now: dt.datetime) -> bool:
        """Whether who had begun may still answer."""
        return self.ends_at is None or now <= self.ends_at

    def respondent(self, line_key: str) -> str:
        """Who answers, as this round alone knows her."""
        return keyed_hash(self.key, line_key)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody has come."""

    response_id: str
    is_complete: bool
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RoundSummary:
    """A round as staff see it, without a count of anybody."""

    id: str
    programme: str
    survey: str
    content: Mapping[str, Any]
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    ends_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many began and how many finished. For deciding what to do, never for showing."""

    begun: int
    complete: int


@dataclass(frozen=True, slots=True)
class Given:
    """One response: its language and its answers by question."""

    language: str
    is_complete: bool
    answers: Mapping[str, str]
    seed: str = ""
    """What her order of the questions follows from."""
    week: dt.date | None = None
    """The Monday of the week in which she finished, or, before that, began."""


@dataclass(frozen=True, slots=True)
class SnapshotMark:
    """Which snapshot came last."""

    number: int
    completes: int
    is_final: bool


@dataclass(frozen=True, slots=True)
class Results:
    """A snapshot: all that a page or a file may be made from."""

    number: int
    is_final: bool
    tables: Mapping[str, Any]
    rows: Sequence[Mapping[str, str]]
    """The rows about people, where they were asked for; `row_store` reads them by batches."""
    made_at: dt.datetime
    id: str = ""
    columns: Sequence[str] = ()
    row_count: int = 0


def _keyed() -> Select[Any]:
    return select(
        Round.id,
        Round.questions,
        Round.closed_at,
        Round.ends_at,
        Round.is_pilot,
        RoundKey.sealed,
    ).join(RoundKey, RoundKey.round_id == Round.id)


_KEYED_ROUND = _keyed().where(Round.id == bindparam("id"))


def _as_keyed(row: Any, vault: Vault) -> KeyedRound:
    return KeyedRound(
        id=row.id,
        order=order(row.questions),
        closed_at=row.closed_at,
        ends_at=row.ends_at,
        key=vault.open(KEY_PURPOSE, row.sealed),
        is_pilot=row.is_pilot,
    )


def keyed_round(connection: Connection, round_id: str, *, vault: Vault) -> KeyedRound | None:
    """The round with its key; None where there is no such round or its key is destroyed."""
    row = connection.execute(_KEYED_ROUND, {"id": round_id}).first()
    return _as_keyed(row, vault) if row else None


def begun(
    connection: Connection, round_id: str, *, vault: Vault, line_keys: Sequence[str]
) -> frozenset[str]:
    """Who of these has a response in the round; none where its key is destroyed."""
    round_ = keyed_round(connection, round_id, vault=vault)
    if round_ is None:
        return frozenset()
    whose = {round_.respondent(key): key for key in line_keys}
    found = connection.execute(
        select(Response.respondent).where(
            Response.round_id == round_id, Response.respondent.in_(list(whose))
        )
    )
    return frozenset(whose[respondent] for respondent in found.scalars() if respondent)


def standing(
    connection: Connection, *, vault: Vault, programme_slug: str, line_key: str, now: dt.datetime
) -> Standing:
    """Where this person stands in the programme's survey: two reads at most.

    Looks at the open round, else at the last one, which who had begun may still finish.
    """
    row = connection.execute(
        _keyed()
        .where(Round.programme == programme_slug)
        .order_by(Round.closed_at.is_not(None), Round.closed_at.desc())
        .limit(1)
    ).first()
    if row is None:
        return Standing(Status.CLOSED, None)
    round_ = _as_keyed(row, vault)
    if not round_.takes_answers(now):
        return Standing(Status.CLOSED, None)
    is_complete = connection.execute(
        select(Response.complete).where(
            Response.round_id == round_.id,
            Response.respondent == round_.respondent(line_key),
        )
    ).scalar_one_or_none()
    if is_complete is None:
        is_open = round_.takes_new_people
        return Standing(Status.NEW, round_.id) if is_open else Standing(Status.CLOSED, None)
    return Standing(Status.DONE if is_complete else Status.PARTIAL, round_.id)


def progress(connection: Connection, round_id: str, respondent: str) -> Progress | None:
    """What this respondent has answered; None where she has not begun."""
    rows = connection.execute(
        select(Response.id, Response.complete, Answer.question, Answer.value)
        .join(Answer, Answer.response_id == Response.id, isouter=True)
        .where(Response.round_id == round_id, Response.respondent == respondent)
    ).all()
    if not rows:
        return None
    answers = {row.question: row.value for row in rows if row.question}
    return Progress(rows[0].id, rows[0].complete, answers)


_SUMMARY = (
    Round.id,
    Round.programme,
    Round.survey,
    Round.content,
    Round.opened_at,
    Round.closed_at,
    Round.ends_at,
)


def open_round(connection: Connection, slug: str) -> RoundSummary | None:
    """The programme's open round."""
    row = connection.execute(
        select(*_SUMMARY).where(Round.programme == slug, Round.closed_at.is_(None))
    ).first()
    return RoundSummary(*row) if row else None


def rounds(connection: Connection, slug: str) -> list[RoundSummary]:
    """The programme's rounds, the newest first; pilots have no results, and are left out."""
    rows = connection.execute(
        select(*_SUMMARY)
        .where(Round.programme == slug, Round.is_pilot.is_(False))
        .order_by(Round.opened_at.desc())
    )
    return [RoundSummary(*row) for row in rows]


def pilot_rounds(connection: Connection, slug: str, *, most: int) -> list[RoundSummary]:
    """The programme's newest pilots, the one that is open first."""
    rows = connection.execute(
        select(*_SUMMARY)
        .where(Round.programme == slug, Round.is_pilot.is_(True))
        .order_by(Round.opened_at.desc())
        .limit(most)
    )
    return [RoundSummary(*row) for row in rows]


def round_by_id(connection: Connection, round_id: str) -> RoundSummary:
    """The round, or NoSuchRound."""
    row = connection.execute(select(*_SUMMARY).where(Round.id == round_id)).first()
    if row is None:
        raise NoSuchRound(round_id)
    return RoundSummary(*row)


def question(connection: Connection, round_id: str, name: str) -> Asked | None:
    """One question of the round as published; None where it has none of that name."""
    rows = connection.execute(
        select(Round.questions).where(Round.id == round_id)
    ).scalar_one_or_none()
    if rows is None:
        return None
    asked = order(rows)
    return asked.find(name) or next(iter(asked.items_of(name)), None)


def questions_of(connection: Connection, round_id: str) -> Order:
    """The questions of a round as published."""
    return order(
        connection.execute(select(Round.questions).where(Round.id == round_id)).scalar_one()
    )


def counts(connection: Connection, round_id: str) -> Counts:
    """How many began and finished the round."""
    row = connection.execute(
        select(func.count(), func.count().filter(Response.complete)).where(
            Response.round_id == round_id
        )
    ).one()
    return Counts(begun=row[0], complete=row[1])


def given(connection: Connection, round_id: str) -> list[Given]:
    """Every response of the round with its answers, read at one moment, in no order."""
    rows = connection.execute(
        select(
            Response.id,
            Response.language,
            Response.complete,
            Response.week,
            Answer.question,
            Answer.value,
        )
        .join(Answer, Answer.response_id == Response.id, isouter=True)
        .where(Response.round_id == round_id)
    )
    found: dict[str, Given] = {}
    answers: dict[str, dict[str, str]] = {}
    # A few names, said by many people: each is held once.
    known: dict[str, str] = {}
    for row in rows:
        if row.id not in found:
            own = answers[row.id] = {}
            language = known.setdefault(row.language, row.language)
            found[row.id] = Given(language, row.complete, own, seed=row.id, week=row.week)
        if row.question is not None:
            question = known.setdefault(row.question, row.question)
            answers[row.id][question] = known.setdefault(row.value, row.value)
    return list(found.values())


def finished_by(connection: Connection, round_id: str, *, week: dt.date) -> int:
    """How many had finished by the end of a week. For deciding what to do, never for showing."""
    return connection.execute(
        select(func.count()).where(
            Response.round_id == round_id, Response.complete, Response.week <= week
        )
    ).scalar_one()


def tables_shown(connection: Connection, round_id: str) -> list[tuple[Mapping[str, Any], int]]:
    """The tables of every snapshot of the round, the oldest first, and how many had taken their
    answers back by then."""
    rows = connection.execute(
        select(Snapshot.tables, Snapshot.withdrawn)
        .where(Snapshot.round_id == round_id)
        .order_by(Snapshot.number)
    )
    return [(row.tables, row.withdrawn) for row in rows]


def withdrawn(connection: Connection, round_id: str) -> int:
    """How many had finished and took their answers back. For deciding, never for showing."""
    return connection.execute(select(Round.withdrawn).where(Round.id == round_id)).scalar_one()


def shown_last(connection: Connection, round_id: str) -> dict[str, Any]:
    """The newest snapshot's tables and pictures, to be shown again."""
    row = connection.execute(_newest(round_id, Snapshot.tables, Snapshot.charts)).one()
    return dict(row._mapping)


def unfinished_rounds(connection: Connection) -> list[str]:
    """Rounds that have no final snapshot yet."""
    final = select(Snapshot.round_id).where(Snapshot.is_final)
    without = select(Round.id).where(Round.id.not_in(final), Round.is_pilot.is_(False))
    return list(connection.execute(without).scalars())


def last_snapshot(connection: Connection, round_id: str) -> SnapshotMark | None:
    mark = (Snapshot.number, Snapshot.completes, Snapshot.is_final)
    row = connection.execute(_newest(round_id, *mark)).first()
    return SnapshotMark(*row) if row else None


def results(connection: Connection, round_id: str, *, with_rows: bool = False) -> Results | None:
    """The newest snapshot of the round."""
    shown = (
        Snapshot.id,
        Snapshot.number,
        Snapshot.is_final,
        Snapshot.tables,
        Snapshot.made_at,
        Snapshot.columns,
        Snapshot.row_count,
    )
    row = connection.execute(_newest(round_id, *shown)).first()
    if row is None:
        return None
    return Results(
        number=row.number,
        is_final=row.is_final,
        tables=row.tables,
        rows=row_store.all_rows(connection, row.id, row.columns) if with_rows else (),
        made_at=row.made_at,
        id=row.id,
        columns=row.columns,
        row_count=row.row_count,
    )


def chart(connection: Connection, round_id: str, *, language: str, question: str) -> str | None:
    """The SVG of one question in the newest snapshot."""
    return charts(connection, round_id, language=language).get(question)


def charts(connection: Connection, round_id: str, *, language: str) -> Mapping[str, str]:
    """The pictures (SVG) of the newest snapshot, by question."""
    drawn = connection.execute(_newest(round_id, Snapshot.charts)).scalar_one_or_none()
    found: Mapping[str, str] = (drawn or {}).get(language, {})
    return found


def _newest(round_id: str, *columns: Any) -> Select[Any]:
    """These columns of the newest snapshot of a round."""
    return (
        select(*columns)
        .where(Snapshot.round_id == round_id)
        .order_by(Snapshot.number.desc())
        .limit(1)
    )
