"""Requests: taken down with their clock, carried out by what is there, closed with a reason.

The caller commits; files that `delete` names are deleted after that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from contacts import operations as contacts
from contacts import queries as people
from contacts.models import Consent, Person
from contacts.tools import forget_tools
from dialogue import turns
from dialogue.forgetting import forget_number
from grievances.erasing import erase_case
from grievances.lifecycle import Actor
from grievances.models import Case, RightsRequest
from grievances.rights import Proof, Right
from grievances.sight import Sight, seen_by
from outreach import operations as outreach
from privacy.errors import NotDoneYet, NothingToDo, UnknownRequest
from privacy.values import Outcome, Request
from staff.models import Account
from storage.vault import Vault

_REQUESTS: Any = RightsRequest.__table__
_PEOPLE: Any = Person.__table__


def requests(
    connection: Connection,
    programme: str,
    *,
    visible: Sight | None,
    is_open: bool,
    most: int = 200,
) -> tuple[Request, ...]:
    """Those of the queues that may be seen: open ones by their last day, others newest first."""
    order = RightsRequest.due_on if is_open else RightsRequest.closed_at.desc()
    wanted: list[Any] = [
        RightsRequest.programme == programme,
        RightsRequest.closed_at.is_(None) if is_open else RightsRequest.closed_at.is_not(None),
    ]
    wanted += seen_by(visible)
    rows = connection.execute(_rows().where(*wanted).order_by(order).limit(most))
    return tuple(map(_request, rows))


def request(
    connection: Connection, programme: str, request_id: str, *, visible: Sight | None
) -> Request | None:
    """One request of the programme, by a case that may be seen."""
    row = connection.execute(
        _rows().where(
            RightsRequest.id == request_id,
            RightsRequest.programme == programme,
            *seen_by(visible),
        )
    ).first()
    return _request(row) if row else None


def of_case(connection: Connection, case_id: str) -> tuple[Request, ...]:
    """The open requests that were made by this case."""
    rows = connection.execute(
        _rows()
        .where(RightsRequest.case_id == case_id, RightsRequest.closed_at.is_(None))
        .order_by(RightsRequest.due_on)
    )
    return tuple(map(_request, rows))


def cases_of(connection: Connection, case_id: str) -> tuple[str, ...]:
    """The case by which she is known and her others, the oldest first."""
    person = connection.execute(select(Case.person_id).where(Case.id == case_id)).scalar()
    if person is None:
        return (case_id,)
    found = connection.execute(
        select(Case.id).where(Case.person_id == person).order_by(Case.opened_at, Case.id)
    )
    return tuple(found.scalars())


def delete(
    connection: Connection,
    request_id: str,
    *,
    vault: Vault,
    actor: Actor,
    ours: Sequence[str],
    now: dt.datetime,
) -> tuple[str, ...]:
    """Erase the words of all her cases and forget her; what her line wished survives as a keyed
    hash. On a phone that others use, they and the number stay. The files that are to be deleted.

    UnknownRequest, grievances' StillComing; then nothing is changed.
    """
    case_id = _held(connection, request_id)
    person_id = connection.execute(select(Case.person_id).where(Case.id == case_id)).scalar()
    files: set[str] = set()
    hers = cases_of(connection, case_id)
    turns.erase_cases(connection, hers)
    for each in hers:
        erased = erase_case(connection, each, vault=vault, actor=actor, now=now, keeps_pin=True)
        files |= set(erased.files)
    if person_id is not None:
        _forget_person(connection, person_id, vault=vault, ours=ours, now=now)
    _done(connection, request_id, now=now)
    return tuple(sorted(files))


def oppose(connection: Connection, request_id: str, *, now: dt.datetime) -> None:
    """Nothing more goes out to her line. UnknownRequest; NothingToDo where none is known."""
    case_id = _held(connection, request_id)
    person_id = connection.execute(select(Case.person_id).where(Case.id == case_id)).scalar()
    line = people.line_of_person(connection, person_id) if person_id else None
    if line is None:
        raise NothingToDo(request_id)
    contacts.opt_out_line(connection, line.id, now=now)
    _done(connection, request_id, now=now)


def correct_language(connection: Connection, request_id: str, language: str) -> None:
    """She is greeted in this language from now on, where she is known. UnknownRequest."""
    case_id = _held(connection, request_id)
    person_id = connection.execute(select(Case.person_id).where(Case.id == case_id)).scalar()
    if person_id is not None:
        contacts.remember_language(connection, person_id, language=language)


def mark_done(connection: Connection, request_id: str, *, now: dt.datetime) -> None:
    """What is kept was given to her, or corrected. UnknownRequest."""
    _held(connection, request_id)
    _done(connection, request_id, now=now)


def close(
    connection: Connection, request_id: str, *, outcome: Outcome, by: str, now: dt.datetime
) -> None:
    """Close it. UnknownRequest; NotDoneYet where it would be fulfilled and nothing was done."""
    _held(connection, request_id)
    row = connection.execute(
        select(RightsRequest.done_at).where(RightsRequest.id == request_id)
    ).one()
    if outcome is Outcome.FULFILLED and row.done_at is None:
        raise NotDoneYet(request_id)
    connection.execute(
        update(_REQUESTS)
        .where(RightsRequest.id == request_id)
        .values(closed_at=now, closed_by=by, outcome=outcome)
    )


def _held(connection: Connection, request_id: str) -> str:
    """The case of an open request, held until the transaction ends."""
    found = connection.execute(
        update(_REQUESTS)
        .where(RightsRequest.id == request_id, RightsRequest.closed_at.is_(None))
        .values(right=RightsRequest.right)
        .returning(RightsRequest.case_id)
    ).scalar_one_or_none()
    if found is None:
        raise UnknownRequest(request_id)
    return str(found)


def _done(connection: Connection, request_id: str, *, now: dt.datetime) -> None:
    connection.execute(update(_REQUESTS).where(RightsRequest.id == request_id).values(done_at=now))


def _forget_person(
    connection: Connection, person_id: str, *, vault: Vault, ours: Sequence[str], now: dt.datetime
) -> None:
    person = people.person(connection, person_id)
    number = people.number_of(connection, vault=vault, line_id=person.line_id)
    there = people.people_on_line(connection, vault=vault, number=number) if number else ()
    if number is not None and len(there) == 1:
        forget_number(connection, vault=vault, number=number, ours=ours, now=now)
        return
    connection.execute(update(Consent).where(Consent.person_id == person_id).values(person_id=None))
    outreach.forget_person(connection, person_id)
    forget_tools(connection, [person_id])
    told = ("language", "pin_hash", "gender", "gender_known", "gender_at")
    lives = ("district", "district_known", "district_at")
    connection.execute(
        update(_PEOPLE).where(Person.id == person_id).values(dict.fromkeys(told + lives))
    )


def _rows() -> Any:
    return (
        select(RightsRequest.__table__, Case.code, Account.email)
        .join(Case, Case.id == RightsRequest.case_id)
        .outerjoin(Account, Account.id == RightsRequest.taken_by)
    )


def _request(row: Any) -> Request:
    return Request(
        id=row.id,
        case_id=row.case_id,
        case_code=row.code,
        right=Right(row.right),
        proof=Proof(row.proof),
        asked_at=row.asked_at,
        due_on=row.due_on,
        taken_by=row.email,
        done_at=row.done_at,
        closed_at=row.closed_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
    )
