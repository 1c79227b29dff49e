"""Surveys of every kind of question: read from YAML, refused with their line, written back."""

from __future__ import annotations

from pathlib import Path

import pytest

from programmes.content import from_content, to_content
from programmes.errors import ProgrammeErrors
from programmes.questions import Question, QuestionKind
from programmes.reader import read
from programmes.values import Programme
from programmes.writer import write
from tests.surveys.kinds import SURVEY, folder


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Programme:
    return read(folder(tmp_path_factory.mktemp("kinds")))


def questions(programme: Programme) -> dict[str, Question]:
    assert programme.survey is not None
    return {each.name: each for each in programme.survey.questions}


def test_every_kind_is_read(kinds: Programme) -> None:
    found = questions(kinds)
    assert [each.kind.value for each in found.values()] == [
        *("yes_no", "scale", "number", "multiple", "choice", "date", "open", "place", "choice")
    ]
    assert (found["trust"].low, found["trust"].high) == (1, 5)
    assert found["trust"].ends == ("trust_low", "trust_high")
    assert found["children"].bands == (0, 1, 3, 6)
    assert found["moved"].low == 19900101
    assert found["moved"].missing == ("refused",)
    assert found["worry"].codes == ("water", "work", "other")
    assert found["why"].relevant == "${uses_river} = 'yes' and not(${trust} >= 4)"


def test_ready_questions_bring_their_words(kinds: Programme) -> None:
    found = questions(kinds)
    assert found["district"].kind is QuestionKind.PLACE
    assert found["district"].options[0].startswith("place_")
    assert found["gender"].is_gender
    spoken = kinds.wordings["quy"]
    assert spoken["question.gender"].say.startswith("Warmitapas")
    district = kinds.districts[0]
    assert spoken[f"option.{found['district'].options[0]}"].say == district.name


def test_content_keeps_every_question(kinds: Programme) -> None:
    assert from_content(to_content(kinds)) == kinds


def test_what_is_written_reads_the_same_and_says_no_ready_words(
    kinds: Programme, tmp_path: Path
) -> None:
    write(kinds, tmp_path)
    written = (tmp_path / "survey.yaml").read_text("utf-8")
    assert "Warmitapas" not in written
    assert "place_" not in written
    assert read(tmp_path) == kinds


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("high: 5", "high: 12", "answered by one key, 1 to 9"),
        ("high: 20\n", "high: 0\n", "'high' is not more than 'low'"),
        ("bands: [0, 1, 3, 6]", "bands: [1, 3]", "bands begin at 'low'"),
        ("kind: number", "kind: nubmer", "did you mean 'number'"),
        ("    low: 0\n", "", "lacks the field 'low'"),
        ("kind: open", "kind: yes_no", "'codes' says nothing of a question of kind 'yes_no'"),
        ("block: gender", "block: gendre", "no ready-made question 'gendre'"),
        ("${uses_river} = 'yes'", "${uses_rivers} = 'yes'", "no question 'uses_rivers'"),
        ("${uses_river} = 'yes'", "${uses_river} = yes", "'yes' is not known here"),
        ("shuffle: [[trust, children]]", "shuffle: [[trust, moved]]", "stand together"),
        ("shuffle: [[trust, children]]", "shuffle: [[trust, chidren]]", "'chidren'"),
        ("ends: [trust_low, trust_high]", "ends: [trust_low]", "two options"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert SURVEY.count(old) == 1, old
    there = folder(tmp_path, SURVEY.replace(old, new))
    with pytest.raises(ProgrammeErrors) as caught:
        read(there)
    findings = [each for each in caught.value.findings if says in each.message]
    assert findings, str(caught.value)
    near = SURVEY.split(old)[0].count("\n") + 1
    assert all(each.file.endswith("survey.yaml") for each in findings)
    assert min(abs(each.line - near) for each in findings) <= 20
