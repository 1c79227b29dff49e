"""The words of what was kept before they were, and of everything anew where folding has changed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from grievances import operations, replies
from grievances.interpreting import queries as interpreting
from grievances.models import Case, Reply, Statement
from grievances.search.operations import find_by, forget_case
from storage.vault import Vault

BATCH = 200


def batches(connection: Connection) -> Iterator[list[str]]:
    """The ids of all cases, some at a time."""
    after = ""
    while True:
        ids = list(
            connection.execute(
                select(Case.id).where(Case.id > after).order_by(Case.id).limit(BATCH)
            ).scalars()
        )
        if not ids:
            return
        yield ids
        after = ids[-1]


def renew(connection: Connection, case_id: str, *, vault: Vault) -> None:
    """Write the words of a case anew, from everything that is kept of it."""
    forget_case(connection, case_id)
    programme = connection.execute(select(Case.programme).where(Case.id == case_id)).scalar_one()
    said = connection.execute(
        select(Statement.id, Statement.text).where(Statement.case_id == case_id)
    ).all()
    for row in said:
        written = interpreting.newest(connection, vault, row.id)
        texts = (written.words.transcript, written.words.spanish) if written else ()
        text = vault.open_text(operations.WORDS, row.text) if row.text is not None else None
        find_by(connection, case_id, text, *texts, source=row.id, programme=programme, vault=vault)
    answered = connection.execute(
        select(Reply.id, Reply.text).where(Reply.case_id == case_id, Reply.text.is_not(None))
    ).all()
    for row in answered:
        text = vault.open_text(replies.WORDS, row.text)
        find_by(connection, case_id, text, source=row.id, programme=programme, vault=vault)
