"""What people write is understood a little, asked again kindly, and what we write stays short."""

from __future__ import annotations

import pytest

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
