"""The prompts of no programme: what can be said when nothing else is known."""

from __future__ import annotations

from locales.catalogues import prompts
from locales.languages import language, languages
from programmes.calendar import Calendar
from programmes.values import Programme
from programmes.wordings import Wordings


def bare_wordings() -> Wordings:
    """Apologies and the like, in every language."""
    nothing = Programme(
        hash="",
        slug="",
        name={},
        languages=tuple(languages()),
        time_zone="America/Lima",
        calendar=Calendar("America/Lima"),
        menu=(),
        categories=(),
        topics=(),
        queues=(),
        default_queue="",
        survey=None,
        quick_exit="",
        wordings={},
    )
    return Wordings(nothing, prompts, fallback=lambda tag: language(tag).fallback)
