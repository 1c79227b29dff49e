"""Every rule, with a programme or a script that breaks it, and one that does not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from dialogue.effects import FindToday
from dialogue.exploring.explore import explore
from dialogue.exploring.findings import TEXTS, Finding, Rule, Severity
from dialogue.exploring.graph import Graph
from dialogue.exploring.lengths import Source
from dialogue.exploring.lint import lint
from dialogue.exploring.openings import Start
from dialogue.scripts import UNITS
from dialogue.words import Bye, Choose, Do, Enter, Next, Opening, Script, Tell, Unit
from library import prompts as library_prompts
from library.prompts import Prompts
from locales.lengths import estimated, syllables
from programmes.values import MenuItem, Programme, Tool, Wording
from storage.sound import tone
from tests.dialogue.exploring import (
    TODAY,
    explored,
    lengths_of,
    reworded,
    with_questions,
    wordings_of,
)


def found(
    programme: Programme,
    graph: Graph | None = None,
    *,
    today: dt.date = TODAY,
    prompts: Prompts | None = None,
    units: dict[str, Unit] | None = None,
) -> list[Finding]:
    return list(
        lint(
            graph or explore(programme, today=today),
            wordings_of(programme),
            lengths=lengths_of(programme, prompts),
            today=today,
            units=units or UNITS,
        )
    )


def of_rule(rule: Rule, findings: list[Finding]) -> list[str]:
    return [str(each) for each in findings if each.rule is rule]


def test_junin_breaks_no_rule_beyond_doubt(junin: Programme) -> None:
    assert {each.rule for each in found(junin)} <= {Rule.TOO_LONG}
    assert all(each.severity is Severity.WARNING for each in found(junin))


def test_a_menu_that_leads_nowhere_fails_with_the_way_to_it(junin: Programme) -> None:
    def hello(o: Opening) -> Script:
        yield Choose("menu.main", ("yes", "no"))
        return Next("nowhere")

    [line] = of_rule(Rule.FAILS, found(junin, explored(junin, hello=hello)))
    assert "hello → yes: menu.main" in line
    assert "nowhere" in line


def test_a_script_that_raises_fails_where_it_does(junin: Programme) -> None:
    def hello(o: Opening) -> Script:
        wish = yield Choose("menu.main", ("yes", "no"))
        if wish == "no":
            raise LookupError("oh")
        return Bye()

    [line] = of_rule(Rule.FAILS, found(junin, explored(junin, hello=hello)))
    assert line == "error: hello → no: menu.main: the conversation fails here: LookupError: oh"


def test_a_script_that_names_nothing_next_fails(junin: Programme) -> None:
    def hello(o: Opening) -> Script:
        yield Choose("menu.main", ("yes",))
        return None  # type: ignore[return-value]

    assert len(of_rule(Rule.FAILS, found(junin, explored(junin, hello=hello)))) == 1


def test_a_survey_in_the_menu_of_a_programme_without_one_is_only_closed(junin: Programme) -> None:
    bare = replace(junin, survey=None)
    assert of_rule(Rule.FAILS, found(bare)) == []


def test_scripts_that_call_each_other_without_a_question_are_endless(junin: Programme) -> None:
    def hello(o: Opening) -> Script:
        yield Choose("menu.main", ("yes",))
        return Next("one")

    def one(o: Opening) -> Script:
        yield Tell("goodbye")
        return Next("two")

    def two(o: Opening) -> Script:
        yield Do(FindToday())
        return Next("one")

    lines = of_rule(Rule.ENDLESS_PATH, found(junin, explored(junin, hello=hello, one=one, two=two)))
    assert lines
    assert "hello → yes: menu.main: goes on for ever" in lines[0]


def test_a_script_that_never_asks_is_endless(junin: Programme) -> None:
    def hello(o: Opening) -> Script:
        while True:
            yield Tell("goodbye")

    assert len(of_rule(Rule.ENDLESS_PATH, found(junin, explored(junin, hello=hello)))) == 1


def _code(o: Opening) -> Script:
    yield Enter("case.enter_code", 8)
    return Next("code")


def _hello(o: Opening) -> Script:
    yield Choose("menu.main", ("yes",))
    return Next("code")


@pytest.mark.parametrize(
    ("up", "rule", "severity"),
    [
        ("code", Rule.NO_WAY_OUT, Severity.ERROR),
        ("missing", Rule.NO_WAY_OUT, Severity.ERROR),
        ("", Rule.WAY_OUT_UNSAID, Severity.WARNING),
    ],
)
def test_a_question_without_a_way_out(
    junin: Programme, up: str, rule: Rule, severity: Severity
) -> None:
    units = {"hello": Unit(_hello, up=""), "code": Unit(_code, up=up)}
    graph = explored(junin, **units)
    [finding] = [
        each
        for each in found(junin, graph, units=units)
        if each.rule in (Rule.NO_WAY_OUT, Rule.WAY_OUT_UNSAID) and each.key == "case.enter_code"
    ]
    assert (finding.rule, finding.severity) == (rule, severity)
    assert str(finding.way) == "hello → yes"


def test_a_menu_that_says_how_to_reach_a_person_has_a_way_out(junin: Programme) -> None:
    def hello(o: Opening) -> Script:
        yield Choose("menu.main", ("yes",))
        return Next("hello")

    def speak(o: Opening) -> Script:
        yield Tell("goodbye")
        return Bye()

    units = {"hello": Unit(hello, up=""), "speak": Unit(speak)}
    starts = (Start("called", Next("hello")), Start("person", Next("speak"), key="0"))
    graph = explore(junin, today=TODAY, units=units, starts=starts)
    assert of_rule(Rule.WAY_OUT_UNSAID, found(junin, graph, units=units)) == []


def test_a_script_that_nothing_leads_to(junin: Programme) -> None:
    def hello(o: Opening) -> Script:
        yield Choose("menu.main", ("yes",))
        return Bye()

    graph = explored(junin, hello=hello, forgotten=hello)
    [line] = of_rule(Rule.NEVER_REACHED, found(junin, graph))
    assert "forgotten" in line


def test_a_question_of_the_survey_with_five_options(junin: Programme) -> None:
    lines = of_rule(Rule.TOO_MANY_OPTIONS, found(with_questions(junin, 1, options=5)))
    assert lines == ["error: menu → survey → yes: question.q0: 5 options, at most 4"]
    assert of_rule(Rule.TOO_MANY_OPTIONS, found(with_questions(junin, 1))) == []


def test_a_list_in_three_parts_is_heard_late(junin: Programme) -> None:
    items = tuple(MenuItem(f"item_{place}", Tool.LIBRARY) for place in range(7))
    [line] = of_rule(Rule.LONG_LIST, found(replace(junin, menu=items)))
    assert line == "warning: menu: menu.main: 7 options in 3 parts: the last is heard late"
    assert of_rule(Rule.LONG_LIST, found(replace(junin, menu=items[:6]))) == []


@pytest.mark.parametrize("options", [("yes", "yes"), ("yes", "dont_know"), ("yes", "more")])
def test_an_option_with_two_keys(junin: Programme, options: tuple[str, ...]) -> None:
    def hello(o: Opening) -> Script:
        yield Choose("menu.main", options)
        return Bye()

    [line] = of_rule(Rule.KEYS, found(junin, explored(junin, hello=hello)))
    assert f"the option {options[1]} has two keys" in line


@pytest.mark.parametrize("word", ["Yes", "Baja", "Sayachiy"])
def test_an_option_that_can_never_be_answered_by_its_word(junin: Programme, word: str) -> None:
    [line] = of_rule(Rule.TAKEN_WORD, found(reworded(junin, "es", option_water=word)))
    assert line.startswith("error: anywhere → question: option.water")
    assert f"“{word}”" in line


def test_an_option_that_takes_half_a_minute(junin: Programme) -> None:
    long = reworded(junin, "es", option_water="Para hablar del agua de la comunidad " * 12)
    [line] = [line for line in of_rule(Rule.TOO_LONG, found(long)) if "option.water" in line]
    assert line.startswith("error: anywhere → question: option.water (es): ")
    assert "(estimate), at most 20" in line


def test_the_library_consent_and_notices_may_take_longer(junin: Programme) -> None:
    long = "Usted tiene derecho a opinar sobre el ambiente. " * 9
    words = {"support_notice": long, "survey_consent": long, "message_speak-freely": long}
    lines = of_rule(Rule.TOO_LONG, found(reworded(junin, "es", **words)))
    assert [line for line in lines if "(es)" in line] == []


@pytest.mark.parametrize(("length", "count"), [(19, 0), (21, 1)])
def test_a_recording_is_measured(
    junin: Programme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: int, count: int
) -> None:
    monkeypatch.setattr(library_prompts, "PROGRAMMES", tmp_path)
    file = tmp_path / "junin" / "audio" / "es" / "greeting.wav"
    file.parent.mkdir(parents=True)
    file.write_bytes(tone(length))
    findings = [
        each
        for each in found(junin, prompts=Prompts(None))
        if each.rule is Rule.TOO_LONG and (each.key, each.language) == ("greeting", "es")
    ]
    assert len(findings) == count
    assert all(each.values["source"] == Source.RECORDING for each in findings)
    assert all(each.severity is Severity.ERROR for each in findings)


def test_more_than_ten_questions(junin: Programme) -> None:
    assert len(of_rule(Rule.SURVEY_QUESTIONS, found(with_questions(junin, 11)))) == 1
    assert of_rule(Rule.SURVEY_QUESTIONS, found(with_questions(junin, 10))) == []


def test_a_survey_of_more_than_five_and_of_more_than_ten_minutes(junin: Programme) -> None:
    def minutes(times: int) -> list[tuple[Severity, str | None]]:
        asked = with_questions(junin, 10)
        slow = " ".join(["¿Qué le parece a usted cómo está el agua en su comunidad?"] * times)
        words = {f"question_q{place}": slow for place in range(10)}
        return [
            (each.severity, each.language)
            for each in found(reworded(asked, "es", **words))
            if each.rule is Rule.SURVEY_MINUTES
        ]

    assert minutes(1) == []
    assert minutes(5) == [(Severity.WARNING, "es")]
    assert minutes(14) == [(Severity.ERROR, "es")]


def test_a_prompt_without_words_in_one_language(junin: Programme) -> None:
    silent = reworded(junin, "quy", option_water="")
    [line] = of_rule(Rule.NO_WORDS, found(silent))
    assert line == "error: anywhere → question: option.water (quy): has no words"


def test_a_language_that_is_not_worded_yet_is_told_once(junin: Programme) -> None:
    wordings = MappingProxyType({**junin.wordings, "qvw": MappingProxyType({})})
    offered = replace(junin, languages=(*junin.languages, "qvw"), wordings=wordings)
    lines = [line for line in of_rule(Rule.OTHER_LANGUAGE, found(offered)) if "qvw" in line]
    assert len(lines) == 1
    assert "are heard only in another language" in lines[0]


def test_a_prompt_without_sound(junin: Programme) -> None:
    graph = explore(junin, today=TODAY)
    findings = lint(
        graph,
        wordings_of(junin),
        lengths=lengths_of(junin),
        today=TODAY,
        has_sound=lambda key, tag: (key, tag) != ("support.check", "quy"),
    )
    [line] = of_rule(Rule.NO_SOUND, list(findings))
    assert line.endswith("→ words: support.check (quy): has no sound")


def test_words_that_nobody_can_reach(junin: Programme) -> None:
    extra = dict(junin.wordings["es"]) | {"option.ghost": Wording("Nadie", "Nadie")}
    spoken = replace(junin, wordings=MappingProxyType({**junin.wordings, "es": extra}))
    lines = of_rule(Rule.UNUSED, found(spoken))
    assert lines == ["warning: option.ghost: is worded, and nobody can reach it"]


def test_a_message_that_has_expired(junin: Programme) -> None:
    first = junin.categories[0].messages[0]
    late = first.expires_on + dt.timedelta(days=1)
    lines = of_rule(Rule.EXPIRED, found(junin, today=late))
    assert f"warning: message.{first.slug}: is not played since {first.expires_on}" in lines


def test_every_rule_has_its_words_and_its_test() -> None:
    assert TEXTS.keys() == set(Rule)
    tests = Path(__file__).read_text("utf-8")
    assert [rule for rule in Rule if f"Rule.{rule.name}" not in tests] == []


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("marque uno", 4),
        ("¿Qué desea hacer?", 6),
        ("agua", 2),
        ("siguiente", 3),
        ("ahora", 3),
        ("Runasimita rimayta munaspaykiqa", 13),
        ("Yaku", 2),
    ],
)
def test_syllables_are_counted_by_their_vowels(words: str, count: int) -> None:
    assert syllables(words) == count


def test_an_estimate_has_pauses() -> None:
    assert estimated("uno, dos. tres", "es") > estimated("uno dos tres", "es") + 0.6
