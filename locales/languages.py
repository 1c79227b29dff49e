"""The languages that this installation knows, read from `<tag>/language.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from babel import Locale, UnknownLocaleError

from locales.counting import Counting, is_clip, read_counting
from locales.folding import fold
from locales.results import ResultWords, read_result_words

FOLDER = Path(__file__).parent
_ALIASES = {"qu": "quy", "que": "quy"}
"""Macrolanguage codes that clients send for the first Quechua catalogue."""
_DEFAULT_FORMATS = "es_PE"


class LanguageError(ValueError):
    """A language file that cannot be used; the message names the file and what is wrong."""


class UnknownLanguage(LookupError):
    """No folder in `locales/` has this tag."""


class Command(StrEnum):
    """What a keyword asks for."""

    MENU = "menu"
    HELP = "help"
    BACK = "back"
    REPEAT = "repeat"
    STOP = "stop"
    NO_TEXTS = "no_texts"
    START = "start"
    LANGUAGE = "language"
    CALL = "call"
    PERSON = "person"
    YES = "yes"
    NO = "no"
    SEND = "send"
    PRIVATE = "private"
    """Help in private; among its words one that says nothing to whoever reads over her shoulder."""
    REOPEN = "reopen"
    """Her case has its outcome, and it is no better."""
    APPEAL = "appeal"
    """Somebody else is to look at it."""
    MY_DATA = "my_data"
    """To know what is kept of her, or to have it deleted."""
    QUESTION = "question"
    GRIEVANCE = "grievance"
    SUGGESTION = "suggestion"
    COMPLIMENT = "compliment"
    """What she wants to tell, said in a word."""


@dataclass(frozen=True, slots=True)
class SayVoice:
    """A carrier's own voice, as `<Say>` names it."""

    voice: str
    language: str


@dataclass(frozen=True, slots=True)
class Language:
    """What the program must know of a language; its words are in its catalogue."""

    tag: str
    """BCP-47."""
    own_name: str
    english_name: str
    fallback: tuple[str, ...]
    """Tags to turn to where a prompt is missing, nearest first, chosen by speakers."""
    is_complete: bool
    """Whether its catalogue must hold every prompt."""
    say: SayVoice | None
    """None where no carrier's voice speaks it: it is then only ever recorded."""
    draft_voice: str | None
    """The espeak-ng voice for trying a menu before it is recorded."""
    formats: str
    """The Babel locale for dates and numbers; Babel knows few of our tags."""
    keywords: Mapping[Command, tuple[str, ...]]
    """Per command its words, folded."""
    numbers: Mapping[str, int]
    """Words for 0 to 9, folded."""
    fillers: frozenset[str]
    """Words that people write round an answer, folded."""
    common: frozenset[str] = frozenset()
    """Words that most sentences hold one of and no other language here has, folded: by them it is
    told apart in writing."""
    counting: Counting | None = None
    """How it says numbers and dates; None where they are said in the language it falls back to."""
    clips: frozenset[str] = frozenset()
    """The prompts that numbers and dates are put together from."""
    straight_apostrophe: bool = False
    """Whether it is written with ' alone, which a text message carries cheaply."""
    results: ResultWords | None = None
    """How a community is told what it said; None where nobody has written that yet."""


@lru_cache(maxsize=8)
def languages(folder: Path = FOLDER) -> Mapping[str, Language]:
    """Every language by its tag, read once. A file that is wrong raises LanguageError."""
    known = {path.parent.name: _read(path) for path in sorted(folder.glob("*/language.yaml"))}
    for each in known.values():
        for tag in each.fallback:
            if tag not in known or tag == each.tag:
                raise LanguageError(f"{folder / each.tag}/language.yaml: no fallback {tag!r}")
    return MappingProxyType(known)


def complete_languages() -> tuple[str, ...]:
    """The tags of the languages that have every prompt: what is said to whoever is unknown."""
    return tuple(tag for tag, each in languages().items() if each.is_complete)


def language(tag: str) -> Language:
    """The language of exactly this tag, or UnknownLanguage."""
    try:
        return languages()[tag]
    except KeyError as error:
        raise UnknownLanguage(tag) from error


