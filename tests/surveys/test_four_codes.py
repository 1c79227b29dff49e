"""Hidden, zero, not asked and refused: four codes, whatever a release is read with."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import openpyxl
import pyreadstat
import pytest

from disclosure.microdata import HIDDEN
from programmes.questions import Question, QuestionKind, question_content
from surveys.charts import chart
from surveys.figures import NOT_ASKED, By, as_json
from surveys.labels import Labels
from surveys.people_rows import people_rows
from surveys.queries import Given, Results, RoundSummary
from surveys.questionnaire import order
from surveys.release import ddi
from surveys.release.archive import files
from surveys.release.contents import CODES, Contents, Described
from surveys.tabulate import figures
from surveys.values import REFUSED
from surveys.views import view
from tests.surveys.people import CONTENT, NOW, TODAY

GENDERS = ("woman", "man", "gender_other", "gender_unsaid")
AGES = ("age_18_29", "age_30_44", "age_45_59", "age_60")
PLACES = ("place_oroya", "place_paccha", "place_yauli")
QUESTIONS = (
    Question("river", ("yes", "no"), kind=QuestionKind.YES_NO),
    Question("why", ("dirty", "far"), relevant="${river} = 'yes'"),
    Question("gender", GENDERS, is_gender=True),
    Question("age_band", AGES, block="age_band"),
    Question("district", PLACES, kind=QuestionKind.PLACE, block="district"),
)
ORDER = order([question_content(each) for each in QUESTIONS])
WHERE = {
    "place_oroya": ("Yauli", "Junín"),
    "place_paccha": ("Yauli", "Junín"),
    "place_yauli": ("Jauja", "Junín"),
}
NAME = "junin-perception-release-1"


def somebody(dice: Random) -> Given:
    """Few refuse, nobody does not know."""
    river = dice.choices(("yes", "no", REFUSED), (60, 37, 3))[0]
    answers = {
        "river": river,
        "gender": dice.choices(GENDERS, (54, 44, 1, 1))[0],
        "age_band": dice.choice(AGES),
        "district": dice.choices(PLACES, (60, 30, 10))[0],
    }
    if river == "yes":
        answers["why"] = dice.choices(("dirty", "far", REFUSED), (50, 40, 10))[0]
    return Given("es", True, answers, week=TODAY)


DICE = Random(5)
PEOPLE = [somebody(DICE) for _ in range(400)]
REFUSE = sum(each.answers.get("why") == REFUSED for each in PEOPLE)


@pytest.fixture(scope="module")
def contents() -> Contents:
    content = CONTENT | {
        "questions": [question_content(each) for each in QUESTIONS],
        "places": {name: list(wider) for name, wider in WHERE.items()},
    }
    shown = figures(PEOPLE, ORDER, places=WHERE)
    rows = people_rows(PEOPLE, ORDER, shown=shown, places=WHERE, rng=Random(1))
    round_ = RoundSummary("a" * 32, "junin", "perception", content, NOW, NOW, NOW)
    return Contents(
        round=round_,
        results=Results(1, True, as_json(shown), rows, NOW),
        labels=Labels(content, "en"),
        described=Described("a", "b", "c"),
        number=1,
        made_on=TODAY,
        software="Rimay",
    )


@pytest.fixture(scope="module")
def held(contents: Contents) -> dict[str, bytes]:
    return files(contents, {})


def of_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_rows_say_who_somebody_is_as_coarsely_as_it_takes(contents: Contents) -> None:
    rows = contents.results.rows
    assert len(rows) == len(PEOPLE)
    who = ("gender", "district", "age_band", "language")
    groups = Counter(tuple(row[name] for name in who) for row in rows)
    assert min(groups.values()) >= 5
    assert {row["district"] for row in rows} > {"place_oroya"}, "not all of it is lost"
    for group in groups:
        own = [row for row in rows if tuple(row[name] for name in who) == group]
        for name in ("answer_river", "answer_why"):
            seen = {row[name] for row in own}
            assert seen == {HIDDEN} or len(seen) > 1
    loss = dict(contents.method())["loss"]
    assert "values coarser" in loss
    assert loss.count("hidden.") >= 2


def test_tables(contents: Contents, held: dict[str, bytes]) -> None:
    lines = of_csv(held[f"{NAME}-tables.csv"])
    counts = {
        (each["table"], each["by"], each["row"], each["group"]): each["count"] for each in lines
    }
    assert {each["by"] for each in lines} == {"gender", "district"}
    assert "suppressed" in counts.values()
    assert counts["why", "gender", "dont_know", "total"] == "0"
    assert counts["why", "gender", REFUSED, "total"] == str(REFUSE)
    assert counts["why", "gender", NOT_ASKED, "total"] == str(
        sum("why" not in each.answers for each in PEOPLE)
    )
    assert NOT_ASKED in {each["count"] for each in lines if each["table"] == "break_off"}
    book = openpyxl.load_workbook(io.BytesIO(held[f"{NAME}.xlsx"]))
    sheet = [list(map(str, line)) for line in book.worksheets[0].iter_rows(values_only=True)]
    place = sheet[0].index("count")
    assert [line[place] for line in sheet[1:]] == [each["count"] for each in lines]
    kept = json.loads(held[f"{NAME}.json"])["results"]["tables"]
    cells = {str(cell) for table in kept for row in table["cells"] for cell in row}
    assert {"suppressed", "not_asked", "[0, 0]"} <= cells
    page = [view(each, contents.labels) for each in contents.figures.tables]
    kinds = Counter(cell.kind for table in page for _, cells in table.rows for cell in cells)
    assert {"shown", "suppressed", "not_asked"} == set(kinds)
    labels = {label for table in page for label, _ in table.rows}
    assert {"Preferred not to answer", "not asked"} <= labels


def test_charts(contents: Contents) -> None:
    for by in (By.GENDER, By.DISTRICT):
        why = contents.figures.question("why", by)
        assert why is not None
        texts = ElementTree.fromstring(chart(why, contents.labels)).itertext()  # noqa: S314
        words = {text.strip() for text in texts}
        assert {"Preferred not to answer", "not asked", "0 %"} <= words
    river = contents.figures.question("river")
    assert river is not None
    has_hidden = any(str(cell) == "Suppressed()" for row in river.cells for cell in row)
    words = {t.strip() for t in ElementTree.fromstring(chart(river, contents.labels)).itertext()}  # noqa: S314
    assert ("hidden" in words) is has_hidden


def test_rows_in_every_format(contents: Contents, held: dict[str, bytes], tmp_path: Path) -> None:
    rows = of_csv(held[f"{NAME}-rows.csv"])
    assert {NOT_ASKED, REFUSED, HIDDEN} <= {value for row in rows for value in row.values()}
    path = tmp_path / "rows.sav"
    path.write_bytes(held[f"{NAME}-rows.sav"])
    frame, meta = pyreadstat.read_sav(str(path), user_missing=True, output_format="polars")
    document = ElementTree.fromstring(held[f"{NAME}-codebook.xml"])  # noqa: S314  # our own
    space = {"d": ddi.NAMESPACE}
    lines = json.loads(held[f"{NAME}-flow-results-responses.json"])
    book = openpyxl.load_workbook(io.BytesIO(held[f"{NAME}.xlsx"]))
    sheet = [*book.worksheets[1].iter_rows(values_only=True)]
    for variable in contents.variables():
        name, told = variable.name, [row[variable.name] for row in rows]
        missing = {value: CODES[value] for value in {*told} & {*CODES}}
        assert [value for value in frame[name] if value < 0] == [
            missing[value] for value in told if value in missing
        ]
        labels = meta.variable_value_labels[name]
        assert len({labels[float(code)] for code in missing.values()}) == len(missing)
        found = document.findall(f".//d:var[@name='{name}']/d:catgry[@missing='Y']", space)
        codes = {each.findtext("d:catValu", namespaces=space) for each in found}
        assert {str(code) for code in missing.values()} <= codes
        assert [line[4] for line in lines if line[3] == name] == told
        place = sheet[0].index(name)
        assert [line[place] for line in sheet[1:]] == told
