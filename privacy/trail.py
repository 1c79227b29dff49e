"""The audit trail as supervisors read it: who, when, which and why, newest first. Reads alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, exists, or_, select

from grievances.events import Event
from grievances.history import INTERNAL_NOTE
from grievances.models import Case, CaseEvent
from grievances.revealing import REVEALED
from grievances.sight import Sight, seen_by
from staff.models import Account as AccountRow
from staff.models import AuditEntry
from staff.values import Account, Affiliation
from storage.vault import Vault

PAGE = 50
_SEALED = "safeguarding%"
"""What was done about sealed reports is for designated people alone."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail."""

    id: str
    at: dt.datetime
    email: str
    action: str
    why: str | None
    """A `staff.values.Basis`, or None where the action says it."""
    subject: str | None
    case_id: str | None
    case_code: str | None
    reason: str | None = None
    """What was typed, where a number was shown; None too once it is erased."""


@dataclass(frozen=True, slots=True)
class Trail:
    """A page of the trail; `older` is where the next one begins."""

    entries: tuple[Entry, ...]
    older: str | None


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; empty is everything."""

    account_id: str = ""
    case_id: str = ""
    action: str = ""
    before: str = ""


def trail(
    connection: Connection,
    vault: Vault,
    reader: Account,
    sought: Sought,
    *,
    visible: Sight | None = None,
) -> Trail:
    """What the accounts that this one oversees did, by what is `sought`. Of a case that is not
    among what they see (`visible`) it says that there was one, and not which. Three statements."""
    wanted: list[Any] = [*_overseen(reader), AuditEntry.action.not_like(_SEALED)]
    if sought.account_id:
        wanted.append(AuditEntry.account_id == sought.account_id)
    if sought.case_id and visible is not None:
        wanted.append(exists().where(Case.id == sought.case_id, *seen_by(visible)))
    if sought.case_id:
        wanted.append(AuditEntry.subject == f"case:{sought.case_id}")
    if sought.action:
        wanted.append(AuditEntry.action == sought.action)
    if sought.before:
        at = select(AuditEntry.at).where(AuditEntry.id == sought.before).scalar_subquery()
        wanted.append(
            or_(AuditEntry.at < at, and_(AuditEntry.at == at, AuditEntry.id < sought.before))
        )
    rows = connection.execute(
        select(AuditEntry.__table__, AccountRow.email)
        .join(AccountRow, AccountRow.id == AuditEntry.account_id)
        .where(*wanted)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(PAGE + 1)
    ).all()
    shown = rows[:PAGE]
    ids = {row.subject.partition(":")[2] for row in shown if _is_case(row.subject)}
    codes = _codes(connection, ids, reader, visible)
    reasons = _reasons(connection, vault, ids & set(codes)) if ids else {}
    entries = []
    for row in shown:
        case_id = row.subject.partition(":")[2] if _is_case(row.subject) else None
        known = case_id if case_id in codes else None
        entries.append(
            Entry(
                id=row.id,
                at=row.at,
                email=row.email,
                action=row.action,
                why=row.why,
                subject=row.subject if known or visible is None or not case_id else None,
                case_id=known,
                case_code=codes.get(known) if known else None,
                reason=reasons.get((known, row.account_id, row.at))
                if row.action == REVEALED
                else None,
            )
        )
    return Trail(tuple(entries), shown[-1].id if len(rows) > PAGE else None)


def overseen(connection: Connection, reader: Account) -> tuple[tuple[str, str], ...]:
    """Ids and e-mails of the accounts whose trail this one reads: of its programme; of its own
    affiliation, unless it is independent."""
    rows = connection.execute(
        select(AccountRow.id, AccountRow.email).where(*_overseen(reader)).order_by(AccountRow.email)
    )
    return tuple((row.id, row.email) for row in rows)


def actions(connection: Connection, reader: Account) -> tuple[str, ...]:
    """What they have done so far, by name."""
    found = connection.execute(
        select(AuditEntry.action)
        .join(AccountRow, AccountRow.id == AuditEntry.account_id)
        .where(*_overseen(reader), AuditEntry.action.not_like(_SEALED))
        .distinct()
        .order_by(AuditEntry.action)
    )
    return tuple(found.scalars())


def _overseen(reader: Account) -> list[Any]:
    wanted: list[Any] = [AccountRow.programme == reader.programme]
    if reader.affiliation is not Affiliation.INDEPENDENT:
        wanted.append(AccountRow.affiliation == reader.affiliation)
    return wanted


def _is_case(subject: str | None) -> bool:
    return subject is not None and subject.startswith("case:")


def _codes(
    connection: Connection, ids: set[str], reader: Account, visible: Sight | None
) -> dict[str, str]:
    rows = connection.execute(
        select(Case.id, Case.code).where(
            Case.id.in_(ids), Case.programme == reader.programme, *seen_by(visible)
        )
    )
    return {row.id: row.code for row in rows}


def _reasons(
    connection: Connection, vault: Vault, ids: set[str]
) -> dict[tuple[str | None, str, dt.datetime], str]:
    rows = connection.execute(
        select(CaseEvent.case_id, CaseEvent.actor, CaseEvent.at, CaseEvent.internal_note).where(
            CaseEvent.case_id.in_(ids),
            CaseEvent.kind == Event.REVEALED,
            CaseEvent.internal_note.is_not(None),
        )
    )
    return {
        (row.case_id, row.actor, row.at): vault.open_text(INTERNAL_NOTE, row.internal_note)
        for row in rows
    }
