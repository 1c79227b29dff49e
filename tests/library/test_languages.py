"""A new language is data: registered, offered, recorded, heard; and what keeps it from callers."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app.factory import create_app
from app.house import House, build
from app.settings import Environment, Settings
from dialogue.keys import must_be_recorded, spoken_keys
from library import operations, queries
from library.operations import By
from library.prompts import PROGRAMMES, Play, Say
from library.takes import kept, prepared
from library.values import Origin, Place
from locales.languages import is_said_in, language
from programmes.errors import ProgrammeErrors
from programmes.queries import current, version
from programmes.reader import read
from programmes.values import Programme
from tests.clock import FakeClock
from tests.library.people import PASSWORD, ROSA, spoken

NUMBER = "+51644000100"


@pytest.mark.parametrize("tag", ["qvw", "qxw", "qvn", "quz"])
def test_a_quechua_is_registered_and_falls_back_to_spanish_alone(tag: str) -> None:
    found = language(tag)
    assert found.fallback == ("es",)
    assert found.say is None
    assert found.draft_voice is None, "no machine speaks it"


@pytest.fixture
def house(database_url: str, valkey_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[House]:
    settings = Settings(
        environment=Environment.TEST,
        public_url="http://localhost",
        secret_key=secrets.token_hex(16),
        vault_key=secrets.token_hex(16),
        database_url=database_url,
        redis_url=valkey_url,
        media_url=(tmp_path / "media").as_uri(),
        carrier=None,
        var=tmp_path / "var",
    )
    built = build(settings, clock=clock)
    built.prompts.drafts = None  # as in production
    yield built
    built.services.database.close()


@pytest.fixture
def app(house: House) -> Flask:
    return create_app(house)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Junín, which offers Wanka too: two lines of data."""
    made = tmp_path / "junin"
    shutil.copytree(PROGRAMMES / "junin", made)
    path = made / "programme.yaml"
    text = path.read_text("utf-8").replace("languages: [es, quy]", "languages: [es, quy, qvw]")
    wanka = "Quechua wankapaq"
    option = f"prompts:\n  option.qvw: {{es: {{say: Para quechua wanka}}, quy: {{say: {wanka}}}}}\n"
    path.write_text(text.replace("prompts:\n", option, 1), "utf-8")
    return made


def invoke(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=list(arguments))


def load(app: Flask, folder: Path) -> str:
    done = invoke(app, "programme", "load", str(folder), "--number", NUMBER)
    assert done.exit_code == 0, done.output
    return done.output


def loaded(house: House) -> Programme:
    with house.services.database.reading() as connection:
        return version(connection, current(connection, "junin"))


def records(house: House, key: str, tag: str) -> None:
    """Recorded by one, approved by as many as it needs."""
    place = Place("junin", tag, key)
    now = house.services.clock()
    with house.services.database.writing() as connection:
        version_id = operations.keep_recording(
            connection,
            place,
            kept(house.services.media, prepared(spoken(0.5), say="")),
            speaker=ROSA,
            shipped=None,
            by=By(None, Origin.TELEPHONE, now),
        )
        for account in ("a" * 32, "b" * 32):
            if operations.approve(
                connection, place, version_id, account_id=account, is_shipped=False, now=now
            ):
                break


def test_a_new_language_is_data_and_its_recordings(app: Flask, house: House, folder: Path) -> None:
    load(app, folder)
    programme = loaded(house)
    wordings = house.runner.wordings(programme)

    def heard(key: str) -> Play | Say:
        house.prompts.refresh(now=True)
        return house.prompts.sound(wordings, key, "qvw", slug="junin").source

    assert isinstance(heard("menu.main"), Say), "Spanish, until somebody records it"
    name = heard("option.qvw")
    assert isinstance(name, Say)
    assert name.text == "Para quechua wanka"
    records(house, "menu.main", "qvw")
    found = heard("menu.main")
    assert isinstance(found, Play)
    assert found.language == "qvw"
    address = f"/voice/prompts/qvw/menu.main.wav?v={found.version}"
    assert app.test_client().get(address).status_code == 200


