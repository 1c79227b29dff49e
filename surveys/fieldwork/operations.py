"""Writes of fieldwork, but for its sending. They flush, the caller commits."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, String, case, cast, delete, func, insert, select, update

from contacts.numbers import e164
from contacts.operations import keep_person
from outreach.attempts import Answer
from outreach.models import Contact
from outreach.values import Purpose
from programmes.calendar import Calendar
from storage.ids import new_id
from storage.outbox import Outbox
from storage.upsert import insert_into
from storage.vault import Vault
from surveys import operations as rounds
from surveys import queries as surveys
from surveys.fieldwork import queries
from surveys.fieldwork.errors import NoNumber, NoSample, WrongState
from surveys.fieldwork.feeding import end, withdraw
from surveys.fieldwork.models import (
    DispositionCount,
    FieldAttempt,
    Fieldwork,
    SampledLine,
    TopUp,
)
from surveys.fieldwork.sampling import Drawn, new_line, slots_for
from surveys.fieldwork.values import (
    Basis,
    Field,
    Plan,
    Standing,
    State,
    next_in,
    quotas_to_json,
    sample_to_json,
)
from surveys.models import Round, RoundKey
from surveys.outcomes import Disposition, final, of_interview

_FIELDS: Any = Fieldwork.__table__
_LINES: Any = SampledLine.__table__
_TOP_UPS: Any = TopUp.__table__


def plan(
    connection: Connection,
    round_id: str,
    plan: Plan,
    *,
    seed: str,
    account_id: str,
    now: dt.datetime,
) -> None:
    """Plan how an open round is taken to the field, or change that before it has started.

    `seed` is what its sample is drawn with. Raises NoSuchRound, and WrongState once it has started
    or where the round is closed.
    """
    if surveys.round_by_id(connection, round_id).closed_at is not None:
        raise WrongState(round_id)
    values: dict[str, Any] = {
        "mode": plan.mode,
        "opens_at": plan.opens_at,
        "closes_at": plan.closes_at,
        "way": plan.way,
        "announces": plan.announces,
        "sample": sample_to_json(plan.sample),
        "quotas": quotas_to_json(plan.quotas),
        "turns_away": plan.turns_away,
        "incentive": plan.incentive,
    }
    kept = connection.execute(
        insert_into(connection, _FIELDS)
        .values(
            round_id=round_id,
            seed=seed,
            state=State.DRAFT,
            is_planned=False,
            created_by=account_id,
            created_at=now,
            **values,
        )
        .on_conflict_do_update(
            index_elements=["round_id"], set_=values, where=_FIELDS.c.state == State.DRAFT
        )
        .returning(_FIELDS.c.round_id)
    ).first()
    if kept is None:
        raise WrongState(round_id)


@dataclass(frozen=True, slots=True)
class Listed:
    """What came of a list of numbers."""

    taken: int
    not_numbers: int


def add_numbers(
    connection: Connection,
    round_id: str,
    numbers: Iterable[tuple[str, str]],
    *,
    vault: Vault,
    now: dt.datetime,
) -> Listed:
    """Put the numbers of a list, each with a language, down for a round that has not started.

    One that is there already counts as taken and changes nothing. Whoever wants nothing from us is
    put down too, and never contacted. Raises WrongState.
    """
    here = queries.field(connection, round_id, held=True)
    if here.state is not State.DRAFT or here.plan.sample.basis is not Basis.LIST:
        raise WrongState(round_id)
    taken = wrong = 0
    for raw, language in numbers:
        number = e164(raw)
        if number is None:
            wrong += 1
            continue
        person = keep_person(connection, vault=vault, number=number, language=language, now=now)
        slots = slots_for(here.seed, person.line_id, attempts=len(here.plan.channels))
        drawn = Drawn(person.line_id, person.id, person.language or language, None, person.district)
        connection.execute(
            insert_into(connection, _LINES)
            .values(new_line(here, drawn, slots))
            .on_conflict_do_nothing(index_elements=["round_id", "line_id"])
        )
        taken += 1
    return Listed(taken, wrong)


def start(
    connection: Connection,
    round_id: str,
    *,
    sender: str | None,
    calendar: Calendar,
    now: dt.datetime,
) -> None:
    """Take a planned round to the field. Raises WrongState, NoNumber, and NoSample for a list that
    is empty or does not say under which consent."""
    here = queries.field(connection, round_id, held=True)
    if here.state is not State.DRAFT:
        raise WrongState(round_id)
    is_list = here.plan.is_sampled and here.plan.sample.basis is Basis.LIST
    if here.plan.is_sampled and sender is None:
        raise NoNumber(round_id)
    if is_list and not (
        here.plan.sample.consent_source and sum(queries.lines(connection, round_id).values())
    ):
        raise NoSample(round_id)
    _move(
        connection,
        round_id,
        (State.DRAFT,),
        state=State.RUNNING,
        sender=sender,
        started_at=now,
        is_planned=not here.plan.is_sampled or is_list,
    )
    if is_list:
        _begin_list(connection, round_id, max(now, here.plan.opens_at or now), calendar)


def pause(connection: Connection, round_id: str, *, now: dt.datetime) -> None:
    """Nobody more is contacted until it is resumed. Who calls is still asked. Raises WrongState."""
    _move(connection, round_id, (State.RUNNING,), state=State.PAUSED)
    withdraw(connection, round_id, now=now)


def resume(connection: Connection, round_id: str) -> None:
    """Go on where it was paused. Raises WrongState."""
    _move(connection, round_id, (State.PAUSED,), state=State.RUNNING)


def end_if_over(connection: Connection, round_id: str, *, now: dt.datetime) -> bool:
    """Whether fieldwork has come to its end just now: its closing day, the round closed by hand,
    or nobody left to try. At its closing day the round is closed, whatever its mode."""
    here = queries.field(connection, round_id, held=True)
    if here.state not in (State.RUNNING, State.PAUSED):
        return False
    closed_at = surveys.round_by_id(connection, round_id).closed_at
    closes_at = here.plan.closes_at
    if closed_at is None and closes_at is not None and now >= closes_at:
        rounds.close_round(connection, round_id=round_id, now=now)
        closed_at = now
    if closed_at is not None:
        withdraw(connection, round_id, now=now)
        for sampled_id in connection.execute(
            select(SampledLine.id).where(
                SampledLine.round_id == round_id, SampledLine.state == Standing.WAITING
            )
        ).scalars():
            end(connection, sampled_id, final(queries.attempts_of(connection, sampled_id)))
    counted = queries.lines(connection, round_id)
    is_through = here.plan.is_sampled and here.is_planned and not counted[Standing.WAITING]
    if (closed_at is not None or is_through) and not counted[Standing.QUEUED]:
        _move(connection, round_id, (State.RUNNING, State.PAUSED), state=State.DONE)
        return True
    return False


def note_answer(connection: Connection, sampled_id: str, answer: Answer) -> None:
    """She said, on a call of ours, whether she can talk now."""
    connection.execute(
        update(_LINES)
        .where(SampledLine.id == sampled_id, SampledLine.state != Standing.DONE)
        .values(answer=answer)
    )


def note_done(connection: Connection, sampled_id: str) -> None:
    """Somebody on this line had answered the round before she was drawn."""
    _note(connection, sampled_id, Disposition.COMPLETE)


def note_interview(
    connection: Connection, sampled_id: str, *, respondent: str, round_id: str
) -> None:
    """Note how far an interview on a line of the sample has come: its disposition, and nothing
    that it could be found by. A complete one is owed its incentive."""
    asked = surveys.questions_of(connection, round_id)
    progress = surveys.progress(connection, round_id, respondent)
    if progress is None:
        return
    path = asked.path(progress.answers, progress.response_id)
    answered = sum(each.name in progress.answers for each in path)
    came_to = of_interview(answered=answered, applicable=len(path))
    if progress.is_complete:
        came_to = Disposition.COMPLETE
    row = _note(connection, sampled_id, came_to)
    if row is not None and came_to is Disposition.COMPLETE and row.incentive:
        _owe(connection, sampled_id, row.incentive)


def note_one_too_many(connection: Connection, sampled_id: str, *, has_finished: bool) -> None:
    """She told that she is in a group of which there are enough: no part of the round, whatever she
    answered before. Whoever was let finish is owed her incentive all the same."""
    row = connection.execute(
        update(_LINES)
        .where(SampledLine.id == sampled_id)
        .values(**_came_to(Disposition.QUOTA_FULL))
        .returning(_LINES.c.round_id)
    ).first()
    amount = None
    if row is not None:
        owed = select(Fieldwork.incentive).where(Fieldwork.round_id == row.round_id)
        amount = connection.execute(owed).scalar()
    if has_finished and amount:
        _owe(connection, sampled_id, amount)


def _came_to(disposition: Disposition) -> dict[str, Any]:
    """What an interview came to; what is at the carrier still is followed to its end."""
    is_out = SampledLine.state == Standing.QUEUED
    return {
        "interview": disposition,
        "state": case((is_out, Standing.QUEUED.value), else_=Standing.DONE.value),
        "code": case((is_out, None), else_=disposition.value),
        "due_at": case((is_out, SampledLine.due_at), else_=None),
    }


def _owe(connection: Connection, sampled_id: str, amount: int) -> None:
    connection.execute(
        insert_into(connection, _TOP_UPS)
        .values(id=new_id(), sampled_id=sampled_id, amount=amount, state="owed")
        .on_conflict_do_nothing(index_elements=["sampled_id"])
    )


def _note(connection: Connection, sampled_id: str, came_to: Disposition) -> Any:
    """Keep what an interview came to; the line as it was, None where it changes nothing."""
    row = connection.execute(
        select(SampledLine.interview, Fieldwork.incentive)
        .join(Fieldwork, Fieldwork.round_id == SampledLine.round_id)
        .where(SampledLine.id == sampled_id)
    ).first()
    if row is None or row.interview == came_to:
        return None
    # Somebody else on the same phone may have come further.
    best = final([came_to, *([Disposition(row.interview)] if row.interview else [])])
    connection.execute(update(_LINES).where(SampledLine.id == sampled_id).values(**_came_to(best)))
    return row


def forget_samples(connection: Connection) -> list[str]:
    """Delete the sample of every round whose key is gone: of its lines the counts of their codes
    remain, and its contacts go with it. Return the rounds."""
    keyed = select(RoundKey.round_id)
    due = (
        connection.execute(
            select(Fieldwork.round_id)
            .join(Round, Round.id == Fieldwork.round_id)
            .where(Round.closed_at.is_not(None), Fieldwork.seed != "")
            .where(Fieldwork.round_id.not_in(keyed))
        )
        .scalars()
        .all()
    )
    for round_id in due:
        _forget(connection, round_id)
    return list(due)


def _forget(connection: Connection, round_id: str) -> None:
    ours = select(SampledLine.id).where(SampledLine.round_id == round_id)
    by_attempt: Counter[tuple[int, str]] = Counter()
    for disposition, lines in queries.dispositions(connection, round_id).items():
        by_attempt[0, disposition.value] = lines
    for n, code, count in connection.execute(
        select(FieldAttempt.n, FieldAttempt.code, func.count())
        .where(FieldAttempt.sampled_id.in_(ours))
        .group_by(FieldAttempt.n, FieldAttempt.code)
    ):
        by_attempt[n, code] = count
    if by_attempt:
        connection.execute(
            insert(DispositionCount),
            [
                {"round_id": round_id, "attempt": n, "code": code, "count": count}
                for (n, code), count in by_attempt.items()
            ],
        )
    contacts = (Contact.purpose == Purpose.SURVEY, Contact.subject == round_id)
    called = select(SampledLine.line_id).where(SampledLine.round_id == round_id)
    # An opening names the line of the sample. What was made before a round closed whose key is gone
    # is over since long.
    closed_at = select(Round.closed_at).where(Round.id == round_id).scalar_subquery()
    connection.execute(
        update(Outbox)
        .where(
            Outbox.line_id.in_(called),
            Outbox.created_at <= closed_at,
            cast(Outbox.opening, String).like('%"interview"%'),
        )
        .values(opening=None)
    )
    connection.execute(delete(Contact).where(*contacts))
    connection.execute(delete(TopUp).where(TopUp.sampled_id.in_(ours)))
    connection.execute(delete(FieldAttempt).where(FieldAttempt.sampled_id.in_(ours)))
    connection.execute(delete(SampledLine).where(SampledLine.round_id == round_id))
    connection.execute(update(_FIELDS).where(Fieldwork.round_id == round_id).values(seed=""))


def _begin_list(
    connection: Connection, round_id: str, from_when: dt.datetime, calendar: Calendar
) -> None:
    rows = connection.execute(
        select(SampledLine.slots).where(SampledLine.round_id == round_id).distinct()
    ).scalars()
    for slots in rows.all():
        connection.execute(
            update(_LINES)
            .where(SampledLine.round_id == round_id, SampledLine.slots == slots)
            .values(due_at=next_in(calendar, slots.split()[0], from_when))
        )


def _move(connection: Connection, round_id: str, states: Sequence[State], **changes: Any) -> Field:
    moved = connection.execute(
        update(_FIELDS)
        .where(Fieldwork.round_id == round_id, Fieldwork.state.in_(states))
        .values(**changes)
        .returning(_FIELDS.c.round_id)
    ).first()
    if moved is None:
        queries.field(connection, round_id)
        raise WrongState(round_id)
    return queries.field(connection, round_id)
