"""Writes of which cases are given to whom, and of when somebody is away. The caller commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert

from duty.errors import NotSomeDays
from duty.models import Absence, Profile
from staff import operations as trail
from storage.ids import new_id
from storage.upsert import insert_into

_PROFILES: Any = Profile.__table__
_ABSENCES: Any = Absence.__table__


def set_profile(
    connection: Connection,
    account_id: str,
    *,
    gender: str | None,
    queues: Sequence[str],
    by: str,
    now: dt.datetime,
) -> None:
    """Say whether an account is a woman's or a man's, where she wants that known, and in which
    queues it works; none means every one that it may see. `by` is who says so."""
    values = {"gender": gender, "queues": list(queues) or None}
    connection.execute(
        insert_into(connection, _PROFILES)
        .values(account_id=account_id, **values)
        .on_conflict_do_update(index_elements=["account_id"], set_=values)
    )
    _note(connection, "duty_profile_set", account_id, by=by, now=now)


def add_absence(
    connection: Connection,
    account_id: str,
    *,
    first_day: dt.date,
    last_day: dt.date,
    stand_in_id: str | None,
    today: dt.date,
    by: str,
    now: dt.datetime,
) -> str:
    """Say that an account is away on these days, and who stands in; return the absence's id.

    Raises NotSomeDays. Whoever stands in for herself is nobody.
    """
    if last_day < first_day or last_day < today:
        raise NotSomeDays
    absence_id = new_id()
    connection.execute(
        insert(_ABSENCES).values(
            id=absence_id,
            account_id=account_id,
            first_day=first_day,
            last_day=last_day,
            stand_in_id=stand_in_id if stand_in_id != account_id else None,
        )
    )
    _note(connection, "absence_set", account_id, by=by, now=now)
    return absence_id


def drop_absence(
    connection: Connection, account_id: str, absence_id: str, *, by: str, now: dt.datetime
) -> None:
    """Take an absence of this account back, where it is hers."""
    dropped = connection.execute(
        delete(_ABSENCES)
        .where(Absence.id == absence_id, Absence.account_id == account_id)
        .returning(Absence.id)
    ).first()
    if dropped is not None:
        _note(connection, "absence_dropped", account_id, by=by, now=now)


def _note(
    connection: Connection, action: str, account_id: str, *, by: str, now: dt.datetime
) -> None:
    trail.note(connection, account_id=by, action=action, subject=f"account:{account_id}", now=now)
