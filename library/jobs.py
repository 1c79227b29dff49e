"""What the worker does: takes recordings out of archives, one file to a transaction."""

from __future__ import annotations

import datetime as dt
import logging

from library import operations, queries, uploads
from library.archives import Archive, contents
from library.errors import BadArchive, BadTake, ChangedMeanwhile, Fault
from library.listing import Keys, Reach, reach
from library.operations import By
from library.takes import kept, prepared
from library.uploads import Claimed, FileState, FileView
from library.values import Origin, Place
from locales.languages import languages
from storage.media import MissingMedia
from storage.services import Services

log = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=5)
"""How long a worker that died holds an upload back."""

_RACES = 3


def take_uploads(services: Services, keys: Keys) -> int:
    """Take every upload that waits; return how many. Several workers may do so at once."""
    done = 0
    while True:
        with services.database.writing() as connection:
            claimed = uploads.claim(connection, now=services.clock(), lease=LEASE)
        if claimed is None:
            return done
        fault: Fault | None = None
        try:
            if claimed.is_hopeless:
                raise BadArchive(Fault.DAMAGED)
            _take(services, claimed, keys)
        except BadArchive as error:
            fault = error.fault
        except MissingMedia:
            fault = Fault.NO_ARCHIVE
        with services.database.writing() as connection:
            may_delete = uploads.finish(connection, claimed.id, fault=fault, now=services.clock())
        if may_delete and claimed.media:
            services.media.delete(claimed.media)
        log.info("upload_finished", extra={"upload": claimed.id, "fault": fault})
        done += 1


def _take(services: Services, claimed: Claimed, keys: Keys) -> None:
    """Take what waits of an upload. Raises BadArchive."""
    content = services.media.get(claimed.media)
    with services.database.reading() as connection:
        reached = reach(connection, claimed.programme, keys)
    if not claimed.is_listed:
        found = contents(
            content, language=claimed.language, languages=languages(), keys=reached.keys
        )
        with services.database.writing() as connection:
            uploads.begin(connection, claimed.id, found)
    with services.database.reading() as connection:
        waiting = uploads.files(connection, claimed.id, state=FileState.WAITING)
    archive = Archive(content)
    for each in waiting:
        _take_file(services, claimed, archive, each, reached)


def _take_file(
    services: Services, claimed: Claimed, archive: Archive, file: FileView, reached: Reach
) -> None:
    """Convert and check one file with no transaction open, then keep it in one."""
    place = Place(claimed.programme, file.language or claimed.language, file.key or "")
    shipped = reached.loaded(place.key, place.language)
    with services.database.reading() as connection:
        current = queries.current_version(connection, place)
    say = current.say if current else shipped.say if shipped else ""
    fault: Fault | None = None
    wav = b""
    try:
        wav = prepared(archive.read(file.n), say=say)
    except BadTake as error:
        fault = error.fault
    take = None if fault else kept(services.media, wav)
    for race in range(_RACES):
        now = services.clock()
        try:
            with services.database.writing() as connection:
                if take is not None:
                    operations.keep_recording(
                        connection,
                        place,
                        take,
                        speaker=claimed.speaker,
                        shipped=shipped,
                        by=By(claimed.account_id, Origin.UPLOAD, now),
                    )
                uploads.settle(connection, claimed.id, file.n, fault=fault, now=now, lease=LEASE)
            return
        except ChangedMeanwhile:
            if race == _RACES - 1:
                raise
