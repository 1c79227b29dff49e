"""What stands between the prompt pages and the tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast
from zoneinfo import ZoneInfo

from flask import Flask, abort, current_app

from library import operations, queries
from library.listing import Entry, Keys, Reach, entries, reach
from library.prompts import Prompts
from library.values import Place, State, is_made_here
from locales.languages import is_said_in, languages
from programmes.errors import UnknownProgramme
from staff.values import Role
from staff.web import current_account, services

ROLES = frozenset({Role.EDITOR, Role.INTERPRETER, Role.OPERATOR})

_EXTENSION = "rimay.prompts"


@dataclass(frozen=True, slots=True)
class Shelf:
    """What `app` gives the pages: the prompts of a process, and which a programme reaches."""

    keys: Keys
    prompts: Prompts


def install(app: Flask, shelf: Shelf) -> None:
    """Give the pages what they work with."""
    app.extensions[_EXTENSION] = shelf


def shelf() -> Shelf:
    return cast(Shelf, current_app.extensions[_EXTENSION])


def reached() -> Reach:
    """The prompts of this account's programme; 404 before it is loaded."""
    shelf().prompts.refresh()
    with services().database.reading() as connection:
        try:
            return reach(connection, current_account().programme, shelf().keys)
        except UnknownProgramme:
            abort(404)


def tag_or_404(tag: str) -> str:
    if tag not in languages():
        abort(404)
    return tag


def place_or_404(here: Reach, tag: str, key: str) -> Place:
    """A prompt of this programme."""
    if key not in here.keys or not is_said_in(key, tag_or_404(tag)):
        abort(404)
    return Place(here.programme.slug, tag_or_404(tag), key)


def listed(here: Reach, tag: str) -> list[Entry]:
    """Every prompt of the programme in one language."""
    with services().database.reading() as connection:
        versions = queries.current_versions(connection, here.programme.slug, language=tag)
    return entries(here, tag, versions=versions, prompts=shelf().prompts)


def next_of(all_entries: Iterable[Entry], key: str, states: frozenset[State]) -> str | None:
    """The next prompt after `key`, and then from the first, that is in one of `states`."""
    order = list(all_entries)
    at = next((n for n, each in enumerate(order) if each.key == key), 0)
    later = (*order[at + 1 :], *order[:at])
    return next((each.key for each in later if each.state in states), None)


def today(here: Reach) -> dt.date:
    """The day where the programme's people live."""
    return services().clock().astimezone(ZoneInfo(here.programme.time_zone)).date()


def end_override_if_over(here: Reach, tag: str) -> None:
    """Once a language is recorded, nobody has to stand for it any longer."""
    slug = here.programme.slug
    with services().database.reading() as connection:
        if all(each.language != tag for each in queries.overrides(connection, slug)):
            return
    if all(each.heard or is_made_here(each.key) for each in listed(here, tag)):
        with services().database.writing() as connection:
            operations.end_override(connection, programme=slug, language_tag=tag)
