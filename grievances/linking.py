"""Cases that belong together: one told twice, several people on one matter, or merely related.
Nothing here commits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, delete, or_, select

from grievances import history
from grievances.errors import NotTheSame
from grievances.history import Event
from grievances.lifecycle import Actor, CloseCode, State
from grievances.models import Case, CaseLink
from grievances.moving import move
from grievances.sight import Sight, is_sensitive, seen_by
from grievances.values import Linked, LinkKind
from storage.upsert import insert_into
from storage.vault import Vault

_LINKS: Any = CaseLink.__table__


def merge(
    connection: Connection,
    case_id: str,
    *,
    into: str,
    vault: Vault,
    actor: Actor,
    now: dt.datetime,
    note: str | None = None,
    version: int | None = None,
) -> None:
    """Close a case that the same person told twice: it goes on in `into`.

    What is known to be of two people is not merged but linked as one matter: each goes on being
    answered under a code of their own. Nor does what is sensitive go on in a case that a company
    may see. NotTheSame, and what `move` refuses.
    """
    # Always in the same order, so that two who merge the same two do not wait for each other.
    held = {each: history.hold(connection, each) for each in sorted({case_id, into})}
    one, other = held[case_id], held[into]
    people = {one.person_id, other.person_id} - {None}
    if (
        case_id == into
        or one.programme != other.programme
        or other.duplicate_of is not None
        or len(people) > 1
        or (is_sensitive(one) and not is_sensitive(other))
    ):
        raise NotTheSame(case_id)
    move(
        connection,
        case_id,
        vault=vault,
        to=State.CLOSED,
        code=CloseCode.DUPLICATE,
        actor=actor,
        note=note,
        other=into,
        version=version,
        now=now,
    )
    history.note(
        connection, into, vault=vault, kind=Event.MERGED, actor=actor, subject=case_id, now=now
    )


def link(
    connection: Connection,
    case_id: str,
    *,
    other: str,
    kind: LinkKind,
    vault: Vault,
    actor: Actor,
    now: dt.datetime,
) -> bool:
    """Tie two cases: as one matter of several people, or as related; False where they are tied so
    already. NotTheSame where they are one, or of two programmes."""
    first, second = sorted((case_id, other))
    held = {each: history.hold(connection, each) for each in (first, second)}
    if first == second or held[first].programme != held[second].programme:
        raise NotTheSame(case_id)
    tied = connection.execute(
        insert_into(connection, _LINKS)
        .values(case_id=first, other_id=second, kind=kind)
        .on_conflict_do_update(
            index_elements=["case_id", "other_id"], set_={"kind": kind}, where=CaseLink.kind != kind
        )
        .returning(CaseLink.kind)
    ).first()
    if tied is None:
        return False
    for each, away in ((first, second), (second, first)):
        history.note(
            connection,
            each,
            vault=vault,
            kind=Event.LINKED,
            actor=actor,
            reason=kind,
            subject=away,
            now=now,
            held=held[each],
        )
    return True


def unlink(
    connection: Connection,
    case_id: str,
    *,
    other: str,
    vault: Vault,
    actor: Actor,
    now: dt.datetime,
) -> bool:
    """Untie two cases; False where they were not tied."""
    first, second = sorted((case_id, other))
    held = {each: history.hold(connection, each) for each in (first, second)}
    gone = connection.execute(
        delete(CaseLink)
        .where(CaseLink.case_id == first, CaseLink.other_id == second)
        .returning(CaseLink.kind)
    ).first()
    if gone is None:
        return False
    for each, away in ((first, second), (second, first)):
        history.note(
            connection,
            each,
            vault=vault,
            kind=Event.UNLINKED,
            actor=actor,
            subject=away,
            now=now,
            held=held[each],
        )
    return True


def linked_with(
    connection: Connection, case_id: str, *, visible: Sight | None
) -> tuple[Linked, ...]:
    """The cases that this one is tied to, or merged with, the newest first, of those that may be
    seen. Two statements."""
    ties = select(CaseLink.case_id, CaseLink.other_id, CaseLink.kind).where(
        or_(CaseLink.case_id == case_id, CaseLink.other_id == case_id)
    )
    kinds = {
        row.other_id if row.case_id == case_id else row.case_id: LinkKind(row.kind)
        for row in connection.execute(ties)
    }
    rows = connection.execute(
        select(Case.id, Case.kind, Case.topic, Case.state, Case.duplicate_of)
        .where(or_(Case.id.in_(kinds), Case.duplicate_of == case_id), *seen_by(visible))
        .order_by(Case.opened_at.desc(), Case.id)
    )
    return tuple(
        Linked(
            id=row.id,
            kind=row.kind,
            topic=row.topic,
            state=State(row.state),
            how=LinkKind.DUPLICATE if row.duplicate_of == case_id else kinds[row.id],
        )
        for row in rows
    )
