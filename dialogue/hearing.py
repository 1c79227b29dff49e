"""What somebody did, understood by what was asked. Pure: no channel and no script."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from dialogue.conversation import Asked, Heard
from dialogue.words import Form, Words

MORE = "more"
PAGE = 3
"""A list longer than four goes by three, its fourth is `more`."""

_BETWEEN = str.maketrans(dict.fromkeys(",;.:/+-&\n", " "))
"""What may stand between numbers in a text."""

_ONE_NUMBER = re.compile(r"(?<![\d.,-])\d+(?![.,]?\d)")
"""A whole number among words, as in "tengo 45 años"."""

EXTRA_KEYS = {"5": "dont_know", "6": "refused"}


FEWEST_DIGITS = 6
"""Of a phone's number."""

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
    REOPEN = "reopen"
    APPEAL = "appeal"
    MY_DATA = "my_data"
    QUESTION = "question"
    GRIEVANCE = "grievance"
    SUGGESTION = "suggestion"
    COMPLIMENT = "compliment"


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
    """It was not: nothing came, or something that fits nothing asked; `why` where that is known."""

    silent: bool
    why: str | None = None
    """The prompt that says what is wrong with it."""


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
        case "Enter" if asked.form != Form.CODE:
            return _entry(heard, asked, read_text)
        case "Enter":
            return _number(heard, asked, read_text)
        case "Statement":
            return _words(heard, asked, read_text)
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
    if asked.several and (chosen := _several(pressed, asked, read_text)):
        return Answer(chosen)
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
        is_silent = not given or heard.digits is not None
        return Missed(silent=is_silent, why=None if is_silent else _again(asked))
    if digits in WISH_KEYS:
        return WISH_KEYS[digits]
    if len(digits) == asked.length:
        return Answer(digits)
    # Cleared, and the carrier ended the entry at its length: from the start again, no harm done.
    if "*" in (heard.digits or ""):
        return Wish.REPEAT
    return Missed(silent=False, why=_again(asked))


def _again(asked: Asked) -> str:
    """The prompt that says how a code of this length is written."""
    return f"number.again.{asked.length}"


def _words(heard: Heard, asked: Asked, read_text: Reader) -> Understood:
    # Of unknown length it may hold words; below a second it cannot.
    if heard.recording is not None and (heard.seconds is None or heard.seconds >= 1):
        words = Words(recording=heard.recording, seconds=heard.seconds, ended_by=heard.ended_by)
        return Answer(words)
    text = (heard.text or "").strip()
    if text in WISH_KEYS:
        return WISH_KEYS[text]
    if asked.optional and text and read_text(text, ("no",)):
        return Answer(asked.silent)
    if asked.takes_media and heard.enclosed is not None and heard.enclosed.kept:
        return Answer(Words(text=text or None, enclosed=heard.enclosed))
    if len(text) == 1:
        # The number of an option, sent once more: nobody says what happened in one character.
        return Missed(silent=False)
    return Answer(Words(text=text)) if text else Missed(silent=True)


def _several(text: str, asked: Asked, read_text: Reader) -> str | None:
    """Options of a list, `1 3` or by their words; `no` for none of them; None if it is neither."""
    options = asked.options
    digits = "".join(text.translate(_BETWEEN).split())
    if digits.isdecimal() and digits.isascii():
        places = {int(digit) for digit in digits}
        if not places <= set(range(1, len(options) + 1)):
            return None
        return " ".join(option for place, option in enumerate(options, 1) if place in places)
    if read_text(text, ("no",)):
        return "no"
    named = {read_text(part.strip(), options) for part in re.split("[,;\n]", text) if part.strip()}
    return None if None in named else " ".join(option for option in options if option in named)


def _entry(heard: Heard, asked: Asked, read_text: Reader) -> Understood:
    """A number, a day or a phone's. What lies within the bounds is never taken for a global key."""
    given = heard.digits if heard.digits is not None else (heard.text or "").strip()
    if given in ("*", "#"):
        return WISH_KEYS[given]
    cleared = given.rsplit("*", 1)[-1] if heard.digits is not None else given
    if not cleared:
        return Wish.REPEAT if given else Missed(silent=True)
    if heard.digits is None and (word := read_text(cleared, tuple("123456789"))):
        cleared = word
    elif heard.digits is None and asked.silent and read_text(cleared, ("no",)):
        return Answer(asked.silent)
    if asked.form == Form.DATE:
        return _day(cleared, asked)
    if asked.form == Form.PHONE:
        return _phone(cleared, asked)
    if heard.digits is None and len(alone := _ONE_NUMBER.findall(cleared)) == 1:
        cleared = alone[0]
    if not (cleared.isdecimal() and cleared.isascii()):
        return Missed(silent=False, why="entry.not_understood")
    value = int(cleared)
    is_low = asked.low is not None and value < asked.low
    if is_low or (asked.high is not None and value > asked.high):
        if cleared in WISH_KEYS:
            return WISH_KEYS[cleared]
        return Missed(silent=False, why="entry.too_small" if is_low else "entry.too_large")
    return Answer(str(value))


def _phone(given: str, asked: Asked) -> Understood:
    """The digits of a phone's number, with whatever people write between them."""
    if given in WISH_KEYS:
        return WISH_KEYS[given]
    digits = "".join(each for each in given if each.isdecimal() and each.isascii())
    if not FEWEST_DIGITS <= len(digits) <= asked.length:
        return Missed(silent=False, why="entry.no_phone")
    return Answer(digits)


def _day(given: str, asked: Asked) -> Understood:
    """Eight digits, or in a text day, month and year with something between them."""
    if given in WISH_KEYS:
        return WISH_KEYS[given]
    parts = [part for part in given.translate(_BETWEEN).split() if part]
    if len(parts) == 1 and len(given) == 8:
        parts = [given[:2], given[2:4], given[4:]]
    if len(parts) != 3 or not all(part.isdecimal() and part.isascii() for part in parts):
        return Missed(silent=False, why="entry.day_not_understood")
    try:
        day = dt.date(int(parts[2]), int(parts[1]), int(parts[0]))
    except ValueError:
        return Missed(silent=False, why="entry.no_such_day")
    number = day.year * 10_000 + day.month * 100 + day.day
    is_early = asked.low is not None and number < asked.low
    if is_early or (asked.high is not None and number > asked.high):
        return Missed(silent=False, why="entry.too_early" if is_early else "entry.too_late")
    return Answer(day.isoformat())
