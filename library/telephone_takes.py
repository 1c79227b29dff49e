"""Takes spoken on the telephone: which prompt is next, and a take's way into the bank.

The turn of the call notes that a take exists; a worker makes it telephone sound and checks it as
any other recording; the speaker hears it and keeps it, or it is forgotten after a day.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from library import operations, queries
from library.errors import BadTake, ChangedMeanwhile, Fault
from library.listing import SPANISH, Keys, Reach, entries, reach
from library.models import PromptTake, PromptVersion, RecordingCode
from library.operations import By
from library.prompts import Prompts
from library.recording_codes import Permit
from library.takes import prepared, take_of
from library.values import Origin, Place, Speaker, State
from storage import recordings
from storage.ids import new_id
from storage.media import Media, MissingMedia
from storage.recordings import Copy, Recording
from storage.services import Services

log = logging.getLogger(__name__)

UNHEARD_FOR = dt.timedelta(days=1)
"""How long a take that nobody kept stays, and what was fetched of any."""

_TO_RECORD = frozenset({State.MISSING, State.DRAFT})
_TAKES: Any = PromptTake.__table__
_BATCH = 20
_RACES = 3


class TakeState(StrEnum):
    """Where a take stands."""

    WAITING = "waiting"
    GOOD = "good"
    BAD = "bad"
    WANTED = "wanted"
    """The speaker kept it before it was checked."""
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Missing:
    """A prompt that waits for this language's voice."""

    key: str
    heard_in: str
    """The language in which a speaker hears what it says: Spanish where it has words there."""


@dataclass(frozen=True, slots=True)
class TakeView:
    """What became of a take so far."""

    state: TakeState
    fault: Fault | None
    media: str | None


def missing(connection: Connection, reached: Reach, tag: str, *, prompts: Prompts) -> list[Missing]:
    """What is still to be recorded in a language, in the order of pages; without what a speaker
    has kept already, and what says nothing in any language that could be heard."""
    slug = reached.programme.slug
    versions = queries.current_versions(connection, slug, language=tag)
    wanted = connection.execute(
        select(PromptTake.key)
        .join(RecordingCode, RecordingCode.id == PromptTake.code_id)
        .where(
            RecordingCode.programme == slug,
            RecordingCode.language == tag,
            PromptTake.state == TakeState.WANTED,
        )
    )
    on_their_way = set(wanted.scalars())
    return [
        Missing(each.key, heard_in)
        for each in entries(reached, tag, versions=versions, prompts=prompts)
        if each.state in _TO_RECORD
        and each.key not in on_their_way
        and (heard_in := _heard_in(reached, each.key)) is not None
    ]


def begin(
    connection: Connection,
    *,
    code_id: str,
    key: str,
    recording_id: str,
    seconds: int | None,
    now: dt.datetime,
) -> str:
    """Note a take whose recording is at the carrier; return its id."""
    recordings.announce(connection, recording_id, now=now, ready=False, seconds=seconds)
    take_id = new_id()
    connection.execute(
        insert(_TAKES).values(
            id=take_id,
            code_id=code_id,
            key=key,
            recording_id=recording_id,
            state=TakeState.WAITING,
            created_at=now,
        )
    )
    return take_id


def view(connection: Connection, take_id: str) -> TakeView | None:
    """A take as it stands; None where it was forgotten."""
    row = connection.execute(
        select(PromptTake.state, PromptTake.fault, PromptTake.media).where(PromptTake.id == take_id)
    ).first()
    if row is None:
        return None
    return TakeView(TakeState(row.state), Fault(row.fault) if row.fault else None, row.media)


def keep(
    connection: Connection,
    media: Media,
    reached: Reach,
    *,
    allowed: Permit,
    take_id: str,
    now: dt.datetime,
) -> bool:
    """Take it into the bank, as a version to be approved; False where it cannot be had any more.

    One that is not checked yet is taken as soon as it is, if nothing is wrong with it.
    """
    row = connection.execute(
        select(*_TAKES.c).where(_TAKES.c.id == take_id, _TAKES.c.code_id == allowed.id)
    ).first()
    if row is None:
        return False
    match TakeState(row.state):
        case TakeState.KEPT | TakeState.WANTED:
            return True
        case TakeState.BAD:
            return False
        case TakeState.WAITING:
            # Only while it still waits: the worker may have checked it meanwhile.
            waits = connection.execute(
                update(_TAKES)
                .where(_TAKES.c.id == take_id, _TAKES.c.state == TakeState.WAITING)
                .values(state=TakeState.WANTED)
                .returning(_TAKES.c.id)
            ).first()
            if waits is not None:
                return True
            return keep(connection, media, reached, allowed=allowed, take_id=take_id, now=now)
        case TakeState.GOOD:
            _into_the_bank(connection, media, reached, allowed, row.key, row.media, now)
            _settle(connection, take_id, state=TakeState.KEPT)
            return True


