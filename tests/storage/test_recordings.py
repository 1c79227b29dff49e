"""Notices about recordings come in any order, twice, late or never; each is fetched in the end."""

from __future__ import annotations

import datetime as dt

from storage import recordings
from storage.database import Database
from storage.recordings import Copy

NOW = dt.datetime(2026, 11, 3, 15, 0, tzinfo=dt.UTC)
LEASE = dt.timedelta(seconds=60)
ID, MEDIA = "RE" + "1" * 32, "m" * 64


def announce(database: Database, *, ready: bool, after: float = 0) -> None:
    with database.writing() as connection:
        now = NOW + dt.timedelta(seconds=after)
        recordings.announce(connection, ID, now=now, ready=ready, seconds=None if ready else 7)


def claimed(database: Database, *, after: float = 0) -> list[str]:
    now = NOW + dt.timedelta(seconds=after)
    with database.writing() as connection:
        due = recordings.claim_due(connection, now=now, lease=LEASE, limit=10)
    return [each.id for each in due]


def copy(database: Database) -> tuple[Copy, str | None]:
    with database.reading() as connection:
        return recordings.copy_of(connection, ID)


def give_up(database: Database) -> None:
    with database.writing() as connection:
        recordings.give_up(connection, ID)


def test_without_a_notice_it_is_fetched_after_a_minute(database: Database) -> None:
    announce(database, ready=False)
    assert claimed(database, after=59) == []
    assert claimed(database, after=60) == [ID]


def test_a_notice_has_it_fetched_at_once_whichever_comes_first(database: Database) -> None:
    announce(database, ready=False)
    announce(database, ready=True, after=1)
    assert claimed(database, after=1) == [ID]


def test_the_answer_after_the_notice_delays_nothing(database: Database) -> None:
    announce(database, ready=True)
    announce(database, ready=False, after=1)
    assert claimed(database, after=1) == [ID]


def test_a_second_notice_leaves_an_attempt_to_who_makes_it(database: Database) -> None:
    announce(database, ready=True)
    assert claimed(database) == [ID]
    announce(database, ready=True, after=1)
    assert claimed(database, after=2) == []
    assert claimed(database, after=60) == [ID], "the attempt came to nothing"


def test_what_is_kept_stays_kept(database: Database) -> None:
    announce(database, ready=True)
    claimed(database)
    with database.writing() as connection:
        recordings.keep(connection, ID, media=MEDIA, now=NOW)
        recordings.finish(connection, ID)
    announce(database, ready=True, after=5)
    announce(database, ready=False, after=6)
    give_up(database)
    assert copy(database) == (Copy.KEPT, MEDIA)
    assert claimed(database, after=100) == []


def test_a_notice_after_every_attempt_was_in_vain_makes_another(database: Database) -> None:
    announce(database, ready=False)
    claimed(database, after=60)
    give_up(database)
    assert copy(database)[0] is Copy.ABSENT
    assert claimed(database, after=900) == []
    announce(database, ready=True, after=1000)
    assert copy(database)[0] is Copy.WAITING
    assert claimed(database, after=1000) == [ID]


def test_who_waits_is_told_that_there_is_none(database: Database) -> None:
    announce(database, ready=False)
    give_up(database)
    announce(database, ready=False, after=1)
    assert copy(database) == (Copy.ABSENT, None)
