"""What indicators and their rows are called, on pages and in files."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from locales.languages import UnknownLanguage, language
from measures.indicators import Kind


def title(kind: Kind) -> str:
    """What a table is about."""
    titles = {
        Kind.PEOPLE_BY_GENDER: _("People, by gender"),
        Kind.PEOPLE_BY_TOOLS: _("People, by the number of tools they came to"),
        Kind.PEOPLE_BY_EXPOSURE: _("People, by how long ago they first came"),
        Kind.ENGAGEMENTS_BY_BEGINNING: _("Engagements, by who began them"),
        Kind.ENGAGEMENTS_BY_LANGUAGE: _("Engagements, by language"),
    }
    return titles[kind]


def row(kind: Kind, name: str) -> str:
    """What a row of a table is called."""
    if kind is Kind.ENGAGEMENTS_BY_LANGUAGE:
        try:
            return language(name).own_name
        except UnknownLanguage:
            return name
    names: Mapping[Kind, Mapping[str, str]] = {
        Kind.PEOPLE_BY_GENDER: {
            "woman": _("Women"),
            "man": _("Men"),
            "unknown": _("Another answer, or not known"),
        },
        Kind.PEOPLE_BY_TOOLS: {"1": _("One"), "2": _("Two"), "3": _("Three or more")},
        Kind.PEOPLE_BY_EXPOSURE: {
            "90": _("90 days or more before the end"),
            "30": _("30 to 89 days before the end"),
            "0": _("Less than 30 days before the end"),
        },
        Kind.ENGAGEMENTS_BY_BEGINNING: {"her": _("By the person"), "us": _("By us")},
    }
    return names[kind].get(name, name)


def column(name: str) -> str:
    """What a column is called: groups that were merged are named together."""
    names = {
        "returned": _("Came back on another day"),
        "once": _("Came on one day"),
        "voice": _("By call"),
        "sms": _("By text"),
    }
    return " / ".join(names[part] for part in name.split("+"))


def definitions() -> list[str]:
    """What is counted, and how: printed with every report."""
    return [
        _(
            "An engagement is a call, or a day's texts, in which somebody came to a tool: heard a "
            "message, asked or told something, answered the survey, listened to news."
        ),
        _(
            "People are those of whom something is kept, told apart within a year. Several may "
            "share a telephone; whose number is withheld, or wished unknown, is in no count of "
            "people."
        ),
        _(
            "Who came back had engagements on two days of the period or more. Tools are the "
            "library, the support line, the survey and news."
        ),
        _(
            "Women's share: at least, if nobody whose gender is unknown is a woman; at most, if "
            "everybody is. Gender is what people say of themselves, and nobody has to."
        ),
        _(
            "Counts under 5 are hidden, with what would reveal them; percentages are shown from "
            "30 people on. Months and years are reported when they are over."
        ),
    ]
