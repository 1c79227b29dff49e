"""A month of wishes to be called, by many lines, under a clock of our own: hours, holidays, limits.

They ring the number for missed calls and write LLAMAR, by day and by night, some again and again
within minutes; one in ten has opted out, and some withhold their number. A hundred lines in
`make test`, two thousand in `make soak`.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from contacts import operations as contacts
from contacts import queries as people
from dialogue.conversation import Heard
from dialogue.runner import Runner
from dialogue.scene import Event
from library.prompts import Prompts
from outreach.models import Contact
from outreach.values import CallBack
from programmes.content import content_hash, to_content
from programmes.operations import bind_number
from programmes.values import Programme
from storage.database import Database
from storage.messages import Outbox
from storage.services import Services
from tests.dialogue.line import Line, open_line

MISSED = "+5164200199"
LIMA = ZoneInfo("America/Lima")
FEAST = dt.date(2026, 12, 3)
"""A day that the programme itself keeps free."""
DAYS = 35
"""From 23 November: the holidays of 8, 9 and 25 December are among them."""
HOLIDAYS = {FEAST, dt.date(2026, 12, 8), dt.date(2026, 12, 9), dt.date(2026, 12, 25)}


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Nothing here depends on the engine."""
    return sqlite_database


@pytest.fixture
def line(services: Services, junin: Programme, prompts: Prompts) -> Line:
    feast = replace(junin, calendar=replace(junin.calendar, blocked=frozenset({FEAST})))
    programme = replace(feast, hash=content_hash(to_content(feast)))
    made = open_line(services, programme, prompts)
    with services.database.writing() as connection:
        bind_number(connection, programme.slug, MISSED, missed_call=True)
    return made


def test_windows_holidays_and_limits_hold_for_a_month(line: Line, full_size: bool) -> None:
    chance = random.Random(20261123)  # a simulation, the same each time
    numbers = [f"+5196{n:07d}" for n in range(2000 if full_size else 100)]
    opted_out = set(numbers[::10])
    runner, clock = line.runner(), line.clock
    with line.services.database.writing() as connection:
        for number in opted_out:
            contacts.opt_out(connection, vault=line.services.vault, number=number, now=clock())
    end = clock() + dt.timedelta(days=DAYS)
    wishes = Counter[str]()
    while clock() < end:
        number = chance.choice(numbers)
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            wishes[_wish(runner, number, by_text=chance.random() < 0.3)] += 1
            clock.advance(dt.timedelta(minutes=chance.choice((1, 3, 9))))
        assert not runner.calling_back.is_missed_call(_event(None, "voice")), "nobody to call"
        clock.advance(dt.timedelta(days=DAYS) / (len(numbers) * 3) * chance.random() * 2)
    assert all(wishes[each] for each in CallBack), wishes
    _check(line, opted_out)


def _event(number: str | None, channel: str) -> Event:
    return Event(channel=channel, ours=MISSED, theirs=number, heard=Heard(), leg="CA", n=0)


def _wish(runner: Runner, number: str, *, by_text: bool) -> CallBack:
    """What comes of LLAMAR, or of a call that is turned away and told no more than that."""
    if by_text:
        outcome = runner.calling_back.call_back(_event(number, "sms"))
        assert outcome is not None
        return outcome
    if not runner.calling_back.is_missed_call(_event(number, "voice")):
        return CallBack.OPTED_OUT
    return CallBack.PENDING


def _check(line: Line, opted_out: set[str]) -> None:
    calls = defaultdict[str, list[tuple[dt.datetime, dt.datetime]]](list)
    with line.reading() as connection:
        rows = connection.execute(
            select(Contact.line_id, Contact.created_at, Outbox.due_at)
            .join(Outbox, Outbox.id == Contact.outbox_id)
            .order_by(Contact.created_at)
        ).all()
        closed = {
            found.line_id
            for number in opted_out
            if (found := people.find_person(connection, vault=line.services.vault, number=number))
        }
    for line_id, asked, due in rows:
        calls[line_id].append((asked, due))
        local = due.astimezone(LIMA)
        opens, closes = (9, 13) if local.weekday() == 5 else (8, 20)
        assert local.weekday() < 6
        assert opens <= local.hour < closes
        assert local.date() not in HOLIDAYS
        assert asked <= due, "never before she asked"
        is_at_opening = (local.hour, local.minute) == (opens, 0)
        assert asked == due or is_at_opening, "at once, or as the day opens"
    assert not closed & calls.keys()
    assert len(calls) > len(opted_out)
    assert {asked.astimezone(LIMA).date() for each in calls.values() for asked, _ in each} >= {
        FEAST, dt.date(2026, 12, 8),
    }  # fmt: skip
    for each in calls.values():
        for (asked, due), (asked_again, _) in pairwise(each):
            assert asked_again - asked >= dt.timedelta(minutes=10)
            # Whoever waits for the hours is called once, however often she asked.
            assert asked_again >= due
