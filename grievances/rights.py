"""Rights over what is kept, asked for by a case: taken down here with their clock, whoever asks and
however; carried out and closed by `privacy`. The caller commits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select

from grievances.models import RightsRequest
from programmes.calendar import Calendar
from storage.ids import new_id

_REQUESTS: Any = RightsRequest.__table__


class Right(StrEnum):
    """What somebody may ask (Ley 29733, arts. 19 to 22)."""

    ACCESS = "access"
    CORRECTION = "correction"
    DELETION = "deletion"
    OPPOSITION = "opposition"
    """Nothing more goes out to her, by call or text."""


class Proof(StrEnum):
    """How we know that it is she who asks."""

    PIN = "pin"
    """She typed the code of a case and its PIN, or hers."""
    PHONE = "phone"
    """She asked from her phone, that nobody else uses; she has no PIN there."""
    CODE = "code"
    """She entered the code of a case, where others use her phone and she has no PIN."""
    STAFF = "staff"
    """Whoever works on her case took it down."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A request that was taken down, and the last day on which it is answered in time."""

    id: str
    due_on: dt.date


def take(
    connection: Connection,
    case_id: str,
    *,
    programme: str,
    right: Right,
    proof: Proof,
    by: str | None,
    calendar: Calendar,
    days: int,
    now: dt.datetime,
) -> Taken:
    """Take a request down; one of the same kind that is open already is the same. `by` is whoever
    of the staff took it down; None: she asked by telephone or text herself."""
    same = connection.execute(
        select(RightsRequest.id, RightsRequest.due_on).where(
            RightsRequest.case_id == case_id,
            RightsRequest.right == right,
            RightsRequest.closed_at.is_(None),
        )
    ).first()
    if same is not None:
        return Taken(same.id, same.due_on)
    request_id = new_id()
    due_on = calendar.after_business_days(calendar.here(now).date(), days)
    connection.execute(
        insert(_REQUESTS).values(
            id=request_id,
            programme=programme,
            case_id=case_id,
            right=right,
            proof=proof,
            asked_at=now,
            due_on=due_on,
            taken_by=by,
        )
    )
    return Taken(request_id, due_on)
