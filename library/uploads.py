"""Folders and zips of recordings on their way: what was given, what became of each file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, case, func, insert, or_, select, update

from library.archives import Found
from library.errors import Fault
from library.models import PromptUpload, PromptUploadFile
from library.values import Speaker
from storage import leases
from storage.ids import new_id

_UPLOADS: Any = PromptUpload.__table__
_FILES: Any = PromptUploadFile.__table__
_MOST_ATTEMPTS = 4
"""Whatever ends its worker four times is not tried again."""


class UploadState(StrEnum):
    """Where an upload stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"


class FileState(StrEnum):
    """What became of a file."""

    WAITING = "waiting"
    TAKEN = "taken"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Claimed:
    """An upload that a worker has taken on."""

    id: str
    programme: str
    language: str
    media: str
    speaker: Speaker
    account_id: str
    is_listed: bool
    """Whether its files were listed before; then it goes on where it was left."""
    is_hopeless: bool
    """Whether it ended its worker too often."""


@dataclass(frozen=True, slots=True)
class FileView:
    """A file and what became of it."""

    n: int
    path: str
    language: str | None
    key: str | None
    state: FileState
    fault: Fault | None


@dataclass(frozen=True, slots=True)
class UploadView:
    """An upload as its page shows it."""

    id: str
    name: str
    language: str
    state: UploadState
    fault: Fault | None
    created_at: dt.datetime
    total: int
    taken: int
    refused: int

    @property
    def is_over(self) -> bool:
        return self.state in (UploadState.DONE, UploadState.REFUSED)


def create(
    connection: Connection,
    *,
    programme: str,
    language: str,
    name: str,
    media: str,
    speaker: Speaker,
    account_id: str,
    now: dt.datetime,
) -> str:
    """Keep a zip, already in media, for the worker; return the upload's id."""
    upload_id = new_id()
    connection.execute(
        insert(_UPLOADS).values(
            id=upload_id,
            programme=programme,
            language=language,
            name=name[:200],
            media=media,
            speaker=speaker.name,
            consented_on=speaker.consented_on,
            account_id=account_id,
            state=UploadState.WAITING,
            attempts=0,
            created_at=now,
        )
    )
    return upload_id


def claim(connection: Connection, *, now: dt.datetime, lease: dt.timedelta) -> Claimed | None:
    """Take on the oldest upload that nobody works on."""
    unclaimed = or_(_UPLOADS.c.claimed_until.is_(None), _UPLOADS.c.claimed_until <= now)
    unfinished = _UPLOADS.c.state.in_((UploadState.WAITING, UploadState.RUNNING))
    taken = leases.take(
        connection,
        _UPLOADS,
        where=and_(unfinished, unclaimed),
        order=(_UPLOADS.c.created_at,),
        limit=1,
        changes={"claimed_until": now + lease, "attempts": _UPLOADS.c.attempts + 1},
        returning=_UPLOADS.c,
    )
    if not taken:
        return None
    row = taken[0]
    return Claimed(
        id=row.id,
        programme=row.programme,
        language=row.language,
        media=row.media or "",
        speaker=Speaker(row.speaker, row.consented_on),
        account_id=row.account_id,
        is_listed=row.state == UploadState.RUNNING,
        is_hopeless=row.attempts > _MOST_ATTEMPTS,
    )


def begin(connection: Connection, upload_id: str, found: Sequence[Found]) -> None:
    """Note every file of the archive, and the refusal of those that are refused unheard."""
    connection.execute(
        insert(_FILES),
        [
            {
                "upload_id": upload_id,
                "n": each.n,
                "path": each.path,
                "language": each.language,
                "key": each.key[:120] if each.key else None,
                "state": FileState.REFUSED if each.fault else FileState.WAITING,
                "fault": each.fault,
            }
            for each in found
        ],
    )
    connection.execute(
        update(_UPLOADS).where(_UPLOADS.c.id == upload_id).values(state=UploadState.RUNNING)
    )


