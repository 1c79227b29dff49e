"""Who can open sealed reports: two at first, by command; each further one by two who can.

Each has a key pair of her own under her passphrase. The programme's private key exists nowhere but
sealed to those: to designate somebody is to seal it to her too, and to take somebody off makes a
new one, to which every report is sealed anew.

A passphrase takes a while to try, on purpose: `unlocked` is called with no transaction open.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, case, delete, insert, or_, select, update

from safeguarding import sealing
from safeguarding.errors import (
    AlreadyDesignated,
    LockedOut,
    NotDesignated,
    TooFew,
    WrongPassphrase,
)
from safeguarding.models import Designation, ProgrammeKey, SealedReport
from safeguarding.operations import about_report
from safeguarding.queries import designee, key_id_of, people
from staff import operations as staff
from staff.models import Account
from staff.values import Role
from storage.database import Database
from storage.ids import new_id
from storage.upsert import insert_into

TRIES = 5
LOCKED_FOR = dt.timedelta(hours=1)

FIRST = 2
"""How many are designated at first, and how many must agree to each change."""

_TABLE: Any = Designation.__table__
_KEYS: Any = ProgrammeKey.__table__
_REPORTS: Any = SealedReport.__table__


@dataclass(frozen=True, slots=True, repr=False)
class Unlocked:
    """The programme's private key in the hands of one designated person. For one request."""

    account_id: str
    key_id: str
    private: bytes


def unlocked(
    database: Database,
    programme: str,
    account_id: str,
    passphrase: str,
    *,
    by: str,
    now: dt.datetime,
) -> Unlocked:
    """What the passphrase of a designated person opens, typed where the account `by` is signed in.

    A try counts as wrong until it was right; after five in a row there is none for an hour.
    Raises NotDesignated, LockedOut, WrongPassphrase; each is noted.
    """
    with database.writing() as connection:
        row = _begin(connection, programme, account_id, by=by, now=now)
    if row is None:
        raise NotDesignated
    if row.is_locked:
        raise LockedOut
    own = sealing.unwrap(row.wrapped, passphrase, _about_person(account_id))
    private = sealing.unseal(own, row.programme_key, _about_key(row.key_id))
    with database.writing() as connection:
        connection.execute(
            update(_TABLE)
            .where(Designation.account_id == account_id)
            .values(failures=0, locked_until=None)
        )
    return Unlocked(account_id, row.key_id, private)


@dataclass(frozen=True, slots=True, repr=False)
class _Try:
    wrapped: bytes
    programme_key: bytes
    key_id: str
    is_locked: bool = False


def _begin(
    connection: Connection, programme: str, account_id: str, *, by: str, now: dt.datetime
) -> _Try | None:
    """Count a try before the passphrase is looked at, so that no more than five run at once."""
    found = designee(connection, programme, account_id)
    if found is None or not found.is_designated:
        _note(connection, by, "safeguarding_refused", programme, now)
        return None
    unlocked = or_(Designation.locked_until.is_(None), Designation.locked_until <= now)
    last = Designation.failures + 1 >= TRIES
    row = connection.execute(
        update(_TABLE)
        .where(and_(Designation.account_id == account_id, unlocked))
        .values(
            failures=case((last, 0), else_=Designation.failures + 1),
            locked_until=case((last, now + LOCKED_FOR), else_=None),
        )
        .returning(Designation.wrapped, Designation.programme_key, Designation.key_id)
    ).first()
    _note(connection, by, "safeguarding_tried", account_id, now)
    if row is None:
        return _Try(b"", b"", "", is_locked=True)
    return _Try(row.wrapped, row.programme_key, row.key_id)


def designate_first(
    connection: Connection,
    programme: str,
    wrapped: dict[str, tuple[bytes, bytes]],
    *,
    now: dt.datetime,
) -> None:
    """Make the programme's key and designate its first two: `wrapped` as `own_pair` made it.

    Raises AlreadyDesignated where there is a key, TooFew where they are not two, NotDesignated
    where one is not of the role and programme.
    """
    if key_id_of(connection, programme) is not None:
        raise AlreadyDesignated
    if len(wrapped) != FIRST:
        raise TooFew
    for account_id, (public, private) in wrapped.items():
        _keep_pair(connection, programme, account_id, public, private)
    pair, key_id = sealing.new_pair(), new_id()
    connection.execute(insert(_KEYS).values(id=key_id, programme=programme, public=pair.public))
    for account_id in wrapped:
        _give_key(connection, account_id, key_id, pair.private)
        _note(connection, account_id, "safeguarding_designated", programme, now)


def own_pair(account_id: str, passphrase: str) -> tuple[bytes, bytes]:
    """A person's public key, and her private one under her passphrase. Takes a while.

    Raises WeakPassphrase.
    """
    pair = sealing.new_pair()
    return pair.public, sealing.wrap(pair.private, passphrase, _about_person(account_id))


