"""Writes of the words that cases are found by, in the transaction that keeps or takes the words
themselves. Nothing here commits."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, select

from grievances.models import Case
from grievances.search.models import CaseWord
from grievances.search.words import token, words_of
from storage.upsert import insert_into
from storage.vault import Vault

_WORDS: Any = CaseWord.__table__


def find_by(
    connection: Connection,
    case_id: str,
    *texts: str | None,
    source: str,
    programme: str | None = None,
    vault: Vault,
) -> None:
    """Have the case found by the words of these texts of the statement or reply `source`. One
    statement where the `programme` is told, none where there is no word."""
    words = {word for text in texts if text for word in words_of(text)}
    if not words:
        return
    whose = (
        programme
        or connection.execute(select(Case.programme).where(Case.id == case_id)).scalar_one()
    )
    tokens = sorted(token(vault, whose, word) for word in words)
    connection.execute(
        insert_into(connection, _WORDS)
        .values([{"token": each, "case_id": case_id, "source": source} for each in tokens])
        .on_conflict_do_nothing(index_elements=["token", "case_id", "source"])
    )


def forget(connection: Connection, source: str) -> None:
    """What a statement or reply said is gone, or another: its words lead to no case any more."""
    connection.execute(delete(_WORDS).where(CaseWord.source == source))


def forget_case(connection: Connection, case_id: str) -> None:
    """No word leads to this case any more."""
    connection.execute(delete(_WORDS).where(CaseWord.case_id == case_id))
