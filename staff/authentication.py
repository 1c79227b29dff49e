"""Signing in, whole: two short writes with the slow check of the password between them."""

from __future__ import annotations

import datetime as dt

from staff import operations, passwords, queries
from staff.values import Account
from storage.database import Database


def sign_in(database: Database, *, email: str, password: str, now: dt.datetime) -> Account | None:
    """The account, or None: wrong, unknown, closed and locked look alike and take as long."""
    with database.writing() as connection:
        attempt = operations.begin_sign_in(connection, email=email, now=now)
    is_right = passwords.matches(attempt.password_hash if attempt else None, password)
    if attempt is None or not is_right:
        return None
    with database.writing() as connection:
        operations.finish_sign_in(connection, account_id=attempt.account_id, now=now)
        return queries.account(connection, attempt.account_id)
