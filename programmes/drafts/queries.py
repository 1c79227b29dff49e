"""Reads of drafts."""

from __future__ import annotations

from sqlalchemy import Connection, select

from programmes.drafts.errors import NoDraft
from programmes.drafts.models import ProgrammeApproval, ProgrammeDraft
from programmes.drafts.values import Approval, Draft


def draft(connection: Connection, slug: str) -> Draft:
    """The draft of a programme. Raises NoDraft."""
    row = connection.execute(
        select(*ProgrammeDraft.__table__.columns).where(ProgrammeDraft.slug == slug)
    ).first()
    if row is None:
        raise NoDraft(slug)
    return Draft(**row._mapping)


def approvals(connection: Connection, draft: Draft) -> tuple[Approval, ...]:
    """Who approved exactly what the draft says now, the first first."""
    rows = connection.execute(
        select(ProgrammeApproval.account_id, ProgrammeApproval.at)
        .where(ProgrammeApproval.slug == draft.slug, ProgrammeApproval.content == draft.hash)
        .order_by(ProgrammeApproval.at, ProgrammeApproval.account_id)
    )
    return tuple(Approval(*row) for row in rows)
