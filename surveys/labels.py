"""The words that leave with the numbers, in files and pictures that no page surrounds.

A question and its options are named by the frozen questionnaire, so that what is read is what was
asked; where it has no words in the page's language, what means the same in every programme is named
here, and the rest in the questionnaire's first language.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from locales.languages import UnknownLanguage, language
from surveys.figures import By

NOTICE = "notice"
NOT_FOR_PUBLICATION = "not_for_publication"

WORDS: Mapping[str, Mapping[str, str]] = {
    "es": {
        "woman": "Mujeres",
        "man": "Varones",
        "gender_other": "Otra respuesta",
        "gender_unsaid": "Prefiere no decirlo",
        "not_stated": "No llegó a la pregunta de género",
        "dont_know": "No sabe",
        "refused": "Prefiere no responder",
        "merged": "Varios (grupos pequeños)",
        "total": "Total",
        "people": "Personas",
        "percent": "Por ciento de cada grupo",
        "suppressed": "oculto",
        "not_asked": "no se preguntó",
        "given": "Respondió",
        "not_named": "No, o no respondió",
        "yes": "Sí",
        "no": "No",
        "low_base": "base pequeña",
        "participants": "Quiénes terminaron, por idioma y género",
        "break_off": "Dónde se interrumpió la encuesta, por género",
        "none": "Nadie",
        "everybody": "Todas las personas",
        "by_gender": "por género",
        "by_district": "por distrito",
        "by_week": "por semana",
        NOTICE: (
            "Respondió quien quiso: no es una muestra estadística ni una "
            "audiencia o consulta formal, y sus resultados no representan a toda la población."
        ),
        NOT_FOR_PUBLICATION: "No publicar",
    },
    "en": {
        "woman": "Women",
        "man": "Men",
        "gender_other": "Another answer",
        "gender_unsaid": "Preferred not to say",
        "not_stated": "Left before the gender question",
        "dont_know": "Does not know",
        "refused": "Preferred not to answer",
        "merged": "Several (small groups)",
        "total": "Total",
        "people": "People",
        "percent": "Per cent of each group",
        "suppressed": "hidden",
        "not_asked": "not asked",
        "given": "Answered",
        "not_named": "No, or no answer",
        "yes": "Yes",
        "no": "No",
        "low_base": "small base",
        "participants": "Who finished, by language and gender",
        "break_off": "Where the survey was broken off, by gender",
        "none": "Nobody",
        "everybody": "Everybody",
        "by_gender": "by gender",
        "by_district": "by district",
        "by_week": "by week",
        NOTICE: (
            "Whoever wished to answered: this is no statistical sample and no "
            "formal hearing or consultation, and its results do not stand for the whole population."
        ),
        NOT_FOR_PUBLICATION: "Not for publication",
    },
}
_GROUPS = frozenset({"woman", "man", "gender_other", "gender_unsaid"})


@dataclass(frozen=True, slots=True)
class _Province:
    name: str
    options: frozenset[str]


@dataclass(frozen=True, slots=True)
class Labels:
    """Names of what a questionnaire holds, in one language of the pages."""

    content: Mapping[str, Any]
    """`Round.content`."""
    language: str

    def word(self, key: str) -> str:
        """A word of `WORDS`."""
        return WORDS[self.language][key]

    @property
    def title(self) -> str:
        titles: Mapping[str, str] = self.content["title"]
        return titles.get(self.language) or next(iter(titles.values()), self.content["survey"])

    def question(self, name: str, words: Mapping[str, str] = MappingProxyType({})) -> str:
        """A question; of one option of a multiple choice its question and the option.

        `words` are those of a code of an open question, by language.
        """
        question, _, item = name.partition(".")
        worded = self._worded(f"question.{question}") or question.replace("_", " ")
        if not item:
            return worded
        return f"{worded} {words.get(self.language) or self.answer(item)}"

    def answer(self, name: str) -> str:
        """An option, a band of numbers, `given`, `dont_know`, `refused` or `not_asked`."""
        return self._worded(f"option.{name}") or name.replace("_", " ")

    def group(self, members: Sequence[str]) -> str:
        """People of these genders, together."""
        named = WORDS[self.language]
        return " / ".join(named[name] if name in named else self.answer(name) for name in members)

    def answers(self, members: Sequence[str]) -> str:
        """Answers together; all districts of a province are the province."""
        left, named = list(members), []
        for province in self._provinces():
            if len(province.options) > 1 and province.options <= set(left):
                named.append(province.name)
                left = [name for name in left if name not in province.options]
        return " / ".join([*named, *(self.answer(name) for name in left)])

    def column(self, by: By, members: Sequence[str]) -> str:
        """The people of a column."""
        match by:
            case By.GENDER:
                return self.group(members)
            case By.DISTRICT:
                return self.answers(members)
            case By.WEEK:
                last = dt.date.fromisoformat(members[-1]) + dt.timedelta(days=6)
                return f"{members[0]} – {last.isoformat()}"

    def _provinces(self) -> list[_Province]:
        found: dict[str, set[str]] = {}
        for option, (province, _) in self.content.get("places", {}).items():
            if province:
                found.setdefault(province, set()).add(option)
        return [_Province(name, frozenset(options)) for name, options in found.items()]

    def languages(self, tags: Sequence[str]) -> str:
        """Languages of a call, together, each in its own name."""
        return " / ".join(self._language(tag) for tag in tags)

    def _language(self, tag: str) -> str:
        try:
            return language(tag).own_name
        except UnknownLanguage:
            return tag

    def _worded(self, key: str) -> str | None:
        wordings: Mapping[str, Mapping[str, Mapping[str, str]]] = self.content["wordings"]
        own = wordings.get(self.language, {}).get(key)
        if own is not None:
            return own["text"]
        common = WORDS[self.language].get(key.removeprefix("option."))
        if key.startswith("option.") and common is not None:
            return common
        first = (wordings.get(tag, {}).get(key) for tag in self.content["languages"])
        return next((found["text"] for found in first if found is not None), None)
