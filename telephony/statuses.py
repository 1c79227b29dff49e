"""What the carrier reports of our texts and calls, noted by rank: late or twice changes nothing.

A failure that is reported afterwards is judged by the same table as one that is answered at once.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from contacts import operations as people
from storage import notices, outbox
from storage.outbox import Kind, Outbox, Reason, State
from telephony.values import (
    CALL_REASONS,
    CALL_STATES,
    CODES,
    KANNEL_REPORTS,
    MESSAGE_STATES,
    Policy,
    Ruling,
    Waits,
)

_WAITS = Waits()
_FAILURES = (State.FAILED, State.UNDELIVERED)


def note_text(
    connection: Connection,
    *,
    row_id: str,
    form: Mapping[str, str],
    now: dt.datetime,
    waits: Waits = _WAITS,
) -> None:
    """Note a message's state; one we do not know is ignored."""
    status, sid = form.get("MessageStatus", ""), form.get("MessageSid", "")
    note(connection, row_id, Report(Kind.TEXT, sid, status, _code(form)), now=now, waits=waits)


def note_call(
    connection: Connection,
    *,
    row_id: str,
    form: Mapping[str, str],
    now: dt.datetime,
    waits: Waits = _WAITS,
) -> None:
    """Note a call's state; one we do not know is ignored."""
    status, sid = form.get("CallStatus", ""), form.get("CallSid", "")
    note(connection, row_id, Report(Kind.CALL, sid, status, _code(form)), now=now, waits=waits)


def note_kannel(
    connection: Connection,
    *,
    row_id: str,
    provider_id: str,
    kind: int,
    now: dt.datetime,
    waits: Waits = _WAITS,
) -> None:
    """Note a delivery report of Kannel's, of the attempt that we called `provider_id`; one of a
    type that we do not know is ignored."""
    if (known := KANNEL_REPORTS.get(kind)) is not None:
        status, code = known
        report = Report(Kind.TEXT, provider_id, status, code)
        note(connection, row_id, report, now=now, waits=waits)


def _code(form: Mapping[str, str]) -> int | None:
    raw = form.get("ErrorCode", "")
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 10 else None


@dataclass(frozen=True, slots=True)
class Report:
    """A state of a text or call in the carrier's words, told by it or looked up there."""

    kind: Kind
    provider_id: str
    status: str
    code: int | None

    @property
    def state(self) -> State | None:
        states = CALL_STATES if self.kind is Kind.CALL else MESSAGE_STATES
        return states.get(self.status)


def note(
    connection: Connection, row_id: str, report: Report, *, now: dt.datetime, waits: Waits
) -> None:
    """Note a report of a row's newest attempt; of a past one a receipt of delivery alone."""
    state, provider_id = report.state, report.provider_id[:64]
    if state is None or not provider_id:
        return
    row = connection.execute(
        select(Outbox.line_id, Outbox.sender, Outbox.provider_id).where(Outbox.id == row_id)
    ).first()
    if row is None:
        return
    if state is State.DELIVERED:
        people.mark_reached(connection, row.line_id, by_text=report.kind is Kind.TEXT)
    is_of_another_attempt = row.provider_id not in (None, provider_id)
    if is_of_another_attempt or outbox.is_past(connection, provider_id):
        if state is State.DELIVERED:
            outbox.advance(connection, row_id, state, now=now)
        return
    if row.provider_id != provider_id:
        outbox.take_over(connection, row_id, provider_id=provider_id, now=now)
    ruling = CODES.get(report.code) if report.code and state in _FAILURES else None
    failed = outbox.failures(connection, row_id) if ruling is not None else 0
    if ruling is not None and _is_tried_again(ruling, failed):
        wait = waits.before_retry_at_handset(failed + 1, random.random())  # noqa: S311
        outbox.fail_attempt(
            connection,
            row_id,
            provider_id=provider_id,
            now=now,
            due_at=now + dt.timedelta(seconds=wait),
            error_code=str(report.code),
            reason=ruling.reason,
        )
        return
    moved = outbox.advance(
        connection,
        row_id,
        state,
        now=now,
        provider_id=provider_id,
        error_code=str(report.code) if report.code else None,
        reason=_reason(report, state, ruling),
    )
    if moved and ruling is not None:
        follow(connection, ruling, report, line_id=row.line_id, sender=row.sender, now=now)


def follow(
    connection: Connection,
    ruling: Ruling,
    report: Report,
    *,
    line_id: str,
    sender: str,
    now: dt.datetime,
) -> None:
    """What a failure means beyond its own row: for the line, or for operators."""
    match ruling.policy:
        case Policy.PERMANENT:
            people.mark_unreachable(connection, line_id, texts_alone=ruling.texts_alone, now=now)
        case Policy.OPTED_OUT:
            people.opt_out_line(connection, line_id, now=now)
        case Policy.CONFIGURATION:
            code = str(report.code or report.status)[:16]
            notices.tell(connection, code=code, kind=report.kind, sender=sender, now=now)
        case Policy.TRANSIENT | Policy.SLOW_DOWN:
            pass


def _is_tried_again(ruling: Ruling, failed: int) -> bool:
    if ruling.policy not in (Policy.TRANSIENT, Policy.SLOW_DOWN):
        return False
    return ruling.retries is None or failed < ruling.retries


def _reason(report: Report, state: State, ruling: Ruling | None) -> Reason | None:
    if state not in _FAILURES:
        return None
    if ruling is not None:
        return ruling.reason
    return CALL_REASONS.get(report.status, Reason.CARRIER)
