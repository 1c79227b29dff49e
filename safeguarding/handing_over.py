"""Help in private, handed over by whoever somebody has turned to: one button and a short form.

What is sent is sealed at once, and shown to nobody here any more. That it was sent is not noted:
when, and by whom, would tell of whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from contacts.numbers import dialled
from locales.catalogues import prompts
from locales.languages import languages
from programmes.queries import current, version
from programmes.values import Programme
from programmes.wordings import Wordings
from safeguarding import labels, operations, queries
from safeguarding.errors import NobodyDesignated
from safeguarding.values import LONGEST_WORDS, AgeBand, Consent, Facts, Hour, Sex
from staff.values import Role
from staff.web import current_account, services

private_help = Blueprint(
    "private_help", __name__, url_prefix="/staff/private-help", template_folder="templates"
)

ROLES = frozenset(
    {Role.CASE_MANAGER, Role.INTERPRETER, Role.SUPERVISOR, Role.OPERATOR, Role.SAFEGUARDING}
)
"""Everybody to whom people turn."""

READ_OUT = ("private.safety", "private.lines", "private.may_call")
"""What is read out before anything is asked, in this order."""

_LONGEST_PROJECT = 80
_ASKED_BY_STAFF = "operator"

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class _Wrong(Exception):
    """What cannot be sealed, in words."""

    problem: str


@private_help.get("/")
def form() -> ResponseReturnValue:
    return _form(None)


@private_help.post("/")
def hand_over() -> ResponseReturnValue:
    ours = services()
    with ours.database.reading() as connection:
        programme = _programme(connection)
    try:
        facts = _facts(programme)
        with ours.database.writing() as connection:
            operations.seal_report(connection, programme.slug, facts, now=ours.clock())
    except _Wrong as wrong:
        return _form(wrong.problem), 422
    except NobodyDesignated:
        return _form(_("Nobody is designated yet: nothing was kept. Tell her whom to call.")), 422
    flash(_("Sealed. Nobody here can read it any more."), "success")
    return redirect(url_for("private_help.form"), code=303)


def _facts(programme: Programme) -> Facts:
    """What was filled in. Raises _Wrong; what she did not offer is left out."""
    given = request.form
    if given.get("agreed") != "yes":
        raise _Wrong(_("Without her yes nothing is kept. Ask whether a trained woman may call."))
    number = dialled(given.get("number", "")[:40], programme.calendar.country)
    if number is None:
        raise _Wrong(_("This is no phone number. Write it as she would dial it."))
    hour = _chosen(Hour, "hour")
    if hour is None:
        raise _Wrong(_("Ask her at which hour she can be called."))
    language = given.get("language", "")
    if language not in programme.languages:
        raise _Wrong(_("Choose the language in which she is called."))
    return Facts(
        consent=Consent(
            version=programme.hash,
            language=language,
            wording=_ASKED_BY_STAFF,
            answer="yes",
            at=services().clock().isoformat(timespec="minutes"),
        ),
        number=number,
        hour=hour,
        words=given.get("words", "").strip()[:LONGEST_WORDS] or None,
        project=given.get("project", "").strip()[:_LONGEST_PROJECT] or None,
        age_band=_chosen(AgeBand, "age_band"),
        sex=_chosen(Sex, "sex"),
    )


def _chosen(kind: type[Choice], name: str) -> Choice | None:
    given = request.form.get(name, "")
    return kind(given) if given in {each.value for each in kind} else None


def _form(problem: str | None) -> str:
    """The form. What was typed is not given back: it would stay on the screen of an office."""
    with services().database.reading() as connection:
        programme = _programme(connection)
        is_open = queries.is_open(connection, programme.slug)
    return render_template(
        "safeguarding/hand_over.html",
        is_open=is_open,
        problem=problem,
        read_out=_read_out(programme),
        spoken=[(tag, languages()[tag].own_name) for tag in programme.languages],
        hours=tuple(Hour),
        ages=tuple(AgeBand),
        sexes=tuple(Sex),
        longest=LONGEST_WORDS,
        longest_project=_LONGEST_PROJECT,
        labels=labels,
    )


def _read_out(programme: Programme) -> list[tuple[str, list[str]]]:
    """The words of each language, as they are read out."""
    words = Wordings(programme, prompts, fallback=lambda tag: languages()[tag].fallback)
    return [
        (tag, [words.find(key, tag).wording.say for key in READ_OUT]) for tag in programme.languages
    ]


def _programme(connection: Connection) -> Programme:
    return version(connection, current(connection, current_account().programme))
