"""A small survey, and people who answer it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from random import Random
from types import MappingProxyType

from programmes.calendar import Calendar
from programmes.values import Programme, Question, Survey, Wording
from storage.database import Database
from storage.vault import Vault
from surveys import operations, queries, snapshots
from surveys.queries import Given, Results
from surveys.values import Opened, Recorded, frozen, order

NOW = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 23)

QUESTIONS = (
    Question("water", ("water_good", "water_fair", "water_bad")),
    Question("work", ("work_more", "work_less")),
    Question("gender", ("woman", "man", "gender_other", "gender_unsaid"), is_gender=True),
    Question("trust", ("trust_yes", "trust_no")),
)
NAMES = tuple(question.name for question in QUESTIONS)
ANSWERS = {"water": "water_good", "work": "work_more", "gender": "woman", "trust": "trust_no"}


def programme(*, water: str = "¿Cómo está el agua?") -> Programme:
    words = {
        f"option.{option}": Wording(option.replace("_", " "), option.replace("_", " "))
        for question in QUESTIONS
        for option in question.options
    }
    spanish = words | {
        "question.water": Wording(water, water),
        "survey.consent": Wording("¿Acepta?", "¿Acepta?"),
        "message.rights": Wording("not of the survey", "not of the survey"),
    }
    return Programme(
        hash="v1",
        slug="junin",
        name={"es": "Junín"},
        languages=("es", "quy"),
        time_zone="America/Lima",
        calendar=Calendar("America/Lima"),
        menu=(),
        categories=(),
        topics=(),
        queues=(),
        default_queue="",
        survey=Survey("perception", {"es": "Percepción", "en": "Perception"}, QUESTIONS),
        quick_exit="",
        wordings=MappingProxyType({"es": spanish, "quy": words}),
    )


def programme_without_survey() -> Programme:
    return replace(programme(), survey=None)


CONTENT = frozen(programme()) or {}
"""The survey as a round keeps it."""
ORDER = order(CONTENT["questions"])


def people(number: int, language: str = "es", *, until: int = 4, **answers: str) -> list[Given]:
    """As many equal responses, of people who answered the first `until` questions."""
    given = {name: (ANSWERS | answers)[name] for name in NAMES[:until]}
    return [Given(language, until == len(NAMES), given)] * number


class Field:
    """A round that is open, and whoever answers it."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self.database = database
        self.vault = vault
        with database.writing() as connection:
            published = operations.publish(connection, vault=vault, programme=programme(), now=NOW)
        assert published is not None
        self.round_id = published.round_id

    def begin(
        self,
        who: str,
        *,
        language: str = "es",
        now: dt.datetime = NOW,
        consent: str = "yes",
        only_new: bool = False,
    ) -> Opened:
        with self.database.writing() as connection:
            return operations.open_response(
                connection,
                vault=self.vault,
                round_id=self.round_id,
                line_key=who,
                language=language,
                channel="voice",
                consent_wording="w" * 64,
                consent_answer=consent,
                today=TODAY,
                now=now,
                only_new=only_new,
            )

    def answer(self, who: str, question: str, value: str, *, now: dt.datetime = NOW) -> Recorded:
        with self.database.writing() as connection:
            return operations.record_answer(
                connection,
                vault=self.vault,
                round_id=self.round_id,
                line_key=who,
                question=question,
                value=value,
                now=now,
            )

    def finish(
        self, who: str, *, language: str = "es", now: dt.datetime = NOW, **answers: str
    ) -> None:
        given: Mapping[str, str] = ANSWERS | answers
        self.begin(who, language=language, now=now)
        for question in NAMES:
            self.answer(who, question, given[question], now=now)

    def close(self, now: dt.datetime = NOW) -> None:
        with self.database.writing() as connection:
            operations.close_round(connection, round_id=self.round_id, now=now)


def renew(field: Field, now: dt.datetime = NOW) -> bool:
    """Whether a snapshot was made."""
    return snapshots.renew_snapshot(field.database, round_id=field.round_id, now=now, rng=Random(1))


def newest(field: Field) -> Results:
    with field.database.reading() as connection:
        found = queries.results(connection, field.round_id, with_rows=True)
    assert found is not None
    return found
