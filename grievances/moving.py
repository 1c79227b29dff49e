"""Cases along their lifecycle: every step is asked of `grievances.lifecycle` and kept in the
history. Nothing here commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from duty.queries import talked_last
from grievances import history
from grievances.errors import StepRefused
from grievances.history import Event
from grievances.lifecycle import (
    ENDED,
    PERSON,
    Actor,
    CloseCode,
    Given,
    Refusal,
    Situation,
    State,
    Step,
    find_step,
    unmet,
)
from grievances.models import CaseEvent, Reply
from grievances.timekeeping import TIER
from grievances.values import Answering
from programmes import queries as programmes
from storage.vault import Vault

REFUSED = "refused"
"""The reason of a step by which she refuses what was proposed."""

_REACHED = (Event.OPENED, Event.SAID, Event.TALKED)
"""She spoke: whatever was tried before was not in vain."""
_TOLD = (Event.OPENED, Event.SAID, Event.REPLIED)
_ANEW = (State.CLOSED, State.REOPENED, State.APPEALED)
_PARTAKING = (Event.MOVED, Event.REPLIED, Event.CLASSIFIED, Event.CONVERTED, Event.TALKED)


@dataclass(frozen=True, slots=True)
class Moved:
    """A step that was taken, and the version that the case is at now."""

    origin: State
    to: State
    version: int


def move(
    connection: Connection,
    case_id: str,
    *,
    vault: Vault,
    to: State,
    actor: Actor,
    now: dt.datetime,
    code: CloseCode | None = None,
    reason: str | None = None,
    note: str | None = None,
    internal_note: str | None = None,
    subject: str | None = None,
    version: int | None = None,
    other: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Moved:
    """Take the case one step on.

    `code` says why it is closed. `note` is what she may hear of it; where she hears it as a reply,
    `subject` is that reply. `version` is what the actor had looked at. `other` is the case that
    goes on in its stead, and `facts` what else the history keeps. UnknownCase, ChangedMeanwhile,
    StepRefused; then nothing was written.
    """
    case = history.hold(connection, case_id, version=version)
    situation = situation_of(connection, case)
    step = find_step(situation.state, to, actor.party, code)
    if isinstance(step, Refusal):
        raise StepRefused(situation.state, to, step)
    given = Given(
        has_note=bool(note or subject),
        has_internal_note=bool(internal_note),
        has_other_case=other is not None,
    )
    need = unmet(step, situation, actor, given=given, now=now)
    if need is not None:
        raise StepRefused(situation.state, to, Refusal.UNMET, need=need)
    at = history.note(
        connection,
        case_id,
        vault=vault,
        kind=Event.MOVED,
        actor=actor,
        now=now,
        from_state=situation.state,
        to_state=to,
        reason=reason or (code.value if code else _reason(step, situation)),
        facts={**(facts or {}), "tier": _tier(step, situation)}
        | ({"code": code.value} if code else {}),
        subject=other or subject,
        public_note=note,
        internal_note=internal_note,
        changes=_changes(step, situation, now=now, other=other),
        held=case,
    )
    return Moved(situation.state, to, at)


def _reason(step: Step, situation: Situation) -> str | None:
    if step.origin is State.RESOLUTION_PROPOSED and step.to is State.INVESTIGATING:
        return REFUSED
    if step.to is State.RESOLVED:
        return REFUSED if step.origin is State.INVESTIGATING else "accepted"
    return None


def _tier(step: Step, situation: Situation) -> int:
    return situation.tier + (step.to is State.APPEALED)


def _changes(
    step: Step, situation: Situation, *, now: dt.datetime, other: str | None
) -> Mapping[str, Any]:
    """What a step changes of the case beside its history."""
    changes: dict[str, Any] = {"state": step.to}
    if step.to is State.RESOLVED:
        changes["outcome_at"] = now
    if step.to is State.CLOSED:
        changes |= {"close_code": step.code, "closed_at": now, "duplicate_of": other}
        if step.origin is not State.RESOLVED:
            changes["outcome_at"] = now
    if step.to in ENDED and situation.is_replied:
        changes["answering"] = Answering.ANSWERED  # a refusal had put it before us again
    if step.origin is State.RESOLUTION_PROPOSED and step.to is State.INVESTIGATING:
        changes["answering"] = Answering.OPEN  # it is with us again
    if step.to in (State.REOPENED, State.APPEALED):
        changes |= {"close_code": None, "closed_at": None, "duplicate_of": None}
        changes["answering"] = Answering.OPEN
    if step.to is State.APPEALED:
        changes |= {"tier": situation.tier + 1, "assignee_id": None}
    return changes


def refuse(
    connection: Connection,
    case_id: str,
    *,
    vault: Vault,
    actor: Actor,
    now: dt.datetime,
    internal_note: str | None = None,
    version: int | None = None,
) -> Moved:
    """What was proposed is refused, by her or, documented, as she told staff: it goes back to
    whoever investigates, for another proposal or to be resolved as refused."""
    return move(
        connection,
        case_id,
        vault=vault,
        to=State.INVESTIGATING,
        actor=actor,
        reason=REFUSED,
        internal_note=internal_note,
        version=version,
        now=now,
    )


def heard_from(
    connection: Connection,
    case_id: str,
    *,
    vault: Vault,
    subject: str,
    words: str | None,
    now: dt.datetime,
) -> None:
    """She added a statement: it waits for an answer, and where it waited for her it goes on.

    A closed case is reopened while that may be; after that it stays closed, and is unanswered.
    """
    case = history.hold(connection, case_id)
    history.note(
        connection,
        case_id,
        vault=vault,
        kind=Event.SAID,
        actor=PERSON,
        now=now,
        subject=subject,
        words=words,
        changes={"answering": Answering.OPEN},
        held=case,
    )
    situation = situation_of(connection, history.hold(connection, case_id))
    for to in (State.INVESTIGATING, State.ACKNOWLEDGED, State.REOPENED):
        step = find_step(situation.state, to, PERSON.party, None)
        is_back = situation.state in (State.NEEDS_INFORMATION, State.CLOSED)
        if (
            is_back
            and isinstance(step, Step)
            and (unmet(step, situation, PERSON, given=Given(), now=now) is None)
        ):
            move(connection, case_id, vault=vault, to=to, actor=PERSON, now=now)
            return


def take_up(
    connection: Connection, case_id: str, *, vault: Vault, actor: Actor, now: dt.datetime
) -> None:
    """Acknowledge a case by doing something for it: answering it, or talking with her."""
    case = history.hold(connection, case_id)
    step = find_step(State(case.state), State.ACKNOWLEDGED, actor.party, None)
    if case.state == State.RECEIVED and isinstance(step, Step):
        move(connection, case_id, vault=vault, to=State.ACKNOWLEDGED, actor=actor, now=now)


def situation_of(connection: Connection, case: Any) -> Situation:
    """What the lifecycle looks at, of a case's row. One statement, and some more for attempts."""
    events = connection.execute(
        select(
            CaseEvent.kind,
            CaseEvent.from_state,
            CaseEvent.to_state,
            CaseEvent.actor,
            CaseEvent.reason,
            CaseEvent.at,
            CaseEvent.facts,
        )
        .where(CaseEvent.case_id == case.id)
        .order_by(CaseEvent.seq)
    ).all()
    proposed_at: dt.datetime | None = None
    asked_back_at: dt.datetime | None = None
    was_accepted = was_refused = is_replied = False
    attempts: list[dt.datetime] = []
    tiers: list[set[str]] = [set()]
    for event in events:
        if event.to_state == State.RESOLUTION_PROPOSED:
            proposed_at, was_accepted, was_refused = event.at, False, False
        elif event.to_state == State.ACCEPTED:
            was_accepted, was_refused = True, False
        elif event.to_state == State.APPEALED:
            proposed_at, was_accepted, was_refused = None, False, False
            tiers.append(set())
        elif event.from_state == State.RESOLUTION_PROPOSED and event.reason == REFUSED:
            was_refused = True
        if event.kind in _TOLD:
            is_replied = event.kind == Event.REPLIED
        if event.kind == Event.ASKED_BACK:
            asked_back_at = event.at
        elif event.to_state == State.CLOSED:
            asked_back_at = None
        if event.kind == Event.ESCALATED and TIER in event.facts:
            # Whoever had it and let it run out has no part in what is decided above.
            tiers[-1].add(event.facts["from"] or PERSON.name)
            tiers.append(set())
        if event.kind == Event.ATTEMPTED:
            attempts.append(event.at)
        elif event.kind in _REACHED or PERSON.name == event.actor or event.to_state in _ANEW:
            attempts.clear()
        if event.kind in _PARTAKING and event.to_state != State.APPEALED:
            tiers[-1].add(event.actor)
    own = {PERSON.name, "system"}
    return Situation(
        state=State(case.state),
        kind=case.kind,
        category=case.category,
        severity=case.severity,
        tier=case.tier,
        is_answered=case.answering == Answering.ANSWERED,
        has_person=case.person_id is not None,
        close_code=CloseCode(case.close_code) if case.close_code else None,
        closed_at=case.closed_at,
        outcome_at=case.outcome_at,
        asked_back_at=asked_back_at,
        proposed_at=proposed_at,
        was_refused=was_refused,
        was_accepted=was_accepted,
        attempts=_local_days(connection, case, attempts),
        took_part=frozenset().union(*tiers[:-1]) - own,
        is_replied=is_replied,
    )


def _local_days(
    connection: Connection, case: Any, moments: list[dt.datetime]
) -> tuple[dt.date, ...]:
    """The days of those attempts that came after she last heard an answer, or talked with us."""
    if not moments:
        return ()
    heard_at = connection.execute(
        select(func.max(Reply.heard_at)).where(Reply.case_id == case.id)
    ).scalar_one()
    reached = [each for each in (heard_at, talked_last(connection, case.id)) if each is not None]
    since = max(reached, default=None)
    current = programmes.version(connection, programmes.current(connection, case.programme))
    zone = ZoneInfo(current.time_zone)
    return tuple(each.astimezone(zone).date() for each in moments if since is None or each > since)