def settle(
    connection: Connection,
    upload_id: str,
    n: int,
    *,
    fault: Fault | None,
    now: dt.datetime,
    lease: dt.timedelta,
) -> None:
    """Say what became of a file, and hold on to the upload."""
    connection.execute(
        update(_FILES)
        .where(_FILES.c.upload_id == upload_id, _FILES.c.n == n)
        .values(state=FileState.REFUSED if fault else FileState.TAKEN, fault=fault)
    )
    connection.execute(
        update(_UPLOADS)
        .where(_UPLOADS.c.id == upload_id)
        .values(claimed_until=now + lease, attempts=1)
    )


def finish(
    connection: Connection, upload_id: str, *, fault: Fault | None, now: dt.datetime
) -> bool:
    """Nothing more is taken from it; whether its zip may be deleted, as no other upload is the
    same. A refused upload keeps what went in before."""
    media = connection.execute(
        select(_UPLOADS.c.media).where(_UPLOADS.c.id == upload_id)
    ).scalar_one()
    connection.execute(
        update(_UPLOADS)
        .where(_UPLOADS.c.id == upload_id)
        .values(
            state=UploadState.REFUSED if fault else UploadState.DONE,
            fault=fault,
            media=None,
            finished_at=now,
            claimed_until=None,
        )
    )
    same = select(func.count()).select_from(_UPLOADS).where(_UPLOADS.c.media == media)
    return connection.execute(same).scalar_one() == 0


def files(
    connection: Connection, upload_id: str, *, state: FileState | None = None
) -> list[FileView]:
    """The files of an upload in their order."""
    chosen = select(_FILES).where(_FILES.c.upload_id == upload_id).order_by(_FILES.c.n)
    if state is not None:
        chosen = chosen.where(_FILES.c.state == state)
    return [
        FileView(
            n=row.n,
            path=row.path,
            language=row.language,
            key=row.key,
            state=FileState(row.state),
            fault=Fault(row.fault) if row.fault else None,
        )
        for row in connection.execute(chosen)
    ]


def recent(connection: Connection, programme: str, *, limit: int = 10) -> list[UploadView]:
    """The newest uploads of a programme."""
    return _views(connection, _UPLOADS.c.programme == programme, limit)


def upload(connection: Connection, programme: str, upload_id: str) -> UploadView | None:
    """One upload of this programme, or None."""
    found = _views(
        connection, (_UPLOADS.c.programme == programme) & (_UPLOADS.c.id == upload_id), 1
    )
    return found[0] if found else None


def _views(connection: Connection, condition: Any, limit: int) -> list[UploadView]:
    def counted(state: FileState) -> Any:
        return func.coalesce(func.sum(case((_FILES.c.state == state, 1), else_=0)), 0)

    rows = connection.execute(
        select(
            _UPLOADS.c.id,
            _UPLOADS.c.name,
            _UPLOADS.c.language,
            _UPLOADS.c.state,
            _UPLOADS.c.fault,
            _UPLOADS.c.created_at,
            func.count(_FILES.c.n),
            counted(FileState.TAKEN),
            counted(FileState.REFUSED),
        )
        .outerjoin(_FILES, _FILES.c.upload_id == _UPLOADS.c.id)
        .where(condition)
        .group_by(*(_UPLOADS.c[name] for name in _GROUPED))
        .order_by(_UPLOADS.c.created_at.desc())
        .limit(limit)
    )
    return [
        UploadView(
            id=row[0],
            name=row[1],
            language=row[2],
            state=UploadState(row[3]),
            fault=Fault(row[4]) if row[4] else None,
            created_at=row[5],
            total=row[6],
            taken=int(row[7]),
            refused=int(row[8]),
        )
        for row in rows
    ]


_GROUPED = ("id", "name", "language", "state", "fault", "created_at")
