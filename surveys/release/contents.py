"""What a release says, whatever the format: the round, its guarded results, and the method."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from disclosure.microdata import HIDDEN, MERGED
from disclosure.values import RULE, SMALL_AREA, Suppressed
from programmes.questions import DONT_KNOW, REFUSED
from surveys.figures import NOT_ASKED, Figure, Figures, Kind, from_json
from surveys.labels import NOTICE, Labels
from surveys.people_rows import PROVINCE, REGION
from surveys.queries import Results, RoundSummary
from surveys.questionnaire import Order, order
from surveys.release.fielded import Fielded
from surveys.release.fielded import facts as field_facts
from surveys.release.words import method_word
from surveys.rows import is_about_her, of_her, rows_of
from surveys.values import ALWAYS, content_hash

WHO = ("gender", "district", "age_band", "language")
"""The columns of rows about people that say who somebody is."""

CODES = {DONT_KNOW: -8, REFUSED: -9, MERGED: -7, HIDDEN: -6, NOT_ASKED: -5}
"""Missing codes of the files that know numbers alone; options count from 1."""


@dataclass(frozen=True, slots=True)
class Described:
    """What only people know of a survey, asked when a release is made (DOMAIN 6.6)."""

    sponsor: str
    population: str
    contact: str


@dataclass(frozen=True, slots=True)
class Variable:
    """One column of the rows about people, and the numbers of its values."""

    name: str
    column: str
    """What it is called in a snapshot's rows."""
    label: str
    values: tuple[tuple[str, int, str], ...]
    """Value, code and label, missing ones last."""

    def code(self, value: str) -> int:
        return next(code for name, code, _ in self.values if name == value)


