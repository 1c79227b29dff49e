"""Words that mean the same anywhere in a conversation by text, per language and at the carrier."""

from __future__ import annotations

from collections.abc import Iterable

from locales.folding import fold
from locales.languages import Command as Command
from locales.languages import language

# English words that the carrier itself acts on and answers, on every number, before we see them
# (Twilio's default opt-out keywords). Folded; a match is the whole message.
TWILIO_STOP = frozenset(
    ("stop", "unsubscribe", "end", "quit", "stopall", "revoke", "optout", "cancel")
)
TWILIO_START = frozenset(("start", "yes", "unstop"))
TWILIO_HELP = frozenset(("help", "info"))
_CARRIERS = TWILIO_STOP | TWILIO_START | TWILIO_HELP | {"arret", "aide"}
"""With the French ones, which a carrier may be set up with."""

_NOT_ANSWERS = frozenset(
    {
        Command.STOP,
        Command.NO_TEXTS,
        Command.START,
        Command.CALL,
        Command.HELP,
        Command.LANGUAGE,
    }
)


def is_taken(text: str, *, tags: Iterable[str]) -> bool:
    """Whether `text`, as a whole message, never arrives as an answer: the carrier acts on it, or
    it is a keyword of ours in one of these languages ("baja" stops texts: no answer may be it)."""
    return fold(text) in _CARRIERS or command_of(text, tags=tags) in _NOT_ANSWERS


def command_of(text: str, *, tags: Iterable[str]) -> Command | None:
    """The command that the whole of `text` names in the first of these languages that knows it.

    None where it is no keyword: "baja" is one, "dos de baja" is not. The carrier's English words
    are not looked at. An unknown tag raises UnknownLanguage.
    """
    word = fold(text)
    for tag in tags:
        for command, words in language(tag).keywords.items():
            if word in words:
                return command
    return None
