"""Up to four people on one line, told apart by their PINs; on both databases."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from contacts import operations, queries
from contacts.models import Person
from contacts.values import PersonRef, Pin, is_shared
from storage.database import Database
from storage.vault import Vault
from tests.clock import FakeClock

NUMBER = "+51987000111"
NOW = FakeClock().now
PINS = ("1111", "2222", "3333")


class Line:
    """One line, and what may be done with the people on it."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self.database, self.vault = database, vault

    def add(self) -> PersonRef | None:
        with self.database.writing() as connection:
            return operations.add_person(
                connection, vault=self.vault, number=NUMBER, language="es", now=NOW
            )

    def people(self) -> tuple[PersonRef, ...]:
        with self.database.reading() as connection:
            return queries.people_on_line(connection, vault=self.vault, number=NUMBER)

    def chooses(self, person: PersonRef, pin: str) -> bool:
        with self.database.writing() as connection:
            return operations.set_pin(connection, vault=self.vault, person_id=person.id, pin=pin)

    def tries(self, pin: str, *, after: int = 0) -> tuple[Pin, str | None]:
        """Try a PIN so many minutes later; whose it is."""
        with self.database.writing() as connection:
            tried, person = operations.recognise(
                connection,
                vault=self.vault,
                number=NUMBER,
                pin=pin,
                now=NOW + dt.timedelta(minutes=after),
            )
        return tried, person.id if person else None

    def failures(self) -> list[int]:
        with self.database.reading() as connection:
            rows = connection.execute(select(Person.pin_failures).order_by(Person.ordinal))
            return list(rows.scalars())


@pytest.fixture
def line(database: Database, vault: Vault) -> Line:
    return Line(database, vault)


@pytest.fixture
def three(line: Line) -> tuple[PersonRef, ...]:
    """Three people on the line; the first two have a PIN."""
    for pin in (*PINS[:2], None):
        person = line.add()
        assert person is not None
        assert pin is None or line.chooses(person, pin)
    return line.people()


def test_a_line_has_four_people_at_the_most(line: Line) -> None:
    assert line.people() == ()
    added = [line.add() for _ in range(5)]
    assert added[4] is None
    assert [each.ordinal for each in added if each] == [1, 2, 3, 4]
    assert list(line.people()) == added[:4]


def test_who_come_at_once_are_as_many_people(line: Line) -> None:
    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda _: line.add(), range(8)))
    kept = [each for each in added if each is not None]
    assert sorted(each.ordinal for each in kept) == [1, 2, 3, 4]
    assert {each.id for each in kept} == {each.id for each in line.people()}


def test_a_line_is_shared_by_two_or_where_one_protects_herself(line: Line) -> None:
    assert not is_shared(line.people())
    first = line.add()
    assert first is not None
    assert not is_shared(line.people())
    line.chooses(first, "1111")
    assert is_shared(line.people())
    line.add()
    with line.database.reading() as connection:
        assert queries.is_shared_line(connection, first.line_id)


def test_a_pin_is_of_one_person_on_a_line(line: Line, three: tuple[PersonRef, ...]) -> None:
    first, _, third = three
    assert line.chooses(third, "1111") is False
    assert line.tries("1111") == (Pin.OK, first.id)
    assert line.chooses(third, "3333") is True
    assert line.chooses(first, "1111") is True
    assert line.tries("3333") == (Pin.OK, third.id)


def test_two_who_choose_the_same_pin_at_once_do_not_both_get_it(
    line: Line, three: tuple[PersonRef, ...]
) -> None:
    with ThreadPoolExecutor(3) as pool:
        kept = list(pool.map(lambda person: line.chooses(person, "9999"), three))
    assert kept.count(True) == 1


def test_nobody_is_known_where_nobody_has_a_pin(line: Line) -> None:
    line.add()
    assert line.tries("1111") == (Pin.NONE, None)


def test_a_wrong_pin_counts_against_everybody_who_has_one(
    line: Line, three: tuple[PersonRef, ...]
) -> None:
    for _ in range(4):
        assert line.tries("0000") == (Pin.WRONG, None)
    assert line.failures() == [4, 4, 0]
    # Her own takes back nothing of what was tried on the other.
    assert line.tries("1111") == (Pin.OK, three[0].id)
    assert line.failures() == [0, 4, 0]
    assert line.tries("0000") == (Pin.WRONG, None)
    assert line.tries("2222") == (Pin.WRONG, None), "she is locked, and only she"
    assert line.tries("1111") == (Pin.OK, three[0].id)


def test_five_wrong_ones_lock_for_an_hour(line: Line, three: tuple[PersonRef, ...]) -> None:
    for _ in range(5):
        assert line.tries("0000") == (Pin.WRONG, None)
    assert line.tries("1111", after=59) == (Pin.LOCKED, None)
    assert line.tries("2222", after=61) == (Pin.OK, three[1].id)
    assert line.tries("1111", after=61) == (Pin.OK, three[0].id)


def test_many_guesses_at_once_are_no_more_than_five(
    line: Line, three: tuple[PersonRef, ...]
) -> None:
    with ThreadPoolExecutor(8) as pool:
        tried = [each for each, _ in pool.map(lambda n: line.tries(f"00{n}"), range(10, 22))]
    assert tried.count(Pin.WRONG) == 5
    assert tried.count(Pin.LOCKED) == 7
