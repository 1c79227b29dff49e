"""Reads of duty and of calls put through.

`ringing` and `number_of_account` are the only ways to a work phone's number.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select
from sqlalchemy.orm import aliased

from duty.models import Absence, Bridge, Duty, Profile
from duty.values import DICTATE, Away, Colleague, OnDuty, Outcome, PutThrough, Ringing
from staff.models import Account
from staff.values import Affiliation, Role
from storage.vault import Vault

NUMBER = "duty.number"
"""The vault's purpose for the numbers of work phones."""

TAKE_CALLS = frozenset({Role.CASE_MANAGER, Role.SUPERVISOR})
"""The roles that may be on duty: those who answer people."""

_LISTED = 100


def on_duty(
    connection: Connection, programme: str, *, of: Affiliation = Affiliation.INDEPENDENT
) -> tuple[OnDuty, ...]:
    """Everybody of a programme who may take calls, whether or not they do now, as far as people of
    this affiliation have a say in it: independent ones for all, others for their own."""
    own = [] if of is Affiliation.INDEPENDENT else [Account.affiliation == of]
    rows = connection.execute(
        select(
            Account.id,
            Account.email,
            Duty.number,
            Duty.languages,
            Duty.is_on,
            Duty.changed_at,
        )
        .outerjoin(Duty, Duty.account_id == Account.id)
        .where(
            Account.programme == programme,
            Account.role.in_(TAKE_CALLS),
            Account.closed_at.is_(None),
            *own,
        )
        .order_by(Account.email)
    )
    return tuple(_on_duty(row) for row in rows)


def _on_duty(row: Any) -> OnDuty:
    return OnDuty(
        account_id=row.id,
        email=row.email,
        has_phone=row.number is not None,
        languages=tuple(row.languages or ()),
        is_on=bool(row.is_on),
        since=row.changed_at,
    )


def colleagues(connection: Connection, programme: str, *, today: dt.date) -> tuple[Colleague, ...]:
    """Everybody of a programme who answers cases, by e-mail. Two statements."""
    standing_in = aliased(Account)
    away: dict[str, list[Away]] = {}
    for row in connection.execute(
        select(
            Absence.id,
            Absence.account_id,
            Absence.first_day,
            Absence.last_day,
            Absence.stand_in_id,
            standing_in.email,
        )
        .join(Account, Account.id == Absence.account_id)
        .outerjoin(standing_in, standing_in.id == Absence.stand_in_id)
        .where(Account.programme == programme, Absence.last_day >= today)
        .order_by(Absence.first_day, Absence.id)
    ):
        away.setdefault(row.account_id, []).append(
            Away(row.id, row.first_day, row.last_day, row.stand_in_id, row.email)
        )
    rows = connection.execute(
        select(
            Account.id,
            Account.email,
            Account.role,
            Account.affiliation,
            Duty.is_on,
            Duty.number,
            Duty.languages,
            Profile.gender,
            Profile.queues,
        )
        .outerjoin(Duty, Duty.account_id == Account.id)
        .outerjoin(Profile, Profile.account_id == Account.id)
        .where(
            Account.programme == programme,
            Account.role.in_(TAKE_CALLS),
            Account.closed_at.is_(None),
        )
        .order_by(Account.email)
    )
    return tuple(
        Colleague(
            account_id=row.id,
            email=row.email,
            role=Role(row.role),
            affiliation=Affiliation(row.affiliation),
            is_on=bool(row.is_on),
            has_phone=row.number is not None,
            languages=tuple(row.languages or ()),
            gender=row.gender,
            queues=tuple(row.queues or ()),
            absences=tuple(away.get(row.id, ())),
        )
        for row in rows
    )


def ringing(connection: Connection, bridge_id: str, *, leg: str, vault: Vault) -> Ringing | None:
    """Whom to ring for this call; None where it is over, is another's, or the phone is gone."""
    row = connection.execute(
        select(Duty.number, Duty.languages)
        .join(Bridge, Bridge.account_id == Duty.account_id)
        .where(
            Bridge.id == bridge_id,
            Bridge.leg == leg,
            Bridge.ended_at.is_(None),
            Duty.number.is_not(None),
        )
    ).first()
    if row is None:
        return None
    return Ringing(vault.open_text(NUMBER, row.number), tuple(row.languages))


def number_of_account(connection: Connection, account_id: str, *, vault: Vault) -> str | None:
    """The work phone of an account in E.164, for dialling it; None where none is kept any more."""
    sealed = connection.execute(
        select(Duty.number)
        .join(Account, Account.id == Duty.account_id)
        .where(Duty.account_id == account_id, Account.closed_at.is_(None))
    ).scalar_one_or_none()
    return vault.open_text(NUMBER, sealed) if sealed else None


def has_phone(connection: Connection, account_id: str) -> bool:
    """Whether a work phone is kept for this account."""
    found = connection.execute(
        select(Duty.account_id).where(Duty.account_id == account_id, Duty.number.is_not(None))
    )
    return found.first() is not None


def is_dictating(connection: Connection, case_id: str, *, account_id: str) -> bool:
    """Whether the work phone of this account rings, or is spoken into, to record an answer."""
    found = connection.execute(
        select(Bridge.id).where(
            Bridge.case_id == case_id,
            Bridge.account_id == account_id,
            Bridge.purpose == DICTATE,
            Bridge.ended_at.is_(None),
        )
    )
    return found.first() is not None


def is_waiting(connection: Connection, bridge_id: str) -> bool:
    """Whether a caller still waits for this call to be taken, or talks."""
    found = connection.execute(
        select(Bridge.id).where(Bridge.id == bridge_id, Bridge.ended_at.is_(None))
    )
    return found.first() is not None


def put_through(
    connection: Connection, programme: str, *, since: dt.datetime
) -> tuple[PutThrough, ...]:
    """The calls for which somebody was rung since then, the newest first; a hundred at most."""
    return _put_through(
        connection, Bridge.programme == programme, Bridge.rung_at >= since, newest_first=True
    )


def calls_of_case(connection: Connection, case_id: str) -> tuple[PutThrough, ...]:
    """The calls that were asked for on the page of a case, the oldest first; a hundred at most."""
    return _put_through(connection, Bridge.case_id == case_id, newest_first=False)


def talked_last(connection: Connection, case_id: str) -> dt.datetime | None:
    """When the person of a case last took a call that was asked for on its page."""
    return connection.execute(
        select(func.max(Bridge.taken_at)).where(Bridge.case_id == case_id, Bridge.purpose.is_(None))
    ).scalar_one()


def _put_through(
    connection: Connection, *which: ColumnElement[bool], newest_first: bool
) -> tuple[PutThrough, ...]:
    order = Bridge.rung_at.desc() if newest_first else Bridge.rung_at
    rows = connection.execute(
        select(
            Bridge.id,
            Account.email,
            Bridge.language,
            Bridge.rung_at,
            Bridge.ready_at,
            Bridge.taken_at,
            Bridge.ended_at,
            Bridge.outcome,
            Bridge.case_id,
        )
        .join(Account, Account.id == Bridge.account_id)
        .where(Bridge.purpose.is_(None), *which)
        .order_by(order, Bridge.id)
        .limit(_LISTED)
    )
    return tuple(
        PutThrough(
            id=row.id,
            email=row.email,
            language=row.language,
            rung_at=row.rung_at,
            taken_at=row.taken_at,
            ended_at=row.ended_at,
            outcome=Outcome(row.outcome) if row.outcome else None,
            is_ours=row.case_id is not None,
            ready_at=row.ready_at,
        )
        for row in rows
    )
