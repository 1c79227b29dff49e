"""What an edit does to a draft's content. Pure: each gives new content, or raises CannotEdit.

Whatever an edit leaves without use loses its words too, so that a draft never words what nobody
can hear.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from programmes.choices import MOST_OPTIONS
from programmes.directory import REPRISAL
from programmes.drafts.errors import CannotEdit, Reason
from programmes.drafts.values import Content
from programmes.questionnaire import place_option
from programmes.questions import QuestionKind, options_of
from programmes.routing import Fact

_NAMES_A_THING = ("option.", "message.", "place.")


@dataclass(frozen=True, slots=True)
class Words:
    """What a prompt says in one language; without `text` what is written is what is said."""

    say: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """A library message without its words."""

    slug: str
    source: str
    reviewed_on: str
    """ISO 8601."""
    expires_on: str
    is_example: bool = False


def word(content: Content, key: str, by_tag: Mapping[str, Words]) -> dict[str, Any]:
    """Give a prompt its words in some languages; empty words leave it unworded there.

    Words that changed are reviewed by nobody yet.
    """
    edited = _copy(content)
    for tag, words in by_tag.items():
        known = edited["wordings"].setdefault(tag, {})
        if not words.say:
            known.pop(key, None)
            continue
        before, text = known.get(key), words.text or words.say
        is_same = before is not None and (before["say"], before["text"]) == (words.say, text)
        reviewed = bool(before and is_same and before["reviewed"])
        known[key] = {"say": words.say, "text": text, "reviewed": reviewed}
    return edited


def rename(
    content: Content, *, names: Mapping[str, str], quick_exit: str | None = None
) -> dict[str, Any]:
    """Change the programme's name for staff, and where the quick exit leads."""
    edited = _copy(content) | {"name": dict(names)}
    if quick_exit is not None:
        edited["quick_exit"] = quick_exit
    return edited


def set_hours(
    content: Content, *, hours: Mapping[str, list[str]], blocked: Collection[str]
) -> dict[str, Any]:
    """When people may be called: spans by weekday ("0" is Monday), and days without calls."""
    edited = _copy(content)
    edited["calendar"] |= {"hours": dict(hours), "blocked": sorted(set(blocked))}
    return edited


# -- lists of options ----------------------------------------------------------------------------


def move(content: Content, where: str, option: str, *, by: int) -> dict[str, Any]:
    """Move an option of `menu`, `topics` or `categories` up (-1) or down (1)."""
    edited = _copy(content)
    shift(edited[where], place_at(edited[where], "option", option), by)
    return edited


def remove(content: Content, where: str, option: str) -> dict[str, Any]:
    """Take an option out of `menu`, `topics` or `categories`, with what it alone leads to."""
    edited = _copy(content)
    members = edited[where]
    place = place_at(members, "option", option)
    if len(members) == 1:
        raise CannotEdit(Reason.LAST)
    if any(each["slug"] == content["quick_exit"] for each in members[place].get("messages", ())):
        raise CannotEdit(Reason.IN_USE)
    del members[place]
    if where == "topics":
        _forget_topic(edited, option)
    return without_unused(edited)


def _forget_topic(content: dict[str, Any], topic: str) -> None:
    """Take a topic out of what is offered for it, and out of the rules that look at it."""
    for each in content.get("directory", ()):
        kept = [name for name in each.get("offered_for", ()) if name != topic]
        each.pop("offered_for", None)
        if kept:
            each["offered_for"] = kept
    rules = content.get("routing", [])
    for rule in list(rules):
        named = rule["when"].get(Fact.TOPIC)
        if named is None or topic not in named:
            continue
        rule["when"][Fact.TOPIC] = [name for name in named if name != topic]
        if not rule["when"][Fact.TOPIC]:
            rules.remove(rule)  # without its condition it would hold for every topic


