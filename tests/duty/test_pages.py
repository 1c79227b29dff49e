"""My duty, for myself and by who may set it for others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from duty import operations, pages, queries
from programmes.operations import bind_number
from staff import pages as staff_pages
from staff.models import Account
from staff.operations import add_account
from staff.values import Affiliation, Role
from staff.web import init
from storage.services import Services
from tests.clock import FakeClock
from tests.grievances.people import load_junin

PASSWORD = "quipu y chaski 22"
PHONE = "+51964111001"
SignIn = Callable[[Role], FlaskClient]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What the engines could differ in is tried in test_operations."""
    return sqlite_url


@pytest.fixture
def ids(services: Services) -> dict[Role, str]:
    roles = (Role.CASE_MANAGER, Role.SUPERVISOR, Role.OPERATOR, Role.REGULATOR)
    with services.database.writing() as connection:
        load_junin(connection)
        bind_number(connection, "junin", "+5164200100")
        return {
            role: add_account(
                connection,
                email=f"{role}@example.org",
                password=PASSWORD,
                role=role,
                programme="junin",
                affiliation=Affiliation.INDEPENDENT,
                language="en",
                now=services.clock(),
            )
            for role in roles
        }


@pytest.fixture
def sign_in(services: Services, ids: dict[Role, str]) -> SignIn:
    app = Flask("small", static_folder=None)
    app.config.update(TESTING=True, SECRET_KEY="k" * 32, WTF_CSRF_ENABLED=False)
    app.extensions["rimay"] = services
    init(app, public_url="http://localhost")
    staff_pages.register(app)
    pages.register(app)

    def enter(role: Role) -> FlaskClient:
        browser = app.test_client()
        browser.post("/staff/sign-in", data={"email": f"{role}@example.org", "password": PASSWORD})
        return browser

    return enter


def test_i_go_on_duty_and_off(sign_in: SignIn, services: Services, ids: dict[Role, str]) -> None:
    browser = sign_in(Role.CASE_MANAGER)
    page = browser.get("/staff/duty/").get_data(as_text=True)
    assert "None is kept yet" in page
    assert "Who takes calls" not in page
    form = {"phone": PHONE, "on": "yes", "languages": ["es", "quy", "xx"]}
    page = browser.post("/staff/duty/", data=form, follow_redirects=True).get_data(as_text=True)
    assert "On duty: calls may come now." in page
    assert PHONE[3:] not in page
    with services.database.reading() as connection:
        mine = {each.account_id: each for each in queries.on_duty(connection, "junin")}
    found = mine[ids[Role.CASE_MANAGER]]
    assert (found.is_on, found.has_phone, found.languages) == (True, True, ("es", "quy"))
    answer = browser.post("/staff/duty/", data={"languages": "es"}, follow_redirects=True)
    assert "Off duty" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"on": "yes"}, "Write a work phone first"),
        ({"phone": "+5164200100"}, "number of the line itself"),
        ({"phone": "12"}, "no phone number"),
    ],
)
def test_what_cannot_be_kept_says_why(sign_in: SignIn, form: dict[str, str], problem: str) -> None:
    answer = sign_in(Role.SUPERVISOR).post("/staff/duty/", data=form)
    assert answer.status_code == 422
    assert problem in answer.get_data(as_text=True)


def test_others_are_set_by_who_may(sign_in: SignIn, ids: dict[Role, str]) -> None:
    theirs = f"/staff/duty/{ids[Role.CASE_MANAGER]}"
    operator = sign_in(Role.OPERATOR)
    page = operator.get("/staff/duty/").get_data(as_text=True)
    assert "Who takes calls" in page
    assert "My duty" not in page
    assert operator.post("/staff/duty/", data={"on": "yes"}).status_code == 403
    assert operator.get(theirs).status_code == 200
    form = {"phone": PHONE, "on": "yes", "languages": "es"}
    page = operator.post(theirs, data=form, follow_redirects=True).get_data(as_text=True)
    assert "Has a work phone" in page
    forget = {"on": "yes", "forget": "yes"}
    page = operator.post(theirs, data=forget, follow_redirects=True).get_data(as_text=True)
    assert "Has a work phone" not in page
    assert operator.get(f"/staff/duty/{ids[Role.REGULATOR]}").status_code == 404
    for role in (Role.CASE_MANAGER, Role.REGULATOR):
        assert sign_in(role).post(theirs, data=form).status_code == 403
    assert sign_in(Role.REGULATOR).get("/staff/duty/").status_code == 403


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.OPERATOR])
def test_a_company_has_no_say_in_who_rings_for_somebody_independent(
    sign_in: SignIn, services: Services, ids: dict[Role, str], role: Role
) -> None:
    """With a phone of its own in their place it would hear who asked for somebody independent."""
    with services.database.writing() as connection:
        of_company = update(Account).where(Account.id == ids[role])
        connection.execute(of_company.values(affiliation=Affiliation.COMPANY))
    theirs, browser = f"/staff/duty/{ids[Role.CASE_MANAGER]}", sign_in(role)
    assert browser.get(theirs).status_code == 404
    for path in ("", "/cases", "/absences"):
        form = {"phone": PHONE, "on": "yes", "languages": "es"}
        assert browser.post(f"{theirs}{path}", data=form).status_code == 404
    assert theirs not in browser.get("/staff/duty/").text
    with services.database.reading() as connection:
        assert not any(each.has_phone for each in queries.on_duty(connection, "junin"))


def test_a_call_shows_who_took_it_and_for_how_long(
    sign_in: SignIn, services: Services, ids: dict[Role, str], clock: FakeClock
) -> None:
    browser = sign_in(Role.CASE_MANAGER)
    assert "None yet" in browser.get("/staff/duty/").get_data(as_text=True)
    browser.post("/staff/duty/", data={"phone": PHONE, "on": "yes", "languages": "quy"})
    with services.database.writing() as connection:
        rung = operations.ring_next(
            connection,
            programme="junin",
            affiliations=list(Affiliation),
            language="quy",
            without=(),
            leg="CA1",
            now=clock(),
        )
        assert rung is not None
        operations.take(connection, rung.bridge_id, now=clock())
    assert "Talking" in browser.get("/staff/duty/").get_data(as_text=True)
    clock.now = clock.now.replace(minute=4)
    with services.database.writing() as connection:
        operations.end(connection, rung.bridge_id, how="completed", now=clock())
    page = browser.get("/staff/duty/").get_data(as_text=True)
    assert "Mon 23 Nov, 10:00" in page
    assert "Talked, 4 minutes" in page
