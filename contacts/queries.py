"""Reads of lines and people. `number_of` is the only way to a number."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, or_, select

from contacts.models import Line, Person
from contacts.values import LineRef, PersonRef, is_shared
from storage.vault import Vault

NUMBER = "line.number"
"""The vault's purpose for numbers: sealed in `line.number`, hashed in `line.number_hash`."""

_PERSON = (
    Person.id,
    Person.line_id,
    Person.ordinal,
    Person.language,
    Person.pin_hash,
    Person.district,
    Line.opted_out_at,
)


def find_person(connection: Connection, *, vault: Vault, number: str) -> PersonRef | None:
    """The person on the line of this number, or None where nothing is kept for it."""
    row = connection.execute(
        select(*_PERSON)
        .join(Line, Line.id == Person.line_id)
        .where(Line.number_hash == vault.tag(NUMBER, number))
        .order_by(Person.ordinal)
        .limit(1)
    ).first()
    return _person(row) if row else None


def people_on_line(connection: Connection, *, vault: Vault, number: str) -> tuple[PersonRef, ...]:
    """Everybody kept on the line of this number, in the order in which they came."""
    rows = connection.execute(
        select(*_PERSON)
        .join(Line, Line.id == Person.line_id)
        .where(Line.number_hash == vault.tag(NUMBER, number))
        .order_by(Person.ordinal)
    )
    return tuple(_person(row) for row in rows)


def is_shared_line(connection: Connection, line_id: str) -> bool:
    """Whether others may read what is sent to this line: see `contacts.values.is_shared`."""
    return is_shared(
        [
            _person(row)
            for row in connection.execute(
                select(*_PERSON).join(Line, Line.id == Person.line_id).where(Line.id == line_id)
            )
        ]
    )


def person(connection: Connection, person_id: str) -> PersonRef:
    """The person with this id; raises if there is none."""
    return _person(
        connection.execute(
            select(*_PERSON).join(Line, Line.id == Person.line_id).where(Person.id == person_id)
        ).one()
    )


def line_of_person(connection: Connection, person_id: str) -> LineRef | None:
    """The line that a person is on, or None for an unknown id."""
    row = connection.execute(
        select(Line.id, Line.opted_out_at, Line.texts_declined_at)
        .join(Person, Person.line_id == Line.id)
        .where(Person.id == person_id)
    ).first()
    if row is None:
        return None
    return LineRef(row.id, row.opted_out_at is not None, row.texts_declined_at is not None)


def number_of(connection: Connection, *, vault: Vault, line_id: str) -> str | None:
    """The number of a line in E.164, for dialling it; None once the line is gone."""
    sealed = connection.execute(select(Line.number).where(Line.id == line_id)).scalar_one_or_none()
    return vault.open_text(NUMBER, sealed) if sealed else None


def is_opted_out(connection: Connection, line_id: str) -> bool:
    """Whether nothing may go out to this line."""
    found = connection.execute(
        select(Line.opted_out_at).where(Line.id == line_id, Line.opted_out_at.is_not(None))
    ).first()
    return found is not None


def declines_texts(connection: Connection, line_id: str) -> bool:
    """Whether somebody on this line wants calls and no texts."""
    found = connection.execute(
        select(Line.id).where(Line.id == line_id, Line.texts_declined_at.is_not(None))
    )
    return found.first() is not None


def is_unreachable(connection: Connection, line_id: str, *, by_text: bool) -> bool:
    """Whether nothing (or, with `by_text`, no text) reaches this line: the carrier says so, or
    somebody there wants no texts."""
    marks = [Line.bad_since]
    if by_text:
        marks += [Line.no_texts_since, Line.texts_declined_at]
    marked = or_(*(mark.is_not(None) for mark in marks))
    return connection.execute(select(Line.id).where(Line.id == line_id, marked)).first() is not None


def _person(row: Any) -> PersonRef:
    return PersonRef(
        id=row.id,
        line_id=row.line_id,
        ordinal=row.ordinal,
        language=row.language,
        has_pin=row.pin_hash is not None,
        opted_out=row.opted_out_at is not None,
        district=row.district,
    )


def line_key(vault: Vault, *, number: str, ordinal: int = 1) -> str:
    """A name for a person on a line that needs no row: the number's keyed hash and her place."""
    return f"{vault.tag(NUMBER, number)}:{ordinal}"


def newcomer_key(vault: Vault, *, number: str, place: int) -> str:
    """A name for somebody on a shared line of whom nothing is kept: never that of a person."""
    return f"{vault.tag(NUMBER, number)}:new{place}"


def language_of(connection: Connection, *, vault: Vault, number: str) -> str | None:
    """The language kept for whoever is on this number's line."""
    found = find_person(connection, vault=vault, number=number)
    return found.language if found else None
