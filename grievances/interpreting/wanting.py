"""Which statements come to the interpreter's desk, from the moment they are kept; and that what was
written of them goes when they do."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, delete

from grievances.interpreting.models import HandedBack, Interpretation, Rendering
from grievances.interpreting.values import State
from grievances.search.operations import forget
from storage.upsert import insert_into
from storage.vault import Vault

FREE: Final[dict[str, None]] = {"held_by": None, "held_since": None, "held_until": None}
"""Of an item that nobody holds."""

_TEXT = "interpretation.told"
_ITEMS: Any = Interpretation.__table__


def want(
    connection: Connection,
    statement_id: str,
    *,
    vault: Vault,
    recording_id: str | None,
    text: str | None,
) -> None:
    """What was said is to be put into Spanish. Said anew under the same id it is to be heard anew:
    what was written of it before is gone, as the words themselves are."""
    told = recording_id or (vault.tag(_TEXT, text) if text else "")
    if not told:
        return
    changed = connection.execute(
        insert_into(connection, _ITEMS)
        .values(statement_id=statement_id, state=State.WAITING, told=told)
        .on_conflict_do_update(
            index_elements=["statement_id"],
            set_={"state": State.WAITING, "told": told, **FREE},
            where=Interpretation.told != told,
        )
        .returning(Interpretation.statement_id)
    ).first()
    if changed is not None:
        forget_words(connection, statement_id)
        if text is None:  # what is written was given other words by whoever keeps it
            forget(connection, statement_id)


def forget_words(connection: Connection, statement_id: str) -> None:
    """Delete what interpreters wrote of a statement: with its own words go theirs."""
    for table in (Rendering, HandedBack):
        connection.execute(delete(table).where(table.statement_id == statement_id))
