"""The lists of a draft: menu, topics; and what stands by itself: words, name, hours."""

from __future__ import annotations

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.editor import desk, forms
from app.editor.desk import pages
from app.editor.drafted import Drafted
from app.editor.forms import Form
from programmes.drafts import edits
from programmes.values import Tool

LISTS = ("menu", "topics", "categories")
_PAGES = {"menu": "menu", "topics": "topics", "categories": "library"}


@pages.get("/menu")
def menu() -> ResponseReturnValue:
    found = desk.draft_or_404()
    offered = {each["tool"] for each in found.content["menu"]}
    return render_template(
        "editor/menu.html",
        found=found,
        tools=list(Tool),
        unused=[each for each in Tool if each.value not in offered],
    )


@pages.get("/topics")
def topics() -> ResponseReturnValue:
    return _topics(desk.draft_or_404(), Form())


def _topics(found: Drafted, form: Form) -> str:
    return render_template("editor/topics.html", found=found, form=form, key="option.")


@pages.post("/<any(menu, topics, categories):where>/<option>/move")
def move(where: str, option: str) -> ResponseReturnValue:
    by = -1 if request.form.get("to") == "up" else 1
    return desk.step(
        lambda found: edits.move(found.content, where, option, by=by), to=_PAGES[where]
    )


@pages.post("/<any(menu, topics, categories):where>/<option>/remove")
def remove(where: str, option: str) -> ResponseReturnValue:
    return desk.step(lambda found: edits.remove(found.content, where, option), to=_PAGES[where])


@pages.post("/menu/add")
def add_to_menu() -> ResponseReturnValue:
    wanted = _tool(request.form.get("tool", ""))
    return desk.step(lambda found: edits.add_to_menu(found.content, wanted), to="menu")


@pages.post("/menu/<option>/tool")
def replace_tool(option: str) -> ResponseReturnValue:
    wanted = _tool(request.form.get("tool", ""))
    return desk.step(lambda found: edits.replace_tool(found.content, option, wanted), to="menu")


@pages.post("/topics/<option>/queue")
def send_to(option: str) -> ResponseReturnValue:
    def sent(found: Drafted) -> dict[str, object]:
        return edits.send_to(found.content, option, _queue(found))

    return desk.step(sent, to="topics")


@pages.post("/topics/add")
def add_topic() -> ResponseReturnValue:
    found, form = desk.as_read(), Form()
    said = forms.words(form, found, "option.")
    form.values["queue"] = queue = _queue(found)
    if form.faults:
        return _topics(found, form), 422
    option = forms.free_option(found, form.values.get("text_es") or form.values["say_es"])
    return desk.keep_form(
        found,
        edits.add_topic(found.content, option, queue=queue, words=said),
        form,
        again=lambda newest: _topics(newest, form),
        done=_("The topic is in the draft."),
        to=url_for("draft.topics"),
    )


@pages.get("/words")
def all_words() -> ResponseReturnValue:
    """The programme's own prompts that belong to no list."""
    found = desk.draft_or_404()
    own = found.content["wordings"]
    keys = dict.fromkeys(key for tag in found.tags for key in own.get(tag, {}))
    return render_template(
        "editor/all_words.html",
        found=found,
        keys=[each for each in keys if _stands_alone(found, each)],
    )


@pages.get("/words/<key>")
def words(key: str) -> ResponseReturnValue:
    found = desk.draft_or_404()
    _known(found, key)
    form = Form(forms.filled(found.content, key, found.tags))
    return _words(found, key, form)


def _words(found: Drafted, key: str, form: Form) -> str:
    return render_template(
        "editor/words.html",
        found=found,
        key=key,
        form=form,
        theirs=forms.filled(found.content, key, found.tags) if form.problem else {},
        back=_back(found, key),
    )


@pages.post("/words/<key>")
def keep_words(key: str) -> ResponseReturnValue:
    found, form = desk.as_read(), Form()
    _known(found, key)
    said = forms.words(form, found, key)
    if form.faults:
        return _words(found, key, form), 422
    is_as_it_was = form.values == forms.filled(found.content, key, found.tags)
    return desk.keep_form(
        found,
        found.content if is_as_it_was else edits.word(found.content, key, said),
        form,
        again=lambda newest: _words(newest, key, form),
        done=_("The words are in the draft."),
        to=_back(found, key),
    )


