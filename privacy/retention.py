"""What is not kept any longer: cases long closed lose their words, old calls and texts their trace.

Each class is a job of its own that can be run again at any time: what is gone is not found twice.
A case is a transaction of its own; files are deleted after it.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, exists, or_, select, update

from contacts.models import Person
from contacts.queries import number_of
from dialogue.forgetting import forget_number
from dialogue.turns import KEPT_FOR as TURNS_FOR
from grievances.dictating import KEPT_FOR as DRAFTS_FOR
from grievances.erasing import erase_case, named_media
from grievances.errors import StillComing
from grievances.events import Event
from grievances.lifecycle import SYSTEM, State
from grievances.models import Case, CaseEvent
from measures.operations import KEPT_AFTER as YEAR_KEYS_FOR
from outreach.models import Contact, NewsWish
from privacy.models import RetentionRun
from programmes.queries import numbers_of, slugs
from safeguarding.models import SealedRecording
from safeguarding.values import KEPT_FOR as SEALED_FOR
from storage.database import Base
from storage.messages import ENDED, Outbox, PastAttempt
from storage.recordings import Recording
from storage.services import Services
from storage.upsert import insert_into
from surveys.fieldwork.models import SampledLine
from surveys.values import KEY_LIFE

log = logging.getLogger(__name__)

BATCH = 200
REPLACED_FOR = dt.timedelta(days=7)
"""How long a recording stays that nothing names: what is told late finds its words still."""
_OUTBOX: Any = Outbox.__table__
_PAST: Any = PastAttempt.__table__
_CONTACTS: Any = Contact.__table__
_RECORDINGS: Any = Recording.__table__
_RUNS: Any = RetentionRun.__table__


class Kept(StrEnum):
    """What is kept for a time of its own."""

    CASES = "cases"
    CALLS = "calls"
    TURNS = "turns"
    ROUND_KEYS = "round_keys"
    SEALED = "sealed"
    YEAR_KEYS = "year_keys"
    DRAFTS = "drafts"
    """Answers spoken on a work phone and not sent."""
    REPLACED = "replaced"
    """Recordings that something else was said in the place of."""


@dataclass(frozen=True, slots=True)
class Periods:
    """For how long, as the settings say (DOMAIN requirement 26)."""

    cases: dt.timedelta = dt.timedelta(days=730)
    """After the close."""
    calls: dt.timedelta = dt.timedelta(days=90)

    def of(self, kept: Kept) -> dt.timedelta:
        """How long a class is kept: what its job goes by, and what is told of it."""
        return {
            Kept.CASES: self.cases,
            Kept.CALLS: self.calls,
            Kept.TURNS: TURNS_FOR,
            Kept.ROUND_KEYS: KEY_LIFE,
            Kept.SEALED: SEALED_FOR,
            Kept.YEAR_KEYS: YEAR_KEYS_FOR,
            Kept.DRAFTS: DRAFTS_FOR,
            Kept.REPLACED: REPLACED_FOR,
        }[kept]


def minimise_cases(services: Services, *, after: dt.timedelta) -> int:
    """Take words, recordings and the way to a phone from cases closed `after` ago; how many."""
    now, done, last = services.clock(), 0, ""
    while True:
        with services.database.reading() as connection:
            due = _cases_due(connection, before=now - after, last=last)
            numbers = [each for slug in slugs(connection) for each in numbers_of(connection, slug)]
        for case_id, person_id in due:
            last = case_id
            try:
                with services.database.writing() as connection:
                    erased = erase_case(
                        connection,
                        case_id,
                        vault=services.vault,
                        actor=SYSTEM,
                        now=now,
                        keeps_pin=False,
                    )
                    if person_id is not None:
                        _let_line_go(connection, services, person_id, ours=numbers, now=now)
            except StillComing:
                log.warning("case_not_minimised_yet")
                continue
            for each in erased.files:
                services.media.delete(each)
            done += 1
        if len(due) < BATCH:
            return done


def _cases_due(
    connection: Connection, *, before: dt.datetime, last: str
) -> list[tuple[str, str | None]]:
    erased = exists().where(
        CaseEvent.case_id == Case.id,
        CaseEvent.kind == Event.ERASED,
        CaseEvent.actor == SYSTEM.name,
        CaseEvent.at > Case.closed_at,
    )
    rows = connection.execute(
        select(Case.id, Case.person_id)
        .where(Case.state == State.CLOSED, Case.closed_at <= before, Case.id > last, ~erased)
        .order_by(Case.id)
        .limit(BATCH)
    )
    return [(row.id, row.person_id) for row in rows]


def _let_line_go(
    connection: Connection, services: Services, person_id: str, *, ours: list[str], now: dt.datetime
) -> None:
    """Forget the number where nobody on it has a case, wants news or is in a survey's sample."""
    line_id = connection.execute(select(Person.line_id).where(Person.id == person_id)).scalar_one()
    there = select(Person.id).where(Person.line_id == line_id)
    is_needed = or_(
        exists().where(Case.person_id.in_(there)),
        exists().where(NewsWish.person_id.in_(there), NewsWish.agreed),
        exists().where(SampledLine.line_id == line_id),
    )
    if connection.execute(select(is_needed)).scalar_one():
        return
    number = number_of(connection, vault=services.vault, line_id=line_id)
    if number is not None:
        forget_number(connection, vault=services.vault, number=number, ours=ours, now=now)


