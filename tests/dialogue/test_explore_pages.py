"""The programme's page and commands: what is found is shown, the map is seen and taken home."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import expect
from sqlalchemy import insert

from app import programme_pages
from app.editor import pages as editor_pages
from app.examining import Examiner
from app.programme_commands import check, draw_map
from dialogue.keys import spoken_keys
from dialogue.models import Heard, Left
from library import pages as library_pages
from library.operations import allow_unrecorded
from library.prompts import Prompts
from programmes import operations
from programmes.content import from_content, to_content
from programmes.values import Programme
from staff import operations as staff_operations
from staff.pages import register
from staff.values import Affiliation, Role
from staff.web import Entry, init, protect
from storage.database import Database
from storage.services import Services
from tests.browsing import chromium, serving
from tests.dialogue.exploring import reworded, wordings_of
from tests.servers import ROOT
from tests.staff.people import PASSWORD

JUNIN = ROOT / "programmes" / "junin"


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """What is drawn and listed does not depend on the engine."""
    return sqlite_database


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
    library_pages.register(app, keys=spoken_keys, prompts=prompts)
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
    assert "anywhere → question" in page
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


def test_the_sheets_of_a_map_are_drawn_together_and_once(app: Flask, junin: Programme) -> None:
    examiner: Examiner = app.extensions["examiner"]
    examined = examiner.examine(junin)
    sheets = examiner.sheets(examined, language="es", reading="es")
    assert examiner.sheets(examined, language="es", reading="es") is sheets
    assert examiner.sheets(examined, language="quy", reading="es") != sheets
    assert examiner.sheets(examined, language="es", reading="en") != sheets


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
    assert "error: anywhere → question: option.water (es): " in done.output


def test_a_map_is_drawn_to_a_file(app: Flask, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    for name, head in (("map.svg", b"<svg"), ("map.pdf", b"%PDF-")):
        to = tmp_path / name
        done = runner.invoke(args=["map", str(JUNIN), "--language", "quy", "--to", str(to)])
        assert done.exit_code == 0, done.output
        assert to.read_bytes().startswith(head)
    for args in (["--language", "xx", "--to", "m.svg"], ["--language", "es", "--to", "m.png"]):
        assert runner.invoke(args=["map", str(JUNIN), *args]).exit_code == 2


def test_what_stops_it_from_going_live_is_listed(
    app: Flask, services: Services, junin: Programme
) -> None:
    load(services, junin)
    client = signed_in(app, services, Role.EDITOR)
    page = client.get("/staff/programme/").text
    assert 'data-stops="yes"' in page
    assert 'data-lacks="number"' in page
    assert 'data-lacks="case_manager"' in page
    assert "No machine reads this language to callers" in page, "of Quechua"
    assert "/staff/prompts/quy/greeting" in page, "each of them is a link to where it is recorded"
    assert 'data-lacks="my_case"' not in page


def test_whoever_stands_for_the_voice_of_the_carrier_is_named_until_it_is_over(
    app: Flask, services: Services, junin: Programme
) -> None:
    load(services, junin)
    with services.database.writing() as connection:
        allow_unrecorded(
            connection,
            programme="junin",
            language_tag="es",
            name="Rosa Quispe",
            reason="La feria es el lunes",
            now=services.clock(),
        )
    page = signed_in(app, services, Role.SUPERVISOR).get("/staff/programme/").text
    assert 'data-override="es"' in page
    assert "Rosa Quispe" in page
    assert "La feria es el lunes" in page
    assert 'data-override="quy"' not in page
    assert 'data-stops="yes"' in page, "of Quechua nobody can say so"
    assert "/staff/prompts" not in page, "a supervisor does not work on prompts"


def test_a_menu_without_a_door_for_speakers_is_told(
    app: Flask, services: Services, junin: Programme
) -> None:
    load(services, junin)
    client = signed_in(app, services, Role.EDITOR)
    told = "nobody can enter a recording code"
    assert told not in client.get("/staff/prompts/by-telephone").text
    load(services, from_content(to_content(replace(junin, menu=junin.menu[:3]))))
    assert told in client.get("/staff/prompts/by-telephone").text
    assert 'data-lacks="my_case"' in client.get("/staff/programme/").text


def test_what_is_listened_to_is_shown_in_words_and_small_counts_are_not(
    app: Flask, services: Services, junin: Programme
) -> None:
    load(services, junin)
    client = signed_in(app, services, Role.SUPERVISOR)
    assert client.get("/staff/programme/listening").text.count("Nothing to show yet.") == 2
    day = services.clock().date() - dt.timedelta(days=3)
    where = {"programme": "junin", "language": "quy", "day": day, "gender": ""}
    with services.database.writing() as connection:
        connection.execute(
            insert(Heard),
            [
                {**where, "message": each, "plays": plays, "seconds": 210, "to_the_end": 5}
                for each, plays in (("wash-hands", 10), ("gone-since", 10), ("water-rights", 4))
            ],
        )
        connection.execute(
            insert(Left),
            [
                {**where, "question": each, "asked": asked, "left": 2}
                for each, asked in (("menu.main", 8), ("support.kind", 4))
            ],
        )
    page = client.get("/staff/programme/listening").text
    lines = dict(re.findall(r'<tr data-(?:message|question)="([^"]+)">(.*?)</tr>', page, re.S))
    assert set(lines) == {"wash-hands", "gone-since", "menu.main"}, "fewer than five tell of people"
    text = {name: " ".join(re.sub("<[^>]*>", " ", line).split()) for name, line in lines.items()}
    assert "wash-hands" not in text["wash-hands"], "in its first words"
    assert text["wash-hands"].endswith("Runasimi 10 21 50 %")
    assert text["gone-since"] == "gone-since Runasimi 10 21 50 %"
    assert text["menu.main"] == "The main menu menu.main Runasimi 8 25 %"


@pytest.mark.browser
def test_on_a_narrow_screen_nothing_of_it_is_moved_sideways(
    app: Flask, services: Services, junin: Programme
) -> None:
    load(services, junin)
    client = signed_in(app, services, Role.SUPERVISOR)
    where = {"programme": "junin", "day": services.clock().date() - dt.timedelta(days=3)}
    with services.database.writing() as connection:
        connection.execute(
            insert(Heard),
            [
                {
                    **where, "language": "quy", "gender": gender, "message": "water-rights",
                    "plays": 400, "seconds": 90_000, "to_the_end": 300,
                }
                for gender in ("woman", "man")
            ],
        )  # fmt: skip
        connection.execute(
            insert(Left),
            {
                **where, "language": "es", "gender": "", "question": "support.after_recording",
                "asked": 800, "left": 20,
            },
        )  # fmt: skip
    cookie = client.get_cookie("session")
    assert cookie is not None
    with serving(app) as origin, chromium() as browser:
        page = browser.new_page(base_url=origin, viewport={"width": 360, "height": 740})
        page.context.add_cookies([{"name": "session", "value": cookie.value, "url": origin}])
        page.goto("/staff/programme/listening")
        cell = page.locator("[data-message] td").nth(1)
        expect(cell).to_be_in_viewport(ratio=1)
        assert "Played" in cell.evaluate("(it) => getComputedStyle(it, '::before').content")
        wide = "() => [...document.querySelectorAll('html, .table-responsive')].filter("
        assert page.evaluate(f"{wide} (it) => it.scrollWidth > it.clientWidth).length") == 0
