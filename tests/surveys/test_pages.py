"""What who runs a survey sees of it, and downloads; the regulator sees none of it here."""

from __future__ import annotations

import datetime as dt
import re
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert, select

from programmes.models import ProgrammeRow, ProgrammeVersion
from staff import operations as staff_operations
from staff.models import AuditEntry
from staff.pages import register
from staff.values import Affiliation, Role
from staff.web import Entry, init, protect
from storage.services import Services
from surveys import pages, pictures, snapshots
from surveys.commands import surveys as commands
from surveys.pictures import as_png
from tests.surveys.people import NOW, Field

PASSWORD = "correct horse battery"


@pytest.fixture
def field(services: Services, monkeypatch: pytest.MonkeyPatch) -> Field:
    """A round with results. Its pictures are not drawn: that takes half a second each."""
    monkeypatch.setattr(snapshots, "chart", lambda figure, labels: f"<svg>{figure.name}</svg>")
    with services.database.writing() as connection:
        for slug in ("junin", "other"):
            connection.execute(
                insert(ProgrammeVersion).values(hash=slug, slug=slug, content={}, loaded_at=NOW)
            )
            connection.execute(insert(ProgrammeRow).values(slug=slug, version=slug))
    field = Field(services.database, services.vault)
    for number in range(7):
        field.finish(f"w{number}")
    for number in range(3):
        field.finish(f"m{number}", gender="man", language="quy")
    snapshots.renew_snapshot(services.database, round_id=field.round_id, now=NOW, rng=Random(1))
    return field


@pytest.fixture
def app(services: Services, field: Field) -> Flask:
    app = Flask("small", static_folder=None)
    app.config.update(TESTING=True, SECRET_KEY="k" * 32, WTF_CSRF_ENABLED=False)
    app.extensions["rimay"] = services
    init(app, public_url="http://localhost")
    register(app)
    protect(
        app,
        pages.surveys,
        roles=pages.ROLES,
        entry=Entry("surveys.index", lambda: "Surveys", "bar-chart"),
    )
    app.cli.add_command(commands)
    return app


def signed_in(
    app: Flask, services: Services, role: Role, *, programme: str = "junin", language: str = "en"
) -> FlaskClient:
    with services.database.writing() as connection:
        staff_operations.add_account(
            connection,
            email="a@example.org",
            password=PASSWORD,
            role=role,
            programme=programme,
            affiliation=Affiliation.STATE,
            language=language,
            now=NOW,
        )
    client = app.test_client()
    answer = client.post("/staff/sign-in", data={"email": "a@example.org", "password": PASSWORD})
    assert answer.status_code == 303
    return client


def test_an_operator_sees_results_and_downloads_both_files(
    app: Flask, services: Services, field: Field
) -> None:
    client = signed_in(app, services, Role.OPERATOR)
    listed = client.get("/staff/surveys/").text
    assert "Perception" in listed
    assert "10 people finished" in listed
    page = client.get(f"/staff/surveys/{field.round_id}").text
    assert "no statistical sample" in page
    assert "¿Cómo está el agua?" in page
    assert "As of November 23, 2026" in page
    for name in ("tables.csv", "responses.csv"):
        file = client.get(f"/staff/surveys/{field.round_id}/{name}")
        assert file.status_code == 200
        assert file.data.startswith(b"\xef\xbb\xbf")
        assert "attachment" in file.headers["Content-Disposition"]
    with services.database.reading() as connection:
        actions = connection.execute(
            select(AuditEntry.action).where(AuditEntry.subject == f"round:{field.round_id}")
        )
        assert {*actions.scalars()} == {"survey_tables_exported", "survey_rows_exported"}


def test_the_page_is_in_spanish_too(app: Flask, services: Services, field: Field) -> None:
    client = signed_in(app, services, Role.OPERATOR, language="es")
    page = client.get(f"/staff/surveys/{field.round_id}").text
    assert "no es una muestra" in page
    assert "oculto" in page


def test_charts_are_drawn_once_and_served(app: Flask, services: Services, field: Field) -> None:
    client = signed_in(app, services, Role.OPERATOR)
    chart = client.get(f"/staff/surveys/{field.round_id}/charts/en/water.svg")
    assert chart.mimetype == "image/svg+xml"
    assert chart.text == "<svg>water</svg>"
    assert client.get(f"/staff/surveys/{field.round_id}/charts/en/none.svg").status_code == 404


