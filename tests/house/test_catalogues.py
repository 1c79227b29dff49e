"""Every text of a page is there in every language that pages have."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from tests.servers import ROOT

MAPPINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
LANGUAGES = ["es"]
"""What pages speak besides English, in which they are written."""


def texts_of_pages() -> Catalog:
    catalogue = Catalog()
    methods = [(each["pattern"], each["method"]) for each in MAPPINGS]
    for _file, line, message, comments, context in extract_from_dir(
        ROOT, method_map=methods, keywords=DEFAULT_KEYWORDS, directory_filter=_is_ours
    ):
        catalogue.add(message, None, [("", line)], auto_comments=comments, context=context)
    return catalogue


def _is_ours(folder: str | Path) -> bool:
    name = Path(folder).name
    return not name.startswith(".") and name not in {"tests", "bench", "var", "migrations"}


def mistakes(ours: Catalog, language: str) -> Iterator[str]:
    path = ROOT / "locales" / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        yield f"{path} does not exist"
        return
    with path.open("rb") as file:
        theirs = read_po(file, locale=language)
    for message in ours:
        if not message.id:
            continue
        translated = theirs.get(message.id, message.context)
        if translated is None or not translated.string or translated.fuzzy:
            yield f"not translated: {message.id!r}"
            continue
        yield from (f"{error}: {message.id!r}" for error in translated.check(theirs))


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_translated(language: str) -> None:
    assert list(mistakes(texts_of_pages(), language)) == []
