"""A caller, whoever is on duty, and the carrier between them: neither sees the other's number."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from xml.etree import ElementTree

import pytest
from sqlalchemy import select, text

from contacts import operations as contacts
from duty import operations as duty
from duty.models import Bridge
from duty.values import LOST_AFTER
from staff.models import AuditEntry
from staff.operations import add_account
from staff.values import Affiliation, Role
from tests.dialogue.line import HERS, OURS
from tests.signed import Call, Signed

_ids = itertools.count(1)
PHONES = {"rosa": "+51964111001", "julio": "+51964111002", "nelly": "+51964111003"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What the engines could differ in is tried in tests/duty."""
    return sqlite_url


Hire = Callable[..., str]


@pytest.fixture
def hire(carrier: Signed) -> Hire:
    """Have somebody on duty; the id of the account."""

    def work(
        name: str,
        *,
        languages: tuple[str, ...] = ("es",),
        affiliation: Affiliation = Affiliation.INDEPENDENT,
        is_on: bool = True,
    ) -> str:
        services = carrier.house.services
        with services.database.writing() as connection:
            account = add_account(
                connection,
                email=f"{name}@rimay.example",
                password="quipu y chaski 22",
                role=Role.CASE_MANAGER,
                programme="junin",
                affiliation=affiliation,
                language="es",
                now=services.clock(),
            )
            duty.set_duty(
                connection,
                account,
                vault=services.vault,
                phone=PHONES[name],
                country="PE",
                languages=languages,
                is_on=is_on,
                by=account,
                now=services.clock(),
            )
        return account

    return work


def bridges(carrier: Signed) -> list[Any]:
    with carrier.house.services.database.reading() as connection:
        return list(
            connection.execute(select(Bridge.__table__).order_by(Bridge.rung_at, Bridge.id))
        )


def outcomes(carrier: Signed) -> list[str | None]:
    return [row.outcome for row in bridges(carrier)]


def ask_for_a_person(carrier: Signed, number: str = HERS, language: str = "1") -> Call:
    call = carrier.call(number).to_menu(language)
    call.press("0")
    return call


class Dial:
    """A call being put through, from the caller's redirect on."""

    def __init__(self, call: Call) -> None:
        self.call = call
        assert call.reply.redirect.startswith("/voice/dial?")
        call.post(call.reply.redirect)
        found = call.reply.root.find("Dial")
        assert found is not None, call.reply.body
        self.verb: ElementTree.Element = found
        (self.number,) = found
        self.sid = f"CA{next(_ids):030}dd"

    @property
    def rings(self) -> str:
        return self.number.text or ""

    @property
    def action(self) -> str:
        return self.verb.attrib["action"]

    def child(self, target: str, **what: str) -> Any:
        form = {
            "CallSid": self.sid,
            "ParentCallSid": self.call.sid,
            "From": OURS,
            "To": self.rings,
            "Direction": "outbound-dial",
            "CallStatus": "in-progress",
            **what,
        }
        return self.call.carrier.post(target, form)

    def answer(self) -> Any:
        """Who is rung answers, and hears the whisper."""
        return self.child(self.number.attrib["url"])

    def press(self, reply: Any, key: str) -> Any:
        return self.child(reply.action, Digits=key)

    def take(self) -> None:
        reply = self.press(self.answer(), "1")
        assert list(reply.root) == []

    def again(self, status: str) -> str:
        """The end as it comes on a connection of its own."""
        call = Call(self.call.carrier, self.call.sid, self.call.number, self.call.ours)
        return call.post(self.action, DialCallStatus=status).body

    def end(self, status: str, **what: str) -> Any:
        return self.call.post(
            self.action, DialCallStatus=status, DialCallSid=self.sid, DialCallDuration="9", **what
        )


# Put through ----------------------------------------------------------------------------------


