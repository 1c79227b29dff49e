"""Where else people may turn: offices of the State and others, each as it was last checked.

A number that nobody has dialled for half a year is told to nobody (DOMAIN 2.4, R66).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from programmes.choices import reference
from programmes.nodes import Field
from programmes.vocabulary import Vocabulary

FRESH_FOR = dt.timedelta(days=180)
ALL = "all"
"""In `offered_for`: whatever it is about."""
REPRISAL = "reprisal"
"""In `offered_for`: who is threatened, or made to suffer, for having spoken up (DOMAIN 1.7)."""
MOST_OFFERED = 2
"""How many places callers hear at once: more is forgotten."""


class Level(StrEnum):
    """What kind of place it is."""

    INDEPENDENT = "independent"
    """A panel or a table of several parties, for what we could not settle (tier 3)."""
    STATE = "state"
    """An office of the State (tier 4): open to everybody from the first day."""
    EMERGENCY = "emergency"
    """For who is in danger now."""


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the directory. Callers hear `place.<slug>`, where it is offered for anything."""

    slug: str
    level: Level
    name: Mapping[str, str]
    """For staff, by page language."""
    facts: Mapping[str, str]
    """What staff need to know of it, by page language."""
    number: str | None
    source: str
    verified_on: dt.date | None
    """When its number and facts were last checked with the place itself."""
    verified_by: str | None = None
    offered_for: tuple[str, ...] = ()
    """Topics for which callers hear of it, or `all`."""

    def is_fresh(self, today: dt.date) -> bool:
        """Whether it may be told; what was never verified may not."""
        return self.verified_on is not None and today - self.verified_on <= FRESH_FOR

    @property
    def prompt(self) -> str:
        return f"place.{self.slug}"


def offered(directory: Iterable[Place], topic: str | None, *, today: dt.date) -> tuple[Place, ...]:
    """What a caller hears of: those for her topic first, two at the most, and nothing stale."""
    fresh = [each for each in directory if each.is_fresh(today)]
    its_own = [each for each in fresh if topic in each.offered_for]
    for_all = [each for each in fresh if ALL in each.offered_for and each not in its_own]
    return tuple((its_own + for_all)[:MOST_OFFERED])


def against_reprisals(directory: Iterable[Place], *, today: dt.date) -> tuple[Place, ...]:
    """Where who is threatened for having spoken up may turn, in the directory's order."""
    return tuple(
        each for each in directory if REPRISAL in each.offered_for and each.is_fresh(today)
    )


def read_directory(
    field: Field,
    *,
    topics: Collection[str],
    words: Vocabulary,
    staff_text: Callable[[Field], dict[str, str]],
) -> list[dict[str, Any]]:
    """The content of `directory`."""
    places: dict[str, dict[str, Any]] = {}
    optional = ("number", "verified_on", "verified_by", "offered_for")
    for item in field.items():
        members = item.record("slug", "level", "name", "facts", "source", optional=optional)
        slug = members["slug"].slug()
        if slug in places:
            members["slug"].note(f"the place {slug!r} is defined twice")
        topics_of = members["offered_for"]
        named = topics_of.items() if topics_of.is_list else [topics_of] * topics_of.is_given
        for_what = [
            reference(each, f"place {slug!r}", "topic", {*topics, ALL, REPRISAL}) for each in named
        ]
        if slug and set(for_what) - {REPRISAL}:
            words.need(f"place.{slug}", members["slug"])
        verified_on = members["verified_on"].date()
        place: dict[str, Any] = {
            "slug": slug,
            "level": reference(
                members["level"], f"place {slug!r}", "level", [each.value for each in Level]
            ),
            "name": staff_text(members["name"]),
            "facts": staff_text(members["facts"]),
            "source": members["source"].text(),
        }
        given = {
            "number": members["number"].text(),
            "verified_on": verified_on and verified_on.isoformat(),
            "verified_by": members["verified_by"].text(),
            "offered_for": for_what,
        }
        places[slug] = place | {name: value for name, value in given.items() if value}
    return list(places.values())


def directory_of(content: Iterable[Mapping[str, Any]]) -> tuple[Place, ...]:
    """The places whose content this is."""
    return tuple(_place(each) for each in content)


def _place(content: Mapping[str, Any]) -> Place:
    verified_on = content.get("verified_on")
    return Place(
        slug=content["slug"],
        level=Level(content["level"]),
        name=MappingProxyType(dict(content["name"])),
        facts=MappingProxyType(dict(content["facts"])),
        number=content.get("number"),
        source=content["source"],
        verified_on=dt.date.fromisoformat(verified_on) if verified_on else None,
        verified_by=content.get("verified_by"),
        offered_for=tuple(content.get("offered_for", ())),
    )


def directory_content(directory: Iterable[Place]) -> list[dict[str, Any]]:
    """What JSON can hold of the directory."""
    return [
        {
            "slug": each.slug,
            "level": each.level.value,
            "name": dict(each.name),
            "facts": dict(each.facts),
            "source": each.source,
        }
        | {
            name: value
            for name, value in (
                ("number", each.number),
                ("verified_on", each.verified_on and each.verified_on.isoformat()),
                ("verified_by", each.verified_by),
                ("offered_for", list(each.offered_for)),
            )
            if value
        }
        for each in directory
    ]
