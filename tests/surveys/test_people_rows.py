"""Rows about people beside the tables of the same people: what is left when one is taken from the
other is nobody, or enough people who did not all say the same."""

from __future__ import annotations

import random
from collections import Counter
from random import Random

import pytest

from disclosure.values import RULE, Shown
from programmes.questions import Question, QuestionKind, question_content
from surveys.figures import By, Figure
from surveys.people_rows import people_rows
from surveys.queries import Given
from surveys.questionnaire import order
from surveys.tabulate import figures
from tests.surveys.people import TODAY

GENDERS = ("woman", "man", "gender_other", "gender_unsaid")
AGES = ("age_18_29", "age_30_44", "age_45_59", "age_60")
PLACES = tuple(f"place_{name}" for name in "abcd")
QUESTIONS = (
    Question("water", ("good", "fair", "bad")),
    Question("river", ("yes", "no"), kind=QuestionKind.YES_NO),
    Question("gender", GENDERS, is_gender=True),
    Question("age_band", AGES, block="age_band"),
    Question("district", PLACES, kind=QuestionKind.PLACE, block="district"),
)
ORDER = order([question_content(each) for each in QUESTIONS])
WHERE = {name: ("Yauli" if name < "place_c" else "Jauja", "Junín") for name in PLACES}


def people(dice: Random) -> list[Given]:
    """Lopsided in everything: few of some genders, small districts, one answer among many."""
    weights = {each.name: [dice.random() ** 3 for _ in each.options] for each in QUESTIONS[:2]}
    weights |= {"gender": [50, 50 * dice.random(), 3 * dice.random(), 3 * dice.random()]}
    weights |= {name: [dice.random() ** 2 for _ in range(4)] for name in ("age_band", "district")}
    weights["river"] = [1, 0.03]
    options = {"river": ("yes", "no")} | {
        each.name: each.options for each in QUESTIONS if each.name != "river"
    }
    return [
        Given(
            dice.choices(("es", "quy", "qvw"), (20, 6, 1))[0],
            True,
            {name: dice.choices(options[name], weights[name])[0] for name in options},
            week=TODAY,
        )
        for _ in range(dice.choice((12, 30, 60, 120, 300)))
    ]


def left_over(
    table: Figure, column: int, rows: list[dict[str, str]], told: str
) -> tuple[int, Counter[tuple[str, ...]]]:
    """How many a column counts, and of them by their answer those whom the rows do not tell;
    nobody where a count of the column is hidden."""
    members, found, everybody = set(table.columns[column]), Counter[tuple[str, ...]](), 0
    for answers, cells in zip(table.rows, table.cells, strict=False):
        cell = cells[column]
        if not isinstance(cell, Shown):
            return 0, Counter()
        everybody += cell.count
        found[answers] = cell.count - sum(
            row[f"answer_{table.name}"] in answers and members.issuperset(row[told].split("+"))
            for row in rows
        )
    return everybody, +found


@pytest.mark.parametrize("time", range(3))
def test_a_table_less_the_rows_is_nobody_or_enough(time: int, full_size: bool) -> None:
    seed = random.randrange(10**6) if full_size else 20261123 + time
    dice = Random(seed)
    compared = 0
    for _ in range(40):
        asked = people(dice)
        shown = figures(asked, ORDER, places=WHERE)
        rows = people_rows(asked, ORDER, shown=shown, places=WHERE, rng=dice)
        for table in shown.tables:
            told = "district" if table.by is By.DISTRICT else "gender"
            if table.name not in ("water", "river"):
                continue
            for column in range(len(table.columns)) if rows else ():
                everybody, left = left_over(table, column, rows, told)
                count = sum(left.values())
                about = f"seed {seed}: {table.name} {told} {table.columns[column]}: {left}"
                compared += everybody > 0
                # Of whom no row tells, the table says what it says without the rows.
                assert count in (0, everybody) or (count >= RULE.minimum and len(left) > 1), about
    assert compared, f"seed {seed}"