@pages.get("/name")
def name() -> ResponseReturnValue:
    found = desk.draft_or_404()
    content = found.content
    values = {f"name_{tag}": words for tag, words in content["name"].items()}
    return _name(found, Form(values | {"quick_exit": content["quick_exit"]}))


def _name(found: Drafted, form: Form) -> str:
    return render_template("editor/name.html", found=found, form=form, choices=_exits(found))


@pages.post("/name")
def rename() -> ResponseReturnValue:
    found, form = desk.as_read(), Form()
    names = {}
    for tag in found.content["name"]:
        names[tag] = " ".join(request.form.get(f"name_{tag}", "").split())[:80]
        form.values[f"name_{tag}"] = names[tag]
        if not names[tag]:
            form.faults[f"name_{tag}"] = _("Give it a name.")
    form.values["quick_exit"] = quick_exit = request.form.get("quick_exit", "")
    if quick_exit not in _exits(found):
        form.faults["quick_exit"] = _("Choose a message.")
    if form.faults:
        return _name(found, form), 422
    return desk.keep_form(
        found,
        edits.rename(found.content, names=names, quick_exit=quick_exit),
        form,
        again=lambda newest: _name(newest, form),
        done=_("Kept in the draft."),
        to=url_for("draft.index"),
    )


@pages.get("/hours")
def hours() -> ResponseReturnValue:
    found = desk.draft_or_404()
    calendar = found.content["calendar"]
    values = {f"hours_{day}": "-".join(span) for day, span in calendar["hours"].items()}
    return _hours(found, Form(values | {"blocked": "\n".join(calendar["blocked"])}))


def _hours(found: Drafted, form: Form) -> str:
    return render_template("editor/hours.html", found=found, form=form)


@pages.post("/hours")
def keep_hours() -> ResponseReturnValue:
    found, form = desk.as_read(), Form()
    spans, days = forms.hours(form), forms.blocked(form)
    if form.faults:
        return _hours(found, form), 422
    return desk.keep_form(
        found,
        edits.set_hours(found.content, hours=spans, blocked=days),
        form,
        again=lambda newest: _hours(newest, form),
        done=_("Kept in the draft."),
        to=url_for("draft.index"),
    )


def _known(found: Drafted, key: str) -> None:
    """404 for a prompt that the draft neither words nor offers, and for a message or question."""
    is_own = any(key in found.content["wordings"].get(tag, {}) for tag in found.tags)
    kind, _dot, option = key.partition(".")
    is_offered = kind == "option" and option in edits.own_options(found.content)
    if not (is_offered or (is_own and _stands_alone(found, key))):
        abort(404)


def _stands_alone(found: Drafted, key: str) -> bool:
    """Whether a prompt belongs to no list and no message of the library."""
    kind, _dot, name = key.partition(".")
    if kind == "message":
        return all(each["slug"] != name for each in edits.messages(found.content))
    return kind not in ("option", "question")


def _back(found: Drafted, key: str) -> str:
    """The list that an option stands in."""
    option = key.removeprefix("option.")
    for where in LISTS:
        if any(each["option"] == option for each in found.content[where]):
            return url_for(f"draft.{_PAGES[where]}")
    return url_for("draft.all_words")


def _exits(found: Drafted) -> list[str]:
    """Where the quick exit may lead: a message of the library, or one worded by itself."""
    slugs = [each["slug"] for each in edits.messages(found.content)]
    return list(dict.fromkeys([found.content["quick_exit"], *slugs]))


def _tool(raw: str) -> str:
    return raw if raw in list(Tool) else Tool.LIBRARY


def _queue(found: Drafted) -> str:
    wanted = request.form.get("queue", "")
    known = {each["slug"] for each in found.content["queues"]}
    return wanted if wanted in known else str(found.content["default_queue"])
