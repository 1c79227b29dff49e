"""Triage, the next steps and the history on a case's page."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from grievances import queries
from grievances.lifecycle import PERSON, State
from grievances.models import Case
from grievances.operations import move, set_case_pin
from storage.database import Database
from tests.grievances.people import NOW, World
from tests.grievances.test_pages import actions, signed_in


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Nothing here is the engine's."""
    return sqlite_database


@pytest.fixture
def rosa(app: Flask) -> FlaskClient:
    return signed_in(app)


def version_on(client: FlaskClient, case_id: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', client.get(f"/staff/cases/{case_id}").text)
    assert found
    return found[1]


def send(client: FlaskClient, case_id: str, what: str = "steps", **form: str) -> TestResponse:
    form.setdefault("version", version_on(client, case_id))
    return client.post(f"/staff/cases/{case_id}/{what}", data=form, follow_redirects=True)


def row(world: World, case_id: str) -> Case:
    with world.database.reading() as connection:
        found = connection.execute(select(Case.__table__).where(Case.id == case_id)).one()
    return found  # type: ignore[return-value]  # its columns, by the same names


def test_a_grievance_goes_from_its_page_to_its_resolution(rosa: FlaskClient, world: World) -> None:
    case_id = world.case(text="El agua baja turbia.")
    assert "Take it up" in rosa.get(f"/staff/cases/{case_id}").text
    settled = {"kind": "grievance", "category": "water", "severity": "3"}
    assert "Kept." in send(rosa, case_id, "triage", **settled, done="1").text
    assert (row(world, case_id).state, row(world, case_id).severity) == ("triaged", 3)
    send(rosa, case_id, to="investigating")
    refused = send(rosa, case_id, to="resolution_proposed").text
    assert "Say what they are told." in refused
    told = send(rosa, case_id, to="resolution_proposed", note="Una toma nueva.", internal="Caro.")
    assert "Una toma nueva." in told.text
    assert "For colleagues:" in told.text
    with world.database.writing() as connection:
        move(connection, case_id, vault=world.vault, to=State.ACCEPTED, actor=PERSON, now=NOW)
    send(rosa, case_id, to="resolved")
    done = send(rosa, case_id, to="closed", code="resolved_accepted")
    assert row(world, case_id).close_code == "resolved_accepted"
    assert "Closed: Resolved, and they accepted" in done.text
    assert {"case_triaged", "case_moved"} <= set(actions(world))


def test_only_what_is_allowed_is_offered_and_taken(rosa: FlaskClient, world: World) -> None:
    case_id = world.case()
    page = rosa.get(f"/staff/cases/{case_id}").text
    assert "Propose a resolution" not in page
    assert 'value="withdrawn"' not in page.split("They are here")[0], "nobody of ours withdraws"
    for form in ({"to": "resolved"}, {"to": "accepted"}, {"to": "closed", "code": "withdrawn"}):
        assert "notice-danger" in send(rosa, case_id, **form).text
    assert "Choose what happens" in send(rosa, case_id, to="nowhere").text
    assert row(world, case_id).state == "received"


def test_triage_without_a_severity_is_told(rosa: FlaskClient, world: World) -> None:
    case_id = world.case()
    told = send(rosa, case_id, "triage", kind="grievance", category="water", done="1").text
    assert "of a grievance its category and severity" in told
    assert row(world, case_id).category is None, "all of it or nothing"
    assert "Choose from the lists" in send(rosa, case_id, "triage", kind="threat").text
    assert "Kept." in send(rosa, case_id, "triage", kind="suggestion", done="1").text
    assert (row(world, case_id).kind, row(world, case_id).state) == ("suggestion", "triaged")
    assert "Of another kind" in rosa.get(f"/staff/cases/{case_id}").text


def test_of_two_at_once_the_second_is_told(rosa: FlaskClient, world: World) -> None:
    case_id = world.case()
    version = version_on(rosa, case_id)
    send(rosa, case_id, to="acknowledged", version=version)
    late = {"kind": "grievance", "category": "noise_blasting", "severity": "2", "version": version}
    told = send(rosa, case_id, "triage", **late, remedy="Que avisen antes.")
    assert told.status_code == 409
    assert "for meanwhile: rosa@example.org: Taken up" in told.text
    assert row(world, case_id).severity is None
    form = told.text.split('name="kind"')[1].split("</form>")[0]
    assert all(f'value="{each}" selected' in form for each in ("noise_blasting", "2"))
    assert "Que avisen antes.</textarea>" in form, "nothing typed is lost"
    again = re.search(r'name="version" value="(\d+)"', told.text)
    assert again
    asked = {"to": "needs_information", "note": "¿Dónde fue?", "version": version}
    told = send(rosa, case_id, **asked)
    assert "for meanwhile: rosa@example.org: Taken up" in told.text
    assert told.text.count("¿Dónde fue?</textarea>") == 1, "in the form that was sent, and no other"
    send(rosa, case_id, **asked | {"version": again[1]})
    assert row(world, case_id).state == "needs_information"


def test_three_attempts_on_one_day_are_not_enough(rosa: FlaskClient, world: World) -> None:
    case_id = world.case()
    send(rosa, case_id, to="acknowledged")
    for _ in range(3):
        send(rosa, case_id, "attempts")
    page = rosa.get(f"/staff/cases/{case_id}").text
    assert page.count("They were not reached") == 3
    assert "They cannot be reached" not in page
    told = send(rosa, case_id, to="closed", code="unreachable").text
    assert "on two days or more" in told


def test_an_answer_takes_a_case_up(rosa: FlaskClient, world: World) -> None:
    case_id = world.case(text="¿Cuándo hay reunión?")
    world.replies(case_id)
    assert row(world, case_id).state == "acknowledged"
    assert "Answered" not in rosa.get(f"/staff/cases/{case_id}").text.split('id="code"')[1][:900]
    with world.database.writing() as connection:
        connection.execute(update(Case).values(kind="question"))
    send(rosa, case_id, to="closed", code="answered")
    assert row(world, case_id).close_code == "answered"


def test_a_case_of_another_queue_is_not_there(app: Flask, world: World, rosa: FlaskClient) -> None:
    for what in ("steps", "triage", "attempts", "theirs", "links"):
        assert rosa.post(f"/staff/cases/{'0' * 32}/{what}").status_code == 404


def test_only_the_complainant_withdraws_and_does_so_with_the_pin(
    rosa: FlaskClient, world: World
) -> None:
    case_id = world.case()
    form = {"to": "closed", "code": "withdrawn"}
    assert "has no PIN" in send(rosa, case_id, "theirs", **form, pin="4821").text
    with world.database.writing() as connection:
        set_case_pin(connection, vault=world.vault, case_id=case_id, pin="4821")
    assert "The PIN is wrong" in send(rosa, case_id, "theirs", **form, pin="1111").text
    nowhere = send(rosa, case_id, "theirs", to="accepted", pin="4821").text
    assert "no longer where that could be done" in nowhere
    done = send(rosa, case_id, "theirs", **form, pin="4821").text
    assert "Closed: Withdrawn by them" in done
    with world.database.reading() as connection:
        last = queries.history_of(connection, world.vault, case_id)[-1]
    assert (last.actor, last.facts["at_counter_of"]) == ("person", world.manager)
    assert not re.search(r"\b4821\b", done)


def test_wrong_pins_at_the_counter_count_like_any(rosa: FlaskClient, world: World) -> None:
    case_id = world.case()
    with world.database.writing() as connection:
        set_case_pin(connection, vault=world.vault, case_id=case_id, pin="4821")
    form = {"to": "closed", "code": "withdrawn"}
    for _ in range(5):
        send(rosa, case_id, "theirs", **form, pin="1111")
    assert "Five wrong PINs" in send(rosa, case_id, "theirs", **form, pin="4821").text
    assert row(world, case_id).state == "received"


def told_of(world: World, case_id: str) -> list[tuple[str | None, bool]]:
    """What went to them of a case, and whether anything carries it."""
    with world.database.reading() as connection:
        found = queries.case_file(connection, world.vault, case_id, programme="junin", visible=None)
    assert found is not None
    return [(each.text, each.kind is not None) for each in found.replies]


def test_what_is_written_for_them_goes_to_them(rosa: FlaskClient, world: World) -> None:
    case_id = world.case()
    send(rosa, case_id, to="acknowledged")
    asked = send(rosa, case_id, to="needs_information", note="¿Dónde fue?").text
    assert "Sent: Rimay is calling them now." in asked
    assert told_of(world, case_id) == [("¿Dónde fue?", True)]
    send(rosa, case_id, "told", note="Lo vemos el lunes.")
    closed = send(rosa, case_id, to="closed", code="not_eligible", note="No es de aquí.").text
    assert "Sent: Rimay is calling them now." in closed
    told = {("¿Dónde fue?", True), ("Lo vemos el lunes.", True), ("No es de aquí.", True)}
    assert set(told_of(world, case_id)) == told
    with world.database.reading() as connection:
        standing = queries.standing(connection, case_id)
    assert standing is not None
    assert standing.status == "answered", "who comes for it hears it"


def test_nobody_s_hears_it_with_the_code_and_a_refused_step_tells_nothing(
    rosa: FlaskClient, world: World
) -> None:
    case_id = world.case(person_id=None)
    send(rosa, case_id, to="needs_information", note="¿Dónde fue?")
    assert told_of(world, case_id) == [], "it is not acknowledged yet"
    send(rosa, case_id, to="acknowledged")
    told = send(rosa, case_id, to="needs_information", note="¿Dónde fue?").text
    assert "Kept: they will hear it when they call." in told
    assert told_of(world, case_id) == [("¿Dónde fue?", False)]


def test_what_no_voice_speaks_is_to_be_recorded(rosa: FlaskClient, world: World) -> None:
    case_id = world.case(language="quy")
    send(rosa, case_id, to="acknowledged")
    told = send(rosa, case_id, to="needs_information", note="¿Maypitaq?").text
    assert "They do not hear what you wrote" in told
    assert told_of(world, case_id) == []
    assert row(world, case_id).state == "needs_information"
