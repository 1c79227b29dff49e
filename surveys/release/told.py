"""What a community is told of its own survey, from an approved release: a draft to be read over,
recorded by somebody's voice and broadcast.

Only what the guard shows is told: a share whose per cent is shown, of everybody who finished, as so
many of ten people. No answer is called the most frequent one, since a hidden one may be more so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from disclosure.values import Shown
from locales.catalogues import prompts
from locales.gsm import cheapest, segments
from locales.languages import UnknownLanguage, language
from locales.lengths import estimated
from locales.results import ResultWords
from programmes.questions import YES
from programmes.vocabulary import LONGEST_SUMMARY
from surveys.figures import By, Figure, Figures, Kind
from surveys.questionnaire import order
from surveys.rows import is_about_her
from surveys.values import ALWAYS

MOST_QUESTIONS, MOST_ANSWERS = 4, 2
"""Told by ear, and no more: who wants all of it asks for the tables."""
MOST_SECONDS = 20
"""Of one sentence."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is said, and what is written in at most three texts."""

    say: str
    text: str


@dataclass(frozen=True, slots=True)
class _Answer:
    words: str
    per_cent: int


def told(figures: Figures, content: Mapping[str, Any], tag: str) -> Told | None:
    """The results of a round (`content` is its questionnaire) in one language; None where nothing
    may be told, or the language has no words for it."""
    words = _words_of(tag)
    if words is None:
        return None
    voiced = _Voiced(content, tag)
    spoken: list[str] = []
    written: list[str] = []
    for name in _questions(content):
        asked, answers = voiced.question(name), _answers(figures, name, voiced, words)
        sentences = [f"{words.asked} {asked.say}", *(each for each, _ in answers)]
        is_short = all(estimated(each, tag) <= MOST_SECONDS for each in sentences)
        if not asked.say or not answers or not is_short:
            continue
        spoken.append(" ".join(sentences))
        written.append(f"{asked.text} {answers[0][1]}")
        if len(spoken) == MOST_QUESTIONS:
            break
    if not spoken:
        return None
    return Told(
        say=" ".join((words.opening, words.caution, *spoken, words.closing)),
        text=_as_text(words, written),
    )


def _words_of(tag: str) -> ResultWords | None:
    try:
        return language(tag).results
    except UnknownLanguage:
        return None


def _questions(content: Mapping[str, Any]) -> list[str]:
    """The questions of which something may be told, in their order: none about who she is."""
    asked = order(content["questions"]).questions
    return list(dict.fromkeys(each.question.name for each in asked if not is_about_her(each)))


def _answers(
    figures: Figures, question: str, voiced: _Voiced, words: ResultWords
) -> list[tuple[str, str]]:
    """What was answered to a question, the largest share first: a sentence, and as a text."""
    shown = [
        each
        for figure in figures.tables
        if figure.kind is Kind.QUESTION and figure.by is By.GENDER
        if figure.name.partition(".")[0] == question
        for each in _shown(figure, voiced)
    ]
    shown.sort(key=lambda each: -each.per_cent)
    told = [
        (f"{share}: {each.words}.", f"{words.written(each.per_cent)}: {each.words}.")
        for each in shown
        if each.words and (share := words.share(each.per_cent)) is not None
    ]
    return told[:MOST_ANSWERS]


def _shown(figure: Figure, voiced: _Voiced) -> list[_Answer]:
    """Answers with their share of everybody, where it is shown. Of an option of a multiple choice,
    or of a code, it is the share of those who named it."""
    item = figure.name.partition(".")[2]
    found = []
    for members, cells in zip(figure.rows, figure.cells, strict=False):
        of_all, row = cells[-1], "+".join(members)
        if not isinstance(of_all, Shown) or of_all.percent is None:
            continue
        if item and row == YES:
            named = voiced.option(item) or figure.words.get(voiced.tag, "")
            found.append(_Answer(named, of_all.percent))
        elif not item and row not in ALWAYS:
            found.append(_Answer(voiced.option(row), of_all.percent))
    return found


def _as_text(words: ResultWords, lines: Sequence[str]) -> str:
    """As many lines as fit what a message of the library may cost."""
    fitting = f"{words.opening} {words.caution}"
    for count in range(1, len(lines) + 1):
        text = " ".join((words.opening, *lines[:count], words.caution))
        if segments(cheapest(text)).count > LONGEST_SUMMARY:
            break
        fitting = text
    return fitting


@dataclass(frozen=True, slots=True)
class _Form:
    say: str
    text: str


@dataclass(frozen=True, slots=True)
class _Voiced:
    """The words of a questionnaire in one language, empty where it has none."""

    content: Mapping[str, Any]
    tag: str

    def question(self, name: str) -> _Form:
        return self._form(f"question.{name}")

    def option(self, name: str) -> str:
        """As it is written: what is said with its key may read "if you are a woman"."""
        return self._form(f"option.{name}").text.strip().rstrip(".")

    def _form(self, key: str) -> _Form:
        own = self.content["wordings"].get(self.tag, {}).get(key)
        if own is not None:
            return _Form(own["say"], own["text"])
        known = prompts(self.tag).get(key)
        return _Form(known.say, known.text) if known else _Form("", "")
