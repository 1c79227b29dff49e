"""Each format of a release, read by somebody else's reader, and held to what its standard asks.

No package of PyPI carries the schema of DDI-Codebook 2.5 (those that know DDI know its Lifecycle):
so its order of elements and what it requires are written here once more, and read by another
parser than the writer's.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import uuid
from pathlib import Path
from random import Random
from typing import Any
from xml.dom import minidom

import jsonschema
import openpyxl
import pyreadstat
import pytest

from disclosure.microdata import microdata
from surveys.figures import as_json
from surveys.groups import gender_of
from surveys.labels import Labels
from surveys.queries import Results, RoundSummary
from surveys.release.archive import files
from surveys.release.contents import CODES, Contents, Described
from surveys.tabulate import figures
from surveys.values import DONT_KNOW, REFUSED
from tests.surveys.people import CONTENT, NAMES, NOW, ORDER, people

EVIL = (
    '=HYPERLINK("http://example.org";"x")',
    "+51999999999",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "|=cmd",
)
NAME = "junin-perception-release-1"


@pytest.fixture(scope="module")
def contents() -> Contents:
    """A release whose every word is what a spreadsheet would take for a formula."""
    given = [
        *people(9, water="water_good", trust="trust_yes"),
        *people(9, water="water_bad", trust=DONT_KNOW, language="quy"),
        *people(9, water="water_fair", gender="man", trust="trust_no"),
        *people(9, water="water_good", gender="man", trust=REFUSED),
    ]
    questions = [name for name in NAMES if name != "gender"]
    rows = microdata(
        [
            {"gender": gender_of(each, ORDER), "language": each.language}
            | {f"answer_{name}": each.answers[name] for name in questions}
            for each in given
        ],
        rng=Random(3),
        sensitive=[f"answer_{name}" for name in questions],
    )
    words = {
        key: {"say": EVIL[place % len(EVIL)], "text": EVIL[place % len(EVIL)]}
        for place, key in enumerate(
            [
                *(f"question.{name}" for name in NAMES),
                *(f"option.{o}" for each in ORDER.questions for o in each.options),
            ]
        )
    }
    content = CONTENT | {
        "title": {"es": EVIL[0], "en": EVIL[0]},
        "wordings": {"es": words, "quy": words},
    }
    round_ = RoundSummary("a" * 32, "junin", "perception", content, NOW, NOW, NOW)
    return Contents(
        round=round_,
        results=Results(1, True, as_json(figures(given, ORDER)), rows, NOW),
        labels=Labels(content, "es"),
        described=Described(*EVIL[:3]),
        number=1,
        made_on=NOW.date(),
        software="Rimay",
    )


@pytest.fixture(scope="module")
def held(contents: Contents) -> dict[str, bytes]:
    return files(contents, {})


def of_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


# -- spreadsheets --------------------------------------------------------------------------------


def test_no_cell_of_a_csv_starts_a_formula(held: dict[str, bytes]) -> None:
    cells = [
        cell
        for name in (f"{NAME}-tables.csv", f"{NAME}-rows.csv")
        for line in of_csv(held[name])
        for cell in line
    ]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    told = [cell for cell in cells if cell.removeprefix("'") in EVIL]
    assert {cell.removeprefix("'") for cell in told} >= set(EVIL[:4]), "it is there, and inert"


def test_no_cell_of_a_workbook_is_a_formula(contents: Contents, held: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(held[f"{NAME}.xlsx"]))
    cells = [cell for sheet in book for line in sheet for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}, "f would be a formula"
    assert not [cell for cell in cells if cell.hyperlink]
    texts = {cell.value for cell in cells if cell.data_type == "s"}
    assert set(EVIL[:4]) <= texts
    # The same people, in the same order, as the file of rows.
    sheet = [list(line) for line in book.worksheets[1].iter_rows(values_only=True)]
    lines = of_csv(held[f"{NAME}-rows.csv"])
    assert [line[: len(sheet[0])] for line in lines] == [[*map(str, line)] for line in sheet]
    codebook = list(book.worksheets[2].iter_rows(min_row=2, values_only=True))
    assert {(line[2], line[3]) for line in codebook if line[5] == "sí"} >= {
        (DONT_KNOW, CODES[DONT_KNOW]),
        (REFUSED, CODES[REFUSED]),
    }
    assert next(line for line in codebook if line[0] == "trust")[2:4] == ("trust_yes", 1)
    assert contents.round_hash() in texts, "the questionnaire that was asked"


# -- SPSS ----------------------------------------------------------------------------------------


def test_sav_gives_back_every_value_with_its_label(
    contents: Contents, held: dict[str, bytes], tmp_path: Path
) -> None:
    path = tmp_path / "rows.sav"
    path.write_bytes(held[f"{NAME}-rows.sav"])
    frame, meta = pyreadstat.read_sav(str(path), user_missing=True, output_format="polars")
    assert meta.column_names == ["id", *(each.name for each in contents.variables())]
    for variable in contents.variables():
        names = {code: value for value, code, _ in variable.values}
        read = [names[int(code)] for code in frame[variable.name]]
        assert read == [row[variable.column] for row in contents.results.rows]
        labels = meta.variable_value_labels[variable.name]
        assert labels == {float(code): label for _, code, label in variable.values}
        assert meta.column_names_to_labels[variable.name] == variable.label
        missing: Any = meta.missing_ranges[variable.name][0]
        assert all((missing["lo"] <= code <= missing["hi"]) == (code < 0) for code in names)
    # Read as an analyst reads it, who is missing is no number.
    plain, _ = pyreadstat.read_sav(str(path), output_format="polars")
    told = sum(row["answer_trust"] in ("trust_yes", "trust_no") for row in contents.results.rows)
    assert plain["trust"].is_not_null().sum() == told


# -- DDI-Codebook 2.5 ----------------------------------------------------------------------------

ORDERS = {
    "codeBook": "docDscr stdyDscr fileDscr dataDscr otherMat",
    "docDscr": "citation guide docStatus docSrc controlledVocabUsed notes",
    "citation": "titlStmt rspStmt prodStmt distStmt serStmt verStmt biblCit holdings notes",
    "titlStmt": "titl subTitl altTitl parTitl IDNo",
    "rspStmt": "AuthEnty othId",
    "prodStmt": "producer copyright prodDate prodPlac software fundAg grantNo",
    "distStmt": "distrbtr contact depositr depDate distDate",
    "stdyDscr": "citation studyAuthorization stdyInfo studyDevelopment method dataAccs"
    " othrStdyMat notes",
    "stdyInfo": "studyBudget subject abstract sumDscr qualityStatement notes exPostEvaluation",
    "sumDscr": "timePrd collDate nation geogCover geogUnit geoBndBox boundPoly anlyUnit universe"
    " dataKind",
    "method": "dataColl notes anlyInfo stdyClas dataProcessing codingInstructions",
    "dataColl": "timeMeth dataCollector collectorTraining frequenc sampProc sampleFrame"
    " targetSampleSize deviat collMode resInstru instrumentDevelopment sources collSitu actMin"
    " ConOps weight cleanOps",
    "anlyInfo": "respRate EstSmpErr dataAppr",
    "fileDscr": "fileTxt locMap notes",
    "fileTxt": "fileName fileCitation dataFingerprint fileCont fileStrc dimensns fileType",
    "dimensns": "caseQnty varQnty logRecL recPrCas recNumTot",
    "dataDscr": "varGrp nCubeGrp var nCube notes",
    "var": "location labl imputation security embargo respUnit anlysUnit qstn valrng invalrng"
    " undocCod universe TotlResp sumStat txt stdCatgry catgryGrp catgry codInstr verStmt concept"
    " derivation varFormat geoMap catLevel notes",
    "qstn": "preQTxt qstnLit postQTxt forward backward ivuInstr",
    "catgry": "catValu labl txt catStat mrow",
}
"""What may stand in an element, in this order."""
REQUIRED = {
    "codeBook": {"stdyDscr"},
    "stdyDscr": {"citation"},
    "citation": {"titlStmt"},
    "titlStmt": {"titl"},
    "dataDscr": {"var"},
}


def elements(node: Any) -> list[Any]:
    return [each for each in node.childNodes if each.nodeType == each.ELEMENT_NODE]


def faults(node: Any) -> list[str]:
    """Every element, here and below, that has no place where it stands."""
    children = [each.tagName for each in elements(node)]
    allowed = ORDERS.get(node.tagName, "").split()
    found = [f"{name} in {node.tagName}" for name in children if name not in allowed]
    places = [allowed.index(name) for name in children if name in allowed]
    if places != sorted(places):
        found.append(f"the order in {node.tagName}: {children}")
    found += [
        f"{node.tagName} without {each}"
        for each in REQUIRED.get(node.tagName, set()) - set(children)
    ]
    return found + [fault for each in elements(node) for fault in faults(each)]


def test_the_codebook_stands_in_the_order_that_ddi_asks(
    contents: Contents, held: dict[str, bytes]
) -> None:
    document = minidom.parseString(held[f"{NAME}-codebook.xml"])  # noqa: S318  # our own
    root = document.documentElement
    assert root is not None
    assert root.getAttribute("xmlns") == "ddi:codebook:2_5"
    assert (root.getAttribute("version"), root.getAttribute("xml:lang")) == ("2.5", "es")
    assert faults(root) == []
    ids = [each.getAttribute("ID") for each in root.getElementsByTagName("*")]
    named = [each for each in ids if each]
    assert len(named) == len(set(named)) == len(contents.variables()) + 1
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", each) for each in named)
    for variable in root.getElementsByTagName("var"):
        assert variable.getAttribute("intrvl") in ("contin", "discrete")
        for category in variable.getElementsByTagName("catgry"):
            (value,) = category.getElementsByTagName("catValu")
            is_missing = int(value.firstChild.data) < 0  # type: ignore[union-attr]
            assert category.getAttribute("missing") == ("Y" if is_missing else "N")
    dates = root.getElementsByTagName("collDate")
    assert [each.getAttribute("event") for each in dates] == ["start", "end"]
    assert all(dt.date.fromisoformat(each.getAttribute("date")) for each in dates)


# -- Flow Results 1.0.0-rc1 ----------------------------------------------------------------------

WHEN = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d:\d\d$"}
COLUMNS = {
    "timestamp": "datetime",
    "row_id": "string",
    "contact_id": "string",
    "question_id": "string",
    "response": "any",
    "response_metadata": "object",
}
PACKAGE = {
    "type": "object",
    "required": [
        *("profile", "flow_results_specification_version", "created", "modified", "id"),
        *("name", "resources"),
    ],
    "properties": {
        "profile": {"const": "flow-results-package"},
        "name": {"type": "string", "pattern": r"^[a-z0-9._-]+$"},
        "title": {"type": "string"},
        "flow_results_specification_version": {"const": "1.0.0-rc1"},
        "created": WHEN,
        "modified": WHEN,
        "id": {"type": "string", "format": "uuid"},
        "resources": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {
                "type": "object",
                "required": ["name", "path", "schema"],
                "not": {"required": ["data"]},
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?![/.])[^\\:]+$"},
                    "schema": {
                        "type": "object",
                        "required": ["fields", "questions"],
                        "properties": {
                            "language": {"type": "string", "pattern": r"^[a-z]{3}$"},
                            "fields": {
                                "type": "array",
                                "prefixItems": [
                                    {
                                        "type": "object",
                                        "required": ["name", "title", "type"],
                                        "properties": {
                                            "name": {"const": name},
                                            "type": {"const": kind},
                                        },
                                    }
                                    for name, kind in COLUMNS.items()
                                ],
                                "minItems": 6,
                                "maxItems": 6,
                            },
                            "questions": {
                                "type": "object",
                                "minProperties": 1,
                                "additionalProperties": {
                                    "type": "object",
                                    "required": ["type", "label", "type_options"],
                                    "properties": {
                                        "type": {"const": "select_one"},
                                        "label": {"type": "string", "minLength": 1},
                                        "type_options": {
                                            "type": "object",
                                            "required": ["choices"],
                                            "properties": {
                                                "choices": {
                                                    "type": "array",
                                                    "items": {"type": "string"},
                                                    "minItems": 1,
                                                    "uniqueItems": True,
                                                }
                                            },
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}
"""What the specification asks of a package's description, in words of our own."""


