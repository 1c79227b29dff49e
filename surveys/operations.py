"""Writes of a survey: rounds, responses and answers. Nothing here commits.

The three that a conversation uses run inside its turn: at most three statements each, one read
included, as the round's key must be opened before a respondent can be found. An answer on which
others depend takes up to three more.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import secrets
from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, null, select, update

from programmes.questions import YES, QuestionKind
from programmes.values import Programme
from storage.ids import new_id
from storage.upsert import insert_for, insert_into
from storage.vault import Vault
from surveys import open_answers, pilots, queries
from surveys.errors import NoSuchResponse, NotAnOption
from surveys.models import Answer, Response, Round, RoundKey
from surveys.questionnaire import Answers, Asked, Order, options_in_order
from surveys.values import (
    GRACE,
    KEY_LIFE,
    NO,
    Met,
    Opened,
    Published,
    Recorded,
    Status,
    Words,
    content_hash,
    frozen,
    monday_of,
)

log = logging.getLogger(__name__)

_ROUNDS: Any = Round.__table__
_KEYS: Any = RoundKey.__table__
_RESPONSES: Any = Response.__table__
_ANSWERS: Any = Answer.__table__
_UNTOLD = Met()


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
    round's key is kept. `today` is her day; a response has no trace of time but its week.
    ValueError for a consent of "no": nothing is kept of her.
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
                week=monday_of(today),
            )
            .on_conflict_do_nothing(index_elements=["round_id", "respondent"])
            .returning(_RESPONSES.c.id)
        ).first()
        if begun is not None:
            if round_.is_pilot:
                pilots.note_begun(
                    connection,
                    response_id=begun.id,
                    round_id=round_id,
                    channel=channel,
                    language=language,
                    now=now,
                )
            return _opened(round_, {}, begun.id)
        if only_new:
            return Opened(Status.DONE, None)
    progress = queries.progress(connection, round_id, respondent)
    if progress is not None and progress.is_complete:
        return Opened(Status.DONE, None)
    if progress is None or not round_.takes_answers(now):
        return Opened(Status.CLOSED, None)
    return _opened(round_, progress.answers, progress.response_id)


def _opened(round_: queries.KeyedRound, answers: Answers, seed: str) -> Opened:
    asked = round_.order.first_without(answers, seed)
    return Opened(Status.OPEN, asked.name if asked else None, _shuffled(asked, seed))


def _shuffled(asked: Asked | None, seed: str) -> tuple[str, ...]:
    if asked is None or not asked.question.is_shuffled:
        return ()
    return options_in_order(asked.question, seed)


@cache
def _keeping(dialect: str) -> Any:
    """Keeps an answer of whoever has a response, or puts it in place of the one before."""
    names = ("id", "question", "value", "wording", "sound")
    given = {name: bindparam(name, type_=_ANSWERS.c[name].type) for name in names}
    hers = select(given["id"], Response.id, *(given[name] for name in names if name != "id")).where(
        Response.round_id == bindparam("round"), Response.respondent == bindparam("respondent")
    )
    kept = insert_for(dialect, _ANSWERS).from_select(["id", "response_id", *names[1:]], hers)
    return kept.on_conflict_do_update(
        index_elements=["response_id", "question"],
        set_={name: kept.excluded[name] for name in ("value", "wording", "sound")},
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
    met: Met = _UNTOLD,
    words: Words | None = None,
) -> Recorded:
    """Keep an answer, or put it in place of the one before; tell what is asked next.

    `question` is what was asked: a question's name or `question.option`; or the name of a multiple
    choice, whose `value` is then the options that were chosen, separated by spaces (`no` for
    none). `words` come with an open answer (`given`).

    After the last question the response is complete if nothing is missing; if something is, that
    is asked. NotAnOption or NoSuchResponse where the caller is wrong.
    """
    round_ = queries.keyed_round(connection, round_id, vault=vault)
    if round_ is None:
        return Recorded(Status.CLOSED, None)
    given = _values(round_.order, question, value)
    if not round_.takes_answers(now):
        return Recorded(Status.CLOSED, None)
    respondent = round_.respondent(line_key)
    response_id = None
    for name, one in given.items():
        kept = {"id": new_id(), "question": name, "value": one}
        hers = {"round": round_id, "respondent": respondent}
        bound = {"wording": met.wording, "sound": met.sound}
        response_id = connection.execute(
            _keeping(connection.dialect.name), kept | hers | bound
        ).scalar_one_or_none()
    if response_id is None:
        raise NoSuchResponse(round_id)
    asked = round_.order.find(question)
    if asked is not None and asked.question.kind is QuestionKind.OPEN:
        open_answers.keep(
            connection,
            vault=vault,
            response_id=response_id,
            question=question,
            language=met.language,
            words=words,
            now=now,
        )
    follow = _after_plain if round_.order.is_plain else _after
    recorded = follow(connection, round_, respondent, response_id, given.keys(), now)
    if round_.is_pilot and recorded.question is None:
        pilots.note_finished(connection, response_id=response_id, now=now)
    return recorded


def _values(order: Order, question: str, value: str) -> dict[str, str]:
    """What is kept, by what was asked. Raises NotAnOption."""
    asked = order.find(question)
    if asked is not None:
        if not asked.takes(value):
            raise NotAnOption(question)
        return {question: value}
    items = order.items_of(question)
    if not items:
        raise NotAnOption(question)
    if value in items[0].question.missing:
        return {each.name: value for each in items}
    chosen = set() if value == NO else set(value.split())
    if not chosen <= {each.item for each in items} or (not chosen and value != NO):
        raise NotAnOption(question)
    return {each.name: YES if each.item in chosen else NO for each in items}


def _after_plain(
    connection: Connection,
    round_: queries.KeyedRound,
    respondent: str,
    response_id: str,
    names: Collection[str],
    now: dt.datetime,
) -> Recorded:
    """What follows where everybody is asked everything: one more statement at the end alone."""
    following = round_.order.after(names, {}, response_id)
    if following is not None and following.is_demographic:
        # What she told before may be her answer to it already.
        told = queries.progress(connection, round_.id, respondent)
        following = round_.order.after(names, told.answers if told else {}, response_id)
    if following is not None:
        return _recorded(following, response_id)
    given = select(func.count()).where(Answer.response_id == response_id).scalar_subquery()
    complete = connection.execute(
        update(_RESPONSES)
        .where(Response.id == response_id, given == len(round_.order.questions))
        .values(complete=True, week=monday_of(now.date()))
        .returning(Response.id)
    ).first()
    if complete is not None:
        return Recorded(Status.OPEN, None)
    progress = queries.progress(connection, round_.id, respondent)
    answers = progress.answers if progress else {}
    return _recorded(round_.order.first_without(answers, response_id), response_id)


def _after(
    connection: Connection,
    round_: queries.KeyedRound,
    respondent: str,
    response_id: str,
    names: Collection[str],
    now: dt.datetime,
) -> Recorded:
    """What follows where it depends on the answers; those off the way they lead are deleted."""
    progress = queries.progress(connection, round_.id, respondent)
    answers = dict(progress.answers) if progress else {}
    kept = round_.order.on_path(answers)
    if gone := answers.keys() - kept.keys():
        forget_answers(connection, response_id=response_id, asked=gone)
    missing = round_.order.first_without(kept, response_id)
    connection.execute(
        update(_RESPONSES)
        .where(Response.id == response_id, Response.complete.is_(missing is not None))
        .values(
            {"complete": missing is None}
            | ({"week": monday_of(now.date())} if missing is None else {})
        )
    )
    following = round_.order.after(names, kept, response_id)
    return _recorded(following or missing, response_id)


def first_asked(connection: Connection, round_: queries.KeyedRound, respondent: str) -> Recorded:
    """The first question that this respondent has not answered; None where there is none."""
    progress = queries.progress(connection, round_.id, respondent)
    if progress is None:
        raise NoSuchResponse(round_.id)
    asked = round_.order.first_without(progress.answers, progress.response_id)
    return _recorded(asked, progress.response_id)


def _recorded(asked: Asked | None, seed: str) -> Recorded:
    return Recorded(Status.OPEN, asked.name if asked else None, _shuffled(asked, seed))


def forget_answers(connection: Connection, *, response_id: str, asked: Collection[str]) -> None:
    """Delete answers of one response, with whatever was said to them."""
    questions = sorted(asked)
    connection.execute(
        delete(_ANSWERS).where(Answer.response_id == response_id, Answer.question.in_(questions))
    )
    open_answers.forget(connection, response_id=response_id, questions=questions)


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
