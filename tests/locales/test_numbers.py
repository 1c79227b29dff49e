"""Digits become clips on the phone, and words for the draft synthesiser."""

from __future__ import annotations

import pytest

from locales.numbers import digit_keys
from locales.respelling import number_words, respelt


def test_digits_become_clips() -> None:
    assert digit_keys("105") == ("digit.1", "digit.0", "digit.5")
    assert digit_keys("12-3 4") == ("digit.1", "digit.2", "digit.3", "digit.4")


@pytest.mark.parametrize("number", ["", "12a", "+51", "٣", "²"])
def test_what_is_no_digit_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="digit"):
        digit_keys(number)


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("0", "chusaq"),
        ("6", "suqta"),
        ("10", "chunka"),
        ("11", "chunka hukniyuq"),
        ("12", "chunka iskayniyuq"),
        ("13", "chunka kimsayuq"),
        ("20", "iskay chunka"),
        ("91", "isqun chunka hukniyuq"),
        ("05", "chusaq pichqa"),
        ("105", "huk chusaq pichqa"),
    ],
)
def test_quechua_numbers(digits: str, words: str) -> None:
    assert number_words(digits) == words


def test_only_the_quechua_voice_is_respelt() -> None:
    assert (
        respelt("suqta, isqun, urqu, qillqa, 7", voice="qu")
        == "soqta, isqon, orqo, qellqa, qanchis"
    )
    assert respelt("suqta 7", voice="es-419") == "suqta 7"
