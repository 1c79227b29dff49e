"""The interpreter's desk: what waits, one item side by side with its sound, and how long it takes.

Nobody's number, name or code is here: an item has an id, a language, and how long ago it was said.
"""

from __future__ import annotations

import datetime as dt
import io

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from grievances.desk import Desk, desk_of
from grievances.interpreting import labels, operations, queries
from grievances.interpreting.values import LONGEST_TEXT, Because, State, Words, Work
from grievances.labels import age_label, language_label
from locales.spelling import straightened
from staff.values import Role
from staff.web import current_account, note, services
from storage.media import MissingMedia

ROLES = frozenset({Role.INTERPRETER, Role.SUPERVISOR})
REPORTED = dt.timedelta(days=30)
SPEEDS = ("0.5", "0.75", "1", "1.25", "1.5")

interpreting = Blueprint(
    "interpreting",
    __name__,
    url_prefix="/staff/interpreting",
    template_folder="../templates",
    static_folder="static",
    static_url_path="/static",
)


@interpreting.context_processor
def _labels() -> dict[str, object]:
    return {"labels": labels, "language_label": language_label, "age_label": age_label}


@interpreting.get("")
def index() -> ResponseReturnValue:
    """What waits for this interpreter, and how the desk stands."""
    ours = services()
    chosen = request.args.get("language") or None
    now = ours.clock()
    with ours.database.reading() as connection:
        desk = desk_of(connection, current_account())
        items = queries.offered(
            connection,
            desk.programme.slug,
            visible=desk.visible,
            account_id=desk.account.id,
            language=chosen,
            now=now,
        )
        tags = queries.languages_offered(
            connection,
            desk.programme.slug,
            visible=desk.visible,
            account_id=desk.account.id,
            now=now,
        )
        report = queries.report(
            connection, desk.programme.slug, visible=desk.visible, since=now - REPORTED
        )
    return render_template(
        "grievances/interpreting/index.html",
        items=items,
        tags=tags,
        chosen=chosen,
        report=report,
        days=REPORTED.days,
        now=now,
    )


@interpreting.post("/<item_id>/take")
def take(item_id: str) -> ResponseReturnValue:
    """Hold an item, or hold it longer."""
    ours, account = services(), current_account()
    with ours.database.writing() as connection:
        desk = desk_of(connection, account)
        is_held = _work(connection, desk, item_id) is not None and operations.claim(
            connection, item_id, account_id=account.id, now=ours.clock()
        )
        if is_held:
            _note(connection, "interpretation_taken", item_id)
    if not is_held:
        return _gone()
    return redirect(url_for("interpreting.item", item_id=item_id), code=303)


@interpreting.get("/<item_id>")
def item(item_id: str) -> ResponseReturnValue:
    """One item that is held, to be heard or read and written down."""
    with services().database.reading() as connection:
        found = _work(connection, desk_of(connection, current_account()), item_id)
    if found is None or found.item.held_until is None:
        return _gone()
    with services().database.writing() as connection:
        _note(connection, "interpretation_read", item_id)
    return _item_page(found, found.before)


@interpreting.post("/<item_id>")
def keep(item_id: str) -> ResponseReturnValue:
    """Keep what was written; the queue follows."""
    ours, account = services(), current_account()
    with ours.database.writing() as connection:
        # Whoever wrote longer than the item was held keeps it where nobody else has taken it.
        found = _work(connection, desk_of(connection, account), item_id)
        if found is None:
            return _too_late()
        written = _written(found)
        problem = _problem(found, written)
        if problem is None:
            if found.item.held_until is None and not operations.claim(
                connection, item_id, account_id=account.id, now=ours.clock()
            ):
                return _too_late()
            state = operations.keep(
                connection,
                item_id,
                vault=ours.vault,
                account_id=account.id,
                words=written,
                now=ours.clock(),
            )
            if state is None:
                return _too_late()
            _note(connection, "interpretation_kept", item_id)
    if problem is not None:
        return _item_page(found, written, problem=problem), 422
    flash(_("Checked. Thank you.") if state is State.CHECKED else _("Kept. Thank you."), "success")
    return redirect(url_for("interpreting.index"), code=303)


@interpreting.post("/<item_id>/back")
def hand_back(item_id: str) -> ResponseReturnValue:
    """Hand it back, and say why."""
    ours, account = services(), current_account()
    try:
        because = Because(request.form.get("because", ""))
    except ValueError:
        abort(400)
    with ours.database.writing() as connection:
        if operations.hand_back(
            connection, item_id, account_id=account.id, because=because, now=ours.clock()
        ):
            _note(connection, "interpretation_handed_back", item_id)
    flash(_("Handed back."), "success")
    return redirect(url_for("interpreting.index"), code=303)


@interpreting.get("/<item_id>/audio")
def audio(item_id: str) -> ResponseReturnValue:
    """The sound of an item that is held, with seeking."""
    ours = services()
    with ours.database.reading() as connection:
        found = _work(connection, desk_of(connection, current_account()), item_id)
    if found is None or found.item.held_until is None or found.media is None:
        abort(404)
    asked = request.range
    if asked is None or not asked.ranges or asked.ranges[0][0] == 0:
        with ours.database.writing() as connection:
            _note(connection, "interpretation_played", item_id)
    try:
        content = ours.media.get(found.media)
    except MissingMedia:
        abort(404)
    return send_file(io.BytesIO(content), mimetype="audio/wav", conditional=True, etag=found.media)


def _work(connection: Connection, desk: Desk, item_id: str) -> Work | None:
    ours = services()
    return queries.work(
        connection,
        ours.vault,
        item_id,
        programme=desk.programme.slug,
        visible=desk.visible,
        account_id=desk.account.id,
        now=ours.clock(),
    )


def _item_page(found: Work, written: Words | None, *, problem: str | None = None) -> str:
    return render_template(
        "grievances/interpreting/item.html",
        work=found,
        item=found.item,
        written=written,
        problem=problem,
        reasons=Because,
        speeds=SPEEDS,
        longest=LONGEST_TEXT,
        now=services().clock(),
    )


def _written(found: Work) -> Words:
    def of_form(name: str) -> str:
        return request.form.get(name, "").replace("\r\n", "\n").replace("\0", "").strip()

    spoken = straightened(found.item.language, of_form("transcript"))
    return Words(transcript=spoken if found.text is None else None, spanish=of_form("spanish"))


def _problem(found: Work, written: Words) -> str | None:
    if not written.spanish or (found.text is None and not written.transcript):
        return _("Write down what is said, and what it means in Spanish.")
    if max(len(written.spanish), len(written.transcript or "")) > LONGEST_TEXT:
        return _("The text is longer than %(most)d characters.", most=LONGEST_TEXT)
    return None


def _gone() -> ResponseReturnValue:
    flash(_("Somebody else has taken this, or it is done. Here is what waits."), "warning")
    return redirect(url_for("interpreting.index"), code=303)


def _too_late() -> ResponseReturnValue:
    flash(_("It was not kept: somebody else has taken this meanwhile, or it is done."), "warning")
    return redirect(url_for("interpreting.index"), code=303)


def _note(connection: Connection, action: str, item_id: str) -> None:
    note(connection, action, f"statement:{item_id}")
