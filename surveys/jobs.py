"""What a worker runs for surveys: each may run at any time, twice, or on two workers at once."""

from __future__ import annotations

import datetime as dt
import logging
from random import SystemRandom

from storage.services import Services
from surveys import open_answers, operations, queries
from surveys.fieldwork import operations as fieldwork
from surveys.snapshots import renew_snapshot
from surveys.values import KEY_LIFE

log = logging.getLogger(__name__)

BATCH = 500
"""Responses forgotten in one transaction."""


def renew_snapshots(services: Services) -> int:
    """Make every snapshot that is due; return how many. Each minute, and after answers."""
    with services.database.reading() as connection:
        rounds = queries.unfinished_rounds(connection)
    return sum(
        renew_snapshot(
            services.database, round_id=round_id, now=services.clock(), rng=SystemRandom()
        )
        for round_id in rounds
    )


def forget(services: Services, *, after: dt.timedelta = KEY_LIFE) -> None:
    """Destroy the keys of rounds closed for `after`, then what was made with them. Each hour."""
    with services.database.writing() as connection:
        operations.destroy_keys(connection, now=services.clock(), after=after)
        # In the same transaction: without its key no round has a list of whom it called.
        fieldwork.forget_samples(connection)
    forgotten = BATCH
    while forgotten == BATCH:
        with services.database.writing() as connection:
            forgotten = operations.forget_respondents(connection, limit=BATCH)


def settle_open_answers(services: Services) -> None:
    """Take over the sounds that have arrived, and delete those that nobody needs. Each minute."""
    with services.database.writing() as connection:
        open_answers.take_in_sounds(connection, limit=BATCH)
        if given_up := open_answers.give_up(connection):
            log.info("open_answers_given_up", extra={"number": given_up})
    with services.database.reading() as connection:
        gone = open_answers.unneeded(connection, limit=BATCH)
    for each in gone:
        if each.media is not None:
            services.media.delete(each.media)
            log.info("open_answer_sound_deleted", extra={"answer": each.id})
    if gone:
        with services.database.writing() as connection:
            open_answers.sounds_deleted(connection, [each.id for each in gone])
