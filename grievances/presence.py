"""Who looks at a case at this moment. Rows are short-lived: nothing depends on them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, delete, select

from grievances.models import Presence
from staff.models import Account
from storage.upsert import insert_into

COUNTS_FOR = dt.timedelta(seconds=60)
"""A page that is open says so every twenty seconds."""

_PRESENCE: Any = Presence.__table__


def look(connection: Connection, case_id: str, account_id: str, *, now: dt.datetime) -> None:
    """This account has the case before it; what is over goes."""
    connection.execute(delete(_PRESENCE).where(Presence.seen_at <= now - COUNTS_FOR))
    connection.execute(
        insert_into(connection, _PRESENCE)
        .values(case_id=case_id, account_id=account_id, seen_at=now)
        .on_conflict_do_update(index_elements=["case_id", "account_id"], set_={"seen_at": now})
    )


def others(
    connection: Connection, case_id: str, account_id: str, *, now: dt.datetime
) -> tuple[str, ...]:
    """The e-mails of the others who look at it."""
    rows = connection.execute(
        select(Account.email)
        .join(Presence, Presence.account_id == Account.id)
        .where(
            Presence.case_id == case_id,
            Presence.account_id != account_id,
            Presence.seen_at > now - COUNTS_FOR,
        )
        .order_by(Account.email)
    )
    return tuple(rows.scalars())
