"""Writes of drafts. Nothing here commits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, delete, update

from programmes.drafts.errors import DraftChanged
from programmes.drafts.models import ProgrammeApproval, ProgrammeDraft
from programmes.drafts.values import Content, Draft
from storage.upsert import insert_into

_DRAFTS: Any = ProgrammeDraft.__table__
_APPROVALS: Any = ProgrammeApproval.__table__


def begin(
    connection: Connection,
    slug: str,
    *,
    base: str,
    content: Content,
    account_id: str,
    now: dt.datetime,
) -> bool:
    """Begin a draft from `content`; False where there is one already, which stays as it is."""
    return (
        connection.execute(
            insert_into(connection, _DRAFTS)
            .values(
                slug=slug,
                base=base,
                before=content,
                content=content,
                revision=1,
                begun_by=account_id,
                begun_at=now,
                changed_by=account_id,
                changed_at=now,
            )
            .on_conflict_do_nothing(index_elements=["slug"])
            .returning(_DRAFTS.c.slug)
        ).first()
        is not None
    )


def save(
    connection: Connection,
    draft: Draft,
    content: Content,
    *,
    account_id: str,
    now: dt.datetime,
    base: str | None = None,
    before: Content | None = None,
) -> int:
    """Keep the draft with other content; return its new revision.

    `base` and `before` are given where it goes on from another version. Raises DraftChanged where
    it is not the one that was read.
    """
    revision = connection.execute(
        update(_DRAFTS)
        .where(_DRAFTS.c.slug == draft.slug, _DRAFTS.c.revision == draft.revision)
        .values(
            content=content,
            base=base or draft.base,
            before=before if before is not None else draft.before,
            revision=draft.revision + 1,
            changed_by=account_id,
            changed_at=now,
        )
        .returning(_DRAFTS.c.revision)
    ).scalar()
    if revision is None:
        raise DraftChanged
    if before is not None:
        _forget_approvals(connection, draft.slug)
    return int(revision)


def discard(connection: Connection, draft: Draft) -> None:
    """Throw the draft away, as it was read. Raises DraftChanged."""
    gone = connection.execute(
        delete(_DRAFTS)
        .where(_DRAFTS.c.slug == draft.slug, _DRAFTS.c.revision == draft.revision)
        .returning(_DRAFTS.c.slug)
    ).first()
    if gone is None:
        raise DraftChanged
    _forget_approvals(connection, draft.slug)


def approve(connection: Connection, draft: Draft, *, account_id: str, now: dt.datetime) -> bool:
    """Note that somebody stands for what the draft says; False where she did so before.

    Raises DraftChanged where it says something else by now.
    """
    # Two who approve at once, or while it is edited, queue here.
    held = connection.execute(
        update(_DRAFTS)
        .where(_DRAFTS.c.slug == draft.slug, _DRAFTS.c.revision == draft.revision)
        .values(revision=draft.revision)
        .returning(_DRAFTS.c.revision)
    ).scalar()
    if held is None:
        raise DraftChanged
    return (
        connection.execute(
            insert_into(connection, _APPROVALS)
            .values(slug=draft.slug, content=draft.hash, account_id=account_id, at=now)
            .on_conflict_do_nothing(index_elements=["slug", "content", "account_id"])
            .returning(_APPROVALS.c.account_id)
        ).first()
        is not None
    )


def _forget_approvals(connection: Connection, slug: str) -> None:
    """They were of a change from something else, or of a draft that is over."""
    connection.execute(delete(_APPROVALS).where(_APPROVALS.c.slug == slug))
