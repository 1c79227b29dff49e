"""What went out for a case, or is to: the rows of the outbox that lead from it to a line."""

from __future__ import annotations

from sqlalchemy import Connection, String, cast, or_, select

from contacts.models import Person
from grievances.following.models import CheckBack
from grievances.models import Case, Reply
from storage.messages import Outbox


def carried_for(connection: Connection, case_id: str) -> list[str]:
    """Ids of the rows that carry something of the case, those of earlier tries among them."""
    named = {
        each
        for row in connection.execute(
            select(Reply.outbox_id, Reply.in_vain).where(Reply.case_id == case_id)
        )
        for each in row
        if each is not None
    }
    named |= set(
        connection.execute(
            select(CheckBack.outbox_id).where(
                CheckBack.case_id == case_id, CheckBack.outbox_id.is_not(None)
            )
        ).scalars()
    )
    bodies = connection.execute(
        select(Outbox.body).where(Outbox.id.in_(named), Outbox.body.is_not(None))
    ).scalars()
    # What was tried once more has the body of the first try, sealed once; a call names the case.
    line = (
        select(Person.line_id)
        .join(Case, Case.person_id == Person.id)
        .where(Case.id == case_id)
        .scalar_subquery()
    )
    tried = select(Outbox.id).where(
        Outbox.line_id == line,
        or_(Outbox.body.in_(bodies.all()), cast(Outbox.opening, String).contains(case_id)),
    )
    return sorted(named | set(connection.execute(tried).scalars()))
