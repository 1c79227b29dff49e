"""Lists of options: each option on the key of its place, and names that must be defined."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from programmes.nodes import Field, did_you_mean
from programmes.vocabulary import RESERVED_OPTIONS, Vocabulary

MOST_OPTIONS = 4
"""Options on the keys 1 to 4; a longer list goes by `PAGE`, its fourth is `more`."""
PAGE = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a list, its name empty where it cannot be one, and its other fields."""

    option: str
    members: Mapping[str, Field]


def choices(
    field: Field, what: str, *members: str, words: Vocabulary, is_paged: bool = False
) -> list[Choice]:
    """The options of a list, each on the key of its place.

    An item is a record of the option's name, `members` and maybe its `key`, or, where there are
    no `members`, the name alone. `what` names the list in a finding.
    """
    read: list[Choice] = []
    items = field.items()
    if len(items) > MOST_OPTIONS and not is_paged:
        field.note(f"{what} has {len(items)} options, {MOST_OPTIONS} at most")
    on_page = PAGE if len(items) > MOST_OPTIONS and is_paged else MOST_OPTIONS
    keys: dict[int, str] = {}
    for index, item in enumerate(items):
        given: Mapping[str, Field] = {"option": item}
        if members or item.is_record:
            given = item.record("option", *members, optional=("key",))
        option = given["option"].name()
        if index % on_page == 0:
            keys = {}
        if "key" in given and given["key"].is_given:
            _check_key(given["key"], option, index % on_page + 1, keys)
        if option in RESERVED_OPTIONS:
            given["option"].note(f"the option {option!r} is reserved: it has a key of its own")
        elif option and option in (each.option for each in read):
            given["option"].note(f"{what} lists the option {option!r} twice")
        elif option:
            words.need(f"option.{option}", given["option"])
        read.append(Choice(option, given))
    return read


def reference(field: Field, who: str, kind: str, known: Collection[str]) -> str:
    """The name in `field`, noted as dangling unless known."""
    name = field.text()
    known = {each for each in known if each}
    if name and name not in known:
        hint = did_you_mean(name, known) or f"; there is {', '.join(sorted(known)) or 'none'}"
        field.note(f"{who} names the {kind} {name!r}, which is not defined{hint}")
    return name


def _check_key(field: Field, option: str, place: int, keys: dict[int, str]) -> None:
    """Note a key that another option of the page has, or that is not the option's place."""
    key = field.integer()
    if key is None:
        return
    if key in keys:
        field.note(f"the options {keys[key]!r} and {option!r} are both on key {key}")
    elif key != place:
        field.note(f"the option {option!r} is on key {key}; in its place it has key {place}")
    keys.setdefault(key, option)
