"""Pictures and sounds that came with texts: what is announced, fetched, and deleted at the carrier.

A set is what one text brought. It is named by an id of ours, and knows the carrier's name of the
text for as long as anything is left to do there, and no longer: that name leads to a number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, ForeignKey, String, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from storage import leases
from storage.database import Base, UtcDateTime
from storage.ids import new_id
from storage.recordings import Copy

MOST = 5
"""Files of one text that are kept."""

LARGEST = 5_000_000
"""Bytes of one file, as the carrier has it."""

PICTURES = frozenset({"image/jpeg", "image/jpg", "image/png", "image/gif", "image/webp"})
SOUNDS = frozenset(
    {
        *("audio/mpeg", "audio/mp3", "audio/mp4", "audio/m4a", "audio/x-m4a", "audio/aac"),
        *("audio/ogg", "audio/webm", "audio/amr", "audio/3gpp", "audio/flac"),
        *("audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"),
    }
)


class TextMedia(Base):
    """The pictures and sounds of one text, and how far our copy of them is."""

    __tablename__ = "text_media"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    provider_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The carrier's id of the text, until nothing of it is kept there."""
    copy: Mapped[str] = mapped_column(String(8))
    expected: Mapped[int]
    """How many files it brought that we said we would keep."""
    is_withdrawn: Mapped[bool]
    """Nobody may see it any more: our copy, and the carrier's, are to be deleted."""
    due_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int]
    announced_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Attachment(Base):
    """One file: without what its maker knew of place and time, under its key in `storage.media`."""

    __tablename__ = "attachment"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    set_id: Mapped[str] = mapped_column(ForeignKey("text_media.id"), index=True)
    place: Mapped[int]
    media: Mapped[str] = mapped_column(String(64), index=True)
    content_type: Mapped[str] = mapped_column(String(40))


@dataclass(frozen=True, slots=True)
class Piece:
    """A file as it is kept."""

    media: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is kept, by the id under which it is asked for."""

    id: str
    media: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What a text brought: where our copy stands, the files, and how many could not be kept."""

    copy: Copy
    files: tuple[Kept, ...]
    missing: int


@dataclass(frozen=True, slots=True)
class Due:
    """A set that a worker holds: to be copied, to be deleted at the carrier, or everywhere."""

    id: str
    provider_id: str | None
    count: int
    is_copied: bool
    is_withdrawn: bool
    attempts: int


_SETS: Any = TextMedia.__table__
_FILES: Any = Attachment.__table__


def may_be_kept(content_type: str) -> bool:
    """Whether files of this type are kept; one that is not named is looked at once it is here."""
    bare = content_type.partition(";")[0].strip().lower()
    return not bare or bare in PICTURES or bare in SOUNDS


def announce(connection: Connection, provider_id: str, *, count: int, now: dt.datetime) -> str:
    """A text brought `count` files that are to be kept; return the id of the set."""
    set_id = new_id()
    connection.execute(
        insert(_SETS).values(
            id=set_id,
            provider_id=provider_id,
            copy=Copy.WAITING,
            expected=count,
            is_withdrawn=False,
            due_at=now,
            attempts=0,
            announced_at=now,
        )
    )
    return set_id


def claim_due(
    connection: Connection, *, now: dt.datetime, lease: dt.timedelta, limit: int
) -> list[Due]:
    """Take sets that are due for whatever is next with them."""
    taken = leases.take(
        connection,
        _SETS,
        where=TextMedia.due_at <= now,
        order=(TextMedia.due_at,),
        limit=limit,
        changes={"due_at": now + lease, "attempts": TextMedia.attempts + 1},
        returning=_SETS.c,
    )
    return [
        Due(
            id=row.id,
            provider_id=row.provider_id,
            count=row.expected,
            is_copied=row.copy != Copy.WAITING,
            is_withdrawn=row.is_withdrawn,
            attempts=row.attempts,
        )
        for row in taken
    ]


def keep(connection: Connection, set_id: str, pieces: Sequence[Piece], *, now: dt.datetime) -> bool:
    """Our copy is safe, as far as there is one; the carrier's is due to be deleted. False where
    it was withdrawn meanwhile, or copied by another: then nothing is kept of this."""
    kept = connection.execute(
        update(_SETS)
        .where(
            TextMedia.id == set_id,
            TextMedia.copy == Copy.WAITING,
            TextMedia.is_withdrawn.is_(False),
        )
        .values(copy=Copy.KEPT if pieces else Copy.ABSENT, due_at=now, attempts=0)
        .returning(TextMedia.id)
    ).first()
    if kept is None:
        return False
    for place, piece in enumerate(pieces):
        connection.execute(
            insert(_FILES).values(
                id=new_id(),
                set_id=set_id,
                place=place,
                media=piece.media,
                content_type=piece.content_type,
            )
        )
    return True


def finish(connection: Connection, set_id: str) -> None:
    """The carrier holds nothing of it any more, and we forget its name there."""
    connection.execute(
        update(_SETS)
        .where(TextMedia.id == set_id, TextMedia.is_withdrawn.is_(False))
        .values(due_at=None, provider_id=None)
    )


def withdraw(connection: Connection, set_ids: Collection[str], *, now: dt.datetime) -> None:
    """Nobody may see these any more: a worker deletes them, here and at the carrier."""
    connection.execute(
        update(_SETS)
        .where(TextMedia.id.in_(set_ids))
        .values(is_withdrawn=True, due_at=now, attempts=0)
    )


def files_of(connection: Connection, set_id: str) -> list[str]:
    """The keys of its files that no other set has: the same picture sent twice is one file."""
    its = select(Attachment.media).where(Attachment.set_id == set_id)
    others = select(Attachment.media).where(Attachment.set_id != set_id)
    found = connection.execute(its.where(Attachment.media.not_in(others)).distinct())
    return list(found.scalars())


def is_kept(connection: Connection, media: str) -> bool:
    """Whether any set has this file."""
    return (
        connection.execute(select(Attachment.id).where(Attachment.media == media)).first()
        is not None
    )


def forget(connection: Connection, set_id: str) -> None:
    """Nothing is left of a set that was withdrawn."""
    connection.execute(delete(_FILES).where(Attachment.set_id == set_id))
    connection.execute(delete(_SETS).where(TextMedia.id == set_id))


def enclosed(connection: Connection, set_ids: Collection[str]) -> Mapping[str, Enclosed]:
    """What these sets hold, by their ids; none that was withdrawn."""
    sets = connection.execute(
        select(TextMedia.id, TextMedia.copy, TextMedia.expected).where(
            TextMedia.id.in_(set_ids), TextMedia.is_withdrawn.is_(False)
        )
    ).all()
    files: dict[str, list[Kept]] = {row.id: [] for row in sets}
    for row in connection.execute(
        select(_FILES).where(Attachment.set_id.in_(files)).order_by(Attachment.place)
    ):
        files[row.set_id].append(Kept(row.id, row.media, row.content_type))
    return {
        row.id: Enclosed(
            Copy(row.copy),
            tuple(files[row.id]),
            0 if row.copy == Copy.WAITING else max(0, row.expected - len(files[row.id])),
        )
        for row in sets
    }
