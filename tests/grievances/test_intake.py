"""The form for those who come to the office: one case, one code, one PIN shown once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from contacts.models import Consent, Line
from contacts.operations import add_person
from contacts.values import PIN_LOCK, PIN_TRIES, Pin
from grievances.models import Case, Statement
from grievances.operations import WORDS, check_pin
from grievances.triage import REMEDY
from grievances.verifying import verify
from programmes.operations import load
from staff.values import Role
from storage.database import Database
from tests.dialogue.line import read_junin
from tests.grievances.people import HERS, NOW, World, add_manager
from tests.grievances.test_pages import actions, signed_in

FORM = {
    "channel": "in_person",
    "kind": "grievance",
    "topic": "jobs",
    "language": "es",
    "district": "",
    "relation": "family",
    "words": "No le pagan a mi hermano.",
    "remedy": "Que le paguen.",
    "whose": "anonymous",
}
KNOWN = FORM | {
    "whose": "confidential",
    "number": "964 000 333",
    "agreed": "1",
    "answer_by": "by_call",
}


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Nothing here is the engine's."""
    return sqlite_database


@pytest.fixture
def operator(app: Flask, world: World) -> FlaskClient:
    with world.database.writing() as connection:
        add_manager(connection, "nelly", role=Role.OPERATOR)
    return signed_in(app, "nelly")


def take_in(client: FlaskClient, **form: str) -> TestResponse:
    found = re.search(r'name="form" value="(\w+)"', client.get("/staff/intake/").text)
    assert found
    return client.post("/staff/intake/", data={"form": found[1]} | form)


def shown(response: TestResponse) -> tuple[str, str]:
    code = re.search(r"data-code>(\d{4}) (\d{4})<", response.text)
    pin = re.search(r"data-pin>(\d{4})<", response.text)
    assert code
    assert pin
    return code[1] + code[2], pin[1]


def the_case(world: World) -> Any:
    with world.database.reading() as connection:
        assert verify(connection, world.vault).broken is None
        return connection.execute(select(Case.__table__)).one()


def count(world: World, table: type[Line] | type[Case] | type[Consent]) -> int:
    with world.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_nobody_s_case_is_reached_by_code_and_pin_alone(
    operator: FlaskClient, world: World
) -> None:
    lines = count(world, Line)
    done = take_in(operator, **FORM, pin="4821")
    assert done.status_code == 200
    assert "no-store" in done.headers["Cache-Control"]
    code, pin = shown(done)
    case = the_case(world)
    assert (case.code, pin) == (code, "4821")
    assert (case.person_id, case.confidentiality, case.answer_by) == (
        None,
        "anonymous",
        "i_will_call",
    )
    assert (case.channel, case.queue, case.relation) == ("in_person", "company", "family")
    assert world.vault.open_text(REMEDY, case.remedy) == "Que le paguen."
    assert count(world, Line) == lines, "no number is kept"
    assert actions(world) == ["case_taken_in"]
    with world.database.writing() as connection:
        words = connection.execute(select(Statement.text)).scalar_one()
        assert words is not None
        assert world.vault.open_text(WORDS, words) == "No le pagan a mi hermano."
        tried = check_pin(connection, vault=world.vault, case_id=case.id, pin=pin, now=NOW)
        assert tried is Pin.OK


def test_a_number_is_kept_once_they_agreed(operator: FlaskClient, world: World) -> None:
    done = take_in(operator, **KNOWN)
    case = the_case(world)
    assert case.confidentiality == "confidential"
    assert case.answer_by == "by_call"
    assert not re.search(r"\b(?:51)?964 ?\d{3}", done.text)
    with world.database.reading() as connection:
        consent = connection.execute(select(Consent.__table__)).one()
    assert (consent.person_id, consent.purpose, consent.answer) == (
        case.person_id,
        "support.notice",
        "told_staff",
    )


def test_who_is_threatened_is_told_where_to_turn_and_the_company_sees_nothing_of_it(
    operator: FlaskClient, world: World
) -> None:
    with world.database.writing() as connection:
        load(connection, read_junin(), now=NOW)
    done = take_in(operator, **FORM, risk="reported")
    case = the_case(world)
    assert (case.reprisal_risk, case.severity) == ("reported", 5)
    assert case.queue == "general", "that of its topic is the company's"
    assert "DS 004-2021-JUS" in done.text
    assert "DS 004-2021-JUS" not in take_in(operator, **FORM).text
    assert take_in(operator, **FORM, risk="much").status_code == 422


def test_on_a_shared_line_nobody_is_taken_for_somebody(operator: FlaskClient, world: World) -> None:
    with world.database.writing() as connection:
        add_person(connection, vault=world.vault, number=HERS, language="es", now=NOW)
    take_in(operator, **KNOWN | {"number": HERS})
    assert (the_case(world).person_id, the_case(world).answer_by) == (None, "i_will_call")


def test_a_form_that_comes_twice_is_one_case(operator: FlaskClient, world: World) -> None:
    first = operator.post("/staff/intake/", data=FORM | {"form": "f1"})
    again = operator.post("/staff/intake/", data=FORM | {"form": "f1", "pin": "9999"})
    assert shown(first)[0][:4] in again.text
    assert "data-pin" not in again.text, "the PIN is shown once"
    with world.database.writing() as connection:
        tried = check_pin(
            connection, vault=world.vault, case_id=the_case(world).id, pin="9999", now=NOW
        )
    assert tried is Pin.WRONG


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"words": ""}, "Write down what they tell."),
        ({"words": "a" * 5001}, "too long"),
        ({"kind": "threat"}, "Choose one of the list."),
        ({"whose": ""}, "Ask them whether"),
        ({"number": "964 000 333"}, "leaves no number"),
        ({"pin": "12"}, "A PIN has four digits"),
        ({"pin": "5270"}, "A PIN has four digits"),
        ({"whose": "confidential", "number": "964 000 333", "answer_by": "by_sms"}, "agreed"),
        ({"whose": "confidential", "agreed": "1", "answer_by": "by_sms"}, "no phone number"),
        ({**KNOWN, "answer_by": "by_post"}, "Choose one of the list."),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_lost(
    operator: FlaskClient, world: World, changes: dict[str, str], told: str
) -> None:
    given = take_in(operator, **FORM | changes)
    assert given.status_code == 422
    assert told in given.text
    assert "Que le paguen." in given.text
    assert count(world, Case) == 0


def test_an_operator_takes_in_and_reads_none(operator: FlaskClient, world: World) -> None:
    done = take_in(operator, **FORM)
    case_id = the_case(world).id
    assert case_id not in done.text
    assert operator.get(f"/staff/cases/{case_id}").status_code == 403
    assert operator.get("/staff/cases").status_code == 403


def test_five_wrong_tries_lock_an_hour_whoever_tries(operator: FlaskClient, world: World) -> None:
    """The count is the case's own: no phone, call or page begins it anew."""
    _, pin = shown(take_in(operator, **FORM))
    case_id = the_case(world).id
    wrong = f"{(int(pin) + 1) % 10_000:04}"

    def tries(tried: str, after: Any = None) -> Pin:
        with world.database.writing() as connection:
            return check_pin(
                connection,
                vault=world.vault,
                case_id=case_id,
                pin=tried,
                now=NOW + after if after else NOW,
            )

    assert [tries(wrong) for _ in range(PIN_TRIES)] == [Pin.WRONG] * PIN_TRIES
    assert tries(pin) is Pin.LOCKED
    assert tries(pin, PIN_LOCK * 0.99) is Pin.LOCKED
    assert tries(pin, PIN_LOCK) is Pin.OK
