"""The clocks of a case, reckoned from its history: pure, and the same whenever it is done again.

A clock of business days or days runs to the end of its last day, by the time of the programme. It
pauses while the case waits for the complainant: a day that begins while it waits does not count,
and of hours those that it waits. Paused, it has no due time. What is told of a clock that ended is
told by the severity that held then; of one that runs, by the one that holds now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from programmes.calendar import Calendar, NeverOpen
from programmes.clocks import Clocks, Span, Step, Unit

UNTRIAGED = 3
"""The severity that is reckoned with until somebody has said which it is."""

WINDOWS = frozenset({Step.APPEAL, Step.REOPEN})
"""Theirs, not ours: they end, and nobody is late."""

_OURS_AT_FIRST = (
    Step.ACKNOWLEDGE,
    Step.ALERT,
    Step.TRIAGE,
    Step.INTERIM,
    Step.PROGRESS,
    Step.RESOLUTION,
)


class Mark(StrEnum):
    """What of a history moves clocks."""

    RECEIVED = "received"
    SEVERITY = "severity"
    ACKNOWLEDGED = "acknowledged"
    TRIAGED = "triaged"
    TOLD = "told"
    """Somebody of ours told them something: an answer, or how far it has got."""
    INTERIM = "interim"
    PAUSED = "paused"
    RESUMED = "resumed"
    PROPOSED = "proposed"
    WORKING = "working"
    """What was proposed is not accepted: it is worked on again."""
    EXTENDED = "extended"
    RESOLVED = "resolved"
    """There is an outcome, and the case is not closed yet."""
    CLOSED = "closed"
    DROPPED = "dropped"
    """Closed without an outcome: withdrawn, unreachable, another case goes on in its stead."""
    REOPENED = "reopened"
    APPEALED = "appealed"
    RAISED = "raised"
    """Nothing was proposed in time: somebody of the next tier decides."""
    CHECKED_BACK = "checked_back"


@dataclass(frozen=True, slots=True)
class Moment:
    """One mark of a history; `severity` where it says one."""

    at: dt.datetime
    mark: Mark
    severity: int | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """From `since` until just before `until`; None: it lasts."""

    since: dt.datetime
    until: dt.datetime | None

    def holds(self, moment: dt.datetime) -> bool:
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock as it stands: running while `ended_at` is None."""

    step: Step
    started_at: dt.datetime
    ended_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    """None while it is paused before its due time."""
    is_paused: bool = False
    is_extended: bool = False
    is_late: bool = False

    @property
    def is_running(self) -> bool:
        return self.ended_at is None

    @property
    def key(self) -> str:
        """Tells it from every other clock of its case, also one of the same step."""
        return f"{self.step}:{self.started_at.isoformat()}"


@dataclass(frozen=True, slots=True)
class Age:
    """How old a case is, or was when it was closed; business days without the paused ones."""

    elapsed: dt.timedelta
    business_days: int
    paused: dt.timedelta
    paused_business_days: int


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Every clock of a case in the order in which they began, and its age."""

    clocks: tuple[Clock, ...]
    age: Age
    is_paused: bool

    def running(self, step: Step) -> Clock | None:
        return next((each for each in self.clocks if each.step is step and each.is_running), None)

    @property
    def ours(self) -> tuple[Clock, ...]:
        """Those that run for us, the soonest first; a supervisor's alert is none of them."""
        found = [
            each
            for each in self.clocks
            if each.is_running and each.due_at and each.step not in WINDOWS | {Step.ALERT}
        ]
        return tuple(sorted(found, key=lambda each: (each.due_at or each.started_at, each.step)))

    @property
    def next(self) -> Clock | None:
        """What is due first."""
        return self.ours[0] if self.ours else None

    @property
    def next_due_at(self) -> dt.datetime | None:
        return self.next.due_at if self.next else None

    @property
    def late(self) -> tuple[Clock, ...]:
        """Running clocks whose time is over, alerts with them."""
        return tuple(each for each in self.clocks if each.is_running and each.is_late)


