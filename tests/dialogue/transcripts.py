"""Golden transcripts: what somebody does on a phone, and what she hears after each act.

A file of `tests/transcripts` names the channels it holds on, and its steps in order. A step is one
act, or one thing that happens meanwhile, and what is to be seen after it:

    act         begin, choose, press, write, say, silence, hang_up
    meanwhile   designate, recording_arrives, is_answered, is_proposed, is_closed, is_asked_back,
                is_called, is_sampled, wait, close_survey, sweep, load_without
    phone       another phone than the first: voice, sms, other, landline, withheld
    seen        hears, offers, ends, says, language, cases, statements, answers, complete,
                reply_heard, sealed, sampled

`$code` stands for the code that was told last, `$mistyped` for it with a wrong digit.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from programmes.content import from_content, to_content
from programmes.values import Programme
from surveys import operations as surveys
from tests.dialogue.handset import Handset
from tests.dialogue.interviews import sample, sampled
from tests.dialogue.line import ANOTHER, HERS, LANDLINE, Line, read_junin
from tests.safeguarding.people import Women, designate

FOLDER = Path(__file__).parents[1] / "transcripts"
_PHONES = {
    "voice": ("voice", HERS),
    "sms": ("sms", HERS),
    "other": ("voice", ANOTHER),
    "landline": ("voice", LANDLINE),
    "withheld": ("voice", None),
}
_SEEN = (
    "hears",
    "offers",
    "ends",
    "says",
    "language",
    "cases",
    "statements",
    "answers",
    "complete",
    "reply_heard",
    "sealed",
    "sampled",
)


def cases() -> list[tuple[str, str]]:
    """Every transcript with each channel that it holds on."""
    return [
        (path.name, channel)
        for path in sorted(FOLDER.glob("*.yaml"))
        for channel in read_file(path)["channels"]
    ]


def steps_of(name: str, channel: str) -> list[dict[str, Any]]:
    """The steps of a transcript as they are on one of its channels."""
    steps: list[dict[str, Any]] = read_file(FOLDER / name)["steps"]
    if channel != "voice":
        for step in steps:
            if "hears" in step:
                step["hears"] = [key for key in step["hears"] if key not in _SPOKEN_ONLY]
    return steps


def read_file(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return content


_SPOKEN_ONLY = ("library.count",)
"""What is left out of a text, which would be one more."""


class Player:
    """Plays the steps of one transcript on one channel."""

    def __init__(self, line: Line, channel: str) -> None:
        self.line, self.channel = line, channel
        self.phones: dict[str, Handset] = {}
        self.code = ""
        self.women: Women | None = None

    def play(self, step: dict[str, Any]) -> dict[str, Any]:
        """Take a step; return what can be seen of everything that it says should be seen."""
        step = dict(step)
        phone = self._phone(step.pop("phone", self.channel))
        expected = {name: step.pop(name) for name in _SEEN if name in step}
        assert len(step) == 1, f"a step is one act: {step}"
        ((act, what),) = step.items()
        self._act(phone, act, what)
        if phone.turn is not None and phone.code:
            self.code = phone.code
        return {name: self._see(phone, name, wanted) for name, wanted in expected.items()}

    def _phone(self, name: str) -> Handset:
        if name not in self.phones:
            channel, number = _PHONES[name]
            self.phones[name] = Handset(self.line, channel, number)
        return self.phones[name]

    def _act(self, phone: Handset, act: str, what: Any) -> None:
        if isinstance(what, str):
            wrong = str((int(self.code[0]) + 1) % 10) + self.code[1:] if self.code else ""
            what = what.replace("$code", self.code).replace("$mistyped", wrong)
        match act:
            case "begin":
                phone.begin(what if isinstance(what, str) else "Hola")
            case "choose":
                phone.choose(what)
            case "press":
                phone.press(what)
            case "write":
                phone.write(what)
            case "say":
                phone.say(seconds=what) if isinstance(what, int) else phone.say(what)
            case "silence":
                phone.be_silent()
            case "hang_up":
                acts = {"speaking": phone.hang_up_speaking, "listening": phone.hang_up_listening}
                acts.get(what, phone.hang_up)()
            case "designate":
                self.women = designate(self.line.services)
            case "recording_arrives":
                phone.recording_arrives()
            case "is_answered":
                phone.is_answered(what)
            case "is_proposed":
                phone.is_answered(what, proposes=True)
            case "is_closed":
                phone.is_closed(accepted=what is True)
            case "is_asked_back":
                phone.is_asked_back(days=31 if what is True else what)
            case "is_called":
                phone.is_called()
            case "is_sampled":
                sample(self.line, phone.number or "", language=what)
            case "wait":
                self.line.clock.advance(dt.timedelta(minutes=what))
            case "sweep":
                self.line.runner().endings.send_unsent()
            case "close_survey":
                self._close_survey()
            case "load_without":
                self.line.load(without(read_junin(), what))
            case _:
                raise AssertionError(f"no such act: {act}")

    def _close_survey(self) -> None:
        services = self.line.services
        with services.database.writing() as connection:
            surveys.close_round(
                connection,
                round_id=self.line.round_id,
                now=services.clock(),
                grace=dt.timedelta(0),
            )

    def _see(self, phone: Handset, name: str, wanted: Any) -> Any:
        match name:
            case "hears":
                return phone.hears
            case "offers":
                return phone.offers
            case "ends":
                return phone.has_ended
            case "says":
                return phone.body
            case "language":
                return phone.turn.language if phone.turn else None
            case "cases":
                return _like(self.line.cases(), wanted)
            case "statements":
                return len(self.line.statements())
            case "answers":
                return self.line.answers()
            case "complete":
                return [each.complete for each in self.line.responses()]
            case "reply_heard":
                return [each.heard_at is not None for each in self.line.replies()]
            case "sealed":
                assert self.women is not None
                return [
                    {
                        fact: str(value)
                        for fact in ("number", "hour", "words")
                        if (value := getattr(each.facts, fact)) is not None
                    }
                    for each in self.women.opened()
                ]
            case "sampled":
                return sampled(self.line)
            case _:
                raise AssertionError(name)


def _like(rows: list[Any], wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows in the columns that are asked for; `pin` is whether there is one."""
    columns = wanted[0] if wanted else {"id": None}
    return [
        {
            name: row.pin_hash is not None if name == "pin" else getattr(row, name)
            for name in columns
        }
        for row in rows
    ]


def without(programme: Programme, option: str) -> Programme:
    """The programme in a later version that no longer has an option."""
    changed = replace(
        programme,
        menu=tuple(item for item in programme.menu if item.option != option),
        topics=tuple(topic for topic in programme.topics if topic.option != option),
        categories=tuple(shelf for shelf in programme.categories if shelf.option != option),
    )
    return from_content(to_content(changed))
