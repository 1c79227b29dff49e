"""A wish to be called: once per ten minutes, in the calling hours, never to who opted out."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

from sqlalchemy import select

from contacts import operations as contacts
from outreach.models import Contact
from outreach.operations import call_back
from outreach.values import CallBack
from programmes.calendar import Calendar
from storage.database import Database
from storage.outbox import Outbox
from storage.services import Services
from tests.clock import FakeClock

LIMA = ZoneInfo("America/Lima")
CALENDAR = Calendar("America/Lima")
OURS, HERS = "+51644000100", "+51964000001"


def ring(services: Services, number: str = HERS) -> CallBack:
    with services.database.writing() as connection:
        return call_back(
            connection,
            vault=services.vault,
            number=number,
            ours=OURS,
            calendar=CALENDAR,
            now=services.clock(),
        )


def queued(database: Database) -> list[dt.datetime]:
    with database.reading() as connection:
        return list(connection.execute(select(Outbox.due_at).order_by(Outbox.due_at)).scalars())


def test_at_once_in_the_hours_and_once_in_ten_minutes(services: Services, clock: FakeClock) -> None:
    assert ring(services) is CallBack.QUEUED
    assert queued(services.database) == [clock()]
    clock.advance(dt.timedelta(minutes=9))
    assert ring(services) is CallBack.PENDING
    clock.advance(dt.timedelta(minutes=2))
    assert ring(services) is CallBack.QUEUED
    assert len(queued(services.database)) == 2


def test_at_night_once_when_the_hours_begin(services: Services, clock: FakeClock) -> None:
    clock.advance(dt.datetime(2026, 11, 28, 22, tzinfo=LIMA) - clock())
    assert ring(services) is CallBack.QUEUED
    clock.advance(dt.timedelta(hours=1))
    assert ring(services) is CallBack.PENDING
    # Saturday night: nothing on Sunday, once on Monday at eight.
    assert queued(services.database) == [dt.datetime(2026, 11, 30, 8, tzinfo=LIMA)]


def test_nothing_to_who_opted_out(services: Services) -> None:
    with services.database.writing() as connection:
        contacts.opt_out(connection, vault=services.vault, number=HERS, now=services.clock())
    assert ring(services) is CallBack.OPTED_OUT
    assert queued(services.database) == []


def test_eight_missed_calls_at_once_are_one_call(services: Services) -> None:
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda _: ring(services), range(8)))
    assert outcomes.count(CallBack.QUEUED) == 1
    with services.database.reading() as connection:
        assert len(connection.execute(select(Contact.id)).all()) == 1
