"""One script walked by replay: every answer to every question, every outcome of every effect.

A script is walked from its start to its end (a tail call), never beyond: paths grow within a
script alone, and the cap that stops a script without end names it. After a secret answer the
branches share one continuation: the journal says `given` for each of them, so that no later
step can tell them apart. That makes a survey as long as its questions, not 4 to their power.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.exploring.openings import Facts
from dialogue.exploring.samples import Sample, handed_on, samples, settled
from dialogue.words import (
    GIVEN,
    Ask,
    Bye,
    Choose,
    Connect,
    Do,
    Enter,
    Know,
    Next,
    Opening,
    Pause,
    Scalar,
    Script,
    Speak,
    Statement,
    TakeUp,
    Tell,
    Unit,
    Words,
)
from programmes.values import Programme

MOST_RUNS = 5_000
"""Replays of one script with one set of arguments; past it, the exploration gives up loudly."""

_MOST_QUIET_STEPS = 60
"""Steps without a question: what takes longer never comes to one."""

DIGITS, WORDS = "digits", "words"
"""What a path says of an answer that has no name."""


class ExplorationTooLarge(Exception):
    """A script has more paths than can be walked: its journal would have no end either."""

    def __init__(self, unit: str, limit: int) -> None:
        super().__init__(f"script {unit!r} has more than {limit} paths")
        self.unit = unit


@dataclass(frozen=True, slots=True)
class Call:
    """A script with its arguments, in the order of their names: what a tail call names."""

    script: str
    args: tuple[tuple[str, Scalar], ...] = ()

    @classmethod
    def of(cls, end: Next) -> Call:
        there = settled(end)
        return cls(there.script, tuple(sorted(there.args.items())))


@dataclass(frozen=True, slots=True)
class Happened:
    """An effect that may turn out in several ways, and how it did."""

    effect: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Left:
    """A conversation's end within a script: `bye`, `take_up`, or what should not be."""

    how: str
    detail: str = ""


BYE, TAKE_UP, ENDLESS, FAILED = "bye", "take_up", "endless", "failed"


@dataclass(frozen=True, slots=True)
class Passage:
    """From a question (None: the script's start), by one answer, to what comes next."""

    source: Ask | None
    answer: str | None
    happened: tuple[Happened, ...]
    tells: tuple[Tell, ...]
    target: Ask | Call | Left
    presses: tuple[str, ...] = field(compare=False)
    """The shortest answers from the script's start to here."""
    known: tuple[tuple[str, Scalar], ...] = ()
    """Facts that hold from here on, learnt anywhere on the way from the script's start."""


@dataclass(frozen=True, slots=True)
class Walked:
    """All passages of one call, under the facts that the script looked at."""

    call: Call
    looked_at: Facts
    passages: tuple[Passage, ...]
    runs: int

    def exits(self) -> Iterator[tuple[Call, Passage]]:
        """The calls that it ends in, each with the shortest passage, by what is known then."""
        shortest: dict[object, tuple[Call, Passage]] = {}
        for passage in self.passages:
            if isinstance(passage.target, Call):
                identity = passage.target, passage.known
                known = shortest.setdefault(identity, (passage.target, passage))
                if len(passage.presses) < len(known[1].presses):
                    shortest[identity] = passage.target, passage
        return iter(shortest.values())

    def holds_for(self, facts: Facts) -> bool:
        return all(facts.get(name) == value for name, value in self.looked_at.items())


@dataclass(frozen=True, slots=True)
class _Reply:
    """What a script is sent: the answer's name, the value while it is live, and when replayed."""

    name: str
    live: Any
    later: Any
    goes_on: bool = True


@dataclass(frozen=True, slots=True)
class _Path:
    """Answers and results so far. `happened` is what came since the last answer."""

    sent: tuple[_Reply, ...] = ()
    presses: tuple[str, ...] = ()
    source: Ask | None = None
    answer: str | None = None
    happened: tuple[Happened, ...] = ()
    since: int = 0
    """Where in `sent` the last answer stands: what was told after it is new."""
    goes_on: bool = True


class _Observed(Mapping[str, Scalar]):
    """The facts, remembering which of them were looked at."""

    def __init__(self, facts: Facts, looked_at: dict[str, Scalar]) -> None:
        self._facts = facts
        self._looked_at = looked_at

    def __getitem__(self, name: str) -> Scalar:
        self._looked_at[name] = self._facts.get(name)
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


def walk(
    unit: Unit,
    call: Call,
    *,
    programme: Programme,
    language: str,
    facts: Facts,
    today: dt.date,
    most_runs: int = MOST_RUNS,
) -> Walked:
    """Every passage of one script with these arguments. Raises ExplorationTooLarge."""
    looked_at: dict[str, Scalar] = {}
    observed = _Observed(facts, looked_at)
    passages: dict[Passage, Passage] = {}
    waiting, runs = deque([_Path()]), 0

    def ways_of(effect: Any) -> tuple[Sample, ...]:
        return samples(effect, programme, today=today, script=call.script)

    while waiting:
        runs += 1
        if runs > most_runs:
            raise ExplorationTooLarge(call.script, most_runs)
        opening = Opening(programme, language, observed, handed_on(dict(call.args)))
        passage, path, others = _run(unit.run(opening), waiting.popleft(), ways_of)
        waiting += others
        passages.setdefault(passage, passage)
        step = passage.target
        if isinstance(step, Choose | Enter | Statement) and path.goes_on:
            waiting += [_answered(path, step, reply) for reply in _replies(step, observed)]
    return Walked(call, looked_at, tuple(passages), runs)


