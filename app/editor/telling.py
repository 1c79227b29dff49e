"""A draft's changes, gaps and findings in the words of the pages."""

from __future__ import annotations

import datetime as dt

from flask_babel import format_date
from flask_babel import gettext as _

from app.editor import forms
from app.editor.drafted import Drafted
from app.finding_words import in_words
from dialogue.exploring.findings import Finding
from library.labels import language_label
from programmes.drafts.differences import Change, What
from programmes.drafts.errors import Reason
from programmes.drafts.gaps import Gap, Missing
from programmes.values import Tool
from staff.web import language


def changed_meanwhile() -> str:
    return _(
        "Somebody else has just changed the draft. Look at it again: nothing of theirs is lost."
    )


def change(found: Drafted, each: Change) -> str:
    """One change as a sentence."""
    if each.is_about_words:
        return _about_words(prompt(found, each.name), language_label(each.language), each.what)
    if each.what in _ABOUT_OPTIONS:
        return _about_option(found, each)
    if each.what in _ABOUT_QUESTIONS:
        return _about_question(found, each)
    if each.message is not None or each.what is What.MESSAGE_MOVED:
        return _about_message(message(found, each.name), each.what)
    match each.what:
        case What.NAME:
            return _("The programme's name, for staff")
        case What.QUICK_EXIT:
            return _("Where the quick exit leads")
        case What.HOURS:
            return _("Hours in which people are called: %(day)s", day=weekday(each.name))
        case What.DAY_BLOCKED:
            return _("No calls on %(day)s", day=day(each.name))
        case What.DAY_FREED:
            return _("Calls again on %(day)s", day=day(each.name))
        case _:
            return _("Something that these pages do not edit: %(name)s", name=each.name)


_ABOUT_OPTIONS = frozenset(
    {
        What.OPTION_ADDED,
        What.OPTION_REMOVED,
        What.ORDER,
        What.TOOL,
        What.QUEUE,
        What.MESSAGE_ORDER,
    }
)


_ABOUT_QUESTIONS = frozenset(
    {
        What.SURVEY_TITLE,
        What.QUESTION_ADDED,
        What.QUESTION_REMOVED,
        What.QUESTION_ORDER,
        What.ANSWERS,
        What.ASKED_WHERE,
        What.QUESTION_DETAIL,
    }
)


def _about_question(found: Drafted, each: Change) -> str:
    name = question(found, each.name)
    return {
        What.SURVEY_TITLE: _("The survey's title, for staff"),
        What.QUESTION_ADDED: _("Survey: new question, %(name)s", name=name),
        What.QUESTION_REMOVED: _("Survey: without the question %(name)s", name=name),
        What.QUESTION_ORDER: _("Survey: another order of its questions"),
        What.ANSWERS: _("%(name)s: other options", name=name),
        What.ASKED_WHERE: _("%(name)s: asked of others", name=name),
        What.QUESTION_DETAIL: _("%(name)s: asked in another way", name=name),
    }[each.what]


def _about_words(name: str, tongue: str, what: What) -> str:
    return {
        What.SAID: _("%(name)s: other words in %(language)s", name=name, language=tongue),
        What.WRITTEN: _(
            "%(name)s: another text message in %(language)s", name=name, language=tongue
        ),
        What.WORDED: _("%(name)s: words in %(language)s", name=name, language=tongue),
        What.UNWORDED: _("%(name)s: no words in %(language)s", name=name, language=tongue),
    }[what]


def _about_option(found: Drafted, each: Change) -> str:
    name, where = option(found, each.name), part(each.after or each.before)
    return {
        What.OPTION_ADDED: _("%(list)s: new, %(name)s", list=where, name=name),
        What.OPTION_REMOVED: _("%(list)s: without %(name)s", list=where, name=name),
        What.ORDER: _("%(list)s: another order", list=part(each.name)),
        What.TOOL: _("%(name)s leads elsewhere", name=name),
        What.QUEUE: _("%(name)s goes to another queue", name=name),
        What.MESSAGE_ORDER: _("%(name)s: another order of its messages", name=name),
    }[each.what]


def _about_message(name: str, what: What) -> str:
    return {
        What.MESSAGE_ADDED: _("New message: %(name)s", name=name),
        What.MESSAGE_REMOVED: _("Message removed: %(name)s", name=name),
        What.MESSAGE_MOVED: _("%(name)s: in another category", name=name),
        What.SOURCE: _("%(name)s: another source", name=name),
        What.REVIEWED: _("%(name)s: another day of review", name=name),
        What.EXPIRES: _("%(name)s: another last day", name=name),
        What.EXAMPLE: _("%(name)s: whether it is an example", name=name),
    }[what]


