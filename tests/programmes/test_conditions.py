"""When a question is asked: what conditions mean, and what of them is refused."""

from __future__ import annotations

import pytest

from programmes.conditions import BadCondition, Compare, Not, Selected, holds, parse
from programmes.questions import Question, QuestionKind
from programmes.skipping import faults

ANSWERS = {
    "water": "bad",
    "age": "45",
    "trust": "dont_know",
    "born": "1980-11-05",
    "sources.radio": "yes",
    "sources.tv": "no",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${water} = 'bad'", True),
        ('${water} != "bad"', False),
        ("'bad' = ${water}", True),
        ("${age} >= 18 and ${age} < 60", True),
        ("60 <= ${age}", False),
        ("${age} = 45.0", True),
        ("selected(${sources}, 'radio')", True),
        ("selected(${sources}, 'tv')", False),
        ("selected(${water}, 'bad')", True),
        ("not(${water} = 'bad') or ${age} > 40", True),
        ("${water} = 'good' or ${water} = 'bad' and ${age} < 18", False),
        ("(${water} = 'good' or ${water} = 'bad') and ${age} > 18", True),
        # "do not know" is a text and no number
        ("${trust} = 'dont_know'", True),
        ("${trust} > 1", False),
        ("${trust} <= 1", False),
        ("not(${trust} > 1)", True),
        # what was not asked is the empty text, as in XLSForm
        ("${never} = ''", True),
        ("${never} != 'bad'", True),
        ("${never} < 5", False),
        ("${born} < '1990-01-01'", True),
        ("${born} >= '1990-01-01'", False),
    ],
)
def test_what_a_condition_means(text: str, expected: bool) -> None:
    assert holds(parse(text), ANSWERS) is expected


def test_a_condition_is_read_into_data() -> None:
    assert parse("not( selected(${a}, 'x') )") == Not(Selected("a", "x"))
    assert parse("3 < ${n}") == Compare("n", ">", "3")


@pytest.mark.parametrize(
    ("text", "says", "place"),
    [
        ("", "empty", 0),
        ("${water} = ", "belongs a text", 11),
        ("${water} == 'bad'", "belongs a text", 10),
        ("${water}", "belongs a comparison", 8),
        ("(${water} = 'bad'", "')' is missing", 17),
        ("${water} = 'bad') ", "not understood", 16),
        ("${water} = 'bad' xor ${age} > 1", "not understood", 17),
        ("count(${water}) > 1", "'count' is not known", 0),
        ("${water} = today()", "'today' is not known", 11),
        ("__import__('os')", "'__import__' is not known", 0),
        ("${age} > 1 + 1", "not understood", 11),
        ("${water} = ${age}", "belongs a text", 11),
        ("(" * 40 + "${a} = 1" + ")" * 40, "too many parentheses", 20),
        ("${a} = 1" + " or ${a} = 1" * 100, "at most", 1000),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, says: str, place: int) -> None:
    with pytest.raises(BadCondition) as caught:
        parse(text)
    assert says in str(caught.value)
    assert caught.value.place == place


WATER = Question("water", ("good", "bad"))
AGE = Question("age", kind=QuestionKind.NUMBER, low=18, high=99)
SOURCES = Question("sources", ("radio", "tv"), kind=QuestionKind.MULTIPLE)


def asked(relevant: str, *before: Question) -> list[str]:
    last = Question("last", ("x", "y"), relevant=relevant)
    return [each.message for each in faults([*(before or (WATER, AGE, SOURCES)), last])]


@pytest.mark.parametrize(
    ("relevant", "says"),
    [
        ("${watre} = 'bad'", "there is no question 'watre'"),
        ("${last} = 'x'", "cannot depend on itself"),
        ("${water} = 'dirty'", "cannot be answered with 'dirty'"),
        ("${water} > 2", "is no number"),
        ("${sources} = 'radio'", "selected(${sources}, 'radio')"),
        ("selected(${sources}, 'press')", "no option 'press'"),
        ("selected(${age}, '20')", "no options to be selected"),
        ("${age} > 'old'", "no number to compare"),
        ("${age} = 12", "cannot be answered with '12'"),
        ("${age} < 18", "no answers before it lead"),
        ("${water} = 'good' and ${water} = 'bad'", "no answers before it lead"),
        ("selected(${sources}, 'tv') and not(selected(${sources}, 'tv'))", "no answers before it"),
    ],
)
def test_what_makes_no_sense_here_is_refused(relevant: str, says: str) -> None:
    assert len(asked(relevant)) == 1
    assert says in asked(relevant)[0]


def test_what_makes_sense_is_let_through() -> None:
    assert asked("${water} = 'dont_know' or (${age} > 60 and selected(${sources}, 'tv'))") == []
    assert asked("${water} = ''", WATER) == ["no answers before it lead to the question 'last'"]


def test_a_way_that_an_earlier_skip_closes_is_no_way() -> None:
    later = Question("later", ("x", "y"), relevant="${water} = 'bad'")
    assert asked("${later} = 'x' and ${water} = 'good'", WATER, later)
    assert not asked("${later} = 'x' and ${water} = 'bad'", WATER, later)


def test_what_comes_later_decides_nothing() -> None:
    early = Question("early", ("x",), relevant="${water} = 'bad'")
    assert [each.message for each in faults([early, WATER])] == [
        "'early' cannot depend on 'water', which comes later"
    ]


def test_what_may_change_places_does_not_depend_on_each_other() -> None:
    first = Question("first", ("x", "y"), shuffle=1)
    second = Question("second", ("x", "y"), shuffle=1, relevant="${first} = 'x'")
    assert "comes later" in faults([first, second])[0].message
    same = [
        Question("first", ("x", "y"), shuffle=1, group="g"),
        Question("second", ("x", "y"), shuffle=1, group="g", relevant="${first} = 'x'"),
    ]
    assert faults(same) == []


def test_blocks_and_what_changes_places_stand_together() -> None:
    a = Question("a", ("x",), shuffle=1)
    apart = faults([a, WATER, Question("b", ("x",), shuffle=1)])
    assert [each.message for each in apart] == ["what changes places does not stand together"]
    block = Question("c", ("x",), group="g")
    apart = faults([block, WATER, Question("d", ("x",), group="g")])
    assert [each.message for each in apart] == [
        "the questions of the block 'g' do not stand together"
    ]
