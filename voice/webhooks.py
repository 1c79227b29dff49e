"""The carrier's requests about calls. Everything that posts is signed; sounds are fetched."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from flask import Blueprint, Response, abort, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException

from dialogue.runner import Runner
from dialogue.scene import Apologise, Event, NobodyAnswers
from dialogue.turns import newest
from duty.calling import settle_row
from locales.languages import UnknownLanguage, language
from programmes.errors import MissingPrompt
from storage import machines, outbox, recordings
from storage.media import MissingMedia
from storage.queues import Work
from telephony.statuses import note_call
from telephony.values import MACHINES
from voice import calling_out, hear, twiml
from voice.answering import (
    accepted_tag,
    only_the_carrier,
    say,
    services,
    turn_asked,
    voice_here,
    xml,
)

calls = Blueprint("voice", __name__, url_prefix="/voice")
"""What the carrier posts about calls: every request signed."""

sounds = Blueprint("sounds", __name__, url_prefix="/voice")
"""What the carrier fetches: prompts are public, private audio has a signed, expiring address."""

_NOBODY_LISTENS = ("voice.status", "voice.recorded", "voice.machine")
PRIVATE_FOR = dt.timedelta(hours=2)
_BEYOND = 99_999
"""A turn that cannot be yet: whatever question is open is put again."""
_FOREVER = "public, max-age=31536000, immutable"

calls.before_request(only_the_carrier)


@calls.errorhandler(Exception)
def _failed(error: Exception) -> Response:
    """Whatever failed outside of a turn: told to a caller as any fault, to a machine as 500."""
    if isinstance(error, HTTPException):
        return Response(f"{error.code}\n", error.code, mimetype="text/plain")
    current_app.logger.error("request_failed %s", request.url_rule, exc_info=error)
    if request.endpoint in _NOBODY_LISTENS:
        return Response("500\n", 500, mimetype="text/plain")
    if request.endpoint == "voice.outbound":
        return xml(_not_begun(request.args.get("o", ""), again=not request.args.get("f")))
    return xml(_apology(retry=_BEYOND))


@calls.post("/inbound")
def inbound() -> Response:
    """A call begins; to a number for missed calls it is turned away, and called back."""
    event = hear.event(request.form, n=0)
    if voice_here().runner.calling_back.is_missed_call(event):
        return xml(twiml.BUSY)
    return _answer(event)


@calls.post("/outbound")
def outbound() -> Response:
    """A call of ours was answered: it starts with what its row in the outbox says."""
    row_id = request.args.get("o", "")
    with services().database.reading() as connection:
        row = outbox.opening_of(connection, row_id)
    if row is None:
        abort(404)
    event = hear.event(request.form, n=0)
    with services().database.writing() as connection:
        outbox.confirm(connection, row_id, provider_id=event.leg, now=services().clock())
    if bridge_id := row.get("bridge"):
        return calling_out.taken_by_staff(event, bridge_id)
    if _is_machine(event):
        return xml(twiml.plain())
    return _answer(replace(event, opening=row, is_ours=True))


@calls.post("/turn")
def turn() -> Response:
    """The caller did something, or nothing, after turn `n - 1`."""
    event = hear.event(request.form, n=turn_asked())
    if _is_machine(event):
        # Its end at the carrier is on its way; nothing more is said to it meanwhile.
        return xml(twiml.plain())
    response = _answer(event)
    if event.heard.gone:
        voice_here().runner.endings.hang_up(event.leg, theirs=event.theirs)
    if event.heard.recording is not None:
        services().bell.ring(Work.RECORDINGS)
    return response


@calls.post("/fallback")
def fallback() -> Response:
    """The first address failed: apologise, and put the open question again; or promise a call.

    A call of ours that did not begin is begun once more, without a word, or ends in neutral ones.
    """
    if row_id := request.args.get("o"):
        address = urlsplit(request.form.get("ErrorUrl", ""))
        with services().database.reading() as connection:
            has_begun = newest(connection, request.form.get("CallSid", "")[:64]) is not None
        failed = parse_qs(address.query)
        if not has_begun or address.path == "/voice/outbound":
            return xml(_not_begun(row_id, again=not failed.get("f")))
        if not failed.get("f"):
            tag = accepted_tag(failed.get("l", ["es"])[0])
            return xml(voice_here().fallback.once_more(tag, _BEYOND))
    return xml(voice_here().fallback.after_failure(request.form))


@calls.post("/status")
def status() -> Response:
    """A call changed its state."""
    event = hear.event(request.form, n=0)
    ours = services()
    if request.form.get("CallStatus") in ("completed", "busy", "no-answer", "failed", "canceled"):
        voice_here().runner.endings.hang_up(event.leg, theirs=event.theirs)
    if row_id := request.args.get("o"):
        with ours.database.writing() as connection:
            note_call(connection, row_id=row_id, form=request.form, now=ours.clock())
            settle_row(connection, row_id, now=ours.clock())
    return Response(status=204)


@calls.post("/machine")
def machine() -> Response:
    """The carrier has listened who took a call of ours; a machine is told nothing, and left.

    A verdict that comes after she has said that she can talk was wrong.
    """
    ours, leg = services(), request.form.get("CallSid", "")[:64]
    row_id = request.args.get("o", "")
    if request.form.get("AnsweredBy", "").startswith(MACHINES) and leg:
        if voice_here().runner.endings.has_answered(leg):
            current_app.logger.info("machine_that_answers")
            return Response(status=204)
        with ours.database.writing() as connection:
            if not outbox.is_past(connection, leg):
                outbox.confirm(connection, row_id, provider_id=leg, now=ours.clock())
            machines.note_machine(connection, row_id, provider_id=leg, now=ours.clock())
        ours.bell.ring(Work.OUTBOX)
    return Response(status=204)


@calls.post("/recorded")
def recorded() -> Response:
    """A recording is ready at the carrier, or there is none."""
    ours = services()
    recording_id = request.form.get("RecordingSid", "")[:64]
    if recording_id:
        with ours.database.writing() as connection:
            recordings.announce(connection, recording_id, now=ours.clock(), ready=True)
            if request.form.get("RecordingStatus") in ("absent", "failed"):
                recordings.give_up(connection, recording_id)
        ours.bell.ring(Work.RECORDINGS)
    return Response(status=204)


@sounds.get("/prompts/<tag>/<key>.wav")
def prompt(tag: str, key: str) -> Response:
    """A prompt's sound, by the hash of its content: it never changes."""
    try:
        language(tag)
    except UnknownLanguage:
        abort(404)
    voice, version = voice_here(), request.args.get("v", "")
    content = voice.prompts.audio(key, tag, version, texts=_Texts(voice.runner, key, tag))
    if content is None:
        abort(404)
    response = Response(content, mimetype="audio/wav")
    response.headers["Cache-Control"] = _FOREVER
    response.set_etag(version)
    response.make_conditional(request)
    return response


