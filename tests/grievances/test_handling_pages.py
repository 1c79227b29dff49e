"""Whose a case is, who else looks at it, and what is due, on its page and in the list."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from grievances.presence import COUNTS_FOR
from staff.values import Role
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
