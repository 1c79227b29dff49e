"""Ringing whoever is on duty for a caller: both see our number alone, and nothing is recorded.

The caller's turn leads here by a redirect, so that the number that is rung stands in no turn. What
came of it the carrier posts to the next turn, as it posts any answer.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException

from duty import operations, queries
from duty.values import LONGEST, RINGS
from voice import hear, twiml
from voice.answering import accepted_tag, only_the_carrier, say, services, turn_asked, xml

bridging = Blueprint("bridging", __name__, url_prefix="/voice")
"""What the carrier posts about a call that is put through: every request signed."""

bridging.before_request(only_the_carrier)

TAKES_IT = "1"
_MOST_KEYS = 2
"""How often who is rung may press another key before the call is left to the next."""


@bridging.errorhandler(Exception)
def _failed(error: Exception) -> Response:
    """A caller goes on as if nobody had answered; who is rung is left alone."""
    if isinstance(error, HTTPException):
        return Response(f"{error.code}\n", error.code, mimetype="text/plain")
    current_app.logger.error("request_failed %s", request.url_rule, exc_info=error)
    return xml(_onward() if request.endpoint == "bridging.dial" else twiml.plain())


@bridging.post("/dial")
def dial() -> Response:
    """Whom to ring for this caller. Asked again it answers the same, while the call lasts."""
    event = hear.event(request.form, n=0)
    bridge_id, ours = request.args.get("b", ""), services()
    with ours.database.reading() as connection:
        found = queries.ringing(connection, bridge_id, leg=event.leg, vault=ours.vault)
    if found is None:
        return xml(_onward())
    spoken = found.languages[0] if found.languages else "es"
    return xml(
        twiml.put_through(
            found.number,
            ours=event.ours,
            whisper=f"/voice/whisper?b={bridge_id}&l={accepted_tag(spoken)}",
            action=twiml.turn_path(turn_asked(), accepted_tag(request.args.get("l", "es"))),
            rings=RINGS,
            longest=int(LONGEST.total_seconds()),
        )
    )


@bridging.post("/whisper")
def whisper() -> Response:
    """Who is rung has answered: ask for a key, so that no voicemail ever takes a call."""
    bridge_id = request.args.get("b", "")
    with services().database.reading() as connection:
        waits = queries.is_waiting(connection, bridge_id)
    return xml(_ask(bridge_id, tries=1) if waits else twiml.plain())


@bridging.post("/whisper/key")
def whisper_key() -> Response:
    """The key was pressed, or another."""
    bridge_id, ours = request.args.get("b", ""), services()
    if request.form.get("Digits") != TAKES_IT:
        tries = request.args.get("t", "")
        is_last = not tries.isdecimal() or int(tries) >= _MOST_KEYS
        return xml(twiml.plain() if is_last else _ask(bridge_id, tries=_MOST_KEYS))
    with ours.database.writing() as connection:
        taken = operations.take(connection, bridge_id, now=ours.clock())
    return xml(twiml.CONNECTED if taken else twiml.plain())


def _ask(bridge_id: str, *, tries: int) -> str:
    tag = accepted_tag(request.args.get("l", "es"))
    return twiml.screen(
        say("person.whisper", tag), f"/voice/whisper/key?b={quote(bridge_id)}&t={tries}&l={tag}"
    )


def _onward() -> str:
    """The caller's next turn, which finds that nobody took the call."""
    tag = accepted_tag(request.args.get("l", "es"))
    return twiml.elsewhere(twiml.turn_path(turn_asked(), tag))
