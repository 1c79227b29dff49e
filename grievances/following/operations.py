"""Writes of what she does after an answer. Nothing here commits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, insert, select, update

from grievances import moving
from grievances.errors import StepRefused
from grievances.following.models import CaseFeedback, CheckBack
from grievances.following.values import Anew, Feedback
from grievances.interpreting.values import needs_interpreter
from grievances.interpreting.wanting import want
from grievances.lifecycle import PERSON, State
from grievances.models import Case, Statement
from grievances.operations import WORDS, move
from grievances.search.operations import find_by
from storage.ids import new_id
from storage.vault import Vault

_STATEMENTS: Any = Statement.__table__
_FEEDBACK: Any = CaseFeedback.__table__
_CHECKS: Any = CheckBack.__table__

_TO = {Anew.REOPEN: State.REOPENED, Anew.APPEAL: State.APPEALED}


def add_words(
    connection: Connection,
    case_id: str,
    *,
    vault: Vault,
    conversation: str,
    language: str,
    channel: str,
    text: str | None,
    recording_id: str | None,
    seconds: int | None,
    media_id: str | None = None,
    now: dt.datetime,
) -> str:
    """Add what she says to her case, which waits for an answer from then on; the statement's id.

    Of a case that is nobody's no conversation is kept: a turn's would lead to the line.
    """
    case = connection.execute(
        select(Case.programme, Case.kind, Case.topic, Case.person_id).where(Case.id == case_id)
    ).one()
    statement_id = new_id()
    connection.execute(
        insert(_STATEMENTS).values(
            id=statement_id,
            case_id=case_id,
            programme=case.programme,
            conversation=conversation if case.person_id else new_id(),
            kind=case.kind,
            topic=case.topic,
            language=language,
            channel=channel,
            person_id=case.person_id,
            text=vault.seal_text(WORDS, text) if text is not None else None,
            recording_id=recording_id,
            seconds=seconds,
            media_id=media_id,
            said_at=now,
        )
    )
    if needs_interpreter(language):
        want(connection, statement_id, vault=vault, recording_id=recording_id, text=text)
    find_by(connection, case_id, text, source=statement_id, programme=case.programme, vault=vault)
    moving.heard_from(connection, case_id, vault=vault, subject=statement_id, words=text, now=now)
    return statement_id


def decide(
    connection: Connection, case_id: str, *, vault: Vault, accepts: bool, now: dt.datetime
) -> bool:
    """She accepts or refuses what is proposed; False where nothing is proposed any more."""
    try:
        if accepts:
            moving.move(connection, case_id, vault=vault, to=State.ACCEPTED, actor=PERSON, now=now)
        else:
            moving.refuse(connection, case_id, vault=vault, actor=PERSON, now=now)
    except StepRefused:
        return False
    return True


def ask_anew(
    connection: Connection, case_id: str, *, vault: Vault, how: Anew, now: dt.datetime
) -> bool:
    """Open a case again, or take it to somebody who had no part in it; False where it is too late
    for that, or nobody is left to take it to."""
    try:
        move(connection, case_id, vault=vault, to=_TO[how], actor=PERSON, now=now)
    except StepRefused:
        return False
    return True


def keep_feedback(
    connection: Connection,
    case_id: str,
    *,
    feedback: Feedback,
    answer: str,
    channel: str,
    now: dt.datetime,
) -> None:
    """Keep what she said of an outcome."""
    connection.execute(
        insert(_FEEDBACK).values(
            id=new_id(), case_id=case_id, feedback=feedback, answer=answer, channel=channel, at=now
        )
    )


def answer_check_back(
    connection: Connection, case_id: str, *, answer: str | None, channel: str, now: dt.datetime
) -> None:
    """She was asked whether what was done held; with no `answer` she is not asked again either."""
    connection.execute(
        update(_CHECKS)
        .where(CheckBack.case_id == case_id, CheckBack.answered_at.is_(None))
        .values(answered_at=now)
    )
    if answer is not None:
        keep_feedback(
            connection, case_id, feedback=Feedback.HELD, answer=answer, channel=channel, now=now
        )
