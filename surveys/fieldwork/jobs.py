"""What a worker does for fieldwork, every few seconds: draw, follow, feed, end, settle.

Every step is a short transaction that may be repeated, as with broadcasts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from outreach.queries import is_held
from outreach.values import Channel
from programmes.queries import senders_of
from programmes.values import Programme
from storage import outbox
from storage.queues import Work
from storage.services import Services
from surveys import queries as surveys
from surveys.fieldwork import feeding, following, operations, queries, sampling
from surveys.fieldwork.incentives import RecordingTopUps, TopUpGateway, give
from surveys.fieldwork.values import Field, State

ProgrammeOf = Callable[[Connection, str], Programme]
TextOf = Callable[[Programme, str, str], str]
"""The words for a kind of text (`notice`, `sms`) in a language, ready to be sent."""

SECONDS_A_QUESTION = 25
_AT_THE_DOOR = 45


def minutes_of(questions: int) -> int:
    """About how long an interview lasts, with who calls and why."""
    return max(1, round((questions * SECONDS_A_QUESTION + _AT_THE_DOOR) / 60))


@dataclass(frozen=True, slots=True)
class Fielder:
    """Carries fieldwork on."""

    services: Services
    programme_of: ProgrammeOf
    text_of: TextOf
    top_ups: TopUpGateway = field(default_factory=RecordingTopUps)
    lot: int = feeding.LOT

    def run(self) -> int:
        """Everything that is due; return how many lines were put down, looked at or queued."""
        with self.services.database.reading() as connection:
            ids = queries.underway(connection)
        done = sum(self._carry_on(round_id) for round_id in ids)
        give(self.services, self.top_ups)
        return done

    def _carry_on(self, round_id: str) -> int:
        database, clock = self.services.database, self.services.clock
        with database.reading() as connection:
            here = queries.field(connection, round_id)
            programme = self.programme_of(connection, here.programme)
            asked = surveys.questions_of(connection, round_id).questions
        calendar = programme.calendar
        done = self._draw(here, programme) if here.state is State.RUNNING else 0
        done += self._until_none(
            lambda connection: following.follow_batch(
                connection, round_id, calendar=calendar, now=clock()
            )
        )
        words = _Words(self, programme)
        with database.reading() as connection:
            writes_from = senders_of(connection, here.programme).texts or here.sender
            is_refused = is_held(
                connection,
                calls_from=here.sender if Channel.VOICE in here.plan.channels else None,
                writes_from=writes_from,
            )
        fed = 0
        if not is_refused:
            fed = self._until_none(
                lambda connection: feeding.feed_batch(
                    connection,
                    round_id,
                    programme=programme,
                    body=words,
                    minutes=minutes_of(len(asked)),
                    now=clock(),
                    lot=self.lot,
                )
            )
        if fed:
            self.services.bell.ring(Work.OUTBOX)
        with database.writing() as connection:
            if is_refused or not calendar.is_open(clock()):
                feeding.withdraw(connection, round_id, now=clock())
            operations.end_if_over(connection, round_id, now=clock())
        return done + fed

    def _draw(self, here: Field, programme: Programme) -> int:
        if here.is_planned:
            return 0
        with self.services.database.reading() as connection:
            drawn = sampling.draw(connection, here, languages=programme.languages)
        for start in range(0, max(1, len(drawn)), sampling.BATCH):
            with self.services.database.writing() as connection:
                sampling.put_down(
                    connection,
                    here.round_id,
                    drawn[start : start + sampling.BATCH],
                    calendar=programme.calendar,
                    is_last=start + sampling.BATCH >= len(drawn),
                )
        return len(drawn)

    def _until_none(self, step: Callable[[Connection], int]) -> int:
        count = 0
        while True:
            with self.services.database.writing() as connection:
                moved = step(connection)
            count += moved
            if not moved:
                return count


class _Words:
    """Sealed texts by kind and language: the same words are sealed once."""

    def __init__(self, fielder: Fielder, programme: Programme) -> None:
        self._sealed: dict[tuple[str, str], bytes] = {}
        self._fielder, self._programme = fielder, programme

    def __call__(self, kind: str, language: str) -> bytes:
        if (kind, language) not in self._sealed:
            words = self._fielder.text_of(self._programme, kind, language)
            vault = self._fielder.services.vault
            self._sealed[kind, language] = vault.seal_text(outbox.BODY, words)
        return self._sealed[kind, language]
