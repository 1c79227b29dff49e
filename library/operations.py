"""Writes: new versions of a prompt, approvals, going back, and what callers missed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from library import queries
from library.errors import (
    AlreadyApproved,
    ChangedMeanwhile,
    NoOverride,
    RecordFirst,
    UnknownVersion,
)
from library.models import (
    LanguageUnmet,
    Prompt,
    PromptApproval,
    PromptRevision,
    PromptVersion,
    UnrecordedOverride,
)
from library.values import Origin, Place, Speaker, Take, Version, approvals_needed
from locales.languages import language
from locales.wording import Wording
from storage.ids import new_id
from storage.upsert import insert_into

_HEADS: Any = Prompt.__table__
_VERSIONS: Any = PromptVersion.__table__
_APPROVALS: Any = PromptApproval.__table__
_REVISIONS: Any = PromptRevision.__table__
_UNMET: Any = LanguageUnmet.__table__
_OVERRIDES: Any = UnrecordedOverride.__table__


@dataclass(frozen=True, slots=True)
class Words:
    """What a prompt says. `text` is the form for messages, None where it stays as it was."""

    say: str
    text: str | None = None
    back_translation: str = ""
    reviewer: str = ""


@dataclass(frozen=True, slots=True)
class By:
    """Who changes something, how and when. `account_id` None: nobody signed in, a command."""

    account_id: str | None
    origin: Origin
    now: dt.datetime


def change_words(
    connection: Connection,
    place: Place,
    words: Words,
    *,
    after: str | None,
    by: By,
    keeps_recording: bool = False,
) -> str:
    """A new version with other words; return its id.

    `after` is the id of the current version as it was read, None where there was none: raises
    ChangedMeanwhile where it is another by now. The recording is kept where the spoken words are
    the same, or with `keeps_recording`, which says that it was of these words all along.
    """
    before = _current(connection, place, after=after)
    keeps = before is not None and (keeps_recording or before.say == words.say)
    return _add(
        connection,
        place,
        words,
        take=before.take if before and keeps else None,
        speaker=before.speaker if before and keeps else None,
        recorded_at=before.recorded_at if before and keeps else None,
        by=by,
    )


def keep_recording(
    connection: Connection,
    place: Place,
    take: Take,
    *,
    speaker: Speaker,
    shipped: Wording | None,
    by: By,
) -> str:
    """A new version with this recording and the words of the current one, or else `shipped`;
    return its id."""
    before = queries.current_version(connection, place)
    if before is not None:
        words = Words(before.say, before.text, before.back_translation, before.reviewer)
    else:
        words = Words(shipped.say if shipped else "")
    return _add(connection, place, words, take=take, speaker=speaker, recorded_at=by.now, by=by)


def approve(
    connection: Connection,
    place: Place,
    version_id: str,
    *,
    account_id: str,
    is_shipped: bool,
    now: dt.datetime,
) -> bool:
    """Approve the current version; whether it is now what callers hear.

    `is_shipped` says whether a recording of the prompt is shipped as a file. Raises
    ChangedMeanwhile where the version is not the current one any more, AlreadyApproved, and
    RecordFirst where a recording is heard and the version has none.
    """
    # Two who approve legal content at once must each see the other: they queue here.
    head = connection.execute(
        select(_HEADS.c.current_id, _HEADS.c.live_id).where(*_head(place)).with_for_update()
    ).first()
    if head is None or head.current_id != version_id:
        raise ChangedMeanwhile
    version = queries.version(connection, place, version_id)
    if version.take is None and (is_shipped or _has_sound(connection, head.live_id)):
        raise RecordFirst
    added = connection.execute(
        insert_into(connection, _APPROVALS)
        .values(version_id=version_id, account_id=account_id, at=now)
        .on_conflict_do_nothing()
        .returning(_APPROVALS.c.version_id)
    ).first()
    if added is None:
        raise AlreadyApproved
    if len(version.approvals) + 1 < approvals_needed(place.key):
        return False
    connection.execute(
        update(_VERSIONS).where(_VERSIONS.c.id == version_id).values(approved_at=now)
    )
    connection.execute(
        update(_HEADS).where(*_head(place)).values(live_id=version_id, changed_at=now)
    )
    _bump(connection)
    return True


def restore(
    connection: Connection, place: Place, version_id: str | None, *, now: dt.datetime
) -> bool:
    """Go back to an earlier version, or with None to what was shipped.

    Callers hear it at once where it was approved before, or was shipped; the answer says whether.
    Nothing is deleted. Raises UnknownVersion.
    """
    if version_id is None:
        connection.execute(delete(_HEADS).where(*_head(place)))
        _bump(connection)
        return True
    row = connection.execute(
        select(_VERSIONS.c.approved_at).where(
            _VERSIONS.c.id == version_id,
            _VERSIONS.c.programme == place.programme,
            _VERSIONS.c.language == place.language,
            _VERSIONS.c.key == place.key,
        )
    ).first()
    if row is None:
        raise UnknownVersion(version_id)
    heard = {"live_id": version_id} if row.approved_at is not None else {}
    _point(connection, place, now=now, current_id=version_id, **heard)
    if heard:
        _bump(connection)
    return bool(heard)


def count_unmet(connection: Connection, *, programme: str, language: str, day: dt.date) -> None:
    """One more conversation in `language` met a prompt that the language lacks."""
    statement = insert_into(connection, _UNMET).values(
        programme=programme, language=language, day=day, count=1
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["programme", "language", "day"],
            set_={"count": _UNMET.c.count + 1},
        )
    )


def allow_unrecorded(
    connection: Connection,
    *,
    programme: str,
    language_tag: str,
    name: str,
    reason: str,
    now: dt.datetime,
) -> None:
    """Let the programme go live with a language in the carrier's voice, by name and for a reason.

    Raises NoOverride for a language that no carrier's voice speaks, and without name or reason.
    """
    if language(language_tag).say is None or not name.strip() or not reason.strip():
        raise NoOverride(language_tag)
    values = {"name": name.strip()[:120], "reason": reason.strip()[:500], "at": now}
    connection.execute(
        insert_into(connection, _OVERRIDES)
        .values(programme=programme, language=language_tag, **values)
        .on_conflict_do_update(index_elements=["programme", "language"], set_=values)
    )


def end_override(connection: Connection, *, programme: str, language_tag: str) -> None:
    """The language is recorded, or nobody stands for it any longer."""
    connection.execute(
        delete(_OVERRIDES).where(
            _OVERRIDES.c.programme == programme, _OVERRIDES.c.language == language_tag
        )
    )


def _current(connection: Connection, place: Place, *, after: str | None) -> Version | None:
    before = queries.current_version(connection, place)
    if (before.id if before else None) != after:
        raise ChangedMeanwhile
    return before


def _add(
    connection: Connection,
    place: Place,
    words: Words,
    *,
    take: Take | None,
    speaker: Speaker | None,
    recorded_at: dt.datetime | None,
    by: By,
) -> str:
    newest = connection.execute(
        select(func.max(_VERSIONS.c.number)).where(
            _VERSIONS.c.programme == place.programme,
            _VERSIONS.c.language == place.language,
            _VERSIONS.c.key == place.key,
        )
    ).scalar()
    added = connection.execute(
        insert_into(connection, _VERSIONS)
        .values(
            id=new_id(),
            programme=place.programme,
            language=place.language,
            key=place.key,
            number=(newest or 0) + 1,
            say=words.say,
            text=words.text,
            back_translation=words.back_translation,
            media=take.media if take else None,
            sound_hash=take.version if take else None,
            seconds=take.seconds if take else None,
            level=take.level if take else None,
            speaker=speaker.name if speaker else None,
            consented_on=speaker.consented_on if speaker else None,
            recorded_at=recorded_at,
            reviewer=words.reviewer,
            origin=by.origin,
            approved_at=None,
            changed_by=by.account_id,
            changed_at=by.now,
        )
        .on_conflict_do_nothing(index_elements=["programme", "language", "key", "number"])
        .returning(_VERSIONS.c.id)
    ).scalar_one_or_none()
    if added is None:
        raise ChangedMeanwhile
    _point(connection, place, now=by.now, current_id=added)
    return str(added)


def _point(connection: Connection, place: Place, *, now: dt.datetime, **ids: str) -> None:
    """Let the prompt's one row name other versions."""
    values = {"changed_at": now, **ids}
    connection.execute(
        insert_into(connection, _HEADS)
        .values(
            programme=place.programme,
            language=place.language,
            key=place.key,
            **{"live_id": None, **values},
        )
        .on_conflict_do_update(index_elements=["programme", "language", "key"], set_=values)
    )


def _head(place: Place) -> tuple[Any, ...]:
    return (
        _HEADS.c.programme == place.programme,
        _HEADS.c.language == place.language,
        _HEADS.c.key == place.key,
    )


def _has_sound(connection: Connection, version_id: str | None) -> bool:
    if version_id is None:
        return False
    media = select(_VERSIONS.c.media).where(_VERSIONS.c.id == version_id)
    return connection.execute(media).scalar() is not None


def _bump(connection: Connection) -> None:
    """What callers hear has changed: every process reads it anew."""
    connection.execute(
        insert_into(connection, _REVISIONS)
        .values(id=queries.REVISION, number=1)
        .on_conflict_do_update(index_elements=["id"], set_={"number": _REVISIONS.c.number + 1})
    )
