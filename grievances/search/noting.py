"""That somebody looked for cases by words or by a code is a read, and stands in the audit trail.

The words do not: they may be a name. What stands there is a keyed hash of them, the same for the
same words, so that who looks into it sees that somebody searched for one thing again and again, and
can check a word that is suspected. Nothing here commits.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from sqlalchemy import Connection, select

from locales.folding import fold
from staff import operations as staff_operations
from staff.models import AuditEntry
from staff.values import Account
from storage.vault import Vault

SEARCHED: Final = "cases_searched"
"""What the audit trail calls it."""
STAYS_OPEN: Final = dt.timedelta(hours=1)
"""A list that is open asks anew every few seconds: that is noted once in this time."""

_PURPOSE: Final = "case.search"
_TOKEN: Final = 20


def note_search(
    connection: Connection, vault: Vault, account: Account, sought: str, *, now: dt.datetime
) -> None:
    """This account searches for these words now."""
    subject = _subject(vault, account, sought)
    staff_operations.note(
        connection, account_id=account.id, action=SEARCHED, subject=subject, now=now
    )


def is_noted(
    connection: Connection, vault: Vault, account: Account, sought: str, *, now: dt.datetime
) -> bool:
    """Whether it stands there already that this account searches for them, for `STAYS_OPEN`."""
    found = connection.execute(
        select(AuditEntry.id)
        .where(
            AuditEntry.account_id == account.id,
            AuditEntry.at > now - STAYS_OPEN,
            AuditEntry.action == SEARCHED,
            AuditEntry.subject == _subject(vault, account, sought),
        )
        .limit(1)
    )
    return found.first() is not None


def _subject(vault: Vault, account: Account, sought: str) -> str:
    return f"search:{vault.tag(_PURPOSE, f'{account.programme}:{fold(sought)}')[:_TOKEN]}"
