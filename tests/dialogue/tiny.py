"""The engine driven by scripts of a few lines. The conversation is re-read before every input."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from dialogue import engine
from dialogue.conversation import Conversation, Heard, Turn
from dialogue.words import Choose, Next, Opening, Result, Script, Tell, Unit, Words


@dataclass(frozen=True, slots=True)
class Keep:
    """An effect that can be repeated."""

    value: Any
    once: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Send:
    """An effect that is done once."""

    value: Any
    once: ClassVar[bool] = True


def menu(o: Opening) -> Script:
    chosen = yield Choose("menu.main", ("tool", "other"))
    return Next(chosen)


def stub(key: str) -> Callable[[Opening], Script]:
    def script(o: Opening) -> Script:
        yield Choose(key, ("one", "two"))
        return Next("menu")

    return script


@dataclass
class Talk:
    """One conversation. Reads the answers to effects from `results`, and counts what was done."""

    scripts: Mapping[str, Callable[[Opening], Script] | Unit]
    results: dict[str, Result] = field(default_factory=dict)
    languages: tuple[str, ...] = ("es", "quy")
    facts: dict[str, Any] = field(default_factory=lambda: {"channel": "voice"})
    start: str = "tool"

    def __post_init__(self) -> None:
        self.done: list[Any] = []
        self.state: dict[str, Any] = Conversation(
            id="c", programme="p", language="es", facts=self.facts, script=self.start
        ).to_json()
        self.turn: Turn | None = None

    @property
    def machine(self) -> engine.Machine:
        units = {"menu": Unit(menu, up=""), "speak": Unit(stub("speak.after_tone"))}
        units["person"] = Unit(stub("person.connecting"))
        units["quick_exit"] = Unit(stub("harmless"))
        units["other"] = Unit(stub("other"))
        for name, script in self.scripts.items():
            units[name] = script if isinstance(script, Unit) else Unit(script)
        return engine.Machine(
            units=units,
            programme=None,
            languages=self.languages,
            read_text=lambda text, options: text if text in options else None,
        )

    @property
    def conversation(self) -> Conversation:
        return Conversation.from_json(self.state)

    # What is done -----------------------------------------------------------------------------

    def begin(self) -> list[str]:
        return self._run(engine.begin(self.machine, self.conversation))

    def press(self, keys: str) -> list[str]:
        return self.hear(Heard(digits=keys))

    def say(self, recording: str = "RE1", *, gone: bool = False) -> list[str]:
        return self.hear(Heard(recording=recording, seconds=5, gone=gone))

    def silence(self) -> list[str]:
        return self.hear(Heard())

    def command(self, name: str) -> list[str]:
        return self.hear(Heard(command=name))

    def hear(self, heard: Heard) -> list[str]:
        return self._run(engine.advance(self.machine, self.conversation, heard))

    def again(self, *before: Tell) -> list[str]:
        return self._run(engine.ask_again(self.machine, self.conversation, *before))

    def _run(self, steps: engine.Effects) -> list[str]:
        try:
            effect = next(steps)
            while True:
                self.done.append(effect)
                effect = steps.send(self.results.get(type(effect).__name__, {"is": "kept"}))
        except StopIteration as stop:
            after, self.turn = stop.value
        # Through JSON and back, before anything else is heard.
        self.state = json.loads(json.dumps(after.to_json()))
        assert Conversation.from_json(self.state) == after
        return self.hears

    # What is seen -----------------------------------------------------------------------------

    @property
    def hears(self) -> list[str]:
        assert self.turn is not None
        keys = [tell.key for tell in self.turn.tells]
        return [*keys, self.turn.ask.key] if self.turn.ask else keys

    @property
    def offers(self) -> tuple[str, ...]:
        assert self.turn is not None
        assert self.turn.asked is not None
        return self.turn.asked.options

    @property
    def has_ended(self) -> bool:
        return self.turn is not None and self.turn.ask is None

    def did(self, kind: type[Keep | Send]) -> list[Any]:
        """The values with which an effect of this kind was done, in order."""
        return [
            "words" if isinstance(each.value, Words) else each.value
            for each in self.done
            if isinstance(each, kind)
        ]
