"""Signed texts in, replies and rows out: opt-outs, what comes twice, and what is no text at all."""

from __future__ import annotations

import datetime as dt
import logging

import pytest
from sqlalchemy import select, text

from app.honouring import honour
from contacts.models import Line as LineRow
from locales.gsm import segments
from storage.outbox import Outbox
from tests.dialogue.line import ANOTHER, HERS, OURS
from tests.signed import Signed

EMOJI = "😀🔥" * 20


def opted_out(carrier: Signed) -> list[bool]:
    with carrier.line.reading() as connection:
        found = connection.execute(select(LineRow.opted_out_at)).scalars()
        return [each is not None for each in found]


def at_menu(carrier: Signed, *, language: str = "1") -> None:
    carrier.text("hola")
    reply = carrier.text(language)
    assert reply.messages


# Who may post ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["inbound", "status?o=x", "fallback"])
def test_what_is_not_signed_is_refused_and_stored_nowhere(carrier: Signed, path: str) -> None:
    form = {"From": HERS, "To": OURS, "Body": "hola", "MessageSid": "SM1"}
    assert carrier.post(f"/sms/{path}", form, signature="bm90IG91cnM=").status == 403
    assert carrier.line.turns() == []


# Stop and start -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["BAJA", "baja.", "Alto", "dar de baja", "SALIR", "sayachiy", "Amaña apachimuwaychu"]
)
def test_our_own_words_stop_texts_and_are_confirmed_once(carrier: Signed, word: str) -> None:
    at_menu(carrier)
    (confirmed,) = carrier.text(word).messages
    assert "ALTA" in confirmed
    assert opted_out(carrier) == [True]
    assert carrier.text(word).messages == []
    (started,) = carrier.text("ALTA").messages
    assert "BAJA" in started
    assert opted_out(carrier) == [False]


@pytest.mark.parametrize(
    "word", ["STOP", "Unsubscribe", "END", "quit", "STOPALL", "revoke", "optout", "cancel"]
)
def test_english_words_stop_texts_and_are_answered_by_the_carrier(
    carrier: Signed, word: str
) -> None:
    assert carrier.text(word).messages == []
    assert opted_out(carrier) == [True]
    assert carrier.text("START").messages == []
    assert opted_out(carrier) == [False]


def test_the_carrier_may_say_that_a_text_stops(carrier: Signed) -> None:
    assert carrier.text("no me escriban", OptOutType="STOP").messages == []
    assert opted_out(carrier) == [True]


def test_stopping_is_confirmed_in_her_language(carrier: Signed) -> None:
    at_menu(carrier, language="2")
    carrier.text("0")
    carrier.text("Yakuyku manam allinchu kachkan")
    (confirmed,) = carrier.text("BAJA").messages
    assert "Ya no le enviaremos" not in confirmed


def test_who_has_stopped_is_still_answered_when_she_writes(carrier: Signed) -> None:
    carrier.text("BAJA")
    assert carrier.text("hola").messages
    assert opted_out(carrier) == [True]


@pytest.mark.parametrize("word", ["inicio", "START", "qallariy"])
def test_a_word_that_starts_is_a_greeting_where_nothing_was_stopped(
    carrier: Signed, word: str
) -> None:
    reply = carrier.text(word)
    if word == "START":
        # Twilio has answered it already; a reply is still allowed on a line that is open.
        return
    assert "1 " in reply.messages[-1]


def test_a_keyword_is_a_whole_text(carrier: Signed) -> None:
    at_menu(carrier)
    carrier.text("0")
    carrier.text("El martes dos de baja se fueron")
    assert opted_out(carrier) == [False]
    assert len(carrier.line.cases()) == 1


# What comes twice, or in a hurry --------------------------------------------------------------


def test_the_same_text_again_has_the_same_answer_and_one_effect(carrier: Signed) -> None:
    at_menu(carrier)
    carrier.text("0")
    sid = "SM" + "7" * 32
    first = carrier.text("El agua baja turbia desde ayer", sid=sid)
    assert carrier.text("El agua baja turbia desde ayer", sid=sid).body == first.body
    assert len(carrier.line.cases()) == 1


