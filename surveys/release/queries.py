"""Reads of releases."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, select

from surveys.errors import NoSuchRelease
from surveys.models import Release, Round


class State(StrEnum):
    """Where a release stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ReleaseSummary:
    """A release as pages show it."""

    id: str
    round_id: str
    programme: str
    survey: str
    number: int
    language: str
    media: str
    has_rows: bool
    made_by: str
    made_at: dt.datetime
    approved_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    reason: str | None

    @property
    def state(self) -> State:
        if self.withdrawn_at is not None:
            return State.WITHDRAWN
        return State.APPROVED if self.approved_at is not None else State.PROPOSED

    @property
    def file_name(self) -> str:
        return f"{self.programme}-{self.survey}-release-{self.number}.zip"


_SELECTED = select(
    Release.id,
    Release.round_id,
    Round.programme,
    Round.survey,
    Release.number,
    Release.language,
    Release.media,
    Release.has_rows,
    Release.made_by,
    Release.made_at,
    Release.approved_at,
    Release.withdrawn_at,
    Release.reason,
).join(Round, Round.id == Release.round_id)


def releases_of(
    connection: Connection, slug: str, *, round_id: str | None = None, approved_only: bool = False
) -> list[ReleaseSummary]:
    """The programme's releases, the newest first; of one round, or only those that may leave."""
    query = _SELECTED.where(Round.programme == slug)
    if round_id is not None:
        query = query.where(Release.round_id == round_id)
    if approved_only:
        query = query.where(Release.approved_at.is_not(None), Release.withdrawn_at.is_(None))
    rows = connection.execute(query.order_by(Release.made_at.desc(), Release.number.desc()))
    return [ReleaseSummary(*tuple(row)) for row in rows]


def release(connection: Connection, slug: str, release_id: str) -> ReleaseSummary:
    """One release of the programme, or NoSuchRelease."""
    row = connection.execute(
        _SELECTED.where(Round.programme == slug, Release.id == release_id)
    ).first()
    if row is None:
        raise NoSuchRelease(release_id)
    return ReleaseSummary(*tuple(row))
