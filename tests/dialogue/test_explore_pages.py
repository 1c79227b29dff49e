"""The programme's page and commands: what is found is shown, the map is seen and taken home."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import programme_pages
from app.editor import pages as editor_pages
from app.examining import Examiner
from app.programme_commands import check, draw_map
from library.prompts import Prompts
from programmes import operations
from programmes.values import Programme
from staff import operations as staff_operations
from staff.pages import register
from staff.values import Affiliation, Role
from staff.web import Entry, init, protect
from storage.services import Services
from tests.dialogue.exploring import reworded, wordings_of
from tests.servers import ROOT
from tests.staff.people import PASSWORD

JUNIN = ROOT / "programmes" / "junin"


@pytest.fixture
def app(services: Services, prompts: Prompts) -> Flask:
    app = Flask("small", static_folder=None)
    app.config.update(TESTING=True, SECRET_KEY="k" * 32, WTF_CSRF_ENABLED=False)
    app.extensions["rimay"] = services
    app.extensions["examiner"] = Examiner(
        wordings=wordings_of, prompts=prompts, clock=services.clock
    )
    init(app, public_url="http://localhost")
    register(app)
    entry = Entry("programme.index", lambda: "Programme", "diagram-3")
    protect(app, programme_pages.programme, roles=programme_pages.ROLES, entry=entry)
    editor_pages.register(app)
    app.cli.add_command(check)
    app.cli.add_command(draw_map)
    return app


def load(services: Services, programme: Programme) -> None:
    with services.database.writing() as connection:
        operations.load(connection, programme, now=services.clock())


def signed_in(app: Flask, services: Services, role: Role) -> FlaskClient:
    with services.database.writing() as connection:
        staff_operations.add_account(
            connection,
            email=f"{role}@example.org",
            password=PASSWORD,
            role=role,
            programme="junin",
            affiliation=Affiliation.INDEPENDENT,
            language="en",
            now=services.clock(),
        )
    client = app.test_client()
    client.post("/staff/sign-in", data={"email": f"{role}@example.org", "password": PASSWORD})
    return client


def test_what_is_wrong_is_shown_with_the_way_to_it(
    app: Flask, services: Services, junin: Programme
) -> None:
    load(services, reworded(junin, "quy", option_water=""))
    page = signed_in(app, services, Role.EDITOR).get("/staff/programme/").text
    assert 'data-rule="no_words"' in page
    assert "<code>option.water</code>" in page
    assert "menu → support → question" in page
    assert "must be mended" in page


def test_the_map_is_seen_and_taken_home(app: Flask, services: Services, junin: Programme) -> None:
    load(services, junin)
    client = signed_in(app, services, Role.OPERATOR)
    page = client.get("/staff/programme/?language=quy").text
    assert "/staff/programme/map/quy/1.svg" in page
    sheet = client.get("/staff/programme/map/quy/1.svg")
    assert sheet.mimetype == "image/svg+xml"
    assert "Somebody calls or writes" in sheet.text
    whole = client.get("/staff/programme/map/es.svg")
    assert whole.headers["Content-Disposition"] == 'attachment; filename="junin-es.svg"'
    paper = client.get("/staff/programme/map/es.pdf")
    assert paper.data.startswith(b"%PDF-")
    for astray in ("xx.svg", "xx.pdf", "xx/1.svg", "es/0.svg", "es/999.svg"):
        assert client.get(f"/staff/programme/map/{astray}").status_code == 404


@pytest.mark.parametrize("role", sorted(set(Role) - programme_pages.ROLES))
def test_others_do_not_see_it(app: Flask, services: Services, junin: Programme, role: Role) -> None:
    load(services, junin)
    client = signed_in(app, services, role)
    for path in ("/staff/programme/", "/staff/programme/map/es.pdf"):
        assert client.get(path).status_code == 403


def test_a_folder_is_checked(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["check", str(JUNIN)])
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[-1].startswith("junin: 2 languages, ")
    assert " 0 errors" in done.output or "nothing wrong" in done.output


def test_a_folder_with_an_error_fails(app: Flask, tmp_path: Path) -> None:
    for file in JUNIN.glob("*.yaml"):
        long = " ".join(["muy"] * 200)
        text = file.read_text("utf-8").replace("Para hablar del agua,", f"{long} agua,")
        (tmp_path / file.name).write_text(text, "utf-8")
    done = app.test_cli_runner().invoke(args=["check", str(tmp_path)])
    assert done.exit_code == 1
    assert "error: menu → support → question: option.water (es): " in done.output


def test_a_map_is_drawn_to_a_file(app: Flask, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    for name, head in (("map.svg", b"<svg"), ("map.pdf", b"%PDF-")):
        to = tmp_path / name
        done = runner.invoke(args=["map", str(JUNIN), "--language", "quy", "--to", str(to)])
        assert done.exit_code == 0, done.output
        assert to.read_bytes().startswith(head)
    for args in (["--language", "xx", "--to", "m.svg"], ["--language", "es", "--to", "m.png"]):
        assert runner.invoke(args=["map", str(JUNIN), *args]).exit_code == 2
