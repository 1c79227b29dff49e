"""Whether the histories of all cases hold, and where the first of them does not. Reads alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, func, select

from grievances import chain, history, operations, replies
from grievances.history import Event
from grievances.models import Case, CaseEvent, Reply, Statement
from storage.vault import NotOurs, Vault

_BATCH = 200
_EVENTS: Any = CaseEvent.__table__


class Flaw(StrEnum):
    """What does not hold."""

    NO_HISTORY = "no_history"
    MISSING = "missing"
    """An event in the middle, or at the beginning, is not there."""
    CHANGED = "changed"
    """Something of the event is not as it was written."""
    WORDS = "words"
    """A note or what was said is not as it was, or is gone without having been erased."""
    END = "end"
    """Events are gone from the end, or the case's count of them was changed."""
    STATE = "state"
    """The case says another state than its history."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first link that does not hold."""

    case_id: str
    seq: int
    flaw: Flaw


@dataclass(frozen=True, slots=True)
class Verified:
    """How much was looked at, and the first flaw, if any."""

    cases: int
    events: int
    broken: Broken | None = None


def verify(connection: Connection, vault: Vault) -> Verified:
    """Recompute every link of every history; stops at the first that is broken. Cases are read in
    batches, each of one statement, so that nobody who works meanwhile is taken for a forger."""
    cases = events = 0
    after = ""
    while found := _histories(connection, after=after):
        for case_id, rows in found:
            cases += 1
            events += len(rows) if rows[0].id is not None else 0
            flaw = _flaw(vault, case_id, rows)
            if flaw is not None:
                return Verified(cases, events, Broken(case_id, *flaw))
        after = found[-1][0]
    return Verified(cases, events)


def _histories(connection: Connection, *, after: str) -> list[tuple[str, list[Any]]]:
    some = select(Case.id).where(Case.id > after).order_by(Case.id).limit(_BATCH)
    rows = connection.execute(
        select(
            Case.id.label("its_case"),
            Case.version,
            Case.head,
            Case.state,
            Case.close_code,
            *_EVENTS.c,
            func.coalesce(Statement.text, Reply.text).label("said"),
            Reply.id.label("reply_id"),
        )
        .select_from(Case)
        .outerjoin(CaseEvent, CaseEvent.case_id == Case.id)
        .outerjoin(Statement, Statement.id == CaseEvent.subject)
        .outerjoin(Reply, Reply.id == CaseEvent.subject)
        .where(Case.id.in_(some))
        .order_by(Case.id, CaseEvent.seq)
    )
    return [(key, list(each)) for key, each in groupby(rows, key=lambda row: row.its_case)]


def _flaw(vault: Vault, case_id: str, rows: list[Any]) -> tuple[int, Flaw] | None:
    if rows[0].id is None:
        return 0, Flaw.NO_HISTORY
    erased = max((row.facts["through"] for row in rows if row.kind == Event.ERASED), default=0)
    latest = {row.subject: row.seq for row in rows if row.words_digest is not None}
    previous, state, code = "", None, None
    for expected, row in enumerate(rows, start=1):
        if row.seq != expected:
            return expected, Flaw.MISSING
        if row.previous != previous or row.link != chain.link(vault, row._mapping):
            return expected, Flaw.CHANGED
        if not _words_hold(vault, row, erased=expected <= erased, latest=latest):
            return expected, Flaw.WORDS
        previous = row.link
        if row.to_state is not None:
            state, code = row.to_state, row.facts.get("code")
    last = rows[-1]
    if last.version != len(rows) or last.head != chain.head(
        vault, case_id, count=len(rows), last=previous
    ):
        return len(rows) + 1, Flaw.END
    return (len(rows), Flaw.STATE) if (last.state, last.close_code) != (state, code) else None


def _words_hold(vault: Vault, row: Any, *, erased: bool, latest: dict[str, int]) -> bool:
    notes = (
        (history.PUBLIC_NOTE, row.public_note, row.public_salt, row.public_digest),
        (history.INTERNAL_NOTE, row.internal_note, row.internal_salt, row.internal_digest),
    )
    if not all(_holds(vault, *each, erased=erased) for each in notes):
        return False
    if latest.get(row.subject) != row.seq:  # nothing was said, or said anew: a later event tells
        has_salt, has_digest = row.words_salt is not None, row.words_digest is not None
        return has_salt == has_digest or (erased and not has_salt)
    purpose = replies.WORDS if row.reply_id is not None else operations.WORDS
    return _holds(vault, purpose, row.said, row.words_salt, row.words_digest, erased=erased)


def _holds(
    vault: Vault,
    purpose: str,
    sealed: bytes | None,
    salt: bytes | None,
    digest: str | None,
    *,
    erased: bool,
) -> bool:
    if digest is None:
        return sealed is None and salt is None
    if sealed is None or salt is None:
        return erased and sealed is None and salt is None
    try:
        return chain.digest(salt, vault.open_text(purpose, sealed)) == digest
    except (NotOurs, UnicodeDecodeError):
        return False
