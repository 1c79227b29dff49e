"""What the carrier reports of our texts and calls, noted by rank: late or twice changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import Connection

from storage import outbox
from storage.outbox import State
from telephony.values import CALL_STATES, MESSAGE_STATES


def note_text(
    connection: Connection, *, row_id: str, form: Mapping[str, str], now: dt.datetime
) -> None:
    """Note a message's state; one we do not know is ignored."""
    state = MESSAGE_STATES.get(form.get("MessageStatus", ""))
    _note(connection, row_id, state, form.get("MessageSid"), form.get("ErrorCode"), now)


def note_call(
    connection: Connection, *, row_id: str, form: Mapping[str, str], now: dt.datetime
) -> None:
    """Note a call's state; one we do not know is ignored."""
    state = CALL_STATES.get(form.get("CallStatus", ""))
    _note(connection, row_id, state, form.get("CallSid"), form.get("ErrorCode"), now)


def _note(
    connection: Connection,
    row_id: str,
    state: State | None,
    provider_id: str | None,
    error_code: str | None,
    now: dt.datetime,
) -> None:
    if state is None or not provider_id:
        return
    outbox.advance(
        connection,
        row_id,
        state,
        now=now,
        provider_id=provider_id[:64],
        error_code=error_code[:16] if error_code else None,
    )
