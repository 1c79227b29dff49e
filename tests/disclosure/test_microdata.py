"""Rows about single people: merged, shuffled, named anew, or not given at all."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.microdata import HIDDEN, MERGED, TooFew, microdata

Rows = list[dict[str, str]]


def people(number: int, gender: str, language: str) -> Rows:
    return [{"gender": gender, "language": language, "water": f"w{n % 3}"} for n in range(number)]


def groups(rows: Rows) -> Counter[tuple[str, str]]:
    return Counter((row["gender"], row["language"]) for row in rows)


def test_language_is_merged_before_gender() -> None:
    rows = people(9, "woman", "es") + people(2, "woman", "quy") + people(4, "woman", "qvw")
    assert groups(microdata(rows, rng=Random(1))) == {("woman", "es"): 9, ("woman", MERGED): 6}


def test_a_rare_gender_is_merged() -> None:
    rows = people(20, "woman", "es") + people(6, "man", "es") + people(1, "gender_other", "es")
    done = microdata(rows, rng=Random(1))
    assert groups(done) == {("woman", "es"): 20, (MERGED, "es"): 7}


def test_too_few_rows_give_no_file() -> None:
    with pytest.raises(TooFew):
        microdata(people(4, "woman", "es"), rng=Random(1))


def test_order_and_ids_tell_nothing_of_the_input() -> None:
    rows = [row | {"water": str(n)} for n, row in enumerate(people(50, "woman", "es"))]
    first, second = microdata(rows, rng=Random(1)), microdata(rows, rng=Random(2))
    assert [row["water"] for row in first] != [row["water"] for row in rows]
    assert not {row["id"] for row in first} & {row["id"] for row in second}
    assert len({row["id"] for row in first}) == 50


@given(st.lists(st.tuples(st.sampled_from("wmou"), st.sampled_from("abc")), max_size=60))
def test_every_group_is_large_enough_or_there_is_no_file(drawn: list[tuple[str, str]]) -> None:
    rows = [{"gender": gender, "language": language} for gender, language in drawn]
    try:
        done = microdata(rows, rng=Random(1))
    except TooFew:
        assert len(rows) < 5
        return
    assert len(done) == len(rows)
    assert all(size >= 5 for size in groups(done).values())


def test_what_a_whole_group_answered_is_not_told() -> None:
    """It is hidden of the group, and of another with it: the total would tell it."""
    quechua = [row | {"water": "bad"} for row in people(6, "woman", "quy")]
    done = microdata(
        people(9, "woman", "es") + quechua + people(8, "man", "es"),
        rng=Random(1),
        sensitive=["water"],
    )
    assert groups(done) == {("woman", "es"): 9, ("woman", "quy"): 6, ("man", "es"): 8}
    hidden = Counter((row["gender"], row["language"]) for row in done if row["water"] == HIDDEN)
    assert hidden == {("woman", "quy"): 6, ("man", "es"): 8}


def test_what_all_women_answered_is_hidden_from_all() -> None:
    women = [
        row | {"water": "bad", "work": f"x{n % 2}"}
        for n, row in enumerate(people(9, "woman", "es"))
    ]
    men = [row | {"work": "x0"} for row in people(8, "man", "es")] + people(1, "man", "es")
    men[-1]["work"] = "x1"
    done = microdata(women + men, rng=Random(1), sensitive=["water", "work"])
    assert {row["water"] for row in done} == {HIDDEN}
    assert {row["work"] for row in done} == {"x0", "x1"}
    assert set(groups(done).values()) == {9}


@given(
    st.lists(
        st.tuples(st.sampled_from("wmo"), st.sampled_from("ab"), *[st.sampled_from("xyz")] * 2),
        max_size=60,
    )
)
def test_no_group_shares_an_answer(drawn: list[tuple[str, str, str, str]]) -> None:
    rows = [dict(zip(("gender", "language", "p", "q"), each, strict=True)) for each in drawn]
    try:
        done = microdata(rows, rng=Random(1), sensitive=["p", "q"])
    except TooFew:
        return
    for column in ("p", "q"):
        seen: dict[tuple[str, str], set[str]] = {}
        for row in done:
            seen.setdefault((row["gender"], row["language"]), set()).add(row[column])
        assert all(values == {HIDDEN} or len(values) > 1 for values in seen.values())
