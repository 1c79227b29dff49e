"""Rounds in the field, one rule at a time: whom, when, how often, by what, and what is kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select, update

from contacts.models import Line, Person
from contacts.operations import opt_out
from outreach.audience import UNKNOWN
from outreach.models import Contact
from outreach.values import Channel
from storage.database import Base, Database
from storage.media import Media
from storage.queues import Bell
from storage.services import Services
from storage.vault import Vault
from surveys import operations as rounds
from surveys.fieldwork import door, operations, quotas
from surveys.fieldwork.errors import NoNumber, NoSample, WrongState
from surveys.fieldwork.incentives import GIVEN, RECORDED, RecordingTopUps, Unsure, give
from surveys.fieldwork.models import (
    DispositionCount,
    FieldAttempt,
    Fieldwork,
    SampledLine,
    TopUp,
)
from surveys.fieldwork.queries import airtime_states
from surveys.fieldwork.sampling import slots_for
from surveys.fieldwork.values import (
    About,
    Basis,
    FieldSlot,
    Mode,
    Of,
    Quota,
    Sample,
    Standing,
    State,
    Way,
    is_within,
    next_in,
)
from surveys.jobs import forget
from surveys.models import Answer, Response
from surveys.values import KEY_LIFE
from tests.broadcasts.test_sending import HERS, lima
from tests.broadcasts.village import OURS, VALLEY
from tests.clock import FakeClock
from tests.surveys.field import FieldVillage, village

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def here(
    sqlite_database: Database, vault: Vault, media: Media, bell: Bell, clock: FakeClock
) -> FieldVillage:
    services = Services(database=sqlite_database, vault=vault, media=media, bell=bell, clock=clock)
    return village(services, clock)


@pytest.fixture
def both(services: Services, clock: FakeClock) -> FieldVillage:
    return village(services, clock)


def until_sent(here: FieldVillage, most: dt.timedelta = 8 * DAY) -> list[Any]:
    """Time passes until the carrier has something."""
    end = here.clock() + most
    here.sweep()  # before, nothing may be drawn yet, and nothing would say how long to wait
    while not (sent := here.sent()) and here.clock() < end:
        waits = [each.due_at for each in here.sampled() if each.due_at is not None]
        here.clock.now = min(end, max(here.clock() + HOUR / 2, min(waits, default=end)))
        here.sweep()
    return sent


def acts(here: FieldVillage, row: Any, how: str) -> None:
    with here.services.database.writing() as connection:
        here.call(row, how, connection)
    here.ends(row)
    here.sweep(dt.timedelta(minutes=1))


# -- whom ----------------------------------------------------------------------------------------


def test_a_sample_is_drawn_once_and_again_the_same(both: FieldVillage) -> None:
    both.people(1200)
    both.plan(sample=Sample(size=600))
    both.fielder.run()
    first = {each.line_id for each in both.sampled()}
    assert len(both.sampled()) == len(first) == 600
    with both.services.database.writing() as connection:
        connection.execute(update(Fieldwork).values(is_planned=False))
    both.fielder.run()
    assert {each.line_id for each in both.sampled()} == first, "after a worker was killed too"


@pytest.mark.parametrize(
    ("sample", "count"),
    [
        (Sample(), 4),
        (Sample(languages=("quy",)), 1),
        (Sample(genders=("woman", UNKNOWN)), 3),
        (Sample(districts=("yauli",), genders=("man",)), 1),
        (Sample(size=2), 2),
        (Sample(size=50), 4),
    ],
)
def test_to_whom(here: FieldVillage, sample: Sample, count: int) -> None:
    here.person("+51964000001", gender="woman", district="yauli")
    here.person("+51964000002", gender="man", district="yauli")
    here.person("+51964000003", language="quy")
    here.person("+51964000004", district="paccha")
    here.person("+51964000005", agreed=False)
    here.person("+51964000006", agreed=None)
    here.plan(sample=sample)
    here.fielder.run()
    assert len(here.sampled()) == count


def test_a_list_says_under_which_consent_and_nobody_in_it_who_wants_nothing_is_called(
    here: FieldVillage,
) -> None:
    said = Sample(basis=Basis.LIST)
    here.plan(sample=said, starts=False)
    add = [("+51964000001", "es"), ("+51964000002", "quy"), ("12", "es"), ("+51964000001", "es")]
    opted_out = {"vault": here.services.vault, "number": "+51964000002"}
    here.does(opt_out, **opted_out, now=here.clock())
    listed = here.does(
        operations.add_numbers, here.round_id, add, vault=here.services.vault, now=here.clock()
    )
    assert (listed.taken, listed.not_numbers) == (3, 1)
    with pytest.raises(NoSample):
        here.start()
    here.plan(sample=Sample(basis=Basis.LIST, consent_source="Asamblea de Yauli, 3 de marzo"))
    (row,) = until_sent(here)
    assert row.opening["language"] == "es"
    for _ in range(8):
        here.sweep(DAY - HOUR)
        here.sweep(HOUR)
    codes = {each.language: each.code for each in here.sampled()}
    assert codes == {"es": None, "quy": "2.11"}
    with pytest.raises(WrongState):
        here.does(
            operations.add_numbers, here.round_id, add, vault=here.services.vault, now=here.clock()
        )


def test_what_cannot_start(here: FieldVillage) -> None:
    here.plan(starts=False)
    calendar, now = here.programme.calendar, here.clock()
    with pytest.raises(NoNumber):
        here.does(operations.start, here.round_id, sender=None, calendar=calendar, now=now)
    here.start()
    with pytest.raises(WrongState):
        here.plan()


# -- when ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slot", "expected"),
    [
        (FieldSlot.MORNING, lima(24, 8)),
        (FieldSlot.AFTERNOON, lima(23, 14, 30)),
        (FieldSlot.EVENING, lima(23, 17)),
        (FieldSlot.SATURDAY, lima(28, 9)),
    ],
)
def test_slots_lie_in_the_calling_hours(slot: FieldSlot, expected: dt.datetime) -> None:
    assert next_in(VALLEY.calendar, slot, lima(23, 14, 30)) == expected
    assert is_within(VALLEY.calendar, slot, expected)


def test_a_saturday_morning_is_of_its_own_slot_alone() -> None:
    saturday = lima(28, 10)
    assert is_within(VALLEY.calendar, FieldSlot.SATURDAY, saturday)
    assert not is_within(VALLEY.calendar, FieldSlot.MORNING, saturday)


def test_which_slots_are_drawn_for_a_line_differ_and_are_the_same_again() -> None:
    drawn = [slots_for("s", f"line{n}", attempts=3) for n in range(400)]
    assert all(len(set(each)) == 3 for each in drawn)
    assert drawn == [slots_for("s", f"line{n}", attempts=3) for n in range(400)]
    firsts = [each[0] for each in drawn]
    assert all(60 < firsts.count(slot.value) < 140 for slot in FieldSlot), "each as often"


def test_three_attempts_in_three_slots_and_no_more(here: FieldVillage) -> None:
    here.person(HERS)
    here.plan()
    moments = []
    for _ in range(3):
        (row,) = until_sent(here)
        moments.append(row.attempted_at)
        here.ends(row, "no-answer")
        here.sweep(dt.timedelta(minutes=1))
    (hers,) = here.sampled()
    assert (hers.state, hers.code, hers.attempts) == (Standing.DONE, "3.13", 3)
    calendar = here.programme.calendar
    for slot, moment in zip(hers.slots.split(), moments, strict=True):
        assert is_within(calendar, slot, moment)
    here.sweep(dt.timedelta(minutes=1))
    assert here.state() is State.DONE, "nobody is left to try"
    assert not here.is_closed(), "who calls is still asked"


def test_news_and_interviews_share_what_a_line_takes(here: FieldVillage) -> None:
    here.person(HERS)
    for _ in range(2):
        here.broadcast()
        brings_news(here)
        (row,) = here.sent()
        here.report(row, "completed")
        here.clock.advance(dt.timedelta(minutes=1))
    last = here.clock()
    here.plan()
    (row,) = until_sent(here, 12 * DAY)
    assert row.opening["script"] == "interview"
    assert row.attempted_at >= last + dt.timedelta(days=6, hours=23)


def brings_news(here: FieldVillage) -> None:
    here.broadcaster.run()
    here.dispatcher.run()


def test_paused_nobody_is_called_and_resumed_it_goes_on(here: FieldVillage) -> None:
    here.person(HERS)
    here.plan()
    here.does(operations.pause, here.round_id, now=here.clock())
    assert until_sent(here, 3 * DAY) == []
    here.does(operations.resume, here.round_id)
    assert len(until_sent(here)) == 1


def test_at_its_closing_day_the_round_closes_and_the_rest_was_not_attempted(
    here: FieldVillage,
) -> None:
    here.people(30)
    here.lot = 1
    here.plan(closes_at=here.clock() + dt.timedelta(minutes=30))
    here.sweep(HOUR)
    here.sweep(DAY)
    here.sweep(DAY)
    assert here.is_closed()
    assert here.state() is State.DONE
    assert {each.code for each in here.sampled()} == {"3.11"}


def test_an_attempt_whose_slot_has_passed_waits_for_the_next_one(here: FieldVillage) -> None:
    """Its turn came late: before it was queued, or while it stood in the queue."""
    for number in (HERS, "+51964000002"):
        here.person(number)
    here.clock.now = lima(24, 7)
    here.plan()
    here.fielder.run()
    with here.services.database.writing() as connection:
        connection.execute(
            update(SampledLine).values(slots="morning evening saturday", due_at=lima(24, 8))
        )
    here.clock.now = lima(24, 14)
    here.sweep()
    assert here.outbox() == [], "the calling hours are open, the slot is not"
    assert {each.due_at for each in here.sampled()} == {lima(25, 8)}
    here.clock.now = lima(25, 9)
    here.fielder.run()
    assert len(here.outbox()) == 2
    here.clock.now = lima(25, 15)
    here.dispatcher.run()
    assert here.gateway.placed == []
    assert {each.due_at for each in here.sampled()} == {lima(26, 8)}
    assert len(until_sent(here)) == 2
    for each in here.sampled():
        assert each.attempts == 1
        assert is_within(here.programme.calendar, FieldSlot.MORNING, here.clock())


# -- by what -------------------------------------------------------------------------------------


def kinds_tried(here: FieldVillage, count: int) -> list[str]:
    tried = []
    for _ in range(count):
        (row,) = until_sent(here)
        tried.append(row.kind)
        here.report(row, "delivered" if row.kind == "text" else "busy")
        here.sweep(dt.timedelta(minutes=1))
        if row.kind == "text":
            here.sweep(DAY + HOUR)
    return tried


@pytest.mark.parametrize(
    ("way", "kinds"),
    [
        (Way.VOICE, ["call", "call", "call"]),
        (Way.SMS, ["text", "text"]),
        (Way.VOICE_THEN_SMS, ["call", "call", "text"]),
        (Way.SMS_THEN_VOICE, ["text", "call", "call"]),
    ],
)
def test_from_voice_to_texts_and_back(here: FieldVillage, way: Way, kinds: list[str]) -> None:
    here.person(HERS)
    here.plan(way=way)
    assert kinds_tried(here, len(kinds)) == kinds
    (hers,) = here.sampled()
    codes = {"call": "3.12", "text": "3.19"}
    assert here.attempts(hers.id) == [codes[kind] for kind in kinds]
    assert hers.state == Standing.DONE


def test_where_no_text_arrives_she_is_called(here: FieldVillage) -> None:
    here.person(HERS)
    with here.services.database.writing() as connection:
        connection.execute(update(Line).values(no_texts_since=here.clock()))
    here.plan(way=Way.SMS_THEN_VOICE, announces=True)
    (row,) = until_sent(here)
    assert row.kind == "call"


def test_the_text_before_is_no_attempt_and_hours_before_the_call(here: FieldVillage) -> None:
    here.person(HERS)
    here.plan(announces=True)
    (text,) = until_sent(here)
    assert text.kind == "text"
    here.report(text, "delivered")
    (hers,) = here.sampled()
    assert hers.attempts == 0
    here.sweep(dt.timedelta(minutes=1))
    (call,) = until_sent(here)
    assert call.kind == "call"
    assert call.attempted_at - text.attempted_at >= dt.timedelta(hours=4)
    acts(here, call, "4")
    (hers,) = here.sampled()
    assert (hers.code, hers.attempts) == ("1.1", 1)


def test_who_answers_by_text_is_not_called_any_more(here: FieldVillage) -> None:
    here.person(HERS)
    here.plan(way=Way.SMS_THEN_VOICE)
    (text,) = until_sent(here)
    here.report(text, "delivered")
    here.sweep(HOUR)
    (hers,) = here.sampled()
    with here.services.database.writing() as connection:
        here.interview(connection, hers.id, HERS, 4)
    here.sweep(2 * DAY)
    assert here.sampled()[0].code == "1.1"
    assert len(here.outbox()) == 1


def test_who_calls_and_answers_before_we_call_is_done(here: FieldVillage) -> None:
    here.person(HERS)
    here.clock.now = lima(23, 21)
    here.plan(mode=Mode.BOTH)
    here.fielder.run()
    (hers,) = here.sampled()
    with here.services.database.writing() as connection:
        here.interview(connection, hers.id, HERS, 1)
    assert here.sampled()[0].code == "2.12"
    with here.services.database.writing() as connection:
        here.interview(connection, hers.id, HERS, 4)
    assert here.sampled()[0].code == "1.1"
    assert until_sent(here) == []


def test_who_wants_nothing_more_is_a_refusal_even_when_it_was_queued(here: FieldVillage) -> None:
    here.person(HERS)
    here.plan()
    while not [each for each in here.outbox() if each.state == "queued"]:
        here.clock.advance(HOUR)
        here.fielder.run()
    here.does(opt_out, vault=here.services.vault, number=HERS, now=here.clock())
    here.dispatcher.run()
    assert here.gateway.placed == []
    here.sweep(HOUR)
    assert here.sampled()[0].code == "2.11"


# -- quotas --------------------------------------------------------------------------------------


def test_a_full_group_is_called_no_more_and_the_empty_one_first(here: FieldVillage) -> None:
    women = [here.person(f"+5196400001{n}", gender="woman") for n in range(4)]
    men = [here.person(f"+5196400002{n}", gender="man") for n in range(4)]
    target = (Quota(Of.GENDER, "woman", 4), Quota(Of.GENDER, "man", 1))
    here.plan(quotas=target)
    for _ in range(12):
        for row in until_sent(here, 3 * DAY):
            with here.services.database.writing() as connection:
                line = {each.id: each for each in here.sampled()}
                hers = line[row.opening["args"]["sampled"]].person_id
                here.call(row, "4", connection, gender="woman" if hers in women else "man")
            here.ends(row)
        here.sweep(dt.timedelta(minutes=1))
    codes = {each.person_id: each.code for each in here.sampled()}
    assert [codes[each] for each in women] == ["1.1"] * 4
    assert sorted(codes[each] or "" for each in men) == ["1.1", "4.8", "4.8", "4.8"]


@pytest.mark.parametrize("turns_away", [False, True])
def test_a_caller_of_a_full_group_is_asked_unless_the_round_says_so(
    here: FieldVillage, turns_away: bool
) -> None:
    here.plan(mode=Mode.BOTH, quotas=(Quota(Of.GENDER, "woman", 1),), turns_away=turns_away)
    with here.services.database.writing() as connection:
        here.interview(connection, None, HERS, 4)  # a woman

    def entry(gender: str | None) -> door.Entry:
        with here.services.database.reading() as connection:
            return door.entry(
                connection,
                here.round_id,
                vault=here.services.vault,
                number="+51964000009",
                about=About(gender, None, "es"),
                now=here.clock(),
            )

    assert entry("woman").is_open is not turns_away
    assert entry("woman").is_full is turns_away
    assert entry("man").is_open
    assert entry(None).is_open, "of whom it is not known she is asked"


def test_whose_group_is_unknown_counts_towards_each_until_she_has_told(
    here: FieldVillage,
) -> None:
    """One woman is wanted: of three who may be one, one is called at a time."""
    numbers = [f"+5196400003{n}" for n in range(4)]
    for number in numbers:
        here.person(number)
    here.clock.now = lima(24, 7)
    wanted = (Quota(Of.GENDER, "woman", 1), Quota(Of.GENDER, "man", 3))
    here.plan(quotas=wanted, incentive=1000)
    here.fielder.run()
    with here.services.database.writing() as connection:
        connection.execute(
            update(SampledLine).values(slots="morning evening saturday", due_at=lima(24, 8))
        )
    tells = iter(("gender_unsaid", "woman", "woman", "man"))
    here.clock.now = lima(24, 8)
    came_to: list[str] = []
    for may_be_called in (
        1,
        1,
        2,
    ):  # once a woman is found, whoever may be one is told at the answer
        here.sweep(dt.timedelta(minutes=11))
        rows = here.sent()
        assert len(rows) == may_be_called
        for row in rows:
            with here.services.database.writing() as connection:
                gender = next(tells)
                is_full = here.call(row, "4", connection, gender=gender)
            came_to.append("full" if is_full else "4")
            here.ends(row)
        here.sweep(dt.timedelta(minutes=1))
    assert came_to == ["4", "4", "full", "4"]
    with here.services.database.reading() as connection:
        counts = [each.complete for each in quotas.fills(connection, here.round_id, wanted)]
        kept = connection.execute(select(Response.id)).all()
        answered = set(connection.execute(select(Answer.response_id)).scalars())
    assert counts == [1, 1]
    assert len(kept) == 3, "of who is one too many nothing is kept"
    assert answered == {row.id for row in kept}
    assert sorted(each.code or "" for each in here.sampled()) == ["1.1", "1.1", "1.1", "4.8"]
    assert len(here.top_ups.recorded) == 3, "who was not asked to the end is owed nothing"


@pytest.mark.parametrize("turns_away", [False, True])
def test_of_two_callers_who_speak_at_once_one_is_too_many(
    both: FieldVillage, turns_away: bool
) -> None:
    """Both were asked while there was room; a round that turns nobody away keeps both."""
    wanted = (Quota(Of.GENDER, "woman", 1),)
    both.plan(mode=Mode.INBOUND, quotas=wanted, turns_away=turns_away)
    with both.services.database.writing() as connection:
        for number in (HERS, "+51964000002"):
            assert not both.interview(connection, None, number, 3)
        too_many = [
            both.interview(connection, None, number, 4) for number in (HERS, "+51964000002")
        ]
    assert too_many == [False, turns_away]
    with both.services.database.reading() as connection:
        (found,) = quotas.fills(connection, both.round_id, wanted)
    assert found.complete == (1 if turns_away else 2)


def test_a_district_is_that_of_the_line_where_nobody_asks_for_it(here: FieldVillage) -> None:
    here.person(HERS, district="yauli")
    here.plan()
    (row,) = until_sent(here)
    wanted = [Quota(Of.DISTRICT, "yauli", 5)]
    with here.services.database.reading() as connection:
        (found,) = quotas.fills(connection, here.round_id, wanted)
    assert (found.complete, found.under_way) == (0, 1)
    acts(here, row, "4")
    with here.services.database.reading() as connection:
        (found,) = quotas.fills(connection, here.round_id, wanted)
    assert (found.complete, found.under_way) == (1, 0)


# -- who may begin -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "number", "is_open"),
    [
        (Mode.INBOUND, "+51964000009", True),
        (Mode.BOTH, "+51964000009", True),
        (Mode.OUTBOUND, "+51964000009", False),
        (Mode.OUTBOUND, None, False),
        (Mode.OUTBOUND, HERS, True),
    ],
)
def test_whoever_calls(here: FieldVillage, mode: Mode, number: str | None, is_open: bool) -> None:
    here.person(HERS)
    here.plan(mode=mode, opens_at=here.clock(), closes_at=here.clock() + 9 * DAY)
    here.fielder.run()
    for later, expected in ((-HOUR, False), (HOUR, is_open), (10 * DAY, False)):
        with here.services.database.reading() as connection:
            found = door.entry(
                connection,
                here.round_id,
                vault=here.services.vault,
                number=number,
                about=About(None, None, "es"),
                now=here.clock() + later,
            )
        assert found.is_open is expected


# -- incentives ----------------------------------------------------------------------------------


class Stammers:
    """A gateway that gives, and whose first answer is lost."""

    def __init__(self) -> None:
        self.gives = True
        self.asked: list[str] = []
        self.given: dict[str, tuple[str, int]] = {}

    def top_up(self, *, key: str, number: str, amount: int) -> None:
        self.asked.append(key)
        self.given.setdefault(key, (number, amount))
        if len(self.asked) == 1:
            raise Unsure


def test_airtime_is_owed_once_and_asked_for_under_one_key(here: FieldVillage) -> None:
    here.person(HERS)
    here.plan(incentive=5000)
    (row,) = until_sent(here)
    with here.services.database.writing() as connection:
        here.call(row, "4", connection)
        here.call(row, "4", connection)
    gateway = Stammers()
    assert [give(here.services, gateway) for _ in range(3)] == [0, 1, 0]
    assert len(gateway.asked) == 2
    assert list(gateway.given.values()) == [(HERS, 5000)]


def test_what_is_only_recorded_is_owed_until_somebody_gives_it(here: FieldVillage) -> None:
    here.person(HERS)
    here.plan(incentive=5000)
    (row,) = until_sent(here)
    acts(here, row, "4")

    def states() -> frozenset[str]:
        with here.services.database.reading() as connection:
            return airtime_states(connection, here.round_id)

    assert list(here.top_ups.recorded.values()) == [(HERS, 5000)]
    assert states() == {RECORDED}
    assert give(here.services, RecordingTopUps()) == 0
    gateway = Stammers()
    assert [give(here.services, gateway) for _ in range(3)] == [0, 1, 0]
    assert states() == {GIVEN}
    assert list(gateway.given.values()) == [(HERS, 5000)]


def test_no_airtime_for_half_an_interview(here: FieldVillage) -> None:
    here.person(HERS)
    here.plan(incentive=5000)
    (row,) = until_sent(here)
    acts(here, row, "3")
    assert here.top_ups.recorded == {}


# -- what is kept --------------------------------------------------------------------------------


def test_nothing_leads_from_a_line_to_what_was_said_on_it(here: FieldVillage) -> None:
    """That a line took part is known. What its response is cannot be found: the tables share no
    value but the round's, what is over has no time, and their order tells nothing."""
    here.people(60)
    here.plan()
    for _ in range(60):
        for row in until_sent(here, 2 * DAY):
            acts(here, row, "4")
    ours = Base.metadata.tables
    about_lines = ("fieldwork_line", "fieldwork_attempt", "fieldwork_top_up")
    about_answers = ("survey_response", "survey_answer")
    for table in about_answers:
        keys = {each.column.table.name for each in ours[table].foreign_keys}
        assert not keys & {*about_lines, "line", "person", "outbox", "outreach_contact"}
    with here.services.database.reading() as connection:

        def values(names: tuple[str, ...]) -> set[Any]:
            rows = (connection.execute(select(*ours[name].columns)) for name in names)
            told = {value for found in rows for row in found for value in row if value}
            return {each for each in told if isinstance(each, str) and len(each) > 16}

        shared = values(about_lines) & values(about_answers)
        assert shared == {here.round_id}
        assert {each.due_at for each in here.sampled()} == {None}
        lines = list(connection.execute(select(SampledLine.line_id).order_by(SampledLine.id)))
        assert len(lines) == 60
        assert connection.execute(select(Response.id)).all()
        assert connection.execute(select(Answer.id)).all()


