"""What a line wished of what we send, kept when the line itself is forgotten.

A suppression list has to outlive what it protects, or a deleted number that turns up again would
be written to again. It holds the number's keyed hash: who has no key cannot tell whose it is.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, delete, select, update

from contacts.models import Consent, Line, Person, SuppressedNumber
from contacts.queries import NUMBER
from storage.outbox import Outbox, Reason, State, cancel
from storage.upsert import insert_into
from storage.vault import Vault


def restore(connection: Connection, *, line_id: str, number_hash: str) -> None:
    """A number is kept again: what it wished before it was forgotten holds for its new line."""
    kept = connection.execute(
        delete(SuppressedNumber)
        .where(SuppressedNumber.number_hash == number_hash)
        .returning(SuppressedNumber.opted_out_at, SuppressedNumber.texts_declined_at)
    ).first()
    if kept is not None:
        connection.execute(
            update(Line)
            .where(Line.id == line_id)
            .values(opted_out_at=kept.opted_out_at, texts_declined_at=kept.texts_declined_at)
        )


def forget(connection: Connection, *, number_hash: str) -> bool:
    """She wants messages again: whether a wish against them was kept of a forgotten line."""
    gone = connection.execute(
        delete(SuppressedNumber)
        .where(SuppressedNumber.number_hash == number_hash)
        .returning(SuppressedNumber.number_hash)
    )
    return gone.first() is not None


def forget_line(connection: Connection, *, vault: Vault, number: str, now: dt.datetime) -> bool:
    """Forget this number and what is known of the people on it; False where nothing is kept.

    Their cases stay, and there is no path from them to a phone any more. What waited to go out
    does not. That the number wants no messages is kept, by its keyed hash.
    """
    number_hash = vault.tag(NUMBER, number)
    line = connection.execute(
        select(Line.id, Line.opted_out_at, Line.texts_declined_at)
        .where(Line.number_hash == number_hash)
        .with_for_update()
    ).first()
    if line is None:
        return False
    if line.opted_out_at or line.texts_declined_at:
        connection.execute(
            insert_into(connection, SuppressedNumber.__table__)
            .values(
                number_hash=number_hash,
                opted_out_at=line.opted_out_at,
                texts_declined_at=line.texts_declined_at,
            )
            .on_conflict_do_nothing(index_elements=["number_hash"])
        )
    people = select(Person.id).where(Person.line_id == line.id)
    connection.execute(update(Consent).where(Consent.person_id.in_(people)).values(person_id=None))
    connection.execute(
        update(Person)
        .where(Person.line_id == line.id)
        .values(
            language=None,
            pin_hash=None,
            gender=None,
            gender_known=None,
            gender_at=None,
            district=None,
            district_known=None,
            district_at=None,
        )
    )
    # The row stays for what hangs on it, under a hash that no number has.
    connection.execute(
        update(Line)
        .where(Line.id == line.id)
        .values(number=b"", number_hash=f"forgotten:{line.id}", opted_out_at=now)
    )
    waiting = select(Outbox.id).where(Outbox.line_id == line.id, Outbox.state == State.QUEUED)
    for row_id in connection.execute(waiting).scalars().all():
        cancel(connection, row_id, now=now, reason=Reason.WITHDRAWN)
    return True