def test_a_caller_is_put_through_and_comes_back_to_the_menu(carrier: Signed, hire: Hire) -> None:
    account = hire("rosa")
    call = ask_for_a_person(carrier)
    assert call.reply.keys == ["person.connecting"]
    dial = Dial(call)
    assert dial.rings == PHONES["rosa"]
    assert dial.verb.attrib["callerId"] == OURS
    assert dial.verb.attrib["record"] == "do-not-record"
    whisper = dial.answer()
    assert whisper.keys == ["person.whisper"]
    assert whisper.hangs_up  # where no key is pressed
    dial.press(whisper, "1")
    carrier.line.clock.advance(dt.timedelta(minutes=4))
    reply = dial.end("completed")
    assert reply.keys[0] == "person.talked"
    assert "menu.main" in reply.keys
    (row,) = bridges(carrier)
    assert (row.account_id, row.outcome, row.leg) == (account, "talked", None)
    assert row.ended_at - row.taken_at == dt.timedelta(minutes=4)
    with carrier.house.services.database.reading() as connection:
        audit = connection.execute(
            select(AuditEntry.account_id, AuditEntry.subject).where(
                AuditEntry.action == "call_taken"
            )
        ).all()
    assert audit == [(account, f"bridge:{row.id}")]


def test_neither_number_is_kept_or_logged(
    carrier: Signed, hire: Hire, caplog: pytest.LogCaptureFixture
) -> None:
    hire("rosa")
    with caplog.at_level(logging.DEBUG):
        call = ask_for_a_person(carrier)
        dial = Dial(call)
        dial.take()
        dial.end("completed")
        call.hang_up()
    with carrier.house.services.database.reading() as connection:
        tables = [
            name
            for (name,) in connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'table'")
            )
        ]
        kept = json.dumps(
            [
                [str(value) for value in row]
                for name in tables
                for row in connection.execute(text(f'SELECT * FROM "{name}"'))  # noqa: S608
            ]
        )
    for number in (PHONES["rosa"], HERS):
        assert number[3:] not in kept
        assert number[3:] not in caplog.text


# Nobody takes it ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("no-answer", "no_answer"),
        ("busy", "busy"),
        ("failed", "failed"),
        ("canceled", "failed"),
        ("completed", "declined"),
        ("nonsense", "failed"),
    ],
)
def test_when_one_does_not_take_it_the_next_is_rung(
    carrier: Signed, hire: Hire, status: str, outcome: str
) -> None:
    hire("rosa")
    hire("julio")
    call = ask_for_a_person(carrier)
    first = Dial(call)
    assert first.end(status).keys == ["person.try_another"]
    second = Dial(call)
    assert {first.rings, second.rings} == {PHONES["rosa"], PHONES["julio"]}
    reply = second.end("no-answer")
    assert reply.keys[:2] == ["person.nobody", "person.otherwise"]
    assert sorted(map(str, outcomes(carrier))) == sorted([outcome, "no_answer"])
    call.press("1")
    assert call.reply.keys == ["speak.after_tone"]
    call.record(5)
    assert carrier.line.cases()[0].kind == "voice_message"


def test_three_are_rung_at_the_most(carrier: Signed, hire: Hire) -> None:
    for name in PHONES:
        hire(name)
    call = ask_for_a_person(carrier)
    rung = set()
    for _ in range(3):
        dial = Dial(call)
        rung.add(dial.rings)
        dial.end("no-answer")
    assert rung == set(PHONES.values())
    assert call.reply.keys[0] == "person.nobody"
    call.press("2")
    assert call.reply.keys[0] == "person.will_call"
    assert [case.kind for case in carrier.line.cases()] == ["call_wish"]


