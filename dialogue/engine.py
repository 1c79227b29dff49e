"""The engine: replay the script on its journal and go one answer further. Pure.

`advance` is a generator: it yields the effects that are to be done, is sent their results, and
returns the conversation as it is now with the `Turn` to render. Time, ids and randomness come in
as results of effects.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dialogue.conversation import Asked, Conversation, Done, Entry, Heard, Turn
from dialogue.hearing import MORE, Answer, Missed, Reader, Understood, Wish, page_of, understand
from dialogue.words import (
    GIVEN,
    Ask,
    Bye,
    Choose,
    Connect,
    Do,
    End,
    Enter,
    Know,
    Next,
    Opening,
    Pause,
    Result,
    Script,
    Speak,
    Statement,
    TakeUp,
    Tell,
    Unit,
    Words,
)

Effects = Generator[Any, Result, tuple[Conversation, Turn]]

TRIES = 2
"""How often a question is put again, more simply, before a person's ear is offered instead."""

UNMET = "unmet"
"""`unmet:<tag>` is the fact that she was told what that language lacks."""

_REFUGE = "menu"
"""Where a conversation goes on that cannot be replayed at all."""

_MOST_STEPS = 200
_MOST_RESULT = 1024


class EngineError(Exception):
    """A script broke a rule of the engine: a programmer's mistake, never a caller's."""


class ScriptFailed(Exception):
    """A script raised in its new step; the same question can be put again."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What the engine works with: the scripts, the programme as values, how a text is read."""

    units: Mapping[str, Unit]
    programme: Any
    languages: tuple[str, ...]
    read_text: Reader


def begin(machine: Machine, conversation: Conversation) -> Effects:
    """The first turn of a conversation."""
    return (yield from _Run(machine, _counted(conversation)).go())


def ask_again(machine: Machine, conversation: Conversation, *before: Tell) -> Effects:
    """Put the open question again, after saying `before`: for a resume, or after a fault."""
    run = _Run(machine, _counted(conversation))
    return (yield from run.go(before=before, again=conversation.told))


def advance(machine: Machine, conversation: Conversation, heard: Heard) -> Effects:
    """Take what was heard and go on to the next question, or to the end."""
    asked = conversation.asked
    if asked is None:
        return (yield from begin(machine, conversation))
    understood = understand(heard, asked, machine.read_text)
    after, turn = yield from _taken(machine, conversation, asked, understood, heard)
    return after, told_of_media(turn, heard, is_taken=_takes_media(understood))


def told_of_media(turn: Turn, heard: Heard, *, is_taken: bool = False) -> Turn:
    """The turn, and before all else what became of the pictures and sounds that came with a text.

    Said once: "repeat" does not repeat it.
    """
    if heard.enclosed is None:
        return turn
    said = "sms.media_declined"
    if is_taken:
        said = "sms.media_partly_kept" if heard.enclosed.left_out else "sms.media_kept"
    return replace(turn, tells=(Tell(said), *turn.tells))


def _takes_media(understood: Understood) -> bool:
    return (
        isinstance(understood, Answer)
        and isinstance(understood.value, Words)
        and understood.value.enclosed is not None
    )


def _taken(
    machine: Machine,
    conversation: Conversation,
    asked: Asked,
    understood: Understood,
    heard: Heard,
) -> Effects:
    match understood:
        case Answer(value=value):
            return (yield from _answer(machine, conversation, asked, value))
        case Wish():
            return (yield from _grant(machine, conversation, understood))
        case Missed() if heard.gone:
            # Nobody was there to answer: no silence, no answer, and nothing counts as heard.
            return (yield from ask_again(machine, conversation))
        case Missed(silent=True) if heard.enclosed is not None:
            # It was not nothing that she sent, and nothing that she could do better.
            return (yield from _aside(machine, conversation, tries=conversation.tries))
        case Missed():
            return (yield from _missed(machine, conversation, asked, understood))


def _counted(conversation: Conversation) -> Conversation:
    return replace(conversation, turns=conversation.turns + 1)