def _further(
    path: _Path, reply: _Reply, happened: tuple[Happened, ...], *, goes_on: bool = True
) -> _Path:
    return _Path(
        (*path.sent, reply),
        path.presses,
        path.source,
        path.answer,
        happened,
        path.since,
        path.goes_on and goes_on,
    )


def _answered(path: _Path, ask: Ask, reply: _Reply) -> _Path:
    sent = (*path.sent, reply)
    presses = (*path.presses, reply.name)
    return _Path(sent, presses, ask, reply.name, (), len(sent), reply.goes_on)


def _replies(ask: Choose | Enter | Statement, facts: Facts) -> tuple[_Reply, ...]:
    """What somebody may answer; of secret answers only the first goes on."""
    match ask:
        case Choose():
            # What may be tried again without end is not: the question before is there already.
            ends_here = bool(ask.open_options)
            return tuple(
                _Reply(
                    name,
                    name,
                    GIVEN if ask.secret and name not in ask.open_options else name,
                    not ask.secret or (place == 0 and not ends_here),
                )
                for place, name in enumerate(answers_to(ask))
            )
        case Enter():
            entered = _Reply(DIGITS, "1234567890"[: ask.length], GIVEN)
            if ask.silent is None:
                return (entered,)
            return entered, _Reply(ask.silent, ask.silent, ask.silent)
        case Statement():
            by_voice = facts["channel"] == "voice"
            words = Words(recording="sample", seconds=9) if by_voice else Words(text="sample")
            spoken = _Reply(WORDS, words, GIVEN)
            if ask.silent is None:
                return (spoken,)
            return spoken, _Reply(ask.silent, ask.silent, ask.silent)


def answers_to(ask: Choose | Enter | Statement) -> tuple[str, ...]:
    """Every answer that a script may receive: options, extras, and what silence means here."""
    match ask:
        case Statement():
            return (WORDS,) if ask.silent is None else (WORDS, ask.silent)
        case Enter():
            return (DIGITS,) if ask.silent is None else (DIGITS, ask.silent)
    silent = () if ask.silent is None or ask.silent in ask.options else (ask.silent,)
    return (*ask.options, *ask.extras, *silent)


def _run(
    script: Script, path: _Path, ways_of: Callable[[Any], tuple[Sample, ...]]
) -> tuple[Passage, _Path, list[_Path]]:
    """Replay a script along `path`, and on to its next question or end.

    Effects on the way turn out in the first of their ways; the paths of the others come back, with
    the path that was taken. It stops at a question, as a conversation does: an answer is live until
    the next one, and replayed as the journal has it from there.
    """
    others: list[_Path] = []
    tells: list[Tell] = []
    known: dict[str, Scalar] = {}
    sent, quiet, send = 0, 0, None

    def passage(target: Ask | Call | Left) -> tuple[Passage, _Path, list[_Path]]:
        learnt = tuple(sorted(known.items()))
        said = tuple(tells)
        arrived = Passage(
            path.source, path.answer, path.happened, said, target, path.presses, learnt
        )
        return arrived, path, others

    try:
        while True:
            try:
                step = script.send(send)
            except StopIteration as stop:
                return passage(_end(stop.value))
            send = None
            quiet += 1
            if quiet > _MOST_QUIET_STEPS:
                del tells[1:]
                return passage(Left(ENDLESS))
            match step:
                case Tell():
                    if sent >= path.since:
                        tells.append(step)
                    continue
                case Speak():
                    known["language_known"] = True
                    continue
                case Know(facts=facts):
                    known.update(facts)
                    continue
            if sent == len(path.sent):
                if not isinstance(step, Do | Pause | Connect):
                    return passage(step)
                path, *further = _onward(path, step, ways_of)
                others += further
            reply = path.sent[sent]
            sent += 1
            send = reply.live if sent >= path.since else reply.later
            if isinstance(step, Choose | Enter | Statement):
                quiet = 0
    except Exception as error:
        return passage(Left(FAILED, f"{type(error).__name__}: {error}"))
    finally:
        script.close()


def _onward(
    path: _Path, step: Do | Pause | Connect, ways_of: Callable[[Any], tuple[Sample, ...]]
) -> list[_Path]:
    """The paths on which an effect, or a pause, turned out in each of its ways.

    What the carrier says of a call that was put through decides nothing; the effect after it does.
    """
    if isinstance(step, Connect):
        return [_further(path, _Reply("", "no-answer", "no-answer"), path.happened)]
    if isinstance(step, Pause):
        return [_further(path, _Reply("", None, None), path.happened)]
    name = type(step.effect).__name__
    before = [each.outcome for each in path.happened if each.effect == name]
    ways = ways_of(step.effect)
    if len(before) > 1 and before[-1] == before[-2]:
        # Asked a third time without an answer between, it goes on as it did.
        ways = tuple(way for way in ways if way.outcome == before[-1])
        return [_further(path, _Reply("", way.result, way.result), path.happened) for way in ways]
    return [
        _further(
            path,
            _Reply("", way.result, way.result),
            (*path.happened, Happened(name, way.outcome)) if len(ways) > 1 else path.happened,
            goes_on=way.goes_on,
        )
        for way in ways
    ]


def _end(value: Any) -> Call | Left:
    match value:
        case Next():
            return Call.of(value)
        case Bye():
            return Left(BYE)
        case TakeUp():
            return Left(TAKE_UP)
        case _:
            return Left(FAILED, "it ended without naming what comes next")
