"""Calling the person of a case now: who may be called, and having her called. Nothing commits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select, update

from contacts.queries import is_opted_out, is_shared_line, person
from duty import calling
from duty.values import CallAsked
from grievances.errors import NotToBeCalled, UnknownCase
from grievances.models import Case
from grievances.values import CALL_WISH, AnswerBy, Answering
from programmes.calendar import Calendar

ASKED_NOW = dt.timedelta(minutes=30)
"""Who asked to be called is called within this time at any hour: she is awake, and waits."""

_CASES: Any = Case.__table__


class Hindrance(StrEnum):
    """Why the person of a case is not called."""

    UNKNOWN = "unknown"
    """Nobody's number is known."""
    SHE_CALLS = "she_calls"
    """She said that she will call: nothing of ours goes to that phone."""
    OPTED_OUT = "opted_out"
    CLOSED = "closed"
    """Nobody is called at this hour."""
    NO_NUMBER = "no_number"
    """The programme has no number that calls."""


@dataclass(frozen=True, slots=True)
class CallTo:
    """Whom a call for a case is for; no number."""

    person_id: str
    line_id: str
    language: str
    has_pin: bool
    is_shared: bool
    """Others may take the call."""


def who_is_called(
    connection: Connection, case_id: str, *, calendar: Calendar | None, now: dt.datetime
) -> CallTo | Hindrance:
    """Whom to call for a case, or why nobody is; without a `calendar`, at any hour."""
    case = connection.execute(
        select(Case.person_id, Case.language, Case.kind, Case.answer_by, Case.opened_at).where(
            Case.id == case_id
        )
    ).first()
    if case is None or case.person_id is None:
        return Hindrance.UNKNOWN
    if case.answer_by == AnswerBy.SHE_CALLS:
        return Hindrance.SHE_CALLS
    hers = person(connection, case.person_id)
    if is_opted_out(connection, hers.line_id):
        return Hindrance.OPTED_OUT
    asked_now = case.kind == CALL_WISH and case.opened_at > now - ASKED_NOW
    if calendar is not None and not (asked_now or calendar.is_open(now)):
        return Hindrance.CLOSED
    return CallTo(
        person_id=hers.id,
        line_id=hers.line_id,
        language=case.language,
        has_pin=hers.has_pin,
        is_shared=is_shared_line(connection, hers.line_id),
    )


def call_now(
    connection: Connection,
    case_id: str,
    *,
    account_id: str,
    programme: str,
    calendar: Calendar,
    sender: str | None,
    now: dt.datetime,
) -> CallAsked:
    """Ring the work phone of this account, to be put through to the person of a case.

    UnknownCase, NotToBeCalled, and what `duty.calling.ask` refuses.
    """
    # Held by a change that changes nothing: of two accounts at once the second sees the first.
    held = connection.execute(
        update(_CASES).where(Case.id == case_id).values(answering=Case.answering).returning(Case.id)
    ).first()
    if held is None:
        raise UnknownCase(case_id)
    called = who_is_called(connection, case_id, calendar=calendar, now=now)
    if isinstance(called, Hindrance):
        raise NotToBeCalled(called)
    if sender is None:
        raise NotToBeCalled(Hindrance.NO_NUMBER)
    return calling.ask(
        connection,
        account_id=account_id,
        case_id=case_id,
        programme=programme,
        language=called.language,
        sender=sender,
        now=now,
    )


def answered_by_talking(connection: Connection, case_id: str) -> bool:
    """What she wanted was said when they talked: the case waits for nothing; False where it did
    not."""
    changed = connection.execute(
        update(_CASES)
        .where(Case.id == case_id, Case.answering == Answering.OPEN)
        .values(answering=Answering.ANSWERED)
        .returning(Case.id)
    )
    return changed.first() is not None
