"""What was approved in the database, held in memory: a turn costs no statement.

`refresh` asks for one number at most every few seconds, and reads everything only when it grew.
Whoever serves callers refreshes before a request, never inside a transaction.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError

from library import queries
from library.queries import Live
from library.values import EVERY_PROGRAMME
from storage.database import Database
from storage.media import Media, MissingMedia

log = logging.getLogger(__name__)

_EVERY = 3.0
_SOUNDS = 128
"""Recordings held ready: the carrier asks for each again whenever its own copy is old."""


@dataclass(frozen=True, slots=True)
class _Index:
    """What was approved at one revision; never changed, only replaced."""

    revision: int = -1
    by_place: Mapping[tuple[str, str, str], Live] = field(default_factory=dict)
    anywhere: Mapping[tuple[str, str], Live] = field(default_factory=dict)
    """Whatever the programme: for what is said before one is known."""


class Bank:
    """The approved versions. One per process; safe between threads."""

    def __init__(
        self,
        database: Database,
        media: Media,
        *,
        every: float = _EVERY,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._media = media
        self._every = every
        self._monotonic = monotonic
        self._index = _Index()
        self._asked_at = -every
        self._asking = Lock()
        self._sounds: OrderedDict[str, bytes] = OrderedDict()
        self._sounds_lock = Lock()

    @property
    def revision(self) -> int:
        """Changes whenever any prompt may sound otherwise than before."""
        return self._index.revision

    def refresh(self, *, now: bool = False) -> None:
        """Learn of what was approved, at most every few seconds, or with `now` at once.

        Without a database what was known goes on being known.
        """
        if not now and self._monotonic() - self._asked_at < self._every:
            return
        if not self._asking.acquire(blocking=now):
            return  # another thread is asking already
        try:
            self._read()
        except SQLAlchemyError:
            log.warning("prompts_not_refreshed")
        finally:
            self._asked_at = self._monotonic()
            self._asking.release()

    def find(self, key: str, tag: str, slug: str) -> Live | None:
        """What was approved of a prompt in exactly this language: the programme's own first.

        Without a programme it is any programme's: an apology is the same words everywhere.
        """
        index = self._index
        if slug == EVERY_PROGRAMME:
            return index.by_place.get((slug, tag, key)) or index.anywhere.get((tag, key))
        return index.by_place.get((slug, tag, key)) or index.by_place.get(
            (EVERY_PROGRAMME, tag, key)
        )

    def words(self, key: str, tag: str) -> list[str]:
        """What approved versions of the prompt say, in any programme."""
        return [
            live.say
            for (_, language, name), live in self._index.by_place.items()
            if (language, name) == (tag, key)
        ]

    def audio(self, key: str, tag: str, sound_hash: str) -> bytes | None:
        """A recording that is approved or was; None where there is none of that hash."""
        with self._sounds_lock:
            known = self._sounds.get(sound_hash)
            if known is not None:
                self._sounds.move_to_end(sound_hash)
                return known
        with self._database.reading() as connection:
            media = queries.media_of_sound(connection, key=key, language=tag, sound_hash=sound_hash)
        if media is None:
            return None
        try:
            content = self._media.get(media)
        except MissingMedia:
            log.error("prompt_without_media", extra={"prompt": key, "language": tag})
            return None
        with self._sounds_lock:
            self._sounds[sound_hash] = content
            if len(self._sounds) > _SOUNDS:
                self._sounds.popitem(last=False)
        return content

    def _read(self) -> None:
        with self._database.reading() as connection:
            # The number first: what is approved in between is read twice, never missed.
            revision = queries.revision(connection)
            if revision == self._index.revision:
                return
            rows = queries.live(connection)
        self._index = _Index(
            revision=revision,
            by_place={(each.programme, each.language, each.key): each for each in rows},
            anywhere={
                (each.language, each.key): each
                for each in sorted(rows, key=lambda each: each.programme, reverse=True)
            },
        )
