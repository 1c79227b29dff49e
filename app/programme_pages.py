"""The programme's page: what is wrong with it, with the way that leads there, and its map."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import shorten
from typing import cast

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.examining import Examined, Examiner
from app.finding_words import in_words
from app.readiness import readiness
from dialogue import listeners
from dialogue import listening as counts
from dialogue.exploring.findings import Severity
from library import desk, labels
from locales.languages import language as facts_of
from programmes import queries
from programmes.errors import MissingPrompt, UnknownProgramme
from staff.values import Role
from staff.web import current_account, language, services

ROLES = frozenset({Role.OPERATOR, Role.EDITOR, Role.SUPERVISOR})
EDIT = frozenset({Role.OPERATOR, Role.EDITOR})
"""Who may edit it, too."""

_FIRST_WORDS = 60
"""Characters by which staff know a message again."""

programme = Blueprint(
    "programme", __name__, url_prefix="/staff/programme", template_folder="templates"
)


@programme.get("/")
def index() -> ResponseReturnValue:
    examined = _examined()
    chosen = _chosen(examined, request.args.get("language"))
    findings = examined.findings
    sheets = _examiner().sheets(examined, language=chosen, reading=language())
    role = current_account().role
    with services().database.reading() as connection:
        ready = readiness(connection, examined.programme, examined.prompts)
    return render_template(
        "app/programme.html",
        programme=examined.programme,
        name=_name(examined),
        ready=ready,
        case_managers=ready.staff.get(Role.CASE_MANAGER, 0),
        edits=role in EDIT,
        records=role in desk.ROLES,
        labels=labels,
        errors=[each for each in findings if each.severity is Severity.ERROR],
        warnings=[each for each in findings if each.severity is Severity.WARNING],
        in_words=in_words,
        facts_of=facts_of,
        chosen=chosen,
        sheets=[
            url_for("programme.sheet", tag=chosen, place=place)
            for place in range(1, len(sheets) + 1)
        ],
    )


@programme.get("/listening")
def listening() -> ResponseReturnValue:
    slug = current_account().programme
    with services().database.reading() as connection:
        heard = counts.listened_to(connection, slug)
        left = counts.left_at(connection, slug)
        today = services().clock().date()
        heard_by = listeners.heard_by(connection, slug, before=today)
        left_by = listeners.left_by(connection, slug, before=today)
    return render_template(
        "app/listening.html",
        heard=heard,
        left=left,
        heard_by=heard_by,
        left_by=left_by,
        fewest=counts.FEWEST,
        in_words=_messages_in_words(),
        labels=labels,
        facts_of=facts_of,
    )


@programme.get("/map/<tag>.svg")
def picture(tag: str) -> ResponseReturnValue:
    examined = _examined()
    drawn = examined.map(language=_known(examined, tag), reading=language())
    return _file(drawn.svg().encode(), "image/svg+xml", f"{examined.programme.slug}-{tag}.svg")


@programme.get("/map/<tag>.pdf")
def paper(tag: str) -> ResponseReturnValue:
    examined = _examined()
    drawn = examined.map(language=_known(examined, tag), reading=language())
    return _file(drawn.pdf(), "application/pdf", f"{examined.programme.slug}-{tag}.pdf")


@programme.get("/map/<tag>/<int:place>.svg")
def sheet(tag: str, place: int) -> ResponseReturnValue:
    examined = _examined()
    known = _known(examined, tag)
    sheets = _examiner().sheets(examined, language=known, reading=language())
    if not 1 <= place <= len(sheets):
        abort(404)
    return Response(sheets[place - 1], mimetype="image/svg+xml")


def _examined() -> Examined:
    """The current version of one's own programme, examined; 404 where none is loaded."""
    with services().database.reading() as connection:
        try:
            current = queries.current(connection, current_account().programme)
        except UnknownProgramme:
            abort(404)
        found = queries.version(connection, current)
    return _examiner().examine(found)


def _examiner() -> Examiner:
    return cast(Examiner, current_app.extensions["examiner"])


def _messages_in_words() -> Callable[[str], str]:
    """The first words of a message by its slug; of what is no longer worded, the slug."""
    examined = _examined()

    def first_words(slug: str) -> str:
        try:
            found = examined.wordings.find(f"message.{slug}", examined.programme.languages[0])
        except MissingPrompt:
            return slug
        return shorten(found.wording.say, _FIRST_WORDS, placeholder=" …")

    return first_words


def _chosen(examined: Examined, tag: str | None) -> str:
    offered = examined.programme.languages
    return tag if tag in offered else offered[0]


def _known(examined: Examined, tag: str) -> str:
    if tag not in examined.programme.languages:
        abort(404)
    return tag


def _name(examined: Examined) -> str:
    names = examined.programme.name
    return names.get(language()) or next(iter(names.values()))


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=kind, headers=headers)
