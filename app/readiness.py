"""What stops a programme from going live, for the doctor and for the programme's page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from dialogue.keys import must_be_recorded, spoken_keys
from library.listing import Entry, entries, reach_of
from library.prompts import Prompts
from library.queries import Override, current_versions, overrides
from locales.languages import language
from programmes import queries
from programmes.values import Programme, Tool
from staff.models import Account
from staff.values import Role


@dataclass(frozen=True, slots=True)
class Recordings:
    """How far a language is from being heard in human voices alone."""

    language: str
    total: int
    missing: tuple[Entry, ...]
    """What a caller would not hear recorded, in the order of pages."""
    allowed: Override | None
    """Who stands for the carrier's voice until all is recorded."""

    @property
    def has_voice(self) -> bool:
        """Whether the carrier has a voice that may read the language to callers at all."""
        return language(self.language).say is not None

    @property
    def stops(self) -> bool:
        return bool(self.missing) and not (self.has_voice and self.allowed)


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a programme may be opened to callers in production, and what is in the way."""

    is_open: bool
    numbers: tuple[str, ...]
    staff: Mapping[Role, int]
    """How many accounts there are of each role that has any."""
    recordings: tuple[Recordings, ...]
    """Of each of its languages, in its order."""
    has_code_entry: bool
    """Whether its menu leads to where speakers enter a recording code, once it is open."""

    @property
    def stops(self) -> bool:
        is_answered = Role.CASE_MANAGER in self.staff
        return not (self.numbers and is_answered) or any(each.stops for each in self.recordings)


def readiness(connection: Connection, programme: Programme, prompts: Prompts) -> Readiness:
    """How a programme's current version stands."""
    slug = programme.slug
    staff = connection.execute(
        select(Account.role, func.count())
        .where(Account.programme == slug, Account.closed_at.is_(None))
        .group_by(Account.role)
    )
    return Readiness(
        is_open=queries.is_open(connection, slug),
        numbers=tuple(queries.numbers_of(connection, slug)),
        staff={Role(role): int(count) for role, count in staff},
        recordings=_recordings(connection, programme, prompts),
        has_code_entry=programme.offers(Tool.MY_CASE),
    )


def _recordings(
    connection: Connection, programme: Programme, prompts: Prompts
) -> tuple[Recordings, ...]:
    slug = programme.slug
    allowed = {each.language: each for each in overrides(connection, slug)}
    reached = reach_of(programme, spoken_keys)
    found = []
    for tag in programme.languages:
        versions = current_versions(connection, slug, language=tag)
        listed = [
            each
            for each in entries(reached, tag, versions=versions, prompts=prompts)
            if must_be_recorded(each.key)
        ]
        missing = tuple(each for each in listed if each.heard is None)
        found.append(Recordings(tag, len(listed), missing, allowed.get(tag)))
    return tuple(found)