@pytest.mark.parametrize("keys", [["2", "2"], ["#", "9"], ["5", "0"]])
def test_only_the_right_key_takes_a_call(carrier: Signed, hire: Hire, keys: list[str]) -> None:
    hire("rosa")
    dial = Dial(ask_for_a_person(carrier))
    again = dial.press(dial.answer(), keys[0])
    assert again.keys == ["person.whisper"]
    last = dial.press(again, keys[1])
    assert last.hangs_up
    assert last.keys == []
    assert dial.end("completed").keys[0] == "person.nobody"
    assert outcomes(carrier) == ["declined"]


def test_a_wrong_key_may_be_mended(carrier: Signed, hire: Hire) -> None:
    hire("rosa")
    dial = Dial(ask_for_a_person(carrier))
    dial.press(dial.press(dial.answer(), "4"), "1")
    assert dial.end("completed").keys[0] == "person.talked"


def test_a_voicemail_that_answers_takes_no_call(carrier: Signed, hire: Hire) -> None:
    hire("rosa")
    dial = Dial(ask_for_a_person(carrier))
    assert dial.answer().hangs_up  # it presses nothing, and is left
    assert dial.end("completed").keys[0] == "person.nobody"


# Hours, duty, languages -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "moment",
    [
        dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC),  # Monday, 22:00 in Peru
        dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC),  # Sunday
        dt.datetime(2026, 12, 8, 15, tzinfo=dt.UTC),  # a holiday, on a Tuesday
    ],
)
def test_out_of_staffed_hours_nobody_is_rung(
    carrier: Signed, hire: Hire, moment: dt.datetime
) -> None:
    hire("rosa")
    carrier.line.clock.now = moment
    assert ask_for_a_person(carrier).reply.keys[0] == "person.nobody"
    assert bridges(carrier) == []


def test_who_is_off_duty_is_not_rung(carrier: Signed, hire: Hire) -> None:
    hire("rosa", is_on=False)
    assert ask_for_a_person(carrier).reply.keys[0] == "person.nobody"


def test_whose_people_may_not_read_her_message_are_not_rung(carrier: Signed, hire: Hire) -> None:
    hire("rosa", affiliation=Affiliation.COMPANY)
    assert ask_for_a_person(carrier).reply.keys[0] == "person.nobody"


def test_who_speaks_her_language_is_rung_first(carrier: Signed, hire: Hire) -> None:
    hire("rosa")
    hire("julio", languages=("es", "quy"))
    call = ask_for_a_person(carrier, language="2")
    assert call.reply.keys == ["person.connecting"]
    first = Dial(call)
    assert first.rings == PHONES["julio"]
    # Then anybody on duty, and she is told so.
    assert first.end("busy").keys == ["person.try_another", "person.other_language"]
    assert Dial(call).rings == PHONES["rosa"]


def test_who_talks_already_is_not_rung(carrier: Signed, hire: Hire) -> None:
    hire("rosa")
    Dial(ask_for_a_person(carrier)).take()
    other = ask_for_a_person(carrier, "+51987000333")
    assert other.reply.keys[0] == "person.nobody"
    # An end that nobody told does not keep a phone for ever.
    carrier.line.clock.advance(LOST_AFTER)
    assert ask_for_a_person(carrier, "+51987000444").reply.keys == ["person.connecting"]


def test_who_was_rung_longest_ago_is_next(carrier: Signed, hire: Hire) -> None:
    hire("rosa")
    hire("julio")
    rung = []
    for number in ("+51987000333", "+51987000444", "+51987000555"):
        call = ask_for_a_person(carrier, number)
        dial = Dial(call)
        rung.append(dial.rings)
        dial.take()
        dial.end("completed")
        call.hang_up()
        carrier.line.clock.advance(dt.timedelta(minutes=1))
    assert rung[0] == rung[2] != rung[1]


# Twice, late, gone ----------------------------------------------------------------------------


