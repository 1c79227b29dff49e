"""Pilot rounds: the questionnaire is tried, its time is taken, its answers are thrown away.

Nothing here commits. Of any other round no time is kept; of a pilot only until she has finished
is it known when she began.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select, update

from surveys import open_answers
from surveys.errors import SurveyError
from surveys.models import Answer, PilotRun, Response, Round, RoundKey

_ROUNDS: Any = Round.__table__
_RUNS: Any = PilotRun.__table__


class NotAPilot(SurveyError, ValueError):
    """It cannot become one, as people have answered it, or is none."""


@dataclass(frozen=True, slots=True)
class Times:
    """How a pilot went on one channel in one language; `median` in seconds, 0 if none finished."""

    channel: str
    language: str
    began: int
    finished: int
    median: float


def begin(connection: Connection, *, round_id: str) -> None:
    """Make a round that nobody has answered a pilot. Raises NotAPilot."""
    answered = exists().where(Response.round_id == round_id)
    made = connection.execute(
        update(_ROUNDS)
        .where(Round.id == round_id, Round.closed_at.is_(None), ~answered)
        .values(is_pilot=True)
        .returning(Round.id)
    ).first()
    if made is None:
        raise NotAPilot("people have answered this round: close it, and open another")


def note_begun(
    connection: Connection,
    *,
    response_id: str,
    round_id: str,
    channel: str,
    language: str,
    now: dt.datetime,
) -> None:
    """Somebody begins."""
    connection.execute(
        insert(_RUNS).values(
            response_id=response_id,
            round_id=round_id,
            channel=channel,
            language=language,
            begun_at=now,
        )
    )


def note_finished(connection: Connection, *, response_id: str, now: dt.datetime) -> None:
    """She has finished; only how long it took is kept. Again changes nothing."""
    begun = connection.execute(
        select(PilotRun.begun_at).where(PilotRun.response_id == response_id)
    ).scalar_one_or_none()
    if begun is not None:
        connection.execute(
            update(_RUNS)
            .where(PilotRun.response_id == response_id)
            .values(begun_at=None, seconds=round((now - begun).total_seconds()))
        )


def end(connection: Connection, *, round_id: str, now: dt.datetime) -> list[Times]:
    """Close the pilot and delete all that was answered and who answered. Raises NotAPilot."""
    closed = connection.execute(
        update(_ROUNDS)
        .where(Round.id == round_id, Round.is_pilot.is_(True), Round.closed_at.is_(None))
        .values(closed_at=now, ends_at=now)
        .returning(Round.id)
    ).first()
    if closed is None:
        raise NotAPilot("the round that is open is no pilot")
    taken = times(connection, round_id)
    open_answers.forget_round(connection, round_id)
    theirs = select(Response.id).where(Response.round_id == round_id)
    connection.execute(delete(Answer).where(Answer.response_id.in_(theirs)))
    connection.execute(delete(Response).where(Response.round_id == round_id))
    connection.execute(delete(RoundKey).where(RoundKey.round_id == round_id))
    # Of who did not finish it stays that she began, and no longer when.
    connection.execute(update(_RUNS).where(PilotRun.round_id == round_id).values(begun_at=None))
    return taken


def times(connection: Connection, round_id: str) -> list[Times]:
    """How a pilot goes, or went: by channel and language."""
    rows = connection.execute(
        select(PilotRun.channel, PilotRun.language, PilotRun.seconds).where(
            PilotRun.round_id == round_id
        )
    )
    runs: dict[tuple[str, str], list[int | None]] = defaultdict(list)
    for row in rows:
        runs[row.channel, row.language].append(row.seconds)
    found = []
    for (channel, language), taken in sorted(runs.items()):
        done = [each for each in taken if each is not None]
        found.append(Times(channel, language, len(taken), len(done), median(done) if done else 0.0))
    return found
