"""What a text message means among the options asked: a number, its word, or the option's name."""

from __future__ import annotations

from collections.abc import Callable

from dialogue.hearing import EXTRA_KEYS, Reader
from locales.folding import fold
from locales.languages import Command, language
from programmes.errors import MissingPrompt
from programmes.wordings import Wordings

_COMMANDS = {Command.YES: "yes", Command.NO: "no", Command.SEND: "send"}


def reader(wordings: Wordings, tag: Callable[[], str]) -> Reader:
    """A reader of texts in the language that `tag` gives, which may change while it is used."""

    def read(text: str, options: tuple[str, ...]) -> str | None:
        said = fold(text)
        if said.isdecimal() and said.isascii() and len(said) <= 2:
            return _by_digit(str(int(said)), options)
        for place in range(1, 10):
            if said == fold(_words(wordings, f"digit.{place}", tag())):
                return _by_digit(str(place), options)
        for command, option in _COMMANDS.items():
            if option in options and said in language(tag()).keywords.get(command, ()):
                return option
        for option in options:
            if said in _names(wordings, option, tag()):
                return option
        return None

    return read


def _by_digit(digit: str, options: tuple[str, ...]) -> str | None:
    extra = EXTRA_KEYS.get(digit)
    choices = tuple(each for each in options if each not in EXTRA_KEYS.values())
    if extra in options:
        return extra
    return choices[int(digit) - 1] if 1 <= int(digit) <= len(choices) else None


def _names(wordings: Wordings, option: str, tag: str) -> set[str]:
    try:
        wording = wordings.find(f"option.{option}", tag).wording
    except MissingPrompt:
        return set()
    return {fold(wording.text), fold(wording.say)}


def _words(wordings: Wordings, key: str, tag: str) -> str:
    try:
        return wordings.find(key, tag).wording.say
    except MissingPrompt:
        return ""
