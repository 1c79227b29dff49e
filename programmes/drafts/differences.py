"""What a draft changes, one fact at a time: pages say it in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from programmes.drafts.values import Content


class What(StrEnum):
    """A kind of change. `name` of a Change is an option's, a message's or a prompt's key."""

    SAID = "said"
    """Other words are said; `language`, `before` and `after` tell."""
    WRITTEN = "written"
    """Only the text message's words are others."""
    WORDED = "worded"
    """Words where there were none of the programme's own."""
    UNWORDED = "unworded"
    OPTION_ADDED = "option_added"
    OPTION_REMOVED = "option_removed"
    ORDER = "order"
    """`name` is the list; before and after are its options."""
    TOOL = "tool"
    QUEUE = "queue"
    MESSAGE_ADDED = "message_added"
    MESSAGE_REMOVED = "message_removed"
    MESSAGE_MOVED = "message_moved"
    """From one category, `before`, to another."""
    MESSAGE_ORDER = "message_order"
    """`name` is the category's option."""
    SOURCE = "source"
    REVIEWED = "reviewed"
    EXPIRES = "expires"
    EXAMPLE = "example"
    NAME = "name"
    """The programme's, for staff, in a page language."""
    QUICK_EXIT = "quick_exit"
    HOURS = "hours"
    DAY_BLOCKED = "day_blocked"
    DAY_FREED = "day_freed"
    SURVEY_TITLE = "survey_title"
    """Another survey, or another title: before and after are titles."""
    QUESTION_ADDED = "question_added"
    QUESTION_REMOVED = "question_removed"
    QUESTION_ORDER = "question_order"
    """Before and after are the questions' names."""
    ANSWERS = "answers"
    """What may be chosen: before and after are options."""
    ASKED_WHERE = "asked_where"
    QUESTION_DETAIL = "question_detail"
    """A fact of a question: `language` is empty, before and after are `field: value`."""
    OTHER = "other"
    """Something that pages do not edit: `name` is the part."""


