"""What a walk answers with: for a question what somebody may do, for an effect how it may turn out.

Every effect declares its outcomes; here each gets the result that goes with it, so that a script
finds the ids and names it reads. Where a name in a result decides what comes next (the question
of a survey), it is taken from the programme: surveys are walked as the lists that they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dialogue.effects import (
    AskForCall,
    AskForRight,
    BeginTake,
    CheckCasePin,
    FindCase,
    FindFollowUp,
    FindMissing,
    FindPlaces,
    FindRecording,
    FindStanding,
    FindSurvey,
    FindToday,
    KeepStatement,
    OpenCase,
    OpenResponse,
    Recognise,
    RecordAnswer,
    RingSomebody,
    SealNumber,
    UseKnown,
)
from dialogue.exploring.openings import PERSON
from dialogue.words import Next, Result, Scalar, Words
from programmes.directory import offered
from programmes.values import Programme, QuestionKind

_ID = "sample"
_CODE = "12345678"
_DAY = "2026-11-22"
_PROMPT, _LEFT = "goodbye", 12
"""What is still to be recorded, for one of many."""
_END_OF_DAYS = dt.date.max.isoformat()
_SAME_FROM: Mapping[str, int] = {"older": 1}
"""Arguments that count without end: from this value on, a script does the same."""
_PASSED_ON = frozenset({"kind", "topic"})
"""Arguments that scripts hand on to effects and never look at: one value stands for all."""
_CASE_IS_THERE = "case"
"""This script is entered with a case that was found: `none` is no answer to it."""
_ACCEPTED = "accepted"
"""This one where what was proposed has just been accepted."""
_ASKED_BACK = "ask_back"
"""This one where something is asked of a case that was closed."""
_AFTER_ITS_END = "not_solved"
"""This one with a case that has its outcome."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One way in which an effect may turn out: its name among the others, and the result."""

    outcome: str
    result: Result
    goes_on: bool = True
    """Whether what comes after it is walked further: not where another way leads there too."""


def samples(
    effect: Any, programme: Programme, *, today: dt.date, script: str
) -> tuple[Sample, ...]:
    """Every way in which `effect` may turn out, in the order that it declares."""
    match effect:
        case FindToday():
            days = (("found", today.isoformat()), ("expired", _END_OF_DAYS))
            return tuple(Sample(name, {"is": "found", "today": day}) for name, day in days)
        case FindPlaces():
            return _places(programme, today)
        case KeepStatement():
            spoken = isinstance(effect.words, Words) and effect.words.recording is not None
            return (Sample("kept", {"is": "kept", "statement": _ID, "spoken": spoken}),)
        case OpenCase():
            return (Sample("opened", {"is": "opened", "case": _ID, "code": _CODE}),)
        case FindCase():
            return _plain(effect.outcomes, case=_ID, code=_ID)
        case FindMissing():
            heard_in = programme.languages[0]
            return _plain(effect.outcomes, key=_PROMPT, heard_in=heard_in, left=_LEFT)
        case BeginTake():
            return _plain(effect.outcomes, take=_ID)
        case Recognise():
            return _plain(effect.outcomes, person=PERSON, language=programme.languages[0])
        case SealNumber():
            return _plain(effect.outcomes, report=_ID)
        case RingSomebody():
            return _plain(effect.outcomes, bridge=_ID, staff=_ID)
        case AskForCall():
            return _plain(effect.outcomes, case=_ID, code=_CODE)
        case AskForRight():
            return _plain(effect.outcomes, due=_DAY, code=_CODE)
        case FindRecording() | CheckCasePin():
            return _plain(effect.outcomes)
        case FindStanding():
            return _standings(effect, script)
        case FindFollowUp():
            return _follow_ups(effect, script)
        case FindSurvey():
            return _plain(effect.outcomes if programme.survey else ("closed",), round=_ID)
        case OpenResponse():
            first = _asked_after(programme, None)[0]
            told = Sample("told", {"is": "open", "question": first, "told": True})
            return (*_plain(effect.outcomes, question=first), told)
        case UseKnown():
            first = _asked_after(programme, None)[0]
            return _plain(effect.outcomes, question=first)
        case RecordAnswer():
            following = _asked_after(programme, effect.question)
            over = ["closed", *(["full"] if _tells_of_her(programme, effect.question) else [])]
            return (
                Sample("open", {"is": "open", "question": following[0]}),
                *(Sample(each, {"is": each, "question": None}) for each in over),
                *(
                    Sample("skipped", {"is": "open", "question": name}, goes_on=False)
                    for name in following[1:]
                ),
            )
        case _:
            return _plain(effect.outcomes)