def add_to_menu(content: Content, tool: str) -> dict[str, Any]:
    """Offer a tool in the menu, last, under the option of its name."""
    edited = _copy(content)
    menu = edited["menu"]
    if any(each["tool"] == tool for each in menu):
        raise CannotEdit(Reason.TWICE)
    if len(menu) >= MOST_OPTIONS:
        raise CannotEdit(Reason.FULL)
    menu.append({"option": tool, "tool": tool})
    return edited


def replace_tool(content: Content, option: str, tool: str) -> dict[str, Any]:
    """Let the menu offer another tool in the place of an option; two tools change places."""
    edited = _copy(content)
    menu = edited["menu"]
    place = place_at(menu, "option", option)
    other = next((n for n, each in enumerate(menu) if each["tool"] == tool), None)
    if other is None:
        menu[place] = {"option": tool, "tool": tool}
    else:
        menu[place], menu[other] = menu[other], menu[place]
    return without_unused(edited)


def add_topic(
    content: Content, option: str, *, queue: str, words: Mapping[str, Words]
) -> dict[str, Any]:
    """Offer a topic, last, under a name that nothing else has."""
    edited = _copy(content)
    if any(each["option"] == option for each in edited["topics"]):
        raise CannotEdit(Reason.TWICE)
    edited["topics"].append({"option": option, "queue": queue})
    return word(edited, f"option.{option}", words)


def send_to(content: Content, option: str, queue: str) -> dict[str, Any]:
    """Let what is said of a topic go to another queue."""
    edited = _copy(content)
    edited["topics"][place_at(edited["topics"], "option", option)]["queue"] = queue
    return edited


# -- the library ---------------------------------------------------------------------------------


def add_category(content: Content, option: str, *, words: Mapping[str, Words]) -> dict[str, Any]:
    """Open a category, last; it is a gap until it has a message."""
    edited = _copy(content)
    if any(each["option"] == option for each in edited["categories"]):
        raise CannotEdit(Reason.TWICE)
    edited["categories"].append({"option": option, "messages": []})
    return word(edited, f"option.{option}", words)


def add_message(
    content: Content, category: str, facts: MessageFacts, *, words: Mapping[str, Words]
) -> dict[str, Any]:
    """Put a new message into a category, last."""
    edited = _copy(content)
    if any(each["slug"] == facts.slug for each in messages(edited)):
        raise CannotEdit(Reason.TWICE)
    shelf = edited["categories"][place_at(edited["categories"], "option", category)]
    shelf["messages"].append(_message(facts))
    return word(edited, f"message.{facts.slug}", words)


def change_message(
    content: Content, category: str, facts: MessageFacts, *, words: Mapping[str, Words]
) -> dict[str, Any]:
    """Change a message; where its category is another, it goes there, last."""
    edited = _copy(content)
    there = edited["categories"][place_at(edited["categories"], "option", category)]
    for shelf in edited["categories"]:
        for place, each in enumerate(shelf["messages"]):
            if each["slug"] != facts.slug:
                continue
            if shelf is there:
                shelf["messages"][place] = _message(facts)
            else:
                del shelf["messages"][place]
                there["messages"].append(_message(facts))
            return word(edited, f"message.{facts.slug}", words)
    raise CannotEdit(Reason.GONE)


def move_message(content: Content, slug: str, *, by: int) -> dict[str, Any]:
    """Move a message up (-1) or down (1) in its category."""
    edited = _copy(content)
    shelf = _shelf(edited, slug)
    shift(shelf["messages"], place_at(shelf["messages"], "slug", slug), by)
    return edited


def remove_message(content: Content, slug: str) -> dict[str, Any]:
    """Take a message out of the library; not where the quick exit leads."""
    if content["quick_exit"] == slug:
        raise CannotEdit(Reason.IN_USE)
    edited = _copy(content)
    shelf = _shelf(edited, slug)
    del shelf["messages"][place_at(shelf["messages"], "slug", slug)]
    return without_unused(edited)