_ABOUT_MESSAGES = frozenset(
    {
        What.MESSAGE_ADDED,
        What.MESSAGE_REMOVED,
        What.SOURCE,
        What.REVIEWED,
        What.EXPIRES,
        What.EXAMPLE,
    }
)
_ABOUT_THE_SURVEY = frozenset(
    {
        What.QUESTION_ADDED,
        What.QUESTION_REMOVED,
        What.QUESTION_ORDER,
        What.ANSWERS,
        What.ASKED_WHERE,
        What.QUESTION_DETAIL,
    }
)
_TOLD = ("name", "quick_exit", "menu", "topics", "categories", "survey", "wordings", "calendar")
"""Parts of the content whose differences are told one by one."""
_ABOUT_WORDS = frozenset({What.SAID, What.WRITTEN, What.WORDED, What.UNWORDED})


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between what callers meet now and the draft."""

    what: What
    name: str = ""
    language: str = ""
    before: str = ""
    after: str = ""

    @property
    def is_about_words(self) -> bool:
        return self.what in _ABOUT_WORDS

    @property
    def is_about_questions(self) -> bool:
        """Whether it changes what the survey asks, or in which words."""
        is_worded = self.is_about_words and self.name.startswith("question.")
        return is_worded or self.what in _ABOUT_THE_SURVEY

    @property
    def message(self) -> str | None:
        """The library message whose content it changes, words or facts."""
        if self.what in _ABOUT_MESSAGES:
            return self.name
        is_message = self.is_about_words and self.name.startswith("message.")
        return self.name.removeprefix("message.") if is_message else None


def changes(before: Content, after: Content) -> tuple[Change, ...]:
    """Everything in which `after` differs, in the order in which a caller meets it."""
    return (
        *_named(before, after),
        *_options(before, after, "menu", "tool", What.TOOL),
        *_options(before, after, "topics", "queue", What.QUEUE),
        *_options(before, after, "categories"),
        *_messages(before, after),
        *_survey(before, after),
        *_words(before, after),
        *_calendar(before, after),
        *_others(before, after),
    )


def _named(before: Content, after: Content) -> Iterator[Change]:
    for tag in dict.fromkeys([*before["name"], *after["name"]]):
        was, now = before["name"].get(tag, ""), after["name"].get(tag, "")
        if was != now:
            yield Change(What.NAME, language=tag, before=was, after=now)
    if before["quick_exit"] != after["quick_exit"]:
        yield Change(What.QUICK_EXIT, before=before["quick_exit"], after=after["quick_exit"])


def _options(
    before: Content, after: Content, where: str, field: str = "", other: What = What.OTHER
) -> Iterator[Change]:
    was = {each["option"]: each for each in before[where]}
    now = {each["option"]: each for each in after[where]}
    for option in (each for each in now if each not in was):
        yield Change(What.OPTION_ADDED, option, after=where)
    for option in (each for each in was if each not in now):
        yield Change(What.OPTION_REMOVED, option, before=where)
    for option in now:
        if field and option in was and was[option][field] != now[option][field]:
            yield Change(other, option, before=was[option][field], after=now[option][field])
    yield from _order(What.ORDER, where, list(was), list(now))


def _order(what: What, name: str, was: Sequence[str], now: Sequence[str]) -> Iterator[Change]:
    stayed = [each for each in was if each in now]
    stays = [each for each in now if each in was]
    if stayed != stays:
        yield Change(what, name, before=", ".join(was), after=", ".join(now))


def _messages(before: Content, after: Content) -> Iterator[Change]:
    was, now = _shelved(before), _shelved(after)
    for slug, (shelf, message) in now.items():
        if slug not in was:
            yield Change(What.MESSAGE_ADDED, slug, after=shelf)
            continue
        old_shelf, old = was[slug]
        if shelf != old_shelf:
            yield Change(What.MESSAGE_MOVED, slug, before=old_shelf, after=shelf)
        for field, what in (
            ("source", What.SOURCE),
            ("reviewed_on", What.REVIEWED),
            ("expires_on", What.EXPIRES),
            ("example", What.EXAMPLE),
        ):
            if old[field] != message[field]:
                yield Change(what, slug, before=str(old[field]), after=str(message[field]))
    for slug, (shelf, _) in was.items():
        if slug not in now:
            yield Change(What.MESSAGE_REMOVED, slug, before=shelf)
    lists = {
        each["option"]: [one["slug"] for one in each["messages"]] for each in after["categories"]
    }
    for each in before["categories"]:
        if each["option"] in lists:
            slugs = [one["slug"] for one in each["messages"]]
            yield from _order(What.MESSAGE_ORDER, each["option"], slugs, lists[each["option"]])


def _shelved(content: Content) -> dict[str, tuple[str, dict[str, Any]]]:
    return {
        message["slug"]: (shelf["option"], message)
        for shelf in content["categories"]
        for message in shelf["messages"]
    }


def _survey(before: Content, after: Content) -> Iterator[Change]:
    old, new = before["survey"] or {}, after["survey"] or {}
    titles = [" / ".join(each.get("title", {}).values()) for each in (old, new)]
    if (old.get("name"), titles[0]) != (new.get("name"), titles[1]):
        yield Change(What.SURVEY_TITLE, before=titles[0], after=titles[1])
    was, now = ({each["name"]: each for each in of.get("questions", ())} for of in (old, new))
    yield from (Change(What.QUESTION_ADDED, each) for each in now if each not in was)
    yield from (Change(What.QUESTION_REMOVED, each) for each in was if each not in now)
    yield from _order(What.QUESTION_ORDER, "survey", list(was), list(now))
    for name in (each for each in now if each in was):
        yield from _question(name, was[name], now[name])


def _question(name: str, was: Content, now: Content) -> Iterator[Change]:
    for field in dict.fromkeys([*was, *now]):
        old, new = was.get(field), now.get(field)
        if old == new:
            continue
        if field == "options":
            yield Change(What.ANSWERS, name, before=_plain(old), after=_plain(new))
        elif field == "relevant":
            yield Change(What.ASKED_WHERE, name, before=old or "", after=new or "")
        else:
            told = [f"{field}: {_plain(each)}" if each is not None else "" for each in (old, new)]
            yield Change(What.QUESTION_DETAIL, name, before=told[0], after=told[1])


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _words(before: Content, after: Content) -> Iterator[Change]:
    by_tag = {
        tag: (before["wordings"].get(tag, {}), after["wordings"].get(tag, {}))
        for tag in after["languages"]
    }
    keys = dict.fromkeys(key for both in by_tag.values() for words in both for key in words)
    for key in keys:
        for tag, (olds, news) in by_tag.items():
            was, now = olds.get(key), news.get(key)
            if was is None and now is not None:
                yield Change(What.WORDED, key, tag, after=now["say"])
            elif was is not None and now is None:
                yield Change(What.UNWORDED, key, tag, before=was["say"])
            elif was is not None and now is not None:
                if was["say"] != now["say"]:
                    yield Change(What.SAID, key, tag, was["say"], now["say"])
                elif was["text"] != now["text"]:
                    yield Change(What.WRITTEN, key, tag, was["text"], now["text"])


def _calendar(before: Content, after: Content) -> Iterator[Change]:
    was, now = before["calendar"], after["calendar"]
    for day in sorted({*was["hours"], *now["hours"]}):
        old, new = ("-".join(each["hours"].get(day, ())) for each in (was, now))
        if old != new:
            yield Change(What.HOURS, day, before=old, after=new)
    for day in now["blocked"]:
        if day not in was["blocked"]:
            yield Change(What.DAY_BLOCKED, day)
    for day in was["blocked"]:
        if day not in now["blocked"]:
            yield Change(What.DAY_FREED, day)


def _others(before: Content, after: Content) -> Iterator[Change]:
    for part in dict.fromkeys([*before, *after]):
        if part not in _TOLD and before.get(part) != after.get(part):
            yield Change(What.OTHER, part)
    if before["calendar"]["country"] != after["calendar"]["country"]:
        yield Change(What.OTHER, "country")
