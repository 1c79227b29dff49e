"""Reads of coding: what can be coded by whom, what two coders chose, what is settled.

A coder is offered answers of weeks that are over, in an order of her own that follows from nothing
but random ids: neither tells whose an answer is, or when it was given.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from programmes.questions import QuestionKind
from staff.models import Account
from surveys.coding.agreement import Pair
from surveys.coding.values import CODERS, Code, Frame, frame, from_content
from surveys.models import CodeFrame, Coding, OpenAnswer, Response
from surveys.queries import RoundSummary
from surveys.questionnaire import order
from surveys.values import KEY_LIFE, monday_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer to be coded: nothing is told of it but its language."""

    id: str
    question: str
    language: str
    media: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What one coder chose, and what she would settle on."""

    coder: str
    email: str
    codes: tuple[str, ...]
    proposed: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """An answer on whose codes two people differ."""

    answer: Waiting
    choices: tuple[Choice, ...]


def open_questions(content: Mapping[str, Any]) -> list[str]:
    """Names of the open questions of a round, in their order."""
    asked = order(content["questions"]).all
    return [each.name for each in asked if each.kind is QuestionKind.OPEN]


def newest_frame(connection: Connection, round_: RoundSummary, question: str) -> Frame:
    """The newest version; what the questionnaire names where nobody has written one."""
    row = connection.execute(
        select(CodeFrame.version, CodeFrame.codes)
        .where(CodeFrame.round_id == round_.id, CodeFrame.question == question)
        .order_by(CodeFrame.version.desc())
        .limit(1)
    ).first()
    if row is not None:
        return from_content(row.version, row.codes)
    asked = order(round_.content["questions"]).find(question)
    names = asked.question.codes if asked is not None else ()
    plain = [(name, name.replace("_", " ").capitalize()) for name in names if name != "unclear"]
    return frame(0, [Code(name, label, label) for name, label in plain])


def _codable(round_: RoundSummary, question: str | None, today: dt.date) -> Any:
    """Answers of people who finished, whose words are ours and wait for codes."""
    found = (
        select(OpenAnswer.id, OpenAnswer.question, OpenAnswer.language, OpenAnswer.media)
        .join(Response, Response.id == OpenAnswer.response_id)
        .where(
            Response.round_id == round_.id,
            Response.complete,
            OpenAnswer.coded_at.is_(None),
            OpenAnswer.sealed.is_not(None) | OpenAnswer.media.is_not(None),
        )
    )
    if question is not None:
        found = found.where(OpenAnswer.question == question)
    if round_.closed_at is None:
        found = found.where(Response.week < monday_of(today))
    return found


def next_for(
    connection: Connection,
    round_: RoundSummary,
    question: str,
    *,
    coder: str,
    today: dt.date,
    language: str | None = None,
) -> Waiting | None:
    """What this coder has next of the question, in one language or in any."""
    taken = select(Coding.answer_id).group_by(Coding.answer_id).having(func.count() >= CODERS)
    mine = select(Coding.answer_id).where(Coding.coder == coder)
    found = _codable(round_, question, today).where(
        OpenAnswer.id.not_in(taken), OpenAnswer.id.not_in(mine)
    )
    if language is not None:
        found = found.where(OpenAnswer.language == language)
    rows = connection.execute(found).all()
    chosen = min(rows, key=lambda row: _rank(coder, row.id), default=None)
    return Waiting(*chosen) if chosen is not None else None


def waiting(
    connection: Connection, round_: RoundSummary, answer_id: str, *, today: dt.date
) -> Waiting | None:
    """An answer that waits for its codes; None where it does not, or is of another round."""
    row = connection.execute(
        _codable(round_, None, today).where(OpenAnswer.id == answer_id)
    ).first()
    return Waiting(*row) if row is not None else None


def may_hear(connection: Connection, answer_id: str, *, coder: str) -> bool:
    """Whether it is hers to code or to settle: fewer than two have coded it, or they differ."""
    coders = (
        connection.execute(select(Coding.coder).where(Coding.answer_id == answer_id))
        .scalars()
        .all()
    )
    return len(coders) >= CODERS or coder not in coders


def choices(connection: Connection, answer_id: str) -> tuple[Choice, ...]:
    """What was chosen for one answer, the first coder's first."""
    rows = connection.execute(
        select(Coding.coder, Account.email, Coding.codes, Coding.proposed)
        .join(Account, Account.id == Coding.coder)
        .where(Coding.answer_id == answer_id)
        .order_by(Coding.place)
    )
    return tuple(_choice(row) for row in rows)


