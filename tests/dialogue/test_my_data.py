"""Whoever does not read asks by telephone or text about what is kept of her; what is taken down."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from grievances.models import Case, RightsRequest
from tests.dialogue.handset import Handset
from tests.dialogue.line import Line
from tests.dialogue.test_anonymous import report

PIN = "4826"


def asked(line: Line) -> list[tuple[str, str, str | None]]:
    with line.reading() as connection:
        rows = connection.execute(
            select(RightsRequest.right, RightsRequest.proof, RightsRequest.taken_by).order_by(
                RightsRequest.id
            )
        )
        return [tuple(row) for row in rows]  # type: ignore[misc]


def case_row(line: Line) -> Any:
    with line.reading() as connection:
        return connection.execute(select(Case.__table__)).one()


def leaves_a_message(phone: Handset) -> str:
    phone.press("0")
    if phone.channel == "voice":
        phone.choose("voice_message")
    phone.say()
    assert phone.code is not None
    return phone.code


def to_my_data(phone: Handset) -> Handset:
    return phone.choose("support").choose("contact").choose("my_data")


@pytest.mark.parametrize("channel", ["voice", "sms"])
def test_from_her_own_phone_it_is_taken_down_by_nobody_of_ours(line: Line, channel: str) -> None:
    phone = Handset(line, channel).begin().choose("es")
    leaves_a_message(phone)
    to_my_data(phone).choose("data_copy")
    assert "my_data.taken" in phone.hears
    assert asked(line) == [("access", "phone", None)]
    to_my_data(phone).choose("data_copy")
    assert asked(line) == [("access", "phone", None)], "asked twice it is one request"


def test_deletion_is_asked_back_and_silence_deletes_nothing(line: Line) -> None:
    phone = Handset(line, "voice").begin().choose("es")
    leaves_a_message(phone)
    to_my_data(phone).choose("data_delete")
    phone.be_silent().be_silent()
    assert phone.hears[0] == "my_data.stays"
    assert asked(line) == []
    to_my_data(phone).choose("data_delete").choose("yes")
    assert asked(line) == [("deletion", "phone", None)]


def test_of_whom_nothing_is_kept_nothing_is_written_down(line: Line) -> None:
    phone = Handset(line, "voice").begin().choose("es")
    to_my_data(phone)
    assert phone.hears == ["case.none_here", "case.enter_code"]
    phone.press("9")
    assert phone.hears[-1] == "menu.main"
    assert asked(line) == []


def test_a_withheld_number_asks_by_code_and_pin(line: Line) -> None:
    phone = Handset(line, "voice", None).begin().choose("es").press("0").say()
    code = phone.code
    assert code is not None
    phone.press(PIN)
    phone.choose("support").choose("contact")
    assert phone.hears == ["contact.not_known", "case.after"]
    phone.choose("my_data").press(code).press("1111")
    assert phone.hears == ["case.wrong_pin", "case.enter_pin"]
    phone.press(PIN)
    assert phone.offers == ["data_copy", "data_correct", "data_delete", "who_knows"]
    phone.choose("data_correct")
    assert asked(line) == [("correction", "pin", None)]


def test_where_others_use_her_phone_a_pin_or_a_code_comes_first(line: Line) -> None:
    phone = Handset(line, "sms").begin().choose("es")
    for each in ("support", "question", "water"):
        phone.choose(each)
    phone.say("¿Quién mide el agua?").choose("by_sms").choose("yes").press(PIN)
    line.clock.advance(dt.timedelta(minutes=11))
    neighbour = Handset(line, "sms").write("Mis datos")
    assert neighbour.hears == ["case.enter_code"]
    assert asked(line) == []


def test_she_alone_says_who_may_know_whose_case_it_is(line: Line) -> None:
    phone = Handset(line, "voice").begin().choose("es")
    leaves_a_message(phone)
    for mode in ("case_named", "case_confidential"):
        phone.choose("my_case").choose("more").choose("my_data").choose("who_knows")
        phone.choose(mode)
        assert phone.hears[0] == f"who_knows.kept.{mode}"
        assert case_row(line).confidentiality == mode.removeprefix("case_")
    phone.choose("my_case").choose("more").choose("my_data").choose("who_knows")
    phone.be_silent().be_silent()
    assert phone.hears == ["menu.main"]
    assert case_row(line).confidentiality == "confidential"


def test_what_is_nobodys_stays_so(line: Line) -> None:
    phone, code = report(line, "voice")
    phone.press(PIN).hang_up()
    phone = Handset(line, "voice").begin().choose("es").choose("my_case").press(code).press(PIN)
    phone.choose("my_data").choose("who_knows")
    assert phone.hears == ["who_knows.anonymous", "menu.main"]
