"""What is known of accounts."""

from __future__ import annotations

from sqlalchemy import Connection, select

from staff.models import Account as AccountRow
from staff.values import Account, Affiliation, Role

COLUMNS = (
    AccountRow.id,
    AccountRow.email,
    AccountRow.role,
    AccountRow.programme,
    AccountRow.affiliation,
    AccountRow.language,
)


def account(connection: Connection, account_id: str) -> Account | None:
    """The open account with this id, or None."""
    row = connection.execute(
        select(*COLUMNS).where(AccountRow.id == account_id, AccountRow.closed_at.is_(None))
    ).first()
    if row is None:
        return None
    return Account(
        id=row.id,
        email=row.email,
        role=Role(row.role),
        programme=row.programme,
        affiliation=Affiliation(row.affiliation),
        language=row.language,
    )
