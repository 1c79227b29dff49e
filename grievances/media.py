"""Pictures and sounds of cases: withdrawn with their case, and told of where they could not be
kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import Connection, select, update

from contacts import queries as people
from grievances.models import Statement
from programmes.queries import senders_of
from storage import attachments, outbox
from storage.vault import Vault


def withdraw_media(connection: Connection, case_id: str, *, now: dt.datetime) -> bool:
    """Nobody sees the pictures and sounds of this case any more, and a worker deletes them; False
    where it has none."""
    sets = list(
        connection.execute(
            select(Statement.media_id).where(
                Statement.case_id == case_id, Statement.media_id.is_not(None)
            )
        ).scalars()
    )
    if sets:
        connection.execute(
            update(Statement).where(Statement.case_id == case_id).values(media_id=None)
        )
        attachments.withdraw(connection, [each for each in sets if each], now=now)
    return bool(sets)


def tell_not_kept(
    connection: Connection,
    media_id: str,
    *,
    vault: Vault,
    word: Callable[[str, str], str],
    now: dt.datetime,
) -> None:
    """Write to whoever was told that a picture or sound had come, and it could not be kept.

    `word` gives the text by programme slug and language. Nothing is written where she is not
    known, or wants no texts.
    """
    said = connection.execute(
        select(Statement.programme, Statement.language, Statement.person_id).where(
            Statement.media_id == media_id
        )
    ).first()
    line = people.line_of_person(connection, said.person_id) if said and said.person_id else None
    if said is None or line is None or line.opted_out or line.declines_texts:
        return
    sender = senders_of(connection, said.programme).texts
    if sender is not None:
        body = vault.seal_text(outbox.BODY, word(said.programme, said.language))
        outbox.add_text(connection, sender=sender, line_id=line.id, sealed_body=body, now=now)
