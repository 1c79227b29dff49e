"""Signed webhooks in, TwiML and rows out: what comes twice, late, out of order, or fails."""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from sqlalchemy import text

from app import worker
from contacts.models import DayKey
from dialogue.runner import Runner
from programmes import operations as programmes
from storage import recordings
from storage.outbox import Kind, Outbox
from tests.dialogue.handset import Handset
from tests.dialogue.line import HERS, OURS
from tests.signed import Call, Reply, Signed


def execute(carrier: Signed, statement: str) -> None:
    with carrier.house.services.database.writing() as connection:
        connection.execute(text(statement))


def to_question(carrier: Signed, language: str = "1") -> Call:
    """A call up to the first question of the survey."""
    call = carrier.call().to_menu(language)
    for key in ("3", "1"):
        call.press(key)
    assert "question.water_change" in call.reply.keys
    return call


# Who may post ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["inbound", "turn?n=1&l=es", "status", "recorded", "fallback", "outbound?o=x", "machine?o=x"],
)
@pytest.mark.parametrize("signature", ["", "bm90IG91cnM="])
def test_what_is_not_signed_is_refused_and_stored_nowhere(
    carrier: Signed, path: str, signature: str
) -> None:
    form = {"CallSid": "CA1", "From": HERS, "To": OURS, "RecordingSid": "RE1"}
    reply = carrier.post(f"/voice/{path}", form, signature=signature)
    assert reply.status == 403
    assert carrier.line.turns() == []
    assert carrier.line.statements() == []


def test_an_address_with_quoted_letters_is_the_one_that_was_signed(carrier: Signed) -> None:
    call = carrier.call()
    target = f"/voice/turn?n=1&l=es&x={quote('ñandú á')}"
    assert call.post(target, Digits="1").status == 200


# Twice, late, out of order --------------------------------------------------------------------


def test_the_same_event_again_has_the_same_answer_and_is_kept_once(carrier: Signed) -> None:
    call = carrier.call()
    first = call.reply
    assert call.post("/voice/inbound").body == first.body
    call.press("1")
    action, second = first.action, call.reply.body
    call.press("2")
    # Late, and with another key: what was heard first is what counts.
    assert call.post(action, Digits="1").body == second
    assert call.post(action, Digits="2").body == second
    assert len(carrier.line.turns()) == 3


def test_a_turn_that_cannot_be_yet_puts_the_open_question_again(carrier: Signed) -> None:
    call = carrier.call().to_menu()
    assert "menu.main" in call.post("/voice/turn?n=7&l=es", Digits="2").keys
    assert "support.kind" in call.press("2").keys


@pytest.mark.parametrize("n", ["1", "9", "99999", "", "x", "-1", "١"])
def test_a_call_that_nobody_knows_begins(carrier: Signed, n: str) -> None:
    call = Call(carrier, "CA" + "9" * 32, HERS, OURS)
    assert "language.which" not in call.post(f"/voice/turn?n={quote(n)}&l=es", Digits="1").keys
    assert "option.quy" in call.reply.keys
    assert "menu.main" in call.to_menu().reply.keys


def test_after_the_end_there_is_only_a_goodbye(carrier: Signed) -> None:
    call = carrier.call().to_menu()
    call.press("9")
    assert call.reply.hangs_up
    for n in (4, 5, 50):
        reply = call.post(f"/voice/turn?n={n}&l=quy", Digits="1")
        assert reply.hangs_up
        assert reply.keys == ["sorry.goodbye"]
        assert reply.languages == {"quy"}


def test_what_went_on_elsewhere_does_not_go_on_here(carrier: Signed) -> None:
    first = to_question(carrier)
    carrier.line.clock.advance(dt.timedelta(seconds=5))
    second = carrier.call()
    assert "resume.offer" in second.reply.keys
    assert "question.water_change" in second.press("1").keys
    assert first.press("1").hangs_up
    assert carrier.line.answers() == {}
    second.press("2")
    assert carrier.line.answers() == {"water_change": "same"}


