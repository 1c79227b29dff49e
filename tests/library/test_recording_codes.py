"""The page on which speakers are given codes to record by telephone."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from library import recording_codes
from library.models import RecordingCode
from library.recording_codes import LENGTH
from staff.models import AuditEntry
from storage.services import Services
from tests.library.people import DAY, NOW
from tests.library.test_pages import signed_in

FORM = {"language": "quy", "speaker": " Rosa  Quispe ", "consent": "yes", "days": "30"}
PATH = "/staff/prompts/by-telephone"


@pytest.fixture
def ana(app: Flask) -> FlaskClient:
    return signed_in(app)


def digits_in(page: str) -> str:
    shown = re.search(r'class="code-digits">([\d ]+)<', page)
    assert shown is not None
    return shown[1].replace(" ", "")


def test_a_code_is_shown_once_and_kept_as_hashes(ana: FlaskClient, services: Services) -> None:
    given = ana.post(PATH, data=FORM)
    assert given.headers["Cache-Control"] == "no-store"
    digits = digits_in(given.text)
    assert len(digits) == 12
    listed = ana.get(PATH).text
    assert "code-digits" not in listed
    assert "Rosa Quispe" in listed
    assert "No call yet." in listed
    assert "4 prompts" in listed
    with services.database.reading() as connection:
        row = connection.execute(select(*RecordingCode.__table__.columns)).one()
        assert (row.consented_on, row.created_at) == (DAY, NOW)
        assert digits[:LENGTH] not in repr(row)
        found = recording_codes.find(
            connection, vault=services.vault, programme="valle", digits=digits[:LENGTH], now=NOW
        )
        elsewhere = recording_codes.find(
            connection, vault=services.vault, programme="otro", digits=digits[:LENGTH], now=NOW
        )
        noted = connection.execute(
            select(AuditEntry.action).where(AuditEntry.subject == f"recording_code:{row.id}")
        ).scalars()
        assert list(noted) == ["recording_code_given"]
    assert (found, elsewhere) == (row.id, None)


def test_a_code_is_revoked(ana: FlaskClient, services: Services) -> None:
    digits = digits_in(ana.post(PATH, data=FORM).text)
    address = re.search(rf'action="({PATH}/\w+/revoke)"', ana.get(PATH).text)
    assert address is not None
    assert "Revoked." in ana.post(address[1], follow_redirects=True).text
    assert "No code is in use." in ana.get(PATH).text
    assert ana.post(address[1]).status_code == 404
    with services.database.reading() as connection:
        assert not recording_codes.find(
            connection, vault=services.vault, programme="valle", digits=digits[:LENGTH], now=NOW
        )


@pytest.mark.parametrize("left_out", ["speaker", "consent"])
def test_without_name_or_consent_there_is_no_code(ana: FlaskClient, left_out: str) -> None:
    form = {name: value for name, value in FORM.items() if name != left_out}
    refused = ana.post(PATH, data=form, follow_redirects=True)
    assert "Say who speaks, and that they agreed" in refused.text
    assert "No code is in use." in refused.text


def test_what_the_form_does_not_offer_is_refused(ana: FlaskClient, app: Flask) -> None:
    assert ana.post(PATH, data={**FORM, "days": "3650"}).status_code == 400
    assert ana.post(PATH, data={**FORM, "language": "xx"}).status_code == 404
    assert signed_in(app, "zoe").get(PATH).status_code == 403
