"""Writes of releases: made by one person, approved by another, withdrawn with a reason.

A release is made of the last snapshot alone. So there is nothing that could be subtracted from it:
whatever is released of a round, in whatever language, has the same numbers.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, func, insert, select, update

from storage.ids import new_id
from surveys import queries
from surveys.errors import NoSuchRelease, NotAllowed, NotFinal
from surveys.labels import Labels
from surveys.models import Release
from surveys.release.archive import archive
from surveys.release.contents import Contents, Described, has_rows
from surveys.release.fielded import fielded

SIGNING = "survey.release"
"""The vault's purpose of the key that releases are signed with."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A release that is ready to be kept: its number, and its archive."""

    round_id: str
    number: int
    language: str
    content: bytes
    has_rows: bool


def prepare(
    connection: Connection,
    *,
    round_id: str,
    language: str,
    described: Described,
    key: Ed25519PrivateKey,
    software: str,
    now: dt.datetime,
) -> Prepared:
    """Make the archive of the round's next release; reads alone. Raises NoSuchRound, NotFinal."""
    round_ = queries.round_by_id(connection, round_id)
    results = queries.results(connection, round_id, with_rows=True)
    if results is None or not results.is_final:
        raise NotFinal(round_id)
    number = (
        1
        + connection.execute(
            select(func.count()).select_from(Release).where(Release.round_id == round_id)
        ).scalar_one()
    )
    contents = Contents(
        round=round_,
        results=results,
        labels=Labels(round_.content, language),
        described=described,
        number=number,
        made_on=now.date(),
        software=software,
        field=fielded(connection, round_id),
    )
    charts = queries.charts(connection, round_id, language=language)
    return Prepared(
        round_id, number, language, archive(contents, charts, key=key), has_rows(contents)
    )


def keep(
    connection: Connection, prepared: Prepared, *, media: str, account_id: str, now: dt.datetime
) -> str:
    """Keep a prepared release whose archive is in `media`; return its id. IntegrityError where
    another of this number was kept meanwhile."""
    release_id = new_id()
    connection.execute(
        insert(Release).values(
            id=release_id,
            round_id=prepared.round_id,
            number=prepared.number,
            language=prepared.language,
            media=media,
            has_rows=prepared.has_rows,
            made_by=account_id,
            made_at=now,
        )
    )
    return release_id


def approve(connection: Connection, release_id: str, *, account_id: str, now: dt.datetime) -> bool:
    """Let regulators have it; False where they do already. Raises NoSuchRelease, NotAllowed."""
    row = connection.execute(
        select(Release.made_by, Release.approved_at, Release.withdrawn_at).where(
            Release.id == release_id
        )
    ).first()
    if row is None:
        raise NoSuchRelease(release_id)
    if row.made_by == account_id or row.withdrawn_at is not None:
        raise NotAllowed(release_id)
    done = connection.execute(
        update(Release)
        .where(
            Release.id == release_id, Release.approved_at.is_(None), Release.withdrawn_at.is_(None)
        )
        .values(approved_by=account_id, approved_at=now)
        .returning(Release.id)
    )
    return done.first() is not None


def withdraw(
    connection: Connection, release_id: str, *, account_id: str, reason: str, now: dt.datetime
) -> bool:
    """Nobody may have it any more; False where that is so already. Raises NoSuchRelease."""
    if connection.execute(select(Release.id).where(Release.id == release_id)).first() is None:
        raise NoSuchRelease(release_id)
    done = connection.execute(
        update(Release)
        .where(Release.id == release_id, Release.withdrawn_at.is_(None))
        .values(withdrawn_by=account_id, withdrawn_at=now, reason=reason)
        .returning(Release.id)
    )
    return done.first() is not None