def test_what_was_erased_cannot_be_gone_on_with(carrier: Signed) -> None:
    call = to_question(carrier)
    call.press("2")
    action = call.reply.action
    carrier.line.clock.advance(dt.timedelta(hours=25))
    worker.forget(carrier.house)
    assert all(row.state is None for row in carrier.line.turns() if row.script == "survey")
    assert call.post(action, Digits="1").keys == ["sorry.goodbye"]
    assert "option.quy" in carrier.call().reply.keys
    assert carrier.line.answers() == {"water_change": "same"}


def test_the_end_of_a_survey_erases_what_its_turns_held(carrier: Signed) -> None:
    call = to_question(carrier)
    for _ in range(7):
        call.press("1")
    assert "survey.thanks" in call.reply.keys
    rows = [row for row in carrier.line.turns() if row.script == "survey"]
    assert rows
    assert all(row.state is None and row.answer is None for row in rows)
    # A late repeat finds nothing of it, and the call goes on at the menu.
    assert "menu.main" in call.post("/voice/turn?n=4&l=es", Digits="3").keys


def test_a_line_is_found_over_midnight_and_forgotten_after_two_days(carrier: Signed) -> None:
    clock = carrier.line.clock
    clock.now = dt.datetime(2026, 11, 23, 23, 59, 50, tzinfo=dt.UTC)
    to_question(carrier).press("1")
    clock.now = dt.datetime(2026, 11, 24, 0, 0, 10, tzinfo=dt.UTC)
    assert "resume.offer" in carrier.call().reply.keys
    clock.now = dt.datetime(2026, 11, 26, 0, 0, 10, tzinfo=dt.UTC)
    worker.forget(carrier.house)
    assert carrier.line.turns() == []
    with carrier.line.reading() as connection:
        days = connection.execute(DayKey.__table__.select()).all()
    assert [row.day for row in days] == []
    assert "resume.offer" not in carrier.call().reply.keys


def test_a_call_that_never_had_a_turn_may_end(carrier: Signed) -> None:
    call = Call(carrier, "CA" + "8" * 32, HERS, OURS)
    for status in ("completed", "busy", "no-answer", "failed", "canceled", "ringing"):
        assert call.post("/voice/status", CallStatus=status).status == 204
    assert carrier.line.turns() == []


def test_the_end_of_a_call_may_come_twice_and_before_what_was_said(carrier: Signed) -> None:
    call = carrier.call().to_menu()
    for key in ("2", "2", "1"):
        call.press(key)
    action = call.reply.action
    assert call.reply.root.find("Record") is not None
    call.hang_up()
    said = {"RecordingSid": "RE" + "7" * 32, "RecordingDuration": "6", "Digits": "hangup"}
    call.post(action, CallStatus="completed", **said)
    call.post(action, CallStatus="completed", **said)
    call.hang_up()
    (case,) = carrier.line.cases()
    assert not case.confirmed
    assert len(carrier.line.statements()) == 1


def test_a_recording_without_its_length_is_kept(carrier: Signed) -> None:
    call = carrier.call().to_menu()
    call.press("0")
    call.press("1")
    call.post(call.reply.action, RecordingSid="RE" + "6" * 32, Digits="hangup")
    call.hang_up()
    assert len(carrier.line.cases()) == 1


@pytest.mark.parametrize("first", ["notice", "action"])
def test_a_recording_and_its_notice_come_in_any_order(carrier: Signed, first: str) -> None:
    call = carrier.call().to_menu()
    call.press("0")
    call.press("1")
    sid = "RE" + "5" * 32
    action = call.reply.action
    steps: list[Callable[[], Reply]] = [
        lambda: call.post("/voice/recorded", RecordingSid=sid, RecordingStatus="completed"),
        lambda: call.post(action, RecordingSid=sid, RecordingDuration="4"),
    ]
    for step in steps if first == "notice" else reversed(steps):
        assert step().status in (200, 204)
    with carrier.line.reading() as connection:
        assert recordings.copy_of(connection, sid) == (recordings.Copy.WAITING, None)
    assert len(carrier.line.cases()) == 1


