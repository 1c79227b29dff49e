"""The survey of a draft as a whole: what it asks, taken from an XLSForm, and written as one."""

from __future__ import annotations

from pathlib import PurePath

from flask import Response, abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.editor import desk, question_forms, survey_lint, telling
from app.editor.desk import pages
from app.editor.drafted import Drafted
from app.finding_words import told
from programmes.drafts import edits
from programmes.drafts.errors import CannotEdit, DraftChanged
from programmes.questions import QuestionKind
from programmes.values import Tool, Wording
from surveys.xlsform.document import read_file
from surveys.xlsform.findings import TEXTS, Finding
from surveys.xlsform.sheets import NotAForm
from surveys.xlsform.writing import as_xlsform

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/survey")
def survey() -> ResponseReturnValue:
    return _survey(desk.draft_or_404())


@pages.post("/survey")
def take_survey() -> ResponseReturnValue:
    found = desk.as_read()
    upload = request.files.get("form")
    content = upload.read() if upload else b""
    name = PurePath(upload.filename or "survey").stem if upload else "survey"
    try:
        taken = read_file(content, name=name, languages=found.tags)
    except NotAForm as error:
        problem = _("This cannot be read as an XLSForm: %(why)s.", why=told(error.said))
        return _survey(found, problem=problem), 422
    if taken.survey is None:
        problem = _("Nothing is kept yet: the form has cells that cannot be asked by telephone.")
        return _survey(found, problem=problem, findings=taken.findings), 422
    words = {
        key: {tag: edits.Words(*forms) for tag, forms in said.items()}
        for key, said in taken.words.items()
    }
    try:
        desk.keep(found, edits.put_survey(found.content, taken.survey, words))
    except CannotEdit:
        problem = _("The programme names no districts, so nobody can choose hers.")
        return _survey(found, problem=problem), 422
    except DraftChanged:
        problem = telling.changed_meanwhile()
        return _survey(desk.draft_or_404(), problem=problem), 409
    flash(_("The survey is in the draft."), "success")
    return _survey(desk.draft_or_404(), findings=taken.findings)


@pages.get("/survey.xlsx")
def download_survey() -> ResponseReturnValue:
    """The survey of the draft, for whoever goes on in a spreadsheet."""
    found = desk.draft_or_404()
    asked = found.content["survey"]
    if not asked:
        abort(404)
    words = {
        tag: {key: Wording(**each) for key, each in said.items()}
        for tag, said in found.content["wordings"].items()
    }
    form = as_xlsform(asked, words, version=found.draft.hash[:12])
    headers = {"Content-Disposition": f'attachment; filename="{asked["name"]}.xlsx"'}
    return Response(form, content_type=_TYPE, headers=headers)


def _in_words(finding: Finding) -> dict[str, str | int]:
    return {name: told(value) for name, value in finding.values.items()}


def _survey(found: Drafted, *, problem: str = "", findings: tuple[Finding, ...] = ()) -> str:
    asked = found.content["survey"]
    offered = {each["tool"] for each in found.content["menu"]}
    return render_template(
        "editor/survey.html",
        found=found,
        survey=asked,
        questions=question_forms.questions(found),
        looked=survey_lint.look(found, desk.examiner()),
        blocks=question_forms.unused_blocks(found),
        kinds=list(QuestionKind),
        is_offered=Tool.SURVEY in offered,
        problem=problem,
        findings=[
            (each.severity.value, each.place, _(TEXTS[each.rule], **_in_words(each)))
            for each in findings
        ],
    )
