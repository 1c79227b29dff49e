"""Reads of what follows an answer."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, func, select

from grievances.following.models import CaseFeedback, CheckBack
from grievances.following.values import (
    CHECK_BACK,
    CHECK_BACK_LATEST,
    TEXTED_BACK_FOR,
    Feedback,
    Follows,
    FollowUp,
    Given,
)
from grievances.lifecycle import (
    APPEAL_WITHIN,
    ENDED,
    HIGHEST_TIER,
    NOT_APPEALED,
    REOPEN_WHEN_ASKED,
    REOPEN_WITHIN,
    CloseCode,
    State,
)
from grievances.models import Case, CaseEvent, Reply

HELD = frozenset({CloseCode.RESOLVED_ACCEPTED, CloseCode.RESOLVED_NOT_CONFIRMED})
"""Closes after which something was done that may not have held."""

_ANEW = (
    select(func.max(CaseEvent.at))
    .where(
        CaseEvent.case_id == Case.id,
        CaseEvent.to_state.in_((State.REOPENED, State.APPEALED)),
    )
    .scalar_subquery()
)
CONTENT_ASKED = (
    select(CaseFeedback.id)
    .where(
        CaseFeedback.case_id == Case.id,
        CaseFeedback.feedback == Feedback.SATISFACTION,
        CaseFeedback.at >= func.coalesce(_ANEW, Case.opened_at),
    )
    .exists()
)
"""Of a case: she was asked how content she is since it was opened last, whatever she said."""


def follow_up(connection: Connection, case_id: str, *, now: dt.datetime) -> FollowUp:
    """What may follow the answers of a case now; `over` for an unknown id."""
    row = connection.execute(
        select(
            Case.state,
            Case.close_code,
            Case.closed_at,
            Case.outcome_at,
            Case.tier,
            CheckBack.closed_at.label("asked_of"),
            CheckBack.answered_at,
            CheckBack.asked_at,
            CheckBack.outbox_id,
            CONTENT_ASKED.label("content_asked"),
        )
        .outerjoin(CheckBack, CheckBack.case_id == Case.id)
        .where(Case.id == case_id)
    ).first()
    if row is None:
        return FollowUp(Follows.OVER)
    if row.state == State.RESOLUTION_PROPOSED:
        return FollowUp(Follows.PROPOSED, reply_id=_proposal(connection, case_id))
    if row.state not in ENDED:
        just_accepted = row.state == State.ACCEPTED and not row.content_asked
        return FollowUp(Follows.OPEN, asks_content=just_accepted)
    since = row.closed_at or row.outcome_at
    was_asked = row.asked_of is not None and row.asked_of == row.closed_at
    is_asked = was_asked and row.outbox_id and now - row.asked_at <= REOPEN_WHEN_ASKED
    may_reopen = bool(is_asked) or (since is not None and now - since <= REOPEN_WITHIN)
    may_appeal = (
        row.outcome_at is not None
        and now - row.outcome_at <= APPEAL_WITHIN
        and row.tier < HIGHEST_TIER
        and row.close_code not in NOT_APPEALED
    )
    return FollowUp(
        Follows.CLOSED if may_reopen or may_appeal else Follows.OVER,
        may_reopen=may_reopen,
        may_appeal=may_appeal,
        asks_back=was_asked and row.answered_at is None and row.close_code in HELD,
        asks_content=row.state == State.CLOSED
        and row.close_code != CloseCode.DUPLICATE
        and not row.content_asked
        and now - row.closed_at <= CHECK_BACK + CHECK_BACK_LATEST,
    )


def _proposal(connection: Connection, case_id: str) -> str | None:
    return connection.execute(
        select(Reply.id)
        .where(Reply.case_id == case_id, Reply.proposes)
        .order_by(Reply.sent_at.desc(), Reply.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def texted_to(
    connection: Connection, person_id: str, programme: str, *, now: dt.datetime
) -> tuple[str, str, dt.datetime] | None:
    """The newest answer that this person got as a text within `TEXTED_BACK_FOR`: its case, itself
    and when it was sent; None where there is none."""
    row = connection.execute(
        select(Reply.case_id, Reply.id, Reply.sent_at)
        .join(Case, Case.id == Reply.case_id)
        .where(
            Case.person_id == person_id,
            Case.programme == programme,
            Reply.in_full,
            Reply.sent_at > now - TEXTED_BACK_FOR,
        )
        .order_by(Reply.sent_at.desc())
        .limit(1)
    ).first()
    return (row.case_id, row.id, row.sent_at) if row else None


def has_unheard(connection: Connection, person_id: str, programme: str) -> bool:
    """Whether an answer waits for this person that she has not heard and not got as a text."""
    row = connection.execute(
        select(Reply.id)
        .join(Case, Case.id == Reply.case_id)
        .where(
            Case.person_id == person_id,
            Case.programme == programme,
            Reply.heard_at.is_(None),
            ~Reply.in_full,
        )
        .limit(1)
    ).first()
    return row is not None


def feedback_of(connection: Connection, case_id: str) -> tuple[Given, ...]:
    """What she said of the outcomes of a case, the newest last."""
    rows = connection.execute(
        select(CaseFeedback.feedback, CaseFeedback.answer, CaseFeedback.at)
        .where(CaseFeedback.case_id == case_id)
        .order_by(CaseFeedback.at, CaseFeedback.id)
    )
    return tuple(Given(Feedback(row.feedback), row.answer, row.at) for row in rows)
