"""Somebody who wants nothing kept of her: her consents are nobody's, and she is forgotten."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, delete, select, update

from contacts.models import Consent, Line, Person, ToolUse
from contacts.tools import forget_tools
from storage.database import Base
from storage.messages import Outbox

_PEOPLE: Any = Person.__table__
_LINES: Any = Line.__table__


def make_consents_nobodys(
    connection: Connection, person_id: str, *, purpose: str, since: dt.datetime
) -> None:
    """That somebody agreed to it stays, in which words and when; not who."""
    connection.execute(
        update(Consent)
        .where(
            Consent.person_id == person_id,
            Consent.purpose == purpose,
            Consent.given_at >= since,
        )
        .values(person_id=None)
    )


def forget_newcomer(connection: Connection, person_id: str) -> bool:
    """Delete somebody of whom nothing else is kept, and her line with the last person on it.

    False, and she stays, where anything else is hers, or she has told or protected anything.
    """
    line_id: str | None = connection.execute(
        select(Person.line_id).where(
            Person.id == person_id,
            Person.gender.is_(None),
            Person.district.is_(None),
            Person.pin_hash.is_(None),
        )
    ).scalar_one_or_none()
    if line_id is None or _is_referred_to(connection, _PEOPLE.c.id, person_id):
        return False
    forget_tools(connection, [person_id])
    connection.execute(delete(Person).where(Person.id == person_id))
    # Where she was called, or is to be, the line is known by that.
    has_been_called = connection.execute(select(Outbox.id).where(Outbox.line_id == line_id)).first()
    if has_been_called is None and not _is_referred_to(connection, _LINES.c.id, line_id):
        connection.execute(delete(Line).where(Line.id == line_id, Line.opted_out_at.is_(None)))
    return True


def _is_referred_to(connection: Connection, column: Any, value: str) -> bool:
    """Whether any row of any table belongs to this one."""
    return any(
        connection.execute(select(key.parent).where(key.parent == value).limit(1)).first()
        is not None
        for table in Base.metadata.tables.values()
        # That she used a tool is nothing to keep her for.
        if table is not ToolUse.__table__
        for key in table.foreign_keys
        if key.column is column
    )
