"""An answer that a case manager speaks on her work phone: after the tone, heard again, then kept,
sent or redone by a key. No turn and no line comes of it; what she kept is on the page of the case.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request
from sqlalchemy import Connection
from werkzeug.exceptions import HTTPException

from duty import calling
from duty.values import CallOut
from grievances import dictating
from grievances.desk import notice_of, our_numbers
from grievances.dictating import Take, TakeState
from grievances.errors import AnsweredMeanwhile
from grievances.takes import LONGEST
from programmes.queries import current
from storage.queues import Work
from voice import hear, twiml
from voice.answering import accepted_tag, only_the_carrier, say, services, voice_here, xml

dictation = Blueprint("dictation", __name__, url_prefix="/voice/dictate")
"""What the carrier posts while an answer is spoken on a work phone: every request signed."""

dictation.before_request(only_the_carrier)

KEEP, SEND, AGAIN = "keep_draft", "send_answer", "again"
_HEARD = (KEEP, SEND, AGAIN)
_UNHEARD = (KEEP, AGAIN)
"""What was not heard is not sent from here."""

_TRIES = 2
"""How often she is asked where she says nothing, or presses another key."""

_WAITS = 10
_WAIT_SECONDS = 2
"""Together 20 s at the most before she may keep what she has not heard."""

_MARGIN = 5
"""Seconds by which a take is shorter than an answer may be: no codec makes it too long."""


@dictation.errorhandler(Exception)
def _failed(error: Exception) -> Response:
    """What was kept is kept; whoever is on the line hears nothing of what it was."""
    if isinstance(error, HTTPException):
        return Response(f"{error.code}\n", error.code, mimetype="text/plain")
    current_app.logger.error("request_failed %s", request.url_rule, exc_info=error)
    return xml(twiml.plain(say("dictate.stopped", _asked()[1])))


def ask(bridge_id: str, tag: str) -> Response:
    """She took the call that she had asked for: what to do, and the tone."""
    return xml(_record(bridge_id, tag, tries=1))


@dictation.post("/take")
def take() -> Response:
    """She has spoken, or has not. Who hangs up while she speaks has kept nothing of it."""
    (bridge_id, tag), ours = _asked(), services()
    event = hear.event(request.form, n=0)
    spoken = event.heard.recording
    with ours.database.writing() as connection:
        call = calling.dictates(connection, bridge_id, leg=event.leg)
        take_id = (
            dictating.begin(
                connection,
                bridge_id,
                recording_id=spoken,
                seconds=event.heard.seconds,
                now=ours.clock(),
            )
            if spoken is not None
            else None
        )
    if spoken is not None:
        ours.bell.ring(Work.RECORDINGS)
    if call is None or event.heard.gone:
        return xml(twiml.plain())
    if take_id is not None:
        return xml(_wait(bridge_id, tag, take_id, waits=1))
    if _counted() < _TRIES:
        return xml(_record(bridge_id, tag, tries=_counted() + 1))
    return xml(twiml.plain(say("dictate.stopped", tag)))


@dictation.post("/hear")
def hear_take() -> Response:
    """She hears her take as soon as it is here, and is asked what becomes of it."""
    bridge_id, tag = _asked()
    with services().database.writing() as connection:
        found = _found(connection, bridge_id)
    if found is None:
        return xml(twiml.plain())
    _, spoken = found
    if spoken.state is TakeState.WAITING and _counted() < _WAITS:
        return xml(_wait(bridge_id, tag, spoken.id, waits=_counted() + 1))
    if spoken.state is TakeState.BAD:
        return xml(_record(bridge_id, tag, tries=_TRIES, before="record.fault.absent"))
    return xml(_check(spoken, bridge_id, tag, tries=1))


@dictation.post("/wish")
def wish() -> Response:
    """What becomes of the take. Another key, or none, is asked once more, and then left."""
    (bridge_id, tag), ours = _asked(), services()
    options = _HEARD if request.args.get("o") == "heard" else _UNHEARD
    keyed = {str(place): option for place, option in enumerate(options, start=1)}
    chosen = keyed.get(request.form.get("Digits", ""))
    try:
        with ours.database.writing() as connection:
            found = _found(connection, bridge_id)
            said = _done(connection, *found, chosen) if found else None
    except AnsweredMeanwhile:
        # Nothing of the sending was kept; what she said is.
        with ours.database.writing() as connection:
            found = _found(connection, bridge_id)
            if found is not None:
                dictating.keep(connection, found[1].id, call=found[0], now=ours.clock())
        said = "dictate.answered_meanwhile"
    if found is None:
        return xml(twiml.plain())
    if said is not None:
        ours.bell.ring(Work.OUTBOX)
        return xml(twiml.plain(say(said, tag)))
    if chosen == AGAIN:
        return xml(_record(bridge_id, tag, tries=1))
    if _counted() < _TRIES:
        return xml(_check(found[1], bridge_id, tag, tries=_counted() + 1))
    return xml(twiml.plain(say("dictate.stopped", tag)))


def _done(connection: Connection, call: CallOut, spoken: Take, chosen: str | None) -> str | None:
    """Keep or send a take as she chose: which words tell what came of it; None for neither."""
    ours = services()
    now = ours.clock()
    if chosen == KEEP:
        is_kept = dictating.keep(connection, spoken.id, call=call, now=now)
        return "dictate.kept" if is_kept else "record.fault.absent"
    if chosen != SEND:
        return None
    programme = voice_here().runner.versions.get(connection, current(connection, call.programme))
    dictating.send(
        connection,
        spoken.id,
        call=call,
        vault=ours.vault,
        numbers=our_numbers(connection, programme),
        notice=notice_of(programme),
        now=now,
    )
    return "dictate.sent"


# What she hears ----------------------------------------------------------------------------------


def _record(bridge_id: str, tag: str, *, tries: int, before: str | None = None) -> str:
    return twiml.dictate(
        (say(before, tag) if before else "") + say("dictate.after_tone", tag),
        _path("take", bridge_id, tag, counted=tries),
        at_most=LONGEST - _MARGIN,
    )


def _wait(bridge_id: str, tag: str, take_id: str, *, waits: int) -> str:
    part = say("support.wait", tag) if waits == 1 else ""
    there = _path("hear", bridge_id, tag, counted=waits, take_id=take_id)
    return twiml.wait(part, there, seconds=_WAIT_SECONDS)


def _check(spoken: Take, bridge_id: str, tag: str, *, tries: int) -> str:
    """Her take, and what may become of it; without the take, where it cannot be heard yet."""
    is_heard = spoken.media is not None
    options = _HEARD if is_heard else _UNHEARD
    parts = [say("record.your_take" if is_heard else "record.unheard_check", tag)]
    if spoken.media is not None:
        parts += [twiml.private(voice_here().renderer.private_url(spoken.media))]
        parts += [say("record.check", tag)]
    for place, option in enumerate(options, start=1):
        parts += [say(f"option.{option}", tag), say(f"press.{place}", tag)]
    of = "heard" if is_heard else "unheard"
    there = _path("wish", bridge_id, tag, counted=tries, take_id=spoken.id) + f"&o={of}"
    return twiml.ask_key("".join(parts), there)


# What all stand on -------------------------------------------------------------------------------


def _found(connection: Connection, bridge_id: str) -> tuple[CallOut, Take] | None:
    """The take that the address names and its call, while that lasts."""
    leg = hear.event(request.form, n=0).leg
    call = calling.dictates(connection, bridge_id, leg=leg)
    if call is None:
        return None
    take_id = request.args.get("k", "")[:32]
    spoken = dictating.take_of_call(connection, take_id, bridge_id=bridge_id)
    return (call, spoken) if spoken is not None else None


def _asked() -> tuple[str, str]:
    """The call, and the language of whoever speaks, as the address names them."""
    return request.args.get("b", "")[:32], accepted_tag(request.args.get("l", "es"))


def _counted() -> int:
    raw = request.args.get("t", "")
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 3 else _WAITS


def _path(where: str, bridge_id: str, tag: str, *, counted: int, take_id: str | None = None) -> str:
    of = f"&k={take_id}" if take_id is not None else ""
    return f"/voice/dictate/{where}?b={bridge_id}{of}&t={counted}&l={tag}"
