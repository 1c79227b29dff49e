"""Whose a case is, who else looks at it, and what is due, on its page and in the list."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from grievances.presence import COUNTS_FOR
from staff.values import Affiliation, Role
from storage.database import Database
from tests.clock import FakeClock
from tests.grievances.people import World, add_manager
from tests.grievances.test_pages import actions, signed_in
from tests.grievances.test_step_pages import row, send, version_on

DAY = dt.timedelta(days=1)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Nothing here is the engine's."""
    return sqlite_database


@pytest.fixture
def rosa(app: Flask) -> FlaskClient:
    return signed_in(app)


@pytest.fixture
def luz(app: Flask, world: World) -> FlaskClient:
    with world.database.writing() as connection:
        add_manager(connection, "luz")
    return signed_in(app, "luz")


def test_of_two_who_take_it_the_second_hears_who_has_it(
    rosa: FlaskClient, luz: FlaskClient, world: World
) -> None:
    case_id = world.case()
    seen = version_on(rosa, case_id)
    assert "Nobody has it yet" in rosa.get(f"/staff/cases/{case_id}").text
    assert "It is yours now." in send(luz, case_id, "claim").text
    told = send(rosa, case_id, "claim", version=seen).text
    assert "Nothing of yours was kept, for meanwhile: luz@example.org: Assigned" in told
    assert "luz@example.org has it" in told
    assert "Take it</button>" not in told
    assert "That is not for you to do." in send(rosa, case_id, "return").text
    assert "Back in its queue." in send(luz, case_id, "return", internal="Voy de viaje.").text
    assert row(world, case_id).assignee_id is None
    assert {"case_assigned", "case_returned"} <= set(actions(world))


def test_a_supervisor_gives_it_and_never_to_whom_it_is_about(
    app: Flask, rosa: FlaskClient, luz: FlaskClient, world: World
) -> None:
    with world.database.writing() as connection:
        add_manager(connection, "ana", role=Role.SUPERVISOR)
        eva = add_manager(connection, "eva")
    ana, case_id = signed_in(app, "ana"), world.case()
    assert "Kept: it is never given to them." in send(rosa, case_id, "named", about=eva).text
    assert "The complaint is about them" in send(ana, case_id, "assign", to=eva).text
    assert "Handed on." in send(ana, case_id, "assign", to=world.manager).text
    assert row(world, case_id).assignee_id == world.manager
    assert "That is not for you to do." in send(luz, case_id, "assign", to=eva).text
    assert "not for you" in send(ana, case_id, "assign", to="0" * 32).text, "nobody"


def test_both_see_that_the_other_looks(
    rosa: FlaskClient, luz: FlaskClient, world: World, clock: FakeClock
) -> None:
    case_id = world.case()
    url = f"/staff/cases/{case_id}/present"
    assert rosa.post(url).json == {"said": ""}
    assert luz.post(url).json == {"said": "Also looking at this: rosa@example.org"}
    assert "Also looking at this: luz@example.org" in rosa.get(f"/staff/cases/{case_id}").text
    clock.now += COUNTS_FOR
    assert luz.post(url).json == {"said": ""}, "whoever left is not there for long"


def test_what_is_due_late_or_paused_is_said_in_one_line(
    rosa: FlaskClient, world: World, clock: FakeClock
) -> None:
    case_id = world.case()

    def lines() -> tuple[str, str]:
        return rosa.get("/staff/cases").text, rosa.get(f"/staff/cases/{case_id}").text

    assert all("Take it up: by Wed 25 Nov" in each for each in lines())
    clock.now += 2 * DAY
    assert all("Take it up: due today" in each for each in lines())
    clock.now += 2 * DAY
    assert all("Take it up: late by 1 day" in each for each in lines())
    send(rosa, case_id, to="acknowledged")
    send(rosa, case_id, to="needs_information", note="¿Dónde fue?")
    assert all("Paused: it waits for them" in each for each in lines())


