"""Accounts and the trail, on the tables themselves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from staff import authentication, operations, passwords
from staff.errors import EmailTaken, InvalidEmail, StaffError, WeakPassword
from staff.models import Account
from staff.values import Affiliation, Role
from storage.database import Database
from tests.staff.people import NOW, PASSWORD


def add(database: Database, email: str, password: str = PASSWORD) -> str:
    with database.writing() as connection:
        return operations.add_account(
            connection,
            email=email,
            password=password,
            role=Role.REGULATOR,
            programme="junin",
            affiliation=Affiliation.STATE,
            language="es",
            now=NOW,
        )


@pytest.mark.parametrize(
    ("email", "password", "wrong"),
    [
        ("ROSA@example.org", PASSWORD, EmailTaken),
        ("new@example.org", "short", WeakPassword),
        ("nobody", PASSWORD, InvalidEmail),
        ("no body@example.org", PASSWORD, InvalidEmail),
        ("@example.org", PASSWORD, InvalidEmail),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    database: Database, account_id: str, email: str, password: str, wrong: type[StaffError]
) -> None:
    with pytest.raises(wrong):
        add(database, email, password)


def test_the_password_is_kept_as_argon2_alone(database: Database, account_id: str) -> None:
    with database.reading() as connection:
        kept = connection.execute(select(Account.password_hash)).scalar_one()
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


def test_unknown_closed_and_locked_cost_the_same_check(
    database: Database, account_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[bool] = []

    def counted(password_hash: str | None, password: str) -> bool:
        checked.append(password_hash is not None)
        return False

    monkeypatch.setattr(passwords, "matches", counted)
    authentication.sign_in(database, email="who@example.org", password="x", now=NOW)
    for _ in range(6):
        authentication.sign_in(database, email="rosa@example.org", password="x", now=NOW)
    assert checked == [False, True, True, True, True, True, False]


def test_a_closed_account_stays_out(database: Database, account_id: str) -> None:
    with database.writing() as connection:
        connection.execute(update(Account).values(closed_at=NOW))
    assert (
        authentication.sign_in(database, email="rosa@example.org", password=PASSWORD, now=NOW)
        is None
    )


def test_success_forgets_the_failures_before_it(database: Database, account_id: str) -> None:
    for _ in range(3):
        for _ in range(4):
            authentication.sign_in(database, email="rosa@example.org", password="x", now=NOW)
        assert authentication.sign_in(
            database, email="rosa@example.org", password=PASSWORD, now=NOW
        )


def test_tries_side_by_side_are_five_too(database: Database, account_id: str) -> None:
    def attempt(_: int) -> bool:
        with database.writing() as connection:
            begun = operations.begin_sign_in(connection, email="rosa@example.org", now=NOW)
        return begun is not None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(16))) == operations.FAILURES_TO_LOCK


def test_a_password_costs_whoever_guesses_it(production_hasher: PasswordHasher) -> None:
    # OWASP's least for argon2id: 19 MiB and two passes, or more memory and fewer passes.
    passes, kib = production_hasher.time_cost, production_hasher.memory_cost
    assert passes * kib >= 2 * 19 * 1024
    assert kib >= 19 * 1024
