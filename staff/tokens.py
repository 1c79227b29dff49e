"""Tokens for programs: shown once, kept as a hash, good until they or their account are closed."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, insert, or_, select, update

from staff.models import ApiToken
from staff.queries import account
from staff.values import Account
from storage.ids import new_id

_BYTES = 32


@dataclass(frozen=True, slots=True)
class TokenSummary:
    """A token as its owner sees it: never the token."""

    id: str
    made_at: dt.datetime
    used_at: dt.datetime | None


def make_token(connection: Connection, *, account_id: str, now: dt.datetime) -> str:
    """A new token of this account. It cannot be shown again."""
    token = secrets.token_urlsafe(_BYTES)
    connection.execute(
        insert(ApiToken).values(
            id=new_id(), account_id=account_id, token_hash=_hash(token), made_at=now
        )
    )
    return token


def tokens_of(connection: Connection, account_id: str) -> list[TokenSummary]:
    """The tokens that are good, the newest first."""
    rows = connection.execute(
        select(ApiToken.id, ApiToken.made_at, ApiToken.used_at)
        .where(ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.made_at.desc(), ApiToken.id)
    )
    return [TokenSummary(*row) for row in rows]


def revoke_token(
    connection: Connection, token_id: str, *, account_id: str, now: dt.datetime
) -> bool:
    """Make it good for nothing; False where it is not this account's, or was revoked before."""
    done = connection.execute(
        update(ApiToken)
        .where(
            ApiToken.id == token_id,
            ApiToken.account_id == account_id,
            ApiToken.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .returning(ApiToken.id)
    )
    return done.first() is not None


def account_of(connection: Connection, token: str, *, now: dt.datetime) -> Account | None:
    """Whose token it is; None for one that is not, or no longer, good. Notes the day of its use."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    row = connection.execute(
        select(ApiToken.id, ApiToken.account_id).where(
            ApiToken.token_hash == _hash(token), ApiToken.revoked_at.is_(None)
        )
    ).first()
    if row is None:
        return None
    connection.execute(
        update(ApiToken)
        .where(ApiToken.id == row.id, or_(ApiToken.used_at.is_(None), ApiToken.used_at < today))
        .values(used_at=today)
    )
    return account(connection, row.account_id)


def _hash(token: str) -> str:
    # 256 random bits: nothing that could be guessed, so no salt and no slow hash.
    return hashlib.sha256(token.encode()).hexdigest()
