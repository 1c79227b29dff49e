"""Writes of a survey: rounds, responses and answers. Nothing here commits.

The three that a conversation uses run inside its turn: at most three statements each, one read
included, as the round's key must be opened before a respondent can be found.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import secrets
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, null, select, update

from programmes.values import Programme
from storage.ids import new_id
from storage.upsert import insert_for, insert_into
from storage.vault import Vault
from surveys import queries
from surveys.errors import NoSuchResponse, NotAnOption
from surveys.models import Answer, Response, Round, RoundKey
from surveys.values import (
    GRACE,
    KEY_LIFE,
    NO,
    Opened,
    Published,
    Recorded,
    Status,
    content_hash,
    frozen,
)

log = logging.getLogger(__name__)

_ROUNDS: Any = Round.__table__
_KEYS: Any = RoundKey.__table__
_RESPONSES: Any = Response.__table__
_ANSWERS: Any = Answer.__table__


standing = queries.standing
"""A read, here too because a conversation does it between the writes."""


def publish(
    connection: Connection, *, vault: Vault, programme: Programme, now: dt.datetime
) -> Published | None:
    """Open a round of the programme's survey, frozen as it is now; None where it has no survey.

    An open round is never changed: where it asks anything else, or in other words, `differs` says
    so, and closing it is the operator's decision.
    """
    content = frozen(programme)
    if content is None:
        return None
    questionnaire = content_hash(content)
    round_id = connection.execute(
        insert_into(connection, _ROUNDS)
        .values(
            id=new_id(),
            programme=programme.slug,
            survey=content["survey"],
            questionnaire=questionnaire,
            questions=content["questions"],
            content=content,
            opened_at=now,
        )
        .on_conflict_do_nothing()
        .returning(_ROUNDS.c.id)
    ).scalar_one_or_none()
    if round_id is None:
        there = connection.execute(
            select(Round.id, Round.questionnaire).where(
                Round.programme == programme.slug, Round.closed_at.is_(None)
            )
        ).one()
        return Published(there.id, is_new=False, differs=there.questionnaire != questionnaire)
    key = secrets.token_bytes(32)
    connection.execute(
        insert(_KEYS).values(
            round_id=round_id,
            sealed=vault.seal(queries.KEY_PURPOSE, key),
            fingerprint=hashlib.sha256(key).hexdigest()[:16],
        )
    )
    return Published(round_id, is_new=True, differs=False)


def close_round(
    connection: Connection, *, round_id: str, now: dt.datetime, grace: dt.timedelta = GRACE
) -> bool:
    """Let nobody new begin; who had begun may finish within `grace`. False if closed already."""
    closed = connection.execute(
        update(_ROUNDS)
        .where(Round.id == round_id, Round.closed_at.is_(None))
        .values(closed_at=now, ends_at=now + grace)
        .returning(Round.id)
    )
    return closed.first() is not None


def open_response(
    connection: Connection,
    *,
    vault: Vault,
    round_id: str,
    line_key: str,
    language: str,
    channel: str,
    consent_wording: str,
    consent_answer: str,
    today: dt.date,
    now: dt.datetime,
    only_new: bool = False,
) -> Opened:
    """Begin, or find where she stopped; `closed` too where the round's key is gone.

    With `only_new` a response that is there is somebody else's: `done`.

    `line_key` is whatever tells people apart for as long as a round lasts; only its HMAC under the
    round's key is kept. `today` is her day, the one trace of time a response has. ValueError for
    a consent of "no": nothing is kept of her.
    """
    if consent_answer == NO:
        raise ValueError("who does not consent has no response")
    round_ = queries.keyed_round(connection, round_id, vault=vault)
    if round_ is None:
        return Opened(Status.CLOSED, None)
    respondent = round_.respondent(line_key)
    if round_.takes_new_people:
        begun = connection.execute(
            insert_into(connection, _RESPONSES)
            .values(
                id=new_id(),
                round_id=round_id,
                respondent=respondent,
                channel=channel,
                language=language,
                consent_wording=consent_wording,
                consent_answer=consent_answer,
                complete=False,
                day=today,
            )
            .on_conflict_do_nothing(index_elements=["round_id", "respondent"])
            .returning(_RESPONSES.c.id)
        ).first()
        if begun is not None:
            return Opened(Status.OPEN, round_.order.first_without(()))
        if only_new:
            return Opened(Status.DONE, None)
    progress = queries.progress(connection, round_id, respondent)
    if progress is not None and progress.is_complete:
        return Opened(Status.DONE, None)
    if progress is None or not round_.takes_answers(now):
        return Opened(Status.CLOSED, None)
    return Opened(Status.OPEN, round_.order.first_without(progress.answered))


@cache
def _keeping(dialect: str) -> Any:
    """Keeps an answer of whoever has a response, or puts it in place of the one before."""
    names = ("id", "question", "value")
    given, question, value = (bindparam(name, type_=_ANSWERS.c[name].type) for name in names)
    hers = select(given, Response.id, question, value).where(
        Response.round_id == bindparam("round"), Response.respondent == bindparam("respondent")
    )
    kept = insert_for(dialect, _ANSWERS).from_select(
        ["id", "response_id", "question", "value"], hers
    )
    return kept.on_conflict_do_update(
        index_elements=["response_id", "question"], set_={"value": kept.excluded.value}
    ).returning(_ANSWERS.c.response_id)


def record_answer(
    connection: Connection,
    *,
    vault: Vault,
    round_id: str,
    line_key: str,
    question: str,
    value: str,
    now: dt.datetime,
) -> Recorded:
    """Keep an answer, or put it in place of the one before; tell what is asked next.

    After the last question the response is complete if nothing is missing; if something is, that
    is asked. NotAnOption or NoSuchResponse where the caller is wrong.
    """
    round_ = queries.keyed_round(connection, round_id, vault=vault)
    if round_ is None:
        return Recorded(Status.CLOSED, None)
    asked = round_.order.find(question)
    if asked is None or value not in asked.answers:
        raise NotAnOption(question)
    if not round_.takes_answers(now):
        return Recorded(Status.CLOSED, None)
    respondent = round_.respondent(line_key)
    response_id = connection.execute(
        _keeping(connection.dialect.name),
        {
            "id": new_id(),
            "question": question,
            "value": value,
            "round": round_id,
            "respondent": respondent,
        },
    ).scalar_one_or_none()
    if response_id is None:
        raise NoSuchResponse(round_id)
    following = round_.order.after(question)
    if following is not None:
        return Recorded(Status.OPEN, following)
    given = select(func.count()).where(Answer.response_id == response_id).scalar_subquery()
    complete = connection.execute(
        update(_RESPONSES)
        .where(Response.id == response_id, given == len(round_.order.questions))
        .values(complete=True)
        .returning(Response.id)
    ).first()
    if complete is not None:
        return Recorded(Status.OPEN, None)
    progress = queries.progress(connection, round_id, respondent)
    answered = progress.answered if progress else ()
    return Recorded(Status.OPEN, round_.order.first_without(answered))


def destroy_keys(
    connection: Connection, *, now: dt.datetime, after: dt.timedelta = KEY_LIFE
) -> list[str]:
    """Destroy the keys of rounds closed for `after`; return the rounds. Logged by fingerprint.

    From then on nobody, with the whole database, can tell whose a response is.
    """
    due = select(Round.id).where(Round.closed_at <= now - after)
    gone = connection.execute(
        delete(_KEYS)
        .where(RoundKey.round_id.in_(due))
        .returning(_KEYS.c.round_id, _KEYS.c.fingerprint)
    ).all()
    for row in gone:
        log.info("round_key_destroyed", extra={"round": row.round_id, "key": row.fingerprint})
    return [row.round_id for row in gone]


def forget_respondents(connection: Connection, *, limit: int) -> int:
    """Empty `respondent` in up to `limit` responses whose round has no key; return how many."""
    keyed = select(RoundKey.round_id)
    chosen = (
        select(Response.id)
        .where(Response.respondent.is_not(None), Response.round_id.not_in(keyed))
        .limit(limit)
    )
    forgotten = connection.execute(
        update(_RESPONSES)
        .where(Response.id.in_(chosen.scalar_subquery()))
        .values(respondent=null())
        .returning(Response.id)
    )
    return len(forgotten.all())
