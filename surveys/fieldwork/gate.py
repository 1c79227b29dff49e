"""The last look at a call or text to a line of a sample, in the transaction that claims it.

Meanwhile she may have opted out, or answered by herself; the round may have been paused, or the
hours have ended. Then it does not go out. What goes out is counted as a contact of its line, with
the news that goes to it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, select, update

from outreach.operations import hold_line, note_contact
from outreach.queries import contacts_of
from outreach.values import Purpose, earliest
from programmes.values import Programme
from storage.outbox import Outgoing, Reason
from surveys.fieldwork import queries
from surveys.fieldwork.feeding import end, next_chance, refusal_of, waiting_lines
from surveys.fieldwork.models import SampledLine
from surveys.fieldwork.values import NOTICE, Standing, State
from surveys.outcomes import final

ProgrammeOf = Callable[[Connection, str], Programme]

_LINES: Any = SampledLine.__table__


class Gate:
    """Says of a row whether it may go out now. One per process."""

    def __init__(self, programme_of: ProgrammeOf) -> None:
        self._programme_of = programme_of

    def __call__(
        self, connection: Connection, each: Outgoing, *, now: dt.datetime
    ) -> Reason | None:
        """None where it may, and for what is no fieldwork's; else why it may not."""
        found = connection.execute(
            select(SampledLine.id, SampledLine.round_id).where(SampledLine.outbox_id == each.id)
        ).first()
        if found is None:
            return None
        here = queries.field(connection, found.round_id)
        calendar = self._programme_of(connection, here.programme).calendar
        hold_line(connection, each.line_id)
        row = connection.execute(waiting_lines(here).where(SampledLine.id == found.id)).one()
        refused = refusal_of(row)
        if refused is not None:
            end(connection, row.id, final([*queries.attempts_of(connection, row.id), refused]))
            return Reason.OPTED_OUT
        made = contacts_of(connection, each.line_id, now=now)
        may = earliest(made, subject=here.round_id, but=each.id, now=now)
        is_counted = any(one.outbox_id == each.id for one in made)
        # Claimed once more after a failure it is the attempt that it was.
        attempt = row.attempts - (is_counted and row.channel != NOTICE)
        opens = next_chance(calendar, row, may, attempt=attempt)
        if here.state is not State.RUNNING or opens > now or not here.is_open(now):
            connection.execute(
                update(_LINES)
                .where(SampledLine.id == row.id)
                .values(state=Standing.WAITING, outbox_id=None, due_at=opens)
            )
            return Reason.WITHDRAWN
        if not is_counted:
            if row.channel != NOTICE and row.attempts >= len(here.plan.channels):
                end(connection, row.id, final(queries.attempts_of(connection, row.id)))
                return Reason.WITHDRAWN
            note_contact(
                connection,
                line_id=each.line_id,
                purpose=Purpose.SURVEY,
                subject=here.round_id,
                outbox_id=each.id,
                due_at=now,
                now=now,
            )
            if row.channel != NOTICE:
                connection.execute(
                    update(_LINES)
                    .where(SampledLine.id == row.id)
                    .values(attempts=SampledLine.attempts + 1)
                )
        return None
