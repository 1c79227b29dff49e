"""Digits become clips on the phone, and words for the draft synthesiser."""

from __future__ import annotations

import datetime as dt

import pytest

from locales.catalogues import prompts
from locales.counting import LARGEST, read_counting
from locales.languages import clips_of, is_said_in, language, languages
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


def said(tag: str, n: int) -> str:
    counting = language(tag).counting
    assert counting is not None
    return " ".join(prompts(tag)[key].say for key in counting.number(n))


@pytest.mark.parametrize(
    ("n", "spanish", "quechua"),
    [
        (0, "cero", "chusaq"),
        (7, "siete", "qanchis"),
        (10, "diez", "chunka"),
        (12, "doce", "chunka iskayniyuq"),
        (20, "veinte", "iskay chunka"),
        (31, "treinta y uno", "kimsa chunka hukniyuq"),
        (100, "cien", "pachak"),
        (104, "ciento cuatro", "pachak tawayuq"),
        (110, "ciento diez", "pachak chunkayuq"),
        (120, "ciento veinte", "pachak iskay chunkayuq"),
        (555, "quinientos cincuenta y cinco", "pichqa pachak pichqa chunka pichqayuq"),
        (1000, "mil", "waranqa"),
        (1100, "mil cien", "waranqa pachakniyuq"),
        (2026, "dos mil veintiséis", "iskay waranqa iskay chunka suqtayuq"),
        (
            9999,
            "nueve mil novecientos noventa y nueve",
            "isqun waranqa isqun pachak isqun chunka isqunniyuq",
        ),
    ],
)
def test_numbers_are_put_together_as_the_language_says(n: int, spanish: str, quechua: str) -> None:
    assert (said("es", n), said("quy", n)) == (spanish, quechua)


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("es", "veintidós de noviembre"),
        ("quy", "noviembre killapa iskay chunka iskayniyuq punchawnin"),
    ],
)
def test_dates_are_put_together_as_the_language_says(tag: str, words: str) -> None:
    counting = language(tag).counting
    assert counting is not None
    keys = counting.day(dt.date(2026, 11, 22))
    assert " ".join(prompts(tag)[key].say for key in keys) == words


@pytest.mark.parametrize("tag", ["es", "quy"])
def test_a_language_has_exactly_the_clips_that_it_needs(tag: str) -> None:
    needed = {key for key in language(tag).clips if not key.startswith("digit.")}
    # What says how a number is written by text is no clip.
    worded = {
        key
        for key in prompts(tag)
        if key.startswith(("number.", "month.")) and not key.startswith("number.again.")
    }
    assert needed == worded
    other = "quy" if tag == "es" else "es"
    assert any(not is_said_in(key, other) for key in worded)


def test_a_language_that_does_not_say_how_it_counts_borrows() -> None:
    assert languages()["qvw"].counting is None
    assert clips_of(("qvw",)) == language("es").clips
    assert not is_said_in("number.10", "qvw")


@pytest.mark.parametrize(
    "data",
    [
        {"alone": 9, "rules": {20: "20 >"}, "date": "day month"},
        {"alone": 9, "rules": {10: "< 10 | < 10 >"}, "date": "day"},
        {"alone": 9, "rules": {10: "10 | 10 >"}, "rest": {2: "with.2"}, "date": "day month"},
    ],
)
def test_counting_that_leaves_out_a_number_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"leaves out|needs its day"):
        read_counting(data)


@pytest.mark.parametrize("n", [-1, LARGEST + 1])
def test_what_is_too_large_is_refused(n: int) -> None:
    counting = language("es").counting
    assert counting is not None
    with pytest.raises(ValueError, match="0 to 9999"):
        counting.number(n)
