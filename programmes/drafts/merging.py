"""A draft brought together with a version that came after it began."""

from __future__ import annotations

import copy
from typing import Any

from programmes.drafts.values import Content


def merged(before: Content, mine: Content, theirs: Content) -> dict[str, Any]:
    """`theirs`, with everything in which `mine` differs from `before`.

    Parts are whole: the menu, the topics, the queues, the calendar, a category, a prompt's words
    in one language. Where both changed one, `mine` stays: the draft then shows it as its change.
    """
    result: dict[str, Any] = copy.deepcopy(dict(theirs))
    for part in mine:
        if part not in ("wordings", "categories") and mine[part] != before.get(part):
            result[part] = copy.deepcopy(mine[part])
    result["categories"] = _categories(before, mine, theirs)
    for tag in result["languages"]:
        result["wordings"][tag] = _words(before, mine, theirs, tag)
    return result


def _words(before: Content, mine: Content, theirs: Content, tag: str) -> dict[str, Any]:
    was, my, their = (each["wordings"].get(tag, {}) for each in (before, mine, theirs))
    words = {}
    for key in dict.fromkeys([*their, *my]):
        chosen = my.get(key) if my.get(key) != was.get(key) else their.get(key)
        if chosen is not None:
            words[key] = dict(chosen)
    return words


def _categories(before: Content, mine: Content, theirs: Content) -> list[dict[str, Any]]:
    was, my, their = (
        {each["option"]: each["messages"] for each in content["categories"]}
        for content in (before, mine, theirs)
    )
    is_reordered = list(my) != list(was)
    order = [*my, *their] if is_reordered else [*their, *my]
    shelves = []
    for option in dict.fromkeys(order):
        is_mine = my.get(option) != was.get(option)
        chosen = my.get(option) if is_mine else their.get(option)
        if chosen is not None:
            shelves.append({"option": option, "messages": copy.deepcopy(chosen)})
    return shelves
