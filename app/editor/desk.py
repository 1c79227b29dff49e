"""What stands between the pages and a draft: who reads it, one step that is kept, and its trail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from app import programme_pages
from app.editor import drafted, question_words, telling
from app.editor.as_text import as_text
from app.editor.drafted import Drafted
from app.editor.forms import Form
from app.examining import Examiner
from app.house import House
from programmes.content import content_hash
from programmes.drafts import operations
from programmes.drafts.errors import CannotEdit, DraftChanged, NoDraft
from programmes.errors import UnknownProgramme
from staff import web
from staff.web import current_account, services

ROLES = programme_pages.EDIT

pages = Blueprint(
    "draft",
    __name__,
    url_prefix="/staff/programme/draft",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)

pages.context_processor(
    lambda: {"telling": telling, "question_words": question_words, "as_text": as_text}
)


def house() -> House:
    return cast(House, current_app.extensions["house"])


def examiner() -> Examiner:
    return cast(Examiner, current_app.extensions["examiner"])


def read() -> Drafted | None:
    """The draft of one's own programme; None where there is none, 404 before it is loaded."""
    house().prompts.refresh()
    with services().database.reading() as connection:
        try:
            return drafted.read(connection, house(), current_account().programme)
        except NoDraft:
            return None
        except UnknownProgramme:
            abort(404)


def draft_or_404() -> Drafted:
    return read() or abort(404)


def as_read() -> Drafted:
    """The draft as the form that was sent knew it."""
    found = draft_or_404()
    revision = request.form.get("revision", 0, type=int)
    return drafted.with_revision(found, revision)


def keep(found: Drafted, content: dict[str, Any]) -> None:
    """Save one step. Raises DraftChanged where the form knew another draft."""
    if content_hash(content) == found.draft.hash:
        return
    with services().database.writing() as connection:
        revision = operations.save(
            connection,
            found.draft,
            content,
            account_id=current_account().id,
            now=services().clock(),
        )
        note(connection, "draft_changed", revision)


def keep_form(
    found: Drafted,
    content: dict[str, Any],
    form: Form,
    *,
    again: Callable[[Drafted], str],
    done: str,
    to: str,
) -> ResponseReturnValue:
    """Save what a form says, tell that it is `done` and go on to the address `to`; where somebody
    else was faster, the form is shown `again`, over the draft as it is now."""
    try:
        keep(found, content)
    except DraftChanged:
        form.problem = telling.changed_meanwhile()
        return again(draft_or_404()), 409
    flash(done, "success")
    return redirect(to, code=303)


def step(make: Callable[[Drafted], dict[str, Any]], *, to: str) -> ResponseReturnValue:
    """One press of a button: do it, say what came of it, and show the list again."""
    found = as_read()
    try:
        keep(found, make(found))
    except CannotEdit as error:
        flash(telling.reason(error.reason), "warning")
    except DraftChanged:
        flash(telling.changed_meanwhile(), "warning")
    return redirect(url_for(f"draft.{to}"), code=303)


def note(connection: Connection, action: str, revision: int | str) -> None:
    """Add to the audit trail."""
    web.note(connection, action, f"draft:{current_account().programme}:{revision}"[:80])


def gone() -> ResponseReturnValue:
    """There is no draft any more: back to where one is begun."""
    flash(_("There is no draft any more: it was published or thrown away."), "warning")
    return redirect(url_for("draft.index"), code=303)
