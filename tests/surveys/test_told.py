"""What a community is told of its survey: only what is shown, in words for the ear."""

from __future__ import annotations

from dataclasses import replace

import pytest

from disclosure.values import Shown, Suppressed
from locales.gsm import cheapest, segments
from locales.languages import language, languages
from locales.lengths import estimated
from locales.results import read_result_words
from surveys.figures import By, Figure, Figures, Kind, as_json, from_json
from surveys.release.told import MOST_SECONDS, told
from surveys.tabulate import figures
from tests.surveys.people import CONTENT as SPARSE
from tests.surveys.people import NAMES, ORDER, people

CONTENT = SPARSE | {
    "wordings": {
        tag: {
            f"question.{name}": {"say": f"{ask} {name}?", "text": f"{ask} {name}?"}
            for name in NAMES
        }
        | {key: each for key, each in SPARSE["wordings"][tag].items() if "option." in key}
        for tag, ask in (("es", "¿Cómo está:"), ("quy", "¿Imaynataq:"))
    }
}
SHOWN = figures(
    [
        *people(24, water="water_bad", trust="trust_no"),
        *people(12, water="water_good", gender="man", trust="trust_yes"),
        *people(12, water="water_fair", gender="man", trust="trust_no"),
        *people(12, water="water_good", trust="trust_yes"),
    ],
    ORDER,
)
WATER = "Preguntamos: ¿Cómo está: water?"


def of(*cells: tuple[str, Shown | Suppressed], name: str = "water") -> Figures:
    """Results of one question, each answer with what is shown of everybody."""
    rows = (*(((option,), (cell,)) for option, cell in cells),)
    table = Figure(
        Kind.QUESTION,
        name,
        tuple(members for members, _ in rows),
        (),
        (*(cell for _, cell in rows), (Shown(60, 100),)),
    )
    return Figures(60, 60, None, (table,))


def said(results: Figures, tag: str = "es") -> str:
    found = told(results, CONTENT, tag)
    return found.say if found else ""


def test_shares_are_so_many_of_ten_people() -> None:
    words = said(SHOWN)
    assert words.startswith(
        "Esto es lo que dijo su comunidad en la encuesta. Respondió quien quiso"
    )
    assert f"{WATER} Más o menos cuatro de cada diez personas respondieron: water" in words
    assert "%" not in words
    assert not any(digit in words for digit in "0123456789")
    assert words.endswith("Gracias a quienes respondieron.")
    assert "Chunka runamanta yaqa tawam nin: water" in said(SHOWN, "quy")


@pytest.mark.parametrize(
    ("per_cent", "start"),
    [
        (4, None),
        (5, "Más o menos una de cada diez"),
        (14, "Más o menos una de cada diez"),
        (15, "Más o menos dos de cada diez"),
        (54, "Más o menos la mitad"),
        (94, "Más o menos nueve de cada diez"),
        (95, "Casi todas"),
        (100, "Casi todas"),
    ],
)
def test_rounded_to_the_nearest_of_ten(per_cent: int, start: str | None) -> None:
    words = said(of(("water_good", Shown(30, per_cent))))
    assert (f"{WATER} {start} " in words) if start else (words == "")


def test_what_is_hidden_is_not_told_nor_what_would_reveal_it() -> None:
    hidden = of(
        ("water_good", Suppressed()),
        ("water_fair", Shown(20, 33)),
        ("water_bad", Suppressed()),
        ("dont_know", Shown(12, 20)),
    )
    words = said(hidden)
    assert "tres de cada diez personas respondieron: water fair" in words
    for silent in ("water good", "water bad", "dos de cada diez", "más frecuente"):
        assert silent not in words
    assert told(of(("water_good", Shown(12, None))), CONTENT, "es") is None, "no per cent is shown"
    assert told(of(("woman", Shown(40, 66)), name="gender"), CONTENT, "es") is None


def test_a_table_by_district_tells_nothing_twice() -> None:
    once = of(("water_good", Shown(42, 70)))
    (table,) = once.tables
    twice = replace(once, tables=(table, replace(table, by=By.DISTRICT)))
    assert said(twice) == said(once)


def test_an_option_of_a_multiple_choice_is_who_named_it() -> None:
    item = of(("yes", Shown(42, 70)), ("no", Shown(18, 30)), name="water.water_bad")
    assert said(item).count("de cada diez") == 1
    assert "siete de cada diez personas respondieron: water bad." in said(item)


def test_it_is_short_for_the_ear_and_for_three_texts() -> None:
    for tag in ("es", "quy"):
        found = told(SHOWN, CONTENT, tag)
        assert found is not None
        for sentence in found.say.split(". "):
            assert estimated(f"{sentence}.", tag) <= MOST_SECONDS, sentence
        assert segments(cheapest(found.text)).count <= 3
        words = language(tag).results
        assert words is not None
        assert words.caution in found.text
        assert words.written(40) in found.text


def test_a_question_that_takes_too_long_to_say_is_left_out() -> None:
    long = "¿Cómo está el agua " + "que usa su familia para beber y regar " * 12 + "?"
    wordings = {
        tag: {**words, "question.water": {"say": long, "text": long}}
        for tag, words in CONTENT["wordings"].items()
    }
    assert said(SHOWN)
    found = told(SHOWN, CONTENT | {"wordings": wordings}, "es")
    assert found is not None
    assert "que usa su familia" not in found.say
    assert "trust" in found.say


def test_every_complete_language_has_the_words() -> None:
    for each in languages().values():
        assert each.results is not None or not each.is_complete, each.tag
    with pytest.raises(ValueError, match="1 to 10"):
        read_result_words({"of_ten": ["one"], "of_ten_written": "{n}"})
    assert told(SHOWN, CONTENT, "qvw") is None
    assert told(SHOWN, CONTENT, "xx") is None


def test_it_is_made_of_what_a_release_kept() -> None:
    assert told(from_json(as_json(SHOWN)), CONTENT, "es") == told(SHOWN, CONTENT, "es")
