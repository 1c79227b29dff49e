"""Writes: loading a version, giving a programme a number, opening it to callers."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import phonenumbers
from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from programmes.content import to_content
from programmes.errors import InvalidNumber, UnknownProgramme
from programmes.models import ProgrammeNumber, ProgrammeRow, ProgrammeVersion
from programmes.queries import version
from programmes.values import CarrierName, Programme

_INTERNATIONAL = re.compile(r"\+[0-9 ().-]+")
_SHORT_CODE = re.compile(r"[1-9][0-9]{2,6}")
_VERSIONS: Any = ProgrammeVersion.__table__
_PROGRAMMES: Any = ProgrammeRow.__table__
_NUMBERS: Any = ProgrammeNumber.__table__


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did. `previous` is the hash of the version that was current before."""

    is_new: bool
    changed: bool
    previous: str | None
    removed_options: tuple[str, ...]
    """Options of the previous version that the new one no longer has, by name."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A number (E.164) now belongs to a programme; before, perhaps, to another: `moved_from`."""

    number: str
    moved_from: str | None


def load(connection: Connection, programme: Programme, *, now: dt.datetime) -> Loaded:
    """Make `programme` what callers reach from now on. Earlier versions stay as they were."""
    insert = _insert(connection)
    connection.execute(
        insert(_VERSIONS)
        .values(
            hash=programme.hash,
            slug=programme.slug,
            content=to_content(programme),
            loaded_at=now,
        )
        .on_conflict_do_nothing()
    )
    is_new = connection.execute(
        insert(_PROGRAMMES)
        .values(slug=programme.slug, version=programme.hash, opened_at=None)
        .on_conflict_do_nothing()
        .returning(_PROGRAMMES.c.slug)
    ).first()
    if is_new:
        return Loaded(is_new=True, changed=True, previous=None, removed_options=())
    previous = connection.execute(
        select(ProgrammeRow.version).where(ProgrammeRow.slug == programme.slug).with_for_update()
    ).scalar_one()
    if previous == programme.hash:
        return Loaded(is_new=False, changed=False, previous=previous, removed_options=())
    connection.execute(
        update(_PROGRAMMES)
        .where(ProgrammeRow.slug == programme.slug)
        .values(version=programme.hash)
    )
    removed = version(connection, previous).options() - programme.options()
    return Loaded(
        is_new=False, changed=True, previous=previous, removed_options=tuple(sorted(removed))
    )


def bind_number(
    connection: Connection,
    slug: str,
    number: str,
    *,
    missed_call: bool = False,
    languages: tuple[str, ...] = (),
    carrier: CarrierName | None = None,
) -> Bound:
    """Let the programme answer our `number`, taking it from any other; with `missed_call`, by
    calling back whoever rings it; offering `languages` first to whose language is not known. Its
    `carrier` stays what it was unless one is named.

    Raises InvalidNumber unless it is in international form (or a short code, at Kannel);
    UnknownProgramme.
    """
    is_short = carrier is CarrierName.KANNEL and _SHORT_CODE.fullmatch(number.strip())
    e164 = number.strip() if is_short else _e164(number)
    known = select(ProgrammeRow.slug).where(ProgrammeRow.slug == slug)
    if connection.execute(known).first() is None:
        raise UnknownProgramme(slug)
    before = connection.execute(
        select(ProgrammeNumber.slug).where(ProgrammeNumber.number == e164).with_for_update()
    ).scalar()
    how = {"missed_call": missed_call, "languages": list(languages) or None}
    connection.execute(
        _insert(connection)(_NUMBERS)
        .values(number=e164, slug=slug, carrier=carrier or CarrierName.TWILIO, **how)
        .on_conflict_do_update(
            index_elements=["number"],
            set_={"slug": slug, **how} | ({"carrier": carrier} if carrier is not None else {}),
        )
    )
    return Bound(number=e164, moved_from=before if before != slug else None)


def open_programme(connection: Connection, slug: str, *, now: dt.datetime) -> bool:
    """Let the programme answer callers in production; whether it was closed until now.

    The moment of the first opening stays. Raises UnknownProgramme.
    """
    opened = connection.execute(
        update(_PROGRAMMES)
        .where(ProgrammeRow.slug == slug, ProgrammeRow.opened_at.is_(None))
        .values(opened_at=now)
        .returning(_PROGRAMMES.c.slug)
    ).first()
    if opened:
        return True
    known = select(ProgrammeRow.slug).where(ProgrammeRow.slug == slug)
    if connection.execute(known).first() is None:
        raise UnknownProgramme(slug)
    return False


def _e164(number: str) -> str:
    if not _INTERNATIONAL.fullmatch(number.strip()):
        raise InvalidNumber
    try:
        parsed = phonenumbers.parse(number.strip(), None)
    except phonenumbers.NumberParseException:
        raise InvalidNumber from None
    # Possible, not assigned: numbering plans change faster than any table of them.
    if not phonenumbers.is_possible_number(parsed):
        raise InvalidNumber
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _insert(connection: Connection) -> Any:
    # Both dialects' inserts answer to the same words; only the class differs.
    return sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
