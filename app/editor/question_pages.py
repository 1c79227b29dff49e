"""The survey of a draft written on pages: its title, its questions one by one, ready-made ones."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.editor import asked_where, desk, forms, question_forms, survey_lint, telling
from app.editor.asked_where import How, Sign
from app.editor.desk import pages
from app.editor.drafted import Drafted
from app.editor.forms import Form
from programmes.blocks import blocks
from programmes.drafts import survey_edits
from programmes.drafts.errors import CannotEdit
from programmes.questions import Question, QuestionKind

_LONGEST_TITLE = 120


@pages.get("/survey/title")
def survey_title() -> ResponseReturnValue:
    """The form of the survey's title; with `new` that of another survey."""
    found = desk.draft_or_404()
    survey = found.content["survey"]
    is_new = "new" in request.args or not survey
    title = {} if is_new else survey["title"]
    return _title(found, Form({f"title_{tag}": words for tag, words in title.items()}), is_new)


def _title(found: Drafted, form: Form, is_new: bool) -> str:
    return render_template("editor/survey_title.html", found=found, form=form, is_new=is_new)


@pages.post("/survey/title")
def keep_title() -> ResponseReturnValue:
    found, form = desk.as_read(), Form()
    is_new = "new" in request.args or not found.content["survey"]
    title = {}
    for tag in found.content["name"]:
        field = f"title_{tag}"
        form.values[field] = title[tag] = " ".join(request.form.get(field, "").split())
        if not 0 < len(title[tag]) <= _LONGEST_TITLE:
            form.faults[field] = _("Give it a name.")
    if form.faults:
        return _title(found, form, is_new), 422
    if is_new:
        name = forms.free_survey(found, next(iter(title.values())))
        content = survey_edits.begin_survey(found.content, name, title=title)
    else:
        content = survey_edits.retitle(found.content, title)
    return desk.keep_form(
        found,
        content,
        form,
        again=lambda newest: _title(newest, form, is_new),
        done=_("Kept in the draft."),
        to=url_for("draft.survey"),
    )


@pages.get("/survey/new/<any({}):kind>".format(", ".join(QuestionKind)))
def new_question(kind: str) -> ResponseReturnValue:
    found = _with_survey(desk.draft_or_404())
    return _question(found, None, QuestionKind(kind), question_forms.new(QuestionKind(kind)))


@pages.post("/survey/new/<any({}):kind>".format(", ".join(QuestionKind)))
def add_question(kind: str) -> ResponseReturnValue:
    return _keep(_with_survey(desk.as_read()), None, QuestionKind(kind))


@pages.get("/survey/questions/<name>")
def question(name: str) -> ResponseReturnValue:
    found = desk.draft_or_404()
    kept = _of(found, name)
    return _question(found, kept, kept.kind, question_forms.filled(found, kept))


@pages.post("/survey/questions/<name>")
def keep_question(name: str) -> ResponseReturnValue:
    found = desk.as_read()
    kept = _of(found, name)
    return _keep(found, kept, kept.kind)


def _keep(found: Drafted, before: Question | None, kind: QuestionKind) -> ResponseReturnValue:
    form = Form()
    made = question_forms.read(found, form, kind=kind, before=before)
    if form.faults:
        return _question(found, before, kind, form), 422
    try:
        content = survey_edits.put_question(found.content, made.question, made.words)
    except CannotEdit as error:
        form.problem = telling.reason(error.reason)
        return _question(found, before, kind, form), 422
    return desk.keep_form(
        found,
        content,
        form,
        again=lambda newest: _question(newest, before, kind, form),
        done=_("The question is in the draft."),
        to=url_for("draft.survey", _anchor=f"question-{made.question.name}"),
    )


def _question(found: Drafted, before: Question | None, kind: QuestionKind, form: Form) -> str:
    name = before.name if before else None
    theirs: dict[str, str] = {}
    if (
        form.problem
        and before
        and any(each.name == name for each in question_forms.questions(found))
    ):
        now = question_forms.filled(found, _of(found, before.name)).values
        theirs = {each: words for each, words in now.items() if words != form.values.get(each)}
    asked = question_forms.questions(found)
    place = next((n for n, each in enumerate(asked, start=1) if each.name == name), len(asked) + 1)
    looked = survey_lint.look(found, desk.examiner()).by_question.get(name or "")
    return render_template(
        "editor/question.html",
        found=found,
        question=before,
        kind=kind,
        place=place,
        form=form,
        theirs=theirs,
        key=f"question.{name}" if name else "question.",
        rows=question_forms.rows(before, kind),
        is_fixed=before is not None and question_forms.is_fixed(before),
        earlier=asked_where.answers_of(question_forms.earlier(found, name)),
        conditions=range(asked_where.ROWS),
        how=How,
        signs=list(Sign),
        looked=looked,
    )


@pages.post("/survey/questions/<name>/move")
def move_question(name: str) -> ResponseReturnValue:
    by = -1 if request.form.get("to") == "up" else 1
    return _step(lambda content: survey_edits.move_question(content, name, by=by))


@pages.post("/survey/questions/<name>/remove")
def remove_question(name: str) -> ResponseReturnValue:
    return _step(lambda content: survey_edits.remove_question(content, name))


@pages.post("/survey/blocks")
def add_block() -> ResponseReturnValue:
    name = request.form.get("block", "")
    if name not in blocks():
        abort(404)
    return _step(lambda content: survey_edits.add_block(content, name))


def _step(edit: Any) -> ResponseReturnValue:
    def made(found: Drafted) -> dict[str, Any]:
        content: dict[str, Any] = edit(_with_survey(found).content)
        return content

    return desk.step(made, to="survey")


def _with_survey(found: Drafted) -> Drafted:
    """404 where the draft has no survey to put a question into."""
    return found if found.content["survey"] else abort(404)


def _of(found: Drafted, name: str) -> Question:
    for each in question_forms.questions(found):
        if each.name == name:
            return each
    abort(404)
