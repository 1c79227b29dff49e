"""Approved answers on pages: the list, one with its versions, writing the next, approving it."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from grievances import labels, step_labels
from grievances.answers import operations, queries
from grievances.answers.values import (
    LONGEST_TEXT,
    LONGEST_VALIDITY,
    Content,
    Standing,
    Version,
)
from grievances.desk import Desk, desk_of
from grievances.takes import LONGEST, keep_take
from grievances.values import Category
from locales.spelling import straightened
from staff import operations as trail
from staff.values import Role
from staff.web import current_account, services
from storage.media import MissingMedia
from storage.sound import SoundError

ROLES = frozenset({Role.CASE_MANAGER, Role.SUPERVISOR, Role.EDITOR, Role.INTERPRETER})
"""Who writes and records them; any of these approves what another wrote."""

answers = Blueprint(
    "answers", __name__, url_prefix="/staff/answers", template_folder="../templates"
)


@dataclass(frozen=True, slots=True)
class Form:
    """A version in the making, as a form that has to be sent again gives it back."""

    title: str = ""
    topic: str = ""
    category: str = ""
    source: str = ""
    expires_on: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)
    problem: str | None = None


@answers.context_processor
def _labels() -> dict[str, object]:
    words = {
        Standing.DRAFT: _("Waits for approval"),
        Standing.APPROVED: _("Approved"),
        Standing.EXPIRED: _("Expired"),
        Standing.REPLACED: _("Replaced"),
    }
    return {
        "labels": labels,
        "standing_label": words.__getitem__,
        "category_label": step_labels.category_label,
    }


@answers.get("")
def index() -> ResponseReturnValue:
    """Every answer, by what is newest of it."""
    with services().database.reading() as connection:
        desk = desk_of(connection, current_account())
        found = _versions(connection, desk)
    newest = {each.answer_id: each for each in reversed(found)}
    return render_template(
        "grievances/answers/index.html",
        desk=desk,
        answers=sorted(newest.values(), key=lambda each: each.content.title.casefold()),
        offered={each.answer_id for each in found if each.standing is Standing.APPROVED},
    )


@answers.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Write a new answer."""
    return _writing(None)


@answers.route("/<answer_id>", methods=["GET", "POST"])
def answer(answer_id: str) -> ResponseReturnValue:
    """One answer with its versions, and the next to write."""
    return _writing(answer_id)


@answers.post("/<answer_id>/<version_id>/approve")
def approve(answer_id: str, version_id: str) -> ResponseReturnValue:
    ours, account = services(), current_account()
    try:
        with ours.database.writing() as connection:
            operations.approve(
                connection,
                version_id,
                programme=account.programme,
                account_id=account.id,
                now=ours.clock(),
            )
            _note(connection, "answer_approved", answer_id)
    except operations.OwnWork:
        flash(_("Somebody else approves what you wrote."), "warning")
    except operations.NoVersion:
        flash(_("It was approved or withdrawn already."), "warning")
    else:
        flash(_("Approved: it is offered from now on."), "success")
    return redirect(url_for("answers.answer", answer_id=answer_id), code=303)


@answers.post("/<answer_id>/withdraw")
def withdraw(answer_id: str) -> ResponseReturnValue:
    ours, account = services(), current_account()
    with ours.database.writing() as connection:
        if operations.withdraw(
            connection, answer_id, programme=account.programme, now=ours.clock()
        ):
            _note(connection, "answer_withdrawn", answer_id)
    flash(_("It is offered no more."), "success")
    return redirect(url_for("answers.index"), code=303)


@answers.get("/<answer_id>/<version_id>/<language>/audio")
def audio(answer_id: str, version_id: str, language: str) -> ResponseReturnValue:
    """A recording of one version."""
    ours = services()
    with ours.database.reading() as connection:
        found = _versions(connection, desk_of(connection, current_account()), answer_id)
    version = next((each for each in found if each.id == version_id), None)
    media = version.content.media.get(language) if version else None
    if media is None:
        abort(404)
    try:
        content = ours.media.get(media)
    except MissingMedia:
        abort(404)
    return send_file(io.BytesIO(content), mimetype="audio/wav", conditional=True, etag=media)