def _answer(
    machine: Machine, conversation: Conversation, asked: Asked, value: str | Words | None
) -> Effects:
    if value == MORE and asked.kind == "Choose":
        turned = replace(conversation, asked=replace(asked, page=asked.page + 1), tries=0)
        return (yield from _Run(machine, _counted(turned)).go(again=()))
    conversation = _counted(conversation)
    is_left_out = value is not None and value == asked.silent
    is_secret = isinstance(value, Words) or (asked.kind == "Enter" and not is_left_out)
    entry = Entry(conversation.turns, asked.key, GIVEN if is_secret else value)  # type: ignore[arg-type]  # Words are secret
    longer = replace(conversation, journal=(*conversation.journal, entry), tries=0, asked=None)
    return (yield from _Run(machine, longer, live=value if is_secret else None).go())


def _grant(machine: Machine, conversation: Conversation, wish: Wish) -> Effects:
    match wish:
        case Wish.REPEAT:
            return (yield from ask_again(machine, replace(conversation, tries=0)))
        case Wish.LANGUAGE:
            spoken = machine.languages
            here = spoken.index(conversation.language) if conversation.language in spoken else -1
            other = spoken[(here + 1) % len(spoken)]
            told = bool(conversation.facts.get(f"{UNMET}:{other}"))
            turned = replace(conversation, language=other, tries=0, unmet=told)
            return (yield from ask_again(machine, turned, Tell("language.now")))
        case Wish.HELP:
            return (yield from _aside(machine, conversation, "help.keys", tries=0))
        case Wish.BACK:
            return (yield from _back(machine, conversation))
        case Wish.PERSON:
            target = "person"
        case Wish.PRIVATE:
            target = "private"
        case Wish.QUICK_EXIT:
            target = "quick_exit"
        case Wish.MENU:
            target = "menu"
        case Wish.REOPEN | Wish.APPEAL:
            moved = _moved(conversation, Next("my_case", {"wish": wish.value}))
            return (yield from _Run(machine, _counted(moved)).go())
        case Wish.MY_DATA:
            target = "my_data"
        case Wish.QUESTION | Wish.GRIEVANCE | Wish.SUGGESTION | Wish.COMPLIMENT:
            moved = _moved(conversation, Next("told_kind", {"kind": wish.value}))
            return (yield from _Run(machine, _counted(moved)).go())
    return (yield from _Run(machine, _counted(_moved(conversation, Next(target)))).go())


def _aside(machine: Machine, conversation: Conversation, *keys: str, tries: int) -> Effects:
    """Say something in between and put the question again, without what was told before it.

    What was told before stays what "repeat" repeats.
    """
    quiet = replace(conversation, told=(), tries=tries)
    after, turn = yield from ask_again(
        machine, quiet, *_in_her_language(machine, conversation, keys)
    )
    return replace(after, told=conversation.told), turn


def _in_her_language(
    machine: Machine, conversation: Conversation, keys: tuple[str, ...]
) -> Iterator[Tell]:
    """`keys` to be told; in each language that is offered, while nobody knows which is hers."""
    if conversation.facts.get("language_known", True):
        yield from map(Tell, keys)
        return
    for tag in machine.languages:
        yield from (Tell(key, language=tag) for key in keys)


def _back(machine: Machine, conversation: Conversation) -> Effects:
    answered = list(conversation.journal)
    # Waiting, and being put through, are nothing that one goes back to.
    while answered and answered[-1].key in (Pause.key, Connect.key):
        answered.pop()
    if not answered:
        up = machine.units[conversation.script].up
        if not up:
            return _ended(_counted(conversation), Tell("goodbye"))
        return (yield from _Run(machine, _counted(_moved(conversation, Next(up)))).go())
    last = answered.pop()
    if any(done.once and _turn_of(key) >= last.turn for key, done in conversation.ledger.items()):
        return (yield from ask_again(machine, replace(conversation, tries=0)))
    shorter = replace(conversation, journal=tuple(answered), tries=0, asked=None)
    return (yield from _Run(machine, _counted(shorter)).go())


def _missed(machine: Machine, conversation: Conversation, asked: Asked, what: Missed) -> Effects:
    tries = conversation.tries + 1
    most = TRIES if not asked.silent else 0 if asked.optional and what.silent else 1
    if tries > most:
        if asked.silent:
            return (yield from _answer(machine, conversation, asked, asked.silent))
        if conversation.script == "speak":
            return _ended(_counted(conversation), Tell("goodbye"))
        moved = _moved(conversation, Next("speak", {"stuck": True}))
        return (yield from _Run(machine, _counted(moved)).go())
    said = [f"nothing.heard.{tries}" if what.silent else what.why or "wrong.key"]
    if asked.kind == "Choose":
        # How to choose, in simpler words each time, before the question itself.
        said.append(f"menu.again.{tries}")
    return (yield from _aside(machine, conversation, *said, tries=tries))


