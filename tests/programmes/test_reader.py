"""What the reader makes of a folder, and what it says of each mistake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from programmes.errors import ProgrammeErrors
from programmes.values import (
    Category,
    District,
    MenuItem,
    Message,
    Question,
    Queue,
    Tool,
    Topic,
    Wording,
)
from tests.programmes.valley import FOLDER, changed, read_valley

P, L, S = "programme.yaml", "library.yaml", "survey.yaml"
WORDED = "    es: {say: x}\n    quy: {say: x}\n"
TOPICS = "  - option: jobs\n    queue: community\n"
MISTAKES = YAML(typ="safe").load(Path(__file__).parent / "data" / "mistakes.yaml")


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake["case"])
def test_a_mistake_is_named_with_its_file_and_line(
    mistake: Mapping[str, Any], tmp_path: Path
) -> None:
    folder = changed(tmp_path, mistake["file"], mistake["old"], mistake["new"])
    path = folder / mistake["file"]
    lines = path.read_text("utf-8").split("\n")
    marked = [number for number, line in enumerate(lines, start=1) if "# here" in line]

    with pytest.raises(ProgrammeErrors) as caught:
        read_valley(folder)

    found = [each for each in caught.value.findings if mistake["says"] in each.message]
    assert [(each.file, each.line) for each in found] == [
        (path.as_posix(), mistake.get("line") or marked[0])
    ], str(caught.value)


def test_a_missing_field_is_named(tmp_path: Path) -> None:
    folder = changed(tmp_path, P, "time_zone: America/Lima\n", "")
    with pytest.raises(ProgrammeErrors, match=r"programme.yaml:1: the file lacks the field 'time_"):
        read_valley(folder)


def test_every_mistake_is_said_at_once_in_reading_order(tmp_path: Path) -> None:
    folder = changed(tmp_path, P, "default_queue: community", "default_queue: office")
    (folder / S).write_text(
        (folder / S).read_text("utf-8").replace("water_good]", "good]"), "utf-8"
    )
    for name, old, new in ((L, 'source: "Comunidad"', "source: 3"), (S, "[woman, man]", "[x]")):
        text = (folder / name).read_text("utf-8")
        (folder / name).write_text(text.replace(old, new), "utf-8")

    with pytest.raises(ProgrammeErrors) as caught:
        read_valley(folder)

    base = folder.as_posix()
    assert [str(each) for each in caught.value.findings] == [
        f"{base}/programme.yaml:19: the default names the queue 'office', which is not defined; "
        "there is community, environment",
        f"{base}/library.yaml:20: 'source' must be text; put it in quotes if it looks like "
        "something else",
        f"{base}/survey.yaml:11: 'option.x' has no wording in es, quy",
    ]
    assert str(caught.value).count("\n") == 2


def test_one_mistake_makes_one_finding(tmp_path: Path) -> None:
    """An unknown language is not repeated under every wording."""
    folder = changed(tmp_path, P, "languages: [es, quy]", "languages: [es, quu]")
    text = {name: (folder / name).read_text("utf-8") for name in (P, L, S)}
    for name in text:
        (folder / name).write_text(text[name].replace("quy: {", "quu: {"), "utf-8")
    with pytest.raises(ProgrammeErrors) as caught:
        read_valley(folder)
    assert [each.line for each in caught.value.findings] == [4]


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        (P, 1, "there is no such file"),
        (L, 8, "the menu leads to the tool 'library', but there is no library.yaml"),
        (S, 10, "the menu leads to the tool 'survey', but there is no survey.yaml"),
    ],
)
def test_a_missing_file_is_named(name: str, line: int, message: str, tmp_path: Path) -> None:
    folder = changed(tmp_path, P, "slug: valle", "slug: valle")
    (folder / name).unlink()
    with pytest.raises(ProgrammeErrors) as caught:
        read_valley(folder)
    assert (line, message) in [(each.line, each.message) for each in caught.value.findings]
    assert {each.file for each in caught.value.findings} == {f"{folder.as_posix()}/programme.yaml"}


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"- a\n", b"\xff\xfe"])
def test_a_file_of_another_kind_is_refused(content: bytes, tmp_path: Path) -> None:
    folder = changed(tmp_path, P, "slug: valle", "slug: valle")
    (folder / P).write_bytes(content)
    with pytest.raises(ProgrammeErrors, match=r"programme\.yaml:1: "):
        read_valley(folder)


def test_two_options_on_one_key(tmp_path: Path) -> None:
    new = (
        "  - {option: library, tool: library, key: 2}\n  - {option: support, tool: support, key: 2}"
    )
    old = "  - {option: library, tool: library}\n  - {option: support, tool: support}"
    with pytest.raises(ProgrammeErrors) as caught:
        read_valley(changed(tmp_path, P, old, new))
    assert [(each.line, each.message) for each in caught.value.findings] == [
        (8, "the option 'library' is on key 2; in its place it has key 1"),
        (9, "the options 'library' and 'support' are both on key 2"),
    ]


def test_keys_in_their_places_are_accepted(tmp_path: Path) -> None:
    new = "options: [{option: water_good, key: 1}, {option: water_bad, key: 2}]"
    folder = changed(tmp_path, S, "options: [water_good, water_bad]", new)
    assert read_valley(folder) == read_valley()


def test_a_long_list_of_topics_goes_by_three(tmp_path: Path) -> None:
    topics = "".join(
        f"  - {{option: {name}, queue: community, key: {key}}}\n"
        for name, key in (("jobs", 3), ("library", 1), ("survey", 2))
    )
    folder = changed(tmp_path, P, TOPICS, "  - {option: question, queue: community}\n" + topics)
    assert [each.option for each in read_valley(folder).topics] == [
        "water", "question", "jobs", "library", "survey",
    ]  # fmt: skip


def test_the_same_wording_again_is_no_mistake(tmp_path: Path) -> None:
    again = (
        '  water:\n    es: {say: "Para hablar del agua", text: "Agua"}\n'
        '    quy: {say: "Yakumanta rimanapaq", text: "Yaku"}\n  water_bad:'
    )
    assert read_valley(changed(tmp_path, S, "  water_bad:", again)) == read_valley()


def test_districts_are_named_and_may_have_an_order_of_languages(tmp_path: Path) -> None:
    districts = (
        "districts:\n  - {slug: yauli, name: Yauli, languages: [quy, es]}\n"
        "  - {slug: huay-huay, name: Huay-Huay}\n"
    )
    programme = read_valley(changed(tmp_path, P, "prompts:\n", districts + "prompts:\n"))
    assert programme.districts == (
        District("yauli", "Yauli", ("quy", "es")),
        District("huay-huay", "Huay-Huay"),
    )
    assert programme.district("yauli") == programme.districts[0]
    assert programme.district("lima") is programme.district(None) is None


def test_library_and_survey_may_be_left_out(tmp_path: Path) -> None:
    menu = "  - {option: library, tool: library}\n"
    folder = changed(tmp_path, P, menu, "")
    text = (folder / P).read_text("utf-8").replace("  - {option: survey, tool: survey}\n", "")
    quick = "prompts:\n  message.harvest-fair:\n" + WORDED
    (folder / P).write_text(text.replace("prompts:\n", quick), "utf-8")
    (folder / L).unlink()
    (folder / S).unlink()
    programme = read_valley(folder)
    assert programme.survey is None
    assert programme.categories == ()
    assert programme.quick_exit == "harvest-fair"


def test_a_programme_is_read_whole() -> None:
    programme = read_valley()
    assert (programme.slug, programme.languages) == ("valle", ("es", "quy"))
    assert (programme.time_zone, programme.default_queue) == ("America/Lima", "community")
    assert programme.menu[3] == MenuItem("my_case", Tool.MY_CASE)
    assert programme.queues[0] == Queue(
        "environment", {"es": "Ambiente", "en": "Environment"}, "independent"
    )
    assert programme.topic("water") == Topic("water", "environment")
    assert programme.category("events") == Category(
        "events",
        (
            Message(
                "harvest-fair",
                "Comunidad",
                dt.date(2026, 11, 1),
                dt.date(2027, 3, 1),
                is_example=True,
            ),
        ),
    )
    assert programme.survey is not None
    assert programme.survey.questions[1] == Question("gender", ("woman", "man"), is_gender=True)
    quechua = programme.wordings["quy"]
    assert quechua["option.water"] == Wording("Yakumanta rimanapaq", "Yaku")
    assert quechua["survey.thanks"] == Wording("Añay.", "Añay.", reviewed=True)
    assert {"option.rights", "message.speak-freely", "question.gender", "option.water_bad"} <= set(
        quechua
    )
    assert len(programme.hash) == 64
    assert FOLDER.name == programme.slug
