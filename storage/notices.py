"""What only an operator can mend, told until somebody says that it is done.

One row for each thing that is wrong, however often it is met.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, String, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime
from storage.ids import new_id
from storage.upsert import insert_into


class OperatorNotice(Base):
    """Something at the carrier that stops what we send: its code there, for a number of ours."""

    __tablename__ = "operator_notice"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    code: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(8))
    sender: Mapped[str] = mapped_column(String(20))
    count: Mapped[int]
    first_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When an operator said that it is mended; met again, it is open again."""

    __table_args__ = (UniqueConstraint("code", "kind", "sender"),)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that is wrong, open or closed."""

    id: str
    code: str
    kind: str
    sender: str
    count: int
    first_at: dt.datetime
    last_at: dt.datetime


_TABLE: Any = OperatorNotice.__table__


def tell(connection: Connection, *, code: str, kind: str, sender: str, now: dt.datetime) -> None:
    """Note that the carrier refused for this reason, once more."""
    statement = insert_into(connection, _TABLE).values(
        id=new_id(), code=code, kind=kind, sender=sender, count=1, first_at=now, last_at=now
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["code", "kind", "sender"],
            set_={"count": OperatorNotice.count + 1, "last_at": now, "closed_at": None},
        )
    )


def close(connection: Connection, notice_id: str, *, now: dt.datetime) -> bool:
    """It is mended; False for one that is closed already, or that there is not."""
    closed = connection.execute(
        update(_TABLE)
        .where(OperatorNotice.id == notice_id, OperatorNotice.closed_at.is_(None))
        .values(closed_at=now)
        .returning(OperatorNotice.id)
    )
    return closed.first() is not None


def open_notices(connection: Connection) -> list[Notice]:
    """What is wrong now, the newest first."""
    rows = connection.execute(
        select(
            OperatorNotice.id,
            OperatorNotice.code,
            OperatorNotice.kind,
            OperatorNotice.sender,
            OperatorNotice.count,
            OperatorNotice.first_at,
            OperatorNotice.last_at,
        )
        .where(OperatorNotice.closed_at.is_(None))
        .order_by(OperatorNotice.last_at.desc(), OperatorNotice.id)
    )
    return [Notice(*row) for row in rows]


def is_held(connection: Connection, *, kind: str, sender: str) -> bool:
    """Whether something stops what this number sends: what goes to many waits for an operator."""
    found = connection.execute(
        select(OperatorNotice.id)
        .where(
            OperatorNotice.kind == kind,
            OperatorNotice.sender == sender,
            OperatorNotice.closed_at.is_(None),
        )
        .limit(1)
    )
    return found.first() is not None
