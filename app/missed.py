"""Texts that the carrier has and that never reached us: run as if they had just arrived.

Nobody waits for the answer any more: it goes out by the outbox.
"""

from __future__ import annotations

import logging
from xml.etree import ElementTree

from sqlalchemy import Connection

from contacts import operations as contacts
from contacts.numbers import e164
from dialogue import turns
from dialogue.runner import Runner
from dialogue.scene import Apologise, NobodyAnswers
from locales.languages import languages
from sms import hear, texts
from sms.hear import Received
from sms.subscribing import obey
from storage import outbox, received
from storage.services import Services
from telephony.values import ReceivedText

log = logging.getLogger(__name__)


def receive(
    services: Services, runner: Runner, text: ReceivedText, *, carrier_answers: bool
) -> bool:
    """Run a text unless it was run before, however often and by however many this is asked;
    False where we had it. One that nobody answers, or that fails, stays to be run next time."""
    if is_known(services, text.provider_id):
        return False
    form = {
        "From": text.from_,
        "To": text.to,
        "Body": text.body,
        "MessageSid": text.provider_id,
        "NumMedia": str(len(text.media)),
        **{f"MediaContentType{place}": each for place, each in enumerate(text.media)},
    }
    got = hear.received(form, tags=tuple(languages()), carrier_answers=carrier_answers)
    if got is None:
        return False
    with services.database.writing() as connection:
        received.begin(connection, text.provider_id, now=services.clock())
    if got.subscription is not None:
        return _subscribe(services, got, text.provider_id)
    if got.wants_call:
        return _call_back(services, runner, got, text.provider_id)
    try:
        answer = runner.turn(got.event, texts.render)
    except NobodyAnswers:
        return False
    except Apologise:
        log.warning("missed_text_failed")
        return False
    with services.database.writing() as connection:
        if received.finish(connection, text.provider_id, now=services.clock()):
            _answer(services, connection, got, answer)
    return True


def is_known(services: Services, text_id: str) -> bool:
    """Whether a text was run before, and everything that it asked for is done."""
    with services.database.reading() as connection:
        done = received.is_done(connection, text_id)
        if done is not None:
            return done
        return turns.of_event(connection, text_id) is not None


def _call_back(services: Services, runner: Runner, got: Received, text_id: str) -> bool:
    """She asked to be called: the call is the answer."""
    if runner.calling_back.call_back(got.event) is None:
        return False
    with services.database.writing() as connection:
        return received.finish(connection, text_id, now=services.clock())


def _subscribe(services: Services, got: Received, text_id: str) -> bool:
    """Her wish is obeyed; a confirmation would come hours later, and unasked."""
    number, now = got.event.theirs or "", services.clock()
    with services.database.writing() as connection:
        if not received.finish(connection, text_id, now=now):
            return False
        if got.subscription is not None:
            obey(connection, services, got.subscription, number=number)
    return True


def _answer(services: Services, connection: Connection, got: Received, answer: str) -> None:
    sender = e164(got.event.ours)
    # Our own renderer's document, made a moment ago.
    parts = [each.text for each in ElementTree.fromstring(answer) if each.text]  # noqa: S314
    if sender is None or not parts:
        return
    vault, now = services.vault, services.clock()
    person = contacts.keep_person(
        connection, vault=vault, number=got.event.theirs or "", language=None, now=now
    )
    for part in parts:
        outbox.add_text(
            connection,
            sender=sender,
            line_id=person.line_id,
            sealed_body=vault.seal_text(outbox.BODY, part),
            now=now,
        )
