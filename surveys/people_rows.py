"""Rows about the people who finished, as safe as `disclosure.microdata` makes them. Pure.

Four columns say who somebody is: gender, district, age band and language, as far as a survey asks.
Districts become provinces, then regions; bands of age join their neighbours.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from itertools import pairwise
from random import Random

from disclosure.microdata import Quasi, TooFew, microdata
from surveys.groups import Places, gender_of
from surveys.queries import Given
from surveys.questionnaire import Order
from surveys.rows import is_about_her, of_her, row_of

log = logging.getLogger(__name__)

PROVINCE, REGION = "province:", "region:"
"""What stands before the name of a place that is wider than a district."""


def columns_of(asked: Order) -> list[str]:
    """What a row tells besides its id, in this order."""
    who = (name for name in of_her(asked.questions) if name != "language")
    answers = (f"answer_{each.name}" for each in asked.questions if not is_about_her(each))
    return ["gender", *who, "language", *answers]


def people_rows(
    responses: Sequence[Given], asked: Order, *, places: Places, rng: Random
) -> list[dict[str, str]]:
    """A row for each of those who finished; none where they cannot be made safe.

    Of who somebody is a row has `gender` and `language`, `district` and `age_band` where they were
    asked; every answer is `answer_` and the question's name.
    """
    told = of_her(asked.questions)
    questions = [question for question in asked.questions if not is_about_her(question)]
    columns = columns_of(asked)

    def row(response: Given) -> dict[str, str]:
        values = {"gender": gender_of(response, asked), "language": response.language}
        values |= {column: row_of(each, response.answers) for column, each in told.items()}
        values |= {f"answer_{each.name}": row_of(each, response.answers) for each in questions}
        return {name: values[name] for name in columns}

    rows = [row(response) for response in responses if response.is_complete]
    quasi = [Quasi("gender")]
    if "district" in told:
        quasi.append(Quasi("district", _wider(places)))
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


def _wider(places: Places) -> tuple[Mapping[str, str], ...]:
    provinces = {
        option: f"{PROVINCE}{province}" for option, (province, _) in places.items() if province
    }
    regions = {option: f"{REGION}{region}" for option, (_, region) in places.items() if region}
    return tuple(level for level in (provinces, regions) if level)


def _joined(bands: Sequence[str]) -> tuple[Mapping[str, str], ...]:
    """Two neighbouring bands as one."""
    pairs = [pair for at, pair in enumerate(pairwise(bands)) if at % 2 == 0]
    return ({name: "+".join(pair) for pair in pairs for name in pair},)
