"""What a text means among the options that were asked."""

from __future__ import annotations

import pytest

from dialogue.reading import reader
from locales.catalogues import prompts
from locales.languages import language
from programmes.wordings import Wordings
from tests.dialogue.line import read_junin

TOPICS = ("water", "dust_noise", "land", "more")
EXTRAS = ("better", "same", "worse", "dont_know", "refused")


@pytest.mark.parametrize(
    ("tag", "text", "options", "expected"),
    [
        ("es", "01", TOPICS, "water"),
        ("es", "2.", TOPICS, "dust_noise"),
        ("es", "TRES", TOPICS, "land"),
        ("es", "agua", TOPICS, "water"),
        ("es", "Polvo o ruido!", TOPICS, "dust_noise"),
        ("es", "para hablar del agua", TOPICS, "water"),
        ("es", "más opciones", TOPICS, "more"),
        ("es", "5", TOPICS, None),
        ("es", "12", TOPICS, None),
        ("es", "cinco", EXTRAS, "dont_know"),
        ("es", "no sé", EXTRAS, "dont_know"),
        ("es", "prefiero no responder", EXTRAS, "refused"),
        ("es", "sí", ("yes", "no"), "yes"),
        ("es", "Acepto", ("yes", "no"), "yes"),
        ("es", "no", ("yes", "no"), "no"),
        ("es", "sí", TOPICS, None),
        ("es", "enviar", ("send", "again"), "send"),
        ("quy", "yaku", TOPICS, "water"),
        ("quy", "arí", ("yes", "no"), "yes"),
        ("quy", "manam", ("yes", "no"), "no"),
        ("quy", "iskay", TOPICS, "dust_noise"),
        ("es", "", TOPICS, None),
        ("es", "😀", TOPICS, None),
        ("es", "una cosa muy distinta", TOPICS, None),
    ],
)
def test_a_text(tag: str, text: str, options: tuple[str, ...], expected: str | None) -> None:
    wordings = Wordings(read_junin(), prompts, fallback=lambda tag: language(tag).fallback)
    assert reader(wordings, lambda: tag)(text, options) == expected
