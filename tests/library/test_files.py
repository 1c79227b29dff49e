"""Between pages and files: what loading leaves alone, and what is written back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from library import queries
from library.files import Compared, compare_loaded, edited_at, export
from library.prompts import Play, Prompts
from library.values import Origin, State
from programmes.values import Programme, Wording
from storage.services import Services
from tests.library.people import NOW, VALLEY, Team, place

HOUR = dt.timedelta(hours=1)

FILE = """\
# The valley's own words.
prompts:
  greeting:  # who we are
    es: {say: Le saluda el valle.}
    quy: {say: Rimaykullayki., text: Rimaykullayki.}
categories:
  - option: rights
    messages:
      - slug: rights
        wording:
          es: {say: "Usted tiene derechos."}
"""


def worded(say: str) -> Programme:
    quy = {**VALLEY.wordings["quy"], "greeting": Wording(say, say)}
    return replace(VALLEY, hash="d" * 64, wordings={**VALLEY.wordings, "quy": quy})


def compare(team: Team, loaded: Programme, *, edited: dt.datetime) -> Compared:
    with team.services.database.writing() as connection:
        return compare_loaded(connection, loaded, VALLEY, edited=edited, now=NOW)


def test_what_was_changed_on_a_page_later_is_left_and_listed(team: Team) -> None:
    version = team.words("greeting", "Allinllachu.")
    for loaded in (VALLEY, worded("Napaykuyki.")):
        found = compare(team, loaded, edited=NOW - HOUR)
        assert (found.left, found.renewed) == ((place("greeting"),), ())
    with team.services.database.reading() as connection:
        current = queries.current_version(connection, place("greeting"))
    assert current is not None
    assert current.id == version


def test_a_fresh_checkout_of_old_words_overwrites_nothing(team: Team) -> None:
    team.words("greeting", "Allinllachu.")
    assert compare(team, VALLEY, edited=NOW + HOUR).left == (place("greeting"),)


def test_words_changed_in_the_file_later_wait_for_approval(
    team: Team, services: Services, prompts: Prompts
) -> None:
    version = team.records("greeting")
    team.approves("greeting", version)
    found = compare(team, worded("Napaykuyki."), edited=NOW + HOUR)
    assert found.renewed == (place("greeting"),)
    with services.database.reading() as connection:
        current = queries.current_version(connection, place("greeting"))
    assert current is not None
    assert (current.say, current.state, current.origin) == (
        "Napaykuyki.",
        State.DRAFT,
        Origin.FILE,
    )
    prompts.refresh()
    assert prompts.recorded("greeting", "quy", "valle"), "callers lose nothing by a load"
    assert compare(team, worded("Napaykuyki."), edited=NOW + HOUR) == Compared((), ())


def test_export_writes_back_what_callers_hear(
    team: Team, services: Services, tmp_path: Path, prompts: Prompts
) -> None:
    (tmp_path / "programme.yaml").write_text(FILE, "utf-8")
    words = team.words("greeting", "Allinllachu.")
    version = team.records("greeting")
    team.approves("greeting", version)
    team.approves("message.rights", team.words("message.rights", "Tiene derechos.", "es"), "es")
    team.records("option.water")
    with services.database.reading() as connection:
        done = export(connection, services.media, VALLEY, tmp_path)
    assert words != version
    assert (done.recordings, done.worded) == (1, 1), "the message waits for a second person"
    wav = (tmp_path / "audio" / "quy" / "greeting.wav").read_bytes()
    assert wav == services.media.get(team.take().media)
    assert not (tmp_path / "audio" / "quy" / "option.water.wav").exists()
    text = (tmp_path / "programme.yaml").read_text("utf-8")
    assert "# who we are" in text
    written = yaml.safe_load(text)
    assert written["prompts"]["greeting"]["quy"]["say"] == "Allinllachu."
    assert written["prompts"]["greeting"]["es"] == {"say": "Le saluda el valle."}
    transcript = yaml.safe_load((tmp_path / "transcripts" / "quy.yaml").read_text("utf-8"))
    assert transcript["greeting"]["speaker"] == "Rosa Quispe"
    assert transcript["greeting"]["approved_by"] == ["ana@example.org"]
    with services.database.reading() as connection:
        assert export(connection, services.media, VALLEY, tmp_path).worded == 0


def test_what_was_exported_is_what_a_checkout_plays(
    team: Team, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.approves("greeting", team.records("greeting"))
    with services.database.reading() as connection:
        export(connection, services.media, VALLEY, tmp_path / "valle")
    monkeypatch.setattr("library.prompts.PROGRAMMES", tmp_path)
    shipped = Prompts(None, folders=())
    found = shipped.sound(team.reach.wordings, "greeting", "quy", slug="valle").source
    assert found == Play("greeting", "quy", team.take().version)


def test_the_files_tell_when_they_were_edited(tmp_path: Path) -> None:
    assert edited_at(tmp_path).year == 1970
    (tmp_path / "library.yaml").write_text("{}")
    assert edited_at(tmp_path).year > 2020
