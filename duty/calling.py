"""Writes of calls that somebody asks for on the page of a case: her own phone rings first, then
the person's; or hers alone, to record an answer. They flush, the caller commits.

A call that is asked for twice is one. The row of the outbox names the account: the number is read
when it is dialled, and a work phone is no line of ours.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, insert, or_, select, update

from duty.errors import CalledAlready, NoPhone, OnAnotherCall
from duty.models import Bridge, Duty
from duty.operations import end
from duty.values import CALL_WITHIN, DICTATE, LOST_AFTER, CallAsked, CallFor, CallOut
from storage import outbox
from storage.ids import new_id

_BRIDGES: Any = Bridge.__table__
_DUTY: Any = Duty.__table__
_OUTBOX: Any = outbox.Outbox.__table__


def ask(
    connection: Connection,
    *,
    account_id: str,
    case_id: str,
    programme: str,
    language: str,
    sender: str,
    purpose: str | None = None,
    now: dt.datetime,
) -> CallAsked:
    """Have the work phone of this account rung from `sender`, to be put through to the person of a
    case, or for another `purpose`. The one that is going on, where she asked for it already.

    Whoever calls this holds the case: of two who ask at once for one person the second sees the
    first. NoPhone, OnAnotherCall, and CalledAlready where the person is to be rung.
    """
    # Held by a change that changes nothing: of two clicks at once the second sees the first.
    held = connection.execute(
        update(_DUTY)
        .where(Duty.account_id == account_id, Duty.number.is_not(None))
        .values(is_on=Duty.is_on)
        .returning(Duty.account_id)
    ).first()
    if held is None:
        raise NoPhone(account_id)
    settle(connection, or_(Bridge.account_id == account_id, Bridge.case_id == case_id), now=now)
    # Who records rings nobody: only her own phone must be free.
    same = and_(Bridge.case_id == case_id, Bridge.purpose.is_(None)) if purpose is None else false()
    going_on = connection.execute(
        select(Bridge.id, Bridge.account_id, Bridge.case_id, Bridge.purpose)
        .where(
            or_(Bridge.account_id == account_id, same),
            Bridge.ended_at.is_(None),
            Bridge.rung_at > now - LOST_AFTER,
        )
        .order_by(Bridge.rung_at)
    ).all()
    for row in going_on:
        if (row.account_id, row.case_id, row.purpose) == (account_id, case_id, purpose):
            return CallAsked(row.id, is_new=False)
    if going_on:
        is_hers = any(row.account_id == account_id for row in going_on)
        raise OnAnotherCall(account_id) if is_hers else CalledAlready(case_id)
    bridge_id = new_id()
    outbox_id = outbox.add_call(
        connection,
        sender=sender,
        line_id=account_id,
        opening={"account": account_id, "bridge": bridge_id},
        now=now,
        priority=outbox.URGENT,
        expires_at=now + CALL_WITHIN,
    )
    connection.execute(
        insert(_BRIDGES).values(
            id=bridge_id,
            programme=programme,
            account_id=account_id,
            language=language,
            case_id=case_id,
            purpose=purpose,
            outbox_id=outbox_id,
            rung_at=now,
        )
    )
    return CallAsked(bridge_id, is_new=True)


def answered(connection: Connection, bridge_id: str, *, leg: str) -> CallOut | None:
    """The work phone was taken, on this leg and no other; None where the call is over."""
    return _going_on(
        connection, bridge_id, or_(Bridge.leg.is_(None), Bridge.leg == leg), {"leg": leg}
    )


def ready(connection: Connection, bridge_id: str, *, leg: str, now: dt.datetime) -> CallOut | None:
    """She pressed the key: the person may be called. Again changes nothing; None where it is over
    or another's."""
    found = _going_on(connection, bridge_id, Bridge.leg == leg, {"leg": leg})
    if found is not None:
        connection.execute(
            update(_BRIDGES)
            .where(Bridge.id == bridge_id, Bridge.ready_at.is_(None))
            .values(ready_at=now)
        )
    return found


def reaches_person(connection: Connection, bridge_id: str) -> CallOut | None:
    """The person's phone was taken, while the other side waits or talks; else None."""
    may_talk = and_(Bridge.ready_at.is_not(None), Bridge.purpose.is_(None))
    return _going_on(connection, bridge_id, may_talk, {"ready_at": Bridge.ready_at})


def dictates(connection: Connection, bridge_id: str, *, leg: str) -> CallOut | None:
    """The call on which an answer is recorded, while it lasts, on its own leg; else None."""
    hers = and_(Bridge.leg == leg, Bridge.purpose == DICTATE)
    return _going_on(connection, bridge_id, hers, {"leg": leg})


def dictated_for(connection: Connection, bridge_id: str) -> CallFor | None:
    """The case and the account of a call on which answers are recorded, over or not."""
    row = connection.execute(
        select(Bridge.case_id, Bridge.account_id).where(
            Bridge.id == bridge_id, Bridge.purpose == DICTATE
        )
    ).first()
    return CallFor(row.case_id, row.account_id) if row and row.case_id else None


def _going_on(
    connection: Connection, bridge_id: str, which: ColumnElement[bool], changes: dict[str, Any]
) -> CallOut | None:
    row = connection.execute(
        update(_BRIDGES)
        .where(
            Bridge.id == bridge_id, Bridge.case_id.is_not(None), Bridge.ended_at.is_(None), which
        )
        .values(changes)
        .returning(
            Bridge.case_id,
            Bridge.programme,
            Bridge.account_id,
            Bridge.language,
            Bridge.taken_at,
            Bridge.purpose,
            Bridge.rung_at,
        )
    ).first()
    if row is None:
        return None
    spoken = connection.execute(
        select(Duty.languages).where(Duty.account_id == row.account_id)
    ).scalar_one_or_none()
    return CallOut(
        case_id=row.case_id,
        programme=row.programme,
        account_id=row.account_id,
        language=row.language,
        languages=tuple(spoken or ()),
        is_taken=row.taken_at is not None,
        purpose=row.purpose,
        rung_at=row.rung_at,
    )


def going_on(connection: Connection, bridge_id: str) -> CallFor | None:
    """The case and the account of a call for a case that is not over, held until the transaction
    ends, so that its end is told once; else None."""
    row = connection.execute(
        select(Bridge.case_id, Bridge.account_id)
        .where(Bridge.id == bridge_id, Bridge.case_id.is_not(None), Bridge.ended_at.is_(None))
        .with_for_update()
    ).first()
    return CallFor(row.case_id, row.account_id) if row else None


def settle(
    connection: Connection, which: ColumnElement[bool] | None = None, *, now: dt.datetime
) -> None:
    """End the calls whose call to the work phone has ended without a word of it to us: it was not
    taken, could not go out, or its end was only found out at the carrier."""
    found = connection.execute(
        select(Bridge.id, Bridge.taken_at)
        .join(_OUTBOX, _OUTBOX.c.id == Bridge.outbox_id)
        .where(Bridge.ended_at.is_(None), _OUTBOX.c.rank >= outbox.ENDED)
        .where(*([] if which is None else [which]))
    ).all()
    for row in found:
        # When they stopped talking nobody told: no length is made up.
        end(connection, row.id, how="gone", now=row.taken_at or now)


def settle_row(connection: Connection, outbox_id: str, *, now: dt.datetime) -> None:
    """As `settle`, for one call to a work phone."""
    settle(connection, Bridge.outbox_id == outbox_id, now=now)


def settle_case(connection: Connection, case_id: str, *, now: dt.datetime) -> None:
    """As `settle`, for the calls of one case."""
    settle(connection, Bridge.case_id == case_id, now=now)