# Who calls, and whom --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [
        "anonymous",
        "Anonymous",
        "",
        "unknown",
        "+266696687",
        "+7378742833",
        "+2562533",
        "+8656696",
        "+86282452253",
        "client:alice",
        "sip:alice@example.org",
        "987000111",
    ],
)
def test_a_withheld_number_can_use_everything_but_being_called(
    carrier: Signed, number: str
) -> None:
    call = carrier.call(number).to_menu()
    call.press("0")
    call.record(5)
    assert "support.choose_pin_withheld" in call.reply.keys
    call.press("4826")
    assert "menu.main" in call.reply.keys
    call.hang_up()
    (case,) = carrier.line.cases()
    assert case.person_id is None
    assert case.answer_by == "i_will_call"
    assert {row.tag for row in carrier.line.turns()} == {None}


@pytest.mark.parametrize("ours", ["+5164999999", "", "client:x", "not a number"])
def test_a_number_that_is_nobodys_apologises_and_keeps_nothing(carrier: Signed, ours: str) -> None:
    call = carrier.call(ours=ours)
    assert call.reply.keys == ["sorry.unknown_number"]
    assert call.reply.languages == {"es"}
    assert call.reply.hangs_up
    assert carrier.line.turns() == []


# Faults ---------------------------------------------------------------------------------------


def test_a_fault_apologises_in_her_language_and_asks_the_same_again(
    carrier: Signed, caplog: pytest.LogCaptureFixture
) -> None:
    call = to_question(carrier, language="2")
    execute(carrier, "ALTER TABLE survey_answer RENAME TO survey_answer_away")
    with caplog.at_level(logging.DEBUG):
        reply = call.press("1")
    assert reply.keys[0] == "sorry.fault"
    assert "question.water_change" in reply.keys
    assert reply.languages == {"quy"}
    assert "better" not in caplog.text
    assert HERS[3:] not in caplog.text
    # It was a fault of a moment: the next answer counts.
    execute(carrier, "ALTER TABLE survey_answer_away RENAME TO survey_answer")
    assert "question.work_change" in call.press("2").keys
    assert carrier.line.answers() == {"water_change": "same"}


def test_the_second_fault_of_a_call_ends_it_and_nobody_meets_it_again(
    carrier: Signed,
) -> None:
    call = to_question(carrier, language="2")
    execute(carrier, "ALTER TABLE survey_answer RENAME TO survey_answer_away")
    call.press("1")
    reply = call.press("1")
    assert reply.keys == ["sorry.we_call_back"]
    assert reply.hangs_up
    assert reply.languages == {"quy"}
    call.hang_up()
    carrier.line.clock.advance(dt.timedelta(minutes=1))
    again = carrier.call()
    assert "resume.offer" not in again.reply.keys
    assert "menu.main" in again.reply.keys or "option.quy" in again.reply.keys


def test_a_fault_keeps_nothing_of_its_turn(carrier: Signed) -> None:
    call = carrier.call().to_menu()
    call.press("0")
    call.press("1")
    execute(carrier, "ALTER TABLE grievance_case RENAME TO case_away")
    reply = call.record(5)
    assert reply.keys[0] == "sorry.fault"
    assert "speak.after_tone" in reply.keys
    execute(carrier, "ALTER TABLE case_away RENAME TO grievance_case")
    assert carrier.line.statements() == []
    call.record(6)
    assert len(carrier.line.cases()) == 1
    assert len(carrier.line.statements()) == 1


def test_without_a_database_the_address_still_knows_her_language(
    carrier: Signed, caplog: pytest.LogCaptureFixture
) -> None:
    call = carrier.call().to_menu("2")
    execute(carrier, "ALTER TABLE turn RENAME TO turn_away")
    reply = call.press("1")
    assert reply.keys == ["sorry.fault"]
    assert reply.languages == {"quy"}
    # Followed as the carrier does: it still fails, and that is the end, but for what is promised.
    assert call.post(reply.redirect).keys == ["sorry.we_call_back"]
    assert call.reply.hangs_up
    assert HERS[3:] not in caplog.text
    execute(carrier, "ALTER TABLE turn_away RENAME TO turn")
    assert "menu.main" in call.post(reply.redirect).keys