def forget_calls(services: Services, *, after: dt.timedelta) -> int:
    """Delete what is known of calls and texts that ended `after` ago; how many there were.

    A row by which something else knows how far it got stays, without words and without what leads
    to it at the carrier.
    """
    now, done = services.clock(), 0
    old = [Outbox.rank >= ENDED, Outbox.updated_at <= now - after]
    while True:
        with services.database.writing() as connection:
            ids = list(
                connection.execute(
                    select(Outbox.id).where(*old, ~_is_named()).limit(BATCH)
                ).scalars()
            )
            connection.execute(delete(_PAST).where(PastAttempt.outbox_id.in_(ids)))
            connection.execute(delete(_CONTACTS).where(Contact.outbox_id.in_(ids)))
            connection.execute(delete(_OUTBOX).where(Outbox.id.in_(ids)))
        done += len(ids)
        if len(ids) < BATCH:
            break
    with services.database.writing() as connection:
        connection.execute(
            delete(_PAST).where(PastAttempt.outbox_id.in_(select(Outbox.id).where(*old)))
        )
        connection.execute(
            update(_OUTBOX)
            .where(*old, or_(Outbox.body.is_not(None), Outbox.provider_id.is_not(None)))
            .values(body=None, provider_id=None)
        )
    return done


def forget_replaced(services: Services, *, after: dt.timedelta) -> int:
    """Delete the recordings that nothing names since `after`, such as one that she said anew; how
    many. What the carrier still holds is left until it is deleted there."""
    now, done = services.clock(), 0
    named = [
        select(table.c.recording_id).where(table.c.recording_id == _RECORDINGS.c.id).exists()
        for _name, table in sorted(Base.metadata.tables.items())
        if "recording_id" in table.c
    ]
    to_be_sealed = select(SealedRecording.id).where(SealedRecording.id == _RECORDINGS.c.id).exists()
    old = select(Recording.id, Recording.media).where(
        Recording.announced_at <= now - after,
        Recording.due_at.is_(None),
        ~or_(*named, to_be_sealed),
    )
    while True:
        with services.database.writing() as connection:
            gone = connection.execute(old.limit(BATCH)).all()
            ids = [each.id for each in gone]
            connection.execute(delete(_RECORDINGS).where(Recording.id.in_(ids)))
            files = {each.media for each in gone if each.media}
            unused = files - named_media(connection, files)
        for each in sorted(unused):
            services.media.delete(each)
        done += len(ids)
        if len(ids) < BATCH:
            return done


def _is_named() -> Any:
    """Whether a row of any table but those of the trace itself names this row of the outbox."""
    own = {_PAST.name, _CONTACTS.name}
    return or_(
        *(
            exists().where(table.c.outbox_id == _OUTBOX.c.id)
            for name, table in sorted(Base.metadata.tables.items())
            if "outbox_id" in table.c and name not in own
        )
    )


def ran(
    connection: Connection, kept: Kept, *, rows: int | None, day: dt.date, now: dt.datetime
) -> None:
    """Note that this class was looked after; the counts of one day add up."""
    added = insert_into(connection, _RUNS).values(kept=kept, day=day, ran_at=now, rows=rows)
    connection.execute(
        added.on_conflict_do_update(
            index_elements=["kept", "day"],
            set_={"ran_at": now, "rows": _RUNS.c.rows + added.excluded.rows},
        )
    )


@dataclass(frozen=True, slots=True)
class Ran:
    """When a class was looked after last, and how many rows went in thirty days."""

    kept: Kept
    ran_at: dt.datetime | None
    rows: int | None


def runs(connection: Connection, *, today: dt.date) -> tuple[Ran, ...]:
    """Every class, those that never ran too."""
    since = today - dt.timedelta(days=30)
    found = connection.execute(select(_RUNS).order_by(RetentionRun.day)).all()
    shown = []
    for kept in Kept:
        its = [row for row in found if row.kept == kept]
        counted = [row.rows for row in its if row.day > since and row.rows is not None]
        shown.append(Ran(kept, its[-1].ran_at if its else None, sum(counted) if counted else None))
    return tuple(shown)
