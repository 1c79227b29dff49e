"""The door, the guard and the frame of the staff pages, as a browser meets them."""

from __future__ import annotations

import datetime as dt
import re
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from staff.models import AuditEntry
from staff.web import current_account, undeclared
from storage.database import Database
from tests.clock import FakeClock
from tests.staff.people import PASSWORD

pytestmark = pytest.mark.usefixtures("account_id")


def sign_in(
    client: FlaskClient, password: str = PASSWORD, onward: str | None = None
) -> TestResponse:
    form = {"email": "rosa@example.org", "password": password}
    if onward is not None:
        form["next"] = onward
    return client.post("/staff/sign-in", data=form, base_url="https://rimay.example")


def get(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    return client.get(path, base_url="https://rimay.example", headers=headers)


def test_one_signs_in_and_comes_to_the_work_of_the_role(app: Flask) -> None:
    client = app.test_client()
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (303, "/staff")
    assert get(client, "/staff").location == "/staff/work/"
    assert get(client, "/staff/work/").text == "work of rosa@example.org"


def test_who_is_not_signed_in_is_led_to_the_door_and_back(app: Flask) -> None:
    client = app.test_client()
    led = get(client, "/staff/work/?page=2")
    assert led.status_code == 303
    assert led.location == "/staff/sign-in?next=/staff/work/?page%3D2"
    assert 'value="/staff/work/?page=2"' in get(client, led.location).text
    assert sign_in(client, onward="/staff/work/?page=2").location == "/staff/work/?page=2"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil",
    ],
)
def test_nobody_is_led_elsewhere(app: Flask, elsewhere: str) -> None:
    assert sign_in(app.test_client(), onward=elsewhere).location == "/staff"


def test_a_wrong_password_is_told_and_the_email_kept(app: Flask) -> None:
    answer = sign_in(app.test_client(), password="wrong wrong wrong")
    assert answer.status_code == 422
    assert "rosa@example.org" in answer.text
    assert 'role="alert"' in answer.text


def test_another_role_is_refused(app: Flask) -> None:
    client = app.test_client()
    sign_in(client)
    assert get(client, "/staff/results/").status_code == 403


def test_what_nobody_declared_is_refused_and_named(app: Flask) -> None:
    client = app.test_client()
    sign_in(client)
    assert get(client, "/forgotten/").status_code == 403
    assert undeclared(app) == ["forgotten.page"]


def test_signing_out_ends_it(app: Flask, database: Database) -> None:
    client = app.test_client()
    sign_in(client)
    assert client.post("/staff/sign-out", base_url="https://rimay.example").status_code == 303
    assert get(client, "/staff/work/").status_code == 303
    with database.reading() as connection:
        actions = set(connection.execute(select(AuditEntry.action)).scalars())
    assert actions == {"sign_in_tried", "signed_in", "signed_out"}


def test_the_session_cookie_is_kept_from_scripts_and_plain_http(app: Flask) -> None:
    cookie = sign_in(app.test_client()).headers["Set-Cookie"]
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Expires"))


def test_after_eight_idle_hours_the_browser_is_forgotten(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client(use_cookies=False)
    cookie = sign_in(client).headers["Set-Cookie"].partition(";")[0]
    signed_in_at = time.time()

    def is_known_after(hours: float) -> bool:
        monkeypatch.setattr("itsdangerous.timed.time.time", lambda: signed_in_at + hours * 3600)
        return get(client, "/staff/work/", Cookie=cookie).status_code == 200

    assert is_known_after(7.9)
    assert not is_known_after(8.1)


def test_pages_are_framed_against_strangers(app: Flask) -> None:
    answer = get(app.test_client(), "/staff/sign-in")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "https://" not in answer.text, "nothing is fetched from elsewhere"
    assert "<style" not in answer.text
    assert "style=" not in answer.text


def test_every_file_that_the_frame_names_is_served_here(app: Flask) -> None:
    client = app.test_client()
    text = get(client, "/staff/sign-in").text
    files = re.findall(r'(?:href|src)="(/[^"#]+\.[a-z]+)', text)
    assert len(files) >= 3
    for path in files:
        with get(client, path) as answer:
            assert answer.status_code == 200, path


def test_a_form_without_its_token_is_refused_but_a_webhook_is_not(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    assert sign_in(client).status_code == 400
    assert client.post("/hooks/").text == "in"


def test_the_language_follows_the_browser_then_the_cookie_then_the_account(app: Flask) -> None:
    client = app.test_client()

    def language_of(path: str, accept: str) -> str:
        text = get(client, path, **{"Accept-Language": accept}).text
        return text.split('<html lang="')[1][:2]

    assert language_of("/staff/sign-in", "fr") == "es"
    assert language_of("/staff/sign-in", "en-GB,es;q=0.5") == "en"
    client.post("/staff/language", data={"language": "es"}, base_url="https://rimay.example")
    assert language_of("/staff/sign-in", "en") == "es"
    client.post("/staff/language", data={"language": "xx"}, base_url="https://rimay.example")
    assert language_of("/staff/sign-in", "en") == "es"


def test_an_account_keeps_its_language(app: Flask, database: Database) -> None:
    client = app.test_client()
    sign_in(client)
    client.post("/staff/language", data={"language": "es"}, base_url="https://rimay.example")
    other = app.test_client()
    sign_in(other)
    with other:
        get(other, "/staff/work/", **{"Accept-Language": "en"})
        assert current_account().language == "es"


def test_five_failures_lock_for_fifteen_minutes(app: Flask, clock: FakeClock) -> None:
    client = app.test_client()
    for _ in range(5):
        assert sign_in(client, password="wrong wrong wrong").status_code == 422
    assert sign_in(client).status_code == 422
    clock.advance(dt.timedelta(minutes=15))
    assert sign_in(client).status_code == 303
