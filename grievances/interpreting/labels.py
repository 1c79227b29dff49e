"""How the pages of the desk name things, in the language of the page."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _

from grievances.interpreting.values import Because, Told


def because_label(because: Because) -> str:
    """Why an item is handed back, as the interpreter says it."""
    return {
        Because.LATER: _("No time now"),
        Because.KNOWS_THEM: _("I may know who it is"),
        Because.OTHER_LANGUAGE: _("It is another language"),
        Because.UNCLEAR: _("It cannot be understood"),
    }[because]


def told_label(told: Told) -> str:
    """How far the interpreting of a statement got."""
    return {
        Told.WANTED: _("Waits for an interpreter"),
        Told.UNCHECKED: _("Unchecked: a second interpreter has not heard it yet"),
        Told.WRITTEN: _("In Spanish, by an interpreter"),
        Told.CHECKED: _("In Spanish, checked by a second interpreter"),
        Told.UNCLEAR: _("Interpreters could not understand it: ask them to say it again."),
    }[told]


def duration_label(length: dt.timedelta | None) -> str:
    """A median in minutes, hours or days; a dash where nothing was done."""
    if length is None:
        return "–"
    minutes = length / dt.timedelta(minutes=1)
    if minutes < 1:
        return _("%(n)d s", n=round(length.total_seconds()))
    if minutes < 120:
        return _("%(n)d min", n=round(minutes))
    if minutes < 48 * 60:
        return _("%(n)d h", n=round(minutes / 60))
    return _("%(n)d days", n=round(minutes / 60 / 24))