def test_a_resolution_is_put_off_once_and_they_hear_why(rosa: FlaskClient, world: World) -> None:
    case_id = world.case()
    settled = {"kind": "grievance", "category": "water", "severity": "4"}
    send(rosa, case_id, "triage", **settled, done="1")
    assert "Write why: they hear it." in send(rosa, case_id, "extend", note=" ").text
    put_off = send(rosa, case_id, "extend", note="Falta el laboratorio.").text
    assert "Falta el laboratorio." in put_off
    assert "put off once" in put_off
    assert "/extend" not in put_off
    assert "Nothing of yours was kept" in send(rosa, case_id, "extend", note="Otra vez.").text
    assert "Measure against harm" in put_off
    measured = send(rosa, case_id, "told", note="Agua en cisterna.", interim="1").text
    assert "Measure against harm" not in measured


def test_what_came_to_nothing_is_in_its_form_again(
    app: Flask, rosa: FlaskClient, luz: FlaskClient, world: World
) -> None:
    with world.database.writing() as connection:
        eva = add_manager(connection, "eva")
    ana, case_id = supervisor(app, world), world.case()
    send(rosa, case_id, "claim")
    seen = version_on(rosa, case_id)
    send(ana, case_id, "told", note="Lo vemos el lunes.")
    late = send(rosa, case_id, "assign", to=eva, internal="Eva conoce <el> pozo.", version=seen)
    assert late.status_code == 409
    assert "Nothing of yours was kept, for meanwhile: ana@example.org" in late.text
    form = form_of(late.text, "assign")
    assert "Eva conoce &lt;el&gt; pozo.</textarea>" in form
    assert f'value="{eva}" selected' in form
    assert late.text.count("Eva conoce") == 1, "in its form, and in no other"
    assert row(world, case_id).assignee_id == world.manager
    told = send(rosa, case_id, "told", note="Falta el laboratorio.", interim="1", version=seen)
    assert "Falta el laboratorio.</textarea>" in form_of(told.text, "told")
    assert told.text.count("Falta el laboratorio.") == 1
    settled = {"kind": "grievance", "category": "water", "severity": "4"}
    send(rosa, case_id, "triage", **settled, done="1")
    put_off = send(rosa, case_id, "extend", note="Falta el laboratorio.", version=seen)
    assert "Falta el laboratorio.</textarea>" in form_of(put_off.text, "extend")
    moved = send(rosa, case_id, "queue", queue="ombuds", internal="No es agua.", version=seen)
    assert "No es agua.</textarea>" in form_of(moved.text, "queue")
    barred = send(luz, case_id, "queue", queue="ombuds", internal="No es agua.")
    assert "That is not for you to do." in barred.text, "rosa has it"
    assert send(rosa, case_id, "told", note=" ", interim="1").status_code == 422
    assert luz.post(f"/staff/cases/{'0' * 32}/told").status_code == 404


def test_it_is_put_into_another_queue_where_nobody_has_it(
    app: Flask, rosa: FlaskClient, world: World
) -> None:
    case_id = world.case(queue="environment")
    send(rosa, case_id, "claim")
    form = form_of(rosa.get(f"/staff/cases/{case_id}").text, "queue")
    assert re.findall(r'<option value="(\w+)"', form) == ["company", "ombuds"], "not where it is"
    told = send(rosa, case_id, "queue", queue="ombuds", internal="Es de la Defensoría.").text
    assert "Put into the other queue." in told
    assert "Es de la Defensoría." in told, "in the history, for colleagues"
    kept = row(world, case_id)
    assert (kept.queue, kept.assignee_id) == ("ombuds", None)
    assert "case_queued" in actions(world)
    assert "not for you" in send(rosa, case_id, "queue", queue="nowhere").text
    send(rosa, case_id, "triage", kind="grievance", category="water", severity="2", risk="possible")
    form = form_of(rosa.get(f"/staff/cases/{case_id}").text, "queue")
    assert 'value="company"' not in form, "nothing sensitive goes to the company"
    assert "not for you" in send(rosa, case_id, "queue", queue="company").text
    with world.database.writing() as connection:
        add_manager(connection, "gil", affiliation=Affiliation.STATE)
    other = world.case(queue="environment")
    gone = send(signed_in(app, "gil"), other, "queue", queue="ombuds").text
    assert "with somebody else now, and yours to see no more" in gone


def supervisor(app: Flask, world: World) -> FlaskClient:
    with world.database.writing() as connection:
        add_manager(connection, "ana", role=Role.SUPERVISOR)
    return signed_in(app, "ana")


def form_of(page: str, what: str) -> str:
    """The form of a case's page whose address ends so."""
    return re.split(f'action="[^"]*/{what}">', page)[1].split("</form>")[0]