def rows_schema(questions: dict[str, Any]) -> dict[str, Any]:
    """Every row: when, its own id, whose, to what question, one of its choices, and no more."""
    return {
        "type": "array",
        "items": {
            "anyOf": [
                {
                    "type": "array",
                    "prefixItems": [
                        WHEN,
                        {"type": ["string", "integer"]},
                        {"type": ["string", "integer"]},
                        {"const": name},
                        {"enum": question["type_options"]["choices"]},
                        {"type": ["object", "null"]},
                    ],
                    "minItems": 6,
                    "maxItems": 6,
                }
                for name, question in questions.items()
            ]
        },
    }


def check(document: Any, schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(document)


def test_the_flow_results_package_is_what_the_specification_asks(
    contents: Contents, held: dict[str, bytes]
) -> None:
    package = json.loads(held[f"{NAME}-flow-results.json"])
    check(package, PACKAGE)
    assert uuid.UUID(package["id"]).version == 4
    (resource,) = package["resources"]
    lines = json.loads(held[resource["path"]])
    check(lines, rows_schema(resource["schema"]["questions"]))
    ids = [line[1] for line in lines]
    assert len(set(ids)) == len(ids)
    assert {line[2] for line in lines} == {row["id"] for row in contents.results.rows}
    told = {(line[2], line[3]): line[4] for line in lines}
    for row in contents.results.rows:
        for variable in contents.variables():
            answer = told.get((row["id"], variable.name), "suppressed")
            assert answer == row[variable.column]


@pytest.mark.parametrize("broken", ["profile", "created", "path", "choices", "row"])
def test_the_schema_finds_what_is_wrong(held: dict[str, bytes], broken: str) -> None:
    package = json.loads(held[f"{NAME}-flow-results.json"])
    (resource,) = package["resources"]
    lines = json.loads(held[resource["path"]])
    questions = resource["schema"]["questions"]
    match broken:
        case "profile":
            package["profile"] = "data-package"
        case "created":
            package["created"] = "2026-11-23"
        case "path":
            resource["path"] = "/etc/passwd"
        case "choices":
            questions["trust"]["type_options"] = {}
        case _:
            lines[0][4] = "not a choice"
    wrong = {"row": (lines, rows_schema(questions))} if broken == "row" else {}
    with pytest.raises(jsonschema.ValidationError):
        check(*wrong.get(broken, (package, PACKAGE)))
