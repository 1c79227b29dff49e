"""A respondent takes her answers back, for as long as a round's key can find them.

Nothing here commits. What has been shown keeps counting her, and nothing in it is hers to find;
`surveys.snapshots` sees to it that no later results differ from earlier ones by her alone.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, select, update

from storage.vault import Vault
from surveys import open_answers, queries
from surveys.models import Answer, PilotRun, Response, Round, RoundKey

_ROUNDS: Any = Round.__table__


def answered(
    connection: Connection, *, vault: Vault, programme_slug: str, line_key: str
) -> list[str]:
    """The responses that she can still take back, of every round whose key lives."""
    keyed = (
        connection.execute(
            select(Round.id)
            .join(RoundKey, RoundKey.round_id == Round.id)
            .where(Round.programme == programme_slug)
        )
        .scalars()
        .all()
    )
    found = []
    for round_id in keyed:
        round_ = queries.keyed_round(connection, round_id, vault=vault)
        progress = round_ and queries.progress(connection, round_id, round_.respondent(line_key))
        if progress:
            found.append(progress.response_id)
    return found


def withdraw(connection: Connection, *, vault: Vault, programme_slug: str, line_key: str) -> int:
    """Delete them with all that was answered; return how many. Sounds go at the next sweep."""
    hers = answered(connection, vault=vault, programme_slug=programme_slug, line_key=line_key)
    for response_id in hers:
        gone = forget(connection, response_id)
        if gone is not None and gone.complete:
            connection.execute(
                update(_ROUNDS)
                .where(Round.id == gone.round_id)
                .values(withdrawn=Round.withdrawn + 1)
            )
    return len(hers)


def forget(connection: Connection, response_id: str) -> Any:
    """Delete a response with all that was answered; its round and whether it was complete, None
    where it is gone already."""
    open_answers.forget_response(connection, response_id)
    connection.execute(delete(Answer).where(Answer.response_id == response_id))
    connection.execute(delete(PilotRun).where(PilotRun.response_id == response_id))
    return connection.execute(
        delete(Response)
        .where(Response.id == response_id)
        .returning(Response.round_id, Response.complete)
    ).first()
