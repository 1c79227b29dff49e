"""The official spelling of Southern Quechua, Chanka."""

from __future__ import annotations

import pytest

from locales.languages import FOLDER
from locales.spelling import loans, misspellings

LOANS = loans(FOLDER / "quy" / "loans.txt")


@pytest.mark.parametrize(
    "text",
    [
        "Runasimita rimayta munaspaykiqa, hukta ñitiy.",
        "¿Hayka watayuq kanki?",
        "Arí, manamá; suqta, isqun, urqu, qillqa, ñuqa",
        "celularniyki comunidadmanta empresapa denunciata derechoykikuna leypi",
        "DNIniykipa SMSta OEFAman SENACE",
        "Yupayniyki: {code}. 105man qayamuy",
        "",
    ],
)
def test_well_spelt(text: str) -> None:
    assert misspellings(text, loans=LOANS) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("soqta", "three vowels"),
        ("derechoyoq", "three vowels"),
        ("ñit'iy", "no ejectives"),
        ("llank’ay", "no ejectives"),
        ("p'unchaw", "no ejectives"),
        ("rimay’mi", "straight apostrophe"),
        ("qhari", "no aspirates"),
        ("wasi bulsa", "official alphabet"),
        ("cusco", "three vowels"),
    ],
)
def test_misspelt(text: str, fault: str) -> None:
    (found,) = misspellings(text, loans=LOANS)
    assert fault in found
