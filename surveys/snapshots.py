"""Snapshots: the only results that pages and files are made from.

A new one is made when ten more people have finished since the last, and one last time when the
round has ended: at once if nobody is half-way, else after the hour in which they may finish, and
where open answers are coded once that is done, or the round's key is due to be destroyed. Codes
are in these last results alone: between two snapshots they would tell one answer at a time.
What two snapshots differ by is therefore ten people or more, the last apart.
"""

from __future__ import annotations

import datetime as dt
import logging
from random import Random

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from disclosure.microdata import TooFew, microdata
from staff.values import LANGUAGES
from storage.database import Database
from storage.ids import new_id
from surveys import queries
from surveys.charts import chart
from surveys.coding import queries as coding
from surveys.figures import Figures, Kind, as_json
from surveys.labels import Labels
from surveys.models import Snapshot
from surveys.queries import Counts, Given, RoundSummary, SnapshotMark
from surveys.questionnaire import Order, order
from surveys.rows import is_about_her, row_of
from surveys.tabulate import Coded, figures, gender_of
from surveys.values import STEP

log = logging.getLogger(__name__)


def renew_snapshot(database: Database, *, round_id: str, now: dt.datetime, rng: Random) -> bool:
    """Make the next snapshot if one is due; say whether. Thinks first, writes one row last.

    Two workers at once make one: the number is unique.
    """
    with database.reading() as connection:
        round_ = queries.round_by_id(connection, round_id)
        last = queries.last_snapshot(connection, round_id)
        counts = queries.counts(connection, round_id)
        awaits = coding.awaited(connection, round_, now)
        if not _is_due(round_, last, counts, now, awaits):
            return False
        responses = queries.given(connection, round_id)
        withdrawn = queries.withdrawn(connection, round_id)
        is_final = _has_ended(round_, counts, now) and not awaits
        coded = _coded(connection, round_) if is_final else []
    asked = order(round_.content["questions"])
    shown = figures(responses, asked, coded)
    values = {
        "id": new_id(),
        "round_id": round_id,
        "number": last.number + 1 if last else 1,
        "completes": sum(response.is_complete for response in responses),
        "is_final": is_final,
        "withdrawn": withdrawn,
        "tables": as_json(shown),
        "rows": _rows(responses, asked, rng),
        "charts": _charts(shown, round_),
        "made_at": now,
    }
    if last is not None and _would_tell(last, counts, withdrawn):
        with database.reading() as connection:
            values |= queries.shown_last(connection, round_id)
    with database.writing() as connection:
        return _store(connection, values)


def _would_tell(last: SnapshotMark, counts: Counts, withdrawn: int) -> bool:
    """Whether somebody took her answers back and too few others changed to hide hers.

    The last results are then those that were shown before.
    """
    lost = withdrawn - last.withdrawn
    gained = counts.complete - last.completes + lost
    return lost > 0 and lost + gained < STEP


def _is_due(
    round_: RoundSummary,
    last: SnapshotMark | None,
    counts: Counts,
    now: dt.datetime,
    awaits: bool,
) -> bool:
    if last is not None and last.is_final:
        return False
    more = counts.complete - (last.completes if last else 0)
    return more >= STEP or (_has_ended(round_, counts, now) and not awaits)


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


def _store(connection: Connection, values: dict[str, object]) -> bool:
    # Both dialects' inserts answer to the same words; only the class differs.
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    stored = connection.execute(
        make(Snapshot)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["round_id", "number"])
        .returning(Snapshot.id)
    )
    return stored.first() is not None


def _rows(responses: list[Given], asked: Order, rng: Random) -> list[dict[str, str]]:
    """The microdata of those who finished; none where they cannot be made safe."""
    questions = [question for question in asked.questions if not is_about_her(question)]
    rows = [
        {"gender": gender_of(response, asked), "language": response.language}
        | {f"answer_{each.name}": row_of(each, response.answers) for each in questions}
        for response in responses
        if response.is_complete
    ]
    try:
        return microdata(rows, rng=rng, sensitive=[f"answer_{each.name}" for each in questions])
    except TooFew:
        log.info("microdata_withheld")
        return []


def _charts(shown: Figures, round_: RoundSummary) -> dict[str, dict[str, str]]:
    return {
        language: {
            figure.name: chart(figure, Labels(round_.content, language))
            for figure in shown.tables
            if figure.kind == Kind.QUESTION
        }
        for language in LANGUAGES
    }
