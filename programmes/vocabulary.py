"""The words of a programme while they are gathered: one wording per key, in every language."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from locales.catalogues import PLACEHOLDERS, placeholders
from locales.gsm import cheapest, segments
from locales.wording import Wording
from programmes.nodes import Field, did_you_mean

RESERVED_OPTIONS = frozenset({"dont_know", "refused", "more"})
"""Options whose sense and key are the same everywhere (5 and 6 in a survey, 4 of a long list)."""

_QUECHUAN = frozenset(
    {"qu", "que"}
    | {f"qu{last}" for last in "bdfghklprswxyz"}
    | {f"qv{last}" for last in "acehijlmnopswz"}
    | {f"qw{last}" for last in "achs"}
    | {f"qx{last}" for last in "achlnoprtuw"}
)
"""ISO 639-3: in these an apostrophe is a letter. The straight one fits GSM-7, no other does."""
_OTHER_APOSTROPHES = frozenset("\u2018\u2019\u02bc\u02b9\u2032\u00b4\u0060")
LONGEST_SUMMARY = 3
"""SMS segments of a library message as text."""
_NAMES_A_THING = ("option.", "question.", "message.", "place.")


class Vocabulary:
    """Every prompt that a programme words, and every prompt that it needs.

    `known_tags` are the languages that exist; `system` gives, per language, the prompt keys that
    need no wording of the programme's own; in `incomplete` languages anything may lack words: what
    they lack is heard in the language they fall back to.
    """

    def __init__(
        self,
        languages: tuple[str, ...],
        *,
        known_tags: Collection[str],
        system: Mapping[str, Collection[str]],
        incomplete: Collection[str] = (),
    ) -> None:
        self.languages = languages
        self._whole = tuple(tag for tag in languages if tag not in incomplete)
        self._known_tags = known_tags
        self._system = system
        self._said: dict[str, tuple[Field, dict[str, Wording]]] = {}
        self._ready: dict[str, Mapping[str, Wording]] = {}
        self._needed: dict[str, Field] = {}

    def add(self, key: str, field: Field) -> None:
        """Take the wording of `key`; the same one again is no mistake, a different one is."""
        words = self._by_language(key, field)
        if key.removeprefix("option.") in RESERVED_OPTIONS:
            field.note(f"{key!r} is reserved: it means the same in every programme")
        elif key not in self._said:
            self._said[key] = (field, words)
        elif self._said[key][1] != words:
            first = self._said[key][0]
            field.note(f"{key!r} is worded differently in {first.file}:{first.line}")

    def offer(self, key: str, words: Mapping[str, Wording]) -> None:
        """Ready words for `key`, by language, for where the programme has none of its own."""
        self._ready.setdefault(key, words)

    def need(self, key: str, field: Field) -> None:
        """Remember that `field` makes callers hear the prompt `key`."""
        self._needed.setdefault(key, field)

    def has(self, key: str) -> bool:
        """Whether the programme itself words `key`."""
        return key in self._said

    def note_gaps(self) -> None:
        """Note what is needed and worded nowhere, and what is worded and needed nowhere."""
        spoken = [tag for tag in self._whole if tag in self._known_tags]
        for key, field in self._needed.items():
            if key not in self._said:
                ready = self._ready.get(key, {})
                silent = [
                    tag
                    for tag in spoken
                    if key not in self._system.get(tag, ()) and tag not in ready
                ]
                if silent:
                    close = _close(key, self._said)
                    field.note(f"{key!r} has no wording in {', '.join(silent)}{close}")
        elsewhere = {f"option.{tag}" for tag in self.languages}.union(*self._system.values())
        for key, (field, _) in self._said.items():
            if key.startswith(_NAMES_A_THING) and key not in elsewhere | self._needed.keys():
                close = _close(key, self._needed)
                field.note(f"{key!r} is worded, but nothing in the programme uses it{close}")

    def content(self) -> dict[str, dict[str, Any]]:
        """By language, then by key: what the programme itself says, as `from_content` takes it."""
        said = {key: words for key, (_, words) in self._said.items()}
        for key, words in self._ready.items():
            if key in self._needed and key not in said:
                said[key] = dict(words)
        return {
            tag: {key: asdict(words[tag]) for key, words in said.items() if tag in words}
            for tag in self.languages
        }

    def _by_language(self, key: str, field: Field) -> dict[str, Wording]:
        words: dict[str, Wording] = {}
        given = field.entries()
        for tag, member in given.items():
            if self.languages and tag not in self.languages:
                if tag in self._known_tags:
                    member.note(f"the programme does not offer the language {tag!r}")
                else:
                    member.note(f"unknown language {tag!r}{did_you_mean(tag, self._known_tags)}")
            else:
                words[tag] = _wording(member, key, tag)
        missing = [tag for tag in self._whole if tag not in given]
        if missing and field.is_record:
            field.note(f"{key!r} has no wording in {', '.join(missing)}")
        return words


def _close(key: str, known: Collection[str]) -> str:
    """As `did_you_mean`, among keys of the same kind and by what follows it."""
    kind, dot, name = key.rpartition(".")
    same = {each.removeprefix(kind + dot) for each in known if each.startswith(kind + dot)}
    return did_you_mean(name, same - {name})


def _wording(field: Field, key: str, tag: str) -> Wording:
    members = field.record("say", optional=("text", "reviewed"))
    say = " ".join(_words(members["say"], tag).split())
    text = say
    if members["text"].is_given:
        text = _words(members["text"], tag, may_hold=PLACEHOLDERS)
    if key.startswith("message."):
        cost = segments(cheapest(text)).count
        if cost > LONGEST_SUMMARY:
            place = members["text"] if members["text"].is_given else members["say"]
            place.note(f"{key!r} takes {cost} SMS segments in {tag}, {LONGEST_SUMMARY} at most")
    return Wording(say=say, text=text, reviewed=members["reviewed"].flag())


def _words(field: Field, tag: str, *, may_hold: frozenset[str] = frozenset()) -> str:
    text = field.text()
    try:
        unknown = sorted(placeholders(text) - may_hold)
    except ValueError as error:
        field.note(f"{field.label}: {error}")
    else:
        if unknown:
            field.note(f"{field.label} cannot hold the placeholder {{{unknown[0]}}}")
    wrong = sorted(_OTHER_APOSTROPHES.intersection(text))
    if wrong and tag.split("-")[0] in _QUECHUAN:
        field.note(f"{field.label} holds {wrong[0]!r}: {tag} is written with the straight '")
    return text
