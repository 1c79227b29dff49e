"""The small programme of the tests, and copies of it in which one thing is changed."""

from __future__ import annotations

import shutil
from pathlib import Path

from programmes.reader import read
from programmes.values import Programme

FOLDER = Path(__file__).parent / "data" / "valle"
TAGS = ("en", "es", "quy")
_SYSTEM = ("library", "support", "survey", "my_case", "woman", "man", "question", "more")
KEYS = {tag: frozenset(f"option.{name}" for name in _SYSTEM) for tag in ("es", "quy")}


def read_valley(folder: Path = FOLDER) -> Programme:
    """The programme in `folder`, read as if `locales` had only what these tests say."""
    return read(folder, known_tags=TAGS, known_keys=KEYS)


def changed(to: Path, name: str, old: str, new: str) -> Path:
    """A copy of the programme below `to`, with `old`, found once in the file, made `new`."""
    folder = to / "valle"
    shutil.copytree(FOLDER, folder)
    path = folder / name
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} is in {name} {text.count(old)} times"
    path.write_text(text.replace(old, new), "utf-8")
    return folder
