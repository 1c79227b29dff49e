"""Who does not want her number kept: nothing in the database leads from her case to her line.

Every sealed value is opened, every keyed hash of the number is made again, and rows are joined by
every id that they share and by when they were written.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from rq import Queue
from sqlalchemy import select

from contacts.models import DayKey
from contacts.operations import line_tag
from contacts.queries import line_key
from dialogue import turns
from grievances import operations as cases
from grievances.models import Case
from grievances.values import AnswerBy
from library.prompts import Prompts
from programmes.values import Programme
from storage.database import Base, Database
from storage.media import Media
from storage.queues import Bell, Work, connect
from storage.services import Services
from storage.vault import NotOurs, Vault
from surveys.models import Round
from tests.clock import FakeClock
from tests.dialogue.handset import Handset
from tests.dialogue.line import HERS, OURS, Line, open_line

PIN = "4826"
PURPOSES = (
    "line.number",
    "statement.text",
    "reply.text",
    "case_event.public_note",
    "case_event.internal_note",
    "grievance_case.remedy",
    "outbox.body",
    "day_key.sealed",
    "survey.round_key",
    "analytics.key",
)
IDS = re.compile(r"(?<![0-9a-zA-Z])(?:[0-9a-f]{32}|(?:CA|SM|RE)\d{32}|\d{8})(?![0-9a-zA-Z])")

Row = tuple[str, dict[str, Any]]


@pytest.fixture
def line(
    database: Database, vault: Vault, media: Media, bell: Bell, junin: Programme, prompts: Prompts
) -> Line:
    return open_line(Services(database, vault, media, bell, FakeClock()), junin, prompts)


def known(line: Line) -> None:
    """She has called before, and has a case of her own."""
    phone = Handset(line, "voice").begin().choose("es")
    send(phone)
    phone.choose("i_will_call").choose("no").press("#")
    phone.hang_up()
    line.clock.advance(dt.timedelta(hours=3))


def send(phone: Handset) -> None:
    for option in ("support", "grievance", "land"):
        phone.choose(option)
    phone.say("Cercaron el pastizal")
    if phone.hears[-1] == "pause":
        phone.recording_arrives().be_silent()
        phone.choose("send")


def report(line: Line, channel: str) -> tuple[Handset, str]:
    """A case, sent by somebody who does not want her number kept; its code."""
    phone = Handset(line, channel).begin()
    if phone.hears[-1] == "language.which":
        phone.choose("es")
    send(phone)
    assert "no_number" in phone.offers
    phone.choose("no_number")
    assert phone.hears == [
        "support.no_number",
        "support.your_code",
        "support.choose_pin_unknown",
    ]
    assert phone.code is not None
    return phone, phone.code


# What leads where -----------------------------------------------------------------------------


def rows(line: Line) -> list[Row]:
    """Every row of every table, sealed values opened."""
    with line.reading() as connection:
        return [
            (
                table.name,
                {
                    # A salt is random, and seals nothing.
                    name: value if name.endswith("_salt") else opened(line, value)
                    for name, value in row._mapping.items()
                },
            )
            for table in Base.metadata.sorted_tables
            for row in connection.execute(select(table)).all()
        ]


def opened(line: Line, value: Any) -> Any:
    if not isinstance(value, bytes):
        return value
    for purpose in PURPOSES:
        try:
            plain = line.services.vault.open(purpose, value)
        except NotOurs:
            continue
        return plain.decode(errors="replace")
    raise AssertionError("a sealed value that this test cannot open: name its purpose above")


def marks(line: Line) -> set[str]:
    """The number, and every keyed hash of it that anything of ours makes."""
    vault = line.services.vault
    found = {HERS, HERS[1:], HERS[3:], vault.tag("line.number", HERS)}
    found |= {line_key(vault, number=HERS, ordinal=place).split(":")[0] for place in range(1, 5)}
    with line.reading() as connection:
        for sealed in connection.execute(select(DayKey.sealed)).scalars():
            key = vault.open("day_key.sealed", sealed)
            found.add(line_tag(key, ours=OURS, theirs=HERS))
        assert connection.execute(select(Round.id)).first() is not None
    return found


def words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from words(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from words(each)
    elif isinstance(value, str):
        yield value


def holds(row: Row, found: set[str]) -> bool:
    return any(mark in text for text in words(row[1]) for mark in found)


def ids_of(row: Row) -> set[str]:
    return {each for text in words(row[1]) for each in IDS.findall(text)}


def joined(all_rows: list[Row], start: list[Row]) -> list[Row]:
    """Every row that can be reached from these by the ids that rows share."""
    reached, ids = list(start), set[str]()
    while True:
        for row in reached:
            ids |= ids_of(row)
        further = [row for row in all_rows if row not in reached and ids & ids_of(row)]
        if not further:
            return reached
        reached += further


PLANNED = frozenset({"due_at", "wakes_at"})
"""Moments that something is due, reckoned from what was written before."""


def moments(row: Row) -> list[dt.datetime]:
    written = (each for name, each in row[1].items() if name not in PLANNED)
    return [each for each in written if isinstance(each, dt.datetime)]


def is_of_case(row: Row, code: str) -> bool:
    return row[0] == Case.__tablename__ and row[1]["code"] == code


def check_nothing_leads_to_her(
    line: Line, code: str, *, since: dt.datetime, is_known: bool
) -> None:
    found, everything = marks(line), rows(line)
    [case] = [row for row in everything if is_of_case(row, code)]
    assert case[1]["person_id"] is None
    hers = [row for row in everything if holds(row, found)]
    if not is_known:
        assert hers == []
    # By ids: none of what leads from the case is of her line, nor the other way round.
    of_case = joined(everything, [case])
    of_her = joined(everything, hers) if hers else []
    assert [row for row in of_case if row in of_her] == []
    assert "line" not in {table for table, _ in of_case}
    # By time: of her line nothing was written since she called.
    late = [row for row in of_her if any(moment >= since for moment in moments(row))]
    assert late == []
    # And no turn says that a case was sent, or its code.
    assert not [row for row in everything if row[0] == "turn" and holds(row, {code, case[1]["id"]})]


def check_queues(line: Line, valkey_url: str, code: str) -> None:
    client = connect(valkey_url)
    line.services.bell.ring(Work.RECORDINGS)
    jobs = [job for work in Work for job in Queue(work.value, connection=client).jobs]
    assert jobs
    said = [str((job.args, job.kwargs, job.meta, job.description)) for job in jobs]
    client.close()
    secret = marks(line) | {code}
    assert not [each for each in said for mark in secret if mark in each]


@pytest.mark.parametrize("is_known", [False, True], ids=["new", "known"])
@pytest.mark.parametrize("channel", ["voice", "sms"])
def test_nothing_leads_from_the_case_to_her_line(
    line: Line, valkey_url: str, channel: str, is_known: bool
) -> None:
    if is_known:
        known(line)
    since = line.clock()
    phone, code = report(line, channel)
    phone.press(PIN)
    assert phone.hears == [
        "support.received",
        "support.other_places",
        "place.ombuds",
        "goodbye",
    ]
    if channel == "voice":
        phone.hang_up()
    check_nothing_leads_to_her(line, code, since=since, is_known=is_known)
    check_queues(line, valkey_url, code)


@pytest.mark.parametrize("is_known", [False, True], ids=["new", "known"])
def test_a_call_that_drops_before_the_pin_leaves_nothing_either(line: Line, is_known: bool) -> None:
    if is_known:
        known(line)
    since = line.clock()
    phone, code = report(line, "voice")
    phone.hang_up()
    check_nothing_leads_to_her(line, code, since=since, is_known=is_known)


@pytest.mark.parametrize(
    ("channel", "key"),
    [("voice", "0"), ("voice", "9"), ("sms", "0"), ("sms", "9"), ("sms", "MENU")],
)
def test_whoever_goes_elsewhere_before_the_pin_is_unknown_there_too(
    line: Line, channel: str, key: str
) -> None:
    since = line.clock()
    phone, code = report(line, channel)
    phone.press(key)
    # By text the next one could be found by her number alone: it ends.
    assert phone.has_ended is (channel == "sms" or key == "9")
    if channel == "voice":
        if key == "0":
            phone.say()
        phone.hang_up()
    check_nothing_leads_to_her(line, code, since=since, is_known=False)


def test_the_case_is_reached_by_code_and_pin_from_any_phone(line: Line) -> None:
    phone, code = report(line, "voice")
    phone.press(PIN)
    phone.hang_up()
    for number in (HERS, "+51987000222", None):
        again = Handset(line, "voice", number).begin().choose("es").choose("my_case")
        assert again.hears[-1] == "case.enter_code", "nobody's is not hers"
        again.press(code)
        assert again.hears == ["case.enter_pin"]
        again.press(PIN)
        assert "case.status.received" in again.hears
        again.hang_up()


def test_the_same_event_again_is_answered_as_before(line: Line) -> None:
    """A carrier's retry neither opens anything nor tells anybody a code."""
    phone, code = report(line, "sms")
    phone.press(PIN)
    event, body = phone.events[-1]
    before = len(line.turns())
    phone.send(event)
    assert phone.body == body
    assert code not in phone.body
    assert len(line.turns()) == before
    first, _ = phone.events[0]
    phone.send(first)
    assert len(line.turns()) == before


