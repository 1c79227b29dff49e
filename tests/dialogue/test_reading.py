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
        ("es", " 1 ", TOPICS, "water"),
        ("es", "1.", TOPICS, "water"),
        ("es", "1)", TOPICS, "water"),
        ("es", "(2)", TOPICS, "dust_noise"),
        ("es", "Nro. 2", TOPICS, "dust_noise"),
        ("es", "opción 1", TOPICS, "water"),
        ("es", "La Opcion   dos, por favor", TOPICS, "dust_noise"),
        ("es", "uno", TOPICS, "water"),
        ("es", "La primera", TOPICS, "water"),
        ("es", "1 agua", TOPICS, "water"),
        ("es", "1. Agua", TOPICS, "water"),
        ("es", "1 por favor", TOPICS, "water"),
        ("es", "2 agua", TOPICS, None),  # which of the two?
        ("es", "1 o 2", TOPICS, None),
        ("es", "2 veces al dia", TOPICS, None),
        ("es", "por favor", TOPICS, None),
        ("es", "si", ("yes", "no"), "yes"),
        ("es", "SÍ.", ("yes", "no"), "yes"),
        ("es", "arí", ("yes", "no"), "yes"),
        ("es", "Si, claro", ("yes", "no"), None),
        ("es", "kimsa", TOPICS, "land"),
        ("es", "yaku", TOPICS, "water"),
        ("quy", "tres", TOPICS, "land"),
        ("quy", "HUK", TOPICS, "water"),
        ("quy", "Iskayta", TOPICS, "dust_noise"),
        ("quy", "Ari", ("yes", "no"), "yes"),
        ("quy", "tawa", TOPICS, "more"),
        ("quy", "pichqa", EXTRAS, "dont_know"),
        ("quy", "suqta", EXTRAS, "refused"),
        ("quy", "isqun", TOPICS, None),
        ("es", "cero", ("0", "9"), "0"),
        ("quy", "isqun", ("0", "9"), "9"),
        ("es", "", TOPICS, None),
        ("es", "😀", TOPICS, None),
        ("es", "una cosa muy distinta", TOPICS, None),
    ],
)
def test_a_text(tag: str, text: str, options: tuple[str, ...], expected: str | None) -> None:
    wordings = Wordings(read_junin(), prompts, fallback=lambda tag: language(tag).fallback)
    assert reader(wordings, lambda: tag, others=("es", "quy"))(text, options) == expected
