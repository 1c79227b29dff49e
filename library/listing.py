"""Every prompt of a programme, in one language, as it stands: files, versions and recordings
brought together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from library.prompts import Prompts
from library.queries import made_here as made_here_in
from library.values import State, Version, is_made_here
from library.words import loaded_wording
from locales.catalogues import prompts as catalogue
from locales.folding import fold
from locales.languages import is_said_in, language, languages
from programmes.drafts.errors import NoDraft
from programmes.drafts.queries import draft
from programmes.queries import current
from programmes.queries import version as programme_version
from programmes.values import Programme, Wording
from programmes.wordings import Wordings

SPANISH = "es"
"""What sheets and pages show beside every other language."""

Keys = Callable[[Programme], Iterable[str]]
"""Every prompt that a caller of the programme can hear."""

_ORDER = (
    "language", "greeting", "help", "menu", "option", "press", "message", "library", "support",
    "speak", "question", "survey", "case", "call", "code", "digit", "number", "month",
)  # fmt: skip
"""The first word of a key, in the order in which a caller meets what it names."""
_LAST = ("record",)
"""What speakers alone hear."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A programme and every prompt that its callers can hear, in the order of pages."""

    programme: Programme
    keys: tuple[str, ...]
    wordings: Wordings

    def loaded(self, key: str, tag: str) -> Wording | None:
        """What the files say in exactly this language."""
        return loaded_wording(self.wordings, key, tag)

    @property
    def languages(self) -> tuple[str, ...]:
        """The programme's own first, then every other that could be recorded for it."""
        own = self.programme.languages
        return (*own, *(tag for tag in languages() if tag not in own))


@dataclass(frozen=True, slots=True)
class Entry:
    """One prompt in one language."""

    key: str
    language: str
    say: str
    """The words worked on; empty where there are none."""
    text: str
    """The written form, where it differs; else empty."""
    spanish: str
    version: Version | None
    """The version worked on; None where nobody changed what was shipped."""
    shipped: str | None
    """The hash of the shipped recording."""
    heard: str | None
    """The hash of the recording that callers hear now."""
    is_reviewed: bool
    """Whether a speaker of the language looked at the words."""

    @property
    def state(self) -> State:
        if self.version is not None:
            return self.version.state
        if self.shipped is not None:
            return State.APPROVED
        return State.DRAFT if self.say else State.MISSING

    @property
    def reviewer(self) -> str:
        return self.version.reviewer if self.version else ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a language is: prompts by state, and how many callers hear recorded."""

    language: str
    total: int
    heard: int
    states: Mapping[State, int]

    @property
    def percent(self) -> int:
        return self.heard * 100 // self.total if self.total else 0


def reach(connection: Connection, slug: str, keys: Keys) -> Reach:
    """The programme's version of now and its prompts, those that were made on a page among them.

    Raises UnknownProgramme.
    """
    programme = programme_version(connection, current(connection, slug))
    made_here = made_here_in(connection, slug)
    return reach_of(
        _with_drafted(connection, programme), lambda programme: {*keys(programme), *made_here}
    )


def _with_drafted(connection: Connection, programme: Programme) -> Programme:
    """What a draft will say for the first time can be recorded before it is published."""
    try:
        drafted = draft(connection, programme.slug).content["wordings"]
    except NoDraft:
        return programme
    known = programme.wordings
    every = {key for words in known.values() for key in words}
    return replace(
        programme,
        wordings={
            tag: {
                **{key: Wording(**words) for key, words in news.items() if key not in every},
                **known.get(tag, {}),
            }
            for tag, news in drafted.items()
        },
    )


def reach_of(programme: Programme, keys: Keys) -> Reach:
    """A programme and its prompts."""
    wordings = Wordings(programme, catalogue, fallback=lambda tag: language(tag).fallback)
    return Reach(programme, tuple(sorted(keys(programme), key=_order)), wordings)


def entry(
    reached: Reach, key: str, tag: str, *, version: Version | None, prompts: Prompts
) -> Entry:
    """How one prompt stands."""
    loaded, slug = reached.loaded(key, tag), reached.programme.slug
    spanish = reached.loaded(key, SPANISH)
    written = loaded.text if loaded and loaded.text != loaded.say else ""
    shipped = prompts.shipped(key, tag, slug)
    return Entry(
        key=key,
        language=tag,
        say=version.say if version else loaded.say if loaded else "",
        text=version.text if version and version.text is not None else written,
        spanish=spanish.say if spanish else "",
        version=version,
        shipped=shipped[0] if shipped else None,
        heard=prompts.recorded(key, tag, slug),
        is_reviewed=bool(version.reviewer if version else loaded and loaded.reviewed),
    )


def entries(
    reached: Reach, tag: str, *, versions: Mapping[tuple[str, str], Version], prompts: Prompts
) -> list[Entry]:
    """Every prompt in one language, in the order of pages."""
    return [
        entry(reached, key, tag, version=versions.get((tag, key)), prompts=prompts)
        for key in reached.keys
        if is_said_in(key, tag)
    ]


def progress(tag: str, listed: Iterable[Entry]) -> Progress:
    """How far a language is; what was made for one occasion does not count."""
    states = dict.fromkeys(State, 0)
    heard = total = 0
    for each in listed:
        if is_made_here(each.key):
            continue
        total += 1
        heard += each.heard is not None
        states[each.state] += 1
    return Progress(tag, total, heard, states)


def matching(listed: Iterable[Entry], *, state: State | None = None, text: str = "") -> list[Entry]:
    """The entries in that state whose key or words hold `text`, whatever its case and accents."""
    wanted = fold(text)
    return [
        each
        for each in listed
        if (state is None or each.state is state)
        and (
            not wanted
            or any(
                wanted in fold(words)
                for words in (
                    each.key.replace("_", " "),
                    each.key,
                    each.say,
                    each.spanish,
                    each.version.back_translation if each.version else "",
                )
            )
        )
    ]


def _order(key: str) -> tuple[int, str]:
    first = key.partition(".")[0]
    if first in _LAST:
        return len(_ORDER) + 1, key
    return (_ORDER.index(first) if first in _ORDER else len(_ORDER), key)
