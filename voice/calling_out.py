"""Calls that somebody of ours asks for on the page of a case: her phone first, then the person's.

Neither conversation is a script's: no turn, no journal and no line comes of a work phone, and the
person is told no more than who calls until she says that she can talk. Both sides see our number,
nothing is recorded, and each side takes the call by a key, so that no voicemail is ever joined.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, current_app, request
from sqlalchemy import Connection
from werkzeug.exceptions import HTTPException

from contacts import operations as contacts
from contacts import queries as people
from contacts.values import Pin
from dialogue.scene import Event
from duty import calling, operations
from duty.values import DICTATE, LONGEST, PERSON_RINGS, CallOut, Outcome
from grievances.calling import CallTo, call_over, who_is_called
from grievances.operations import choose_answer
from grievances.values import AnswerBy
from programmes.calendar import Calendar
from programmes.queries import current
from programmes.values import Programme
from voice import dictating, hear, twiml
from voice.answering import accepted_tag, only_the_carrier, say, services, voice_here, xml

calling_out = Blueprint("calling_out", __name__, url_prefix="/voice/out")
"""What the carrier posts about both sides of such a call: every request signed."""

calling_out.before_request(only_the_carrier)

YES, LATER, NEVER = "1", "2", "3"
_MOST_KEYS = 2
"""How often another key may be pressed before the call is left."""

_PIN_TRIES = 3
_PIN_LENGTH = 4
_OPTIONS = ("yes", "later", "never")


@calling_out.errorhandler(Exception)
def _failed(error: Exception) -> Response:
    """Nobody is joined by a fault; whoever is on the line hears nothing of what it was."""
    if isinstance(error, HTTPException):
        return Response(f"{error.code}\n", error.code, mimetype="text/plain")
    current_app.logger.error("request_failed %s", request.url_rule, exc_info=error)
    return xml(twiml.plain())


# The phone of whoever asked for it ---------------------------------------------------------------


def taken_by_staff(event: Event, bridge_id: str) -> Response:
    """Her phone was taken: ask for a key, in words that tell nothing but that she asked for it."""
    with services().database.writing() as connection:
        found = calling.answered(connection, bridge_id, leg=event.leg)
    if found is None:
        return xml(twiml.plain())
    return xml(_ask_staff(bridge_id, found.languages[0] if found.languages else "es", tries=1))


@calling_out.post("/key")
def staff_key() -> Response:
    """She pressed a key: with the right one the person is rung, if she may still be called, or an
    answer is recorded where that was asked for."""
    event, (bridge_id, tag) = hear.event(request.form, n=0), _asked()
    if request.form.get("Digits") != YES:
        is_last = _tries() >= _MOST_KEYS
        return xml(twiml.plain() if is_last else _ask_staff(bridge_id, tag, tries=_MOST_KEYS))
    ours = services()
    with ours.database.writing() as connection:
        found = calling.ready(connection, bridge_id, leg=event.leg, now=ours.clock())
        if found is None:
            return xml(twiml.plain())
        if found.purpose == DICTATE:
            return dictating.ask(bridge_id, tag)
        called = _called(
            connection, found, calendar=_programme(connection, found.programme).calendar
        )
        number = (
            people.number_of(connection, vault=ours.vault, line_id=called.line_id)
            if called is not None
            else None
        )
        if called is None or number is None:
            operations.end(connection, bridge_id, how="withdrawn", now=ours.clock())
            return xml(twiml.plain(say("person.not_connected", tag)))
    return xml(
        twiml.put_through(
            number,
            ours=event.ours,
            whisper=_path("her", bridge_id, accepted_tag(called.language)),
            action=_path("ended", bridge_id, tag),
            rings=PERSON_RINGS,
            longest=int(LONGEST.total_seconds()),
            before=say("person.ringing", tag),
        )
    )


@calling_out.post("/ended")
def ended() -> Response:
    """The person's side is over: keep what came of it, and tell her only whether they talked."""
    bridge_id, tag = _asked()
    is_gone = request.form.get("CallStatus") == "completed"
    how = "gone" if is_gone else request.form.get("DialCallStatus", "")[:16]
    ours = services()
    with ours.database.writing() as connection:
        outcome = call_over(connection, bridge_id, vault=ours.vault, how=how, now=ours.clock())
    has_talked = outcome is Outcome.TALKED
    return xml(twiml.plain() if has_talked else twiml.plain(say("person.not_connected", tag)))


def _ask_staff(bridge_id: str, tag: str, *, tries: int) -> str:
    tag = accepted_tag(tag)
    return twiml.screen(say("person.asked_for", tag), _path("key", bridge_id, tag, tries=tries))


# The person's phone ------------------------------------------------------------------------------


@calling_out.post("/her")
def her() -> Response:
    """Somebody took the person's phone: who calls, and whether she can talk now."""
    bridge_id, tag = _asked()

    def answer(found: CallOut, called: CallTo) -> str:
        return twiml.plain() if found.is_taken else _ask_her(found, bridge_id, tag, tries=1)

    return _to_her(bridge_id, answer)


