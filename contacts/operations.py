"""Writes of lines, people and consent. They flush, the caller commits."""

from __future__ import annotations

import datetime as dt
import secrets

from sqlalchemy import Connection, delete, insert, or_, select, update

from contacts import wishes
from contacts.models import Consent, DayKey, Line, Person
from contacts.pins import try_pin, try_pins
from contacts.queries import NUMBER, find_person, people_on_line, person
from contacts.values import DAY_KEYS_KEPT, PEOPLE_PER_LINE, PersonRef, Pin
from storage.ids import new_id
from storage.upsert import insert_into
from storage.vault import Vault, keyed_hash

_PIN = "person.pin"
_DAY_KEY = "day_key.sealed"


def keep_person(
    connection: Connection, *, vault: Vault, number: str, language: str | None, now: dt.datetime
) -> PersonRef:
    """Find the person on this number's line, or keep both; safe when two do it at once."""
    if (known := find_person(connection, vault=vault, number=number)) is not None:
        return known
    line_id = keep_line(connection, vault=vault, number=number, now=now)
    _insert_person(connection, line_id, ordinal=1, language=language, now=now)
    found = find_person(connection, vault=vault, number=number)
    if found is None:
        raise LookupError("a person just kept cannot be found")
    return found


def add_person(
    connection: Connection, *, vault: Vault, number: str, language: str | None, now: dt.datetime
) -> PersonRef | None:
    """Keep one more person on this number's line, never one who is there; None where four are.

    Safe when two do it at once.
    """
    line_id = keep_line(connection, vault=vault, number=number, now=now)
    _hold_line(connection, line_id)
    there = people_on_line(connection, vault=vault, number=number)
    if len(there) >= PEOPLE_PER_LINE:
        return None
    last = max((each.ordinal for each in there), default=0)
    person_id = _insert_person(connection, line_id, ordinal=last + 1, language=language, now=now)
    return person(connection, person_id)


def keep_line(connection: Connection, *, vault: Vault, number: str, now: dt.datetime) -> str:
    """Find the line of this number, or keep it, with nobody on it; return its id."""
    number_hash = vault.tag(NUMBER, number)
    made = connection.execute(
        insert_into(connection, Line.__table__)
        .values(
            id=new_id(),
            number_hash=number_hash,
            number=vault.seal_text(NUMBER, number),
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["number_hash"])
        .returning(Line.id)
    ).scalar_one_or_none()
    if made is not None:
        wishes.restore(connection, line_id=made, number_hash=number_hash)
    line_id: str = connection.execute(
        select(Line.id).where(Line.number_hash == number_hash)
    ).scalar_one()
    return line_id


def _hold_line(connection: Connection, line_id: str) -> None:
    """A change that changes nothing: whoever else changes the people of this line waits."""
    connection.execute(update(Line).where(Line.id == line_id).values(created_at=Line.created_at))


def _insert_person(
    connection: Connection, line_id: str, *, ordinal: int, language: str | None, now: dt.datetime
) -> str:
    person_id = new_id()
    connection.execute(
        insert_into(connection, Person.__table__)
        .values(
            id=person_id,
            line_id=line_id,
            ordinal=ordinal,
            language=language,
            pin_failures=0,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["line_id", "ordinal"])
    )
    return person_id


def remember_language(connection: Connection, person_id: str, *, language: str) -> None:
    """The language she is greeted in from now on."""
    connection.execute(update(Person).where(Person.id == person_id).values(language=language))


def set_pin(connection: Connection, *, vault: Vault, person_id: str, pin: str) -> bool:
    """Protect what is hers on this line by `pin` (four digits).

    False, and nothing is changed, where it is somebody else's on the same line: a PIN is how
    people on one phone are told apart.
    """
    line_id = connection.execute(select(Person.line_id).where(Person.id == person_id)).scalar_one()
    _hold_line(connection, line_id)
    others = connection.execute(
        select(Person.id, Person.pin_hash).where(
            Person.line_id == line_id, Person.id != person_id, Person.pin_hash.is_not(None)
        )
    ).all()
    if any(other.pin_hash == _pin_hash(vault, other.id, pin) for other in others):
        return False
    connection.execute(
        update(Person)
        .where(Person.id == person_id)
        .values(pin_hash=_pin_hash(vault, person_id, pin), pin_failures=0, locked_until=None)
    )
    return True


def check_pin(
    connection: Connection, *, vault: Vault, person_id: str, pin: str, now: dt.datetime
) -> Pin:
    """Try a person's PIN; five wrong tries lock an hour."""
    tried = _pin_hash(vault, person_id, pin)
    return try_pin(connection, Person.__table__, person_id, tried=tried, now=now)


def recognise(
    connection: Connection, *, vault: Vault, number: str, pin: str, now: dt.datetime
) -> tuple[Pin, PersonRef | None]:
    """Whose PIN of those on this number's line it is.

    A wrong one counts against everybody there who has a PIN, as any of them may be meant: five
    lock each of them for an hour. `none` where nobody has one.
    """
    there = people_on_line(connection, vault=vault, number=number)
    if not any(each.has_pin for each in there):
        return Pin.NONE, None
    _hold_line(connection, there[0].line_id)
    tried = {each.id: _pin_hash(vault, each.id, pin) for each in there if each.has_pin}
    found, person_id = try_pins(connection, Person.__table__, tried=tried, now=now)
    return found, next((each for each in there if each.id == person_id), None)


