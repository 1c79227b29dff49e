"""Which tools people have used: no more than the month is kept of when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete

from contacts.models import ToolUse
from storage.upsert import insert_into

_TABLE: Any = ToolUse.__table__


def note_tools(
    connection: Connection, person_id: str, *, programme: str, tools: Iterable[str], day: dt.date
) -> None:
    """Note that somebody has used these tools on a day."""
    month = day.replace(day=1)
    for tool in sorted(tools):
        connection.execute(
            insert_into(connection, _TABLE)
            .values(person_id=person_id, programme=programme, tool=tool, month=month)
            .on_conflict_do_update(
                index_elements=["person_id", "programme", "tool"], set_={"month": month}
            )
        )


def forget_tools(connection: Connection, people: Sequence[str]) -> None:
    """Forget which tools these people have used."""
    connection.execute(delete(_TABLE).where(ToolUse.person_id.in_(people)))