def conflicts(
    connection: Connection, round_: RoundSummary, question: str, *, today: dt.date
) -> list[Conflict]:
    """Answers that two people have coded differently, in the order of their random ids."""
    both = select(Coding.answer_id).group_by(Coding.answer_id).having(func.count() >= CODERS)
    rows = connection.execute(
        _codable(round_, question, today).where(OpenAnswer.id.in_(both)).order_by(OpenAnswer.id)
    ).all()
    return [Conflict(Waiting(*row), choices(connection, row.id)) for row in rows]


def coded_twice(connection: Connection, round_id: str, question: str) -> list[Pair]:
    """What two people chose, each without the other, of every answer that both have coded."""
    rows = connection.execute(
        select(Coding.answer_id, Coding.codes)
        .join(OpenAnswer, OpenAnswer.id == Coding.answer_id)
        .join(Response, Response.id == OpenAnswer.response_id)
        .where(Response.round_id == round_id, OpenAnswer.question == question)
        .order_by(Coding.answer_id, Coding.place)
    )
    found: dict[str, list[frozenset[str]]] = {}
    for row in rows:
        found.setdefault(row.answer_id, []).append(frozenset(row.codes))
    return [(each[0], each[1]) for each in found.values() if len(each) == CODERS]


def used(connection: Connection, round_id: str, question: str) -> frozenset[str]:
    """Codes that somebody has chosen."""
    rows = connection.execute(
        select(Coding.codes, Coding.proposed)
        .join(OpenAnswer, OpenAnswer.id == Coding.answer_id)
        .join(Response, Response.id == OpenAnswer.response_id)
        .where(Response.round_id == round_id, OpenAnswer.question == question)
    ).all()
    settled = connection.execute(
        select(OpenAnswer.codes)
        .join(Response, Response.id == OpenAnswer.response_id)
        .where(Response.round_id == round_id, OpenAnswer.question == question)
    ).scalars()
    lists: Sequence[Any] = [*(each for row in rows for each in row), *settled]
    return frozenset(name for names in lists if names for name in names)


def settled(connection: Connection, round_id: str) -> dict[tuple[str, str], frozenset[str]]:
    """Settled codes by response and question."""
    rows = connection.execute(
        select(OpenAnswer.response_id, OpenAnswer.question, OpenAnswer.codes)
        .join(Response, Response.id == OpenAnswer.response_id)
        .where(Response.round_id == round_id, OpenAnswer.coded_at.is_not(None))
    )
    return {(row.response_id, row.question): frozenset(row.codes or ()) for row in rows}


def awaited(connection: Connection, round_: RoundSummary, now: dt.datetime) -> bool:
    """Whether last results wait for codes: for as long as the round's key lives, no longer."""
    if round_.closed_at is None or now >= round_.closed_at + KEY_LIFE:
        return False
    planned = [
        name
        for name in open_questions(round_.content)
        if len(newest_frame(connection, round_, name).codes) > 1
    ]
    if not planned:
        return False
    there = (
        select(OpenAnswer.id)
        .join(Response, Response.id == OpenAnswer.response_id)
        .where(
            Response.round_id == round_.id,
            Response.complete,
            OpenAnswer.question.in_(planned),
            OpenAnswer.coded_at.is_(None),
        )
        .limit(1)
    )
    return connection.execute(there).first() is not None


def _choice(row: Any) -> Choice:
    proposed = tuple(row.proposed) if row.proposed is not None else None
    return Choice(row.coder, row.email, tuple(row.codes), proposed)


def _rank(coder: str, answer: str) -> str:
    return hashlib.sha256(f"{coder}:{answer}".encode()).hexdigest()