def test_what_comes_twice_has_the_same_answer_and_is_done_once(carrier: Signed, hire: Hire) -> None:
    hire("rosa")
    call = ask_for_a_person(carrier)
    target = call.reply.redirect
    dial = Dial(call)
    assert call.post(target).body.count(PHONES["rosa"]) == 1
    whisper = dial.answer()
    assert dial.answer().body == whisper.body
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: dial.press(whisper, "1").body, range(4)))
    assert len(set(taken)) == 1
    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(lambda _: dial.again("completed"), range(4)))
    assert len(set(ended)) == 1
    assert outcomes(carrier) == ["talked"]


def test_a_key_after_the_caller_is_gone_finds_nobody(carrier: Signed, hire: Hire) -> None:
    hire("rosa")
    call = ask_for_a_person(carrier)
    dial = Dial(call)
    whisper = dial.answer()
    call.hang_up()
    assert dial.press(whisper, "1").hangs_up
    assert dial.answer().keys == []
    assert outcomes(carrier) == ["gone"]
    assert bridges(carrier)[0].leg is None


@pytest.mark.parametrize("told", ["status", "action", "both"])
def test_a_caller_who_hangs_up_while_they_talk(carrier: Signed, hire: Hire, told: str) -> None:
    hire("rosa")
    call = ask_for_a_person(carrier)
    dial = Dial(call)
    dial.take()
    carrier.line.clock.advance(dt.timedelta(seconds=50))
    if told in ("action", "both"):
        dial.end("completed", CallStatus="completed")
    if told in ("status", "both"):
        call.hang_up()
    (row,) = bridges(carrier)
    assert (row.outcome, row.ended_at - row.taken_at) == ("talked", dt.timedelta(seconds=50))


def test_a_caller_who_is_gone_has_nobody_else_rung(carrier: Signed, hire: Hire) -> None:
    hire("rosa")
    hire("julio")
    dial = Dial(ask_for_a_person(carrier))
    dial.end("no-answer", CallStatus="completed")
    assert outcomes(carrier) == ["gone"]


def test_a_fault_where_it_is_put_through_is_nobody_who_answers(carrier: Signed, hire: Hire) -> None:
    hire("rosa")
    call = ask_for_a_person(carrier)
    target = call.reply.redirect
    with carrier.house.services.database.writing() as connection:
        connection.execute(text("ALTER TABLE duty RENAME TO duty_away"))
    call.post(target)
    onward = call.reply.redirect
    assert onward.startswith("/voice/turn?")
    with carrier.house.services.database.writing() as connection:
        connection.execute(text("ALTER TABLE duty_away RENAME TO duty"))
    assert call.post(onward).keys[0] == "person.nobody"
    assert outcomes(carrier) == ["failed"]


def test_another_call_is_not_put_through_by_this_address(carrier: Signed, hire: Hire) -> None:
    hire("rosa")
    target = ask_for_a_person(carrier).reply.redirect
    other = carrier.call("+51987000333").to_menu()
    assert PHONES["rosa"] not in other.post(target).body
    for path in ("dial?b=x&n=3&l=es", "whisper?b=x&l=es", "whisper/key?b=x&t=1&l=es"):
        form = {"CallSid": other.sid, "From": HERS, "To": OURS, "Digits": "1"}
        assert carrier.post(f"/voice/{path}", form, signature="bm8=").status == 403
        assert PHONES["rosa"] not in carrier.post(f"/voice/{path}", form).body


# Not to be called back ------------------------------------------------------------------------


def test_whose_line_opted_out_is_not_promised_a_call(carrier: Signed) -> None:
    services = carrier.house.services
    with services.database.writing() as connection:
        contacts.opt_out(connection, vault=services.vault, number=HERS, now=services.clock())
    assert ask_for_a_person(carrier).reply.keys == ["person.nobody", "speak.after_tone"]


def test_by_text_zero_is_what_she_wants_to_say(carrier: Signed, hire: Hire) -> None:
    hire("rosa")
    carrier.text("Hola")
    carrier.text("1")
    assert "Escriba su mensaje" in carrier.text("0").body
    assert bridges(carrier) == []
