"""How pages name clocks, and say in one line what is due, when, and whether it is paused."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from flask_babel import format_date, format_timedelta
from flask_babel import gettext as _

from grievances.assigning import Bar
from grievances.lifecycle import State
from programmes.clocks import Step


def step_label(step: str) -> str:
    """What a clock waits for."""
    return {
        Step.ACKNOWLEDGE: _("Take it up"),
        Step.TRIAGE: _("Tell whether we take it on"),
        Step.INTERIM: _("Measure against harm"),
        Step.PROGRESS: _("Tell how far it is"),
        Step.RESOLUTION: _("A resolution"),
        Step.EXTENSION: _("Extension"),
        Step.APPEAL_DECISION: _("Decide in this tier"),
        Step.APPEAL: _("They may appeal"),
        Step.REOPEN: _("They may have it opened again"),
        Step.CHECK_BACK: _("Ask whether it holds"),
        Step.ALERT: _("Tell a supervisor"),
    }[Step(step)]


def due_line(
    step: str | None,
    due_at: dt.datetime | None,
    *,
    state: str,
    now: dt.datetime,
    zone: ZoneInfo,
) -> str:
    """What is due next and when, in one line; that it is paused; nothing where no clock runs."""
    if state == State.NEEDS_INFORMATION:
        return _("Paused: it waits for them")
    if step is None or due_at is None:
        return ""
    what = step_label(step)
    if is_late(due_at, now=now):
        late = format_timedelta(now - due_at, threshold=1.2)
        return _("%(what)s: late by %(time)s", what=what, time=late)
    # A clock that ends with a day ends a moment before the next one.
    day = (due_at - dt.timedelta(microseconds=1)).astimezone(zone).date()
    if day == now.astimezone(zone).date():
        return _("%(what)s: due today", what=what)
    by: str = format_date(day, "EEE d MMM")  # type: ignore[no-untyped-call]
    return _("%(what)s: by %(day)s", what=what, day=by)


def is_late(due_at: dt.datetime | None, *, now: dt.datetime) -> bool:
    return due_at is not None and now >= due_at


def bar_label(bar: str) -> str:
    """Why a case is not given to somebody."""
    return {
        Bar.NAMED: _("The complaint is about them"),
        Bar.TOOK_PART: _("They acted on it before"),
        Bar.NOT_SUPERVISOR: _("A supervisor decides here"),
        Bar.NOT_INDEPENDENT: _("Somebody independent decides here"),
        Bar.NOT_SEEN: _("They may not see this queue"),
        Bar.OFF_DUTY: _("Off duty"),
        Bar.AWAY: _("Away"),
        Bar.OTHER_QUEUES: _("Works in other queues"),
        Bar.LANGUAGE: _("Does not speak the language"),
        Bar.WISH: _("They wished for somebody else"),
    }[Bar(bar)]
