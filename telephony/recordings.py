"""Fetching recordings from the carrier, by their id, into our own encrypted media.

Copied first, then deleted at the carrier; each step is taken again until it is done.
"""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import suppress
from dataclasses import dataclass

from safeguarding import operations as sealed
from safeguarding import queries as sealed_queries
from storage import leases, recordings
from storage.recordings import Fetch
from storage.services import Services
from storage.sound import SoundError, to_telephone
from telephony.gateway import Gateway, GatewayError, NotThere

log = logging.getLogger(__name__)

LEASE = dt.timedelta(seconds=60)
MOST_ATTEMPTS = 10
_BATCH = 10


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Copies what is due and deletes what was copied."""

    services: Services
    gateway: Gateway
    lease: dt.timedelta = LEASE

    def run(self) -> int:
        """Do everything that is due; return how many recordings were looked at."""
        due = leases.all_due(self.services, recordings.claim_due, lease=self.lease, batch=_BATCH)
        count = 0
        for each in due:
            self._one(each)
            count += 1
        return count

    def _one(self, each: Fetch) -> None:
        try:
            if self._is_sealed(each.id):
                self._seal(each)
                return
            media = each.media or self._copy(each)
            if media is not None:
                self.gateway.delete_recording(each.id)
                with self.services.database.writing() as connection:
                    recordings.finish(connection, each.id)
        except NotThere:
            self._missing(each)
        except GatewayError as error:
            log.warning("recording_not_fetched", extra={"why": type(error).__name__})
            self._missing(each)

    def _is_sealed(self, recording_id: str) -> bool:
        with self.services.database.reading() as connection:
            return sealed_queries.is_sealed_recording(connection, recording_id)

    def _seal(self, each: Fetch) -> None:
        """Straight into her report: our media never hold it, or not any more."""
        vault, media = self.services.vault, self.services.media
        with self.services.database.reading() as connection:
            is_wanted = sealed_queries.is_to_be_sealed(connection, each.id)
        content = b""
        if is_wanted:
            content = media.get(each.media) if each.media else self._sound(each)
        with self.services.database.writing() as connection:
            sealed.seal_recording(connection, vault, each.id, content)
        if each.media:
            media.delete(each.media)
        with suppress(NotThere):
            self.gateway.delete_recording(each.id)
        with self.services.database.writing() as connection:
            sealed.forget_recording(connection, each.id)

    def _sound(self, each: Fetch) -> bytes:
        content = self.gateway.recording(each.id)
        try:
            return to_telephone(content)
        except SoundError:
            # Kept as it came: a person may still make something of it.
            log.warning("recording_not_understood")
            return content

    def _copy(self, each: Fetch) -> str | None:
        content = self._sound(each)
        media = self.services.media.put(content)
        with self.services.database.writing() as connection:
            recordings.keep(connection, each.id, media=media, now=self.services.clock())
        return media

    def _missing(self, each: Fetch) -> None:
        """It is tried again when its lease has run out, until that is no use any more."""
        if each.attempts >= MOST_ATTEMPTS and each.media is None:
            with self.services.database.writing() as connection:
                recordings.give_up(connection, each.id)
                sealed.forget_recording(connection, each.id)
