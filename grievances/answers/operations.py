"""Writes of approved answers. Nothing here commits.

AnswerError
├── OwnWork     whoever wrote a version does not approve it
└── NoVersion   there is none of this id that waits for approval
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from grievances.answers.models import ApprovedAnswer, ApprovedAnswerVersion
from grievances.answers.values import Content
from storage.ids import new_id

_ANSWERS: Any = ApprovedAnswer.__table__
_VERSIONS: Any = ApprovedAnswerVersion.__table__


class AnswerError(Exception):
    """Base of what is refused here."""


class OwnWork(AnswerError):
    """Whoever wrote a version does not approve it."""


class NoVersion(AnswerError):
    """There is no version of this id that waits for approval."""


def write(
    connection: Connection,
    content: Content,
    *,
    programme: str,
    account_id: str,
    answer_id: str | None = None,
    now: dt.datetime,
) -> str:
    """Keep a new answer, or the next version of one; its id. It is offered once it is approved, and
    until then the version before it is."""
    if answer_id is None:
        answer_id = new_id()
        connection.execute(insert(_ANSWERS).values(id=answer_id, programme=programme))
    else:
        # Held, so that of two who write at once each gets a number of its own.
        connection.execute(
            update(_ANSWERS).where(ApprovedAnswer.id == answer_id).values(programme=programme)
        )
    before = connection.execute(
        select(func.coalesce(func.max(ApprovedAnswerVersion.number), 0)).where(
            ApprovedAnswerVersion.answer_id == answer_id
        )
    ).scalar_one()
    connection.execute(
        insert(_VERSIONS).values(
            id=new_id(),
            answer_id=answer_id,
            number=before + 1,
            title=content.title,
            topic=content.topic,
            category=content.category,
            texts=dict(content.texts),
            media=dict(content.media),
            source=content.source,
            expires_on=content.expires_on,
            written_by=account_id,
            written_at=now,
        )
    )
    return answer_id


def approve(
    connection: Connection, version_id: str, *, programme: str, account_id: str, now: dt.datetime
) -> None:
    """Approve a version that somebody else wrote. OwnWork, NoVersion."""
    row = connection.execute(
        select(ApprovedAnswerVersion.written_by)
        .join(ApprovedAnswer, ApprovedAnswer.id == ApprovedAnswerVersion.answer_id)
        .where(
            ApprovedAnswerVersion.id == version_id,
            ApprovedAnswer.programme == programme,
            ApprovedAnswer.withdrawn_at.is_(None),
        )
    ).first()
    if row is None:
        raise NoVersion(version_id)
    if row.written_by == account_id:
        raise OwnWork(version_id)
    approved = connection.execute(
        update(_VERSIONS)
        .where(ApprovedAnswerVersion.id == version_id, ApprovedAnswerVersion.approved_at.is_(None))
        .values(approved_by=account_id, approved_at=now)
        .returning(ApprovedAnswerVersion.id)
    ).first()
    if approved is None:
        raise NoVersion(version_id)


def withdraw(connection: Connection, answer_id: str, *, programme: str, now: dt.datetime) -> bool:
    """Offer an answer to nobody any more; its versions stay. False where it was so already."""
    changed = connection.execute(
        update(_ANSWERS)
        .where(
            ApprovedAnswer.id == answer_id,
            ApprovedAnswer.programme == programme,
            ApprovedAnswer.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
        .returning(ApprovedAnswer.id)
    ).first()
    return changed is not None
