"""Writes of coding. Nothing here commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, update

from storage.ids import new_id
from storage.upsert import insert_into
from surveys import open_answers
from surveys.coding import queries
from surveys.coding.values import CODERS, Code, Frame, NoFrame, Outcome, Settled, as_content, frame
from surveys.models import CodeFrame, Coding
from surveys.queries import RoundSummary

_FRAMES: Any = CodeFrame.__table__
_CODINGS: Any = Coding.__table__


def keep_frame(
    connection: Connection,
    round_: RoundSummary,
    question: str,
    *,
    codes: Sequence[Code],
    account_id: str,
    now: dt.datetime,
) -> Frame:
    """Keep the next version of a frame. NoFrame where it drops a code that somebody has chosen."""
    before = queries.newest_frame(connection, round_, question)
    made = frame(before.version + 1, codes)
    missing = queries.used(connection, round_.id, question) - {each.name for each in made.codes}
    if missing:
        raise NoFrame(f"answers are coded by {', '.join(sorted(missing))} already")
    connection.execute(
        insert(_FRAMES).values(
            id=new_id(),
            round_id=round_.id,
            question=question,
            version=made.version,
            codes=as_content(made),
            made_by=account_id,
            made_at=now,
        )
    )
    return made


def code(
    connection: Connection,
    *,
    answer_id: str,
    coder: str,
    version: int,
    codes: Sequence[str],
    today: dt.date,
) -> Outcome:
    """Keep what one coder chose, blind to the other; where both chose the same it is settled."""
    for place in range(1, CODERS + 1):
        kept = connection.execute(
            insert_into(connection, _CODINGS)
            .values(
                id=new_id(),
                answer_id=answer_id,
                coder=coder,
                place=place,
                frame=version,
                codes=sorted(codes),
            )
            .on_conflict_do_nothing()
            .returning(_CODINGS.c.id)
        ).first()
        if kept is not None:
            return _compare(connection, answer_id, today)
    return Outcome.TOO_LATE


def settle(
    connection: Connection,
    *,
    answer_id: str,
    account_id: str,
    codes: Sequence[str],
    today: dt.date,
) -> Outcome:
    """Settle a conflict. A third person decides alone; a coder proposes, and it is settled when
    both propose the same."""
    both = queries.choices(connection, answer_id)
    if len(both) < CODERS:
        return Outcome.TOO_LATE
    if account_id not in {each.coder for each in both}:
        return _settled(connection, answer_id, codes, today, Settled.THIRD, account_id)
    connection.execute(
        update(_CODINGS)
        .where(Coding.answer_id == answer_id, Coding.coder == account_id)
        .values(proposed=sorted(codes))
    )
    proposed = {each.proposed for each in queries.choices(connection, answer_id)}
    if proposed == {tuple(sorted(codes))}:
        return _settled(connection, answer_id, codes, today, Settled.TOGETHER, None)
    return Outcome.CONFLICT


def _compare(connection: Connection, answer_id: str, today: dt.date) -> Outcome:
    both = queries.choices(connection, answer_id)
    if len(both) < CODERS:
        return Outcome.KEPT
    if len({each.codes for each in both}) > 1:
        return Outcome.CONFLICT
    return _settled(connection, answer_id, both[0].codes, today, Settled.AGREED, None)


def _settled(
    connection: Connection,
    answer_id: str,
    codes: Sequence[str],
    today: dt.date,
    how: Settled,
    third: str | None,
) -> Outcome:
    is_settled = open_answers.code(
        connection,
        answer_id=answer_id,
        codes=sorted(codes),
        today=today,
        settled=how.value,
        settled_by=third,
    )
    return Outcome.SETTLED if is_settled else Outcome.TOO_LATE