def is_said_in(key: str, tag: str, *, folder: Path = FOLDER) -> bool:
    """Whether a prompt has a place in the language: parts of numbers only where it counts so."""
    return not is_clip(key) or key in languages(folder)[tag].clips


def clips_of(tags: Iterable[str]) -> frozenset[str]:
    """What numbers and dates may be put together from, in these languages and their fallbacks."""
    chain = {each for tag in tags for each in (tag, *language(tag).fallback)}
    return frozenset(clip for tag in chain for clip in language(tag).clips)


def accepted(tag: str) -> str:
    """Our tag for what a client may call the language: `qu`, `que`, `quy-PE`, `ES` and the like.

    UnknownLanguage where there is none.
    """
    primary = tag.strip().replace("_", "-").partition("-")[0].lower()
    return language(_ALIASES.get(primary, primary)).tag


def formats_of(tag: str) -> Locale:
    """The Babel locale for dates and numbers beside words in `tag`. Never raises.

    A language without a folder, or of which Babel knows nothing, is formatted as in Peru.
    """
    known = languages().get(tag)
    return Locale.parse(known.formats if known else _DEFAULT_FORMATS)


def _read(path: Path) -> Language:
    try:
        facts = yaml.safe_load(path.read_text("utf-8"))
        found = _language(facts)
    except KeyError as error:
        raise LanguageError(f"{path}: {error.args[0]} is missing") from error
    except (yaml.YAMLError, TypeError, ValueError, AttributeError, UnknownLocaleError) as error:
        raise LanguageError(f"{path}: {error}") from error
    if found.tag != path.parent.name:
        raise LanguageError(f"{path}: the tag {found.tag!r} is not the folder's name")
    return found


def _language(facts: Mapping[str, Any]) -> Language:
    say = facts["say"]
    counting = read_counting(facts["counting"]) if facts.get("counting") else None
    return Language(
        tag=str(facts["tag"]),
        own_name=str(facts["own_name"]),
        english_name=str(facts["english_name"]),
        fallback=tuple(facts["fallback"]),
        is_complete=bool(facts["complete"]),
        say=SayVoice(voice=say["voice"], language=say["language"]) if say else None,
        draft_voice=facts["draft_voice"],
        formats=str(Locale.parse(facts["formats"])),
        keywords=_keywords(facts["keywords"]),
        counting=counting,
        clips=counting.clips() if counting else frozenset(),
        numbers=_numbers(facts["numbers"]),
        fillers=frozenset(fold(str(word)) for word in facts["fillers"]),
        common=frozenset(fold(str(word)) for word in facts.get("common", ())),
        straight_apostrophe=facts.get("apostrophe") == "straight",
        results=read_result_words(facts["results"]) if facts.get("results") else None,
    )


def _numbers(words_of: Mapping[int, list[str]]) -> Mapping[str, int]:
    """Each folded word's number. ValueError where a number is missing or a word has two."""
    if sorted(words_of) != list(range(10)):
        raise ValueError("numbers are those from 0 to 9")
    numbers: dict[str, int] = {}
    for number, words in words_of.items():
        for word in words:
            if numbers.setdefault(fold(str(word)), number) != number:
                raise ValueError(f"the word {word!r} is two numbers")
    return MappingProxyType(numbers)


def _keywords(words_of: Mapping[str, list[str]]) -> Mapping[Command, tuple[str, ...]]:
    """Each command's words, folded. ValueError for a word of two commands or a missing command."""
    unknown = [name for name in words_of if name not in list(Command)]
    if unknown:
        raise ValueError(f"no such command: {unknown[0]!r} (write yes and no in quotes)")
    owners: dict[str, Command] = {}
    for command in Command:
        if not words_of.get(command):
            raise ValueError(f"no keyword for {command}")
        for word in words_of[command]:
            folded = fold(str(word))
            if not folded or owners.setdefault(folded, command) is not command:
                raise ValueError(f"the keyword {word!r} belongs to two commands")
    return MappingProxyType(
        {
            command: tuple(word for word, owner in owners.items() if owner is command)
            for command in Command
        }
    )
