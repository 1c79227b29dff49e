"""Broadcasts for staff: prepared by editors, looked at, tried, started and stopped by supervisors.

What somebody did is in the audit trail; a number that a trial goes to is in none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from broadcasts import labels, operations, queries
from broadcasts.content import messages
from broadcasts.errors import BroadcastError, NoPrices, UnknownBroadcast, WrongState
from broadcasts.forms import Draft, draft_of, read_draft
from broadcasts.preview import Means, preview
from broadcasts.results import lines_of, results
from broadcasts.trial import send_trial
from broadcasts.values import BroadcastRef, State, own_key, today_in
from contacts.numbers import e164
from library import operations as bank
from library.operations import By, Words
from library.queries import current_version
from library.values import Origin, Place
from outreach.values import Channel
from programmes.errors import UnknownProgramme
from programmes.queries import current, version
from programmes.values import Programme
from staff.values import Role
from staff.web import Entry, current_account, note, protect, services
from storage.ids import new_id
from storage.queues import Work

ROLES = frozenset({Role.SUPERVISOR, Role.EDITOR, Role.OPERATOR})
STARTERS = frozenset({Role.SUPERVISOR, Role.OPERATOR})
"""Who may send to many: not whoever writes it alone."""

_BANK = frozenset({Role.EDITOR, Role.OPERATOR})
"""Who may open the prompts of these who may open these pages."""
_EXTENSION = "rimay.broadcasts"

pages = Blueprint(
    "broadcasts",
    __name__,
    url_prefix="/staff/broadcasts",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)
pages.context_processor(
    lambda: {"broadcast_labels": labels, "State": State, "may_start": _may_start}
)


def register(app: Flask, *, means: Means) -> None:
    """Open the pages to those who prepare and send."""
    app.extensions[_EXTENSION] = means
    line = Entry("broadcasts.index", lambda: _("Broadcasts"), "megaphone")
    protect(app, pages, roles=ROLES, entry=line)


@dataclass(frozen=True, slots=True)
class _Here:
    """A broadcast of this account's programme."""

    broadcast: BroadcastRef
    programme: Programme


@pages.get("")
def index() -> ResponseReturnValue:
    with services().database.reading() as connection:
        found = queries.broadcasts(connection, current_account().programme)
        lines = {each.id: lines_of(connection, each.id) for each in found if each.started_at}
    return render_template("broadcasts/index.html", broadcasts=found, lines=lines)


@pages.get("/new")
def new() -> ResponseReturnValue:
    return _form(_programme(), Draft())


@pages.post("/new")
def create() -> ResponseReturnValue:
    programme = _programme()
    draft = read_draft(request.form, programme, messages=_messages(programme))
    if draft.problem:
        return _form(programme, draft), 422
    broadcast_id, now = new_id(), services().clock()
    with services().database.writing() as connection:
        operations.create(
            connection,
            broadcast_id=broadcast_id,
            programme=programme.slug,
            title=draft.title,
            prompt=draft.message or own_key(broadcast_id),
            way=draft.way,
            audience=draft.audience,
            budget=draft.budget_thousandths,
            account_id=current_account().id,
            now=now,
        )
        if not draft.message:
            _keep_words(connection, programme, broadcast_id, draft)
        _note(connection, "broadcast_prepared", broadcast_id)
    return _to(broadcast_id)


@pages.get("/<broadcast_id>")
def show(broadcast_id: str) -> ResponseReturnValue:
    here = _found(broadcast_id)
    now = services().clock()
    _means().voices.prompts.refresh()
    with services().database.reading() as connection:
        is_draft = here.broadcast.state is State.DRAFT
        is_over = here.broadcast.state in (State.STOPPED, State.DONE)
        return render_template(
            "broadcasts/broadcast.html",
            broadcast=here.broadcast,
            programme=here.programme,
            prices=_means().prices,
            preview=preview(connection, here.broadcast, here.programme, means=_means(), now=now)
            if is_draft
            else None,
            words=_words(connection, here) if is_draft else {},
            may_open_bank=current_account().role in _BANK,
            progress=queries.progress(connection, broadcast_id),
            is_over=is_over,
            results=results(connection, broadcast_id) if is_over else None,
            is_open_now=here.programme.calendar.is_open(now),
            is_refused=queries.is_refused(connection, here.broadcast),
            channels=list(Channel),
        )


