"""What the person of a case told of herself: shown with her pseudonym, taken down with consent."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from contacts.about import about, keep_gender
from contacts.models import Consent
from contacts.values import About, Agreed, Gender, HowKnown
from staff.models import AuditEntry
from staff.values import Affiliation
from tests.grievances.people import NOW, World, add_manager
from tests.grievances.test_pages import signed_in


@pytest.fixture
def rosa(app: Flask) -> FlaskClient:
    return signed_in(app)


def keep(client: FlaskClient, case_id: str, **form: str) -> TestResponse:
    return client.post(f"/staff/cases/{case_id}/about", data=form, follow_redirects=True)


def known(world: World) -> About:
    with world.database.reading() as connection:
        return about(connection, world.person.id)


def test_what_she_told_herself_is_shown(world: World, rosa: FlaskClient) -> None:
    case = world.case()
    assert "Gender</dt>" not in rosa.get(f"/staff/cases/{case}").text
    with world.database.writing() as connection:
        keep_gender(
            connection,
            world.person.id,
            gender=Gender.WOMAN,
            known=HowKnown.SELF,
            agreed=Agreed("v", "es", "w"),
            now=NOW,
        )
    page = rosa.get(f"/staff/cases/{case}").text
    assert "they told us themselves" in page
    assert "Para saber si escuchamos a mujeres y varones por igual" in page


def test_it_is_taken_down_only_with_consent(world: World, rosa: FlaskClient) -> None:
    case = world.case()
    refused = keep(rosa, case, gender="woman")
    assert "nothing was kept" in refused.text
    assert known(world) == About()
    kept = keep(rosa, case, gender="woman", agreed="1")
    assert "taken down by staff" in kept.text
    assert known(world) == About(Gender.WOMAN, HowKnown.OPERATOR)
    with world.database.reading() as connection:
        consent = connection.execute(select(Consent.purpose, Consent.answer)).one()
        actions = connection.execute(select(AuditEntry.action)).scalars().all()
    assert tuple(consent) == ("person.gender", "told")
    assert "about_person_changed" in actions


def test_it_is_taken_back_without_any_condition(world: World, rosa: FlaskClient) -> None:
    case = world.case()
    keep(rosa, case, gender="man", agreed="1")
    keep(rosa, case, gender="")
    assert known(world) == About()


@pytest.mark.parametrize("form", [{"gender": "x"}, {"district": "lima"}])
def test_what_is_on_no_list_is_not_kept(
    world: World, rosa: FlaskClient, form: dict[str, str]
) -> None:
    case = world.case()
    assert "Choose from the lists" in keep(rosa, case, agreed="1", **form).text
    assert known(world) == About()


def test_another_queue_s_case_is_not_there(world: World, app: Flask) -> None:
    case = world.case()
    with world.database.writing() as connection:
        add_manager(connection, "carlos", affiliation=Affiliation.COMPANY)
    company = signed_in(app, "carlos")
    assert keep(company, case, gender="man", agreed="1").status_code == 404
    assert known(world) == About()
