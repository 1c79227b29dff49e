"""Who does not want her number kept: nothing in the database leads from her case to her line.

Every sealed value is opened, every keyed hash of the number is made again, and rows are joined by
every id that they share and by when they were written.
"""

from __future__ import annotations

import datetime as dt

import pytest

from dialogue import turns
from grievances import operations as cases
from grievances import presence
from grievances.interpreting import operations as desk
from grievances.interpreting.values import Words
from grievances.jobs import look_after_cases
from grievances.values import AnswerBy
from library.prompts import Prompts
from programmes.queries import current, version
from programmes.values import Programme
from staff.operations import add_account
from staff.values import Affiliation, Role
from storage.database import Database
from storage.media import Media
from storage.queues import Bell, Work, connect
from storage.services import Services
from tests.clock import FakeClock
from tests.dialogue.handset import Handset
from tests.dialogue.line import HERS, Line, open_line
from tests.dialogue.traces import KnowingVault, Row, Traces, unpacked

PIN = "4826"


@pytest.fixture
def vault() -> KnowingVault:
    return KnowingVault("t" * 32)


@pytest.fixture
def line(
    database: Database,
    vault: KnowingVault,
    media: Media,
    bell: Bell,
    junin: Programme,
    prompts: Prompts,
) -> Line:
    return open_line(Services(database, vault, media, bell, FakeClock()), junin, prompts)


@pytest.fixture
def traces(line: Line, vault: KnowingVault) -> Traces:
    return Traces(line, vault)


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


def check_nothing_leads_to_her(
    traces: Traces, code: str, *, since: dt.datetime, before: list[Row]
) -> None:
    """`before` is what led to her line when she called, at `since`."""
    of_case, of_her = traces.of_case(code), traces.of_line()
    assert of_case[0].values["person_id"] is None
    # By ids: none of what leads from the case is of her line, nor the other way round.
    assert [row for row in of_case if row in of_her] == []
    assert not {"line", "person"} & {row.table for row in of_case}
    # By time: whoever compares two copies finds nothing new of her line, and nothing changed.
    assert [row for row in of_her if row not in before] == []
    now = traces.line.clock()
    late = [row for row in of_her if any(since <= moment <= now for moment in row.moments)]
    assert late == []
    # And no turn says that a case was sent, or its code.
    said = {code, of_case[0].values["id"]}
    assert [row for row in traces.rows() if row.table == "turn" and row.holds(said)] == []


def check_queues(traces: Traces, valkey_url: str, code: str) -> None:
    client = connect(valkey_url)
    for work in Work:
        traces.line.services.bell.ring(work)
    said = list(unpacked(client))
    client.close()
    assert any("app.worker.work" in each for each in said), "what a job is told is looked at"
    secret = traces.marks(traces.rows()) | {code}
    assert [each for each in said for mark in secret if mark in each] == []


@pytest.mark.parametrize("is_known", [False, True], ids=["new", "known"])
@pytest.mark.parametrize("channel", ["voice", "sms"])
def test_nothing_leads_from_the_case_to_her_line(
    line: Line, traces: Traces, valkey_url: str, channel: str, is_known: bool
) -> None:
    if is_known:
        known(line)
    since, before = line.clock(), traces.of_line()
    assert bool(before) is is_known
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
    check_nothing_leads_to_her(traces, code, since=since, before=before)
    check_queues(traces, valkey_url, code)


@pytest.mark.parametrize("is_known", [False, True], ids=["new", "known"])
def test_a_call_that_drops_before_the_pin_leaves_nothing_either(
    line: Line, traces: Traces, is_known: bool
) -> None:
    if is_known:
        known(line)
    since, before = line.clock(), traces.of_line()
    assert bool(before) is is_known
    phone, code = report(line, "voice")
    phone.hang_up()
    check_nothing_leads_to_her(traces, code, since=since, before=before)


@pytest.mark.parametrize(
    ("channel", "key"),
    [("voice", "0"), ("voice", "9"), ("sms", "0"), ("sms", "9"), ("sms", "MENU")],
)
def test_whoever_goes_elsewhere_before_the_pin_is_unknown_there_too(
    line: Line, traces: Traces, channel: str, key: str
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
    check_nothing_leads_to_her(traces, code, since=since, before=[])


@pytest.mark.parametrize("channel", ["voice", "sms"])
def test_nor_does_anything_once_staff_have_worked_on_it(
    line: Line, traces: Traces, channel: str
) -> None:
    known(line)
    # What is due for the case that is known to be hers is done before: it is no trace.
    somebody(line)
    look_after(line)
    line.clock.advance(dt.timedelta(minutes=1))
    since, before = line.clock(), traces.of_line()
    phone, code = report(line, channel)
    phone.press(PIN)
    if channel == "voice":
        phone.hang_up()
    staff_work(line, code)
    there = {row.table for row in traces.of_case(code)}
    assert there >= {"case_event", "case_presence", "rendering", "interpretation", "reply"}
    check_nothing_leads_to_her(traces, code, since=since, before=before)


def somebody(line: Line) -> None:
    """A case manager begins to work."""
    with line.services.database.writing() as connection:
        add_account(
            connection,
            email="ana@example.org",
            password="quipu y chaski 22",
            role=Role.CASE_MANAGER,
            programme="junin",
            affiliation=Affiliation.INDEPENDENT,
            language="es",
            now=line.clock(),
        )


def look_after(line: Line) -> None:
    """What the clocks of all cases have had fall due is done."""
    look_after_cases(
        line.services,
        programme_of=lambda connection, slug: version(connection, current(connection, slug)),
        alert=lambda programme: "Hay casos.",
    )


def staff_work(line: Line, code: str) -> None:
    """It is looked at, put into Spanish, triaged and answered with a proposal; its clocks run."""
    [case] = [case for case in line.cases() if case.code == code]
    [said] = [said for said in line.statements() if said.case_id == case.id]
    Handset(line, "voice").is_answered(proposes=True)
    services = line.services
    [reply] = [reply for reply in line.replies() if reply.case_id == case.id]
    words = Words(None, "Cercaron el pastizal")
    with services.database.writing() as connection:
        presence.look(connection, case.id, reply.author_id, now=line.clock())
        desk.ask_for(connection, said.id, account_id=reply.author_id)
        desk.claim(connection, said.id, account_id=reply.author_id, now=line.clock())
        desk.keep(
            connection,
            said.id,
            vault=services.vault,
            account_id=reply.author_id,
            words=words,
            now=line.clock(),
        )
    look_after(line)


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


def test_a_pin_that_never_comes_by_text_is_awaited_for_a_day(line: Line, traces: Traces) -> None:
    since = line.clock()
    _, code = report(line, "sms")
    line.clock.advance(dt.timedelta(hours=25))
    with line.services.database.writing() as connection:
        turns.forget(connection, now=line.clock())
    check_nothing_leads_to_her(traces, code, since=since, before=[])


def test_an_answer_on_its_way_does_not_lead_back(line: Line, traces: Traces) -> None:
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
    check_nothing_leads_to_her(traces, case.code, since=since, before=[])


def test_on_a_call_of_ours_it_is_not_promised(line: Line) -> None:
    phone = Handset(line, "voice").answer_call({"script": "call_back", "args": {}})
    phone.choose("yes").choose("es")
    send(phone)
    assert phone.offers == ["by_call", "by_sms", "i_will_call"]
