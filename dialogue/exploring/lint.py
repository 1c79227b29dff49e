"""The rules that a programme is held to before callers meet it (DOMAIN 4.1, 40 and 46).

That an option is spoken before its key, and that keys follow each other from 1, needs no rule:
channels have no other way to speak a list.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from dialogue.exploring.findings import Finding, Rule, Severity
from dialogue.exploring.graph import Graph, Node, Question, Way
from dialogue.exploring.heard import page_keys, reachable, says_global_keys
from dialogue.exploring.lengths import Lengths, Source
from dialogue.exploring.walk import ENDLESS, FAILED, Left
from dialogue.hearing import EXTRA_KEYS, MORE
from dialogue.scripts import UNITS
from dialogue.words import Choose, Enter, Statement, Unit
from locales.keywords import is_taken
from locales.languages import is_said_in, language
from programmes.directory import FRESH_FOR
from programmes.errors import MissingPrompt
from programmes.questions import QuestionKind
from programmes.wordings import Wordings

MOST_OPTIONS = 4
MOST_PAGES = 2
MOST_SECONDS = 20
SURELY_LONG = 25
"""Seconds from which an estimate or a draft is too long beyond doubt; a recording at 20."""
MOST_QUESTIONS = 10
WARN_MINUTES, MOST_MINUTES = 5, 10
ANSWER_SECONDS = 3
"""From the end of the options to the key, on average: more for a first question, less later."""

DIGIT_SECONDS = 0.7
"""More for each digit that is entered."""
SPOKEN_SECONDS = 20.0
"""What an answer in words takes, with the tone before it."""

_MAY_BE_LONG = ("message.", "survey.consent")
_WRITTEN_ONLY = "sms."

HasSound = Callable[[str, str], bool]
"""Whether a prompt (key, tag) can be heard at all."""


def lint(
    graph: Graph,
    wordings: Wordings,
    *,
    lengths: Lengths,
    today: dt.date,
    has_sound: HasSound | None = None,
    units: Mapping[str, Unit] = UNITS,
) -> tuple[Finding, ...]:
    """Everything wrong with an explored programme: errors first, then the nearest to the menu.

    Sounds are looked at where `has_sound` is given.
    """
    ways = reachable(graph)
    found = chain(
        _broken_paths(graph),
        _dead_ends(graph, units),
        _options(graph),
        _taken_words(graph, ways, wordings),
        _lengths(graph, ways, lengths),
        _survey(graph, lengths),
        _words(graph, ways, wordings, has_sound),
        _unused(graph, ways, today),
    )
    return tuple(sorted(found, key=lambda each: each.severity is not Severity.ERROR))


def _error(rule: Rule, **more: object) -> Finding:
    return Finding(Severity.ERROR, rule, **more)  # type: ignore[arg-type]  # as Finding's own


def _warning(rule: Rule, **more: object) -> Finding:
    return Finding(Severity.WARNING, rule, **more)  # type: ignore[arg-type]  # as Finding's own


# -- paths ---------------------------------------------------------------------------------------


def _broken_paths(graph: Graph) -> Iterator[Finding]:
    """Faults of scripts, and cycles in which nothing is asked; each fault at its nearest place."""
    seen: set[tuple[str, str]] = set()
    for edge in graph.edges:
        if isinstance(edge.target, Left) and edge.target.how in (ENDLESS, FAILED):
            same = edge.target.how, edge.target.detail
            if same in seen:
                continue
            seen.add(same)
            key = edge.source.question.key if isinstance(edge.source, Node) else None
            rule = Rule.FAILS if edge.target.how == FAILED else Rule.ENDLESS_PATH
            yield _error(rule, key=key, way=edge.way, values={"fault": edge.target.detail})
    for script in graph.unreached:
        yield _warning(Rule.NEVER_REACHED, values={"script": script})


def _dead_ends(graph: Graph, units: Mapping[str, Unit]) -> Iterator[Finding]:
    """Questions whose answers never lead to the menu, to a person or to the end."""
    backwards: dict[Node, set[Node]] = {}
    person = any(start.key == "0" for start in graph.starts)
    out = {
        node
        for node in graph.nodes
        if node.script == "menu" or (person and says_global_keys(node.question))
    }
    for edge in graph.edges:
        if isinstance(edge.source, Node):
            if isinstance(edge.target, Node):
                backwards.setdefault(edge.target, set()).add(edge.source)
            elif edge.target.how not in (ENDLESS, FAILED):
                out.add(edge.source)
    waiting = list(out)
    while waiting:
        for before in backwards.get(waiting.pop(), ()):
            if before not in out:
                out.add(before)
                waiting.append(before)
    shown: set[str] = set()
    for node in graph.nodes:
        if node not in out and node.script not in shown:
            shown.add(node.script)
            rule = Rule.WAY_OUT_UNSAID if _back_leads_out(node.script, units) else Rule.NO_WAY_OUT
            severity = _warning if rule is Rule.WAY_OUT_UNSAID else _error
            yield severity(rule, key=node.question.key, way=node.way)


def _back_leads_out(script: str, units: Mapping[str, Unit]) -> bool:
    seen: set[str] = set()
    while script not in seen:
        seen.add(script)
        if script not in units:
            return False
        script = units[script].up
        if script in ("", "menu"):
            return True
    return False


# -- options -------------------------------------------------------------------------------------


def _options(graph: Graph) -> Iterator[Finding]:
    survey = graph.programme.survey
    places = {
        f"question.{each.name}"
        for each in (survey.questions if survey else ())
        if each.kind is QuestionKind.PLACE
    }
    for node in graph.nodes:
        asked = node.question
        if not isinstance(asked, Choose):
            continue
        where = {"key": asked.key, "way": node.way}
        pages = node.pages()
        longest = max(len(page) for page in pages)
        # Of a question's own options none is heard late; places are a list that everybody knows.
        is_place = asked.key in places
        count = len(asked.options) if asked.extras and not is_place else longest
        if count > MOST_OPTIONS:
            yield _error(
                Rule.TOO_MANY_OPTIONS, **where, values={"count": count, "most": MOST_OPTIONS}
            )
        elif len(pages) > MOST_PAGES:
            values = {"count": len(asked.options), "pages": len(pages)}
            yield _warning(Rule.LONG_LIST, **where, values=values)
        named = (*asked.options, *asked.extras)
        allowed = set(EXTRA_KEYS.values())
        twice = {each for each in named if named.count(each) > 1}
        astray = set(asked.extras) - allowed | (set(asked.options) & (allowed | {MORE}))
        for option in sorted(twice | astray):
            yield _error(Rule.KEYS, **where, values={"option": option})


def _taken_words(graph: Graph, ways: Mapping[str, Way], wordings: Wordings) -> Iterator[Finding]:
    """Options that cannot be answered by their words: the carrier or a keyword takes them."""
    tags = graph.programme.languages
    for key, way in ways.items():
        if not key.startswith("option."):
            continue
        for tag in tags:
            try:
                wording = wordings.find(key, tag).wording
            except MissingPrompt:
                continue
            for word in dict.fromkeys((wording.text, wording.say)):
                if is_taken(word, tags=tags):
                    values = {"word": word}
                    yield _error(Rule.TAKEN_WORD, key=key, language=tag, way=way, values=values)


# -- lengths -------------------------------------------------------------------------------------


def _lengths(graph: Graph, ways: Mapping[str, Way], lengths: Lengths) -> Iterator[Finding]:
    for key, way in ways.items():
        if key.startswith((*_MAY_BE_LONG, _WRITTEN_ONLY)) or key.endswith(".notice"):
            continue
        for tag in graph.programme.languages:
            try:
                length = lengths.of(key, tag)
            except MissingPrompt:
                continue
            if length.seconds > MOST_SECONDS:
                is_sure = length.source is Source.RECORDING or length.seconds > SURELY_LONG
                values = {
                    "seconds": round(length.seconds),
                    "source": length.source.value,
                    "most": MOST_SECONDS,
                }
                severity = _error if is_sure else _warning
                yield severity(Rule.TOO_LONG, key=key, language=tag, way=way, values=values)


def survey_seconds(graph: Graph, lengths: Lengths, tag: str) -> float:
    """How long the survey takes somebody who is asked it all: from its consent to its thanks."""
    tags = frozenset(graph.programme.languages)
    spoken = ["survey.consent", "survey.thanks"]
    answering = float(ANSWER_SECONDS)
    is_told = False
    for node in _asked_by_voice(graph):
        asked = node.question
        spoken += page_keys(node, node.pages()[0] if isinstance(asked, Choose) else (), tags)
        is_told = is_told or (isinstance(asked, Choose) and bool(asked.extras))
        answering += _answer_seconds(asked)
    survey = graph.programme.survey
    # Before the options that are asked one by one comes the question itself.
    spoken += [
        f"question.{each.name}" for each in (survey.questions if survey else ()) if each.items
    ]
    return lengths.total([*spoken, *(["survey.keys"] if is_told else [])], tag) + answering


def _asked_by_voice(graph: Graph) -> list[Node]:
    """Every question of the survey, and every option that is asked alone; each once, though one
    may call and be called for it."""
    survey = graph.programme.survey
    own = {f"question.{each.name}" for each in (survey.questions if survey else ())}
    own |= {
        f"option.{item}" for each in (survey.questions if survey else ()) for item in each.items
    }
    asked = {
        node.question.key: node
        for node in graph.nodes
        if node.script == "survey"
        and node.question.key in own
        and not (isinstance(node.question, Choose) and node.question.several)
    }
    return list(asked.values())


def _answer_seconds(asked: Question) -> float:
    """From the end of what is said to the end of the answer, on average."""
    if isinstance(asked, Statement):
        return SPOKEN_SECONDS
    digits = asked.length if isinstance(asked, Enter) else 0
    return ANSWER_SECONDS + DIGIT_SECONDS * digits


def _survey(graph: Graph, lengths: Lengths) -> Iterator[Finding]:
    asked = _asked_by_voice(graph)
    if not asked or graph.programme.survey is None:
        return
    way = asked[0].way
    questions = graph.programme.survey.questions
    if len(questions) > MOST_QUESTIONS:
        values: dict[str, int] = {"count": len(questions), "most": MOST_QUESTIONS}
        key = f"question.{questions[-1].name}"
        yield _error(Rule.SURVEY_QUESTIONS, key=key, way=way, values=values)
    for tag in graph.programme.languages:
        minutes = survey_seconds(graph, lengths, tag) / 60
        if minutes > WARN_MINUTES:
            is_too_long = minutes > MOST_MINUTES
            values = {
                "minutes": round(minutes),
                "most": MOST_MINUTES if is_too_long else WARN_MINUTES,
            }
            severity = _error if is_too_long else _warning
            yield severity(
                Rule.SURVEY_MINUTES, key="survey.consent", language=tag, way=way, values=values
            )


# -- words and sounds ----------------------------------------------------------------------------


def _words(
    graph: Graph, ways: Mapping[str, Way], wordings: Wordings, has_sound: HasSound | None
) -> Iterator[Finding]:
    for tag in graph.programme.languages:
        elsewhere: list[str] = []
        for key, way in ways.items():
            if not is_said_in(key, tag):
                continue
            try:
                found = wordings.find(key, tag)
            except MissingPrompt:
                yield _error(Rule.NO_WORDS, key=key, language=tag, way=way)
                continue
            if found.tag != tag:
                if language(tag).is_complete:
                    yield _error(Rule.NO_WORDS, key=key, language=tag, way=way)
                else:
                    elsewhere.append(key)
            is_spoken = not key.startswith(_WRITTEN_ONLY)
            if is_spoken and has_sound is not None and not has_sound(key, tag):
                yield _error(Rule.NO_SOUND, key=key, language=tag, way=way)
        if elsewhere:
            values: dict[str, str | int] = {
                "count": len(elsewhere),
                "keys": ", ".join(elsewhere[:3]),
            }
            yield _warning(Rule.OTHER_LANGUAGE, language=tag, values=values)


def _unused(graph: Graph, ways: Mapping[str, Way], today: dt.date) -> Iterator[Finding]:
    programme = graph.programme
    expired = {
        f"message.{each.slug}": each.expires_on
        for shelf in programme.categories
        for each in shelf.messages
        if each.expires_on < today
    } | {
        each.prompt: each.verified_on + FRESH_FOR
        for each in programme.directory
        if each.verified_on is not None and not each.is_fresh(today)
    }
    own = dict.fromkeys(key for words in programme.wordings.values() for key in words)
    for key in own:
        if key in ways:
            continue
        if key in expired:
            day = expired[key].isoformat()
            yield _warning(Rule.EXPIRED, key=key, values={"day": day})
        else:
            yield _warning(Rule.UNUSED, key=key)
