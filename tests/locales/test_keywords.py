"""No keyword of ours, and no option's word, is one that the carrier acts on."""

from __future__ import annotations

import pytest

from locales.keywords import TWILIO_HELP, TWILIO_START, TWILIO_STOP, is_taken
from locales.languages import Command, languages

CARRIERS = TWILIO_STOP | TWILIO_START | TWILIO_HELP


@pytest.mark.parametrize("tag", sorted(languages()))
def test_only_stopping_and_starting_share_words_with_the_carrier(tag: str) -> None:
    keywords = languages()[tag].keywords
    ours = {
        word for command in Command if command is not Command.STOP for word in keywords[command]
    }
    assert not ours & (CARRIERS - {"start"})
    assert not set(keywords[Command.STOP]) & (TWILIO_START | TWILIO_HELP)


@pytest.mark.parametrize("tag", sorted(languages()))
def test_no_number_is_a_keyword(tag: str) -> None:
    keywords = {word for words in languages()[tag].keywords.values() for word in words}
    assert not keywords & set(languages()[tag].numbers)


@pytest.mark.parametrize(
    ("word", "taken"),
    [
        ("YES", True),
        ("Info", True),
        ("Arrêt", True),
        ("Baja", True),
        ("sayachiy", True),
        ("Alto.", True),
        ("Llamar", True),
        ("Sí", False),
        ("Enviar", False),
        ("Volver", False),
        ("Baja calidad", False),
    ],
)
def test_what_never_arrives_as_an_answer(word: str, taken: bool) -> None:
    assert is_taken(word, tags=("es", "quy")) is taken