def _writing(answer_id: str | None) -> ResponseReturnValue:
    ours, account = services(), current_account()
    with ours.database.reading() as connection:
        desk = desk_of(connection, account)
        found = _versions(connection, desk, answer_id) if answer_id else ()
    if answer_id and not found:
        abort(404)
    newest = found[0] if found else None
    form = _shown(newest, desk)
    if request.method == "POST":
        form, content = _received(newest, desk)
        if content is not None:
            with ours.database.writing() as connection:
                kept = operations.write(
                    connection,
                    content,
                    programme=desk.programme.slug,
                    account_id=account.id,
                    answer_id=answer_id,
                    now=ours.clock(),
                )
                _note(connection, "answer_written", kept)
            flash(_("Kept. Somebody else approves it before it is offered."), "success")
            return redirect(url_for("answers.answer", answer_id=kept), code=303)
    page = render_template(
        "grievances/answers/answer.html",
        desk=desk,
        answer_id=answer_id,
        versions=found,
        newest=newest,
        form=form,
        mine=account.id,
        categories=tuple(Category),
        longest=LONGEST_TEXT,
        zone=ZoneInfo(desk.programme.time_zone),
    )
    return page, 422 if form.problem else 200


def _shown(newest: Version | None, desk: Desk) -> Form:
    if newest is None:
        return Form(expires_on=(_today(desk) + dt.timedelta(days=180)).isoformat())
    content = newest.content
    return Form(
        title=content.title,
        topic=content.topic or "",
        category=content.category or "",
        source=content.source or "",
        expires_on=content.expires_on.isoformat(),
        texts=dict(content.texts),
        media=dict(content.media),
    )


def _received(newest: Version | None, desk: Desk) -> tuple[Form, Content | None]:
    """What the form holds, and the version that it makes; without one the form says why."""
    programme = desk.programme
    texts = {
        tag: straightened(tag, words)
        for tag in programme.languages
        if (words := _field(f"text-{tag}"))
    }
    before = dict(newest.content.media) if newest else {}
    media = {tag: key for tag, key in before.items() if request.form.get(f"drop-{tag}") != "1"}
    problem = _take_recordings(programme.languages, media)
    topic, category, title = _field("topic"), _field("category"), _field("title")
    expires_on = _field("expires_on")
    expires = _day(expires_on)
    today = _today(desk)
    if (topic and programme.topic(topic) is None) or category not in {*Category, ""}:
        abort(400)
    if not title or not (texts or media):
        problem = _("Give it a title, and words or a recording in one language at least.")
    elif max((len(each) for each in texts.values()), default=0) > LONGEST_TEXT:
        problem = _("The text is longer than %(most)d characters.", most=LONGEST_TEXT)
    elif expires is None or not today <= expires <= today + LONGEST_VALIDITY:
        problem = _("It expires on a day within a year from now.")
    form = Form(title, topic, category, _field("source"), expires_on, texts, media, problem)
    if problem is not None or expires is None:
        return form, None
    return form, Content(
        title=title[:120],
        topic=topic or None,
        category=category or None,
        texts=texts,
        media=media,
        source=_field("source")[:300] or None,
        expires_on=expires,
    )


def _take_recordings(tags: tuple[str, ...], media: dict[str, str]) -> str | None:
    """Keep what was uploaded, by language; what is wrong with it, or None."""
    for tag in tags:
        upload = request.files.get(f"recording-{tag}")
        content = upload.read() if upload else b""
        if not content:
            continue
        try:
            media[tag] = keep_take(services().media, content)
        except SoundError:
            return _(
                "That is no recording that we can play, or it is longer than %(n)d minutes.",
                n=LONGEST // 60,
            )
    return None


def _field(name: str) -> str:
    return request.form.get(name, "").replace("\r\n", "\n").replace("\0", "").strip()


def _day(written: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        return None


def _versions(
    connection: Connection, desk: Desk, answer_id: str | None = None
) -> tuple[Version, ...]:
    return queries.versions(
        connection, desk.programme.slug, answer_id=answer_id, today=_today(desk)
    )


def _today(desk: Desk) -> dt.date:
    return desk.programme.calendar.here(services().clock()).date()


def _note(connection: Connection, action: str, answer_id: str) -> None:
    trail.note(
        connection,
        account_id=current_account().id,
        action=action,
        subject=f"answer:{answer_id}",
        now=services().clock(),
    )
