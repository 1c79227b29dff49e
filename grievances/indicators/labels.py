"""What figures, tables and their rows are called, on pages and in files."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

from grievances import labels, step_labels
from grievances.indicators.reckoning import STILL_OPEN, UNKNOWN
from grievances.indicators.values import Count, Figure, Kind, Period, Share, Value
from grievances.lifecycle import CloseCode
from grievances.values import CaseKind, Category, Confidentiality
from programmes.values import Programme


def period_label(period: Period) -> str:
    if period.quarter is None:
        return str(period.year)
    return _("Quarter %(number)s of %(year)s", number=period.quarter, year=period.year)


def figure_label(figure: Figure) -> str:
    return {
        Figure.RECEIVED: _("Cases received"),
        Figure.ACKNOWLEDGED_IN_TIME: _("Taken up in time"),
        Figure.OUTCOME_IN_TIME: _("Resolution proposed in time"),
        Figure.DAYS_TO_ACKNOWLEDGE: _("Days until taken up"),
        Figure.DAYS_TO_OUTCOME: _("Days until the outcome"),
        Figure.OPEN: _("Open at the end"),
        Figure.ACCEPTED: _("Proposals accepted"),
        Figure.APPEALED: _("Appealed"),
        Figure.REOPENED: _("Reopened"),
        Figure.REFERRED: _("Referred to somebody outside"),
        Figure.WITHDRAWN_OR_UNREACHABLE: _("Withdrawn, or they could not be reached"),
        Figure.SATISFIED: _("Satisfied with the outcome"),
        Figure.REPRISALS: _("Reprisals reported"),
    }[figure]


def value_label(value: Value | None) -> tuple[str, str]:
    """A value, and what it is of; what is hidden says so."""
    if value is None:
        return _("hidden"), ""
    if isinstance(value, Count):
        return str(value.count), ""
    if isinstance(value, Share):
        return f"{value.percent} %", _("of %(base)s", base=value.base)
    half = _("not yet half") if value.half is None else str(value.half)
    nine = _("not yet so many") if value.nine_tenths is None else str(value.nine_tenths)
    waiting = _("few") if value.still_open is None else str(value.still_open)
    return half, _(
        "half of %(base)s cases; nine in ten: %(nine)s; still open: %(waiting)s",
        base=value.base,
        nine=nine,
        waiting=waiting,
    )


def table_label(kind: Kind) -> str:
    return {
        Kind.BY_AGE: _("Open cases, by business days"),
        Kind.BY_KIND: _("Cases, by kind"),
        Kind.BY_CATEGORY: _("Grievances, by what they are about"),
        Kind.BY_DISTRICT: _("Cases, by district"),
        Kind.BY_GENDER: _("Cases, by gender"),
        Kind.BY_LANGUAGE: _("Cases, by language"),
        Kind.BY_CHANNEL: _("Cases, by how they came"),
        Kind.BY_CONFIDENTIALITY: _("Cases, by who may know whose they are"),
        Kind.BY_OUTCOME: _("Cases, by how they ended"),
    }[kind]


def row_label(kind: Kind, name: str, programme: Programme) -> str:
    """What a row of a table is called."""
    if name == UNKNOWN:
        return _("Not known")
    if name == STILL_OPEN:
        return _("Still open")
    read: dict[Kind, Callable[[str], str]] = {
        Kind.BY_AGE: str,
        Kind.BY_KIND: _kind,
        Kind.BY_CATEGORY: lambda each: step_labels.category_label(Category(each)),
        Kind.BY_DISTRICT: lambda slug: labels.district_label(programme, slug),
        Kind.BY_GENDER: lambda each: {"woman": _("Women"), "man": _("Men")}[each],
        Kind.BY_LANGUAGE: labels.language_label,
        Kind.BY_CHANNEL: labels.channel_label,
        Kind.BY_CONFIDENTIALITY: lambda each: step_labels.confidentiality_label(
            Confidentiality(each)
        ),
        Kind.BY_OUTCOME: lambda each: step_labels.code_label(CloseCode(each)),
    }
    return read[kind](name)


def definitions() -> list[str]:
    """What is counted, and how: printed with every report."""
    return [
        _(
            "More complaints are no worse: where nobody complains, people may not know how, or may "
            "not dare."
        ),
        _(
            "Every figure is of the cases received in the period, as they stood at its end; open "
            "ones are all that were open then. Who only asked to be called is not counted."
        ),
        _(
            "In time is measured by the programme's own clocks, in business days, without the days "
            "on which a case waited for whoever brought it."
        ),
        _(
            "Days until something are days of the calendar. Cases that are still open are counted "
            "as Kaplan and Meier do, so that leaving the hard ones open makes nobody look quick."
        ),
        _(
            "Women's safety and reprisals are counted under other, and what is told on the sealed "
            "line is not in this report."
        ),
        _(
            "Counts under 5 are hidden, under 10 by district, with what would reveal them; "
            "percentages and days are shown from 30 cases on. Of a year a figure is shown where "
            "those of all its quarters are."
        ),
    ]


def _kind(kind: str) -> str:
    try:
        return step_labels.kind_choice_label(CaseKind(kind))
    except ValueError:
        return labels.kind_label(kind)