@calling_out.post("/her/key")
def her_key() -> Response:
    """Whether she can talk now. Nobody is joined but by the key that says yes."""
    (bridge_id, tag), digits = _asked(), request.form.get("Digits", "")
    ours = services()

    def answer(found: CallOut, called: CallTo) -> str:
        if digits == YES and called.has_pin:
            return _ask_pin(found, bridge_id, tag, tries=1)
        if digits == YES:
            return _join(bridge_id)
        if digits not in (LATER, NEVER):
            is_last = _tries() >= _MOST_KEYS
            ending = twiml.plain(_prompt(found, "call.neutral_end", tag))
            return ending if is_last else _ask_her(found, bridge_id, tag, tries=_MOST_KEYS)
        how, word = ("later", "call.neutral_end")
        if found.is_taken:
            return twiml.plain()
        with ours.database.writing() as connection:
            if digits == NEVER:
                how, word = ("never", "call.never")
                contacts.opt_out_line(connection, called.line_id, now=ours.clock())
                choose_answer(
                    connection,
                    vault=ours.vault,
                    case_id=found.case_id,
                    answer_by=AnswerBy.SHE_CALLS,
                    now=ours.clock(),
                )
            operations.end(connection, bridge_id, how=how, now=ours.clock())
        return twiml.plain(_prompt(found, word, tag))

    return _to_her(bridge_id, answer)


@calling_out.post("/her/pin")
def her_pin() -> Response:
    """On a phone that others use: whether it is she. Whoever it is hears nothing of a case."""
    (bridge_id, tag), digits = _asked(), request.form.get("Digits", "")[:_PIN_LENGTH]
    ours = services()

    def answer(found: CallOut, called: CallTo) -> str:
        with ours.database.writing() as connection:
            checked = contacts.check_pin(
                connection,
                vault=ours.vault,
                person_id=called.person_id,
                pin=digits,
                now=ours.clock(),
            )
        if checked is Pin.OK or (checked is Pin.NONE and not called.has_pin):
            return _join(bridge_id)
        if checked is Pin.WRONG and _tries() < _PIN_TRIES:
            return _ask_pin(found, bridge_id, tag, tries=_tries() + 1)
        return twiml.plain(_prompt(found, "call.neutral_end", tag))

    return _to_her(bridge_id, answer)


def _to_her(bridge_id: str, answer: Callable[[CallOut, CallTo], str]) -> Response:
    """What she hears, while the call is hers to take; else it is left without a word."""
    with services().database.writing() as connection:
        found = calling.reaches_person(connection, bridge_id)
        called = _called(connection, found) if found is not None else None
    if found is None or called is None:
        return xml(twiml.plain())
    return xml(answer(found, called))


def _join(bridge_id: str) -> str:
    ours = services()
    with ours.database.writing() as connection:
        taken = operations.take(connection, bridge_id, now=ours.clock())
    return twiml.CONNECTED if taken else twiml.plain()


def _ask_her(found: CallOut, bridge_id: str, tag: str, *, tries: int) -> str:
    keys = ["call.who", "call.can_you_talk"]
    for place, option in enumerate(_OPTIONS, start=1):
        keys += [f"option.{option}", f"press.{place}"]
    return twiml.screen(
        "".join(_prompt(found, key, tag) for key in keys),
        _path("her/key", bridge_id, tag, tries=tries),
        otherwise=_prompt(found, "call.neutral_end", tag),
    )


def _ask_pin(found: CallOut, bridge_id: str, tag: str, *, tries: int) -> str:
    wrong = _prompt(found, "case.wrong_pin", tag) if tries > 1 else ""
    return twiml.screen(
        wrong + _prompt(found, "case.enter_pin", tag),
        _path("her/pin", bridge_id, tag, tries=tries),
        keys=_PIN_LENGTH,
        otherwise=_prompt(found, "call.neutral_end", tag),
    )


# What both stand on ------------------------------------------------------------------------------


def _called(
    connection: Connection, found: CallOut, *, calendar: Calendar | None = None
) -> CallTo | None:
    """Whom this call is for; None where she may not be called, or not any more.

    The hours of `calendar` count before she is rung; once she has answered she says herself.
    """
    called = who_is_called(connection, found.case_id, calendar=calendar, now=services().clock())
    return called if isinstance(called, CallTo) else None


def _prompt(found: CallOut, key: str, tag: str) -> str:
    """The element of a prompt as the programme words it."""
    voice = voice_here()
    with services().database.reading() as connection:
        programme = _programme(connection, found.programme)
    wordings = voice.runner.wordings(programme)
    return twiml.element(voice.prompts.sound(wordings, key, tag, slug=programme.slug))


def _programme(connection: Connection, slug: str) -> Programme:
    return voice_here().runner.versions.get(connection, current(connection, slug))


def _asked() -> tuple[str, str]:
    """The call, and the language of whoever is on this side of it, as the address names them."""
    return request.args.get("b", "")[:32], accepted_tag(request.args.get("l", "es"))


def _tries() -> int:
    raw = request.args.get("t", "")
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 3 else _MOST_KEYS + 1


def _path(where: str, bridge_id: str, tag: str, *, tries: int | None = None) -> str:
    counted = f"&t={tries}" if tries is not None else ""
    return f"/voice/out/{where}?b={bridge_id}{counted}&l={tag}"
