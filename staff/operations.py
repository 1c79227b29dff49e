"""Writes about staff: accounts, attempts to sign in, the audit trail. Nothing here commits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, case, insert, or_, update

from staff import passwords
from staff.errors import EmailTaken, InvalidEmail, WeakPassword
from staff.models import Account, AuditEntry
from staff.values import Affiliation, Basis, Role
from storage.ids import new_id
from storage.upsert import insert_into

FAILURES_TO_LOCK = 5
LOCKED_FOR = dt.timedelta(minutes=15)

_ACCOUNTS: Any = Account.__table__
_TRAIL: Any = AuditEntry.__table__


def folded(email: str) -> str:
    """The form in which an e-mail is kept and found."""
    return email.strip().lower()


def add_account(
    connection: Connection,
    *,
    email: str,
    password: str,
    role: Role,
    programme: str,
    affiliation: Affiliation,
    language: str,
    now: dt.datetime,
) -> str:
    """Add an account and return its id. InvalidEmail, WeakPassword (below 10 characters) or
    EmailTaken say what is wrong; a hash takes a while, so no other work belongs beside it."""
    name, at, domain = folded(email).rpartition("@")
    if not (name and at and domain) or any(character.isspace() for character in name + domain):
        raise InvalidEmail(f"not an e-mail address: {email!r}")
    if len(password) < passwords.SHORTEST:
        raise WeakPassword(f"a password has at least {passwords.SHORTEST} characters")
    added = connection.execute(
        insert_into(connection, _ACCOUNTS)
        .values(
            id=new_id(),
            email=folded(email),
            password_hash=passwords.hashed(password),
            role=role,
            programme=programme,
            affiliation=affiliation,
            language=language,
            failures=0,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["email"])
        .returning(_ACCOUNTS.c.id)
    ).scalar_one_or_none()
    if added is None:
        raise EmailTaken(f"there is an account for {folded(email)}")
    return str(added)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at signing in, counted before the password is looked at."""

    account_id: str
    password_hash: str


def begin_sign_in(connection: Connection, *, email: str, now: dt.datetime) -> Attempt | None:
    """Count a try as a failure until `finish_sign_in` says otherwise; None where the e-mail is
    unknown, the account closed, or locked by five failures in a row (15 minutes).

    Counting first keeps tries that run side by side from being more than five.
    """
    unlocked = or_(Account.locked_until.is_(None), Account.locked_until <= now)
    last = Account.failures + 1 >= FAILURES_TO_LOCK
    row = connection.execute(
        update(_ACCOUNTS)
        .where(and_(Account.email == folded(email), Account.closed_at.is_(None), unlocked))
        .values(
            failures=case((last, 0), else_=Account.failures + 1),
            locked_until=case((last, now + LOCKED_FOR), else_=None),
        )
        .returning(Account.id, Account.password_hash)
    ).first()
    # An unknown e-mail writes a row too: the same work, whoever is asked for.
    note(
        connection,
        account_id=row.id if row else None,
        action="sign_in_tried",
        subject=None,
        now=now,
    )
    return Attempt(account_id=row.id, password_hash=row.password_hash) if row else None


def finish_sign_in(connection: Connection, *, account_id: str, now: dt.datetime) -> None:
    """The password was right: forget the failures and note who came in."""
    connection.execute(
        update(_ACCOUNTS).where(Account.id == account_id).values(failures=0, locked_until=None)
    )
    note(connection, account_id=account_id, action="signed_in", subject=None, now=now)


def choose_language(connection: Connection, *, account_id: str, language: str) -> None:
    """Show the staff pages in `language` from now on."""
    connection.execute(update(_ACCOUNTS).where(Account.id == account_id).values(language=language))


def note(
    connection: Connection,
    *,
    account_id: str | None,
    action: str,
    subject: str | None,
    now: dt.datetime,
    why: Basis | None = None,
) -> None:
    """Add to the audit trail: who did `action` to `subject` (`case:<id>`), and nobody's words."""
    connection.execute(
        insert(_TRAIL).values(
            id=new_id(), account_id=account_id, action=action, subject=subject, at=now, why=why
        )
    )