def apply(
    connection: Connection,
    programme: str,
    account_id: str,
    pair: tuple[bytes, bytes],
    *,
    now: dt.datetime,
) -> None:
    """Somebody of the role has chosen a passphrase and waits to be designated.

    Raises AlreadyDesignated, or NotDesignated for who is not of the role.
    """
    found = designee(connection, programme, account_id)
    if found is not None and found.is_designated:
        raise AlreadyDesignated
    _keep_pair(connection, programme, account_id, *pair)
    _note(connection, account_id, "safeguarding_applied", programme, now)


def designate(
    connection: Connection,
    programme: str,
    account_id: str,
    by: tuple[Unlocked, Unlocked],
    *,
    now: dt.datetime,
) -> None:
    """Two designated people let a third open what they can.

    Raises NotDesignated where she has not chosen a passphrase, AlreadyDesignated, TooFew.
    """
    key_id, private = _agreed(connection, by)
    found = designee(connection, programme, account_id)
    if found is None:
        raise NotDesignated
    if found.is_designated:
        raise AlreadyDesignated
    _give_key(connection, account_id, key_id, private)
    for each in by:
        _note(connection, each.account_id, "safeguarding_designates", account_id, now)


def remove(
    connection: Connection,
    programme: str,
    account_id: str,
    by: tuple[Unlocked, Unlocked],
    *,
    now: dt.datetime,
) -> None:
    """Take somebody off: a new key is made for those who stay, and every report sealed to it.

    The old key is gone, and with it whatever she kept a copy of opens nothing here any more.
    Raises TooFew where fewer than two would stay, NotDesignated.
    """
    key_id, private = _agreed(connection, by)
    if account_id in {each.account_id for each in by}:
        raise TooFew
    gone = connection.execute(
        delete(_TABLE)
        .where(Designation.account_id == account_id, Designation.key_id == key_id)
        .returning(Designation.account_id)
    )
    if gone.first() is None:
        raise NotDesignated
    stay = {each.account_id for each in people(connection, programme) if each.is_designated}
    if len(stay) < FIRST:
        raise TooFew
    # Accounts that are closed or of another role go with her.
    connection.execute(
        delete(_TABLE).where(Designation.key_id == key_id, Designation.account_id.not_in(stay))
    )
    _renew(connection, key_id, private, sorted(stay))
    for each in by:
        _note(connection, each.account_id, "safeguarding_removes", account_id, now)


def _agreed(connection: Connection, by: tuple[Unlocked, Unlocked]) -> tuple[str, bytes]:
    """The key that both have in hand, held from here on: nobody seals to it meanwhile."""
    one, other = by
    if one.account_id == other.account_id:
        raise TooFew
    public = connection.execute(
        select(ProgrammeKey.public).where(ProgrammeKey.id == one.key_id).with_for_update()
    ).scalar_one_or_none()
    if one.key_id != other.key_id or public != sealing.public_of(one.private):
        # It was renewed between the passphrases and this.
        raise WrongPassphrase
    return one.key_id, one.private


def _keep_pair(
    connection: Connection, programme: str, account_id: str, public: bytes, wrapped: bytes
) -> None:
    is_of_role = connection.execute(
        select(Account.id).where(
            Account.id == account_id,
            Account.programme == programme,
            Account.role == Role.SAFEGUARDING,
            Account.closed_at.is_(None),
        )
    ).first()
    if is_of_role is None:
        raise NotDesignated
    new = {"public": public, "wrapped": wrapped, "failures": 0, "locked_until": None}
    connection.execute(
        insert_into(connection, _TABLE)
        .values(account_id=account_id, **new)
        .on_conflict_do_update(
            index_elements=["account_id"], set_=new, where=Designation.programme_key.is_(None)
        )
    )


def _give_key(connection: Connection, account_id: str, key_id: str, private: bytes) -> None:
    public = connection.execute(
        select(Designation.public).where(Designation.account_id == account_id)
    ).scalar_one()
    sealed = sealing.seal(public, private, _about_key(key_id))
    connection.execute(
        update(_TABLE)
        .where(Designation.account_id == account_id)
        .values(key_id=key_id, programme_key=sealed)
    )


def _renew(connection: Connection, key_id: str, private: bytes, holders: list[str]) -> None:
    """A new key pair in the place of the old one, and every report sealed to it."""
    pair = sealing.new_pair()
    connection.execute(update(_KEYS).where(ProgrammeKey.id == key_id).values(public=pair.public))
    reports = connection.execute(
        select(SealedReport.id, SealedReport.sealed)
        .where(SealedReport.key_id == key_id)
        .with_for_update()
    ).all()
    for report in reports:
        about, boxes = about_report(report.id), b""
        for box in sealing.parted(report.sealed):
            plain = sealing.unseal(private, box, about)
            boxes = sealing.joined(boxes, sealing.seal(pair.public, plain, about))
        connection.execute(
            update(_REPORTS).where(SealedReport.id == report.id).values(sealed=boxes)
        )
    for account_id in holders:
        _give_key(connection, account_id, key_id, pair.private)


def _about_person(account_id: str) -> str:
    return f"person:{account_id}"


def _about_key(key_id: str) -> str:
    return f"key:{key_id}"


def _note(
    connection: Connection, account_id: str, action: str, about: str, now: dt.datetime
) -> None:
    staff.note(
        connection, account_id=account_id, action=action, subject=f"safeguarding:{about}", now=now
    )