@sounds.get("/private/<token>.wav")
def private(token: str) -> Response:
    """What somebody said, played to one caller: the address is signed and expires."""
    voice = voice_here()
    try:
        media: Any = voice.tokens.loads(token, max_age=int(PRIVATE_FOR.total_seconds()))
        content = services().media.get(str(media))
    except (BadSignature, MissingMedia):
        abort(404)
    response = Response(content, mimetype="audio/wav")
    response.headers["Cache-Control"] = "no-store"
    return response


class _Texts:
    """The words a draft may be of, read only if the draft was not made before."""

    def __init__(self, runner: Runner, key: str, tag: str) -> None:
        self._runner, self._key, self._tag = runner, key, tag

    def __iter__(self) -> Any:
        for wordings in self._runner.all_wordings():
            try:
                found = wordings.find(self._key, self._tag)
            except MissingPrompt:
                continue
            if found.tag == self._tag:
                yield found.wording.say


def _answer(event: Event) -> Response:
    voice = voice_here()
    try:
        return xml(voice.runner.turn(event, voice.renderer.render))
    except NobodyAnswers as error:
        current_app.logger.warning("nobody_answers", extra={"programme": error.slug})
        if event.is_ours:
            return xml(twiml.plain(say("call.neutral_end", "es")))
        key = "sorry.not_open" if error.slug else "sorry.unknown_number"
        return xml(twiml.plain(say(key, "es")))
    except Apologise as error:
        if event.opening is not None:
            again = not error.goodbye and not request.args.get("f")
            return xml(_not_begun(request.args.get("o", ""), again=again))
        if error.nothing_is_open:
            return xml(twiml.plain(say("sorry.goodbye", accepted_tag(request.args.get("l", "es")))))
        return xml(_apology(goodbye=error.goodbye, retry=event.n))


def _apology(*, retry: int, goodbye: bool = False) -> str:
    """In her language, without a database: language and turn are in the address."""
    fallback = voice_here().fallback
    raw = request.args.get("l")
    tag = accepted_tag(raw) if raw else None
    # The second apology in a row is the last: whatever failed still does.
    if goodbye or request.args.get("f"):
        return fallback.last_word(request.form, tag)
    return fallback.once_more(tag, retry)


def _not_begun(row_id: str, *, again: bool) -> str:
    """For a call of ours that failed before its first word: nobody knows yet who calls."""
    if again:
        return twiml.elsewhere(f"/voice/outbound?o={quote(row_id)}&f=1")
    return twiml.plain(say("call.neutral_end", "es"))


def _is_machine(event: Event) -> bool:
    """Whether this is a call of ours that a machine took."""
    if not event.is_ours:
        return False
    with services().database.reading() as connection:
        return machines.is_machine(connection, event.leg)


def private_path(tokens: URLSafeTimedSerializer, media: str) -> str:
    """The address under which `private` gives a recording for two hours."""
    return f"/voice/private/{tokens.dumps(media)}.wav"
