"""The survey of a draft: taken from a spreadsheet, or refused by its cells."""

from __future__ import annotations

import io

from programmes.content import to_content
from surveys.xlsform.writing import as_xlsform
from tests.editor.people import HERE, Editor
from tests.surveys.kinds import kinds
from tests.surveys.test_xlsform import workbook


def sends(ana: Editor, content: bytes) -> tuple[int, str]:
    answer = ana.client.post(
        f"{HERE}/survey",
        data={"revision": str(ana.revision), "form": (io.BytesIO(content), "form.xlsx")},
        content_type="multipart/form-data",
    )
    return answer.status_code, answer.text


def test_a_form_becomes_the_survey_of_the_draft(ana: Editor) -> None:
    ana.begins()
    assert "water_change" in ana.get("/survey")
    programme = kinds()
    wanted = to_content(programme)["survey"]
    status, page = sends(ana, as_xlsform(wanted, programme.wordings))
    assert status == 200
    assert 'data-question="uses_river"' in page
    assert ana.draft.content["survey"]["questions"] == wanted["questions"]
    for tag in ("es", "quy"):
        words = ana.draft.content["wordings"][tag]
        assert words["question.trust"]["say"] == programme.wordings[tag]["question.trust"].say
        assert "question.water_change" not in words
        assert "option.priority_water" not in words
    again = ana.client.get(f"{HERE}/survey.xlsx").data
    status, page = sends(ana, again)
    assert status == 200
    assert "data-severity" not in page


def test_a_form_that_cannot_be_asked_changes_nothing(ana: Editor) -> None:
    ana.begins()
    before = ana.draft.content
    form = {
        "survey": "type|name|label::Español (es)|label::Quechua (quy)\nnote|hi|Hola|Allinllachu\n"
        "decimal|litres|¿Cuántos litros?|¿Hayka litro?"
    }
    status, page = sends(ana, workbook(form))
    assert status == 422
    assert "survey!A3" in page
    assert "no decimal point" in page
    status, page = sends(ana, b"no workbook")
    assert status == 422
    assert "XLSForm" in page
    assert ana.draft.content == before
