"""Rounds whose results are shown several times, and an attacker who has kept them all.

He knows every table of every showing, and that the same people are behind them: how many answered
what, of which gender, from which district, in which week, is one unknown each.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import pytest

from disclosure.values import RULE, SMALL_AREA, Shown
from programmes.questions import Question, QuestionKind, question_content
from surveys.figures import By, Figure, Figures, Kind
from surveys.groups import gender_of
from surveys.queries import Given
from surveys.questionnaire import order
from surveys.rows import row_of, rows_of
from surveys.snapshots import FIRST, Told, last_results
from surveys.tabulate import counted, interim
from tests.disclosure.attacker import Interval, System

SEQUENCES = 50
MONDAY = dt.date(2026, 11, 23)
GENDERS = ("woman", "man", "gender_other", "gender_unsaid")
PLACES = tuple(f"place_{name}" for name in "abcd")
QUESTIONS = (
    Question("water", ("good", "fair", "bad")),
    Question("river", ("yes", "no"), kind=QuestionKind.YES_NO),
    Question("why", ("dirty", "far"), relevant="${river} = 'yes'"),
    Question("news", ("radio", "meetings"), kind=QuestionKind.MULTIPLE),
    Question("gender", GENDERS, is_gender=True),
    Question("district", PLACES, kind=QuestionKind.PLACE, block="district"),
)
ORDER = order([question_content(each) for each in QUESTIONS])
ASKED = [each for each in ORDER.questions if each.name not in ("gender", "district")]
WHERE = {name: ("Yauli" if name < "place_c" else "Jauja", "Junín") for name in PLACES}


def round_of(dice: random.Random) -> list[Given]:
    """Who answers over some weeks: lopsided in everything."""
    weights = {
        each.name: [dice.random() ** 2 for _ in (*each.options, *each.question.missing)]
        for each in ORDER.questions
    }
    refusing = dice.random() / 20

    def one(week: int) -> Given:
        answers: dict[str, str] = {}
        refuses_news = dice.random() < refusing
        for each in ORDER.questions:
            if each.name == "why" and answers["river"] != "yes":
                continue
            names = (*each.options, *each.question.missing)
            answers[each.name] = dice.choices(names, weights[each.name])[0]
            if each.item:
                answers[each.name] = "refused" if refuses_news else dice.choice(("yes", "no"))
        return Given("es", True, answers, week=MONDAY + dt.timedelta(weeks=week))

    sizes = [dice.choice((12, 30, 60, 150, 300)) for _ in range(dice.randint(2, 4))]
    return [one(week) for week, size in enumerate(sizes) for _ in range(size)]


def showings(people: Sequence[Given]) -> list[Figures]:
    """As `surveys.snapshots` shows a round: each time twice as many are in, and at its end."""
    shown: list[Figures] = []
    for week in sorted({each.week for each in people if each.week})[:-1]:
        until = [each for each in people if each.week and each.week <= week]
        if len(until) >= max(FIRST, 2 * counted(shown[-1]) if shown else 0):
            shown.append(
                interim(until, ORDER, people=len(until), through=week, earlier=list(shown))
            )
    last, _ = last_results(people, ORDER, [], WHERE, [Told(each, 0) for each in shown])
    return [*shown, last]


@dataclass
class Tally:
    """What an attack on one question of one round came to."""

    hidden: int = 0
    recovered: int = 0
    narrow: int = 0
    large: int = 0
    shown: int = 0
    worst: list[str] = field(default_factory=list)


def attack(name: str, people: Sequence[Given], shown: Sequence[Figures], tally: Tally) -> None:
    asked = ORDER.find(name)
    assert asked is not None
    weeks = sorted({str(each.week) for each in people})
    rows = rows_of(asked)
    axes = {By.GENDER: [*GENDERS], By.DISTRICT: [*PLACES, "dont_know", "refused"], By.WEEK: weeks}
    everything = list(product(rows, *axes.values()))
    at = {By.GENDER: 1, By.DISTRICT: 2, By.WEEK: 3}
    truth: dict[tuple[str, ...], int] = {}
    home = ORDER.find("district")
    assert home is not None
    for each in people:
        place = (
            row_of(asked, each.answers),
            gender_of(each, ORDER),
            row_of(home, each.answers),
            str(each.week),
        )
        truth[place] = truth.get(place, 0) + 1

    def unknowns(
        table: Figure, row: Sequence[str] | None, column: Sequence[str] | None, until: str
    ) -> tuple[Hashable, ...]:
        return tuple(
            each
            for each in everything
            if (row is None or each[0] in row)
            and (column is None or each[at[table.by]] in column)
            and each[3] <= until
        )

    system = System()
    targets: dict[Hashable, tuple[Hashable, ...]] = {}
    rule = {By.GENDER: RULE, By.DISTRICT: SMALL_AREA, By.WEEK: RULE}
    for number, figures_ in enumerate(shown):
        until = str(figures_.through) if figures_.through else weeks[-1]
        for table in figures_.tables:
            if table.kind is not Kind.QUESTION or table.name not in (name, "district"):
                continue
            is_home = table.name == "district"
            columns: list[Sequence[str] | None] = [*table.columns, None]
            for members, cells in zip((*table.rows, None), table.cells, strict=True):
                for column, cell in zip(columns, cells, strict=True):
                    parts = (
                        tuple(
                            each
                            for each in everything
                            if (members is None or each[2] in members)
                            and (column is None or each[1] in column)
                            and each[3] <= until
                        )
                        if is_home
                        else unknowns(table, members, column, until)
                    )
                    real = sum(truth.get(each, 0) for each in parts)  # type: ignore[call-overload]
                    if isinstance(cell, Shown):
                        assert cell.count == real
                        system.know(parts, cell.count)
                    elif not is_home:
                        targets[number, table.by, members, column] = parts
                    if not is_home:
                        least = rule[table.by].minimum
                        tally.large += real >= least
                        tally.shown += real >= least and isinstance(cell, Shown)
        # What was merged is hidden too: each answer by itself, as it stood then.
        table_ = figures_.question(name)
        assert table_ is not None
        for members in table_.rows:
            if len(members) > 1:
                for one in members:
                    targets[number, By.GENDER, (one,), None] = unknowns(table_, [one], None, until)
    targets = {
        target: parts
        for target, parts in targets.items()
        if not is_told_elsewhere(parts, system.sums)
    }
    if not targets:
        return
    found: Mapping[Hashable, Interval] = system.intervals(
        targets, wide_enough=SMALL_AREA.protection
    )
    for target, (low, high) in found.items():
        by = target[1]  # type: ignore[index]
        tally.hidden += 1
        tally.recovered += high - low < 1
        if high - low < rule[by].protection - 1e-6:
            tally.narrow += 1
            tally.worst.append(f"{name} {target}: {low} to {high}")


def is_told_elsewhere(
    parts: Sequence[Hashable], sums: Sequence[tuple[tuple[Hashable, ...], int]]
) -> bool:
    """Whether the same people are counted by a number that is shown: what nobody at all answered
    was answered by nobody in any week."""
    nobody = {each for unknowns, total in sums if total == 0 for each in unknowns}
    rest = set(parts) - nobody
    return not rest or any(rest == set(unknowns) - nobody for unknowns, _ in sums)


def test_fifty_sequences_of_overlapping_results(
    capsys: pytest.CaptureFixture[str], full_size: bool
) -> None:
    """None recovered from all of them together, none worked out more closely than the rule lets,
    and half of what may be shown is."""
    seed = random.randrange(10**6) if full_size else 20261123
    dice = random.Random(seed)
    tally, results = Tally(), 0
    for _ in range(SEQUENCES):
        people = round_of(dice)
        shown = showings(people)
        results += len(shown)
        attack(dice.choice(ASKED).name, people, shown, tally)
    with capsys.disabled():
        print(
            f"\nseed {seed}, {SEQUENCES} rounds, shown {results} times: {tally.recovered} of ",
            end="",
        )
        print(f"{tally.hidden} hidden counts recovered, {tally.narrow} worked out too ", end="")
        print(f"closely; {tally.shown} of {tally.large} counts of the minimum or more ", end="")
        print(f"shown ({tally.shown / tally.large:.0%})")
    assert (tally.recovered, tally.narrow) == (0, 0), tally.worst
    assert tally.shown * 2 >= tally.large


def test_hidden_is_what_the_attacker_looks_for() -> None:
    """Where the guard is left out he finds it."""
    system = System()
    system.know(["woman", "man"], 14)
    system.know(["man"], 11)
    assert system.intervals({"hers": ("woman",)}) == {"hers": (3.0, 3.0)}
