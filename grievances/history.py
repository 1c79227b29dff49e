"""The history of a case: events are added to it, and words erased from it; nothing else changes.

Every change of a case goes through `note`, in the transaction of the change. Nothing commits.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, insert, select, update

from grievances import chain, timekeeping
from grievances.errors import ChangedMeanwhile, UnknownCase
from grievances.events import Event as Event
from grievances.lifecycle import Actor, State
from grievances.models import Case, CaseEvent
from storage.ids import new_id
from storage.vault import Vault

PUBLIC_NOTE = "case_event.public_note"
INTERNAL_NOTE = "case_event.internal_note"
"""The vault's purposes for the two notes."""

_CASES: Any = Case.__table__
_EVENTS: Any = CaseEvent.__table__


def begin(
    row: dict[str, Any],
    *,
    vault: Vault,
    actor: Actor,
    now: dt.datetime,
    facts: Mapping[str, Any] | None = None,
    subject: str | None = None,
    words: str | None = None,
) -> Mapping[str, Any]:
    """The first event of a case that is about to be kept: put its `version` and `head` into the
    case's `row`, and give the event to `keep` once the row is there."""
    event = _event(
        vault,
        case_id=row["id"],
        seq=1,
        previous="",
        kind=Event.OPENED,
        actor=actor,
        at=now,
        to_state=State.RECEIVED,
        facts=facts,
        subject=subject,
        words=words,
    )
    row["version"] = 1
    row["head"] = chain.head(vault, row["id"], count=1, last=event["link"])
    return event


def keep(connection: Connection, event: Mapping[str, Any]) -> None:
    """Keep the event that `begin` made."""
    connection.execute(insert(_EVENTS).values(**event))
    first = [SimpleNamespace(**event)]
    timekeeping.keep(connection, event["case_id"], now=event["at"], events=first)


def hold(connection: Connection, case_id: str, *, version: int | None = None) -> Any:
    """The case's row, held until the transaction ends, so that of two who change it the second
    sees what the first did. UnknownCase; ChangedMeanwhile where it is not at `version` any more."""
    held = connection.execute(
        update(_CASES).where(Case.id == case_id).values(version=Case.version).returning(_CASES)
    ).first()
    if held is None:
        raise UnknownCase(case_id)
    if version is not None and held.version != version:
        raise ChangedMeanwhile(case_id)
    return held


def note(
    connection: Connection,
    case_id: str,
    *,
    vault: Vault,
    kind: Event,
    actor: Actor,
    now: dt.datetime,
    from_state: State | None = None,
    to_state: State | None = None,
    reason: str | None = None,
    facts: Mapping[str, Any] | None = None,
    subject: str | None = None,
    words: str | None = None,
    public_note: str | None = None,
    internal_note: str | None = None,
    changes: Mapping[str, Any] | None = None,
    version: int | None = None,
    held: Any = None,
) -> int:
    """Add an event to the history of a case, and make its `changes` to the case's columns with it;
    the version that the case is at now.

    `reason` and `facts` hold words of ours, ids, counts and ISO moments; what people say goes into
    the notes, or is the `words` of the statement or reply `subject`, of which a digest is kept.
    Who has called `hold` gives the row as `held`. UnknownCase, ChangedMeanwhile (see `version`).
    """
    case = held if held is not None else hold(connection, case_id, version=version)
    last = connection.execute(
        select(CaseEvent.link).where(CaseEvent.case_id == case_id, CaseEvent.seq == case.version)
    ).scalar_one_or_none()
    event = _event(
        vault,
        case_id=case_id,
        seq=case.version + 1,
        previous=last or "",
        kind=kind,
        actor=actor,
        at=now,
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        facts=facts,
        subject=subject,
        words=words,
        public_note=public_note,
        internal_note=internal_note,
    )
    connection.execute(insert(_EVENTS).values(**event))
    values = {**(changes or {}), "version": event["seq"]}
    if case.head == chain.head(vault, case_id, count=case.version, last=last or ""):
        values["head"] = chain.head(vault, case_id, count=event["seq"], last=event["link"])
    # Else somebody has taken rows away: people go on being heard, and the head goes on telling.
    connection.execute(update(_CASES).where(Case.id == case_id).values(**values))
    timekeeping.keep(connection, case_id, now=now)
    return int(event["seq"])


def erase(
    connection: Connection, case_id: str, *, vault: Vault, actor: Actor, now: dt.datetime
) -> None:
    """Take all words out of the history so far, their salts with them; that it was done stays."""
    case = hold(connection, case_id)
    names = ("words_salt", "public_note", "public_salt", "internal_note", "internal_salt")
    connection.execute(
        update(_EVENTS).where(CaseEvent.case_id == case_id).values(dict.fromkeys(names))
    )
    note(
        connection,
        case_id,
        vault=vault,
        kind=Event.ERASED,
        actor=actor,
        now=now,
        facts={"through": case.version},
        held=case,
    )


def _event(
    vault: Vault,
    *,
    case_id: str,
    seq: int,
    previous: str,
    kind: Event,
    actor: Actor,
    at: dt.datetime,
    from_state: State | None = None,
    to_state: State | None = None,
    reason: str | None = None,
    facts: Mapping[str, Any] | None = None,
    subject: str | None = None,
    words: str | None = None,
    public_note: str | None = None,
    internal_note: str | None = None,
) -> dict[str, Any]:
    words_salt, words_digest = _salted(words)
    public_salt, public_digest = _salted(public_note)
    internal_salt, internal_digest = _salted(internal_note)
    event: dict[str, Any] = {
        "id": new_id(),
        "case_id": case_id,
        "seq": seq,
        "kind": kind.value,
        "from_state": from_state.value if from_state else None,
        "to_state": to_state.value if to_state else None,
        "actor": actor.name,
        "at": at,
        "reason": reason,
        "facts": dict(facts or {}),
        "subject": subject,
        "words_salt": words_salt,
        "words_digest": words_digest,
        "public_note": vault.seal_text(PUBLIC_NOTE, public_note) if public_note else None,
        "public_salt": public_salt,
        "public_digest": public_digest,
        "internal_note": vault.seal_text(INTERNAL_NOTE, internal_note) if internal_note else None,
        "internal_salt": internal_salt,
        "internal_digest": internal_digest,
        "previous": previous,
    }
    event["link"] = chain.link(vault, event)
    return event


def _salted(words: str | None) -> tuple[bytes | None, str | None]:
    if not words:
        return None, None
    salt = os.urandom(chain.SALT)
    return salt, chain.digest(salt, words)
