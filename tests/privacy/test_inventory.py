"""The inventory of processing: drawn from the settings, and of every table of the house."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask

from app import doctor
from app.declared import deployment_of, periods_of
from app.factory import create_app
from app.house import build
from app.settings import ROOT, Settings, SettingsError, read_settings
from app.tables import METADATA
from dialogue.turns import KEPT_FOR as TURNS_FOR
from privacy.inventory import (
    Deployment,
    Measure,
    Processor,
    Transfer,
    as_csv,
    country_of,
    inventory,
)
from privacy.processing import PROCESSINGS, Bank
from privacy.retention import Kept, Periods
from staff.values import Role
from storage.database import Database
from tests.grievances.people import World, add_manager
from tests.grievances.test_pages import signed_in

SET = {
    "RIMAY_ENV": "production",
    "PUBLIC_URL": "https://rimay.example.org",
    "SECRET_KEY": "s" * 40,
    "VAULT_KEY": "v" * 40,
    "DATABASE_URL": "sqlite:////tmp/none.sqlite",
    "MEDIA_URL": "file:///tmp/none",
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "t",
}


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Nothing here depends on the engine."""
    return sqlite_database


def settings(**more: str) -> Settings:
    return read_settings({**SET, **more})


def test_every_table_is_of_exactly_one_bank() -> None:
    claimed = Counter(table for each in PROCESSINGS for table in each.tables)
    assert {name: claimed[name] for name in METADATA.tables if claimed[name] != 1} == {}
    assert set(claimed) - set(METADATA.tables) == set(), "a table that is no more"
    assert [each.bank for each in PROCESSINGS] == list(Bank)


def test_every_class_that_the_retention_job_has_is_of_a_bank() -> None:
    assert {kept for each in PROCESSINGS for kept in each.kept} == set(Kept)
    assert [each.bank for each in PROCESSINGS if not each.kept and not each.until] == []


def test_how_long_is_what_the_job_goes_by() -> None:
    ours = settings(RIMAY_KEEP_CASES_DAYS="400", RIMAY_KEEP_CALLS_DAYS="31")
    found = {each.processing.bank: each for each in inventory(deployment_of(ours), home="PE")}
    assert (Kept.CASES, 400) in found[Bank.CASES].days
    assert found[Bank.MESSAGES].days == ((Kept.CALLS, 31),)
    assert found[Bank.CONVERSATIONS].days == ((Kept.TURNS, TURNS_FOR.days),)
    assert periods_of(ours).of(Kept.CASES) == dt.timedelta(days=400)


def test_what_is_kept_or_carried_abroad_is_a_transfer() -> None:
    twilio = Processor("Twilio", "US")
    here = Deployment(hosting_country="PE", processors=(twilio,))
    found = {each.processing.bank: each for each in inventory(here, home="PE")}
    assert found[Bank.LINES].transfers == (Transfer("Twilio", "US"),)
    assert found[Bank.CASES].transfers == (), "what is written here passes no carrier"
    abroad = inventory(Deployment(hosting_country="DE"), home="PE")
    assert {each.transfers for each in abroad} == {(Transfer("hosting", "DE"),)}
    assert country_of("America/Lima") == "PE"


@pytest.mark.parametrize(
    ("more", "carrier"),
    [
        ({}, Processor("Twilio", "US")),
        ({"TWILIO_API_URL": "https://api.example.net"}, Processor("api.example.net", None)),
        (
            {"TWILIO_API_URL": "https://api.example.net", "CARRIER_COUNTRY": "CL"},
            Processor("api.example.net", "CL"),
        ),
    ],
    ids=["twilio", "another", "declared"],
)
def test_the_carrier_is_the_one_that_is_set(more: Mapping[str, str], carrier: Processor) -> None:
    assert deployment_of(settings(**more)).processors == (carrier,)


def test_a_measure_is_told_where_it_holds() -> None:
    assert Measure.OVERWRITTEN in deployment_of(settings()).measures
    on_postgres = settings(DATABASE_URL="postgresql://u:p@127.0.0.1/none")
    assert Measure.OVERWRITTEN not in deployment_of(on_postgres).measures


@pytest.mark.parametrize("wrong", ["Peru", "pe", "XZ", "P"])
def test_a_country_is_two_letters_of_the_standard(wrong: str) -> None:
    with pytest.raises(SettingsError, match="HOSTING_COUNTRY"):
        settings(HOSTING_COUNTRY=wrong)


@pytest.fixture
def live(sqlite_url: str, valkey_url: str, tmp_path: Path) -> Flask:
    found = settings(
        DATABASE_URL=sqlite_url,
        MEDIA_URL=(tmp_path / "media").as_uri(),
        REDIS_URL=valkey_url,
        RIMAY_VAR=str(tmp_path / "var"),
    )
    return create_app(build(found))


def test_the_doctor_says_that_the_country_is_not_declared(live: Flask) -> None:
    (said,) = [each for each in doctor.examine(live.extensions["house"]) if "HOSTING" in each.text]
    assert not said.is_good
    assert not said.stops


def test_the_command_tells_it_as_text_csv_and_json(live: Flask) -> None:
    run = live.test_cli_runner()
    loaded = run.invoke(args=["programme", "load", str(ROOT / "programmes" / "junin")])
    assert loaded.exit_code == 0, loaded.output
    text = run.invoke(args=["privacy", "inventory", "--language", "en"]).output
    assert "Hosted in: not declared" in text
    assert "Transfers abroad: United States: Twilio" in text
    table = run.invoke(args=["privacy", "inventory", "--csv"]).output
    rows = list(csv.DictReader(io.StringIO(table)))
    assert len(rows) == len(PROCESSINGS)
    assert rows[0]["Banco de datos"] == "Líneas telefónicas y sus personas"
    values = json.loads(run.invoke(args=["privacy", "inventory", "--json"]).output)
    assert [each["bank"] for each in values] == list(Bank)
    unknown = run.invoke(args=["privacy", "inventory", "--programme", "nowhere"])
    assert unknown.exit_code == 2


def test_a_cell_is_never_a_formula() -> None:
    assert as_csv([{"Kept": "=1+1"}]) == "Kept\r\n'=1+1\r\n"


def test_the_page_and_its_files_are_for_supervisors_and_operators(app: Flask, world: World) -> None:
    app.extensions["deployment"] = Deployment(
        periods=Periods(cases=dt.timedelta(days=400)), hosting_country="PE"
    )
    with world.database.writing() as connection:
        add_manager(connection, "sonia", role=Role.SUPERVISOR)
        add_manager(connection, "olga", role=Role.OPERATOR)
    for name in ("sonia", "olga"):
        client = signed_in(app, name)
        page = client.get("/staff/inventory/").text
        assert "400 days" in page
        assert "grievance_case" in page
        assert "Whoever runs the server" not in page
        assert client.get("/staff/inventory/inventory.csv").text.startswith("\ufeffBank,")
        assert len(client.get("/staff/inventory/inventory.json").get_json()) == len(PROCESSINGS)
        assert client.get("/staff/inventory/inventory.xml").status_code == 404
    assert signed_in(app, "rosa").get("/staff/inventory/").status_code == 403
