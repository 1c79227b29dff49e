"""What a worker does for broadcasts, every few seconds: plan, follow, feed, end.

Every step is a short transaction that may be repeated: a worker killed between two leaves nothing
half done, and two workers wait for each other at the broadcast's row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from broadcasts import feeding, following, operations, planning, queries
from broadcasts.values import LASTS, BroadcastRef, Standing, State, StopReason
from programmes.values import Programme
from storage import outbox
from storage.queues import Work
from storage.services import Services

ProgrammeOf = Callable[[Connection, str], Programme]
TextOf = Callable[[Programme, BroadcastRef, str], str]
"""What a broadcast writes in a language, ready to be sent."""

IsCurrent = Callable[[Programme, BroadcastRef], bool]


LATE = dt.timedelta(days=3650)
"""Beyond any moment at which something is looked at: whatever is queued at all."""


@dataclass(frozen=True, slots=True)
class Broadcaster:
    """Carries broadcasts on. `text_of` gives what is written; `lot` is how much may be queued."""

    services: Services
    programme_of: ProgrammeOf
    text_of: TextOf
    is_current: IsCurrent = lambda programme, here: True
    lot: int = feeding.LOT

    def run(self) -> int:
        """Everything that is due; return how many recipients were planned, looked at or queued."""
        with self.services.database.reading() as connection:
            ids = dict.fromkeys([*queries.underway(connection), *queries.open_ends(connection)])
        return sum(self._carry_on(broadcast_id) for broadcast_id in ids)

    def _carry_on(self, broadcast_id: str) -> int:
        database, clock = self.services.database, self.services.clock
        with database.reading() as connection:
            here = queries.broadcast(connection, broadcast_id)
            programme = self.programme_of(connection, here.programme)
        if here.state in (State.RUNNING, State.PAUSED) and not self.is_current(programme, here):
            with database.writing() as connection:
                operations.stop(connection, here.id, now=clock(), reason=StopReason.EXPIRED)
        done, goes_on = 0, here.state is State.RUNNING and not here.is_planned
        while goes_on:
            with database.writing() as connection:
                goes_on = planning.plan_batch(
                    connection, here.id, languages=programme.languages, now=clock()
                )
            done += goes_on
        done += self._each_batch(
            here.id,
            Standing.QUEUED,
            following.BATCH,
            lambda connection: following.follow_batch(connection, here.id, now=clock()),
        )
        if here.state is not State.RUNNING:
            return done
        with database.reading() as connection:
            is_refused = queries.is_refused(connection, here)
        if programme.calendar.is_open(clock()) and not is_refused:
            done += self._feed(here, programme)
        elif self._is_due(here.id, Standing.QUEUED, before=LATE):
            with database.writing() as connection:
                feeding.withdraw(connection, here.id, now=clock())
        with database.reading() as connection:
            is_left = queries.is_left(connection, here.id)
        lasts_until = (here.started_at or clock()) + LASTS
        if not is_left or clock() >= lasts_until:
            with database.writing() as connection:
                operations.end_if_over(connection, here.id, lasts_until=lasts_until, now=clock())
        return done

    def _feed(self, here: BroadcastRef, programme: Programme) -> int:
        bodies = _Bodies(self, programme, here)
        fed = self._each_batch(
            here.id,
            Standing.WAITING,
            feeding.BATCH,
            lambda connection: feeding.feed_batch(
                connection,
                here.id,
                programme=programme,
                body=bodies,
                now=self.services.clock(),
                lot=self.lot,
            ),
        )
        if fed:
            self.services.bell.ring(Work.OUTBOX)
        return fed

    def _is_due(
        self, broadcast_id: str, standing: Standing, *, before: dt.timedelta = dt.timedelta()
    ) -> bool:
        with self.services.database.reading() as connection:
            moment = self.services.clock() + before
            return queries.is_due(connection, broadcast_id, standing, now=moment)

    def _each_batch(
        self,
        broadcast_id: str,
        standing: Standing,
        size: int,
        step: Callable[[Connection], int],
    ) -> int:
        """Batch after batch, until one is not full; no transaction where nothing is due."""
        if not self._is_due(broadcast_id, standing):
            return 0
        count, moved = 0, size
        while moved >= size:
            with self.services.database.writing() as connection:
                moved = step(connection)
            count += moved
        return count


class _Bodies:
    """The sealed text of a broadcast by language: the same words are sealed once."""

    def __init__(self, broadcaster: Broadcaster, programme: Programme, here: BroadcastRef) -> None:
        self._by_language: dict[str, bytes] = {}
        self._broadcaster, self._programme, self._here = broadcaster, programme, here

    def __call__(self, language: str) -> bytes:
        if language not in self._by_language:
            words = self._broadcaster.text_of(self._programme, self._here, language)
            self._by_language[language] = self._broadcaster.services.vault.seal_text(
                outbox.BODY, words
            )
        return self._by_language[language]
