"""Fetching the pictures and sounds of texts, by the text's id, into our own encrypted media.

Copied first, made harmless, then deleted at the carrier; each step is taken again until it is done.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from storage import attachments, leases
from storage.attachments import PICTURES, SOUNDS, Due, Piece
from storage.pictures import NotAPicture, drawn_anew
from storage.services import Services
from storage.sound import SoundError, to_telephone
from telephony.gateway import Gateway, GatewayError, NotThere, TooLarge
from telephony.values import Enclosure

log = logging.getLogger(__name__)

LEASE = dt.timedelta(seconds=120)
MOST_ATTEMPTS = 10
_BATCH = 5


@dataclass(frozen=True, slots=True)
class EnclosureFetcher:
    """Copies what is due and deletes what was copied or withdrawn.

    `not_kept` is told, in the same transaction, of a set of which something could not be kept: who
    sent it was told that it had come.
    """

    services: Services
    gateway: Gateway
    not_kept: Callable[[Connection, str], None]
    lease: dt.timedelta = LEASE

    def run(self) -> int:
        """Do everything that is due; return how many sets were looked at."""
        due = leases.all_due(self.services, attachments.claim_due, lease=self.lease, batch=_BATCH)
        count = 0
        for each in due:
            self._one(each)
            count += 1
        return count

    def _one(self, each: Due) -> None:
        try:
            if each.is_withdrawn:
                self._forget(each)
                return
            if not each.is_copied:
                self._copy(each)
            self._delete_at_carrier(each)
            with self.services.database.writing() as connection:
                attachments.finish(connection, each.id)
        except GatewayError as error:
            log.warning("enclosure_not_fetched", extra={"why": type(error).__name__})
            self._tried(each)

    def _copy(self, each: Due) -> None:
        pieces: list[Piece] = []
        try:
            for found in self.gateway.media_of(each.provider_id or ""):
                if len(pieces) < each.count and (piece := self._piece(each, found)) is not None:
                    pieces.append(piece)
        except GatewayError:
            self._delete([piece.media for piece in pieces])
            raise
        with self.services.database.writing() as connection:
            is_kept = attachments.keep(connection, each.id, pieces, now=self.services.clock())
            if is_kept and len(pieces) < each.count:
                self.not_kept(connection, each.id)
        if not is_kept:
            self._delete([piece.media for piece in pieces])

    def _piece(self, each: Due, found: Enclosure) -> Piece | None:
        """One file as we keep it; None where it cannot be kept, whoever asks again."""
        declared = found.content_type.partition(";")[0].strip().lower()
        try:
            if declared in PICTURES:
                content, content_type = drawn_anew(self._content(each, found))
            elif declared in SOUNDS:
                content, content_type = to_telephone(self._content(each, found)), "audio/wav"
            else:
                return None
        except (TooLarge, NotThere, NotAPicture, SoundError) as error:
            log.warning("enclosure_not_kept", extra={"why": type(error).__name__})
            return None
        return Piece(self.services.media.put(content), content_type)

    def _content(self, each: Due, found: Enclosure) -> bytes:
        return self.gateway.media(each.provider_id or "", found.id, most=attachments.LARGEST)

    def _delete_at_carrier(self, each: Due) -> None:
        if each.provider_id is None:
            return
        try:
            left = self.gateway.media_of(each.provider_id)
        except NotThere:
            return
        for found in left:
            self.gateway.delete_media(each.provider_id, found.id)

    def _forget(self, each: Due) -> None:
        """Withdrawn: our files first, for those we can always delete."""
        with self.services.database.reading() as connection:
            files = attachments.files_of(connection, each.id)
        for media in files:
            self.services.media.delete(media)
        if each.attempts < MOST_ATTEMPTS:
            self._delete_at_carrier(each)
        with self.services.database.writing() as connection:
            attachments.forget(connection, each.id)

    def _delete(self, files: list[str]) -> None:
        with self.services.database.reading() as connection:
            unused = [media for media in files if not attachments.is_kept(connection, media)]
        for media in unused:
            self.services.media.delete(media)

    def _tried(self, each: Due) -> None:
        """It is tried again when its lease has run out, until that is no use any more."""
        if each.attempts < MOST_ATTEMPTS or each.is_copied or each.is_withdrawn:
            return
        with self.services.database.writing() as connection:
            if attachments.keep(connection, each.id, (), now=self.services.clock()):
                self.not_kept(connection, each.id)
