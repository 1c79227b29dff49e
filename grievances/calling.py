"""Calling the person of a case now: who may be called, and having her called. Nothing commits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, select

from contacts.queries import is_opted_out, is_shared_line, person
from duty import calling
from duty import operations as duty
from duty.values import IN_VAIN, CallAsked, Outcome
from grievances import history
from grievances.errors import NotToBeCalled
from grievances.history import Event
from grievances.lifecycle import Actor, Party
from grievances.models import Case
from grievances.moving import take_up
from grievances.triage import attempted
from grievances.values import CALL_WISH, AnswerBy, Answering
from programmes.calendar import Calendar
from storage.vault import Vault

ASKED_NOW = dt.timedelta(minutes=30)
"""Who asked to be called is called within this time at any hour: she is awake, and waits."""


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
    vault: Vault,
    actor: Actor,
    programme: str,
    calendar: Calendar,
    sender: str | None,
    now: dt.datetime,
) -> CallAsked:
    """Ring the work phone of this account of the staff, to be put through to the person of a case.

    UnknownCase, NotToBeCalled, and what `duty.calling.ask` refuses.
    """
    held = history.hold(connection, case_id)  # of two accounts at once the second sees the first
    called = who_is_called(connection, case_id, calendar=calendar, now=now)
    if isinstance(called, Hindrance):
        raise NotToBeCalled(called)
    if sender is None:
        raise NotToBeCalled(Hindrance.NO_NUMBER)
    asked = calling.ask(
        connection,
        account_id=actor.name,
        case_id=case_id,
        programme=programme,
        language=called.language,
        sender=sender,
        now=now,
    )
    if asked.is_new:
        history.note(
            connection,
            case_id,
            vault=vault,
            kind=Event.CALL_ASKED,
            actor=actor,
            now=now,
            held=held,
        )
    return asked


def call_over(
    connection: Connection, bridge_id: str, *, vault: Vault, how: str, now: dt.datetime
) -> Outcome:
    """The person's side of a call that was asked for is over, in the carrier's word or "gone";
    what came of it. Where she was rung and did not take it, that is an attempt to reach her; told
    again it is none."""
    asked = calling.going_on(connection, bridge_id)
    outcome = duty.end(connection, bridge_id, how=how, now=now)
    if asked is not None and outcome in IN_VAIN:
        caller = Actor(Party.CASE_MANAGER, asked.account_id)  # what supervisors may as well
        attempted(
            connection, asked.case_id, vault=vault, actor=caller, reason=f"call_{outcome}", now=now
        )
    return outcome


def answered_by_talking(
    connection: Connection, case_id: str, *, vault: Vault, actor: Actor, now: dt.datetime
) -> bool:
    """What she wanted was said when they talked: the case waits for nothing; False where it did
    not."""
    case = history.hold(connection, case_id)
    if case.answering != Answering.OPEN:
        return False
    history.note(
        connection,
        case_id,
        vault=vault,
        kind=Event.TALKED,
        actor=actor,
        now=now,
        changes={"answering": Answering.ANSWERED},
        held=case,
    )
    take_up(connection, case_id, vault=vault, actor=actor, now=now)
    return True
