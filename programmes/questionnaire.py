"""Reads `survey.yaml`: the questions, what they may be answered with, and when they are asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from locales.wording import Wording
from programmes.blocks import CONSENT, blocks
from programmes.choices import choices, reference
from programmes.nodes import LONGEST_NAME, Field, did_you_mean
from programmes.questions import (
    MISSING,
    NO,
    YES,
    Question,
    QuestionKind,
    as_number,
    question_content,
    to_question,
)
from programmes.skipping import faults
from programmes.vocabulary import Vocabulary

LONGEST_NUMBER = 9
"""Digits of a number that anybody would enter by telephone."""
_SCALE_KEYS = (1, 9)
_WITH_OPTIONS = (QuestionKind.CHOICE, QuestionKind.MULTIPLE)
_BOUNDED = (QuestionKind.SCALE, QuestionKind.NUMBER, QuestionKind.DATE)
_FIELDS = (
    *("block", "name", "kind", "options", "gender", "wording", "low", "high", "bands", "ends"),
    *("dont_know", "refused", "relevant", "order", "group", "codes"),
)
_ONLY_FOR = {
    "options": _WITH_OPTIONS,
    "low": _BOUNDED,
    "high": _BOUNDED,
    "bands": (QuestionKind.NUMBER, QuestionKind.DATE),
    "ends": (QuestionKind.SCALE,),
    "codes": (QuestionKind.OPEN,),
    "order": (*_WITH_OPTIONS, QuestionKind.YES_NO),
}

Place = Mapping[str, Any]
"""A district as content."""


def place_option(slug: str) -> str:
    """The option by which a district is chosen."""
    return f"place_{slug.replace('-', '_')}"


def read_survey(
    top: Field,
    *,
    words: Vocabulary,
    title: Callable[[Field], dict[str, str]],
    districts: Sequence[Place],
) -> dict[str, Any]:
    """The survey as content; what is wrong is noted in the fields."""
    fields = top.record("name", "title", "questions", optional=("options", "shuffle"))
    for option, wording in fields["options"].prompts().items():
        words.add(f"option.{option}", wording)
    reading = _Questions(words, districts)
    for place, item in enumerate(fields["questions"].items()):
        reading.read(item, is_first=place == 0)
    reading.shuffle(fields["shuffle"])
    reading.check()
    return {
        "name": fields["name"].name(),
        "title": title(fields["title"]),
        "questions": list(reading.questions.values()),
    }


class _Questions:
    """The questions of one survey while they are read, in their order."""

    def __init__(self, words: Vocabulary, districts: Sequence[Place]) -> None:
        self.questions: dict[str, dict[str, Any]] = {}
        self._words = words
        self._districts = districts
        self._fields: dict[str, Mapping[str, Field]] = {}
        self._gender: Field | None = None

    def read(self, item: Field, *, is_first: bool) -> None:
        members = item.record(optional=_FIELDS)
        block = self._block(members["block"], is_first=is_first)
        if block == CONSENT:
            for name, member in members.items():
                if name != "block" and member.is_given:
                    member.note("consent is no question: word survey.consent in programme.yaml")
            return
        ready: Mapping[str, Any] = blocks()[block].question if block else {}
        name = members["name"].name() or (
            ready.get("name", "") if not members["name"].is_given else ""
        )
        if not members["name"].is_given and not ready and item.is_record:
            item.note(f"{item.label} lacks the field 'name'")
        kind = self._kind(members["kind"], ready)
        self._needs(item, members, kind, ready)
        if name and name in self.questions:
            members["name"].note(f"the question {name!r} is asked twice")
        elif name:
            place = members["name"] if members["name"].is_given else members["block"]
            self._words.need(f"question.{name}", place)
            if members["wording"].is_given:
                self._words.add(f"question.{name}", members["wording"])
        low, high = self._bounds(members, kind)
        question = Question(
            name,
            self._options(members["options"], name, kind, ready),
            is_gender=self._is_gender(members["gender"], ready),
            kind=kind,
            low=low,
            high=high,
            bands=self._bands(members["bands"], low, high, kind),
            ends=self._ends(members["ends"]),
            missing=_missing(members, ready),
            relevant=" ".join(members["relevant"].text().split()),
            is_shuffled=reference(members["order"], repr(name), "order", ("random",)) == "random",
            group=members["group"].name(),
            codes=tuple(each.name() for each in members["codes"].items()),
            block=block,
        )
        self.questions[name] = question_content(question)
        self._fields[name] = members | {"": item}

    def shuffle(self, field: Field) -> None:
        """Note on the questions which blocks change places: one list per set of them."""
        units: dict[str, list[str]] = {}
        for name, question in self.questions.items():
            units.setdefault(question.get("group") or name, []).append(name)
        for number, item in enumerate(field.items(), start=1):
            for member in item.items():
                unit = reference(member, "what changes places", "block or question", units)
                for name in units.get(unit, ()):
                    if "shuffle" in self.questions[name]:
                        member.note(f"{unit!r} changes places twice")
                    self.questions[name]["shuffle"] = number

    def check(self) -> None:
        """Note what is wrong with when questions are asked."""
        if "" in self.questions:
            return
        for fault in faults([to_question(each) for each in self.questions.values()]):
            members = self._fields[fault.question]
            place = members["relevant"] if not fault.in_order else members["group"]
            (place if place.is_given else members[""]).note(fault.message)

    def _block(self, field: Field, *, is_first: bool) -> str:
        name = field.text()
        if not name:
            return ""
        if name not in blocks():
            hint = did_you_mean(name, blocks()) or f"; there is {', '.join(blocks())}"
            field.note(f"there is no ready-made question {name!r}{hint}")
            return ""
        if name == CONSENT and not is_first:
            field.note("consent comes before every question")
        for key, wording in blocks()[name].words.items():
            self._words.offer(key, wording)
        return name

    def _kind(self, field: Field, ready: Mapping[str, Any]) -> QuestionKind:
        if not field.is_given:
            return QuestionKind(ready.get("kind", QuestionKind.CHOICE))
        name = reference(field, "the question", "kind", [each.value for each in QuestionKind])
        return QuestionKind(name) if name in set(QuestionKind) else QuestionKind.CHOICE

    def _needs(
        self,
        item: Field,
        members: Mapping[str, Field],
        kind: QuestionKind,
        ready: Mapping[str, Any],
    ) -> None:
        """Note what a question of this kind lacks, and what says nothing of it."""
        if kind in _WITH_OPTIONS and not members["options"].is_given and "options" not in ready:
            item.note(f"{item.label} lacks the field 'options'")
        if kind in (QuestionKind.SCALE, QuestionKind.NUMBER):
            for name in ("low", "high"):
                if not members[name].is_given:
                    item.note(f"{item.label} lacks the field {name!r}")
        for name, kinds in _ONLY_FOR.items():
            if members[name].is_given and kind not in kinds:
                members[name].note(f"{name!r} says nothing of a question of kind {kind.value!r}")

    def _is_gender(self, field: Field, ready: Mapping[str, Any]) -> bool:
        is_gender = field.flag() or bool(ready.get("gender"))
        if is_gender and self._gender:
            field.note(f"a second gender question (first in line {self._gender.line})")
        self._gender = field if is_gender else self._gender
        return is_gender

    def _options(
        self, field: Field, name: str, kind: QuestionKind, ready: Mapping[str, Any]
    ) -> tuple[str, ...]:
        if kind is QuestionKind.YES_NO:
            return YES, NO
        if kind is QuestionKind.PLACE:
            return self._places(field)
        if kind not in _WITH_OPTIONS:
            return ()
        if not field.is_given:
            for option in ready.get("options", ()):
                self._words.need(f"option.{option}", field)
            return tuple(ready.get("options", ()))
        is_multiple = kind is QuestionKind.MULTIPLE
        what = f"the question {name!r}"
        read = choices(field, what, words=self._words, is_paged=is_multiple)
        return tuple(choice.option for choice in read)

    def _places(self, field: Field) -> tuple[str, ...]:
        if not self._districts:
            field.note("a question about a place needs `districts` in programme.yaml")
        options = []
        for district in self._districts:
            option = place_option(district["slug"])
            if len(option) > LONGEST_NAME:
                field.note(f"the district {district['slug']!r} has too long a name to be chosen")
            self._words.need(f"option.{option}", field)
            said = Wording(district["name"], district["name"])
            self._words.offer(f"option.{option}", dict.fromkeys(self._words.languages, said))
            options.append(option)
        return tuple(options)

    def _bounds(
        self, members: Mapping[str, Field], kind: QuestionKind
    ) -> tuple[int | None, int | None]:
        if kind is QuestionKind.DATE:
            days = [members[name].date() for name in ("low", "high")]
            low, high = (as_number(day) if day is not None else None for day in days)
        else:
            low, high = (members[name].integer() for name in ("low", "high"))
        if low is not None and high is not None and low >= high:
            members["high"].note("'high' is not more than 'low'")
        if kind is QuestionKind.SCALE:
            first, last = _SCALE_KEYS
            for name, value in (("low", low), ("high", high)):
                if value is not None and not first <= value <= last:
                    members[name].note(f"a scale is answered by one key, {first} to {last}")
        if kind is QuestionKind.NUMBER:
            if low is not None and low < 0:
                members["low"].note("a telephone has no key for less than nothing")
            if high is not None and len(str(high)) > LONGEST_NUMBER:
                members["high"].note(f"nobody enters more than {LONGEST_NUMBER} digits")
        return low, high

    def _bands(
        self, field: Field, low: int | None, high: int | None, kind: QuestionKind
    ) -> tuple[int, ...]:
        if kind is QuestionKind.DATE:
            days = [item.date() for item in field.items()]
            starts = tuple(as_number(day) for day in days if day is not None)
        else:
            numbers = [item.integer() for item in field.items()]
            starts = tuple(each for each in numbers if each is not None)
        rises = all(before < after for before, after in pairwise(starts))
        if starts and (not rises or starts[0] != low or (high is not None and starts[-1] > high)):
            field.note("bands begin at 'low' and rise, each from its first number on")
        return starts

    def _ends(self, field: Field) -> tuple[str, ...]:
        ends = tuple(item.name() for item in field.items())
        if ends and len(ends) != 2:
            field.note("the ends of a scale are two options: of its lowest and its highest key")
        for option in ends:
            self._words.need(f"option.{option}", field)
        return ends


def _missing(members: Mapping[str, Field], ready: Mapping[str, Any]) -> tuple[str, ...]:
    """Why nobody has to answer: for both reasons, unless one is turned off here or by its block."""
    offered = ready.get("missing", MISSING)
    return tuple(
        each
        for each in MISSING
        if (members[each].flag() if members[each].is_given else each in offered)
    )