def test_with_the_rounds_key_the_list_of_whom_it_called_goes(both: FieldVillage) -> None:
    both.people(12)
    both.plan(incentive=1000)
    (first, *_) = until_sent(both)
    acts(both, first, "4")
    both.does(rounds.close_round, round_id=both.round_id, now=both.clock())
    both.sweep(HOUR)
    both.clock.advance(KEY_LIFE - 2 * HOUR)
    forget(both.services)
    assert both.sampled(), "until the key is destroyed"
    both.clock.advance(DAY)
    forget(both.services)
    forget(both.services)
    with both.services.database.reading() as connection:
        for table in (SampledLine, FieldAttempt, TopUp, Contact):
            assert connection.execute(select(table)).first() is None
        assert all(each.opening is None for each in both.outbox())
        left = connection.execute(
            select(DispositionCount.attempt, DispositionCount.code, DispositionCount.count)
        ).all()
        assert connection.execute(select(Person.id)).first() is not None
    finals = {code: count for attempt, code, count in left if attempt == 0}
    assert sum(finals.values()) == 12
    assert finals["1.1"] == 1


def test_the_senders_number_is_ours(here: FieldVillage) -> None:
    here.person(HERS, channel=Channel.VOICE)
    here.plan()
    (row,) = until_sent(here)
    assert row.sender == OURS
