"""Writes of the interpreter's desk. Nothing here commits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, case, func, insert, or_, select, update

from grievances.interpreting import queries
from grievances.interpreting.models import HandedBack, Interpretation, Rendering
from grievances.interpreting.values import GIVEN_UP_BY, LEASE, Because, State, Words
from grievances.interpreting.wanting import FREE
from grievances.models import Statement
from grievances.operations import WORDS as SAID
from grievances.search.operations import find_by, forget
from storage.ids import new_id
from storage.upsert import insert_into
from storage.vault import Vault

_ITEMS: Any = Interpretation.__table__
_RENDERINGS: Any = Rendering.__table__
_BACK: Any = HandedBack.__table__


def ask_for(connection: Connection, statement_id: str, *, account_id: str) -> bool:
    """Have a statement written down that its language alone would not bring to the desk; False
    where it is there already."""
    kept = connection.execute(
        insert_into(connection, _ITEMS)
        .values(statement_id=statement_id, state=State.WAITING, asked_by=account_id, told="")
        .on_conflict_do_nothing(index_elements=["statement_id"])
        .returning(Interpretation.statement_id)
    ).first()
    return kept is not None


def claim(connection: Connection, statement_id: str, *, account_id: str, now: dt.datetime) -> bool:
    """Hold an item for `LEASE`, or for as long once more; False where another holds it.

    Whoever calls this has seen in `queries.offered` that it may be hers.
    """
    is_mine = Interpretation.held_by == account_id
    held = connection.execute(
        update(_ITEMS)
        .where(
            Interpretation.statement_id == statement_id,
            Interpretation.state.in_((State.WAITING, State.RENDERED)),
            or_(Interpretation.held_by.is_(None), is_mine, Interpretation.held_until <= now),
        )
        .values(
            held_by=account_id,
            held_since=case((is_mine, Interpretation.held_since), else_=now),
            held_until=now + LEASE,
        )
        .returning(Interpretation.statement_id)
    ).first()
    return held is not None


def keep(
    connection: Connection,
    statement_id: str,
    *,
    vault: Vault,
    account_id: str,
    words: Words,
    now: dt.datetime,
) -> State | None:
    """Keep what an interpreter wrote; None where it is no longer hers to write: another holds it,
    or has kept it meanwhile.

    The first rendering makes the item `rendered`; that of somebody else after it, confirmed or
    corrected, `checked`.
    """
    # Changed before it is looked at: of two at once the second waits here, and finds nothing.
    held = connection.execute(
        update(_ITEMS)
        .where(Interpretation.statement_id == statement_id, Interpretation.held_by == account_id)
        .values(held_until=now)
        .returning(Interpretation.state, Interpretation.held_since)
    ).first()
    if held is None:
        return None
    before = queries.newest(connection, vault, statement_id)
    if before is not None and before.account_id == account_id:
        return None
    state = State.RENDERED if before is None else State.CHECKED
    connection.execute(
        insert(_RENDERINGS).values(
            id=new_id(),
            statement_id=statement_id,
            account_id=account_id,
            transcript=(
                vault.seal_text(queries.TRANSCRIPT, words.transcript)
                if words.transcript is not None
                else None
            ),
            spanish=vault.seal_text(queries.WORDS, words.spanish),
            is_check=before is not None,
            is_changed=before is None or before.words != words,
            seconds=round((now - held.held_since).total_seconds()),
            made_at=now,
        )
    )
    connection.execute(
        update(_ITEMS)
        .where(Interpretation.statement_id == statement_id)
        .values(state=state, **FREE)
    )
    _find_by(connection, statement_id, words, vault=vault)
    return state


def _find_by(connection: Connection, statement_id: str, words: Words, *, vault: Vault) -> None:
    """The case is found by what was written last of a statement, and by what stands in it."""
    said = connection.execute(
        select(Statement.case_id, Statement.programme, Statement.text).where(
            Statement.id == statement_id
        )
    ).one()
    if said.case_id is None:
        return
    text = vault.open_text(SAID, said.text) if said.text is not None else None
    forget(connection, statement_id)
    find_by(
        connection,
        said.case_id,
        text,
        words.transcript,
        words.spanish,
        source=statement_id,
        programme=said.programme,
        vault=vault,
    )


def hand_back(
    connection: Connection,
    statement_id: str,
    *,
    account_id: str,
    because: Because,
    now: dt.datetime,
) -> bool:
    """Hold it no longer; but for `later` it is not offered to her again. When several could not
    make it out it is offered to nobody. False where she did not hold it."""
    held = connection.execute(
        update(_ITEMS)
        .where(Interpretation.statement_id == statement_id, Interpretation.held_by == account_id)
        .values(FREE)
        .returning(Interpretation.state)
    ).first()
    if held is None:
        return False
    if because is Because.LATER:
        return True
    connection.execute(
        insert_into(connection, _BACK)
        .values(statement_id=statement_id, account_id=account_id, because=because, at=now)
        .on_conflict_do_update(
            index_elements=["statement_id", "account_id"], set_={"because": because, "at": now}
        )
    )
    gave_up = connection.execute(
        select(func.count())
        .select_from(_BACK)
        .where(HandedBack.statement_id == statement_id, HandedBack.because == Because.UNCLEAR)
    ).scalar_one()
    if held.state == State.WAITING and gave_up >= GIVEN_UP_BY:
        connection.execute(
            update(_ITEMS)
            .where(Interpretation.statement_id == statement_id)
            .values(state=State.UNCLEAR)
        )
    return True
