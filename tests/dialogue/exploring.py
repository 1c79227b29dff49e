"""What the tests of the explorer share: the day, the graph of Junín, and small scripts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from dialogue.exploring.explore import explore
from dialogue.exploring.graph import Graph
from dialogue.exploring.lengths import Lengths
from dialogue.exploring.openings import Start
from dialogue.words import Next, Opening, Script, Unit
from library.prompts import Prompts
from locales.catalogues import prompts as system_prompts
from locales.languages import language
from programmes.values import Programme, Question, Survey, Wording
from programmes.wordings import Wordings

TODAY = dt.date(2026, 11, 23)


def wordings_of(programme: Programme) -> Wordings:
    return Wordings(programme, system_prompts, fallback=lambda tag: language(tag).fallback)


def lengths_of(programme: Programme, prompts: Prompts | None = None) -> Lengths:
    return Lengths(wordings_of(programme), prompts, slug=programme.slug)


def explored(programme: Programme, **scripts: Callable[[Opening], Script] | Unit) -> Graph:
    """The graph of a programme whose scripts are these alone; `hello` is where it starts."""
    units = {
        name: script if isinstance(script, Unit) else Unit(script, up="")
        for name, script in scripts.items()
    }
    starts = (Start("called", Next("hello")),)
    return explore(programme, today=TODAY, units=units, starts=starts, most_runs=500, most_calls=20)


def reworded(programme: Programme, tag: str, **words: str) -> Programme:
    """The programme with other words: `option_water="…"` for `option.water`; empty removes it."""
    own = dict(programme.wordings[tag])
    for name, say in words.items():
        key = name.replace("_", ".", 1)
        own.pop(key, None)
        if say:
            own[key] = Wording(say, say)
    wordings: Mapping[str, Mapping[str, Wording]] = {**programme.wordings, tag: own}
    return replace(programme, wordings=MappingProxyType(wordings))


def with_questions(programme: Programme, count: int, *, options: int = 4) -> Programme:
    """The programme with a survey of so many questions, all worded."""
    questions = tuple(
        Question(f"q{place}", tuple(f"a{place}_{option}" for option in range(options)))
        for place in range(count)
    )
    own = {
        tag: {
            **words,
            **{
                key: Wording("¿Qué le parece esto?", "¿Qué?")
                for question in questions
                for key in (f"question.{question.name}", *(f"option.{o}" for o in question.options))
            },
        }
        for tag, words in programme.wordings.items()
    }
    survey = Survey("long", {"es": "Larga"}, questions)
    return replace(programme, survey=survey, wordings=MappingProxyType(own))
