"""Reads of prompts: versions, what is live, what callers missed, who let what go live."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from library.errors import UnknownVersion
from library.models import (
    LanguageUnmet,
    Prompt,
    PromptApproval,
    PromptRevision,
    PromptVersion,
    UnrecordedOverride,
)
from library.values import (
    MADE_HERE,
    Approval,
    Origin,
    Place,
    Speaker,
    Take,
    Version,
    is_made_here,
)
from staff.models import Account

REVISION = 1
"""The id of the only row of `prompt_revision`."""


@dataclass(frozen=True, slots=True)
class Live:
    """What callers hear of one prompt: words, and a recording unless nobody made one."""

    programme: str
    language: str
    key: str
    say: str
    text: str | None
    media: str | None
    sound_hash: str | None


@dataclass(frozen=True, slots=True)
class Override:
    """A language that went live unrecorded: who let it, and why."""

    language: str
    name: str
    reason: str
    at: dt.datetime


def revision(connection: Connection) -> int:
    """Grows whenever what callers hear changes; 0 before anything was approved."""
    return (
        connection.execute(
            select(PromptRevision.number).where(PromptRevision.id == REVISION)
        ).scalar()
        or 0
    )


def live(connection: Connection) -> list[Live]:
    """Every approved version that callers of any programme hear."""
    return [
        Live(*row)
        for row in connection.execute(
            select(
                PromptVersion.programme,
                PromptVersion.language,
                PromptVersion.key,
                PromptVersion.say,
                PromptVersion.text,
                PromptVersion.media,
                PromptVersion.sound_hash,
            ).join(Prompt, Prompt.live_id == PromptVersion.id)
        )
    ]


def media_of_sound(
    connection: Connection, *, key: str, language: str, sound_hash: str
) -> str | None:
    """The media key of a recording that is or was approved, by what names it in addresses."""
    return connection.execute(
        select(PromptVersion.media)
        .where(
            PromptVersion.key == key,
            PromptVersion.language == language,
            PromptVersion.sound_hash == sound_hash,
            PromptVersion.approved_at.is_not(None),
        )
        .limit(1)
    ).scalar()


def current_versions(
    connection: Connection, programme: str, *, language: str | None = None
) -> dict[tuple[str, str], Version]:
    """The version worked on of every prompt that was changed, by language and key."""
    chosen = _versions().where(
        PromptVersion.programme == programme, Prompt.current_id == PromptVersion.id
    )
    if language is not None:
        chosen = chosen.where(PromptVersion.language == language)
    rows = connection.execute(chosen).all()
    approvals = _approvals(connection, programme, language)
    return {(row.language, row.key): _version(row, approvals) for row in rows}


def versions(connection: Connection, place: Place) -> list[Version]:
    """Every version of a prompt, the newest first."""
    rows = connection.execute(
        _versions().where(*_at(place)).order_by(PromptVersion.number.desc())
    ).all()
    approvals = _approvals(connection, place.programme, place.language, place.key)
    return [_version(row, approvals) for row in rows]


def made_here(connection: Connection, programme: str) -> list[str]:
    """The keys of a programme's prompts that are in no file: see `values.is_made_here`."""
    keys = connection.execute(
        select(Prompt.key)
        .where(Prompt.programme == programme, Prompt.key.startswith(MADE_HERE))
        .distinct()
    ).scalars()
    return [key for key in keys if is_made_here(key)]


def version(connection: Connection, place: Place, version_id: str) -> Version:
    """One version of this very prompt. Raises UnknownVersion."""
    row = connection.execute(_versions().where(*_at(place), PromptVersion.id == version_id)).first()
    if row is None:
        raise UnknownVersion(version_id)
    return _version(row, _approvals(connection, place.programme, place.language, place.key))


def current_version(connection: Connection, place: Place) -> Version | None:
    """The version worked on, or None where nobody changed what was shipped."""
    row = connection.execute(
        _versions().where(*_at(place), Prompt.current_id == PromptVersion.id)
    ).first()
    if row is None:
        return None
    return _version(row, _approvals(connection, place.programme, place.language, place.key))


def unmet(connection: Connection, programme: str, *, since: dt.date) -> dict[str, int]:
    """By language: conversations that met a prompt which their language lacks."""
    rows = connection.execute(
        select(LanguageUnmet.language, func.sum(LanguageUnmet.count))
        .where(LanguageUnmet.programme == programme, LanguageUnmet.day >= since)
        .group_by(LanguageUnmet.language)
    )
    return {tag: int(count) for tag, count in rows}


def overrides(connection: Connection, programme: str) -> list[Override]:
    """The languages that may be live without recordings."""
    return [
        Override(row.language, row.name, row.reason, row.at)
        for row in connection.execute(
            select(UnrecordedOverride)
            .with_only_columns(
                UnrecordedOverride.language,
                UnrecordedOverride.name,
                UnrecordedOverride.reason,
                UnrecordedOverride.at,
            )
            .where(UnrecordedOverride.programme == programme)
            .order_by(UnrecordedOverride.language)
        )
    ]


def _at(place: Place) -> tuple[Any, ...]:
    return (
        PromptVersion.programme == place.programme,
        PromptVersion.language == place.language,
        PromptVersion.key == place.key,
    )


def _versions() -> Select[Any]:
    return (
        select(
            *PromptVersion.__table__.columns,
            Account.email,
            Prompt.current_id,
            Prompt.live_id,
        )
        .outerjoin(Account, Account.id == PromptVersion.changed_by)
        .outerjoin(
            Prompt,
            and_(
                Prompt.programme == PromptVersion.programme,
                Prompt.language == PromptVersion.language,
                Prompt.key == PromptVersion.key,
            ),
        )
    )


def _approvals(
    connection: Connection, programme: str, language: str | None, key: str | None = None
) -> Mapping[str, list[Approval]]:
    chosen = (
        select(
            PromptApproval.version_id, PromptApproval.account_id, Account.email, PromptApproval.at
        )
        .join(PromptVersion, PromptVersion.id == PromptApproval.version_id)
        .outerjoin(Account, Account.id == PromptApproval.account_id)
        .where(PromptVersion.programme == programme)
        .order_by(PromptApproval.at)
    )
    if language is not None:
        chosen = chosen.where(PromptVersion.language == language)
    if key is not None:
        chosen = chosen.where(PromptVersion.key == key)
    found: dict[str, list[Approval]] = defaultdict(list)
    for row in connection.execute(chosen):
        found[row.version_id].append(Approval(row.account_id, row.email or "", row.at))
    return found


def _version(row: Row[Any], approvals: Mapping[str, Iterable[Approval]]) -> Version:
    take = Take(row.media, row.sound_hash, row.seconds, row.level) if row.media else None
    return Version(
        id=row.id,
        number=row.number,
        say=row.say,
        text=row.text,
        back_translation=row.back_translation,
        take=take,
        speaker=Speaker(row.speaker, row.consented_on) if row.speaker else None,
        recorded_at=row.recorded_at,
        reviewer=row.reviewer,
        origin=Origin(row.origin),
        changed_by=row.email or "",
        changed_at=row.changed_at,
        approvals=tuple(approvals.get(row.id, ())),
        is_current=row.current_id == row.id,
        is_live=row.live_id == row.id,
    )
