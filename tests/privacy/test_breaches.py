"""A breach: 48 hours on every page of a supervisor, a notice to print, an end with a reason."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from privacy.models import Breach
from staff.values import Role
from tests.clock import FakeClock
from tests.grievances.people import NOW, World, add_manager
from tests.grievances.test_pages import signed_in

HOUR = dt.timedelta(hours=1)
WHAT = "Se perdió una laptop de la oficina."
NOTICED = (NOW - 5 * HOUR).astimezone(dt.timezone(-5 * HOUR)).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def sonia(app: Flask, world: World) -> FlaskClient:
    with world.database.writing() as connection:
        add_manager(connection, "sonia", role=Role.SUPERVISOR)
    return signed_in(app, "sonia")


def test_its_hours_are_on_every_page_of_a_supervisor_until_it_is_closed(
    app: Flask, sonia: FlaskClient, world: World, clock: FakeClock
) -> None:
    assert "breach-timer" not in sonia.get("/staff/cases").text
    sonia.post("/staff/breaches/", data={"what": WHAT, "noticed": NOTICED})
    assert "43 hours left" in sonia.get("/staff/cases").text
    assert "breach-timer" not in signed_in(app).get("/staff/cases").text
    clock.now = NOW + 44 * HOUR
    assert "is over" in sonia.get("/staff/cases").text
    with world.database.reading() as connection:
        breach_id = connection.execute(select(Breach.id)).scalar_one()
        assert WHAT.encode() not in connection.execute(select(Breach.facts)).scalar_one()
    without = sonia.post(f"/staff/breaches/{breach_id}/close", follow_redirects=True)
    assert "Say why it is closed" in without.text
    sonia.post(f"/staff/breaches/{breach_id}/close", data={"ending": "told"})
    assert "breach-timer" not in sonia.get("/staff/cases").text


def test_the_notice_says_what_is_known_and_what_is_not(sonia: FlaskClient, world: World) -> None:
    sonia.post("/staff/breaches/", data={"what": WHAT, "noticed": NOTICED})
    page = sonia.get("/staff/breaches/").text
    assert WHAT in page
    assert "ANPD" in page
    assert page.count("Not known yet") == 5
    with world.database.reading() as connection:
        breach_id = connection.execute(select(Breach.id)).scalar_one()
    sonia.post(f"/staff/breaches/{breach_id}", data={"what": WHAT, "data": "Tres recados."})
    page = sonia.get("/staff/breaches/").text
    assert "Tres recados." in page
    assert page.count("Not known yet") == 4


def test_what_was_not_noticed_yet_is_not_recorded(sonia: FlaskClient) -> None:
    form = {"what": WHAT, "noticed": "2199-01-01T00:00"}
    page = sonia.post("/staff/breaches/", data=form, follow_redirects=True).text
    assert "not later than now" in page
    assert "No breach is open." in page


def test_a_case_manager_has_no_such_page(app: Flask) -> None:
    assert signed_in(app).get("/staff/breaches/").status_code == 403