def test_the_fallback_leads_back_to_the_open_question(carrier: Signed) -> None:
    call = carrier.call().to_menu("2")
    call.press("2")
    failed = f"https://rimay.example.org{call.reply.action}"
    reply = call.post("/voice/fallback", ErrorCode="11200", ErrorUrl=failed)
    assert reply.keys == ["sorry.fault"]
    assert reply.languages == {"quy"}
    assert "support.kind" in call.post(reply.redirect).keys
    assert "support.topic" in call.press("1").keys
    again = call.post("/voice/fallback", ErrorUrl=f"https://rimay.example.org{reply.redirect}")
    assert again.hangs_up
    unknown = call.post("/voice/fallback", ErrorUrl="")
    assert unknown.keys == ["sorry.fault", "sorry.fault"]
    assert unknown.languages == {"es", "quy"}


# Calls of ours --------------------------------------------------------------------------------


def queue_answer(carrier: Signed) -> str:
    """Her message, and its answer queued as a call; the id of that call's row."""
    call = carrier.call().to_menu()
    call.press("0")
    call.press("1")
    call.record(5)
    call.hang_up()
    Handset(carrier.line, "voice").is_answered("Ya fuimos a ver.")
    with carrier.line.reading() as connection:
        rows = connection.execute(Outbox.__table__.select().where(Outbox.kind == Kind.CALL)).all()
    (row,) = rows
    return str(row.id)


def test_a_call_of_ours_says_nothing_of_a_case_before_she_can_talk(carrier: Signed) -> None:
    row = queue_answer(carrier)
    call = Call(carrier, "CA" + "4" * 32, OURS, HERS)
    call.post(f"/voice/outbound?o={row}", Direction="outbound-api")
    assert call.reply.keys[:2] == ["call.who", "call.can_you_talk"]
    first = call.reply.body
    assert call.post(f"/voice/outbound?o={row}", Direction="outbound-api").body == first
    call.post(call.reply.action, Direction="outbound-api", Digits="1")
    assert "case.answer_follows" in call.reply.keys
    assert "Ya fuimos a ver." in call.reply.body
    assert carrier.line.replies()[0].heard_at is None
    call.post(call.reply.action, Direction="outbound-api", Digits="3")
    assert call.reply.hangs_up
    assert carrier.line.replies()[0].heard_at is not None


def test_a_call_of_ours_that_nobody_asked_for_is_not_found(carrier: Signed) -> None:
    call = Call(carrier, "CA" + "3" * 32, OURS, HERS)
    assert call.post("/voice/outbound?o=nothing", Direction="outbound-api").status == 404
    assert carrier.line.turns() == []


# What is kept of a line -----------------------------------------------------------------------


def test_nothing_that_is_stored_of_a_call_says_who_called_or_what(
    carrier: Signed, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        call = carrier.call().to_menu()
        for key in ("2", "2", "1"):
            call.press(key)
        call.record(5)
        recording = carrier.line.statements()[0].recording_id
        for _ in range(5):
            call.wait()
        for key in ("1", "1", "1", "4826"):
            call.press(key)
        call.press("4")
        call.press("4826")
        call.hang_up()
    stored = carrier.line.turns_as_text()
    for secret in (HERS, HERS[3:], recording):
        assert secret not in stored
        assert secret not in caplog.text
    # Four digits may be anywhere in a random id.
    assert not re.search(r"\b4826\b", stored + caplog.text)


def test_a_programme_that_is_not_open_says_so(carrier: Signed) -> None:
    parts = carrier.client.application.extensions
    in_production = Runner(carrier.house.services, needs_opening=True)
    parts["voice"] = dataclasses.replace(parts["voice"], runner=in_production)
    assert carrier.call().reply.keys == ["sorry.not_open"]
    with carrier.house.services.database.writing() as connection:
        programmes.open_programme(connection, "junin", now=carrier.line.clock())
    assert "option.quy" in carrier.call().reply.keys
