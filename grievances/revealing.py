"""The number behind a case, shown to a supervisor for a reason that is written down (DOMAIN 1.6).

Everybody else works with a pseudonym. That it was shown, to whom and why, is in the history of the
case and in the audit trail, in the transaction that reads the number.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import Connection

from contacts.queries import line_of_person, number_of
from grievances import history
from grievances.errors import NotToBeRevealed
from grievances.history import Event
from grievances.lifecycle import actor_of
from grievances.values import Confidentiality
from staff import operations as staff_operations
from staff.values import Account, Affiliation, Role
from storage.vault import Vault

REVEALED = "number_revealed"
"""What the audit trail calls it."""

SHORTEST_REASON = 10
"""Characters: a reason that somebody can judge later, not a full stop."""


class Bar(StrEnum):
    """Why a number is not shown."""

    NOT_THEIRS = "not_theirs"
    """Supervisors alone, and never those of a company (DOMAIN 1.7)."""
    NO_NUMBER = "no_number"
    """The case is anonymous, or nothing leads to a line."""
    NO_REASON = "no_reason"


def bar_to(
    account: Account, *, person_id: str | None, confidentiality: Confidentiality
) -> Bar | None:
    """What keeps this account from asking for the number of such a case; None: nothing does."""
    if account.role is not Role.SUPERVISOR or account.affiliation is Affiliation.COMPANY:
        return Bar.NOT_THEIRS
    if person_id is None or confidentiality is Confidentiality.ANONYMOUS:
        return Bar.NO_NUMBER
    return None


def reveal_number(
    connection: Connection,
    case_id: str,
    *,
    vault: Vault,
    account: Account,
    reason: str,
    version: int | None,
    now: dt.datetime,
) -> str:
    """The number, noted as shown. NotToBeRevealed; ChangedMeanwhile where the case is not at
    `version` any more, so that a form sent twice shows it once; UnknownCase."""
    case = history.hold(connection, case_id, version=version)
    bar = bar_to(
        account,
        person_id=case.person_id,
        confidentiality=Confidentiality(case.confidentiality),
    )
    if bar is not None:
        raise NotToBeRevealed(bar)
    if len(reason.strip()) < SHORTEST_REASON:
        raise NotToBeRevealed(Bar.NO_REASON)
    line = line_of_person(connection, case.person_id)
    number = number_of(connection, vault=vault, line_id=line.id) if line else None
    if number is None:
        raise NotToBeRevealed(Bar.NO_NUMBER)
    history.note(
        connection,
        case_id,
        vault=vault,
        kind=Event.REVEALED,
        actor=actor_of(account),
        now=now,
        internal_note=reason.strip(),
        held=case,
    )
    staff_operations.note(
        connection, account_id=account.id, action=REVEALED, subject=f"case:{case_id}", now=now
    )
    return number
