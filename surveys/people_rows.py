"""Rows about the people who finished, as safe as `disclosure.microdata` makes them. Pure.

Four columns say who somebody is: gender, district, age band and language, as far as a survey asks.
Genders and districts are told together as the tables tell them: a table would else give, of whom
the rows tell less, the number and the answers. Districts become provinces, then regions; bands of
age join their neighbours.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from itertools import pairwise
from random import Random

from disclosure.microdata import MERGED, Quasi, TooFew, microdata
from disclosure.values import Shown
from surveys.figures import By, Figures, Kind, Members
from surveys.groups import Places, gender_of
from surveys.queries import Given
from surveys.questionnaire import Asked, Order
from surveys.rows import is_about_her, of_her, row_of
from surveys.values import UNSAID

log = logging.getLogger(__name__)

PROVINCE, REGION = "province:", "region:"
"""What stands before the name of a place that is wider than a district."""


def columns_of(asked: Order) -> list[str]:
    """What a row tells besides its id, in this order."""
    who = (name for name in of_her(asked.questions) if name != "language")
    answers = (f"answer_{each.name}" for each in asked.questions if not is_about_her(each))
    return ["gender", *who, "language", *answers]


def people_rows(
    responses: Sequence[Given], asked: Order, *, shown: Figures, places: Places, rng: Random
) -> list[dict[str, str]]:
    """A row for each of those who finished, beside the tables that are `shown` of them; none where
    they cannot be made safe.

    Of who somebody is a row has `gender` and `language`, `district` and `age_band` where they were
    asked; every answer is `answer_` and the question's name.
    """
    told = of_her(asked.questions)
    questions = [question for question in asked.questions if not is_about_her(question)]
    columns = columns_of(asked)
    genders = _genders(shown) if asked.gender else {UNSAID: UNSAID}
    areas = _areas(shown, told["district"]) if "district" in told else {}

    def row(response: Given) -> dict[str, str]:
        values = {"language": response.language}
        values |= {column: row_of(each, response.answers) for column, each in told.items()}
        values |= {f"answer_{each.name}": row_of(each, response.answers) for each in questions}
        values["gender"] = genders.get(gender_of(response, asked), MERGED)
        if "district" in values:
            values["district"] = areas.get(values["district"], MERGED)
        return {name: values[name] for name in columns}

    rows = [row(response) for response in responses if response.is_complete]
    quasi = [Quasi("gender", in_tables=True)]
    if "district" in told:
        quasi.append(Quasi("district", _wider(areas, places), in_tables=True))
    if "age_band" in told:
        quasi.append(Quasi("age_band", _joined(told["age_band"].options)))
    quasi.append(Quasi("language"))
    try:
        return microdata(
            rows,
            rng=rng,
            quasi=quasi,
            sensitive=[f"answer_{each.name}" for each in questions],
        )
    except TooFew:
        log.info("microdata_withheld")
        return []


def _genders(shown: Figures) -> dict[str, str]:
    """What each gender is called in the rows: as the finest table of answers tells it."""
    by_gender = [
        each.columns for each in shown.tables if each.kind is Kind.QUESTION and each.by is By.GENDER
    ]
    return _together(max(by_gender, key=len, default=()))


def _areas(shown: Figures, home: Asked) -> dict[str, str]:
    """What each district is called in the rows; nothing where tables tell of none."""
    table = shown.question(home.name)
    is_told = table and all(isinstance(cell, Shown) for row in table.cells for cell in row)
    return _together(table.rows) if table and is_told else {}


def _together(groups: Sequence[Members]) -> dict[str, str]:
    return {name: "+".join(members) for members in groups for name in members}


def _wider(areas: Mapping[str, str], places: Places) -> tuple[Mapping[str, str], ...]:
    """Areas as provinces, and as regions, as far as none of them lies in two."""
    levels: list[Mapping[str, str]] = []
    for at, what in enumerate((PROVINCE, REGION)):
        lies_in: dict[str, set[str]] = {}
        for option, area in areas.items():
            lies_in.setdefault(area, set()).add(places[option][at] if option in places else "")
        # Whoever did not tell where she lives stays apart.
        named = {area: names for area, names in lies_in.items() if names != {""}}
        if named and all(len(names) == 1 for names in named.values()):
            levels.append({area: f"{what}{name}" for area, (name,) in named.items()})
    return tuple(levels)


def _joined(bands: Sequence[str]) -> tuple[Mapping[str, str], ...]:
    """Two neighbouring bands as one."""
    pairs = [pair for at, pair in enumerate(pairwise(bands)) if at % 2 == 0]
    return ({name: "+".join(pair) for pair in pairs for name in pair},)