def test_a_complete_language_may_lack_nothing(folder: Path) -> None:
    path = folder / "programme.yaml"
    text = path.read_text("utf-8").replace(", quy: {say: Quechua wankapaq}", "")
    path.write_text(text, "utf-8")
    with pytest.raises(ProgrammeErrors, match=r"'option\.qvw' has no wording in quy"):
        read(folder)


def gate(app: Flask, *arguments: str) -> str:
    """What stops Junín on account of its languages; the deployment itself is no production."""
    done = invoke(app, "programme", "open", "junin", *arguments)
    return "\n".join(
        line for line in done.output.splitlines() if "recordings" in line or "(" in line
    )


def test_a_language_goes_live_with_every_prompt_recorded(app: Flask, house: House) -> None:
    load(app, PROGRAMMES / "junin")
    keys = [key for key in spoken_keys(loaded(house)) if must_be_recorded(key)]
    spanish = sum(is_said_in(key, "es") for key in keys)
    total = sum(is_said_in(key, "quy") for key in keys)
    assert spanish > total, "they count with other words"
    stopped = gate(app)
    assert f"Castellano lacks {spanish} of {spanish} recordings" in stopped
    assert f"Runasimi lacks {total} of {total} recordings" in stopped
    assert "number.with.1 (to be recorded)" in stopped
    assert "message.ombuds-office (to be recorded)" in stopped
    for key in spoken_keys(loaded(house)):
        if key != "digit.7":
            records(house, key, "quy")
    assert f"Runasimi lacks 1 of {total} recordings" in gate(app)
    assert "digit.7 (to be recorded)" in gate(app)
    records(house, "digit.7", "quy")
    assert "Runasimi" not in gate(app)
    examined = invoke(app, "doctor").output
    assert f"[ok] junin: Runasimi is recorded, all {total} prompts" in examined


def test_spanish_may_wait_for_whoever_gives_name_and_reason(
    app: Flask, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(app, PROGRAMMES / "junin")
    # The deployment itself is looked at elsewhere.
    monkeypatch.setattr("app.doctor._deployment", lambda house: ())
    manager = ("rosa@example.org", "--role", "case_manager", "--programme", "junin")
    app.test_cli_runner().invoke(args=["staff", "add", *manager], input=f"{PASSWORD}\n")
    who = ("--spanish-unrecorded-by", "Ana Rojas", "--reason", "The studio opens in May")
    refused = invoke(app, "programme", "open", "junin", *who)
    assert refused.exit_code != 0
    assert "Runasimi lacks" in refused.output, "for Quechua there is no override"
    for key in spoken_keys(loaded(house)):
        records(house, key, "quy")
    assert "Castellano lacks" in invoke(app, "programme", "open", "junin").output
    assert invoke(app, "programme", "open", "junin", *who[:2]).exit_code == 2
    opened = invoke(app, "programme", "open", "junin", *who)
    assert opened.exit_code == 0, opened.output
    assert "until it is recorded: allowed by Ana Rojas" in opened.output
    assert "allowed by Ana Rojas" in invoke(app, "doctor").output
    with house.services.database.reading() as connection:
        assert queries.overrides(connection, "junin")[0].reason == "The studio opens in May"


def test_loading_again_lists_what_it_leaves(app: Flask, house: House, tmp_path: Path) -> None:
    load(app, PROGRAMMES / "junin")
    records(house, "greeting", "quy")
    place = Place("junin", "quy", "greeting")
    with house.services.database.writing() as connection:
        before = queries.current_version(connection, place)
        assert before is not None
        operations.change_words(
            connection,
            place,
            operations.Words("Napaykuyki."),
            after=before.id,
            by=By(None, Origin.PAGE, house.services.clock()),
        )
    again = load(app, PROGRAMMES / "junin")
    assert "greeting (quy) was changed on its page: left as it is there" in again
    house.prompts.refresh(now=True)
    done = invoke(app, "prompts", "export", "junin", "--to", str(tmp_path / "out"))
    assert "junin: 1 recordings written" in done.output
    assert (tmp_path / "out" / "audio" / "quy" / "greeting.wav").exists()
    assert "no programme" in invoke(app, "prompts", "export", "x", "--to", str(tmp_path)).output