@dataclass(slots=True)
class _Tape:
    """The clocks while a history is read."""

    clocks: list[Clock] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    severities: list[tuple[dt.datetime, int]] = field(default_factory=list)
    closed_at: dt.datetime | None = None

    def start(self, at: dt.datetime, *steps: Step) -> None:
        self.end(at, *steps)
        self.clocks += [Clock(step, at) for step in steps]

    def end(self, at: dt.datetime, *steps: Step) -> None:
        self.clocks = [
            replace(each, ended_at=at) if each.is_running and each.step in steps else each
            for each in self.clocks
        ]

    def resume(self, at: dt.datetime, *steps: Step) -> None:
        """Let the last clock of these steps run on as if it had not ended; without any, the first
        of them begins."""
        places = [n for n, each in enumerate(self.clocks) if each.step in steps]
        if places:
            self.clocks[places[-1]] = replace(self.clocks[places[-1]], ended_at=None)
        else:
            self.start(at, steps[0])

    def extend(self) -> None:
        self.clocks = [
            replace(each, is_extended=True)
            if each.is_running and each.step is Step.RESOLUTION
            else each
            for each in self.clocks
        ]

    def resume_all(self, at: dt.datetime) -> None:
        if self.pauses and self.pauses[-1].until is None:
            self.pauses[-1] = replace(self.pauses[-1], until=at)

    def read(self, moment: Moment) -> None:
        at = moment.at
        if moment.severity is not None:
            self.severities.append((at, moment.severity))
        match moment.mark:
            case Mark.RECEIVED:
                self.start(at, *_OURS_AT_FIRST)
            case Mark.ACKNOWLEDGED:
                self.end(at, Step.ACKNOWLEDGE, Step.ALERT)
            case Mark.TRIAGED:
                self.end(at, Step.ACKNOWLEDGE, Step.ALERT, Step.TRIAGE)
            case Mark.TOLD:
                self.end(at, Step.ACKNOWLEDGE, Step.ALERT)
                if self.closed_at is None:
                    self.start(at, Step.PROGRESS)
            case Mark.INTERIM:
                self.end(at, Step.INTERIM)
            case Mark.PAUSED:
                self.resume_all(at)
                self.pauses.append(Pause(at, None))
            case Mark.RESUMED:
                self.resume_all(at)
            case Mark.PROPOSED:
                self.end(at, *_OURS_AT_FIRST, Step.APPEAL_DECISION)
                self.start(at, Step.PROGRESS)
            case Mark.WORKING:
                # In an appeal it is the decision that is awaited again.
                self.resume(at, Step.RESOLUTION, Step.APPEAL_DECISION)
                self.start(at, Step.PROGRESS)
            case Mark.EXTENDED:
                self.extend()
            case Mark.CLOSED:
                self.resume_all(at)
                self.end(at, *_OURS_AT_FIRST, Step.APPEAL_DECISION)
                if not any(each.is_running and each.step is Step.APPEAL for each in self.clocks):
                    self.start(at, Step.APPEAL)
                self.start(at, Step.REOPEN, Step.CHECK_BACK)
                self.closed_at = at
            case Mark.DROPPED:
                self.resume_all(at)
                self.end(at, *_OURS_AT_FIRST, Step.APPEAL_DECISION)
                self.start(at, Step.REOPEN)
                self.closed_at = at
            case Mark.RESOLVED:
                self.end(at, *_OURS_AT_FIRST, Step.APPEAL_DECISION)
                self.start(at, Step.PROGRESS, Step.APPEAL, Step.REOPEN)
            case Mark.REOPENED:
                self.end(at, Step.APPEAL, Step.REOPEN, Step.CHECK_BACK)
                self.start(at, Step.RESOLUTION, Step.PROGRESS)
                self.closed_at = None
            case Mark.APPEALED:
                self.end(at, Step.APPEAL, Step.REOPEN, Step.CHECK_BACK)
                self.start(at, Step.APPEAL_DECISION, Step.PROGRESS)
                self.closed_at = None
            case Mark.RAISED:
                self.start(at, Step.APPEAL_DECISION)
            case Mark.CHECKED_BACK:
                self.end(at, Step.CHECK_BACK)
            case Mark.SEVERITY:
                pass

    def severity_at(self, moment: dt.datetime | None) -> int:
        held = [each for at, each in self.severities if moment is None or at <= moment]
        return held[-1] if held else UNTRIAGED