def test_who_writes_again_begins_anew(line: Line) -> None:
    phone, _ = report(line, "sms")
    phone.press(PIN)
    assert Handset(line, "sms").begin().hears[-1] == "language.which"


def test_a_pin_that_never_comes_by_text_is_awaited_for_a_day(line: Line) -> None:
    since = line.clock()
    _, code = report(line, "sms")
    line.clock.advance(dt.timedelta(hours=25))
    with line.services.database.writing() as connection:
        turns.forget(connection, now=line.clock())
    check_nothing_leads_to_her(line, code, since=since, is_known=False)


def test_an_answer_on_its_way_does_not_lead_back(line: Line) -> None:
    """She was cut off before she chose, was answered, and comes back to choose it."""
    phone = Handset(line, "voice").begin().choose("es")
    send(phone)
    phone.hang_up()
    [case] = line.cases()
    with line.services.database.writing() as connection:
        cases.choose_answer(
            connection,
            vault=line.services.vault,
            case_id=case.id,
            answer_by=AnswerBy.SMS,
            now=line.clock(),
        )
    phone.is_answered()
    # The answer is offered first, then what was left unfinished.
    again = Handset(line, "voice").begin().choose("no").choose("yes")
    since = line.clock()
    again.choose("no_number").press(PIN)
    again.hang_up()
    check_nothing_leads_to_her(line, case.code, since=since, is_known=False)


def test_on_a_call_of_ours_it_is_not_promised(line: Line) -> None:
    phone = Handset(line, "voice").answer_call({"script": "call_back", "args": {}})
    phone.choose("yes").choose("es")
    send(phone)
    assert phone.offers == ["by_call", "by_sms", "i_will_call"]