def _tells_of_her(programme: Programme, asked: str) -> bool:
    """Whether the answer tells in which group she is, of which there may be enough."""
    question = programme.survey.question(asked) if programme.survey else None
    return question is not None and (question.is_gender or question.kind is QuestionKind.PLACE)


class Unseen(str):
    """An argument that is handed on. A script that looks at it after all fails, loudly."""

    def _look(self, *_: object) -> Any:
        raise LookupError("it looks at an argument that was to be handed on")

    __eq__ = __hash__ = __format__ = __str__ = __len__ = __iter__ = __add__ = _look


def handed_on(args: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Arguments as a script is given them: what it does not look at cannot be looked at."""
    return {
        name: Unseen() if name in _PASSED_ON and value is not None else value
        for name, value in args.items()
    }


def settled(end: Next) -> Next:
    """The same end, with one value for those that make no difference.

    What counts without end is held where nothing more changes.
    """
    args = {
        name: _ID if name in _PASSED_ON and value is not None else value
        for name, value in end.args.items()
    }
    for name, most in _SAME_FROM.items():
        value = args.get(name)
        if isinstance(value, int) and value > most:
            args[name] = most
    return Next(end.script, args)


def _plain(outcomes: tuple[str, ...], **more: Scalar) -> tuple[Sample, ...]:
    return tuple(Sample(outcome, {"is": outcome, **more}) for outcome in outcomes)


def _places(programme: Programme, today: dt.date) -> tuple[Sample, ...]:
    """All at once, whatever it is about: after them nothing differs."""
    topics = (None, *(each.option for each in programme.topics))
    found = [each for topic in topics for each in offered(programme.directory, topic, today=today)]
    slugs = " ".join(dict.fromkeys(each.slug for each in found))
    none = Sample("none", {"is": "none", "places": ""}, goes_on=not slugs)
    return (Sample("found", {"is": "found", "places": slugs}), none) if slugs else (none,)


def _standings(effect: FindStanding, script: str) -> tuple[Sample, ...]:
    found: list[Sample] = []
    for outcome in effect.outcomes:
        if outcome == "none":
            if script != _CASE_IS_THERE:
                found.append(Sample("none", {"is": "none", "more": False}))
            continue
        result: dict[str, Any] = {
            "is": outcome,
            "case": _ID,
            "reply": _ID,
            "reaches": True,
            "said_on": _DAY,
        }
        found.append(Sample(outcome, {**result, "more": False}))
        if effect.case is None and outcome == effect.outcomes[-1]:
            # How one case stands says nothing of whether there is an older one: tried once.
            found.append(Sample(f"{outcome}_and_older", {**result, "more": True}))
    return tuple(found)


def _follow_ups(effect: FindFollowUp, script: str) -> tuple[Sample, ...]:
    may: dict[str, Scalar] = {
        "may_reopen": True,
        "may_appeal": True,
        "check_back": False,
        "content": False,
        "reply": _ID,
    }
    found = list(_plain(effect.outcomes, **may))
    closed: dict[str, Scalar] = {"is": "closed"}
    content = Sample("closed_and_content", {**closed, **may, "content": True})
    if script == _CASE_IS_THERE:
        found.append(Sample("closed_and_asked", {**closed, **may, "check_back": True}))
        found.append(content)
    if script == _ACCEPTED:
        return (
            Sample("open", {"is": "open", **may, "content": True}),
            Sample("open_and_asked", {"is": "open", **may}),
        )
    if script == _ASKED_BACK:
        asked = {**closed, **may, "check_back": True, "content": True}
        return (Sample("closed_and_asked", asked), content, Sample("closed", {**closed, **may}))
    if script == _AFTER_ITS_END:
        found = [each for each in found if each.outcome == "closed"]
        found += [
            Sample("closed_to_appeals", {**closed, **may, "may_appeal": False}),
            Sample("closed_to_all", {**closed, **may, "may_appeal": False, "may_reopen": False}),
        ]
    return tuple(found)


def _asked_after(programme: Programme, name: str | None) -> tuple[str | None, ...]:
    """What may be asked after `name` (None: at first): what is next, and what follows a skip.

    `name` is of a question, of one option of a multiple choice, or of a whole one.
    """
    questions = programme.survey.questions if programme.survey else ()
    asked = [
        (each, f"{each.name}.{item}" if item else each.name)
        for each in questions
        for item in each.items or ("",)
    ]
    places = [place for place, (each, step) in enumerate(asked) if name in (step, each.name)]
    found: list[str | None] = []
    for each, step in asked[places[-1] + 1 if places else 0 :]:
        if not found or each.name != str(found[-1]).partition(".")[0]:
            found.append(step)
        if not each.relevant:
            return tuple(found)
    return (*found, None)