def test_a_conversation_that_ended_starts_anew(carrier: Signed) -> None:
    at_menu(carrier)
    assert carrier.text("9").messages
    for word in ("hola", "1"):
        assert "1 " in carrier.text(word).messages[-1]


def test_two_people_do_not_meet(carrier: Signed) -> None:
    at_menu(carrier)
    carrier.text("0")
    assert "1 " in carrier.text("hola", number=ANOTHER).messages[-1]
    carrier.text("El agua baja turbia desde ayer")
    assert len(carrier.line.cases()) == 1


def test_a_text_goes_on_over_midnight(carrier: Signed) -> None:
    carrier.line.clock.now = dt.datetime(2026, 11, 23, 23, 59, 50, tzinfo=dt.UTC)
    at_menu(carrier)
    carrier.text("0")
    carrier.line.clock.now = dt.datetime(2026, 11, 24, 0, 0, 10, tzinfo=dt.UTC)
    carrier.text("El agua baja turbia desde ayer")
    assert len(carrier.line.cases()) == 1
    assert len({row.leg for row in carrier.line.turns()}) == 1
    # A day later the line is found under another tag, and is greeted again.
    carrier.line.clock.now = dt.datetime(2026, 11, 25, 0, 1, tzinfo=dt.UTC)
    assert "1 " in carrier.text("hola").messages[-1]
    assert len({row.leg for row in carrier.line.turns()}) == 2


# What is no text ------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["", " \n ", "\x00", "\x00\x00hola\x00", EMOJI, "a" * 1600, "?"])
def test_any_first_text_is_answered(carrier: Signed, body: str) -> None:
    reply = carrier.text(body)
    assert reply.messages
    assert all(segments(each).count <= 3 for each in reply.messages)


@pytest.mark.parametrize(
    "body", ["El agua baja turbia " * 80, EMOJI * 10, "Agua\x00 turbia desde ayer", "日本語で書く"]
)
def test_a_statement_is_kept_as_it_was_written(carrier: Signed, body: str) -> None:
    at_menu(carrier)
    carrier.text("0")
    assert carrier.text(body[:1600]).messages
    (statement,) = carrier.line.statements()
    vault = carrier.house.services.vault
    kept = vault.open_text("statement.text", statement.text)
    assert kept == body[:1600].replace("\x00", "").strip()
    assert body.strip()[:10].replace("\x00", "") not in carrier.line.turns_as_text()


def test_an_empty_text_in_between_asks_again(carrier: Signed) -> None:
    at_menu(carrier)
    assert "1 " in carrier.text("").messages[-1]
    assert len(carrier.line.cases()) == 0


@pytest.mark.parametrize(
    ("field", "value"), [("From", "anonymous"), ("From", "12345"), ("MessageSid", "")]
)
def test_where_nobody_can_be_answered_nothing_is(carrier: Signed, field: str, value: str) -> None:
    form = {"From": HERS, "To": OURS, "Body": "hola", "MessageSid": "SM1", field: value}
    assert carrier.post("/sms/inbound", form).messages == []
    assert carrier.line.turns() == []


@pytest.mark.parametrize("ours", ["+5164999999", "12345", ""])
def test_a_number_that_is_nobodys_apologises_and_keeps_nothing(carrier: Signed, ours: str) -> None:
    (said,) = carrier.text("El agua baja turbia desde ayer", ours=ours).messages
    assert "no está en servicio" in said
    assert carrier.line.turns() == []
    assert carrier.line.statements() == []


# Faults ---------------------------------------------------------------------------------------


