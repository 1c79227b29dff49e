"""The carrier's requests about texts. Every one is signed."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, current_app, request
from werkzeug.exceptions import HTTPException

from contacts import operations as contacts
from contacts import queries as people
from dialogue.runner import Runner
from dialogue.scene import Apologise, NobodyAnswers
from outreach.values import CallBack
from programmes.wordings import Wordings
from sms import hear, texts
from sms.fallback import Fallback
from sms.hear import Received, Subscription
from storage import received
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
    if got.subscription is not None:
        replied = _subscription(sms, got, got.subscription)
        if replied is not None:
            return _xml(replied)
    if got.has_only_media:
        return _xml(_say("sms.media_declined", _taken_without_a_turn(sms, got)))
    if got.wants_call and (replied := _call_back(sms, got)) is not None:
        return _xml(replied)
    try:
        return _xml(sms.runner.turn(got.event, texts.render))
    except NobodyAnswers as error:
        current_app.logger.warning("nobody_answers", extra={"programme": error.slug})
        return _xml(_say("sorry.not_open" if error.slug else "sorry.unknown_number"))
    except Apologise as error:
        if error.language and len((got.event.heard.text or "").strip()) <= _LONGEST_CHOICE:
            # An answer to a question that is not open any more: run later it would be another's.
            return _xml(_say("sorry.goodbye", error.language))
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


def _call_back(sms: Sms, got: Received) -> str | None:
    """That we call, or that she has stopped all calls; None where nobody answers the number."""
    outcome = sms.runner.calling_back.call_back(got.event)
    if outcome is None:
        return None
    tag = _taken_without_a_turn(sms, got)
    return _say("call_back.stopped" if outcome is CallBack.OPTED_OUT else "call_back.soon", tag)


def _taken_without_a_turn(sms: Sms, got: Received) -> str:
    """Her language, for a reply that is no turn: the text is known to have come all the same."""
    services = sms.runner.services
    with services.database.writing() as connection:
        received.finish(connection, got.event.message or "", now=services.clock())
        return (
            people.language_of(connection, vault=services.vault, number=got.event.theirs or "")
            or "es"
        )


def _subscription(sms: Sms, got: Received, wish: Subscription) -> str | None:
    """Stop or start at once, confirmed once; said again it is as it was, and confirmed no more.

    None where there was nothing to start: then it is a greeting like any other.
    """
    services, number = sms.runner.services, got.event.theirs or ""
    with services.database.writing() as connection:
        # It makes no turn: so that it is known to have come when the carrier is asked.
        received.finish(connection, got.event.message or "", now=services.clock())
        if wish is Subscription.STOP:
            changed = contacts.opt_out(
                connection, vault=services.vault, number=number, now=services.clock()
            )
        else:
            changed = contacts.opt_in(connection, vault=services.vault, number=number)
        tag = people.language_of(connection, vault=services.vault, number=number) or "es"
    if got.answered_by_carrier or (wish is Subscription.STOP and not changed):
        return texts.EMPTY
    if wish is Subscription.START and not changed:
        return None
    key = "sms.stopped" if wish is Subscription.STOP else "sms.started"
    return _say(key, tag)


def _say(key: str, tag: str = "es") -> str:
    return texts.reply([_sms().bare.find(key, tag).wording.text])


def _xml(body: str) -> Response:
    return Response(body, mimetype="text/xml")
