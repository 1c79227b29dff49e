"""A question of a draft as it goes out in a text: asked by the script and written by the channel
that ask and write it when it is published."""

from __future__ import annotations

from dataclasses import dataclass

from app.editor.drafted import Drafted
from dialogue.conversation import Asked, Turn
from dialogue.effects import FindSurvey, OpenResponse
from dialogue.hearing import page_of
from dialogue.scene import Scene
from dialogue.scripts.survey import survey
from dialogue.words import Ask, Choose, Do, Enter, Opening, Script, Statement, Tell
from locales.gsm import segments
from programmes.errors import MissingPrompt
from programmes.questions import Question, QuestionKind
from sms.texts import messages_of, render


@dataclass(frozen=True, slots=True)
class Sent:
    """The messages of one question, and how many parts of a text the carrier bills for them."""

    messages: tuple[str, ...]
    parts: int


def as_text(found: Drafted, question: Question, tag: str) -> Sent | None:
    """The question and its answers as somebody reads them; None where words are missing."""
    opening = Opening(found.programme, tag, {"channel": "sms"}, {})
    name = question.name
    if question.kind is QuestionKind.MULTIPLE:
        name = f"{name}.{question.options[0]}"
    try:
        tells, ask = _asked(survey(opening), name)
        turn = Turn(tag, tells, ask, _page(ask))
        scene = Scene(found.programme, found.wordings, n=0, ours="", said={}, unmet=True)
        messages = tuple(messages_of(render(turn, scene).body))
    except MissingPrompt:
        return None
    return Sent(messages, sum(segments(each).count for each in messages))


def _asked(script: Script, name: str) -> tuple[tuple[Tell, ...], Ask]:
    """What the script says and asks when this is its next question."""
    tells: list[Tell] = []
    step = next(script)
    while True:
        match step:
            case Do(FindSurvey()):
                step = script.send({"is": "new", "round": ""})
            case Do(OpenResponse()):
                step = script.send({"is": "open", "question": name})
            case Choose("survey.consent"):
                step = script.send("yes")
            case Tell():
                # How keys are used is told once, before whichever question is the first.
                tells += [step] if step.key.startswith("question.") else []
                step = next(script)
            case Choose() | Enter() | Statement():
                return tuple(tells), step
            case _:
                raise AssertionError(step)


def _page(ask: Ask) -> Asked | None:
    """The first page of a long list."""
    if not isinstance(ask, Choose):
        return None
    options = ask.options if ask.several else page_of(ask.options, 0)
    return Asked("Choose", ask.key, options=options)
