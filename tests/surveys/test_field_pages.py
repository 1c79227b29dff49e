"""Fieldwork on its pages: planned, taken to the field, and what came of it."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from staff import operations as staff_operations
from staff.pages import register
from staff.values import Affiliation, Role
from staff.web import Entry, init, protect
from storage.database import Database
from storage.media import Media
from storage.queues import Bell
from storage.services import Services
from storage.vault import Vault
from surveys import pages as result_pages
from surveys.fieldwork import pages
from surveys.fieldwork.incentives import give
from surveys.fieldwork.values import Of, Quota, State
from tests.broadcasts.test_sending import HERS
from tests.clock import FakeClock
from tests.surveys.field import FieldVillage, village
from tests.surveys.test_fieldwork import Stammers, until_sent

PASSWORD = "correct horse battery"


@pytest.fixture
def here(
    sqlite_database: Database, vault: Vault, media: Media, bell: Bell, clock: FakeClock
) -> FieldVillage:
    services = Services(database=sqlite_database, vault=vault, media=media, bell=bell, clock=clock)
    return village(services, clock)


@pytest.fixture
def app(here: FieldVillage) -> Flask:
    app = Flask("small", static_folder=None)
    app.config.update(TESTING=True, SECRET_KEY="k" * 32, WTF_CSRF_ENABLED=False)
    app.extensions["rimay"] = here.services
    init(app, public_url="http://localhost")
    register(app)
    entry = Entry("fieldwork.index", lambda: "Fieldwork", "telephone-outbound")
    protect(app, pages.pages, roles=pages.ROLES, entry=entry)
    entry = Entry("surveys.index", lambda: "Surveys", "bar-chart")
    protect(app, result_pages.surveys, roles=result_pages.ROLES, entry=entry)
    return app


def enter(app: Flask, here: FieldVillage, role: Role) -> FlaskClient:
    with here.services.database.writing() as connection:
        staff_operations.add_account(
            connection,
            email=f"{role}@example.org",
            role=role,
            programme="valle",
            affiliation=Affiliation.STATE,
            language="en",
            password=PASSWORD,
            now=here.clock(),
        )
    client = app.test_client()
    client.post("/staff/sign-in", data={"email": f"{role}@example.org", "password": PASSWORD})
    return client


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_planned_and_taken_to_the_field(app: Flask, here: FieldVillage) -> None:
    here.people(40)
    her = enter(app, here, Role.SUPERVISOR)
    page = f"/staff/fieldwork/{here.round_id}"
    assert "no response rate and no margin of error" in words_of(her.get(page).text)
    plan = {"mode": "both", "way": "voice", "basis": "agreed", "quota-gender-woman": "12"}
    assert her.post(f"{page}/plan", data=plan).status_code == 303
    assert her.post(f"{page}/start").status_code == 303
    assert here.state() is State.RUNNING
    here.sweep()
    shown = words_of(her.get(page).text)
    for formula in ("I / ((I+P) + R + O)", "e = ((I+P) + (R+NC+O))"):
        assert formula in shown
    assert "12" in shown


@pytest.mark.parametrize(
    "form",
    [
        {"mode": "outbound", "basis": "list"},
        {"mode": "both", "size": "many"},
        {"mode": "both", "opens": "2026-12-02", "closes": "2026-11-30"},
        {"mode": "both", "quota-gender-woman": "-3"},
    ],
)
def test_what_is_wrong_is_said(app: Flask, here: FieldVillage, form: dict[str, str]) -> None:
    her = enter(app, here, Role.SUPERVISOR)
    answered = her.post(f"/staff/fieldwork/{here.round_id}/plan", data=form)
    assert answered.status_code == 422
    assert 'role="alert"' in answered.text


def test_a_list_is_brought_with_its_consent(app: Flask, here: FieldVillage) -> None:
    her = enter(app, here, Role.OPERATOR)
    rows = b"number,language\n+51 964 000 001,quy\n12,es\n"
    form = {
        "mode": "outbound",
        "basis": "list",
        "consent_source": "Asamblea",
        "list": (io.BytesIO(rows), "list.csv"),
    }
    her.post(f"/staff/fieldwork/{here.round_id}/plan", data=form)
    assert [each.language for each in here.sampled()] == ["quy"]
    assert not re.search(r"964 ?000", her.get(f"/staff/fieldwork/{here.round_id}").text)


@pytest.mark.parametrize("role", [Role.REGULATOR, Role.CASE_MANAGER, Role.EDITOR])
def test_for_others_it_is_not(app: Flask, here: FieldVillage, role: Role) -> None:
    client = enter(app, here, role)
    assert client.get(f"/staff/fieldwork/{here.round_id}").status_code == 403
    assert client.post(f"/staff/fieldwork/{here.round_id}/start").status_code == 403


def test_live_counts_tell_of_nobody(app: Flask, here: FieldVillage) -> None:
    here.plan(quotas=(Quota(Of.GENDER, "woman", 50),))
    with here.services.database.writing() as connection:
        for n in range(7):
            here.interview(connection, None, f"+5196400001{n}", 4)
    page = enter(app, here, Role.SUPERVISOR).get(f"/staff/fieldwork/{here.round_id}").text
    assert len(re.findall(r"at least 5\b", page)) == 2, "in the quota, and of women so far"
    assert "A share is told from 30 people on." in page
    assert f'href="/staff/surveys/{here.round_id}"' in page
    assert not re.search(r">\s*7\s*<", page)


def test_the_share_of_women_is_told_while_it_can_still_be_changed(
    app: Flask, here: FieldVillage
) -> None:
    with here.services.database.writing() as connection:
        for n in range(40):
            gender = "woman" if n < 21 else "man"
            here.interview(connection, None, f"+519640001{n:02}", 4, gender=gender)
    page = words_of(enter(app, here, Role.SUPERVISOR).get(f"/staff/fieldwork/{here.round_id}").text)
    assert "Women, so far" in page
    assert "46 to 66 % of all who finished" in page
    assert "51 to 62 % of the women and men alone" in page


def test_airtime_that_nobody_gave_is_not_called_paid(app: Flask, here: FieldVillage) -> None:
    here.person(HERS)
    here.plan(incentive=5000)
    (row,) = until_sent(here)
    with here.services.database.writing() as connection:
        here.call(row, "4", connection)
    her = enter(app, here, Role.SUPERVISOR)
    unpaid = "Recorded as owed, not paid"
    here.fielder.run()
    assert unpaid in words_of(her.get(f"/staff/fieldwork/{here.round_id}").text)
    gateway = Stammers()
    assert [give(here.services, gateway) for _ in range(2)] == [0, 1]
    shown = words_of(her.get(f"/staff/fieldwork/{here.round_id}").text)
    assert unpaid not in shown