def reason(why: Reason) -> str:
    return {
        Reason.GONE: _("It is not there any more. Look at the list again."),
        Reason.TWICE: _("There is one of that name already."),
        Reason.FULL: _("The menu has no key left: four options at most."),
        Reason.LAST: _("A list keeps at least one."),
        Reason.IN_USE: _("The quick exit leads there. Let it lead elsewhere first."),
        Reason.NO_DISTRICTS: _("The programme names no districts, so nobody can choose hers."),
    }[why]


def gap(found: Drafted, missing: Missing) -> str:
    return {
        Gap.EMPTY_CATEGORY: lambda: _(
            "The category %(name)s has no message: add one, or remove it.",
            name=option(found, missing.name),
        ),
        Gap.NO_TOPICS: lambda: _("The menu offers to ask or complain, and there is no topic."),
        Gap.NO_LIBRARY: lambda: _("The menu offers the library, and it has no category."),
        Gap.NO_SURVEY: lambda: _("The menu offers the survey, and there is none."),
        Gap.NO_QUESTIONS: lambda: _("The survey asks nothing yet: add a question."),
        Gap.OTHER: lambda: missing.name,
    }[missing.gap]()


def finding(each: Finding) -> str:
    return in_words(each)


def part(name: str) -> str:
    """A list of options."""
    return {
        "menu": _("Menu"),
        "topics": _("Topics"),
        "categories": _("Library"),
    }.get(name, name)


def tool(name: str) -> str:
    return {
        Tool.LIBRARY: _("The library"),
        Tool.SUPPORT: _("Ask or complain"),
        Tool.SURVEY: _("The survey"),
        Tool.MY_CASE: _("Hear an answer"),
    }[Tool(name)]


def prompt(found: Drafted, key: str) -> str:
    """What a prompt is, to somebody who does not know keys."""
    kind, _dot, name = key.partition(".")
    if kind == "message":
        return message(found, name)
    if kind == "option":
        return option(found, name)
    if kind == "question":
        return question(found, name)
    return {
        "greeting": _("Greeting"),
        "support.notice": _("Notice before speaking"),
        "survey.consent": _("Consent to the survey"),
        "survey.thanks": _("Thanks after the survey"),
    }.get(key, key)


def option(found: Drafted, name: str) -> str:
    """An option by its shortest words in the first language that has them, else by its name."""
    return _words(found, f"option.{name}") or name


def question(found: Drafted, name: str) -> str:
    """A question by its name, which is its title to those who work with it."""
    return name.replace("_", " ").capitalize()


def message(found: Drafted, slug: str) -> str:
    """A message by its slug, which is its title to those who work with it."""
    return slug.replace("-", " ").capitalize()


def queue(found: Drafted, slug: str) -> str:
    for each in found.content["queues"]:
        if each["slug"] == slug:
            names = each["name"]
            return str(names.get(language()) or next(iter(names.values()), slug))
    return slug


def weekday(number: str | int) -> str:
    """Monday is "0"."""
    monday = dt.date(2024, 1, 1)
    return _date(monday + dt.timedelta(days=int(number)), "EEEE").capitalize()


def day(iso: str) -> str:
    return _date(dt.date.fromisoformat(iso), "d MMM y")


def tongue(tag: str) -> str:
    """A language's own name."""
    return language_label(tag)


def said(found: Drafted, key: str, tag: str) -> str:
    """What a prompt says in exactly this language; empty where it has no words in it."""
    try:
        words = found.wordings.find(key, tag)
    except LookupError:
        return ""
    return words.wording.say if words.tag == tag else ""


def shows(each: Change) -> bool:
    """Whether both sides of a change are worth showing."""
    return each.what not in (What.OPTION_ADDED, What.OPTION_REMOVED, What.OTHER)


def side(found: Drafted, each: Change, value: str) -> str:
    """What was, or what will be, in words."""
    match each.what:
        case What.ORDER | What.ANSWERS:
            return " · ".join(option(found, name) for name in value.split(", "))
        case What.MESSAGE_ORDER:
            return " · ".join(message(found, slug) for slug in value.split(", "))
        case What.QUESTION_ORDER:
            return " · ".join(question(found, name) for name in value.split(", "))
        case What.TOOL:
            return tool(value)
        case What.QUEUE:
            return queue(found, value)
        case What.MESSAGE_ADDED | What.MESSAGE_REMOVED | What.MESSAGE_MOVED:
            return option(found, value)
        case What.REVIEWED | What.EXPIRES:
            return day(value)
        case What.QUICK_EXIT:
            return message(found, value)
        case What.EXAMPLE:
            return _("an example") if value == "True" else _("no example")
        case _:
            return value


measured = forms.measured


def _date(date: dt.date, form: str) -> str:
    return str(format_date(date, form))  # type: ignore[no-untyped-call]


def _words(found: Drafted, key: str) -> str:
    for tag in ("es", *found.tags):
        for content in (found.draft.content, found.draft.before):
            words = content["wordings"].get(tag, {}).get(key)
            if words is not None:
                return str(words["text"])
    try:
        return found.wordings.find(key, "es").wording.text
    except LookupError:
        return ""
