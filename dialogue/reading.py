"""What a text message means among the options asked: a number, its word, or the option's name.

Understood in her language first, then in the others of the programme: who writes in two mixes
them. What might mean two options means none, and is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dialogue.hearing import EXTRA_KEYS, Reader
from locales.folding import fold
from locales.languages import Command, Language, language
from programmes.errors import MissingPrompt
from programmes.wordings import Wordings

_COMMANDS = {
    Command.YES: ("yes", "accept"),
    Command.NO: ("no", "refuse"),
    Command.SEND: ("send",),
}
"""The options that a word stands for, wherever one of them is offered."""
_APART = re.compile(r"[\W_]+")
_NUMBERED = re.compile(r"(\d{1,2})\W+(.+)")


def reader(wordings: Wordings, tag: Callable[[], str], *, others: tuple[str, ...] = ()) -> Reader:
    """A reader of texts in the language that `tag` gives, which may change while it is used, and
    in `others` where that knows no answer."""

    def read(text: str, options: tuple[str, ...]) -> str | None:
        said = fold(text)
        if (numbered := _NUMBERED.fullmatch(said)) is not None:
            return _of_both(numbered[1], numbered[2], options)
        return _of_one(said, options)

    def _of_both(number: str, words: str, options: tuple[str, ...]) -> str | None:
        """`2. polvo`: its number, unless the words are another option's."""
        meant, named = _by_digit(str(int(number)), options), _of_one(words, options)
        if named is None and not _are_fillers(words):
            return None
        return meant if named in (None, meant) else None

    def _are_fillers(words: str) -> bool:
        return any(not _without_fillers(words, language(each)) for each in _tags())

    def _of_one(said: str, options: tuple[str, ...]) -> str | None:
        found = (_in(said, options, each) for each in _tags())
        return next((each for each in found if each is not None), None)

    def _tags() -> tuple[str, ...]:
        return tuple(dict.fromkeys((tag(), *others)))

    def _in(said: str, options: tuple[str, ...], tag: str) -> str | None:
        for option in options:
            if said in _names(wordings, option, tag):
                return option
        spoken = language(tag)
        for command, meant in _COMMANDS.items():
            if said in spoken.keywords.get(command, ()):
                offered = next((each for each in meant if each in options), None)
                if offered is not None:
                    return offered
        bare = _without_fillers(said, spoken)
        if bare.isdecimal() and bare.isascii() and len(bare) <= 2:
            return _by_digit(str(int(bare)), options)
        number = spoken.numbers.get(bare)
        return _by_digit(str(number), options) if number is not None else None

    return read


def _without_fillers(said: str, spoken: Language) -> str:
    """`1` of `opción 1, por favor`; what is left of nothing but such words is empty."""
    words = _APART.sub(" ", said).strip()
    before = ""
    while words != before:
        before = words
        for filler in spoken.fillers:
            if words == filler:
                return ""
            words = words.removeprefix(f"{filler} ").removesuffix(f" {filler}")
    return words


def _by_digit(digit: str, options: tuple[str, ...]) -> str | None:
    if digit in options:  # keys that are read by their words, such as "cero"
        return digit
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
