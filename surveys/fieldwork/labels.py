"""What codes, rates and states are called on the pages."""

from __future__ import annotations

import datetime as dt

from flask_babel import format_datetime
from flask_babel import gettext as _

from contacts.values import Gender
from locales.languages import languages
from outreach.audience import UNKNOWN
from programmes.values import Programme
from surveys.fieldwork.values import Mode, Of, State, Way
from surveys.outcomes import Disposition


def mode_label(mode: str) -> str:
    return {
        Mode.INBOUND: _("Whoever calls or writes"),
        Mode.OUTBOUND: _("A sample that we call, and nobody else"),
        Mode.BOTH: _("A sample that we call, and whoever calls"),
    }[Mode(mode)]


def way_label(way: str) -> str:
    return {
        Way.VOICE: _("By call"),
        Way.SMS: _("By text"),
        Way.VOICE_THEN_SMS: _("By call twice, then by text"),
        Way.SMS_THEN_VOICE: _("By text, then by call twice"),
    }[Way(way)]


def state_label(state: str) -> str:
    return {
        State.DRAFT: _("planned"),
        State.RUNNING: _("in the field"),
        State.PAUSED: _("paused"),
        State.DONE: _("finished"),
    }[State(state)]


def of_label(of: str) -> str:
    names = {Of.GENDER: _("Gender"), Of.DISTRICT: _("District"), Of.LANGUAGE: _("Language")}
    return names[Of(of)]


def code_label(code: str) -> str:
    return {
        Disposition.COMPLETE: _("Complete interview"),
        Disposition.PARTIAL: _("Partial interview"),
        Disposition.REFUSAL: _("Refusal"),
        Disposition.BREAK_OFF: _("Broken off"),
        Disposition.NON_CONTACT: _("Could not talk, and not reached again"),
        Disposition.UNABLE: _("Unable to take part"),
        Disposition.LANGUAGE_UNMET: _("No common language"),
        Disposition.NOT_ATTEMPTED: _("Not attempted yet"),
        Disposition.BUSY: _("Busy"),
        Disposition.NO_ANSWER: _("No answer"),
        Disposition.VOICEMAIL: _("Voicemail"),
        Disposition.NETWORK_FAILURE: _("Network failure"),
        Disposition.TEXT_UNANSWERED: _("Text without an answer"),
        Disposition.NOBODY_SPOKE: _("Taken, and nobody pressed a key"),
        Disposition.NOT_WORKING: _("Number not in service"),
        Disposition.NOT_ELIGIBLE: _("Not eligible"),
        Disposition.QUOTA_FULL: _("Quota full"),
    }[Disposition(code)]


def moment(programme: Programme, at: dt.datetime) -> str:
    """A moment by the clock of the programme's people."""
    here = programme.calendar.here(at)
    return str(format_datetime(here, "medium", rebase=False))  # type: ignore[no-untyped-call]


def last_day(programme: Programme, closes_at: dt.datetime) -> dt.date:
    """The last day on which anybody is asked."""
    return programme.calendar.here(closes_at - dt.timedelta(minutes=1)).date()


def language_label(tag: str) -> str:
    """A language's own name."""
    known = languages().get(tag)
    return known.own_name if known else tag


def group_label(programme: Programme, of: str, name: str) -> str:
    """A group of people: a gender, a language or a district."""
    if of == Of.LANGUAGE:
        return language_label(name)
    if of == Of.DISTRICT:
        return next((each.name for each in programme.districts if each.slug == name), name)
    return {
        Gender.WOMAN: _("Women"),
        Gender.MAN: _("Men"),
        Gender.OTHER: _("Another answer"),
        Gender.UNSAID: _("Prefer not to say"),
        UNKNOWN: _("Not known"),
    }.get(name, name)
