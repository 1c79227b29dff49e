"""In which language somebody writes, where it is clear, and not told where it is not."""

from __future__ import annotations

import pytest

from locales.languages import languages
from locales.telling_apart import written_in

TAGS = ("es", "quy")


@pytest.mark.parametrize(
    "text",
    [
        "Manam chay nisqaykita sumaqtachu hapini, manachu kutipaykuwaq",
        "Huk ratucha, suyariy. Ama llakikuychu.",
        "Qillichayqa manam allinchu, unquchiwanchikmi",
        "Lliw runakunam derechoyoq kanchik",
        "Yakuyku manam allinchu kachkan",
        "Ima tapukuykuna icha ima mañakuypas kaptinqa kunan qayakamuy",
        "MANAM EMPRESAQA ALLICHAYTA MUNANCHU",
    ],
)
def test_sentences_of_quechua(text: str) -> None:
    assert written_in(text, TAGS) == "quy"
    assert written_in(text, TAGS[::-1]) == "quy"


@pytest.mark.parametrize(
    "text",
    [
        "El agua llega turbia desde ayer",
        "Quiero saber cuándo van a arreglar la carretera de la comunidad",
        "en la comunidad hay mucho polvo, mana",
    ],
)
def test_sentences_of_spanish(text: str) -> None:
    assert written_in(text, TAGS) == "es"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hola",
        "😀 12345678",
        "Runakuna",
        "Mamá Juana Quispe Huamán",
        "el agua manam allinchu de la mina",
    ],
)
def test_what_is_not_clear_is_not_told(text: str) -> None:
    assert written_in(text, TAGS) is None


def test_no_word_is_of_two_languages_and_none_is_told_without_words() -> None:
    spanish, quechua = languages()["es"].common, languages()["quy"].common
    assert not spanish & quechua
    assert written_in("manam allinchu kachkan", ("es", "qvw")) is None