def put_survey(
    content: Content, survey: Mapping[str, Any], words: Mapping[str, Mapping[str, Words]]
) -> dict[str, Any]:
    """Another survey in place of the one there is; `words` by prompt, then by language.

    A question about a place asks for the programme's districts. Not where it has none.
    """
    edited = _copy(content)
    questions = [dict(each) for each in survey["questions"]]
    own = {name: dict(said) for name, said in words.items()}
    for question in questions:
        if question.get("kind") == QuestionKind.PLACE.value:
            question["options"], of_places = places(content)
            own |= of_places
    before = edited["survey"]["questions"] if edited["survey"] else ()
    for name in {each["name"] for each in before} - {each["name"] for each in questions}:
        for spoken in edited["wordings"].values():
            spoken.pop(f"question.{name}", None)
    title = {tag: survey["title"].get(tag, survey["name"]) for tag in content["name"]}
    edited["survey"] = {"name": survey["name"], "title": title, "questions": questions}
    for key, said in own.items():
        for tag, each in said.items():
            new = {"say": each.say, "text": each.text or each.say}
            spoken = edited["wordings"].setdefault(tag, {})
            old = spoken.get(key, {})
            is_same = all(old.get(form) == new[form] for form in new)
            spoken[key] = old if is_same else new | {"reviewed": False}
    return without_unused(edited)


def places(content: Content) -> tuple[list[str], dict[str, dict[str, Words]]]:
    """The options of a question about a place, and their words: the programme's districts.

    Raises CannotEdit where it has none.
    """
    if not content.get("districts"):
        raise CannotEdit(Reason.NO_DISTRICTS)
    said = {
        f"option.{place_option(each['slug'])}": dict.fromkeys(
            content["languages"], Words(each["name"])
        )
        for each in content["districts"]
    }
    return [key.removeprefix("option.") for key in said], said


def messages(content: Content) -> list[dict[str, Any]]:
    """Every message of the library, in its order."""
    return [each for shelf in content["categories"] for each in shelf["messages"]]


def own_options(content: Content) -> set[str]:
    """Every option that a caller can choose somewhere, and the languages."""
    questions = content["survey"]["questions"] if content["survey"] else ()
    return {
        *(each["option"] for name in ("menu", "topics", "categories") for each in content[name]),
        *options_of(questions),
        *content["languages"],
    }


def _message(facts: MessageFacts) -> dict[str, Any]:
    return {
        "slug": facts.slug,
        "source": facts.source,
        "reviewed_on": facts.reviewed_on,
        "expires_on": facts.expires_on,
        "example": facts.is_example,
    }


def _shelf(content: Content, slug: str) -> dict[str, Any]:
    for shelf in content["categories"]:
        if any(each["slug"] == slug for each in shelf["messages"]):
            found: dict[str, Any] = shelf
            return found
    raise CannotEdit(Reason.GONE)


def place_at(members: list[dict[str, Any]], field: str, name: str) -> int:
    """Where a member stands. Raises CannotEdit."""
    for place, each in enumerate(members):
        if each[field] == name:
            return place
    raise CannotEdit(Reason.GONE)


def shift(members: list[Any], place: int, by: int) -> None:
    """Move a member up (-1) or down (1), the first and the last no further."""
    there = min(max(0, place + by), len(members) - 1)
    members.insert(there, members.pop(place))


def without_unused(content: dict[str, Any]) -> dict[str, Any]:
    """The same content, which it changes, without words of options and messages that are gone."""
    used = {f"option.{each}" for each in own_options(content)}
    used |= {f"message.{each['slug']}" for each in messages(content)}
    used.add(f"message.{content['quick_exit']}")
    used |= {
        f"place.{each['slug']}"
        for each in content.get("directory", ())
        if set(each.get("offered_for", ())) - {REPRISAL}
    }
    for words in content["wordings"].values():
        for key in [key for key in words if key.startswith(_NAMES_A_THING) and key not in used]:
            del words[key]
    return content


def _copy(content: Content) -> dict[str, Any]:
    return copy.deepcopy(dict(content))
