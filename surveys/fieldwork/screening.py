"""Who has told during an interview that she is in a group of which there are enough already.

She is thanked and asked no further, and nothing that she answered is kept: she is no part of the
round. It is looked at when she has told, and once more at her last answer, while nobody else's can
be counted, so that of two who speak at once no group passes its target.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from programmes.questionnaire import place_option
from programmes.questions import QuestionKind
from storage.vault import Vault
from surveys import queries as surveys
from surveys.fieldwork import operations, queries
from surveys.fieldwork.quotas import as_contacts_say, fills, over_quota
from surveys.fieldwork.values import About, Of, State
from surveys.models import Response
from surveys.withdrawal import forget


def turn_away(
    connection: Connection,
    round_id: str,
    *,
    vault: Vault,
    line_key: str,
    sampled: str | None,
) -> bool:
    """Whether she, as far as she has told of herself, is one too many, and is gone from the round.

    Of a sample everybody; else only in a round that turns callers of a full group away.
    """
    here = queries.find(connection, round_id)
    if here is None or here.state is State.DRAFT or not here.plan.quotas:
        return False
    if sampled is None and not here.plan.turns_away:
        return False
    order = surveys.questions_of(connection, round_id)
    place = next(
        (each for each in order.questions if each.question.kind is QuestionKind.PLACE), None
    )
    round_ = surveys.keyed_round(connection, round_id, vault=vault)
    if round_ is None:
        return False
    queries.field(connection, round_id, held=True)
    progress = surveys.progress(connection, round_id, round_.respondent(line_key))
    if progress is None:
        return False
    places = {
        place_option(each.name): each.name for each in here.plan.quotas if each.of is Of.DISTRICT
    }
    gender = progress.answers.get(order.gender.name, "") if order.gender else ""
    about = About(
        gender=as_contacts_say(gender) or None,
        district=places.get(progress.answers.get(place.name, "")) if place else None,
        language=connection.execute(
            select(Response.language).where(Response.id == progress.response_id)
        ).scalar_one(),
    )
    found = fills(connection, round_id, here.plan.quotas)
    if not over_quota(found, about, is_complete=progress.is_complete):
        return False
    if sampled is not None:
        operations.note_one_too_many(connection, sampled, has_finished=progress.is_complete)
    forget(connection, progress.response_id)
    return True
