"""What the telephone cannot do with a draft's questions, told at each question, at once.

The exploration of the whole draft says more and takes a moment; this looks at one question after
the other, whether or not the draft has gaps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from app.editor import question_forms
from app.editor.drafted import Drafted
from app.examining import Examiner
from app.finding_words import in_words
from app.finding_words import told as in_page
from dialogue.exploring.findings import Finding, Rule, Severity
from dialogue.exploring.lengths import Lengths, Source
from dialogue.exploring.lint import (
    ANSWER_SECONDS,
    DIGIT_SECONDS,
    MOST_MINUTES,
    MOST_QUESTIONS,
    MOST_SECONDS,
    SPOKEN_SECONDS,
    SURELY_LONG,
    WARN_MINUTES,
)
from locales.keywords import is_taken
from locales.languages import language
from programmes.errors import MissingPrompt
from programmes.questions import ENTERED, Question, QuestionKind
from programmes.skipping import faults

MOST_ITEMS = 6
"""Options of a multiple choice, each asked alone, from which callers lose patience."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing to be mended, or to be known, in the language of the page."""

    is_error: bool
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found of one question, and about how long it takes by voice, by language."""

    told: tuple[Told, ...]
    seconds: dict[str, int]


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found of all of them."""

    by_question: dict[str, Looked]
    told: tuple[Told, ...]
    minutes: dict[str, float]
    """By language: with consent and thanks, for somebody who is asked everything."""


def look(found: Drafted, examiner: Examiner) -> Survey:
    """Look at every question of the draft; the examiner knows how long sounds are."""
    asked = question_forms.questions(found)
    lengths = Lengths(
        found.wordings, found.prompts(), slug=found.draft.slug, measured=examiner.measured
    )
    order = faults(asked) if "" not in {each.name for each in asked} else []
    looked = {}
    for place, each in enumerate(asked):
        told = [*_words(found, each, lengths), *_shape(each)]
        told += [
            Told(True, str(in_page(fault.said))) for fault in order if fault.question == each.name
        ]
        if each.is_gender and place >= len(asked) * 2 / 3:
            told.append(
                Told(
                    False,
                    _(
                        "Ask gender before the last third: who leaves before it is counted "
                        "neither as a woman nor as a man."
                    ),
                )
            )
        seconds = {tag: round(_seconds(each, lengths, tag)) for tag in found.tags}
        looked[each.name] = Looked(tuple(told), seconds)
    minutes = {
        tag: (
            lengths.total(["survey.consent", "survey.keys", "survey.thanks"], tag)
            + ANSWER_SECONDS
            + sum(each.seconds[tag] for each in looked.values())
        )
        / 60
        for tag in found.tags
    }
    return Survey(looked, tuple(_whole(asked, minutes)), minutes)


def _whole(asked: list[Question], minutes: dict[str, float]) -> Iterator[Told]:
    if len(asked) > MOST_QUESTIONS:
        yield _told(Severity.ERROR, Rule.SURVEY_QUESTIONS, count=len(asked), most=MOST_QUESTIONS)
    for tag, length in minutes.items():
        if length > WARN_MINUTES:
            most = MOST_MINUTES if length > MOST_MINUTES else WARN_MINUTES
            severity = Severity.ERROR if length > MOST_MINUTES else Severity.WARNING
            yield _told(severity, Rule.SURVEY_MINUTES, tag=tag, minutes=round(length), most=most)
    if asked and not any(each.is_gender for each in asked):
        text = _("It does not ask gender: nobody can tell whether women are heard.")
        yield Told(False, text)


def keys(question: Question) -> tuple[str, ...]:
    """The prompts that are its own."""
    named = () if question.kind is QuestionKind.YES_NO else (*question.options, *question.ends)
    return (f"question.{question.name}", *(f"option.{each}" for each in named))


def _words(found: Drafted, question: Question, lengths: Lengths) -> Iterator[Told]:
    """What is too long, in no words, or never arrives as an answer."""
    for tag in found.tags:
        for key in keys(question):
            try:
                worded = found.wordings.find(key, tag)
            except MissingPrompt:
                yield _told(Severity.ERROR, Rule.NO_WORDS, tag=tag)
                continue
            if worded.tag != tag and language(tag).is_complete:
                yield _told(Severity.ERROR, Rule.NO_WORDS, tag=tag)
                continue
            length = lengths.of(key, tag)
            if length.seconds > MOST_SECONDS:
                is_sure = length.source is Source.RECORDING or length.seconds > SURELY_LONG
                yield _told(
                    Severity.ERROR if is_sure else Severity.WARNING,
                    Rule.TOO_LONG,
                    tag=tag,
                    seconds=round(length.seconds),
                    source=length.source.value,
                    most=MOST_SECONDS,
                )
            if key.startswith("option."):
                for word in dict.fromkeys((worded.wording.text, worded.wording.say)):
                    if is_taken(word, tags=found.tags):
                        yield _told(Severity.ERROR, Rule.TAKEN_WORD, tag=tag, word=word)


def _shape(question: Question) -> Iterator[Told]:
    """What its kind makes hard by telephone."""
    count = len(question.options)
    if question.kind is QuestionKind.MULTIPLE and count > MOST_ITEMS:
        yield Told(
            False,
            _(
                "Each of the %(count)s options is asked alone by voice: from %(most)s on "
                "people hang up.",
                count=count,
                most=MOST_ITEMS + 1,
            ),
        )
    if question.kind is QuestionKind.PLACE and count > 3:
        pages = -(-count // 3)
        if pages > 2:
            yield _told(Severity.WARNING, Rule.LONG_LIST, count=count, pages=pages)
    if question.kind is QuestionKind.OPEN and not question.codes:
        yield Told(
            True,
            _("Her own words need themes that people code them by: nothing else of them leaves."),
        )
    if not question.missing and not question.is_gender:
        yield Told(
            False,
            _("Nobody can leave it out: whoever does not know guesses, or hangs up."),
        )


def _seconds(question: Question, lengths: Lengths, tag: str) -> float:
    """About how long it takes by voice, until it is answered."""
    spoken = list(keys(question))
    times = 1
    if question.kind is QuestionKind.MULTIPLE:
        times = max(1, len(question.options))
        spoken += ["option.yes", "press.1", "option.no", "press.2"] * times
    elif question.kind is QuestionKind.OPEN:
        return lengths.total([*spoken, "survey.how_words"], tag) + SPOKEN_SECONDS
    elif question.kind in ENTERED:
        spoken.append(f"survey.how_{question.kind.value}")
        return lengths.total(spoken, tag) + ANSWER_SECONDS + DIGIT_SECONDS * question.length
    else:
        options = question.options[:3] if len(question.options) > 4 else question.options
        if question.kind is QuestionKind.YES_NO:
            spoken += ["option.yes", "option.no"]
        spoken = [each for each in spoken if not each.startswith("option.place_")]
        spoken += [f"option.{each}" for each in options if each.startswith("place_")]
        spoken += [f"press.{key}" for key, _each in enumerate(options, start=1)]
    return lengths.total(spoken, tag) + ANSWER_SECONDS * times


def _told(severity: Severity, rule: Rule, *, tag: str = "", **values: str | int) -> Told:
    text = in_words(Finding(severity, rule, values=values))
    return Told(severity is Severity.ERROR, text, tag)
