"""Snapshots: the only results that pages and files are made from.

While a round goes on, how many have finished is told in steps of ten, and their answers in total,
by whole weeks: when a week has ended and twice as many are in than were told before. All else is
told once, when the round has ended: at once if nobody is half-way, else after the hour in which
they may finish, and where open answers are coded once that is done, or the round's key is due to
be destroyed. So what can be subtracted from the last results are totals of whole weeks alone, and
the guard is told of them (`surveys.tabulate`). Where only a few more have answered since, or have
taken their answers back, the last results are of those who were told of before.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from disclosure.values import Shown
from staff.values import LANGUAGES
from storage.database import Database
from storage.ids import new_id
from surveys import queries, row_store
from surveys.charts import chart
from surveys.coding import queries as coding
from surveys.figures import Figures, Kind, as_json, from_json
from surveys.groups import Places
from surveys.labels import Labels
from surveys.models import Snapshot
from surveys.people_rows import columns_of, people_rows
from surveys.queries import Counts, Given, RoundSummary
from surveys.questionnaire import Order, order
from surveys.tabulate import Coded, counted, figures, interim, tens
from surveys.values import STEP, monday_of

log = logging.getLogger(__name__)

FIRST = 30
"""How many have to be in before answers are told of at all: of as many, "none" may be said."""


def renew_snapshot(database: Database, *, round_id: str, now: dt.datetime, rng: Random) -> bool:
    """Make the next snapshot if one is due; say whether. Thinks first, writes one row last.

    Two workers at once make one: the number is unique.
    """
    with database.reading() as connection:
        round_ = queries.round_by_id(connection, round_id)
        last = queries.last_snapshot(connection, round_id)
        counts = queries.counts(connection, round_id)
        awaits = coding.awaited(connection, round_, now)
        is_final = _has_ended(round_, counts, now) and not awaits
        if last is not None and last.is_final:
            return False
        withdrawn = queries.withdrawn(connection, round_id)
        told = _told(queries.tables_shown(connection, round_id), withdrawn)
        week = _week_to_tell(connection, round_, told, now)
        steps = counts.complete // STEP - (last.completes // STEP if last else 0)
        if steps <= 0 and week is None and not is_final:
            return False
        responses = queries.given(connection, round_id) if is_final or week else []
        before = queries.shown_last(connection, round_id) if last else {}
        coded = _coded(connection, round_) if is_final else []
    asked = order(round_.content["questions"])
    people: Sequence[Given] = []
    if is_final:
        results, people = last_results(responses, asked, coded, _places(round_), told)
    elif week is not None or not before:
        finished = _finished_by(responses, week) if week else []
        earlier = [each.figures for each in told]
        results = interim(finished, asked, people=counts.complete, through=week, earlier=earlier)
    else:
        results = replace(from_json(before["tables"]), finished=tens(counts.complete))
    tables = as_json(results)
    is_drawn = bool(before) and tables["tables"] == before["tables"]["tables"]
    rows = people_rows(people, asked, shown=results, places=_places(round_), rng=rng)
    columns = columns_of(asked)
    snapshot_id = new_id()
    values = {
        "id": snapshot_id,
        "round_id": round_id,
        "number": last.number + 1 if last else 1,
        "completes": counts.complete,
        "is_final": is_final,
        "withdrawn": withdrawn,
        "tables": tables,
        "columns": columns,
        "row_count": len(rows),
        "charts": before["charts"] if is_drawn else _charts(results, round_),
        "made_at": now,
    }
    row_store.keep(database, snapshot_id, rows, columns=columns)
    with database.writing() as connection:
        return _store(connection, values)


def _week_to_tell(
    connection: Connection, round_: RoundSummary, told: Sequence[Told], now: dt.datetime
) -> dt.date | None:
    """The last whole week, if by its end twice as many had finished than were told of before."""
    week = monday_of(now.date()) - dt.timedelta(days=7)
    if round_.closed_at is not None:
        return None
    by_then = queries.finished_by(connection, round_.id, week=week)
    enough = max(FIRST, 2 * counted(told[-1].figures)) if told else FIRST
    return week if by_then >= enough else None


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of answers before, and how many have taken theirs back since."""

    figures: Figures
    gone_since: int


