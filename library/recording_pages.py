"""The sound of prompts for staff: heard as on the telephone, recorded, listened to, kept."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    jsonify,
    make_response,
    redirect,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer

from library import desk, labels, operations, queries, takes
from library.errors import BadTake, ChangedMeanwhile, UnknownVersion
from library.listing import Reach
from library.operations import By
from library.values import Origin, Place, Speaker, State, Take
from locales.drafts import DraftFailed
from staff.web import current_account, note, services
from storage.media import MissingMedia
from storage.sound import seconds

recordings = Blueprint("prompt_recordings", __name__, url_prefix="/staff/prompts")

_KEPT_FOR = 24 * 3600
_REMEMBER_SPEAKER = dt.timedelta(hours=8)
_TO_RECORD = frozenset({State.MISSING, State.DRAFT})


@recordings.get("/<tag>/<key>/sound")
def sound(tag: str, key: str) -> ResponseReturnValue:
    """A version's recording; `version` is its id, `shipped`, or `draft`."""
    here = desk.reached()
    place = desk.place_or_404(here, tag, key)
    wanted = request.args.get("version", "")
    prompts = desk.shelf().prompts
    if wanted == "shipped":
        shipped = prompts.shipped(key, tag, place.programme)
        return _wav(shipped[1] if shipped else None)
    with services().database.reading() as connection:
        if wanted == "draft":
            current = queries.current_version(connection, place)
            loaded = here.loaded(key, tag)
            say = current.say if current else loaded.say if loaded else ""
            try:
                return _wav(prompts.draft(say, tag))
            except DraftFailed:
                abort(404)
        try:
            version = queries.version(connection, place, wanted)
        except UnknownVersion:
            abort(404)
    return _kept(version.take.media if version.take else None)


@recordings.post("/<tag>/<key>/takes")
def take(tag: str, key: str) -> ResponseReturnValue:
    """Prepare a take, to be heard as callers will hear it before it is kept."""
    here = desk.reached()
    place = desk.place_or_404(here, tag, key)
    upload = request.files.get("recording")
    try:
        wav = takes.prepared(upload.read() if upload else b"", say=_words_of(here, place))
    except BadTake as error:
        return jsonify(problem=labels.fault_label(error.fault)), 422
    token = _tokens().dumps([services().media.put(wav), place.language, key, current_account().id])
    address = url_for("prompt_recordings.kept_take", tag=tag, key=key, token=token)
    return jsonify(take=token, sound=address, seconds=round(seconds(wav), 1))


@recordings.get("/<tag>/<key>/takes/<token>")
def kept_take(tag: str, key: str, token: str) -> ResponseReturnValue:
    """A take that is not kept yet, for whoever made it."""
    here = desk.reached()
    return _kept(_media_of(token, desk.place_or_404(here, tag, key)))


@recordings.post("/<tag>/<key>/recording")
def keep(tag: str, key: str) -> ResponseReturnValue:
    """Keep a take, or a file that was chosen, as the prompt's newest version."""
    here = desk.reached()
    place = desk.place_or_404(here, tag, key)
    name = " ".join(request.form.get("speaker", "").split())[:120]
    if not name or "consent" not in request.form:
        flash(_("Say who speaks, and that they agreed that callers hear them."), "danger")
        return _to(place)
    try:
        made = _made(here, place)
    except BadTake as error:
        flash(labels.fault_label(error.fault), "danger")
        return _to(place)
    if made is None:
        flash(_("Record it, or choose a sound file."), "danger")
        return _to(place)
    try:
        with services().database.writing() as connection:
            version_id = operations.keep_recording(
                connection,
                place,
                made,
                speaker=Speaker(name, desk.today(here)),
                shipped=here.loaded(key, tag),
                by=By(current_account().id, Origin.PAGE, services().clock()),
            )
            note(connection, "prompt_recorded", f"prompt:{version_id}")
    except ChangedMeanwhile:
        flash(_("Somebody else has just changed this prompt. Look at it again."), "warning")
        return _to(place)
    flash(_("The recording is kept. Callers hear it once it is approved."), "success")
    if "next" in request.form:
        following = desk.next_of(desk.listed(here, tag), key, _TO_RECORD)
        place = replace(place, key=following) if following else place
    response = make_response(_to(place))
    # Whoever records a hundred prompts gives their name once.
    response.set_cookie(
        "speaker",
        name,
        max_age=_REMEMBER_SPEAKER,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        path="/staff/prompts",
    )
    return response


def _made(here: Reach, place: Place) -> Take | None:
    """What the form holds: a take that was listened to, else a file, else nothing."""
    media = _media_of(request.form.get("take", ""), place)
    if media is not None:
        try:
            return takes.take_of(services().media, media)
        except MissingMedia:
            return None
    upload = request.files.get("recording")
    content = upload.read() if upload else b""
    if not content:
        return None
    return takes.kept(services().media, takes.prepared(content, say=_words_of(here, place)))


def _words_of(here: Reach, place: Place) -> str:
    """The words that a take is measured by: those worked on, else none."""
    with services().database.reading() as connection:
        current = queries.current_version(connection, place)
    loaded = here.loaded(place.key, place.language)
    return current.say if current else loaded.say if loaded else ""


def _tokens() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="library.take")


def _media_of(token: str, place: Place) -> str | None:
    """The media key, or None for a token that is forged, old, or of something else."""
    try:
        media, tag, key, account = _tokens().loads(token, max_age=_KEPT_FOR)
    except (BadSignature, ValueError, TypeError):
        return None
    owner = (place.language, place.key, current_account().id)
    return str(media) if (tag, key, account) == owner else None


def _kept(media: str | None) -> ResponseReturnValue:
    try:
        return _wav(services().media.get(media) if media else None)
    except MissingMedia:
        abort(404)


def _wav(content: bytes | None) -> ResponseReturnValue:
    if content is None:
        abort(404)
    return send_file(io.BytesIO(content), mimetype="audio/wav", conditional=True)


def _to(place: Place) -> ResponseReturnValue:
    return redirect(url_for("prompts.prompt", tag=place.language, key=place.key), code=303)
