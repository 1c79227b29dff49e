"""Writes of engagements and keys. They flush, the caller commits."""

from __future__ import annotations

import datetime as dt
import os

from sqlalchemy import Connection, delete, insert, select

from measures.models import AnalyticsKey, EngagementRow
from measures.values import BegunBy, Gender, Tool
from storage.ids import new_id
from storage.upsert import insert_into
from storage.vault import Vault, keyed_hash

KEY = "analytics.key"
"""The vault's purpose of the years' keys."""

KEPT_AFTER = dt.timedelta(days=31)
"""How long a year's key is kept after the year: its last reports are made by then."""


def note(
    connection: Connection,
    *,
    vault: Vault,
    programme: str,
    day: dt.date,
    channel: str,
    begun_by: BegunBy,
    language: str,
    gender: Gender,
    tools: frozenset[Tool],
    person_id: str | None,
) -> None:
    """Note one engagement; one without a tool is none."""
    if not tools:
        return
    participant = None
    if person_id is not None:
        participant = keyed_hash(_key(connection, vault, day.year), person_id)
    connection.execute(
        insert(EngagementRow).values(
            id=new_id(),
            programme=programme,
            day=day,
            channel=channel,
            begun_by=begun_by,
            language=language,
            gender=gender,
            tools=" ".join(sorted(tools)),
            participant=participant,
        )
    )


def forget_keys(connection: Connection, *, today: dt.date) -> int:
    """Destroy the keys of years that have ended; return how many. The engagements stay."""
    limit = today - KEPT_AFTER
    done = connection.execute(
        delete(AnalyticsKey).where(AnalyticsKey.year < limit.year).returning(AnalyticsKey.year)
    )
    return len(done.all())


def _key(connection: Connection, vault: Vault, year: int) -> bytes:
    kept = select(AnalyticsKey.sealed).where(AnalyticsKey.year == year)
    sealed = connection.execute(kept).scalar_one_or_none()
    if sealed is None:
        # Of two that begin the year at once the first one's key is everybody's.
        connection.execute(
            insert_into(connection, AnalyticsKey.__table__)
            .values(year=year, sealed=vault.seal(KEY, os.urandom(32)))
            .on_conflict_do_nothing()
        )
        sealed = connection.execute(kept).scalar_one()
    return vault.open(KEY, sealed)