def reckon(
    moments: Iterable[Moment], *, clocks: Clocks, calendar: Calendar, now: dt.datetime
) -> Reckoning:
    """The clocks of the history that `moments` tell in its order, as they stand `now`."""
    tape = _Tape()
    received: dt.datetime | None = None
    for moment in moments:
        if received is None:
            received = moment.at
        tape.read(moment)
    found: list[Clock] = []
    for each in tape.clocks:
        spans = clocks[each.step]
        severity = tape.severity_at(each.ended_at)
        span = spans[severity]
        if span is None:
            continue
        due_at = due(each.started_at, span, calendar=calendar, pauses=tape.pauses)
        more = clocks[Step.EXTENSION][severity] if each.is_extended else None
        if more is not None and due_at is not None:
            # From within the last day: what is added begins with the next one.
            last = due_at - dt.timedelta(microseconds=1)
            due_at = due(last, more, calendar=calendar, pauses=tape.pauses)
        until = each.ended_at or now
        found.append(
            replace(
                each,
                due_at=due_at,
                is_paused=each.is_running and due_at is None,
                is_late=due_at is not None and until >= due_at and each.step not in WINDOWS,
            )
        )
    is_paused = bool(tape.pauses) and tape.pauses[-1].until is None
    age = _age(received or now, tape.closed_at or now, calendar, tape.pauses)
    return Reckoning(tuple(found), age, is_paused)


def due(
    start: dt.datetime, span: Span, *, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> dt.datetime | None:
    """When a clock that starts at `start` is due, in UTC; None where a pause that lasts comes
    before that."""
    match span.unit:
        case Unit.BUSINESS_DAYS | Unit.DAYS:
            return _after_days(start, span, calendar, pauses)
        case Unit.HOURS:
            return _after_hours(start, span.hours, pauses)
        case Unit.STAFFED_HOURS:
            try:
                return _after_staffed_hours(start, span.hours, calendar, pauses)
            except NeverOpen:  # nobody said when it is staffed: hours as they pass
                return _after_hours(start, span.hours, pauses)


def _after_days(
    start: dt.datetime, span: Span, calendar: Calendar, pauses: Sequence[Pause]
) -> dt.datetime | None:
    day = calendar.here(start).date()
    in_business = span.unit is Unit.BUSINESS_DAYS
    left = span.amount
    if left == 0 and (not in_business or calendar.is_business_day(day)):
        return calendar.tomorrow(start)
    left = max(left, 1)  # on a day that is none, "the same day" is the next one
    while left:
        day += dt.timedelta(days=1)
        begins = calendar.begins(day)
        held = next((each for each in pauses if each.holds(begins)), None)
        if held is not None and held.until is None:
            return None
        left -= held is None and (not in_business or calendar.is_business_day(day))
    return calendar.begins(day + dt.timedelta(days=1))


def _after_hours(
    start: dt.datetime, length: dt.timedelta, pauses: Sequence[Pause]
) -> dt.datetime | None:
    for pause in pauses:
        if pause.until is not None and pause.until <= start:
            continue
        if start + length <= pause.since:
            break
        if pause.until is None:
            return None
        length -= max(pause.since - start, dt.timedelta())
        start = pause.until
    return start + length


def _after_staffed_hours(
    start: dt.datetime, length: dt.timedelta, calendar: Calendar, pauses: Sequence[Pause]
) -> dt.datetime | None:
    for pause in pauses:
        if pause.until is not None and pause.until <= start:
            continue
        if calendar.after_open_hours(start, length) <= pause.since:
            break
        if pause.until is None:
            return None
        length -= calendar.open_hours_between(start, pause.since)
        start = pause.until
    return calendar.after_open_hours(start, length)


def _age(
    received: dt.datetime, until: dt.datetime, calendar: Calendar, pauses: Sequence[Pause]
) -> Age:
    first, last = calendar.here(received).date(), calendar.here(until).date()
    days = [first + dt.timedelta(days=n) for n in range(1, (last - first).days + 1)]
    business = [day for day in days if calendar.is_business_day(day)]
    paused = [day for day in business if any(each.holds(calendar.begins(day)) for each in pauses)]
    lengths = (min(each.until or until, until) - each.since for each in pauses)
    return Age(
        elapsed=until - received,
        business_days=len(business) - len(paused),
        paused=sum((max(each, dt.timedelta()) for each in lengths), dt.timedelta()),
        paused_business_days=len(paused),
    )
