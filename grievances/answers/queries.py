"""Reads of approved answers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from grievances.answers.models import ApprovedAnswer, ApprovedAnswerVersion
from grievances.answers.values import Content, Offered, Standing, Version
from staff.models import Account

_WRITER, _APPROVER = aliased(Account), aliased(Account)
_V = ApprovedAnswerVersion


def versions(
    connection: Connection, programme: str, *, answer_id: str | None = None, today: dt.date
) -> tuple[Version, ...]:
    """Every version of a programme's answers that are not withdrawn, or of one of them, the newest
    first."""
    query = (
        select(
            *_V.__table__.columns,
            _WRITER.email.label("writer"),
            _APPROVER.email.label("approver"),
        )
        .select_from(_V)
        .join(ApprovedAnswer, ApprovedAnswer.id == _V.answer_id)
        .join(_WRITER, _WRITER.id == _V.written_by)
        .outerjoin(_APPROVER, _APPROVER.id == _V.approved_by)
        .where(ApprovedAnswer.programme == programme, ApprovedAnswer.withdrawn_at.is_(None))
        .order_by(_V.answer_id, _V.number.desc())
    )
    if answer_id is not None:
        query = query.where(_V.answer_id == answer_id)
    found: list[Version] = []
    in_force: set[str] = set()
    for row in connection.execute(query):
        found.append(_version(row, today, is_replaced=row.answer_id in in_force))
        if row.approved_at is not None:
            in_force.add(row.answer_id)
    return tuple(found)


def _version(row: Any, today: dt.date, *, is_replaced: bool) -> Version:
    if is_replaced:
        standing = Standing.REPLACED
    elif row.approved_at is None:
        standing = Standing.DRAFT
    else:
        standing = Standing.EXPIRED if row.expires_on < today else Standing.APPROVED
    return Version(
        id=row.id,
        answer_id=row.answer_id,
        number=row.number,
        content=Content(
            title=row.title,
            topic=row.topic,
            category=row.category,
            texts=row.texts,
            media=row.media,
            source=row.source,
            expires_on=row.expires_on,
        ),
        written_by=row.writer,
        writer_id=row.written_by,
        written_at=row.written_at,
        approved_by=row.approver,
        approved_at=row.approved_at,
        standing=standing,
    )


def offered(
    connection: Connection,
    programme: str,
    *,
    language: str,
    topic: str | None,
    category: str | None,
    today: dt.date,
) -> tuple[Offered, ...]:
    """The answers that may be given in this language today, those about the same first."""
    found = [
        Offered(
            version_id=each.id,
            title=each.content.title,
            text=each.content.texts.get(language),
            media=each.content.media.get(language),
            is_about_it=(topic is not None and each.content.topic == topic)
            or (category is not None and each.content.category == category),
        )
        for each in versions(connection, programme, today=today)
        if each.standing is Standing.APPROVED and language in each.languages
    ]
    return tuple(sorted(found, key=lambda each: (not each.is_about_it, each.title.casefold())))