@dataclass(frozen=True, slots=True)
class Contents:
    """One release. `number` counts within its round; `language` is of the labels."""

    round: RoundSummary
    results: Results
    labels: Labels
    described: Described
    number: int
    made_on: dt.date
    software: str
    field: Fielded | None = None
    """None where whoever called or wrote was asked."""

    @property
    def figures(self) -> Figures:
        return from_json(self.results.tables)

    @property
    def name(self) -> str:
        """What every file of it is called, before its ending."""
        return f"{self.round.programme}-{self.round.survey}-release-{self.number}"

    @property
    def questions(self) -> list[dict[str, Any]]:
        return list(self.round.content["questions"])

    @property
    def order(self) -> Order:
        return order(self.questions)

    def variables(self) -> list[Variable]:
        """The columns of the rows but their ids: gender, language, and each question."""
        rows = self.results.rows
        asked = self.order
        genders = asked.gender.options if asked.gender else ()
        told = of_her(asked.questions)
        # Rows from before these columns were told have none of them.
        who = [
            name
            for name in ("district", "age_band")
            if name in told and all(name in row for row in rows)
        ]
        return [
            self._variable("gender", method_word(self.labels, "gender"), genders, rows),
            *(
                self._variable(
                    name, self.labels.question(told[name].name), told[name].options, rows
                )
                for name in who
            ),
            self._variable("language", method_word(self.labels, "language"), (), rows),
            *(
                self._variable(
                    f"answer_{each.name}",
                    self.labels.question(each.name),
                    [row for row in rows_of(each) if row not in CODES],
                    rows,
                )
                for each in asked.questions
                if not is_about_her(each)
            ),
        ]

    def _variable(
        self, name: str, label: str, options: Sequence[str], rows: Sequence[Any]
    ) -> Variable:
        found = {row[name] for row in rows}
        extra = sorted(found - set(options) - set(CODES))
        known = [*(each for each in options if name not in WHO or each in found), *extra]
        missing = [code for code in CODES if code in ALWAYS or code in found]
        return Variable(
            name=name.removeprefix("answer_"),
            column=name,
            label=label,
            values=(
                *((value, place, self._label(name, value)) for place, value in enumerate(known, 1)),
                *((value, CODES[value], self._label(name, value)) for value in missing),
            ),
        )

    def _label(self, name: str, value: str) -> str:
        if value in (MERGED, HIDDEN):
            return self.labels.word(value)
        for wider in (PROVINCE, REGION):
            if value.startswith(wider):
                level = method_word(self.labels, wider.rstrip(":"))
                return f"{level} {value.removeprefix(wider)}"
        if name == "language" and value in self.round.content["languages"]:
            return self.labels.languages([value])
        return " / ".join(self.labels.answer(part) for part in value.split("+"))

    def method(self) -> list[tuple[str, str]]:
        """The method block: name and text, in the order in which it is read."""
        content, figures = self.round.content, self.figures
        closed = self.round.closed_at
        finished = HIDDEN if figures.finished is None else str(figures.finished)
        began = HIDDEN if figures.began is None else str(figures.began)
        fieldwork = field_facts(self.field, self.labels)
        tags = ", ".join(self.labels.languages([tag]) for tag in content["languages"])
        facts = {
            "title": self.labels.title,
            "sponsor": self.described.sponsor,
            "population": self.described.population,
            "contact": self.described.contact,
            "programme": self.round.programme,
            "frame": fieldwork["frame"],
            "mode": fieldwork["mode"],
            "languages": tags,
            "from": self.round.opened_at.date().isoformat(),
            "until": closed.date().isoformat() if closed else "",
            "began": began,
            "finished": finished,
            "dispositions": fieldwork["dispositions"],
            "rates": fieldwork["rates"],
            "weights": method_word(self.labels, "weights_text"),
            "bases": method_word(self.labels, "bases_text"),
            "guard": method_word(self.labels, "guard_text").format(
                minimum=RULE.minimum,
                area=SMALL_AREA.minimum,
                protection=RULE.protection,
                small=RULE.small_base,
                base=RULE.percent_base,
                low=RULE.low_base,
            ),
            "loss": self.loss(),
            "questionnaire": self.round_hash(),
            "software": self.software,
            NOTICE: self.labels.word(NOTICE),
        }
        return list(facts.items())

    def round_hash(self) -> str:
        """SHA-256 of the questionnaire as it was asked."""
        return content_hash(self.round.content)

    def wordings(self) -> list[tuple[str, str, str]]:
        """Question, language, and the words that were spoken."""
        words = self.round.content["wordings"]
        return [
            (each["name"], tag, words[tag][f"question.{each['name']}"]["say"])
            for each in self.questions
            for tag in self.round.content["languages"]
            if f"question.{each['name']}" in words.get(tag, {})
        ]

    def hidden_cells(self) -> list[tuple[str, str, str]]:
        """Table, row and group of every count that is hidden, by name."""
        return [
            (figure.key, row, column)
            for figure in self.figures.tables
            for row, cells in zip(_names(figure, figure.rows), figure.cells, strict=True)
            for column, cell in zip(_names(figure, figure.columns), cells, strict=True)
            if isinstance(cell, Suppressed)
        ]

    def loss(self) -> str:
        """What the guard took: hidden counts, merged and hidden values of the rows."""
        counts = Counter(
            value
            for row in self.results.rows
            for value in row.values()
            if value in (MERGED, HIDDEN)
        )
        cells = sum(len(row) for figure in self.figures.tables for row in figure.cells)
        total = method_word(self.labels, "loss_text").format(
            hidden=len(self.hidden_cells()),
            cells=cells,
            merged=counts[MERGED],
            rows_hidden=counts[HIDDEN],
        )
        return " ".join((total, *self._loss_by_column()))

    def _loss_by_column(self) -> list[str]:
        """Of each column that says who somebody is: how many values are whole, coarser, gone."""
        rows = self.results.rows
        found = []
        for variable in self.variables() if rows else ():
            if variable.column in WHO:
                values = [row[variable.column] for row in rows]
                coarser = sum(value == MERGED or ":" in value or "+" in value for value in values)
                found.append(
                    method_word(self.labels, "loss_column").format(
                        column=variable.label,
                        coarser=coarser,
                        gone=values.count(HIDDEN),
                        people=len(values),
                    )
                )
        return found


def _names(figure: Figure, members: Sequence[tuple[str, ...]]) -> list[str]:
    return [*("+".join(each) for each in members), "total"]


def has_rows(contents: Contents) -> bool:
    """Whether rows about people could be made safe at all."""
    return bool(contents.results.rows)


def question_figures(contents: Contents) -> list[Figure]:
    return [each for each in contents.figures.tables if each.kind == Kind.QUESTION]
