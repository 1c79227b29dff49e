"""What somebody did, understood by what was asked. Pure: no channel and no script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from dialogue.conversation import Asked, Heard
from dialogue.words import Words

MORE = "more"
PAGE = 3
"""A list longer than four goes by three, its fourth is `more`."""

EXTRA_KEYS = {"5": "dont_know", "6": "refused"}


LEAVE_OUT = "#"
"""The key that goes past a question which need not be answered."""


class Wish(StrEnum):
    """What a global key or word asks for."""

    PERSON = "person"
    REPEAT = "repeat"
    BACK = "back"
    LANGUAGE = "language"
    PRIVATE = "private"
    QUICK_EXIT = "quick_exit"
    MENU = "menu"
    HELP = "help"


WISH_KEYS = {
    "0": Wish.PERSON,
    "*": Wish.REPEAT,
    "9": Wish.BACK,
    "#": Wish.LANGUAGE,
    "8": Wish.PRIVATE,
    "7": Wish.QUICK_EXIT,
}

_GLOBAL_DIGITS = tuple(key for key in WISH_KEYS if key.isdecimal())


@dataclass(frozen=True, slots=True)
class Answer:
    """The question was answered: an option's name, digits, or words."""

    value: str | Words | None


@dataclass(frozen=True, slots=True)
class Missed:
    """It was not: nothing came, or something that fits nothing asked."""

    silent: bool


Understood = Answer | Wish | Missed
Reader = Callable[[str, tuple[str, ...]], str | None]
"""Finds the option that a text means, among the names given; None if it means none."""


def page_of(options: tuple[str, ...], page: int) -> tuple[str, ...]:
    """The options of one page, in the order of their keys; after the last comes the first."""
    if len(options) <= PAGE + 1:
        return options
    pages = -(-len(options) // PAGE)
    start = (page % pages) * PAGE
    return (*options[start : start + PAGE], MORE)


def understand(heard: Heard, asked: Asked, read_text: Reader) -> Understood:
    """Take what was heard as an answer to `asked`, as a wish, or as neither."""
    if heard.command is not None:
        return _command(heard.command, asked)
    match asked.kind:
        case "Choose":
            return _choice(heard, asked, read_text)
        case "Enter":
            return _number(heard, asked, read_text)
        case "Statement":
            return _words(heard)
        case "Connect":
            return Answer("gone" if heard.gone else heard.dialled or "")
        case _:
            return Answer(None)


def _command(command: str, asked: Asked) -> Understood:
    if command in asked.options or command in asked.extras:
        return Answer(command)
    return Wish(command) if command in set(Wish) else Missed(silent=False)


def _choice(heard: Heard, asked: Asked, read_text: Reader) -> Understood:
    pressed = heard.digits if heard.digits is not None else (heard.text or "").strip()
    if not pressed:
        return Missed(silent=True)
    if len(pressed) == 1:
        if pressed.isdecimal() and 1 <= int(pressed) <= len(asked.options):
            return Answer(asked.options[int(pressed) - 1])
        if EXTRA_KEYS.get(pressed) in asked.extras:
            return Answer(EXTRA_KEYS[pressed])
        if asked.optional and pressed == LEAVE_OUT:
            return Answer(asked.silent)
        if pressed in WISH_KEYS:
            return WISH_KEYS[pressed]
    elif heard.digits is None and (named := read_text(pressed, asked.options + asked.extras)):
        return Answer(named)
    elif heard.digits is None and (key := read_text(pressed, _GLOBAL_DIGITS)):
        return WISH_KEYS[key]
    return Missed(silent=False)


def _number(heard: Heard, asked: Asked, read_text: Reader) -> Understood:
    given = heard.digits if heard.digits is not None else (heard.text or "").strip()
    if given in ("*", "#"):
        return WISH_KEYS[given]
    # `*` clears what was entered before it.
    given = given.rsplit("*", 1)[-1]
    digits = "".join(each for each in given if each.isdecimal() and each.isascii())
    if not digits:
        if asked.silent and heard.digits is None and read_text(given, ("no",)):
            return Answer(asked.silent)
        return Missed(silent=True)
    if digits in ("0", "9"):
        return WISH_KEYS[digits]
    if len(digits) == asked.length:
        return Answer(digits)
    # Cleared, and the carrier ended the entry at its length: from the start again, no harm done.
    return Wish.REPEAT if "*" in (heard.digits or "") else Missed(silent=False)


def _words(heard: Heard) -> Understood:
    # Of unknown length it may hold words; below a second it cannot.
    if heard.recording is not None and (heard.seconds is None or heard.seconds >= 1):
        return Answer(Words(recording=heard.recording, seconds=heard.seconds))
    text = (heard.text or "").strip()
    if text in WISH_KEYS:
        return WISH_KEYS[text]
    if len(text) == 1:
        # The number of an option, sent once more: nobody says what happened in one character.
        return Missed(silent=False)
    return Answer(Words(text=text)) if text else Missed(silent=True)
