"""From a text webhook's form to what somebody wrote. One of the channel's two pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from contacts.numbers import e164
from dialogue.conversation import Heard
from dialogue.scene import Event
from dialogue.words import Enclosed
from locales.folding import fold
from locales.keywords import TWILIO_START, TWILIO_STOP, command_of
from locales.languages import Command
from storage.attachments import MOST as MOST_MEDIA
from storage.attachments import may_be_kept

MOST = 1600
"""Characters of one text at the carrier."""


class Subscription(StrEnum):
    """A text that is about texts: stop them, or let them come again."""

    STOP = "stop"
    NO_TEXTS = "no_texts"
    """Calls alone."""
    START = "start"


@dataclass(frozen=True, slots=True)
class Received:
    """A text: the event it makes, and whether it is about being written to at all."""

    event: Event
    subscription: Subscription | None
    wants_call: bool
    """Nothing but the wish to be called."""
    answered_by_carrier: bool
    """The carrier has replied in English already: our reply would be refused."""


_WISHES = {
    Command.MENU: "menu",
    Command.HELP: "help",
    Command.BACK: "back",
    Command.REPEAT: "repeat",
    Command.LANGUAGE: "language",
    Command.PERSON: "person",
    Command.PRIVATE: "private",
    Command.REOPEN: "reopen",
    Command.APPEAL: "appeal",
    Command.MY_DATA: "my_data",
    Command.QUESTION: "question",
    Command.GRIEVANCE: "grievance",
    Command.SUGGESTION: "suggestion",
    Command.COMPLIMENT: "compliment",
    Command.START: "menu",  # where nothing was stopped
}


def received(
    form: Mapping[str, str], *, tags: Iterable[str], carrier_answers: bool
) -> Received | None:
    """The text in a form; None where nobody can be answered (no number, no message id).

    `carrier_answers` says that this carrier itself acts on English opt-out words.
    """
    theirs, message = e164(form.get("From")), form.get("MessageSid") or form.get("SmsSid")
    if theirs is None or not message:
        return None
    body = form.get("Body", "")[:MOST].replace("\x00", "")
    command = command_of(body, tags=tags)
    word = fold(body)
    subscription = None
    if command is Command.STOP or word in TWILIO_STOP or form.get("OptOutType") == "STOP":
        subscription = Subscription.STOP
    elif command is Command.NO_TEXTS:
        subscription = Subscription.NO_TEXTS
    elif command is Command.START or word in TWILIO_START - {"yes"}:
        subscription = Subscription.START
    event = Event(
        channel="sms",
        ours=e164(form.get("To")) or form.get("To", ""),
        theirs=theirs,
        heard=Heard(
            text=body,
            command=_WISHES.get(command) if command else None,
            enclosed=_enclosed(form, message[:64]),
        ),
        message=message[:64],
    )
    by_carrier = carrier_answers and (
        word in TWILIO_STOP | TWILIO_START or bool(form.get("OptOutType"))
    )
    return Received(
        event,
        subscription,
        wants_call=command is Command.CALL,
        answered_by_carrier=by_carrier and subscription is not None,
    )


def _enclosed(form: Mapping[str, str], message: str) -> Enclosed | None:
    """The pictures and sounds of a text, by its id: where the form says that they are is not
    asked."""
    written = form.get("NumMedia", "")
    count = int(written) if written.isascii() and written.isdecimal() and len(written) < 4 else 0
    if not count:
        return None
    types = [form.get(f"MediaContentType{place}", "") for place in range(min(count, MOST_MEDIA))]
    kept = sum(1 for each in types if may_be_kept(each))
    return Enclosed(message, kept=kept, left_out=count - kept)