def _told(shown: Sequence[tuple[Mapping[str, Any], int]], withdrawn: int) -> list[Told]:
    """Of what was shown, what told of answers: once for each week."""
    found: dict[dt.date, Told] = {}
    for tables, withdrawn_then in shown:
        figures = from_json(tables)
        if figures.through is not None and figures.through not in found:
            found[figures.through] = Told(figures, withdrawn - withdrawn_then)
    return list(found.values())


def last_results(
    responses: Sequence[Given],
    asked: Order,
    coded: Sequence[Coded],
    places: Places,
    told: Sequence[Told],
) -> tuple[Figures, Sequence[Given]]:
    """The last results and whose they are: everybody's, or of those who were told of before,
    whichever shows more. Where neither may be, what was shown, and nobody's."""
    earlier = [each.figures for each in told]

    def made(people: Sequence[Given]) -> tuple[Figures, Sequence[Given]]:
        return figures(people, asked, coded, places=places, earlier=earlier), people

    choices = [made(responses)] if _may_follow(responses, told) else []
    if told and (through := earlier[-1].through) is not None:
        left = [each for each in responses if not each.is_complete]
        held = [*_finished_by(responses, through), *left]
        if _may_follow(held, told):
            shown, people = made(held)
            choices.append((replace(shown, through=through), people))
        if not choices:
            return replace(earlier[-1], finished=counted(earlier[-1])), []
    return max(choices, key=lambda each: _worth(each[0]))


def _may_follow(responses: Sequence[Given], told: Sequence[Told]) -> bool:
    """Whether none of what was told differs by a few people, more or gone, from these."""
    people = sum(each.is_complete for each in responses)
    for each in told:
        more = people - counted(each.figures)
        changed = abs(more) if not each.gone_since else more + 2 * each.gone_since
        if 0 < changed < STEP:
            return False
    return True


def _worth(shown: Figures) -> int:
    """How much is shown: counts, each of so many people."""
    cells = sum(
        isinstance(cell, Shown) for table in shown.tables for row in table.cells for cell in row
    )
    return cells * (shown.finished or 0)


def _finished_by(responses: Sequence[Given], week: dt.date) -> list[Given]:
    return [each for each in responses if each.is_complete and each.week and each.week <= week]


def _places(round_: RoundSummary) -> Places:
    found: Mapping[str, Sequence[str]] = round_.content.get("places", {})
    return {option: (province, region) for option, (province, region) in found.items()}


def _has_ended(round_: RoundSummary, counts: Counts, now: dt.datetime) -> bool:
    """Whether nobody can finish any more."""
    if round_.ends_at is None:
        return False
    return now > round_.ends_at or counts.begun == counts.complete


def _coded(connection: Connection, round_: RoundSummary) -> list[Coded]:
    """The codes of every open question that has any, and whose answers got which."""
    settled = coding.settled(connection, round_.id)
    frames = [
        (name, coding.newest_frame(connection, round_, name))
        for name in coding.open_questions(round_.content)
    ]
    return [
        Coded(
            name,
            frame.codes,
            {who: codes for (who, question), codes in settled.items() if question == name},
        )
        for name, frame in frames
        if len(frame.codes) > 1
    ]


def _store(connection: Connection, values: dict[str, Any]) -> bool:
    # Both dialects' inserts answer to the same words; only the class differs.
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    stored = connection.execute(
        make(Snapshot)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["round_id", "number"])
        .returning(Snapshot.id)
    )
    if stored.first() is None:
        row_store.forget(connection, values["id"])
        return False
    # Whoever is reading the rows of the one before may read on; nobody those of an earlier one.
    row_store.forget_before(connection, values["round_id"], number=values["number"] - 1)
    return True


def _charts(shown: Figures, round_: RoundSummary) -> dict[str, dict[str, str]]:
    return {
        language: {
            figure.key: chart(figure, Labels(round_.content, language))
            for figure in shown.tables
            if figure.kind == Kind.QUESTION
        }
        for language in LANGUAGES
    }
