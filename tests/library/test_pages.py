"""The prompt bank as an editor's browser meets it."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from library import jobs, operations, queries
from library.prompts import Play, Prompts
from library.sheets import HEADINGS
from staff.models import AuditEntry
from staff.web import undeclared
from storage import loudness, sound
from storage.services import Services
from tests.library.archiving import zipped
from tests.library.people import DAY, KEYS, NOW, PASSWORD, Team, place, spoken


def signed_in(app: Flask, name: str = "ana") -> FlaskClient:
    client = app.test_client()
    form = {"email": f"{name}@example.org", "password": PASSWORD}
    assert client.post("/staff/sign-in", data=form).status_code == 303
    return client


@pytest.fixture
def ana(app: Flask) -> FlaskClient:
    return signed_in(app)


def page(client: FlaskClient, path: str) -> str:
    response = client.get(f"/staff/prompts{path}")
    assert response.status_code == 200
    return response.text


def keep(client: FlaskClient, key: str, content: bytes = b"", **form: object) -> TestResponse:
    data: dict[str, object] = {"speaker": "Rosa Quispe", "consent": "yes", **form}
    if content:
        data["recording"] = (io.BytesIO(content), "voice.wav")
    return client.post(
        f"/staff/prompts/quy/{key}/recording",
        data=data,
        content_type="multipart/form-data",
        follow_redirects=True,
    )


def current(team: Team, key: str, tag: str = "quy") -> str:
    with team.services.database.reading() as connection:
        found = queries.current_version(connection, place(key, tag))
    assert found is not None
    return found.id


def approve(client: FlaskClient, team: Team, key: str, **form: str) -> TestResponse:
    return client.post(
        f"/staff/prompts/quy/{key}/approve",
        data={"version": current(team, key), **form},
        follow_redirects=True,
    )


def test_every_page_says_who_may_open_it(app: Flask) -> None:
    assert undeclared(app) == []
    assert signed_in(app, "beto").get("/staff/prompts").status_code == 200
    assert signed_in(app, "zoe").get("/staff/prompts").status_code == 403


def test_progress_of_every_language_recorded_or_to_come(
    ana: FlaskClient, team: Team, services: Services
) -> None:
    team.approves("greeting", team.records("greeting"))
    with services.database.writing() as connection:
        operations.count_unmet(connection, programme="valle", language="quy", day=DAY)
    front = page(ana, "")
    assert "1 of 4 are heard recorded" in front
    assert "In the last 30 days 1 conversations met" in front
    for name in ("Castellano", "Runasimi", "Quechua wanka", "Quechua de Jauja"):
        assert name in front
    assert front.count("Not offered to callers yet") == 4


def test_filters(ana: FlaskClient, team: Team) -> None:
    team.records("greeting")

    def keys(query: str) -> list[str]:
        return re.findall(
            r'class="prompt-link" href="/staff/prompts/quy/([^"]+)"', page(ana, query)
        )

    assert keys("/quy") == ["greeting", "option.water", "message.rights", "support.notice"]
    assert keys("/quy?state=recorded") == ["greeting"]
    assert len(keys("/quy?state=missing")) == 3
    assert keys("/quy?text=DERECHOS") == ["message.rights"], "Spanish words find it too"
    assert keys("/quy?state=approved") == []
    assert len(keys("/quy?page=99&state=nonsense")) == 4
    assert ana.get("/staff/prompts/xx").status_code == 404
    assert ana.get("/staff/prompts/quy/no.such").status_code == 404


def test_a_recording_is_kept_approved_and_heard(
    ana: FlaskClient, team: Team, prompts: Prompts
) -> None:
    kept = keep(ana, "greeting", spoken(level=-30))
    assert "To be approved" in kept.text
    assert "Rosa Quispe" in kept.text
    address = re.search(r'src="(/staff/prompts/quy/greeting/sound\?version=[^"]+)"', kept.text)
    assert address is not None
    heard = ana.get(address[1]).data
    assert loudness.speech_level(heard) == pytest.approx(loudness.SPEECH, abs=0.5)
    assert "Callers hear it within seconds" in approve(ana, team, "greeting").text
    found = prompts.sound(team.reach.wordings, "greeting", "quy", slug="valle").source
    assert isinstance(found, Play)
    assert prompts.audio("greeting", "quy", found.version, texts=()) == heard
    with team.services.database.reading() as connection:
        actions = connection.execute(
            select(AuditEntry.action).where(AuditEntry.subject.like("prompt:%"))
        ).scalars()
        assert set(actions) == {"prompt_recorded", "prompt_approved"}


def test_legal_content_waits_for_a_second_person(
    app: Flask, ana: FlaskClient, team: Team, prompts: Prompts
) -> None:
    keep(ana, "message.rights", spoken())
    assert "two people approve it" in page(ana, "/quy/message.rights")
    assert "A second person must approve it too" in approve(ana, team, "message.rights").text
    assert "You have approved it already" in approve(ana, team, "message.rights").text
    assert prompts.recorded("message.rights", "quy", "valle") is None
    assert "within seconds" in approve(signed_in(app, "beto"), team, "message.rights").text
    assert prompts.recorded("message.rights", "quy", "valle")


def test_consent_and_a_good_take_are_needed(ana: FlaskClient, team: Team) -> None:
    assert "Say who speaks" in keep(ana, "greeting", spoken(), speaker="  ").text
    assert "Record it, or choose" in keep(ana, "greeting").text
    assert "not a sound recording" in keep(ana, "greeting", b"words").text
    assert "It is silent" in keep(ana, "greeting", spoken(level=-70)).text
    with team.services.database.reading() as connection:
        assert queries.current_version(connection, place("greeting")) is None


def test_a_take_is_heard_as_8_khz_before_it_is_kept(
    app: Flask, ana: FlaskClient, team: Team
) -> None:
    def take(content: bytes) -> TestResponse:
        return ana.post(
            "/staff/prompts/quy/greeting/takes",
            data={"recording": (io.BytesIO(content), "voice.webm")},
            content_type="multipart/form-data",
        )

    refused = take(spoken(level=-70))
    assert refused.status_code == 422
    assert "silent" in (refused.json or {})["problem"]
    made = take(spoken()).json or {}
    wav = ana.get(made["sound"]).data
    assert sound.seconds(wav) == made["seconds"] == 1.5
    assert signed_in(app, "beto").get(made["sound"]).status_code == 404
    assert ana.get(made["sound"].replace("greeting", "option.water")).status_code == 404
    keep(ana, "greeting", take=made["take"])
    version = current(team, "greeting")
    address = f"/staff/prompts/quy/greeting/sound?version={version}"
    assert ana.get(address).data == wav


def test_words_are_changed_and_their_faults_named(ana: FlaskClient, team: Team) -> None:
    def change(key: str, **form: str) -> TestResponse:
        return ana.post(f"/staff/prompts/quy/{key}/words", data=form, follow_redirects=True)

    changed = change(
        "greeting", say="  Allin’ \n p’unchaw ", back_translation="Buen día", reviewer="Teófila"
    )
    assert "Allin&#39; p&#39;unchaw" in changed.text, "one space, straight apostrophes"
    assert "Teófila" in changed.text
    again = change("greeting", say="Otra cosa.")
    assert again.status_code == 409
    assert "Otra cosa." in again.text, "what was written is not lost"
    assert change("greeting", say="Código {code}").status_code == 422
    assert change("greeting", say=" ").status_code == 422
    assert "same words in braces" in change("support.notice", say="Uyariy", text="Uyariy").text
    assert change("support.notice", say="Uyariy", text="Uyariy {code}").status_code == 200


def test_back_to_an_earlier_version(ana: FlaskClient, team: Team, prompts: Prompts) -> None:
    keep(ana, "greeting", spoken())
    approve(ana, team, "greeting")
    first, old = current(team, "greeting"), prompts.recorded("greeting", "quy", "valle")
    keep(ana, "greeting", spoken(frequency=500))
    approve(ana, team, "greeting")
    assert prompts.recorded("greeting", "quy", "valle") != old
    restored = ana.post(
        "/staff/prompts/quy/greeting/restore", data={"version": first}, follow_redirects=True
    )
    assert "Callers hear it within seconds" in restored.text
    assert prompts.recorded("greeting", "quy", "valle") == old
    ana.post("/staff/prompts/quy/greeting/restore")
    assert prompts.recorded("greeting", "quy", "valle") is None
    wrong = {"version": "0" * 32}
    assert ana.post("/staff/prompts/quy/greeting/restore", data=wrong).status_code == 404


def test_on_to_the_next(ana: FlaskClient, team: Team) -> None:
    assert "/option.water/" in keep(ana, "greeting", spoken(), next="yes").text
    keep(ana, "option.water", spoken())
    following = approve(ana, team, "greeting", next="yes")
    assert "/option.water/approve" in following.text
    assert 'value="Rosa Quispe"' in following.text, "her name is given once"


def test_a_folder_is_handed_in_and_its_progress_seen(
    ana: FlaskClient, team: Team, services: Services
) -> None:
    files = [
        (io.BytesIO(spoken()), "sala/quy/greeting.wav"),
        (io.BytesIO(b"words"), "sala/option.water.wav"),
    ]
    form = {"language": "quy", "speaker": "Rosa", "consent": "yes", "files": files}
    handed = ana.post("/staff/prompts/uploads", data=form, content_type="multipart/form-data")
    assert handed.status_code == 303
    assert "Waiting for its turn" in ana.get(handed.location).text
    jobs.take_uploads(services, lambda _: KEYS)
    numbers = ana.get(f"{handed.location}/progress").json or {}
    assert (numbers["total"], numbers["taken"], numbers["refused"]) == (2, 1, 1)
    assert numbers["is_over"]
    done = ana.get(handed.location).text
    assert "option.water.wav" in done
    assert "not a sound recording" in done
    assert ana.get("/staff/prompts/uploads/nothing").status_code == 404


def test_an_archive_may_be_larger_than_a_page(
    app: Flask, ana: FlaskClient, services: Services
) -> None:
    large = zipped({"greeting.wav": spoken(), "a.txt": bytes(range(256)) * 80_000}, compression=0)
    assert len(large) > app.config["MAX_CONTENT_LENGTH"]
    form = {"language": "quy", "speaker": "Rosa", "consent": "yes"}

    def post(path: str, field: str) -> TestResponse:
        file = FileStorage(io.BytesIO(large), "voces.zip")
        boundary, body = encode_multipart({**form, field: file})
        kind = f"multipart/form-data; boundary={boundary}"
        return ana.post(f"/staff/prompts/{path}", data=body, content_type=kind)

    handed = post("uploads", "files")
    assert "voces.zip" in ana.get(handed.location).text
    assert post("quy/greeting/recording", "recording").status_code == 413


def test_an_upload_without_consent_is_refused(ana: FlaskClient) -> None:
    form = {"language": "quy", "speaker": "Rosa", "files": (io.BytesIO(b"x"), "a.zip")}
    said = ana.post(
        "/staff/prompts/uploads",
        data=form,
        content_type="multipart/form-data",
        follow_redirects=True,
    )
    assert "Say who speaks" in said.text


def sheet_with(ana: FlaskClient, new: dict[str, str]) -> bytes:
    book = load_workbook(io.BytesIO(ana.get("/staff/prompts/sheets/quy.xlsx").data))
    rows = book["quy"]
    for row in rows.iter_rows(min_row=2):
        row[4].value = new.get(str(row[0].value))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def compare(client: FlaskClient, content: bytes, tag: str = "quy") -> TestResponse:
    return client.post(
        f"/staff/prompts/sheets/{tag}",
        data={"sheet": (io.BytesIO(content), "review.xlsx")},
        content_type="multipart/form-data",
        follow_redirects=True,
    )


def test_a_review_sheet_goes_out_and_comes_back(ana: FlaskClient, team: Team) -> None:
    out = load_workbook(io.BytesIO(ana.get("/staff/prompts/sheets/quy.xlsx").data))["quy"]
    rows = [tuple(cell.value for cell in row) for row in out.iter_rows()]
    assert rows[0] == HEADINGS
    assert rows[1][:4] == (
        "greeting", "At the start of every call", "Le saluda el valle.", "Rimaykullayki.",
    )  # fmt: skip
    content = sheet_with(
        ana, {"greeting": "Allinllachu", "option.water": "Yakumanta", "support.notice": "{code}"}
    )
    team.words("option.water", "Yaku", after=None)
    diff = compare(ana, content).text
    assert "<del>Rimaykullayki.</del>" in diff
    assert "were changed since the sheet was downloaded" in diff
    assert "Spoken words hold nothing in braces" in diff
    with team.services.database.reading() as connection:
        assert queries.current_version(connection, place("greeting")) is None, "nothing yet"
    token = re.search(r'name="sheet" value="([^"]+)"', diff)
    assert token is not None
    done = ana.post(
        "/staff/prompts/sheets/quy/confirm",
        data={
            "sheet": token[1],
            "row": ["greeting|say", "support.notice|say"],
            "reviewer": "Teófila",
        },
        follow_redirects=True,
    )
    assert "1 prompts have new words" in done.text
    with team.services.database.reading() as connection:
        found = queries.current_version(connection, place("greeting"))
        water = queries.current_version(connection, place("option.water"))
    assert found is not None
    assert (found.say, found.reviewer, found.is_live) == ("Allinllachu", "Teófila", False)
    assert water is not None
    assert water.say == "Yaku", "it was not ticked"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "not a spreadsheet"),
        (b"a,b,c", "not a spreadsheet"),
        (zipped({"xl/workbook.xml": b"<broken"}), "not a spreadsheet"),
        (zipped({"xl/workbook.xml": bytes(70_000_000)}), "too large"),
    ],
)
def test_a_bad_sheet_is_refused_with_its_reason(
    ana: FlaskClient, content: bytes, problem: str
) -> None:
    assert problem in compare(ana, content).text


def test_a_sheet_of_another_language_or_shape_is_refused(ana: FlaskClient) -> None:
    content = sheet_with(ana, {"greeting": "Allinllachu"})
    assert "of another language" in compare(ana, content, "qvw").text
    assert "empty, or repeats" in compare(ana, sheet_with(ana, {})).text
    book = load_workbook(io.BytesIO(content))
    book["quy"].delete_rows(1)
    headless = io.BytesIO()
    book.save(headless)
    assert "headings" in compare(ana, headless.getvalue()).text


def test_an_override_is_shown_until_it_is_over(
    ana: FlaskClient, team: Team, services: Services
) -> None:
    with services.database.writing() as connection:
        operations.allow_unrecorded(
            connection,
            programme="valle",
            language_tag="es",
            name="Ana Rojas",
            reason="The studio opens in May",
            now=NOW,
        )
    assert "The studio opens in May" in page(ana, "")
    for key in KEYS:
        version = team.records(key, "es", frequency=300 + len(key))
        if key == "message.rights":
            team.approves(key, version, "es", account=team.beto)
        if key != KEYS[-1]:
            team.approves(key, version, "es")
    assert "The studio opens in May" in page(ana, "")
    last = current(team, KEYS[-1], "es")
    ana.post(f"/staff/prompts/es/{KEYS[-1]}/approve", data={"version": last})
    assert "The studio opens in May" not in page(ana, "")
    with services.database.reading() as connection:
        assert queries.overrides(connection, "valle") == []


def test_days_are_those_of_the_district(ana: FlaskClient, team: Team, services: Services) -> None:
    services.clock.advance(dt.timedelta(hours=12))  # type: ignore[attr-defined]
    keep(ana, "greeting", spoken())
    with services.database.reading() as connection:
        found = queries.current_version(connection, place("greeting"))
    assert found is not None
    assert found.speaker is not None
    assert found.speaker.consented_on == DAY, "at 22:00 in Lima it is still the same day"