def check_takes(services: Services, keys: Keys) -> int:
    """Check every take whose recording was fetched, or cannot be; return how many."""
    checked = 0
    while True:
        with services.database.reading() as connection:
            rows = connection.execute(
                select(
                    PromptTake.id,
                    PromptTake.key,
                    PromptTake.recording_id,
                    RecordingCode.programme,
                    RecordingCode.language,
                )
                .join(RecordingCode, RecordingCode.id == PromptTake.code_id)
                .join(Recording, Recording.id == PromptTake.recording_id)
                .where(
                    PromptTake.state.in_((TakeState.WAITING, TakeState.WANTED)),
                    Recording.copy != Copy.WAITING,
                )
                .order_by(PromptTake.created_at)
                .limit(_BATCH)
            ).all()
            reached = {row.programme: reach(connection, row.programme, keys) for row in rows}
        for row in rows:
            place = Place(row.programme, row.language, row.key)
            _check(services, reached[row.programme], place, row.id, row.recording_id)
        checked += len(rows)
        if len(rows) < _BATCH:
            return checked


def forget_takes(services: Services) -> int:
    """Delete what was fetched of takes a day ago, and all of those that nobody kept; how many."""
    old = services.clock() - UNHEARD_FOR
    with services.database.reading() as connection:
        rows = connection.execute(
            select(PromptTake.id, PromptTake.recording_id, PromptTake.media, PromptTake.state)
            .where(PromptTake.created_at <= old, PromptTake.recording_id.is_not(None))
            .limit(500)
        ).all()
    for row in rows:
        with services.database.writing() as connection:
            _, fetched = recordings.copy_of(connection, row.recording_id)
            this = _TAKES.c.id == row.id
            if row.state == TakeState.KEPT:
                connection.execute(update(_TAKES).where(this).values(recording_id=None))
                files = {fetched}
            else:
                connection.execute(delete(_TAKES).where(this))
                files = {fetched, row.media}
            unused = [each for each in files if each and not _is_used(connection, each)]
        for each in unused:
            services.media.delete(each)
    return len(rows)


def _heard_in(reached: Reach, key: str) -> str | None:
    spoken = (SPANISH, *reached.programme.languages)
    return next((tag for tag in spoken if reached.loaded(key, tag) is not None), None)


def _check(
    services: Services, reached: Reach, place: Place, take_id: str, recording_id: str
) -> None:
    """Convert and check one take with no transaction open, then say what became of it in one."""
    with services.database.reading() as connection:
        _, fetched = recordings.copy_of(connection, recording_id)
        current = queries.current_version(connection, place)
    loaded = reached.loaded(place.key, place.language)
    say = current.say if current else loaded.say if loaded else ""
    fault: Fault | None = Fault.EMPTY
    media: str | None = None
    if fetched is not None:
        try:
            media = services.media.put(prepared(services.media.get(fetched), say=say))
            fault = None
        except BadTake as error:
            fault = error.fault
        except MissingMedia:
            log.error("take_without_media", extra={"prompt": place.key})
    for race in range(_RACES):
        try:
            with services.database.writing() as connection:
                _settle_checked(connection, services, reached, place.key, take_id, media, fault)
            return
        except ChangedMeanwhile:
            if race == _RACES - 1:
                raise


def _settle_checked(
    connection: Connection,
    services: Services,
    reached: Reach,
    key: str,
    take_id: str,
    media: str | None,
    fault: Fault | None,
) -> None:
    checked = TakeState.GOOD if fault is None else TakeState.BAD
    settled = connection.execute(
        update(_TAKES)
        .where(_TAKES.c.id == take_id, _TAKES.c.state == TakeState.WAITING)
        .values(state=checked, fault=fault, media=media)
        .returning(_TAKES.c.id)
    ).first()
    if settled is not None:
        return
    # Kept before it was checked. That its code ended since takes nothing from what was kept.
    row = connection.execute(
        select(RecordingCode)
        .with_only_columns(*RecordingCode.__table__.columns)
        .join(PromptTake, PromptTake.code_id == RecordingCode.id)
        .where(PromptTake.id == take_id, PromptTake.state == TakeState.WANTED)
    ).first()
    if row is None:
        return
    if media is not None:
        speaker = Speaker(row.speaker, row.consented_on)
        allowed = Permit(row.id, row.programme, row.language, speaker, row.account_id)
        now = services.clock()
        _into_the_bank(connection, services.media, reached, allowed, key, media, now)
    state = TakeState.KEPT if media is not None else TakeState.BAD
    _settle(connection, take_id, state=state, media=media, fault=fault)


def _into_the_bank(
    connection: Connection,
    media: Media,
    reached: Reach,
    allowed: Permit,
    key: str,
    made: str,
    now: dt.datetime,
) -> None:
    operations.keep_recording(
        connection,
        Place(allowed.programme, allowed.language, key),
        take_of(media, made),
        speaker=allowed.speaker,
        shipped=reached.loaded(key, allowed.language),
        by=By(allowed.account_id, Origin.TELEPHONE, now),
    )


def _settle(connection: Connection, take_id: str, **values: Any) -> None:
    connection.execute(update(_TAKES).where(_TAKES.c.id == take_id).values(**values))


def _is_used(connection: Connection, media: str) -> bool:
    """Whether a version, another take or another recording is the same file."""
    version = select(PromptVersion.id).where(PromptVersion.media == media).limit(1)
    take = select(PromptTake.id).where(PromptTake.media == media).limit(1)
    if any(connection.execute(each).first() is not None for each in (version, take)):
        return True
    same = select(Recording.id).where(Recording.media == media).limit(2)
    return len(connection.execute(same).all()) > 1
