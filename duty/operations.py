"""Writes of duty and of calls put through. They flush, the caller commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from contacts.numbers import dialled
from duty.errors import NoPhone, NotAPhone, OursAlready
from duty.models import Bridge, Duty
from duty.queries import NUMBER, TAKE_CALLS
from duty.values import LEG_KEPT, LOST_AFTER, Outcome, Rung, outcome_of
from programmes.queries import answering
from staff import operations as trail
from staff.models import Account
from staff.values import Affiliation
from storage.ids import new_id
from storage.upsert import insert_into
from storage.vault import Vault

_DUTY: Any = Duty.__table__
_BRIDGES: Any = Bridge.__table__


def set_duty(
    connection: Connection,
    account_id: str,
    *,
    vault: Vault,
    phone: str | None,
    country: str,
    languages: Sequence[str],
    is_on: bool,
    by: str,
    now: dt.datetime,
) -> None:
    """Say whether an account takes calls, where and in which languages; `by` is who says so.

    `phone` as people write it in `country`; None leaves the one that is kept, empty takes it away.
    NoPhone, NotAPhone, OursAlready. What changed goes into the audit trail, never the number.
    """
    # Held by a change that changes nothing: of two who save at once the second sees the first.
    kept = connection.execute(
        update(_DUTY)
        .where(Duty.account_id == account_id)
        .values(is_on=Duty.is_on)
        .returning(Duty.number, Duty.languages, Duty.is_on)
    ).first()
    sealed = kept.number if kept else None
    if phone is not None:
        sealed = vault.seal_text(NUMBER, _work_phone(connection, phone, country)) if phone else None
    if is_on and sealed is None:
        raise NoPhone(account_id)
    values = {
        "number": sealed,
        "languages": list(languages),
        "is_on": is_on,
        "changed_at": now,
    }
    connection.execute(
        insert_into(connection, _DUTY)
        .values(account_id=account_id, **values)
        .on_conflict_do_update(index_elements=["account_id"], set_=values)
    )
    done = {
        "work_phone_set": phone is not None,
        "duty_languages_set": list(languages) != list(kept.languages if kept else ()),
        "duty_began": is_on and not (kept and kept.is_on),
        "duty_ended": not is_on and bool(kept and kept.is_on),
    }
    for action in (action for action, has_changed in done.items() if has_changed):
        trail.note(
            connection, account_id=by, action=action, subject=f"account:{account_id}", now=now
        )


def _work_phone(connection: Connection, phone: str, country: str) -> str:
    number = dialled(phone, country)
    if number is None:
        raise NotAPhone
    if answering(connection, number) is not None:
        raise OursAlready
    return number


def ring_next(
    connection: Connection,
    *,
    programme: str,
    affiliations: Collection[Affiliation],
    language: str,
    without: Collection[str],
    leg: str,
    now: dt.datetime,
) -> Rung | None:
    """Choose whom to ring for a caller on `leg`, and keep that she is; None where nobody is left.

    Who speaks the caller's language first, then who was rung longest ago; not `without`, nor
    anybody who is rung or talks already.
    """
    is_busy = (
        select(Bridge.id)
        .where(
            Bridge.account_id == Duty.account_id,
            Bridge.ended_at.is_(None),
            Bridge.rung_at > now - LOST_AFTER,
        )
        .exists()
    )
    rows = connection.execute(
        select(Duty.account_id, Duty.languages, Duty.rung_at)
        .join(Account, Account.id == Duty.account_id)
        .where(
            Account.programme == programme,
            Account.role.in_(TAKE_CALLS),
            Account.affiliation.in_(affiliations),
            Account.closed_at.is_(None),
            Duty.is_on,
            Duty.number.is_not(None),
            ~is_busy,
        )
    ).all()
    free = [row for row in rows if row.account_id not in without]
    if not free:
        return None
    long_ago = dt.datetime.min.replace(tzinfo=dt.UTC)
    chosen = min(
        free,
        key=lambda row: (language not in row.languages, row.rung_at or long_ago, row.account_id),
    )
    bridge_id = new_id()
    connection.execute(
        insert(_BRIDGES).values(
            id=bridge_id,
            programme=programme,
            account_id=chosen.account_id,
            language=language,
            leg=leg,
            rung_at=now,
        )
    )
    connection.execute(
        update(_DUTY).where(Duty.account_id == chosen.account_id).values(rung_at=now)
    )
    return Rung(bridge_id, chosen.account_id, speaks_it=language in chosen.languages)


def take(connection: Connection, bridge_id: str, *, now: dt.datetime) -> bool:
    """She pressed the key: the call is hers. Again changes nothing; False where it is over."""
    taken = connection.execute(
        update(_BRIDGES)
        .where(Bridge.id == bridge_id, Bridge.ended_at.is_(None), Bridge.taken_at.is_(None))
        .values(taken_at=now)
        .returning(Bridge.account_id)
    ).first()
    if taken is not None:
        trail.note(
            connection,
            account_id=taken.account_id,
            action="call_taken",
            subject=f"bridge:{bridge_id}",
            now=now,
        )
        return True
    still = connection.execute(
        select(Bridge.id).where(Bridge.id == bridge_id, Bridge.ended_at.is_(None))
    )
    return still.first() is not None


def end(connection: Connection, bridge_id: str, *, how: str, now: dt.datetime) -> Outcome:
    """It is over, in the carrier's word or "gone"; what came of it, the first time it was told."""
    ended = connection.execute(
        update(_BRIDGES)
        .where(Bridge.id == bridge_id, Bridge.ended_at.is_(None))
        .values(ended_at=now, leg=None)
        .returning(Bridge.taken_at, Bridge.ready_at, Bridge.case_id)
    ).first()
    if ended is None:
        known = connection.execute(select(Bridge.outcome).where(Bridge.id == bridge_id)).scalar()
        return Outcome(known) if known else Outcome.FAILED
    outcome = outcome_of(
        how,
        taken=ended.taken_at is not None,
        ready=ended.case_id is None or ended.ready_at is not None,
    )
    connection.execute(update(_BRIDGES).where(Bridge.id == bridge_id).values(outcome=outcome))
    return outcome


def caller_is_gone(connection: Connection, leg: str, *, now: dt.datetime) -> None:
    """The caller's call has ended: so has whatever it was put through to."""
    found = connection.execute(
        select(Bridge.id).where(Bridge.leg == leg, Bridge.ended_at.is_(None))
    )
    for bridge_id in [row.id for row in found]:
        end(connection, bridge_id, how="gone", now=now)


def forget_legs(connection: Connection, *, now: dt.datetime) -> None:
    """Erase the carrier's id of calls whose end was never told."""
    connection.execute(
        update(_BRIDGES)
        .where(Bridge.leg.is_not(None), Bridge.rung_at <= now - LEG_KEPT)
        .values(leg=None)
    )