def test_a_picture_is_taken_away_and_drawn_once(
    app: Flask, services: Services, field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is taken away says what was asked, and that it is no sample; it has no other numbers."""
    drawn: list[str] = []

    def draw(svg: str) -> bytes:
        drawn.append(svg)
        return as_png(svg)

    monkeypatch.setattr(pictures, "as_png", draw)
    client = signed_in(app, services, Role.SUPERVISOR)
    address = f"/staff/surveys/{field.round_id}/charts/en/water.png"
    assert address in client.get(f"/staff/surveys/{field.round_id}").text
    files = [client.get(address) for _ in range(2)]
    assert {each.status_code for each in files} == {200}
    assert files[0].data == files[1].data
    assert files[0].data.startswith(b"\x89PNG")
    assert "attachment" in files[0].headers["Content-Disposition"]
    (only,) = drawn
    assert "¿Cómo está el agua?" in only
    assert "<svg>water</svg>" in only
    assert "no statistical sample" in " ".join(re.findall(r">([^<>]+)</text>", only))
    for path in ("en/none.png", "xx/water.png"):
        assert client.get(f"/staff/surveys/{field.round_id}/charts/{path}").status_code == 404


def test_a_page_costs_few_statements_and_draws_nothing(
    app: Flask, services: Services, field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that it needs was worked out, and drawn, when the snapshot was made."""

    def drawn(*_: object) -> str:
        raise AssertionError("a page draws a picture")

    monkeypatch.setattr(snapshots, "chart", drawn)
    client = signed_in(app, services, Role.SUPERVISOR)
    with services.database.reading() as connection:
        engine = connection.engine
    for path in ("/", f"/{field.round_id}", f"/{field.round_id}/charts/en/water.svg"):
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            statements.append(statement)  # noqa: B023 - removed again within the loop

        event.listen(engine, "before_cursor_execute", note)
        answer = client.get(f"/staff/surveys{path}")
        event.remove(engine, "before_cursor_execute", note)
        assert answer.status_code == 200
        assert 0 < len(statements) <= 12, path
        assert not [each for each in statements if "survey_answer" in each], "aggregates alone"
        assert not [each for each in statements if "survey_snapshot_row" in each]
    assert not snapshots.renew_snapshot(
        services.database, round_id=field.round_id, now=NOW, rng=Random(1)
    ), "and nothing new is drawn before there is something new"


def test_a_supervisor_does_not_get_rows(app: Flask, services: Services, field: Field) -> None:
    client = signed_in(app, services, Role.SUPERVISOR)
    assert client.get(f"/staff/surveys/{field.round_id}/tables.csv").status_code == 200
    assert client.get(f"/staff/surveys/{field.round_id}/responses.csv").status_code == 403
    assert "responses.csv" not in client.get(f"/staff/surveys/{field.round_id}").text


@pytest.mark.parametrize(
    "path", ["", "/tables.csv", "/responses.csv", "/charts/en/water.svg", "/charts/en/water.png"]
)
def test_another_programmes_results_do_not_exist(
    app: Flask, services: Services, field: Field, path: str
) -> None:
    client = signed_in(app, services, Role.OPERATOR, programme="other")
    assert client.get(f"/staff/surveys/{field.round_id}{path}").status_code == 404
    assert client.get(f"/staff/surveys/nothing{path}").status_code == 404


@pytest.mark.parametrize("role", [Role.CASE_MANAGER, Role.REGULATOR])
def test_who_does_not_run_the_survey_may_not_look(
    app: Flask, services: Services, field: Field, role: Role
) -> None:
    client = signed_in(app, services, role)
    assert client.get("/staff/surveys/").status_code == 403
    for path in (
        "",
        "/tables.csv",
        "/responses.csv",
        "/charts/en/water.svg",
        "/charts/en/water.png",
    ):
        assert client.get(f"/staff/surveys/{field.round_id}{path}").status_code == 403, path


def test_a_round_without_results_says_when_they_come(
    app: Flask, services: Services, field: Field
) -> None:
    field.close()
    fresh = Field(services.database, services.vault)
    client = signed_in(app, services, Role.OPERATOR)
    assert "once 10 people" in client.get(f"/staff/surveys/{fresh.round_id}").text
    assert client.get(f"/staff/surveys/{fresh.round_id}/tables.csv").status_code == 404


def test_commands_close_and_export(
    app: Flask, services: Services, field: Field, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("export") / "new"
    runner = app.test_cli_runner()
    field.begin("late")
    closed = runner.invoke(args=["surveys", "close", "junin"])
    assert closed.exit_code == 0
    ends = services.clock() + dt.timedelta(hours=1)
    assert f"{ends:%Y-%m-%d %H:%M} UTC" in closed.output
    assert runner.invoke(args=["surveys", "close", "junin"]).exit_code == 1
    exported = runner.invoke(args=["surveys", "export", "junin", "--to", str(folder)])
    assert exported.exit_code == 0, exported.output
    assert {path.name for path in folder.iterdir()} == {
        "junin-perception-1-tables.csv",
        "junin-perception-1-responses-not-for-publication.csv",
    }
    assert runner.invoke(args=["surveys", "export", "none", "--to", str(folder)]).exit_code == 1
