"""Passwords: hashed with argon2id, checked in the same time whether or not there is an account."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
"""Characters."""

_HASHER = PasswordHasher()


def hashed(password: str) -> str:
    """The argon2id hash of `password`, salted, with its parameters."""
    return _HASHER.hash(password)


@cache
def _nobody() -> str:
    return hashed("the password of no account")


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the hashed one; without a hash the same work is done for nothing."""
    try:
        _HASHER.verify(password_hash or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None
