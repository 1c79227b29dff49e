"""From outside, in the whole application: who may open what, and what anybody else ever sees."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.factory import create_app
from app.house import build
from app.settings import Environment, Settings
from programmes import operations as programmes
from programmes.operations import bind_number
from safeguarding import operations
from safeguarding.values import Facts, Hour, Outcome
from staff.models import Account, AuditEntry
from staff.values import Role
from storage.database import Database
from storage.queues import connect
from storage.services import Services
from tests.dialogue.line import OURS, read_junin
from tests.safeguarding.people import (
    JULIA,
    MARTHA,
    PASSPHRASES,
    PASSWORD,
    ROSA,
    Women,
    account,
    designate,
)

FORM = {
    "agreed": "yes",
    "number": "964 111 222",
    "hour": "slot_evening",
    "language": "quy",
    "words": "Fue el capataz",
    "project": "Toromocho",
    "age_band": "18_29",
    "sex": "woman",
}
SECRETS = ("964111222", "964 111 222", "capataz", "Toromocho")
SignIn = Callable[[str], FlaskClient]
OTHERS = tuple(role for role in Role if role is not Role.SAFEGUARDING)


@pytest.fixture
def app(sqlite_url: str, valkey_url: str, tmp_path: Path) -> Flask:
    connect(valkey_url).flushdb()
    settings = Settings(
        environment=Environment.TEST,
        public_url="http://localhost",
        secret_key="s" * 40,
        vault_key="v" * 40,
        database_url=sqlite_url,
        redis_url=valkey_url,
        media_url=f"file://{tmp_path}/media",
        carrier=None,
        var=tmp_path / "var",
    )
    app = create_app(build(settings))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def services(app: Flask) -> Services:
    found: Services = app.extensions["rimay"]
    return found


@pytest.fixture
def database(services: Services) -> Database:
    return services.database


@pytest.fixture
def women(services: Services) -> Women:
    with services.database.writing() as connection:
        programmes.load(connection, read_junin(), now=services.clock())
        bind_number(connection, "junin", OURS)
    for role in OTHERS:
        account(services, f"{role}@example.org", role)
    return designate(services)


@pytest.fixture
def sign_in(app: Flask, women: Women) -> SignIn:
    def enter(email: str) -> FlaskClient:
        browser = app.test_client()
        browser.post("/staff/sign-in", data={"email": email, "password": PASSWORD})
        return browser

    return enter


def trail(services: Services) -> list[tuple[str | None, str, str | None]]:
    with services.database.reading() as connection:
        rows = connection.execute(
            select(AuditEntry.account_id, AuditEntry.action, AuditEntry.subject).order_by(
                AuditEntry.at, AuditEntry.id
            )
        )
        return [(row.account_id, row.action, row.subject) for row in rows]


def sealed(services: Services, facts: Facts) -> str:
    with services.database.writing() as connection:
        return operations.seal_report(connection, "junin", facts, now=services.clock())


def test_whoever_people_turn_to_hands_over_and_sees_it_no_more(
    sign_in: SignIn,
    women: Women,
    services: Services,
    valkey_url: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = sign_in("operator@example.org")
    page = browser.get("/staff/private-help/").get_data(as_text=True)
    assert "Línea Cien" in page
    before = trail(services)
    sent = browser.post("/staff/private-help/", data=FORM, follow_redirects=True)
    page = sent.get_data(as_text=True)
    assert "Nobody here can read it any more" in page
    assert not [each for each in SECRETS if each in page]
    assert trail(services) == before, "that it was sent would tell of whom"
    (opened,) = women.opened()
    assert opened.facts.number == "+51964111222"
    assert (opened.facts.words, opened.facts.project) == ("Fue el capataz", "Toromocho")
    assert opened.facts.consent is not None
    assert opened.facts.consent.language == "quy"
    queue = connect(valkey_url)
    held = repr([queue.dump(key) for key in queue.keys("*")])
    for secret in (*SECRETS, opened.id):
        assert secret not in caplog.text
        assert secret not in held


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"agreed": ""}, "Without her yes nothing is kept"),
        ({"number": "12"}, "no phone number"),
        ({"hour": ""}, "at which hour"),
        ({"language": "xx"}, "Choose the language"),
    ],
)
def test_what_cannot_be_sealed_says_why_and_is_not_shown_again(
    sign_in: SignIn, women: Women, change: dict[str, str], problem: str
) -> None:
    found = sign_in("case_manager@example.org").post("/staff/private-help/", data=FORM | change)
    assert found.status_code == 422
    page = found.get_data(as_text=True)
    assert problem in page
    assert "capataz" not in page
    assert women.opened() == []


@pytest.mark.parametrize("role", OTHERS)
def test_no_other_role_opens_anything_and_each_try_is_noted(
    sign_in: SignIn, women: Women, services: Services, role: Role
) -> None:
    report = sealed(services, Facts(number="+51964111222"))
    browser = sign_in(f"{role}@example.org")
    form = {"passphrase": PASSPHRASES[ROSA], "why": "to_call", "outcome": "no_referral"}
    asked = [
        browser.get("/staff/safeguarding/"),
        browser.post("/staff/safeguarding/open", data=form),
        browser.post(f"/staff/safeguarding/reports/{report}/outcome", data=form),
        browser.post(f"/staff/safeguarding/reports/{report}/sound/0", data=form),
        browser.post("/staff/safeguarding/apply", data=form | {"again": PASSPHRASES[ROSA]}),
        browser.post("/staff/safeguarding/designate", data=form),
        browser.post("/staff/safeguarding/remove", data=form),
    ]
    assert {each.status_code for each in asked} == {403}
    who = account_of(services, f"{role}@example.org")
    assert trail(services).count((who, "refused", "safeguarding")) == len(asked)
    assert women.opened()[0].facts == Facts(number="+51964111222")


def account_of(services: Services, email: str) -> str:
    with services.database.reading() as connection:
        return str(
            connection.execute(select(Account.id).where(Account.email == email)).scalar_one()
        )


def test_nobody_who_is_not_signed_in_gets_anywhere(app: Flask, women: Women) -> None:
    browser = app.test_client()
    for address in ("/staff/safeguarding/", "/staff/private-help/", "/staff/safeguarding-year/"):
        assert browser.get(address).status_code == 303


@pytest.mark.parametrize("role", Role)
def test_no_page_of_any_role_tells_that_there_is_one(
    app: Flask, sign_in: SignIn, women: Women, services: Services, role: Role
) -> None:
    """Every page and download without a name in its address."""
    email = MARTHA if role is Role.SAFEGUARDING else f"{role}@example.org"
    browser = sign_in(email)
    report = sealed(services, Facts(number="+51964111222", words="Fue el capataz"))
    addresses = sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/staff") and not rule.arguments and "GET" in (rule.methods or ())
    )
    assert len(addresses) > 20
    for address in addresses:
        page = browser.get(address).data
        for secret in (*SECRETS, report, "Reports that are kept"):
            assert secret.encode() not in page, address


def test_the_role_alone_sees_no_count_and_opens_nothing(
    sign_in: SignIn, women: Women, services: Services
) -> None:
    report = sealed(services, Facts(number="+51964111222"))
    browser = sign_in(MARTHA)
    page = browser.get("/staff/safeguarding/").get_data(as_text=True)
    assert "You are not designated" in page
    form = {"passphrase": PASSPHRASES[MARTHA], "why": "to_call"}
    before = trail(services)
    refused = browser.post("/staff/safeguarding/open", data=form)
    assert refused.status_code == 422
    assert "this try is noted" in refused.get_data(as_text=True)
    refusal = (women.accounts[MARTHA], "safeguarding_refused", "safeguarding:junin")
    assert trail(services).count(refusal) == before.count(refusal) + 1
    outcome = {"outcome": Outcome.NO_REFERRAL}
    address = f"/staff/safeguarding/reports/{report}/outcome"
    assert browser.post(address, data=outcome).status_code == 403


def test_a_designated_woman_opens_with_her_passphrase_each_time(
    sign_in: SignIn, women: Women, services: Services
) -> None:
    report = sealed(services, Facts(number="+51964111222", hour=Hour.EVENING, words="Venga"))
    browser = sign_in(ROSA)
    page = browser.get("/staff/safeguarding/").get_data(as_text=True)
    assert "Reports that are kept: 1" in page
    assert "964111222" not in page
    form = {"passphrase": PASSPHRASES[ROSA], "why": "to_call"}
    found = browser.post("/staff/safeguarding/open", data=form)
    page = found.get_data(as_text=True)
    assert "+51964111222" in page
    assert "In the evening" in page
    assert found.headers["Cache-Control"] == "no-store"
    who = women.accounts[ROSA]
    opened = (who, "safeguarding_opened_to_call", f"sealed_report:{report}")
    assert trail(services).count(opened) == 1
    for wrong in ("", "esta no es la mia, no", PASSPHRASES[JULIA]):
        again = browser.post("/staff/safeguarding/open", data=form | {"passphrase": wrong})
        assert again.status_code == 422
        assert "964111222" not in again.get_data(as_text=True)
    assert browser.post("/staff/safeguarding/open", data=form | {"why": ""}).status_code == 422
    cookie = browser.get_cookie("session")
    assert cookie is not None
    assert PASSPHRASES[ROSA] not in cookie.decoded_value


def test_what_came_of_it_is_sealed_with_it(
    sign_in: SignIn, women: Women, services: Services
) -> None:
    report = sealed(services, Facts(number="+51964111222"))
    browser = sign_in(JULIA)
    address = f"/staff/safeguarding/reports/{report}/outcome"
    browser.post(address, data={"outcome": Outcome.REFERRED_IN_24_H})
    assert browser.post(address, data={"outcome": "resolved"}).status_code == 422
    unknown = address.replace(report, "0" * 32)
    assert browser.post(unknown, data={"outcome": Outcome.NO_REFERRAL}).status_code == 404
    assert women.opened()[0].facts.outcome is Outcome.REFERRED_IN_24_H
    form = {"passphrase": PASSPHRASES[JULIA], "why": "to_review"}
    page = browser.post("/staff/safeguarding/open", data=form).get_data(as_text=True)
    assert "Nothing waits" in page
    done = browser.post("/staff/safeguarding/open", data=form | {"with_done": "yes"})
    assert "Referred within 24 hours" in done.get_data(as_text=True)


def test_her_voice_is_heard_with_the_passphrase_alone(
    sign_in: SignIn, women: Women, services: Services
) -> None:
    report = sealed(services, Facts(number="+51964111222"))
    with services.database.writing() as connection:
        operations.expect_recording(connection, services.vault, report, "RE1", now=services.clock())
        operations.seal_recording(connection, services.vault, "RE1", b"RIFF her own voice")
    browser = sign_in(ROSA)
    address = f"/staff/safeguarding/reports/{report}/sound/0"
    assert browser.post(address, data={"passphrase": "no"}).status_code == 422
    heard = browser.post(address, data={"passphrase": PASSPHRASES[ROSA]})
    assert heard.data == b"RIFF her own voice"


def test_two_designate_a_third_on_their_page_and_take_one_off(
    sign_in: SignIn, women: Women, services: Services
) -> None:
    sealed(services, Facts(number="+51964111222"))
    third, first = sign_in(MARTHA), sign_in(ROSA)
    hers = {"passphrase": PASSPHRASES[MARTHA], "again": PASSPHRASES[MARTHA]}
    assert third.post("/staff/safeguarding/apply", data=hers | {"again": "x"}).status_code == 422
    assert third.post("/staff/safeguarding/apply", data=hers).status_code == 303
    form = {
        "who": women.accounts[MARTHA],
        "passphrase": PASSPHRASES[ROSA],
        "other": women.accounts[JULIA],
        "other_passphrase": PASSPHRASES[JULIA],
    }
    for wrong in (
        {"other_passphrase": PASSPHRASES[ROSA]},
        {"other": women.accounts[ROSA], "other_passphrase": PASSPHRASES[ROSA]},
        {"other": women.accounts[MARTHA], "other_passphrase": PASSPHRASES[MARTHA]},
    ):
        assert first.post("/staff/safeguarding/designate", data=form | wrong).status_code == 422
    assert first.post("/staff/safeguarding/designate", data=form).status_code == 303
    opened = {"passphrase": PASSPHRASES[MARTHA], "why": "to_call"}
    assert "964111222" in third.post("/staff/safeguarding/open", data=opened).get_data(as_text=True)
    off = form | {
        "who": women.accounts[JULIA],
        "other": women.accounts[MARTHA],
        "other_passphrase": PASSPHRASES[MARTHA],
    }
    assert first.post("/staff/safeguarding/remove", data=off).status_code == 303
    page = sign_in(JULIA).get("/staff/safeguarding/").get_data(as_text=True)
    assert "You are not designated" in page


def test_the_first_two_are_designated_by_command(app: Flask, services: Services) -> None:
    with services.database.writing() as connection:
        programmes.load(connection, read_junin(), now=services.clock())
    for email in (ROSA, JULIA):
        account(services, email)
    account(services, "operator@example.org", Role.OPERATOR)
    run = app.test_cli_runner().invoke
    words = f"{PASSPHRASES[ROSA]}\n{PASSPHRASES[JULIA]}\n"
    command = ["safeguarding", "designate", "junin"]
    assert run(args=[*command, ROSA, "operator@example.org"], input=words).exit_code == 1
    assert run(args=[*command, ROSA, ROSA], input=words).exit_code == 1
    assert run(args=[*command, ROSA, "nobody@example.org"], input=words).exit_code == 1
    assert run(args=[*command, ROSA, JULIA], input="corta\ncorta\n").exit_code == 1
    done = run(args=[*command, ROSA, JULIA], input=words)
    assert (done.exit_code, PASSPHRASES[ROSA] in done.output) == (0, False)
    assert "designate others on their page" in run(args=[*command, ROSA, JULIA], input=words).output


def test_of_a_year_that_is_over_a_region_is_told_yes_or_no(
    sign_in: SignIn, women: Women, services: Services
) -> None:
    # In the middle of it, whichever day of this year it is.
    last_year = dt.datetime(services.clock().year - 1, 7, 1, tzinfo=dt.UTC)
    browser = sign_in("regulator@example.org")

    def told() -> str:
        return browser.get("/staff/safeguarding-year/").get_data(as_text=True)

    for count in range(1, 11):
        with services.database.writing() as connection:
            operations.seal_report(connection, "junin", Facts(), now=last_year)
        if count in (1, 9):
            assert "Received: yes" in told()
    assert "Received: 10" in told()
