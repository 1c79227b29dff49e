"""Every text of a page is there in every language that pages have."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from locales.gathering import gathered, path_of, texts_of_pages

LANGUAGES = ["es"]
"""What pages speak besides English, in which they are written."""


def mistakes(ours: Catalog, language: str) -> Iterator[str]:
    path = path_of(language)
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


def test_who_carries_calls_is_not_called_as_a_role_of_staff_is() -> None:
    with path_of("es").open("rb") as file:
        spoken_of = [each for each in read_po(file) if re.search("carrier", str(each.id), re.I)]
    assert len(spoken_of) > 10
    for each in spoken_of:
        assert re.search("empresa telefónica", str(each.string), re.I), each.id
        is_of_staff = re.search("operator", str(each.id), re.I)
        assert is_of_staff or not re.search("operador", str(each.string), re.I), each.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_gathered_again_stays_as_it_is(language: str) -> None:
    texts, before = texts_of_pages(), path_of(language).read_text("utf-8")
    once = gathered(before, texts, language=language)
    assert gathered(once, texts, language=language) == once
    assert once.partition("\n\n")[0] == before.partition("\n\n")[0]


def test_gathering_keeps_the_order_drops_what_is_gone_and_ends_with_what_is_new() -> None:
    texts = Catalog()
    for each in ("Apples", "Bread", "Zebra", ("%(n)d day", "%(n)d days")):
        texts.add(each)
    header = '# Ours\nmsgid ""\nmsgstr ""\n"Language: es\\n"'
    kept = 'msgid "Zebra"\nmsgstr "Cebra"\n\nmsgid "Bread"\nmsgstr "Pan"\n'
    made = gathered(f'{header}\n\nmsgid "Gone"\nmsgstr "Ida"\n\n{kept}', texts, language="es")
    assert made.startswith(f"{header}\n\n{kept}\n")
    assert "Gone" not in made
    assert made.index("%(n)d days") < made.index("Apples")


def test_a_new_language_begins_with_a_header() -> None:
    texts = Catalog()
    texts.add("Bread")
    made = read_po(io.StringIO(gathered("", texts, language="fr")))
    assert (made.num_plurals, made["Bread"].string) == (2, "")
