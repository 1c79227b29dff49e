"""What callers hear of it: a language that grows prompt by prompt, and words approved on a page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from library import operations, queries
from library.operations import By, Words
from library.prompts import PROGRAMMES
from library.takes import kept, prepared
from library.values import Origin, Place
from programmes.reader import read
from tests.clock import FakeClock
from tests.library.people import DAY, ROSA, spoken
from tests.signed import Call, Signed, build_house

WANKA = "option.qvw: {es: {say: Para quechua wanka}, quy: {say: Quechua wankapaq}}"
ACCOUNT = "a" * 32


@pytest.fixture
def carrier(
    tmp_path: Path, database_url: str, valkey_url: str, clock: FakeClock
) -> Iterator[Signed]:
    """Junín, which offers Wanka too, without drafts: as in production."""
    folder = tmp_path / "junin"
    shutil.copytree(PROGRAMMES / "junin", folder)
    path = folder / "programme.yaml"
    text = path.read_text("utf-8").replace("languages: [es, quy]", "languages: [es, quy, qvw]")
    path.write_text(text.replace("prompts:\n", f"prompts:\n  {WANKA}\n", 1), "utf-8")
    house = build_house(tmp_path, database_url, valkey_url, clock)
    house.prompts.drafts = None
    signed = Signed.over(house)
    signed.line.load(read(folder))
    yield signed
    house.services.database.close()


def said(call: Call) -> list[str]:
    return [each.text or "" for each in call.reply.root.iter("Say")]


def unmet(carrier: Signed) -> dict[str, int]:
    with carrier.house.services.database.reading() as connection:
        return queries.unmet(connection, "junin", since=DAY)


def approved(carrier: Signed, key: str, tag: str, *, say: str = "", text: str = "") -> None:
    """A recording, or without one words, approved by one person on a page."""
    services = carrier.house.services
    place, by = Place("junin", tag, key), By(ACCOUNT, Origin.PAGE, services.clock())
    with services.database.writing() as connection:
        if say:
            version = operations.change_words(
                connection, place, Words(say, text), after=None, by=by
            )
        else:
            version = operations.keep_recording(
                connection,
                place,
                kept(services.media, prepared(spoken(), say="")),
                speaker=ROSA,
                shipped=None,
                by=by,
            )
        assert operations.approve(
            connection, place, version, account_id=ACCOUNT, is_shipped=False, now=by.now
        )
    carrier.house.prompts.refresh(now=True)


def test_a_language_that_lacks_prompts_is_told_of_once_and_counted(carrier: Signed) -> None:
    call = carrier.call()
    assert "Para quechua wanka" in said(call), "its name, until somebody records it in Wanka"
    assert unmet(carrier) == {}, "that lacks nobody who speaks Spanish"
    call.press("3")
    notice = "Este mensaje está solamente en castellano."
    assert said(call)[0] == notice
    call.press("1")
    assert notice not in said(call)
    assert unmet(carrier) == {"qvw": 1}
    carrier.call("+51964000333").press("1")
    assert unmet(carrier) == {"qvw": 1}, "Spanish lacks nothing"


def test_what_is_recorded_is_heard_on_the_next_turn(carrier: Signed) -> None:
    first = carrier.call()
    assert first.reply.keys == []
    approved(carrier, "option.qvw", "qvw")
    call = carrier.call()
    assert call.reply.keys == ["option.qvw"]
    assert call.reply.languages == {"qvw"}
    address = next(each.text or "" for each in call.reply.root.iter("Play"))
    sound = carrier.client.get(address)
    assert (sound.status_code, sound.mimetype) == (200, "audio/wav")
    assert "immutable" in sound.headers["Cache-Control"]


def test_approved_words_are_said_and_texted(carrier: Signed) -> None:
    approved(carrier, "greeting", "es", say="Buenos días.", text="Saludos por mensaje.")
    assert "Buenos días." in said(carrier.call())
    assert "Saludos por mensaje." in carrier.text("hola", number="+51964000222").body
