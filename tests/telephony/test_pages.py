"""Operators see what the carrier refuses, are told what to do, and say when it is mended."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from staff import pages as staff_pages
from staff.operations import add_account
from staff.values import Affiliation, Role
from staff.web import init, protect
from storage import notices
from storage.services import Services
from telephony import pages
from telephony.values import CODES, Policy
from tests.grievances.people import load_junin

PASSWORD = "quipu y chaski 22"


@pytest.fixture
def app(services: Services) -> Flask:
    app = Flask("small", static_folder=None)
    app.config.update(TESTING=True, SECRET_KEY="k" * 32, WTF_CSRF_ENABLED=False)
    app.extensions["rimay"] = services
    init(app, public_url="http://localhost")
    staff_pages.register(app)
    protect(app, pages.refusals, roles=pages.ROLES)
    with services.database.writing() as connection:
        load_junin(connection)
        for role in (Role.OPERATOR, Role.CASE_MANAGER):
            add_account(
                connection,
                email=f"{role}@example.org",
                password=PASSWORD,
                role=role,
                programme="junin",
                affiliation=Affiliation.INDEPENDENT,
                language="en",
                now=services.clock(),
            )
        notices.tell(
            connection, code="21606", kind="text", sender="+5164291000", now=services.clock()
        )
    return app


def test_an_operator_mends_it(app: Flask, services: Services) -> None:
    browser = app.test_client()
    who = {"email": "operator@example.org", "password": PASSWORD}
    browser.post("/staff/sign-in", data=who)
    page = browser.get("/staff/carrier/").get_data(as_text=True)
    assert "21606" in page
    assert "+5164291000" in page
    with services.database.reading() as connection:
        [notice] = notices.open_notices(connection)
    again = browser.post(f"/staff/carrier/{notice.id}/mended", follow_redirects=True)
    assert not re.search(r"\b21606\b", again.get_data(as_text=True))
    with services.database.reading() as connection:
        assert notices.open_notices(connection) == []


def test_nobody_else_sees_it(app: Flask) -> None:
    browser = app.test_client()
    browser.post("/staff/sign-in", data={"email": "case_manager@example.org", "password": PASSWORD})
    assert browser.get("/staff/carrier/").status_code == 403


def test_every_refusal_that_operators_mend_has_its_advice(app: Flask) -> None:
    codes = [str(code) for code, each in CODES.items() if each.policy is Policy.CONFIGURATION]
    with app.test_request_context():
        other = pages.advice("0")
        assert [code for code in codes if pages.advice(code) == other] == []