def _pin_hash(vault: Vault, person_id: str, pin: str) -> str:
    return vault.tag(_PIN, f"{person_id}:{pin}")


def opt_out(connection: Connection, *, vault: Vault, number: str, now: dt.datetime) -> bool:
    """Nothing more goes out to this number; False if that was so already."""
    keep_person(connection, vault=vault, number=number, language=None, now=now)
    changed = connection.execute(
        update(Line)
        .where(Line.number_hash == vault.tag(NUMBER, number), Line.opted_out_at.is_(None))
        .values(opted_out_at=now)
        .returning(Line.id)
    )
    return changed.first() is not None


def decline_texts(connection: Connection, *, vault: Vault, number: str, now: dt.datetime) -> bool:
    """Calls alone go out to this number, and nothing is against them; False if that was so."""
    keep_person(connection, vault=vault, number=number, language=None, now=now)
    changed = connection.execute(
        update(Line)
        .where(
            Line.number_hash == vault.tag(NUMBER, number),
            or_(Line.texts_declined_at.is_(None), Line.opted_out_at.is_not(None)),
        )
        .values(texts_declined_at=now, opted_out_at=None)
        .returning(Line.id)
    )
    return changed.first() is not None


def opt_in(connection: Connection, *, vault: Vault, number: str) -> bool:
    """Calls and texts may go out again; False if they might already."""
    number_hash = vault.tag(NUMBER, number)
    is_freed = wishes.forget(connection, number_hash=number_hash)
    changed = connection.execute(
        update(Line)
        .where(
            Line.number_hash == number_hash,
            or_(Line.opted_out_at.is_not(None), Line.texts_declined_at.is_not(None)),
        )
        .values(opted_out_at=None, texts_declined_at=None)
        .returning(Line.id)
    )
    return changed.first() is not None or is_freed


def opt_out_line(connection: Connection, line_id: str, *, now: dt.datetime) -> None:
    """Nothing more goes out to this line: its carrier says that she wants nothing more."""
    connection.execute(
        update(Line).where(Line.id == line_id, Line.opted_out_at.is_(None)).values(opted_out_at=now)
    )


def mark_unreachable(
    connection: Connection, line_id: str, *, texts_alone: bool, now: dt.datetime
) -> None:
    """The carrier says that nothing, or no text, ever reaches this line; the first time counts."""
    column = Line.no_texts_since if texts_alone else Line.bad_since
    connection.execute(
        update(Line).where(Line.id == line_id, column.is_(None)).values({column.key: now})
    )


def mark_reached(connection: Connection, line_id: str, *, by_text: bool) -> None:
    """Something did reach this line: whatever was said against it was wrong, or is so no more."""
    marks = [Line.bad_since, Line.no_texts_since] if by_text else [Line.bad_since]
    connection.execute(
        update(Line)
        .where(Line.id == line_id, or_(*(mark.is_not(None) for mark in marks)))
        .values({mark.key: None for mark in marks})
    )


def give_consent(
    connection: Connection,
    *,
    person_id: str | None,
    purpose: str,
    programme_version: str,
    language: str,
    wording: str,
    answer: str,
    now: dt.datetime,
) -> None:
    """Keep what somebody agreed to: in which words, in which language, and how (DOMAIN R22)."""
    connection.execute(
        insert(Consent).values(
            id=new_id(),
            person_id=person_id,
            purpose=purpose,
            programme_version=programme_version,
            language=language,
            wording=wording,
            answer=answer,
            given_at=now,
        )
    )


def day_key(connection: Connection, *, vault: Vault, day: dt.date) -> bytes:
    """The key of a day, made where there is none yet."""
    for _ in range(2):
        sealed = connection.execute(
            select(DayKey.sealed).where(DayKey.day == day)
        ).scalar_one_or_none()
        if sealed is not None:
            return vault.open(_DAY_KEY, sealed)
        connection.execute(
            insert_into(connection, DayKey.__table__)
            .values(day=day, sealed=vault.seal(_DAY_KEY, secrets.token_bytes(32)))
            .on_conflict_do_nothing(index_elements=["day"])
        )
    raise LookupError("a day's key just made cannot be found")


def forget_days(connection: Connection, *, today: dt.date) -> int:
    """Destroy the keys of past days, and with them the path from their turns to a line."""
    gone = connection.execute(
        delete(DayKey)
        .where(DayKey.day <= today - dt.timedelta(days=DAY_KEYS_KEPT))
        .returning(DayKey.day)
    )
    return len(gone.all())


def line_tag(key: bytes, *, ours: str, theirs: str) -> str:
    """How a conversation finds its line for a day: 32 hexadecimal characters."""
    return keyed_hash(key, f"{ours}|{theirs}")[:32]
