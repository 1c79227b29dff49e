"""XLSForms as others write them: taken, or refused with findings that name their cells."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from flask import Flask
from ruamel.yaml import YAML

from programmes.content import to_content
from programmes.reader import read
from programmes.values import Programme
from surveys.commands import surveys as commands
from surveys.xlsform.document import as_yaml, read_file
from surveys.xlsform.findings import Severity
from surveys.xlsform.reading import Imported
from surveys.xlsform.sheets import NotAForm
from surveys.xlsform.tools import refused_by_tools
from surveys.xlsform.writing import as_xlsform
from tests.surveys.kinds import JUNIN, folder, kinds

FORMS = YAML(typ="safe").load(Path(__file__).parent / "data" / "xlsforms.yaml")


def workbook(sheets: dict[str, str]) -> bytes:
    """An .xlsx of sheets that are written as in a text: cells between bars, a row to a line."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, text in sheets.items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate(text.rstrip("\n").split("\n")):
                for place, cell in enumerate(line.strip("|").split("|") if line else ()):
                    sheet.write(number, place, cell.strip())
    return out.getvalue()


def imported(sheets: dict[str, str], *languages: str) -> Imported:
    return read_file(workbook(sheets), name="form", languages=languages)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form["about"])
def test_forms_of_others(form: dict[str, object], tmp_path: Path) -> None:
    sheets, tags = form["sheets"], form.get("languages", [])
    assert isinstance(sheets, dict)
    assert isinstance(tags, list)
    found = imported(sheets, *tags)
    assert [str(each) for each in found.findings] == form["findings"]
    assert found.is_fit is not any(each.severity is Severity.ERROR for each in found.findings)
    if found.is_fit:
        assert found.survey is not None
        assert [
            {name: value for name, value in each.items() if name != "gender"}
            for each in found.survey["questions"]
        ] == form["questions"]


def test_a_form_that_is_taken_is_a_survey_that_loads(tmp_path: Path) -> None:
    form = next(each for each in FORMS if each["about"] == "a household form, in two languages")
    there = folder(tmp_path, as_yaml(imported(form["sheets"], *form["languages"])))
    survey = read(there).survey
    assert survey is not None
    assert [each.name for each in survey.questions] == [each["name"] for each in form["questions"]]


@pytest.mark.parametrize("which", ["junin", "kinds"])
def test_there_and_back_is_the_same(which: str, tmp_path: Path) -> None:
    programme = read(JUNIN) if which == "junin" else kinds()
    assert refused_by_tools(written(programme)) is None
    found = read_file(written(programme), name="x", languages=programme.languages)
    assert found.findings == ()
    content = to_content(programme)
    assert found.survey is not None
    assert found.survey["name"] == content["survey"]["name"]
    assert found.survey["questions"] == content["survey"]["questions"]
    for key, said in found.words.items():
        for tag, (say, text) in said.items():
            assert (say, text) == (
                programme.wordings[tag][key].say,
                programme.wordings[tag][key].text,
            )
    again = read(folder(tmp_path, as_yaml(found)))
    assert again.survey is not None
    assert programme.survey is not None
    assert again.survey.questions == programme.survey.questions


def written(programme: Programme) -> bytes:
    return as_xlsform(to_content(programme)["survey"], programme.wordings)


def test_what_is_no_form_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotAForm, match=r"no \.xlsx"):
        read_file(b"type,name\n", name="x", languages=())
    with pytest.raises(NotAForm, match="no sheet named `survey`"):
        imported({"Sheet1": "type | name"})
    with pytest.raises(NotAForm, match="more than 2000 rows"):
        imported({"survey": "type | name\n" + "note | x\n" * 2001})


@pytest.mark.parametrize("part", ["[Content_Types].xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
@pytest.mark.parametrize("left", [0, 200])
def test_a_damaged_file_is_no_form(part: str, left: int) -> None:
    whole = workbook({"survey": "type | name | label\ninteger | age | Edad"})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as read, zipfile.ZipFile(out, "w") as damaged:
        for name in read.namelist():
            damaged.writestr(name, read.read(name)[: left if name == part else None])
    with pytest.raises(NotAForm, match=r"no \.xlsx"):
        read_file(out.getvalue(), name="x", languages=())


def test_the_command_names_cells_and_writes_the_file(tmp_path: Path) -> None:
    app = Flask("small", static_folder=None)
    app.cli.add_command(commands)
    runner = app.test_cli_runner()
    path = tmp_path / "form.xlsx"
    path.write_bytes(workbook({"survey": "type | name | label\nnote | hello | Hola"}))
    refused = runner.invoke(args=["surveys", "import", str(path)])
    assert refused.exit_code == 1
    assert "error: survey!A2: a note cannot be read to callers" in refused.output
    path.write_bytes(written(kinds()))
    taken = runner.invoke(args=["surveys", "import", str(path), "--to", str(tmp_path)])
    assert taken.exit_code == 0, taken.output
    assert "kind: scale" in (tmp_path / "survey.yaml").read_text("utf-8")
