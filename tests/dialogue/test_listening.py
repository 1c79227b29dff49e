"""What is listened to and where calls end, counted once from the turns of calls that are over."""

from __future__ import annotations

import datetime as dt

from dialogue.listening import Leaving, Listened, count_calls, left_at, listened_to
from storage.database import Database
from tests.dialogue.handset import Handset
from tests.dialogue.line import Line


def count(line: Line) -> int:
    def slug_of(connection: object, version: str) -> str:
        return "junin"

    def seconds_of(key: str, language: str, version: str) -> float:
        return 40 if key.startswith("message.") else 2

    return count_calls(line.services, seconds_of=seconds_of, slug_of=slug_of)


def listen(line: Line, seconds: float, *, number: str) -> None:
    """A call that hears the first message of the rights for so long, and hangs up."""
    phone = Handset(line, "voice", number).begin().choose("es")
    phone.choose("library").choose("rights")
    line.clock.advance(dt.timedelta(seconds=seconds))
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


def test_what_is_rare_is_not_shown(line: Line, database: Database) -> None:
    listen(line, 35, number="+51964000001")
    count(line)
    with database.reading() as connection:
        assert listened_to(connection, "junin") == []
        assert left_at(connection, "junin") == []
