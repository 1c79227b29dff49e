"""What is listened to and where calls end, counted once from the turns of calls that are over."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from contacts import operations as contacts
from contacts.about import keep_gender
from contacts.values import Agreed, Gender, HowKnown
from dialogue.listeners import heard_by, left_by
from dialogue.listening import Leaving, Listened, count_calls, left_at, listened_to
from dialogue.models import Heard
from storage.database import Database
from tests.dialogue.handset import Handset
from tests.dialogue.line import Line

CLIP = 2
"""Seconds of every prompt but a message."""

COUNTED = 2 * CLIP
"""How long it takes to say how many messages there are, before the first of them."""


def count(line: Line) -> int:
    def slug_of(connection: object, version: str) -> str:
        return "junin"

    def seconds_of(key: str, language: str, version: str) -> float:
        return 40 if key.startswith("message.") else CLIP

    return count_calls(line.services, seconds_of=seconds_of, slug_of=slug_of)


def listen(line: Line, seconds: float, *, number: str) -> None:
    """A call that hears the first message of the rights for so long, and hangs up."""
    phone = Handset(line, "voice", number).begin().choose("es")
    phone.choose("library").choose("rights")
    line.clock.advance(dt.timedelta(seconds=COUNTED + seconds))
    phone.hang_up()


def test_seconds_and_the_end_of_a_message(line: Line, database: Database) -> None:
    for place, seconds in enumerate((3, 10, 29, 31, 400)):
        listen(line, seconds, number=f"+51964000{place:03d}")
    assert count(line) == 5
    with database.reading() as connection:
        (heard,) = listened_to(connection, "junin")
        left = left_at(connection, "junin")
    assert heard == Listened(
        heard.message, "es", plays=5, seconds=3 + 10 + 29 + 31 + 40, to_the_end=2
    )
    assert left[0] == Leaving("message.after", "es", asked=5, left=5)
    assert Leaving("menu.main", "es", asked=5, left=0) in left


def test_a_call_is_counted_once(line: Line, database: Database) -> None:
    for place in range(5):
        listen(line, 35, number=f"+51964000{place:03d}")
    assert count(line) == 5
    assert count(line) == 0
    with database.reading() as connection:
        assert listened_to(connection, "junin")[0].plays == 5


def tells(line: Line, number: str, gender: Gender) -> None:
    with line.services.database.writing() as connection:
        person = contacts.keep_person(
            connection,
            vault=line.services.vault,
            number=number,
            language=None,
            now=line.clock(),
        )
        keep_gender(
            connection,
            person.id,
            gender=gender,
            known=HowKnown.SELF,
            agreed=Agreed("v", "es", "w"),
            now=line.clock(),
        )


def test_women_and_men_are_counted_apart_past_the_guard(line: Line, database: Database) -> None:
    number = 0
    for gender, calls, seconds in (
        (Gender.WOMAN, 7, 30),
        (Gender.MAN, 6, 10),
        (Gender.OTHER, 2, 5),
        (None, 5, 20),
    ):
        for _ in range(calls):
            number += 1
            if gender is not None:
                tells(line, f"+51964000{number:03d}", gender)
            listen(line, seconds, number=f"+51964000{number:03d}")
    assert count(line) == 20
    today = line.clock().date()
    with database.reading() as connection:
        assert heard_by(connection, "junin", before=today) == []
        tomorrow = today + dt.timedelta(days=1)
        (heard,) = heard_by(connection, "junin", before=tomorrow)
        left = {each.key: each for each in left_by(connection, "junin", before=tomorrow)}
        stored = set(connection.execute(select(Heard.gender)).scalars())
    # Other answers are counted with those who gave none.
    assert heard.counts == (7, 6, 7)
    assert heard.rates == (30, 10, (2 * 5 + 5 * 20) / 7)
    assert left["message.after"].counts == (7, 6, 7)
    # Of so few no part is told.
    assert left["message.after"].rates == (None, None, None)
    assert stored == {"woman", "man", "unknown"}


def test_a_small_count_is_hidden_with_what_would_give_it_away(
    line: Line, database: Database
) -> None:
    for place in range(9):
        number = f"+51964000{place:03d}"
        tells(line, number, Gender.WOMAN if place < 7 else Gender.MAN)
        listen(line, 30, number=number)
    count(line)
    with database.reading() as connection:
        tomorrow = line.clock().date() + dt.timedelta(days=1)
        (heard,) = heard_by(connection, "junin", before=tomorrow)
    assert heard.counts[1] is None
    assert heard.counts.count(None) >= 2
    assert heard.rates[1] is None


def test_what_is_rare_is_not_shown(line: Line, database: Database) -> None:
    listen(line, 35, number="+51964000001")
    count(line)
    with database.reading() as connection:
        assert listened_to(connection, "junin") == []
        assert left_at(connection, "junin") == []
