"""What people write is understood a little, asked again kindly, and what we write stays short."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from contacts.models import Person
from tests.dialogue.handset import Handset
from tests.dialogue.line import ANOTHER, OURS
from tests.signed import Signed


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here is about a database: one is as good as two."""
    return sqlite_url


def at_menu(carrier: Signed, *, language: str = "1") -> None:
    carrier.text("hola")
    assert carrier.text(language).messages


# Understood a little --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "word"),
    [
        *(("1", word) for word in ("2", " 2 ", "2.", "(2)", "02", "dos", "Opción 2", "la segunda")),
        *(("1", word) for word in ("2 por favor", "Iskay", "Pregunta o problema")),
        *(("2", word) for word in ("2", "iskay", "ISKAYTA", "dos", "iskay, allichu")),
    ],
)
def test_a_choice_is_understood_however_it_is_written(
    carrier: Signed, language: str, word: str
) -> None:
    at_menu(carrier, language=language)
    carrier.text("hola", number=ANOTHER)
    carrier.text(language, number=ANOTHER)
    expected = carrier.text("2", number=ANOTHER)
    assert carrier.text(word).messages == expected.messages


@pytest.mark.parametrize("yes", ["1", "si", "SÍ", "arí", "Ari.", "sí quiero", "de acuerdo"])
def test_yes_in_two_languages(carrier: Signed, yes: str) -> None:
    at_menu(carrier)
    carrier.text("3")
    assert "1 " in carrier.text(yes).messages[-1]
    assert carrier.line.responses()


@pytest.mark.parametrize("word", ["no entiendo nada", "😀", "22", "1 o 2"])
def test_what_fits_nothing_is_asked_again_with_an_example_then_a_person_is_offered(
    carrier: Signed, word: str
) -> None:
    at_menu(carrier)
    (first,) = carrier.text(word).messages
    assert "Por ejemplo: 1" in first
    (second,) = carrier.text(word).messages
    assert "0 para hablar con una persona" in second
    carrier.text(word)
    carrier.text("El agua llega turbia desde ayer")
    assert len(carrier.line.cases()) == 1


@pytest.mark.parametrize("word", ["0", "cero", "persona", "Hablar con una persona"])
def test_a_person_is_one_word_away(carrier: Signed, word: str) -> None:
    at_menu(carrier)
    carrier.text(word)
    carrier.text("El agua llega turbia desde ayer")
    assert len(carrier.line.cases()) == 1


# What is too long -----------------------------------------------------------------------------


def test_what_is_longer_than_three_messages_is_for_the_ear(carrier: Signed) -> None:
    at_menu(carrier)
    carrier.text("0")
    carrier.text("El agua llega turbia desde ayer")
    long = "El equipo va el lunes a medir el agua con ustedes. " * 20
    Handset(carrier.line, "sms").is_answered(long)
    told = "\n".join(carrier.text("4").messages)
    assert "El equipo va el lunes" in told
    assert f"llame gratis al {OURS}" in told
    assert all(part.endswith(".") for part in told.split("\n")[1:3])


# Codes and PINs -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "word", "told"),
    [
        *(("1", word, "Por ejemplo: 4071") for word in ("1234567", "no me acuerdo", "😀")),
        ("1", "40718253", "por ejemplo: 4071"),
        ("2", "123", "Kayna: 4071"),
    ],
)
def test_a_mistyped_code_is_asked_again_with_an_example(
    carrier: Signed, language: str, word: str, told: str
) -> None:
    at_menu(carrier, language=language)
    carrier.text("4")
    (again,) = carrier.text(word).messages
    assert told in again


def test_a_mistyped_pin_is_asked_again_with_an_example(carrier: Signed) -> None:
    at_menu(carrier)
    for each in ("2", "1", "1", "El agua llega turbia desde ayer", "1", "1"):
        asked = carrier.text(each)
    assert "clave" in asked.messages[-1]
    assert "Por ejemplo: 5270" in carrier.text("no sé cuál").messages[0]
    assert "Por ejemplo: 5270" in carrier.text("12345").messages[0]
    assert "no se puede usar" in carrier.text("5270").messages[0], "whoever read it knows it"
    assert "Su codigo es" in "".join(carrier.text("8134").messages)


# In which language ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("Manam chay nisqaykita sumaqtachu hapini", "quy"),
        ("Yakuyku manam allinchu kachkan kay llaqtapi", "quy"),
        ("El agua llega turbia desde ayer", "es"),
        ("Yaku turbia qanyanmanta agua mina", "es"),
    ],
)
def test_a_first_text_full_of_words_is_filed_in_the_language_it_is_written_in(
    carrier: Signed, said: str, language: str
) -> None:
    replied = "\n".join(carrier.text(said).messages)
    assert "Riqsikuykiku" in replied, "who has chosen none is told in each"
    assert [each.language for each in carrier.line.statements()] == [language]
    assert [each.language for each in carrier.line.cases()] == [language]
    with carrier.line.reading() as connection:
        assert connection.execute(select(Person.language)).scalar_one() is None, "she has not said"


def test_a_language_chosen_by_text_is_kept_at_once_for_whoever_is_known(carrier: Signed) -> None:
    def kept() -> list[str | None]:
        with carrier.line.reading() as connection:
            return list(connection.execute(select(Person.language)).scalars())

    at_menu(carrier)
    assert kept() == [], "nothing else is kept of her: her number is written nowhere"
    carrier.text("0")
    carrier.text("El agua llega turbia desde ayer")
    assert kept() == ["es"]
    carrier.text("menu")
    carrier.text("idioma")
    assert kept() == ["quy"]
    carrier.line.clock.advance(dt.timedelta(days=3))
    assert "munanki" in "".join(carrier.text("hola").messages)