@pages.get("/<broadcast_id>/edit")
def edit(broadcast_id: str) -> ResponseReturnValue:
    here = _found(broadcast_id)
    if here.broadcast.state is not State.DRAFT:
        return _to(broadcast_id)
    with services().database.reading() as connection:
        words = _words(connection, here) if here.broadcast.is_own else {}
    return _form(here.programme, draft_of(here.broadcast, words), here.broadcast)


@pages.post("/<broadcast_id>/edit")
def change(broadcast_id: str) -> ResponseReturnValue:
    here = _found(broadcast_id)
    draft = read_draft(request.form, here.programme, messages=_messages(here.programme))
    if draft.problem:
        return _form(here.programme, draft, here.broadcast), 422
    try:
        with services().database.writing() as connection:
            operations.change(
                connection,
                broadcast_id,
                title=draft.title,
                prompt=draft.message or own_key(broadcast_id),
                way=draft.way,
                audience=draft.audience,
                budget=draft.budget_thousandths,
            )
            if not draft.message:
                _keep_words(connection, here.programme, broadcast_id, draft)
            _note(connection, "broadcast_changed", broadcast_id)
    except WrongState:
        flash(_("It has started meanwhile: it cannot be changed any more."), "warning")
    return _to(broadcast_id)


@pages.post("/<broadcast_id>/trial")
def trial(broadcast_id: str) -> ResponseReturnValue:
    """To one's own phone, at once: as it would reach somebody."""
    here = _found(broadcast_id)
    number = e164(request.form.get("number", "").replace(" ", ""))
    language, channel = request.form.get("language", ""), request.form.get("channel", "")
    if number is None or language not in here.programme.languages or channel not in list(Channel):
        flash(_("Write your number with its country, as +51 964 000 000."), "warning")
        return _to(broadcast_id)
    try:
        with services().database.writing() as connection:
            send_trial(
                connection,
                here.broadcast,
                here.programme,
                number=number,
                language=language,
                channel=Channel(channel),
                means=_means(),
                vault=services().vault,
                now=services().clock(),
            )
            _note(connection, "broadcast_tried", broadcast_id)
    except BroadcastError:
        flash(_("It cannot be tried yet: see what is missing below."), "warning")
        return _to(broadcast_id)
    services().bell.ring(Work.OUTBOX)
    flash(_("On its way to your phone."), "success")
    return _to(broadcast_id)


@pages.post("/<broadcast_id>/start")
def start(broadcast_id: str) -> ResponseReturnValue:
    _only_starters()
    here = _found(broadcast_id)
    now = services().clock()
    _means().voices.prompts.refresh(now=True)
    with services().database.reading() as connection:
        seen = preview(connection, here.broadcast, here.programme, means=_means(), now=now)
    if not seen.can_start:
        flash(_("It cannot start yet: see what is missing below."), "warning")
        return _to(broadcast_id)
    try:
        with services().database.writing() as connection:
            operations.start(
                connection, broadcast_id, contents=seen.contents, sender=seen.sender, now=now
            )
            _note(connection, "broadcast_started", broadcast_id)
    except NoPrices:
        flash(_("A budget needs prices: an operator sets them, or take the budget out."), "warning")
    except WrongState:
        flash(_("It has started already."), "warning")
    return _to(broadcast_id)


