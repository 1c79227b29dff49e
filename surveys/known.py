"""What somebody told of herself before, taken as her answers in a round where she agrees to it.

Only her gender and her district are kept of anybody (`contacts.about`), each with her consent. What
is taken is kept like an answer that she gave now, bound to the same words: nothing in a response
tells that it came from elsewhere, which would lead to the few of whom it is kept. Nothing here
commits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from programmes.questionnaire import place_option
from storage.vault import Vault
from surveys import operations, queries
from surveys.questionnaire import Order
from surveys.values import MAN, OTHER, WOMAN, Met, Recorded, Status

_GENDERS = {"woman": WOMAN, "man": MAN, "other": OTHER}
"""By what is kept of a person (`contacts.values.Gender`); whoever would not say told nothing."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is kept of somebody: her gender, and the slug of her district."""

    gender: str | None = None
    district: str | None = None


def fitting(order: Order, told: Told) -> dict[str, str]:
    """What she told, as answers to the questions of a round that ask for just that."""
    found = {}
    for each in order.questions:
        value = _GENDERS.get(told.gender or "") if each.is_gender else None
        if each.is_district and told.district:
            value = place_option(told.district)
        if value is not None and value in each.options:
            found[each.name] = value
    return found


def is_wanted(
    connection: Connection, *, vault: Vault, round_id: str, line_key: str, told: Told
) -> bool:
    """Whether the round asks for what she told before, and she has answered none of that yet."""
    round_ = queries.keyed_round(connection, round_id, vault=vault) if told != Told() else None
    given = fitting(round_.order, told) if round_ else {}
    if round_ is None or not given:
        return False
    progress = queries.progress(connection, round_id, round_.respondent(line_key))
    return progress is not None and not given.keys() & progress.answers.keys()


def put(
    connection: Connection,
    *,
    vault: Vault,
    round_id: str,
    line_key: str,
    told: Told,
    agreed: bool,
    met: Callable[[str], Met],
    now: dt.datetime,
) -> Recorded:
    """Take what she told as her answers; or, where she does not agree, forget what she answered
    to these questions, as she may have come back to change her mind. Tell what is asked first.

    `met` gives the words of a question. `closed` where the round takes no answers any more.
    """
    round_ = queries.keyed_round(connection, round_id, vault=vault)
    progress = round_ and queries.progress(connection, round_id, round_.respondent(line_key))
    if round_ is None or not progress or not round_.takes_answers(now):
        return Recorded(Status.CLOSED, None)
    given = fitting(round_.order, told)
    if not agreed:
        operations.forget_answers(connection, response_id=progress.response_id, asked=given)
    for name, value in given.items() if agreed else ():
        operations.record_answer(
            connection,
            vault=vault,
            round_id=round_id,
            line_key=line_key,
            question=name,
            value=value,
            now=now,
            met=met(name),
        )
    return operations.first_asked(connection, round_, round_.respondent(line_key))