def _ended(conversation: Conversation, *tells: Tell) -> tuple[Conversation, Turn]:
    ended = replace(conversation, asked=None, told=())
    return ended, Turn(conversation.language, tells, None)


def _moved(conversation: Conversation, end: Next) -> Conversation:
    return replace(
        conversation,
        script=end.script,
        args=dict(end.args),
        journal=(),
        ledger={},
        told=(),
        asked=None,
        tries=0,
    )


def _turn_of(key: str) -> int:
    return int(key.rsplit("@", 1)[1].split(".")[0])


class _Cut(Exception):
    """The journal was cut; the script starts again on what is left of it."""


class _Run:
    """One run of a script from its top: through the journal, and as far as it goes from there."""

    def __init__(self, machine: Machine, conversation: Conversation, *, live: Any = None) -> None:
        self.machine = machine
        self.conversation = conversation
        self.live = live
        """The last answer itself, where the journal only says that it was given."""
        self.steps = 0

    def go(
        self, *, before: tuple[Tell, ...] = (), again: tuple[Tell, ...] | None = None
    ) -> Effects:
        """Run until a question is open or the conversation ends; `before` is said first.

        With `again` the question is put once more: that is said with it, and what the script
        tells since the last answer is left out.
        """
        tells = [*before, *(again or ())]
        is_put_again = again is not None
        page = self.conversation.asked.page if self.conversation.asked else 0
        while True:
            if self.conversation.script not in self.machine.units:
                self.conversation = _moved(self.conversation, Next(_REFUGE))
                tells, page, again = list(before), 0, None
            script = self.machine.units[self.conversation.script].run(
                Opening(
                    programme=self.machine.programme,
                    language=self.conversation.language,
                    facts=self.conversation.facts,
                    args=self.conversation.args,
                )
            )
            try:
                outcome = yield from self._through(script, tells, quiet=again is not None)
            except _Cut:
                # What was told with the question that is gone is told no more.
                tells, page, again = list(before), 0, None
                continue
            except ScriptFailed:
                if not is_put_again or self.conversation.script == _REFUGE:
                    raise
                # A question that was put before cannot be put again, and nothing is left to cut.
                self.conversation = _moved(self.conversation, Next(_REFUGE))
                tells, page, again = list(before), 0, None
                continue
            finally:
                script.close()
            match outcome:
                case Choose() | Enter() | Statement() | Pause() | Connect():
                    asked = _asked(outcome, page)
                    told = tuple(tells) if again is None else self.conversation.told
                    after = replace(self.conversation, asked=asked, told=told)
                    return after, Turn(after.language, tuple(tells), outcome, asked)
                case Next(script=following):
                    if following not in self.machine.units:
                        raise EngineError(f"there is no script {following}")
                    self.conversation = _moved(self.conversation, outcome)
                    page, again = 0, None
                case TakeUp():
                    ended, turn = _ended(self.conversation, *tells)
                    return ended, replace(turn, take_up=True)
                case Bye():
                    return _ended(self.conversation, *tells)

    def _through(
        self, script: Script, tells: list[Tell], *, quiet: bool
    ) -> Generator[Any, Result, Ask | End]:
        """The steps of one script: through its journal, to the first question without an answer."""
        journal = self.conversation.journal
        heard, turn = 0, 0
        counts: dict[tuple[str, int], int] = {}
        send: Any = None
        while True:
            is_live = heard == len(journal)
            step = self._step(script, send, heard, is_replay=quiet or not is_live)
            send = None
            match step:
                case Tell():
                    if is_live and not quiet:
                        tells.append(step)
                case Speak(language=language):
                    if is_live and not quiet:
                        facts = {**self.conversation.facts, "language_known": True}
                        self.conversation = replace(
                            self.conversation, language=language, facts=facts
                        )
                case Know(facts=known):
                    if is_live and not quiet:
                        facts = {**self.conversation.facts, **known}
                        self.conversation = replace(self.conversation, facts=facts)
                case Do(effect=effect):
                    send = yield from self._do(effect, turn, counts)
                case Choose() | Enter() | Statement() | Pause() | Connect():
                    if is_live:
                        return step
                    entry = journal[heard]
                    if not _fits(entry, step):
                        raise self._cut(heard)
                    is_last = heard == len(journal) - 1
                    send = self.live if is_last and self.live is not None else entry.value
                    heard, turn = heard + 1, entry.turn
                    if isinstance(step, Choose) and step.secret and send not in step.open_options:
                        self._conceal(heard - 1)
                case Next() | Bye() | TakeUp():
                    return step
                case _:
                    raise EngineError(f"script {self.conversation.script} yields no step")

    def _step(self, script: Script, send: Any, heard: int, *, is_replay: bool) -> Any:
        """The script's next step, or its end."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise EngineError(f"script {self.conversation.script} takes too many steps")
        try:
            return script.send(send)
        except StopIteration as stop:
            if isinstance(stop.value, Next | Bye | TakeUp):
                return stop.value
            raise EngineError(
                f"script {self.conversation.script} ended without naming what comes next"
            ) from None
        except Exception as error:
            if is_replay and heard > 0:
                # It failed on an answer from before: let her be asked that again.
                raise self._cut(heard - 1) from error
            raise ScriptFailed(self.conversation.script) from error

    def _cut(self, length: int) -> _Cut:
        kept = self.conversation.journal[:length]
        self.conversation = replace(self.conversation, journal=kept)
        self.live = None
        return _Cut()

    def _conceal(self, index: int) -> None:
        """The script has the value of a secret answer; from here on the journal says `given`."""
        journal = list(self.conversation.journal)
        journal[index] = replace(journal[index], value=GIVEN)
        self.conversation = replace(self.conversation, journal=tuple(journal))

    def _do(
        self, effect: Any, turn: int, counts: dict[tuple[str, int], int]
    ) -> Generator[Any, Result, Result]:
        """The result of an effect: from the ledger if it was done after the same answer."""
        name = type(effect).__name__
        counts[name, turn] = counts.get((name, turn), 0) + 1
        key = f"{name}@{turn}.{counts[name, turn]}"
        done = self.conversation.ledger.get(key)
        if done is None and effect.once:
            done = self._adopt(name, key)
        if done is not None:
            return done.result
        result = dict((yield effect))
        if len(json.dumps(result)) > _MOST_RESULT:
            raise EngineError(f"the result of {name} is larger than {_MOST_RESULT} bytes")
        ledger = {**self.conversation.ledger, key: Done(result, effect.once)}
        self.conversation = replace(self.conversation, ledger=ledger)
        return result

    def _adopt(self, name: str, key: str) -> Done | None:
        """What was done once already after an answer that was cut: it belongs to the new answer."""
        ledger = dict(self.conversation.ledger)
        answers = {0, *(entry.turn for entry in self.conversation.journal)}
        for old, done in self.conversation.ledger.items():
            if old.startswith(f"{name}@") and done.once and _turn_of(old) not in answers:
                ledger[key] = ledger.pop(old)
                self.conversation = replace(self.conversation, ledger=ledger)
                return done
        return None


def _asked(ask: Ask, page: int) -> Asked:
    match ask:
        case Choose():
            return Asked(
                kind="Choose",
                key=ask.key,
                options=ask.options if ask.several else page_of(ask.options, page),
                extras=ask.extras,
                silent=ask.silent,
                page=page,
                optional=ask.optional,
                several=ask.several,
            )
        case Enter():
            return Asked(
                kind="Enter",
                key=ask.key,
                length=ask.length,
                silent=ask.silent,
                optional=ask.optional,
                form=ask.form,
                low=ask.low,
                high=ask.high,
            )
        case Statement():
            return Asked(
                kind="Statement",
                key=ask.key,
                silent=ask.silent,
                optional=ask.optional,
                takes_media=ask.takes_media,
            )
        case Pause():
            return Asked(kind="Pause", key=Pause.key)
        case Connect():
            return Asked(kind="Connect", key=Connect.key)


def _fits(entry: Entry, step: Ask) -> bool:
    if entry.key != step.key:
        return False
    if isinstance(step, Choose) and entry.value != GIVEN:
        known = (*step.options, *step.extras, step.silent)
        if step.several:
            return all(each in (*known, "no") for each in (entry.value or "").split())
        return entry.value in known
    return True
