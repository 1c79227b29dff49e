"""The facts of cases, read from their histories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from contacts.models import Person
from grievances.clocks import Clock, Reckoning, reckon
from grievances.events import Event
from grievances.following.models import CaseFeedback
from grievances.following.values import UNSAID, Feedback
from grievances.indicators.reckoning import UNKNOWN, report
from grievances.indicators.values import Facts, Period, Report
from grievances.lifecycle import CloseCode, State
from grievances.models import Case, CaseEvent
from grievances.moving import REFUSED
from grievances.timekeeping import moments
from grievances.values import CALL_WISH, ReprisalRisk
from programmes.calendar import Calendar
from programmes.clocks import Clocks, Step
from programmes.models import ProgrammeRow, ProgrammeVersion
from programmes.queries import TIMING, timing_of

_NO_OUTCOME = frozenset({CloseCode.WITHDRAWN, CloseCode.UNREACHABLE, CloseCode.DUPLICATE})
_COUNTED = ("woman", "man")


def periods(connection: Connection, programme: str, *, now: dt.datetime) -> list[Period]:
    """The quarters and years that are over since the first case, the newest first."""
    zone = _timing(connection, programme)[2]
    first = connection.execute(
        select(func.min(Case.opened_at)).where(Case.programme == programme)
    ).scalar()
    if first is None:
        return []
    day = first.astimezone(zone).date()
    today = now.astimezone(zone).date()
    found = [
        period
        for year in range(day.year, today.year + 1)
        for period in (*Period(year).quarters, Period(year))
        if period.ends(zone) <= now and period.ends(zone) > first
    ]
    return sorted(found, key=lambda each: (each.ends(zone), each.quarter is None), reverse=True)


def report_of(connection: Connection, programme: str, period: Period) -> Report:
    """The report of a period that is over."""
    clocks, calendar, zone = _timing(connection, programme)
    cases = _histories(connection, programme, period.ends(zone))
    satisfied = _satisfaction(connection, programme)

    def as_of(each: Period) -> list[Facts]:
        end = each.ends(zone)
        return [
            found
            for case, events in cases
            if (
                found := _facts(
                    case,
                    [event for event in events if event.at < end],
                    clocks=clocks,
                    calendar=calendar,
                    zone=zone,
                    end=end,
                    satisfaction=satisfied.get(case.id, ()),
                )
            )
        ]

    end = period.ends(zone)
    return report(
        period,
        as_of=end,
        end=(end - dt.timedelta(microseconds=1)).date(),
        facts={each: as_of(each) for each in {period, *period.quarters}},
    )


def _timing(connection: Connection, programme: str) -> tuple[Clocks, Calendar, ZoneInfo]:
    row = connection.execute(
        select(*TIMING)
        .select_from(ProgrammeRow)
        .join(ProgrammeVersion, ProgrammeVersion.hash == ProgrammeRow.version)
        .where(ProgrammeRow.slug == programme)
    ).one()
    clocks, calendar = timing_of(row)
    return clocks, calendar, ZoneInfo(row.time_zone)


def _histories(
    connection: Connection, programme: str, end: dt.datetime
) -> list[tuple[Any, list[Any]]]:
    """Every case with its events before `end`. Two statements."""
    cases = {
        row.id: row
        for row in connection.execute(
            select(
                Case.id,
                Case.kind,
                Case.language,
                Case.channel,
                Case.confidentiality,
                Person.gender,
            )
            .join(Person, Person.id == Case.person_id, isouter=True)
            .where(Case.programme == programme, Case.opened_at < end, Case.kind != CALL_WISH)
        )
    }
    events = connection.execute(
        select(
            CaseEvent.case_id,
            CaseEvent.kind,
            CaseEvent.from_state,
            CaseEvent.to_state,
            CaseEvent.at,
            CaseEvent.reason,
            CaseEvent.facts,
            CaseEvent.public_digest,
        )
        .join(Case, Case.id == CaseEvent.case_id)
        .where(Case.programme == programme, CaseEvent.at < end)
        .order_by(CaseEvent.case_id, CaseEvent.seq)
    )
    return [
        (cases[case_id], list(own))
        for case_id, own in groupby(events, key=lambda event: event.case_id)
        if case_id in cases
    ]


def _satisfaction(
    connection: Connection, programme: str
) -> dict[str, list[tuple[dt.datetime, str]]]:
    found: dict[str, list[tuple[dt.datetime, str]]] = {}
    rows = connection.execute(
        select(CaseFeedback.case_id, CaseFeedback.at, CaseFeedback.answer)
        .join(Case, Case.id == CaseFeedback.case_id)
        .where(
            Case.programme == programme,
            CaseFeedback.feedback == Feedback.SATISFACTION,
            CaseFeedback.answer != UNSAID,
        )
        .order_by(CaseFeedback.at, CaseFeedback.id)
    )
    for row in rows:
        found.setdefault(row.case_id, []).append((row.at, row.answer))
    return found


def _facts(
    case: Any,
    events: Sequence[Any],
    *,
    clocks: Clocks,
    calendar: Calendar,
    zone: ZoneInfo,
    end: dt.datetime,
    satisfaction: Sequence[tuple[dt.datetime, str]],
) -> Facts | None:
    """None for a case of which nothing had happened by then."""
    marks = list(moments(events))
    if not marks:
        return None
    reckoned = reckon(marks, clocks=clocks, calendar=calendar, now=end)
    closed = _closed(events)
    settled = _settled(events)
    told = [answer for at, answer in satisfaction if at < end]

    def day(moment: dt.datetime | None) -> dt.date | None:
        return moment.astimezone(zone).date() if moment else None

    return Facts(
        received_on=marks[0].at.astimezone(zone).date(),
        kind=case.kind,
        category=settled["category"],
        district=settled["district"],
        gender=case.gender if case.gender in _COUNTED else UNKNOWN,
        language=case.language,
        channel=case.channel,
        confidentiality=case.confidentiality,
        acknowledged_on=day(_end_of(reckoned, Step.ACKNOWLEDGE)),
        acknowledged_in_time=_in_time(reckoned, Step.ACKNOWLEDGE),
        outcome_on=day(_outcome(events)),
        outcome_in_time=_in_time(reckoned, Step.RESOLUTION),
        closed_on=day(closed.at) if closed else None,
        close_code=closed.facts.get("code") if closed else None,
        open_for=None if closed else reckoned.age.business_days,
        accepted=sum(event.to_state == State.ACCEPTED for event in events),
        refused=sum(
            event.from_state == State.RESOLUTION_PROPOSED and event.reason == REFUSED
            for event in events
        ),
        appealed=sum(event.to_state == State.APPEALED for event in events),
        reopened=sum(event.to_state == State.REOPENED for event in events),
        reprisal=any(
            event.kind == Event.REPRISAL and event.reason == ReprisalRisk.REPORTED
            for event in events
        ),
        satisfaction=told[-1] if told else None,
    )


def _first(reckoned: Reckoning, step: Step) -> Clock | None:
    return next((clock for clock in reckoned.clocks if clock.step is step), None)


def _end_of(reckoned: Reckoning, step: Step) -> dt.datetime | None:
    clock = _first(reckoned, step)
    return clock.ended_at if clock else None


def _in_time(reckoned: Reckoning, step: Step) -> bool | None:
    clock = _first(reckoned, step)
    if clock is None or (clock.is_running and not clock.is_late):
        return None
    return not clock.is_late


def _closed(events: Sequence[Any]) -> Any | None:
    """The event that closed the case, unless it was opened again."""
    moves = [event for event in events if event.to_state is not None]
    return moves[-1] if moves and moves[-1].to_state == State.CLOSED else None


def _outcome(events: Sequence[Any]) -> dt.datetime | None:
    """When there first was an outcome: resolved, or closed with one."""
    for event in events:
        if event.to_state == State.RESOLVED:
            return _at(event)
        if event.to_state == State.CLOSED and event.facts.get("code") not in _NO_OUTCOME:
            return _at(event)
    return None


def _at(event: Any) -> dt.datetime:
    moment: dt.datetime = event.at
    return moment


def _settled(events: Sequence[Any]) -> dict[str, str | None]:
    """Category and district as triage last settled them."""
    found: dict[str, str | None] = {"category": None, "district": None}
    for event in events:
        if event.kind == Event.CLASSIFIED:
            found |= {name: event.facts[name] for name in found if name in event.facts}
    return found