def test_a_fault_apologises_and_asks_the_same_again_then_says_goodbye_then_starts_anew(
    carrier: Signed, caplog: pytest.LogCaptureFixture
) -> None:
    at_menu(carrier)
    carrier.text("3")
    carrier.text("1")
    database = carrier.house.services.database
    with database.writing() as connection:
        connection.execute(text("ALTER TABLE survey_answer RENAME TO survey_answer_away"))
    with caplog.at_level(logging.DEBUG):
        sorry = carrier.text("1").messages[0]
        assert "algo fall" in sorry
        assert "1 Mejor" in sorry
        (goodbye,) = carrier.text("1").messages
    assert "no podemos seguir" in goodbye
    assert HERS[3:] not in caplog.text
    assert "better" not in caplog.text
    carrier.line.clock.advance(dt.timedelta(seconds=1))
    assert "algo fall" not in "".join(carrier.text("hola").messages)


def test_a_goodbye_is_in_her_language(carrier: Signed) -> None:
    at_menu(carrier, language="2")
    carrier.text("3")
    carrier.text("1")
    with carrier.house.services.database.writing() as connection:
        connection.execute(text("ALTER TABLE survey_answer RENAME TO survey_answer_away"))
    carrier.text("1")
    (goodbye,) = carrier.text("1").messages
    assert goodbye.startswith("Pampachaykuwayku")


def test_what_failed_once_is_taken_by_the_fallback(carrier: Signed) -> None:
    at_menu(carrier)
    carrier.text("0")
    form = {
        "From": HERS,
        "To": OURS,
        "Body": "El agua baja turbia desde ayer",
        "MessageSid": "SM" + "6" * 32,
        "ErrorCode": "11200",
        "ErrorUrl": "https://rimay.example.org/sms/inbound",
    }
    first = carrier.post("/sms/fallback", form)
    assert len(carrier.line.cases()) == 1
    assert carrier.post("/sms/fallback", form).body == first.body
    assert len(carrier.line.cases()) == 1


def test_a_text_that_came_without_a_database_is_kept_and_run_when_it_is_back(
    carrier: Signed, caplog: pytest.LogCaptureFixture
) -> None:
    at_menu(carrier)
    carrier.text("0")
    database, house, sid = carrier.house.services.database, carrier.house, "SM" + "7" * 32
    with database.writing() as connection:
        connection.execute(text("ALTER TABLE turn RENAME TO turn_away"))
    (kept,) = carrier.text("El agua baja turbia desde ayer", sid=sid).messages
    assert "Recibimos su mensaje" in kept
    assert "Willakuyniykita" in kept, "her language is not known now"
    (again,) = carrier.text("El agua baja turbia desde ayer", sid=sid).messages
    assert again == kept
    assert len(house.spool) == 1
    assert not [each for each in house.spool.folder.iterdir() if b"turbia" in each.read_bytes()]
    assert honour(house) == 0
    with database.writing() as connection:
        connection.execute(text("ALTER TABLE turn_away RENAME TO turn"))
    assert honour(house) == 0, "it was put off for a while"
    carrier.line.clock.advance(dt.timedelta(minutes=1))
    assert honour(house) == 1
    assert len(house.spool) == 0
    (case,) = carrier.line.cases()
    assert case.confirmed
    with carrier.line.reading() as connection:
        queued = connection.execute(Outbox.__table__.select()).all()
    assert len(queued) == 1, "the answer to her text goes out by itself"
    assert "turbia" not in caplog.text


def test_stop_is_obeyed_later_and_answered_with_nothing(carrier: Signed) -> None:
    at_menu(carrier)
    database, house = carrier.house.services.database, carrier.house
    with database.writing() as connection:
        connection.execute(text("ALTER TABLE line RENAME TO line_away"))
    assert carrier.text("BAJA").messages == []
    with database.writing() as connection:
        connection.execute(text("ALTER TABLE line_away RENAME TO line"))
    assert honour(house) == 1
    assert opted_out(carrier) == [True]


def test_no_log_holds_a_number_or_a_word(carrier: Signed, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        at_menu(carrier)
        carrier.text("0")
        carrier.text("El agua baja turbia desde ayer")
        carrier.text("BAJA")
        carrier.text("hola", ours="+5164999999")
    for secret in (HERS[3:], "turbia", "64999999"):
        assert secret not in caplog.text
        assert secret not in carrier.line.turns_as_text()
