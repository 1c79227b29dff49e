"""Lines and the people on them: kept once, opted out, protected by a PIN, forgotten by the day."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from contacts import operations, queries
from contacts.models import DayKey, Line, Person
from contacts.values import Pin
from storage.database import Database
from storage.vault import Vault
from tests.clock import FakeClock

HERS = "+51987000111"
NOW = FakeClock().now
TODAY = NOW.date()


def keep(database: Database, vault: Vault, number: str = HERS) -> str:
    with database.writing() as connection:
        person = operations.keep_person(
            connection, vault=vault, number=number, language="quy", now=NOW
        )
    return person.id


def test_a_line_and_its_person_are_kept_once(database: Database, vault: Vault) -> None:
    assert keep(database, vault) == keep(database, vault)
    with database.reading() as connection:
        found = queries.find_person(connection, vault=vault, number=HERS)
        assert found is not None
        assert (found.language, found.ordinal, found.has_pin) == ("quy", 1, False)
        assert queries.number_of(connection, vault=vault, line_id=found.line_id) == HERS


def test_the_number_stands_nowhere_in_the_clear(database: Database, vault: Vault) -> None:
    keep(database, vault)
    with database.reading() as connection:
        row = connection.execute(select(Line.number, Line.number_hash)).one()
    assert HERS.encode() not in row.number
    assert HERS[3:] not in row.number_hash


def test_eight_at_once_keep_one(database: Database, vault: Vault) -> None:
    together = Barrier(8)

    def one(_: int) -> str:
        together.wait(timeout=30)
        return keep(database, vault)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(one, range(8)))) == 1
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(Line)).scalar() == 1
        assert connection.execute(select(func.count()).select_from(Person)).scalar() == 1


def test_stopping_and_starting_say_whether_anything_changed(
    database: Database, vault: Vault
) -> None:
    with database.writing() as connection:
        assert not operations.opt_in(connection, vault=vault, number=HERS)
        assert operations.opt_out(connection, vault=vault, number=HERS, now=NOW)
        assert not operations.opt_out(connection, vault=vault, number=HERS, now=NOW)
        found = queries.find_person(connection, vault=vault, number=HERS)
        assert found is not None
        assert found.opted_out
        assert queries.is_opted_out(connection, found.line_id)
        assert operations.opt_in(connection, vault=vault, number=HERS)
        assert not queries.is_opted_out(connection, found.line_id)


def test_five_wrong_pins_lock_an_hour(database: Database, vault: Vault) -> None:
    person = keep(database, vault)

    def check(pin: str, at: dt.datetime = NOW) -> Pin:
        with database.writing() as connection:
            return operations.check_pin(connection, vault=vault, person_id=person, pin=pin, now=at)

    assert check("4826") is Pin.NONE
    with database.writing() as connection:
        operations.set_pin(connection, vault=vault, person_id=person, pin="4826")
    assert [check("1111") for _ in range(4)] == [Pin.WRONG] * 4
    # A right one starts the count anew.
    assert check("4826") is Pin.OK
    assert [check("1111") for _ in range(5)] == [Pin.WRONG] * 5
    assert check("4826") is Pin.LOCKED
    assert check("4826", NOW + dt.timedelta(minutes=59)) is Pin.LOCKED
    later = NOW + dt.timedelta(minutes=60)
    assert [check("1111", later) for _ in range(4)] == [Pin.WRONG] * 4
    assert check("4826", later) is Pin.OK


def test_twenty_tries_at_once_are_five(database: Database, vault: Vault) -> None:
    person = keep(database, vault)
    with database.writing() as connection:
        operations.set_pin(connection, vault=vault, person_id=person, pin="4826")
    together = Barrier(8)

    def one(place: int) -> list[Pin]:
        together.wait(timeout=30)
        tried: list[Pin] = []
        for number in range(3):
            with database.writing() as connection:
                tried.append(
                    operations.check_pin(
                        connection,
                        vault=vault,
                        person_id=person,
                        pin=f"1{place}{number}0",
                        now=NOW,
                    )
                )
        return tried

    with ThreadPoolExecutor(8) as pool:
        tries = [each for many in pool.map(one, range(8)) for each in many]
    assert tries.count(Pin.WRONG) == 5
    assert tries.count(Pin.LOCKED) == 19


def test_a_days_key_is_made_once_and_destroyed_after_two_days(
    database: Database, vault: Vault
) -> None:
    with database.writing() as connection:
        first = operations.day_key(connection, vault=vault, day=TODAY)
        assert operations.day_key(connection, vault=vault, day=TODAY) == first
        other = operations.day_key(connection, vault=vault, day=TODAY - dt.timedelta(days=1))
        assert other != first
        assert operations.forget_days(connection, today=TODAY + dt.timedelta(days=1)) == 1
        assert connection.execute(select(DayKey.day)).scalars().all() == [TODAY]
        assert operations.forget_days(connection, today=TODAY + dt.timedelta(days=2)) == 1


@pytest.mark.parametrize("changed", ["day", "ours", "theirs"])
def test_a_tag_differs_by_the_day_and_by_both_numbers(changed: str) -> None:
    one = {"ours": "+5164200100", "theirs": HERS}
    other = {**one, changed: "+51987000222"} if changed != "day" else one
    keys = (b"a" * 32, b"b" * 32) if changed == "day" else (b"a" * 32, b"a" * 32)
    first = operations.line_tag(keys[0], **one)
    assert first != operations.line_tag(keys[1], **other)
    assert first == operations.line_tag(keys[0], **one)
    assert HERS[3:] not in first