@pages.post("/<broadcast_id>/pause")
def pause(broadcast_id: str) -> ResponseReturnValue:
    return _move(
        broadcast_id,
        "broadcast_paused",
        lambda connection: operations.pause(connection, broadcast_id, now=services().clock()),
    )


@pages.post("/<broadcast_id>/resume")
def resume(broadcast_id: str) -> ResponseReturnValue:
    return _move(
        broadcast_id,
        "broadcast_resumed",
        lambda connection: operations.resume(connection, broadcast_id),
    )


@pages.post("/<broadcast_id>/stop")
def stop(broadcast_id: str) -> ResponseReturnValue:
    return _move(
        broadcast_id,
        "broadcast_stopped",
        lambda connection: operations.stop(connection, broadcast_id, now=services().clock()),
    )


def _move(broadcast_id: str, action: str, move: Callable[[Connection], None]) -> Response:
    _only_starters()
    _found(broadcast_id)
    try:
        with services().database.writing() as connection:
            move(connection)
            _note(connection, action, broadcast_id)
    except WrongState:
        flash(_("It has gone on meanwhile. This is how it stands now."), "warning")
    return _to(broadcast_id)


def _form(programme: Programme, draft: Draft, broadcast: BroadcastRef | None = None) -> str:
    return render_template(
        "broadcasts/form.html",
        programme=programme,
        draft=draft,
        broadcast=broadcast,
        messages=_messages(programme),
        prices=_means().prices,
    )


def _messages(programme: Programme) -> dict[str, str]:
    """The library messages that may be sent, by prompt, with their first words."""
    today = today_in(programme, services().clock())
    wordings = _means().voices.wordings(programme)
    found = {}
    for each in messages(programme, today):
        key = f"message.{each.slug}"
        words = wordings.find(key, programme.languages[0]).wording.text
        found[key] = words if len(words) <= _FIRST_WORDS else f"{words[:_FIRST_WORDS].rstrip()}…"
    return found


_FIRST_WORDS = 90


def _words(connection: Connection, here: _Here) -> dict[str, str]:
    """What it says in each language, approved or not; empty where there is nothing."""
    found: dict[str, str] = {}
    for tag in here.programme.languages:
        place = Place(here.programme.slug, tag, here.broadcast.prompt)
        made = current_version(connection, place)
        if made is not None:
            found[tag] = made.text or made.say
        elif not here.broadcast.is_own:
            own = here.programme.wordings.get(tag, {}).get(here.broadcast.prompt)
            found[tag] = own.text if own else ""
    return found


def _keep_words(
    connection: Connection, programme: Programme, broadcast_id: str, draft: Draft
) -> None:
    """Keep words made for it in the prompt bank, where they are approved and recorded."""
    by = By(current_account().id, Origin.PAGE, services().clock())
    for tag, words in draft.words.items():
        place = Place(programme.slug, tag, own_key(broadcast_id))
        before = current_version(connection, place)
        if words and (before is None or before.say != words):
            bank.change_words(
                connection, place, Words(words), after=before.id if before else None, by=by
            )


def _programme() -> Programme:
    with services().database.reading() as connection:
        try:
            return version(connection, current(connection, current_account().programme))
        except UnknownProgramme:
            abort(404)


def _found(broadcast_id: str) -> _Here:
    programme = _programme()
    with services().database.reading() as connection:
        try:
            return _Here(
                queries.broadcast(connection, broadcast_id, programme=programme.slug), programme
            )
        except UnknownBroadcast:
            abort(404)


def _may_start() -> bool:
    return current_account().role in STARTERS


def _only_starters() -> None:
    if not _may_start():
        abort(403)


def _note(connection: Connection, action: str, broadcast_id: str) -> None:
    note(connection, action, f"broadcast:{broadcast_id}")


def _to(broadcast_id: str) -> Response:
    return redirect(url_for("broadcasts.show", broadcast_id=broadcast_id), code=303)


def _means() -> Means:
    return cast(Means, current_app.extensions[_EXTENSION])
