"""A conversation as it is kept between two turns, and what is known of a turn once made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.words import Ask, Enclosed, Form, Scalar, Tell


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer: the turn it was heard in, the question's key, and the value or `given`."""

    turn: int
    key: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Done:
    """One effect that was done: what it returned, and whether it may be done only once."""

    result: Mapping[str, Scalar]
    once: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, as spoken: a key is read by this and never by the script run again."""

    kind: str
    key: str
    options: tuple[str, ...] = ()
    """In the order of the keys 1 to 4."""
    extras: tuple[str, ...] = ()
    length: int = 0
    silent: str | None = None
    page: int = 0
    optional: bool = False
    takes_media: bool = False
    form: str = Form.CODE
    low: int | None = None
    high: int | None = None
    several: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everything that the next turn needs, as JSON scalars, tuples and mappings."""

    id: str
    programme: str
    """Content hash of the programme's version."""
    language: str
    facts: Mapping[str, Scalar]
    script: str
    args: Mapping[str, Scalar] = field(default_factory=dict)
    turns: int = 0
    """How many turns it has had, on whatever leg: what tells one answer from another."""
    journal: tuple[Entry, ...] = ()
    ledger: Mapping[str, Done] = field(default_factory=dict)
    """What was done, by (effect, turn of the answer before it); survives a cut of the journal."""
    told: tuple[Tell, ...] = ()
    asked: Asked | None = None
    tries: int = 0
    faults: int = 0
    unmet: bool = False
    """Whether she was told once that a message is only in another language."""

    def to_json(self) -> dict[str, Any]:
        """Plain data; empty fields are left out to keep rows short."""
        plain = _fields(self) | {
            "journal": tuple(map(_fields, self.journal)),
            "ledger": {key: _fields(done) for key, done in self.ledger.items()},
            "told": tuple(map(_filled, self.told)),
            "asked": self.asked and _fields(self.asked),
        }
        return {key: value for key, value in plain.items() if value not in ((), {}, None)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Conversation:
        fields = dict(data)
        fields["journal"] = tuple(Entry(**entry) for entry in data.get("journal", ()))
        fields["ledger"] = {key: Done(**done) for key, done in data.get("ledger", {}).items()}
        fields["told"] = tuple(Tell(**tell) for tell in data.get("told", ()))
        if asked := data.get("asked"):
            fields["asked"] = Asked(
                **{**asked, "options": tuple(asked["options"]), "extras": tuple(asked["extras"])}
            )
        fields.setdefault("facts", {})
        return cls(**fields)


def _fields(value: Any) -> dict[str, Any]:
    """The fields of one of the values above. Ten times `asdict`, which copies all there is."""
    return {name: getattr(value, name) for name in value.__slots__}


def _filled(tell: Tell) -> dict[str, Any]:
    return {name: value for name, value in _fields(tell).items() if value is not None}


@dataclass(frozen=True, slots=True)
class Heard:
    """What a person did, whatever the channel; all empty is silence.

    `gone` means that nobody listens any more: what came is taken, and nothing is answered.
    """

    digits: str | None = None
    text: str | None = None
    recording: str | None = None
    seconds: int | None = None
    command: str | None = None
    """A keyword understood by the channel: `menu`, `help`, `back`, `repeat`, `stop`, …"""
    enclosed: Enclosed | None = None
    """Pictures and sounds that came with a text."""
    dialled: str | None = None
    """How a call that was put through went, in the carrier's word."""
    ended_by: str | None = None
    """The key that ended the recording: no answer to anything."""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """What to say and what to ask. Without `ask` the conversation has ended."""

    language: str
    tells: tuple[Tell, ...]
    ask: Ask | None
    asked: Asked | None = None
    """The question as it is to be rendered: with its page of options."""
    take_up: bool = False
    """The person wants to go on with what was left unfinished; the runner finds it."""
