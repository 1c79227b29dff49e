"""A release: made by one, approved by another, taken home, read by other programs, verified."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import openpyxl
import pyreadstat
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from programmes.models import ProgrammeRow, ProgrammeVersion
from staff import operations as staff_operations
from staff.models import ApiToken, AuditEntry
from staff.pages import register
from staff.values import Affiliation, Role
from staff.web import Entry, init, protect, public
from storage.services import Services
from surveys import snapshots
from surveys.commands import surveys as commands
from surveys.release import ddi, pages
from surveys.release.archive import MANIFEST, verify
from surveys.values import DONT_KNOW
from tests.surveys.people import NOW, Field

PASSWORD = "correct horse battery"
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8">'
    '<rect width="4" height="4"/></svg>'
)
METHOD = {
    "sponsor": "=1+1",
    "population": "Vecinas y vecinos de La Oroya",
    "contact": "datos@example.org",
    "language": "es",
}


@pytest.fixture
def field(services: Services, monkeypatch: pytest.MonkeyPatch) -> Field:
    monkeypatch.setattr(snapshots, "chart", lambda figure, labels: PICTURE)
    with services.database.writing() as connection:
        for slug in ("junin", "other"):
            connection.execute(
                insert(ProgrammeVersion).values(hash=slug, slug=slug, content={}, loaded_at=NOW)
            )
            connection.execute(insert(ProgrammeRow).values(slug=slug, version=slug))
    field = Field(services.database, services.vault)
    for number in range(14):
        gender = "woman" if number < 8 else "man"
        trust = ("trust_yes", "trust_no", DONT_KNOW)[number % 3]
        field.finish(f"p{number}", gender=gender, trust=trust)
    return field


def end(services: Services, field: Field) -> None:
    field.close()
    snapshots.renew_snapshot(services.database, round_id=field.round_id, now=NOW, rng=Random(1))


@pytest.fixture
def app(services: Services, field: Field) -> Flask:
    app = Flask("small", static_folder=None)
    app.config.update(TESTING=True, SECRET_KEY="k" * 32, WTF_CSRF_ENABLED=False)
    app.extensions["rimay"] = services
    init(app, public_url="http://localhost")
    register(app)
    entry = Entry("releases.index", lambda: "Releases", "x")
    protect(app, pages.releases, roles=pages.ROLES, entry=entry)
    public(app, pages.api)
    app.cli.add_command(commands)
    return app


def signed_in(app: Flask, role: Role, name: str, *, programme: str = "junin") -> FlaskClient:
    with app.extensions["rimay"].database.writing() as connection:
        staff_operations.add_account(
            connection,
            email=f"{name}@example.org",
            password=PASSWORD,
            role=role,
            programme=programme,
            affiliation=Affiliation.STATE,
            language="en",
            now=NOW,
        )
    client = app.test_client()
    given = {"email": f"{name}@example.org", "password": PASSWORD}
    assert client.post("/staff/sign-in", data=given).status_code == 303
    return client


def made(maker: FlaskClient, field: Field) -> str:
    """A release, by its id."""
    answer = maker.post(f"/staff/releases/rounds/{field.round_id}", data=METHOD)
    assert answer.status_code == 303, answer.text
    page = maker.get("/staff/releases/").text
    return page.split('.zip"')[0].rsplit("/", 1)[1]


def test_nobody_alone_lets_a_release_out(app: Flask, services: Services, field: Field) -> None:
    maker = signed_in(app, Role.SUPERVISOR, "maker")
    early = maker.post(f"/staff/releases/rounds/{field.round_id}", data=METHOD)
    assert early.status_code == 303
    assert "has not ended yet" in maker.get("/staff/releases/").text
    end(services, field)
    release = made(maker, field)
    regulator = signed_in(app, Role.REGULATOR, "regulator")
    assert release not in regulator.get("/staff/releases/").text
    looks = ("", ".zip", "/charts/en/water.svg", "/charts/en/water.png")
    for path in looks:
        assert regulator.get(f"/staff/releases/{release}{path}").status_code == 404, path
    assert regulator.post(f"/staff/releases/{release}/approve").status_code == 403
    maker.post(f"/staff/releases/{release}/approve")
    assert "does not approve it" in maker.get("/staff/releases/").text
    assert regulator.get(f"/staff/releases/{release}.zip").status_code == 404
    other = signed_in(app, Role.OPERATOR, "other")
    other.post(f"/staff/releases/{release}/approve")
    for path in looks:
        assert regulator.get(f"/staff/releases/{release}{path}").status_code == 200, path
    shown = regulator.get(f"/staff/releases/{release}").text
    assert "no statistical sample" in shown
    assert "data-cell" in shown
    assert f"/staff/releases/{release}/charts/en/water.svg" in shown
    assert "/staff/surveys" not in shown, "a link to where she may not go"
    elsewhere = signed_in(app, Role.OPERATOR, "elsewhere", programme="other")
    for path in (release, f"{release}.zip", f"{release}/approve"):
        method = elsewhere.post if path.endswith("approve") else elsewhere.get
        assert method(f"/staff/releases/{path}").status_code == 404
    other.post(f"/staff/releases/{release}/withdraw", data={"reason": ""})
    assert regulator.get(f"/staff/releases/{release}.zip").status_code == 200
    other.post(f"/staff/releases/{release}/withdraw", data={"reason": "A wrong label"})
    for path in looks:
        assert regulator.get(f"/staff/releases/{release}{path}").status_code == 404, path
    other.post(f"/staff/releases/{release}/approve")
    assert regulator.get(f"/staff/releases/{release}.zip").status_code == 404
    with services.database.reading() as connection:
        actions = set(connection.execute(select(AuditEntry.action)).scalars())
    assert {"release_made", "release_approved", "release_downloaded"} <= actions
    assert "release_chart_downloaded" in actions
    assert "release_withdrawn" in actions


@pytest.mark.parametrize("name", ["sponsor", "population", "contact", "language"])
def test_a_method_with_a_hole_is_no_release(
    app: Flask, services: Services, field: Field, name: str
) -> None:
    end(services, field)
    maker = signed_in(app, Role.SUPERVISOR, "maker")
    answer = maker.post(f"/staff/releases/rounds/{field.round_id}", data={**METHOD, name: " "})
    assert answer.status_code == 422
    assert "No release yet" in answer.text


def unpacked(client: FlaskClient, release: str) -> dict[str, bytes]:
    content = client.get(f"/staff/releases/{release}.zip").data
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_every_format_says_the_same(
    app: Flask, services: Services, field: Field, tmp_path: Path
) -> None:
    end(services, field)
    maker = signed_in(app, Role.SUPERVISOR, "maker")
    held = unpacked(maker, made(maker, field))
    name = "junin-perception-release-1"

    rows = list(csv.DictReader(io.StringIO(held[f"{name}-rows.csv"].decode("utf-8-sig"))))
    assert len(rows) == 14
    tables = list(csv.DictReader(io.StringIO(held[f"{name}-tables.csv"].decode("utf-8-sig"))))
    assert {"suppressed"} < {each["count"] for each in tables}
    assert all("no es una muestra estadística" in each["notice"] for each in tables)

    (tmp_path / "rows.sav").write_bytes(held[f"{name}-rows.sav"])
    frame, meta = pyreadstat.read_sav(
        str(tmp_path / "rows.sav"), user_missing=True, output_format="polars"
    )
    labels = meta.variable_value_labels["trust"]
    spoken = {"trust yes": "trust_yes", "trust no": "trust_no", "No sabe": DONT_KNOW}
    assert [spoken[labels[code]] for code in frame["trust"]] == [row["trust"] for row in rows]
    assert list(frame["id"]) == [row["id"] for row in rows]
    assert meta.missing_ranges["trust"] == [{"lo": -9.0, "hi": -5.0}]
    assert {code for code, label in labels.items() if label == "No sabe"} == {-8.0}
    # Everybody said that the water is good: said of everybody, it would be known of each.
    assert set(frame["water"]) == {-6.0}

    book = openpyxl.load_workbook(io.BytesIO(held[f"{name}.xlsx"]))
    assert book.sheetnames == ["Datos", "Filas", "Códigos", "Método", "Oculto"]
    method = {row[0].value: row[1].value for row in book["Método"].iter_rows(min_row=2)}
    assert method["Quién encarga la encuesta"] == "=1+1"
    assert {cell.data_type for sheet in book for line in sheet for cell in line} <= {"s", "n"}
    assert book["Filas"].max_row == 15

    document = ElementTree.fromstring(held[f"{name}-codebook.xml"])  # noqa: S314  # our own
    space = {"d": ddi.NAMESPACE}
    names = [each.get("name") for each in document.findall(".//d:var", space)]
    assert names == ["gender", "language", "water", "work", "trust"]
    assert document.findtext(".//d:universe", namespaces=space) == METHOD["population"]
    codes = {
        each.findtext("d:catValu", namespaces=space): each.get("missing")
        for each in document.findall(".//d:var[@name='trust']/d:catgry", space)
    }
    assert codes == {"1": "N", "2": "N", "-8": "Y", "-9": "Y"}

    package = json.loads(held[f"{name}-flow-results.json"])
    (resource,) = package["resources"]
    lines = json.loads(held[resource["path"]])
    questions = resource["schema"]["questions"]
    assert [field["name"] for field in resource["schema"]["fields"]] == [
        *("timestamp", "row_id", "contact_id", "question_id", "response", "response_metadata")
    ]
    assert len({line[1] for line in lines}) == len(lines)
    for line in lines:
        assert len(line) == 6
        assert line[4] in questions[line[3]]["type_options"]["choices"]
    told = sorted((line[2], line[4]) for line in lines if line[3] == "trust")
    assert told == sorted((row["id"], row["trust"]) for row in rows)

    sidecar = json.loads(held[f"{name}.json"])
    assert sidecar["results"]["finished"] == 14
    assert held["charts/trust.png"].startswith(b"\x89PNG")
    assert "no es una muestra" in " ".join(
        re.findall(r">([^<>]+)</text>", held["charts/trust.svg"].decode())
    )


def test_an_archive_that_was_touched_is_found_out(
    app: Flask, services: Services, field: Field, tmp_path: Path
) -> None:
    end(services, field)
    maker = signed_in(app, Role.SUPERVISOR, "maker")
    release = made(maker, field)
    content = maker.get(f"/staff/releases/{release}.zip").data
    path = tmp_path / "release.zip"
    path.write_bytes(content)
    run = app.test_cli_runner()
    good = run.invoke(args=["surveys", "verify", str(path)])
    assert good.exit_code == 0
    key = run.invoke(args=["surveys", "key"]).output.strip()
    assert f"[ok] junin-perception-release-1, signed by {key}" in good.output
    foreign = run.invoke(args=["surveys", "verify", str(path), "--key", "A" * 43 + "="])
    assert foreign.exit_code == 1
    assert "another key" in foreign.output

    def changed(**files: bytes | None) -> tuple[str, ...]:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
            for name in {*old.namelist(), *files}:
                data = files.get(name, old.read(name) if name in old.namelist() else None)
                if data is not None:
                    new.writestr(name, data)
        return verify(out.getvalue(), signed_by=key).faults

    tables = "junin-perception-release-1-tables.csv"
    assert changed() == ()
    assert changed(**{tables: b"x"}) == (f"{tables} was changed",)
    assert changed(**{tables: None}) == (f"{tables} is missing",)
    assert changed(**{"more.csv": b"x"}) == ("more.csv is not in the manifest",)
    manifest = json.loads(zipfile.ZipFile(path).read(MANIFEST))
    manifest["made_on"] = "2020-01-01"
    assert changed(**{MANIFEST: json.dumps(manifest).encode()}) == (
        "the signature does not fit the manifest",
    )
    assert verify(b"PK\x03\x04 nothing").faults
    assert verify(content[: len(content) // 2]).faults


def test_a_program_fetches_what_its_owner_may_see(
    app: Flask, services: Services, field: Field
) -> None:
    end(services, field)
    maker = signed_in(app, Role.SUPERVISOR, "maker")
    release = made(maker, field)
    regulator = signed_in(app, Role.REGULATOR, "regulator")
    page = regulator.post("/staff/releases/tokens").text
    token = page.split('id="token">')[1].split("<")[0]
    assert token not in regulator.get("/staff/releases/tokens").text
    program = app.test_client()
    bearer = {"Authorization": f"Bearer {token}"}
    assert program.get("/api/releases", headers=bearer).json == {"releases": []}
    assert program.get(f"/api/releases/{release}.zip", headers=bearer).status_code == 404
    signed_in(app, Role.OPERATOR, "other").post(f"/staff/releases/{release}/approve")
    (listed,) = program.get("/api/releases", headers=bearer).get_json()["releases"]
    assert (listed["number"], listed["survey"]) == (1, "perception")
    fetched = program.get(listed["address"], headers=bearer)
    assert verify(fetched.data).faults == ()
    for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {token}"}):
        refused = program.get("/api/releases", headers=wrong)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"
    with services.database.reading() as connection:
        kept = connection.execute(select(ApiToken)).one()
    assert token not in str(tuple(kept))
    mine = regulator.get("/staff/releases/tokens").text
    revoke = mine.split('/revoke"')[0].rsplit('"', 1)[1]
    maker.post(f"{revoke}/revoke")
    assert program.get("/api/releases", headers=bearer).status_code == 200, "not hers to revoke"
    regulator.post(f"{revoke}/revoke")
    assert program.get("/api/releases", headers=bearer).status_code == 401
