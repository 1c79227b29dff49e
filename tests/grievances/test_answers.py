"""Approved answers: two people, versions, expiry, and how one becomes the answer of a case."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from grievances.answers import operations, queries
from grievances.answers.operations import NoVersion, OwnWork
from grievances.answers.values import Content, Standing, Version
from grievances.models import Reply
from staff.values import Role
from storage.database import Database
from tests.clock import FakeClock
from tests.grievances.people import NOW, World, add_manager
from tests.grievances.test_pages import answer, signed_in
from tests.outside import sound

TODAY = NOW.date()
YEAR = dt.timedelta(days=300)
SAYS = {"es": "El agua se mide cada mes."}


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


@pytest.fixture
def editor(world: World) -> str:
    with world.database.writing() as connection:
        return add_manager(connection, "elsa", role=Role.EDITOR)


def content(title: str = "Medición", **given: object) -> Content:
    fields: dict[str, object] = {
        "title": title,
        "topic": "water",
        "category": None,
        "texts": SAYS,
        "media": {},
        "source": None,
        "expires_on": TODAY + YEAR,
        **given,
    }
    return Content(**fields)  # type: ignore[arg-type]


def writes(
    world: World, who: str, what: Content | None = None, answer_id: str | None = None
) -> str:
    with world.database.writing() as connection:
        return operations.write(
            connection,
            what or content(),
            programme="junin",
            account_id=who,
            answer_id=answer_id,
            now=NOW,
        )


def found(world: World, today: dt.date = TODAY) -> tuple[Version, ...]:
    with world.database.reading() as connection:
        return queries.versions(connection, "junin", today=today)


def approves(world: World, who: str, version_id: str) -> None:
    with world.database.writing() as connection:
        operations.approve(connection, version_id, programme="junin", account_id=who, now=NOW)


def titles(world: World, *, language: str = "es", today: dt.date = TODAY) -> list[str]:
    with world.database.reading() as connection:
        there = queries.offered(
            connection, "junin", language=language, topic="jobs", category=None, today=today
        )
    return [each.title for each in there]


def test_two_people_stand_for_it(world: World, editor: str) -> None:
    writes(world, editor)
    [version] = found(world)
    assert (version.standing, titles(world)) == (Standing.DRAFT, [])
    with pytest.raises(OwnWork):
        approves(world, editor, version.id)
    approves(world, world.manager, version.id)
    assert titles(world) == ["Medición"]
    with pytest.raises(NoVersion):
        approves(world, world.manager, version.id)


def test_until_the_next_version_is_approved_the_one_before_is_offered(
    world: World, editor: str
) -> None:
    kept = writes(world, editor)
    approves(world, world.manager, found(world)[0].id)
    writes(world, world.manager, content("Medición mensual"), kept)
    assert titles(world) == ["Medición"]
    approves(world, editor, found(world)[0].id)
    assert titles(world) == ["Medición mensual"]
    assert [each.standing for each in found(world)] == [Standing.APPROVED, Standing.REPLACED]


def test_what_has_expired_is_not_offered(world: World, editor: str) -> None:
    writes(world, editor)
    approves(world, world.manager, found(world)[0].id)
    assert titles(world, today=TODAY + YEAR) == ["Medición"]
    after = TODAY + YEAR + dt.timedelta(days=1)
    assert titles(world, today=after) == []
    assert found(world, after)[0].standing is Standing.EXPIRED


def test_it_is_offered_in_the_language_that_it_has_and_not_once_withdrawn(
    world: World, editor: str
) -> None:
    kept = writes(world, editor)
    writes(world, editor, content("Trabajo", topic="jobs", media={"quy": "m" * 32}))
    for version in found(world):
        approves(world, world.manager, version.id)
    assert titles(world) == ["Trabajo", "Medición"]  # what is about the same first
    assert titles(world, language="quy") == ["Trabajo"]
    with world.database.writing() as connection:
        assert operations.withdraw(connection, kept, programme="junin", now=NOW)
        assert not operations.withdraw(connection, kept, programme="other", now=NOW)
    assert titles(world) == ["Trabajo"]


# Pages -------------------------------------------------------------------------------------------


@pytest.fixture
def elsa(app: Flask, editor: str) -> FlaskClient:
    return signed_in(app, "elsa")


def test_it_is_written_approved_chosen_changed_and_sent(
    app: Flask, elsa: FlaskClient, world: World
) -> None:
    form = {
        "title": "Medición",
        "topic": "water",
        "text-es": SAYS["es"],
        "recording-es": (io.BytesIO(sound.wav(2.0)), "answer.wav"),
        "expires_on": (TODAY + YEAR).isoformat(),
    }
    made = elsa.post("/staff/answers/new", data=form, content_type="multipart/form-data")
    assert made.status_code == 303
    assert "Somebody else approves what you wrote" in elsa.get(made.location).text
    rosa, [version] = signed_in(app), found(world)
    case_id = world.case()
    assert "Use an approved answer" not in rosa.get(f"/staff/cases/{case_id}").text
    approve = f"/staff/answers/{version.answer_id}/{version.id}/approve"
    assert elsa.post(approve).status_code == 303
    assert found(world)[0].standing is Standing.DRAFT
    assert rosa.post(approve).status_code == 303
    assert "About the same" in rosa.get(f"/staff/cases/{case_id}").text
    page = rosa.get(f"/staff/cases/{case_id}?approved={version.id}").text
    assert SAYS["es"] in page
    assert "Your recording is kept" in page
    answer(rosa, case_id, text="El agua se mide cada semana.", approved=version.id)
    with world.database.reading() as connection:
        assert connection.execute(select(Reply.approved_id)).scalar_one() == version.id


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"text-es": ""}, "in one language at least"),
        ({"expires_on": "2030-01-01"}, "within a year"),
        ({"expires_on": "2026-01-01"}, "within a year"),
        ({"recording-es": "noise"}, "no recording"),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_lost(
    elsa: FlaskClient, world: World, change: dict[str, str], word: str
) -> None:
    form: dict[str, object] = {
        "title": "Medición <1>",
        "text-es": SAYS["es"],
        "expires_on": (TODAY + YEAR).isoformat(),
        **change,
    }
    if "recording-es" in form:
        form["recording-es"] = (io.BytesIO(b"noise"), "noise.wav")
    page = elsa.post("/staff/answers/new", data=form, content_type="multipart/form-data")
    assert page.status_code == 422
    assert word in page.text
    assert "Medición &lt;1&gt;" in page.text
    assert found(world) == ()


def test_a_regulator_has_no_part_in_it(app: Flask, world: World, clock: FakeClock) -> None:
    with world.database.writing() as connection:
        add_manager(connection, "reg", role=Role.REGULATOR)
    assert signed_in(app, "reg").get("/staff/answers").status_code == 403
