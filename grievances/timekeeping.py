"""The clocks of a case as its history tells them, and what the case keeps of them.

What is due next stands on the case, so that queues are sorted without a look at histories. It is
reckoned anew in the transaction of every event (`grievances.history`), and by `grievances.jobs`
where the programme's clocks or calendar change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from grievances.clocks import Mark, Moment, Reckoning, reckon
from grievances.events import Event
from grievances.lifecycle import CloseCode, State
from grievances.models import Case, CaseEvent
from programmes.calendar import Calendar
from programmes.clocks import Clocks, Step
from programmes.models import ProgrammeRow, ProgrammeVersion
from programmes.queries import TIMING, timing_of

INTERIM = "interim_measure"
CHECKED_BACK = "checked_back"
PROGRESS = "progress"
"""Reasons of notes (`Event.NOTED`) that a clock waits for."""

CLOCK = "clock"
"""The fact of an escalation that names the clock which it was for, so that there is one for each.
"""

TIER = "tier"
"""The fact of an escalation that took the case into this tier."""

_CASES: Any = Case.__table__
_GONE_ON = frozenset({State.RESOLVED, State.CLOSED})
"""States in which nobody has to be found for a case."""
_NO_OUTCOME = frozenset({CloseCode.WITHDRAWN, CloseCode.UNREACHABLE, CloseCode.DUPLICATE})
_TELLS = frozenset({Event.REPLIED, Event.TALKED})
_EVENT = (
    CaseEvent.kind,
    CaseEvent.from_state,
    CaseEvent.to_state,
    CaseEvent.at,
    CaseEvent.reason,
    CaseEvent.facts,
    CaseEvent.public_digest,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """The clocks of a case, and which of them somebody was told of."""

    reckoning: Reckoning
    escalated: frozenset[str]


def reckoned(
    connection: Connection, case_id: str, *, clocks: Clocks, calendar: Calendar, now: dt.datetime
) -> Reckoning:
    """The clocks of a case as they stand now. One statement."""
    return standing(connection, case_id, clocks=clocks, calendar=calendar, now=now).reckoning


def standing(
    connection: Connection, case_id: str, *, clocks: Clocks, calendar: Calendar, now: dt.datetime
) -> Standing:
    """As `reckoned`, with what was escalated."""
    past = _events(connection, case_id)
    found = reckon(moments(past), clocks=clocks, calendar=calendar, now=now)
    return Standing(found, escalated(past))


def keep(
    connection: Connection, case_id: str, *, now: dt.datetime, events: Iterable[Any] | None = None
) -> None:
    """Reckon what is due next, and when the case is to be looked at; keep both on the case.

    `events` is its history, where whoever calls has it whole. Two statements, else three.
    """
    case = connection.execute(
        select(Case.state, Case.assignee_id, *TIMING)
        .join(ProgrammeRow, ProgrammeRow.slug == Case.programme)
        .join(ProgrammeVersion, ProgrammeVersion.hash == ProgrammeRow.version)
        .where(Case.id == case_id)
    ).first()
    if case is None:  # nobody has loaded its programme
        return
    clocks, calendar = timing_of(case)
    past = list(_events(connection, case_id) if events is None else events)
    found = reckon(moments(past), clocks=clocks, calendar=calendar, now=now)
    connection.execute(
        update(_CASES)
        .where(Case.id == case_id)
        .values(
            due_at=found.next_due_at,
            due_step=found.next.step if found.next else None,
            wakes_at=_wakes(case, found, told=escalated(past), now=now),
        )
    )


def look_again(connection: Connection, programme: str, *, now: dt.datetime) -> None:
    """The programme reckons time otherwise from now on: have every case that is not closed looked
    at once more (`grievances.jobs`), and with it what is due."""
    connection.execute(
        update(_CASES)
        .where(Case.programme == programme, Case.state != State.CLOSED)
        .values(wakes_at=now)
    )


def _wakes(
    case: Any, found: Reckoning, *, told: frozenset[str], now: dt.datetime
) -> dt.datetime | None:
    wants_somebody = case.assignee_id is None and case.state not in _GONE_ON
    untold = [
        each.due_at
        for each in found.clocks
        if each.is_running and each.due_at and escalates(each.step) and each.key not in told
    ]
    return min([*untold, *([now] if wants_somebody else [])], default=None)


def escalates(step: Step) -> bool:
    """Whether anybody is told when this clock has run out."""
    return step not in (Step.APPEAL, Step.REOPEN)


def escalated(events: Iterable[Any]) -> frozenset[str]:
    """The clocks for which the history has an escalation."""
    return frozenset(
        str(each.facts[CLOCK])
        for each in events
        if each.kind == Event.ESCALATED and CLOCK in each.facts
    )


def moments(events: Iterable[Any]) -> Iterator[Moment]:
    """What of a history moves clocks, in its order."""
    for event in events:
        yield from _moments(event)


def _moments(event: Any) -> Iterator[Moment]:
    at, kind = event.at, event.kind
    if kind == Event.OPENED:
        yield Moment(at, Mark.RECEIVED)
    elif kind == Event.CARRIED_OVER:
        opened_at = dt.datetime.fromisoformat(event.facts["opened_at"])
        yield Moment(opened_at, Mark.RECEIVED)
        if event.to_state == State.ACKNOWLEDGED:
            yield Moment(at, Mark.ACKNOWLEDGED)
    elif kind == Event.CLASSIFIED and event.facts.get("severity"):
        yield Moment(at, Mark.SEVERITY, event.facts["severity"])
    elif kind == Event.REPRISAL and event.reason == "reported":
        yield Moment(at, Mark.SEVERITY, 5)
    elif kind == Event.EXTENDED:
        yield Moment(at, Mark.EXTENDED)
    elif kind == Event.ESCALATED and event.facts.get(TIER):
        yield Moment(at, Mark.RAISED)
    elif kind == Event.NOTED and event.reason == INTERIM:
        yield Moment(at, Mark.INTERIM)
    elif kind == Event.ASKED_BACK or (kind == Event.NOTED and event.reason == CHECKED_BACK):
        yield Moment(at, Mark.CHECKED_BACK)
    elif kind == Event.MOVED:
        yield from _of_step(event)
    if kind in _TELLS or event.public_digest is not None:
        yield Moment(at, Mark.TOLD)


def _of_step(event: Any) -> Iterator[Moment]:
    origin, to, at = event.from_state, event.to_state, event.at
    if origin == State.NEEDS_INFORMATION:
        yield Moment(at, Mark.RESUMED)
    match to:
        case State.ACKNOWLEDGED:
            yield Moment(at, Mark.ACKNOWLEDGED)
        case State.TRIAGED:
            yield Moment(at, Mark.TRIAGED)
        case State.NEEDS_INFORMATION:
            yield Moment(at, Mark.ACKNOWLEDGED)
            yield Moment(at, Mark.PAUSED)
        case State.INVESTIGATING if origin in (State.RESOLUTION_PROPOSED, State.IMPLEMENTING):
            yield Moment(at, Mark.WORKING)
        case State.INVESTIGATING:
            yield Moment(at, Mark.TRIAGED)
        case State.RESOLUTION_PROPOSED:
            yield Moment(at, Mark.PROPOSED)
        case State.RESOLVED:
            yield Moment(at, Mark.RESOLVED)
        case State.CLOSED:
            has_outcome = event.facts.get("code") not in _NO_OUTCOME
            yield Moment(at, Mark.CLOSED if has_outcome else Mark.DROPPED)
        case State.REOPENED:
            yield Moment(at, Mark.REOPENED)
        case State.APPEALED:
            yield Moment(at, Mark.APPEALED)


def _events(connection: Connection, case_id: str) -> list[Any]:
    return list(
        connection.execute(
            select(*_EVENT).where(CaseEvent.case_id == case_id).order_by(CaseEvent.seq)
        )
    )
