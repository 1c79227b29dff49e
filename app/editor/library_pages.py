"""The library of a draft: its categories and messages."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.editor import desk, forms
from app.editor.desk import pages
from app.editor.drafted import Drafted
from app.editor.forms import Form
from programmes.drafts import edits

NEW = "message."
"""The key of a message that has no slug yet."""


@pages.get("/library")
def library() -> ResponseReturnValue:
    return _library(desk.draft_or_404(), Form())


def _library(found: Drafted, form: Form) -> str:
    return render_template("editor/library.html", found=found, form=form, key="option.")


@pages.post("/library/add")
def add_category() -> ResponseReturnValue:
    found, form = desk.as_read(), Form()
    said = forms.words(form, found, "option.")
    if form.faults:
        return _library(found, form), 422
    option = forms.free_option(found, form.values.get("text_es") or form.values["say_es"])
    return desk.keep_form(
        found,
        edits.add_category(found.content, option, words=said),
        form,
        again=lambda newest: _library(newest, form),
        done=_("The category is in the draft. Add its first message."),
        to=url_for("draft.new_message", category=option),
    )


@pages.get("/library/new")
def new_message() -> ResponseReturnValue:
    found = desk.draft_or_404()
    if not found.content["categories"]:
        return redirect(url_for("draft.library"), code=303)
    values = {"category": request.args.get("category", ""), "reviewed_on": found.today.isoformat()}
    return _message(found, None, Form(values))


@pages.post("/library/new")
def add_message() -> ResponseReturnValue:
    found, form = desk.as_read(), Form()
    said = forms.words(form, found, NEW)
    form.values["title"] = title = " ".join(request.form.get("title", "").split())[:60]
    if not title:
        form.faults["title"] = _("Give it a short name; callers do not hear it.")
    facts = forms.facts(form, forms.free_slug(found, title))
    category = _category(found, form)
    if form.faults:
        return _message(found, None, form), 422
    return desk.keep_form(
        found,
        edits.add_message(found.content, category, facts, words=said),
        form,
        again=lambda newest: _message(newest, None, form),
        done=_("The message is in the draft."),
        to=url_for("draft.library", _anchor=category),
    )


@pages.get("/library/<slug>")
def message(slug: str) -> ResponseReturnValue:
    found = desk.draft_or_404()
    category, kept = _of(found, slug)
    return _message(found, slug, Form(_values(found, slug, category, kept)))


@pages.post("/library/<slug>")
def keep_message(slug: str) -> ResponseReturnValue:
    found, form = desk.as_read(), Form()
    _of(found, slug)
    said = forms.words(form, found, f"message.{slug}")
    facts = forms.facts(form, slug)
    category = _category(found, form)
    if form.faults:
        return _message(found, slug, form), 422
    return desk.keep_form(
        found,
        edits.change_message(found.content, category, facts, words=said),
        form,
        again=lambda newest: _message(newest, slug, form),
        done=_("The message is in the draft."),
        to=url_for("draft.library", _anchor=category),
    )


@pages.post("/library/<slug>/move")
def move_message(slug: str) -> ResponseReturnValue:
    by = -1 if request.form.get("to") == "up" else 1
    return desk.step(lambda found: edits.move_message(found.content, slug, by=by), to="library")


@pages.post("/library/<slug>/remove")
def remove_message(slug: str) -> ResponseReturnValue:
    return desk.step(lambda found: edits.remove_message(found.content, slug), to="library")


def _message(found: Drafted, slug: str | None, form: Form) -> str:
    theirs: dict[str, str] = {}
    if form.problem and slug is not None:
        category, kept = _of(found, slug)
        theirs = _values(found, slug, category, kept)
    return render_template(
        "editor/message.html",
        found=found,
        slug=slug,
        key=f"message.{slug}" if slug else NEW,
        form=form,
        theirs={name: words for name, words in theirs.items() if words != form.values.get(name)},
    )


def _of(found: Drafted, slug: str) -> tuple[str, dict[str, Any]]:
    for shelf in found.content["categories"]:
        for each in shelf["messages"]:
            if each["slug"] == slug:
                return shelf["option"], each
    abort(404)


def _values(found: Drafted, slug: str, category: str, kept: dict[str, Any]) -> dict[str, str]:
    return forms.filled(found.content, f"message.{slug}", found.tags) | {
        "source": kept["source"],
        "reviewed_on": kept["reviewed_on"],
        "expires_on": kept["expires_on"],
        "example": "yes" if kept["example"] else "",
        "category": category,
    }


def _category(found: Drafted, form: Form) -> str:
    if form.values["category"] not in {each["option"] for each in found.content["categories"]}:
        form.faults["category"] = _("Choose a category.")
    return form.values["category"]
