"""The carrier's requests about texts. Every one is signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy import Connection
from werkzeug.exceptions import HTTPException

from contacts import queries as people
from dialogue.runner import Runner
from dialogue.scene import Apologise, NobodyAnswers
from outreach.values import CallBack
from programmes.wordings import Wordings
from sms import hear, texts
from sms.fallback import Fallback
from sms.hear import Received, Subscription
from sms.subscribing import CONFIRMED, obey
from storage import received
from storage.queues import Work
from telephony.signature import SignatureCheck
from telephony.statuses import note_text

_LONGEST_CHOICE = 2
"""Characters of a text that is nothing but the number of an option."""

messages = Blueprint("sms", __name__, url_prefix="/sms")


@dataclass(frozen=True, slots=True)
class Sms:
    """What the webhooks work with; made once by `app`."""

    runner: Runner
    signature: SignatureCheck
    bare: Wordings
    """The prompts that belong to no programme: apologies."""
    tags: tuple[str, ...]
    """Languages whose keywords are understood."""
    fallback: Fallback
    """What is answered where a text cannot be taken now."""
    carrier_answers: bool
    """Whether the carrier itself acts on English opt-out words, as Twilio does."""


def _sms() -> Sms:
    sms: Sms = current_app.extensions["sms"]
    return sms


@messages.before_request
def _only_the_carrier() -> None:
    if not _sms().signature.is_valid(request):
        abort(403)


@messages.post("/inbound")
def inbound() -> Response:
    """Somebody wrote to us: the replies are in the answer."""
    sms = _sms()
    got = hear.received(request.form, tags=sms.tags, carrier_answers=sms.carrier_answers)
    if got is None:
        return _xml(texts.EMPTY)
    try:
        return _xml(take(sms, got))
    except NobodyAnswers as error:
        current_app.logger.warning("nobody_answers", extra={"programme": error.slug})
        return _xml(say(sms, "sorry.not_open" if error.slug else "sorry.unknown_number"))
    except Apologise as error:
        if error.language and len((got.event.heard.text or "").strip()) <= _LONGEST_CHOICE:
            # An answer to a question that is not open any more: run later it would be another's.
            return _xml(say(sms, "sorry.goodbye", error.language))
        return _xml(sms.fallback.answer(request.form, tag=error.language))


@messages.post("/status")
def status() -> Response:
    """A text of ours changed its state."""
    services = _sms().runner.services
    if row_id := request.args.get("o"):
        with services.database.writing() as connection:
            note_text(connection, row_id=row_id, form=request.form, now=services.clock())
    return Response(status=204)


@messages.post("/fallback")
def fallback() -> Response:
    """The first address failed: the same text is taken here, once, or kept until it can be."""
    return inbound()


@messages.errorhandler(Exception)
def _failed(error: Exception) -> Response:
    """Whatever failed outside of a turn: no text is lost by it."""
    if isinstance(error, HTTPException):
        return Response(f"{error.code}\n", error.code, mimetype="text/plain")
    current_app.logger.error("request_failed %s", request.url_rule, exc_info=error)
    if request.endpoint == "sms.status":
        return Response("500\n", 500, mimetype="text/plain")
    return _xml(_sms().fallback.answer(request.form))


Keep = Callable[[Connection, Received, str], None]
"""Keeps the reply to a text, in the transaction in which the text is known to have come: where it
cannot go in the answer to the carrier."""


def take(sms: Sms, got: Received, *, keep: Keep | None = None) -> str:
    """Do what a text asks for; the reply to it, as a document. Raises NobodyAnswers, Apologise.

    With `keep` the reply is kept as well, once, whatever is cut off and comes again meanwhile.
    """
    if got.subscription is not None:
        replied = _subscription(sms, got, got.subscription, keep)
        if replied is not None:
            return replied
    if got.wants_call and (replied := _call_back(sms, got, keep)) is not None:
        return replied
    answer = sms.runner.turn(got.event, texts.render)
    if got.event.heard.enclosed is not None:
        sms.runner.services.bell.ring(Work.RECORDINGS)
    if keep is not None:
        with sms.runner.services.database.writing() as connection:
            _finish(sms, connection, got, answer, keep)
    return answer


def _call_back(sms: Sms, got: Received, keep: Keep | None) -> str | None:
    """That we call, or that she has stopped all calls; None where nobody answers the number."""
    outcome = sms.runner.calling_back.call_back(got.event)
    if outcome is None:
        return None
    key = "call_back.stopped" if outcome is CallBack.OPTED_OUT else "call_back.soon"
    return _without_a_turn(sms, got, key, keep)


def _without_a_turn(sms: Sms, got: Received, key: str, keep: Keep | None) -> str:
    """A reply that is no turn, in her language: the text is known to have come all the same."""
    services = sms.runner.services
    with services.database.writing() as connection:
        tag = people.language_of(connection, vault=services.vault, number=got.event.theirs or "")
        answer = say(sms, key, tag or "es", declines=got.event.heard.enclosed is not None)
        _finish(sms, connection, got, answer, keep)
    return answer


def _subscription(sms: Sms, got: Received, wish: Subscription, keep: Keep | None) -> str | None:
    """Stop or start at once, confirmed once; said again it is as it was, and confirmed no more.

    None where there was nothing to start: then it is a greeting like any other.
    """
    services, number = sms.runner.services, got.event.theirs or ""
    with services.database.writing() as connection:
        changed = obey(connection, services, wish, number=number)
        if wish is Subscription.START and not changed and not got.answered_by_carrier:
            return None
        tag = people.language_of(connection, vault=services.vault, number=number) or "es"
        is_silent = got.answered_by_carrier or not changed
        declines = got.event.heard.enclosed is not None
        answer = texts.EMPTY if is_silent else say(sms, CONFIRMED[wish], tag, declines=declines)
        # It makes no turn: so that it is known to have come when the carrier is asked.
        _finish(sms, connection, got, answer, keep)
    return answer


def _finish(
    sms: Sms, connection: Connection, got: Received, answer: str, keep: Keep | None
) -> None:
    now = sms.runner.services.clock()
    if received.finish(connection, got.event.message or "", now=now) and keep is not None:
        keep(connection, got, answer)


def say(sms: Sms, key: str, tag: str = "es", *, declines: bool = False) -> str:
    """A prompt that belongs to no programme, as a reply; after what `declines` a picture."""
    keys = ("sms.media_declined", key) if declines else (key,)
    return texts.reply(["\n".join(sms.bare.find(each, tag).wording.text for each in keys)])


def _xml(body: str) -> Response:
    return Response(body, mimetype="text/xml")
