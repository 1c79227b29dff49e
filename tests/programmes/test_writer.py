"""A programme written as a folder: what is read there again is the same programme."""

from __future__ import annotations

import copy
import datetime as dt
import difflib
import io
import shutil
import tempfile
import unicodedata
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from programmes import writer
from programmes.content import from_content, to_content
from programmes.reader import read
from programmes.values import Programme
from tests.servers import ROOT

JUNIN = ROOT / "programmes" / "junin"

_LETTERS = st.characters(
    codec="utf-8",
    exclude_categories=("Cc", "Cs"),
    exclude_characters="{}\u2018\u2019\u02bc\u02b9\u2032\u00b4`",
)
SPOKEN = st.text(_LETTERS, min_size=1, max_size=200).map(
    lambda text: " ".join(unicodedata.normalize("NFC", text).split())
).filter(bool)  # fmt: skip
WRITTEN = st.lists(SPOKEN, min_size=1, max_size=3).map("\n".join)
PLAIN = st.sampled_from(
    [
        "yes",
        "null",
        "2026-11-01",
        "08:30",
        "- no",
        "# sí",
        "a: b",
        "'",
        '"',
        "1e3",
        "&a",
        "*",
        ">-",
        "?a",
        ":b",
    ]
)
DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2030, 12, 31))


@cache
def junin() -> Programme:
    return read(JUNIN)


@st.composite
def edited(draw: st.DrawFn) -> Programme:
    """Junín, its words, order, days and facts changed at random."""
    content: dict[str, Any] = copy.deepcopy(to_content(junin()))
    for part in ("menu", "topics", "categories", "queues"):
        content[part] = draw(st.permutations(content[part]))
    for tag in content["languages"]:
        keys = draw(st.lists(st.sampled_from(sorted(content["wordings"][tag])), max_size=6))
        for key in keys:
            say = draw(SPOKEN | PLAIN)
            text = say if key.startswith("message.") else draw(st.just(say) | WRITTEN | PLAIN)
            if key.startswith("message."):
                say = text = say[:60]
            words = {"say": say.strip(), "text": text.strip(), "reviewed": draw(st.booleans())}
            content["wordings"][tag][key] = words
    message = content["categories"][0]["messages"][0]
    message["source"] = draw((SPOKEN | PLAIN).map(str.strip))
    message["example"] = draw(st.booleans())
    message["reviewed_on"] = draw(DAYS).isoformat()
    message["expires_on"] = "2031-01-01"
    blocked = draw(st.sets(DAYS, max_size=3))
    content["calendar"]["blocked"] = sorted(day.isoformat() for day in blocked)
    content["calendar"]["hours"].pop("5", None)
    content["districts"][0]["name"] = draw(SPOKEN | PLAIN).strip()
    content["districts"][1]["languages"] = draw(st.sampled_from([[], ["quy", "es"]]))
    content["name"] = {"es": draw(SPOKEN | PLAIN), "en": draw(SPOKEN | PLAIN)}
    return from_content(content)


# What fails is a whole programme: making it smaller takes minutes, and telling it 46 kB.
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(max_examples=8, phases=(Phase.explicit, Phase.generate))
@given(edited())
def test_what_is_written_is_what_is_read(programme: Programme) -> None:
    with tempfile.TemporaryDirectory() as folder:
        writer.write(programme, Path(folder))
        assert read(Path(folder)).hash == programme.hash
    with tempfile.TemporaryDirectory() as folder:
        there = Path(folder) / "junin"
        shutil.copytree(JUNIN, there)
        writer.write(programme, there)
        assert read(there).hash == programme.hash, "over the folder that was there"
        assert writer.write(programme, there) == (), "again changes nothing"


def test_an_edit_changes_the_lines_that_it_is_about(tmp_path: Path) -> None:
    folder = tmp_path / "junin"
    shutil.copytree(JUNIN, folder)
    assert writer.write(junin(), folder) == ()
    content = copy.deepcopy(to_content(junin()))
    content["wordings"]["es"]["option.water"]["say"] = "Para hablar del agua del río"
    content["menu"].reverse()
    assert writer.write(from_content(content), folder) == ("programme.yaml",)
    before = (JUNIN / "programme.yaml").read_text("utf-8").splitlines()
    after = (folder / "programme.yaml").read_text("utf-8").splitlines()
    changed = [each for each in difflib.ndiff(before, after) if each[:2] in ("+ ", "- ")]
    assert [each.strip() for each in changed if "option.water" in each] == []
    assert any("Para hablar del agua del río" in each for each in changed)
    assert len(changed) <= 8, "one line of words, and the menu"
    assert sum(line.lstrip().startswith("#") for line in after) == sum(
        line.lstrip().startswith("#") for line in before
    ), "comments stay"


def test_a_file_that_is_no_part_any_more_goes(tmp_path: Path) -> None:
    folder = tmp_path / "junin"
    shutil.copytree(JUNIN, folder)
    content = copy.deepcopy(to_content(junin()))
    asked = {f"option.{each}" for one in content["survey"]["questions"] for each in one["options"]}
    content["menu"] = [each for each in content["menu"] if each["tool"] != "survey"]
    content["survey"] = None
    for words in content["wordings"].values():
        for key in [key for key in words if key in asked or key.startswith("question.")]:
            del words[key]
    without = from_content(content)
    writer.write(without, folder)
    assert not (folder / "survey.yaml").exists()
    assert read(folder).hash == without.hash


def test_a_broken_file_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "programme.yaml").write_text("slug: [", "utf-8")
    writer.write(junin(), tmp_path)
    assert read(tmp_path).hash == junin().hash


def test_the_zip_is_the_folder(tmp_path: Path) -> None:
    packed = writer.archive(junin())
    assert packed == writer.archive(junin()), "the same programme, the same bytes"
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(tmp_path)
    assert read(tmp_path / "junin").hash == junin().hash
