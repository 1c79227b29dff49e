"""Taking the words of a case away, with everybody they lead to; its history holds, and counts stay.

Files are deleted by the caller, after the commit: a crash between leaves a sealed file that no row
names, never a row whose file is gone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, String, delete, select, update

from grievances import history
from grievances.carried import carried_for
from grievances.dictating import TakeState
from grievances.errors import StillComing
from grievances.following.models import CheckBack
from grievances.interpreting.models import Interpretation, Rendering
from grievances.interpreting.queries import WORDS as RENDERED
from grievances.interpreting.values import State as Interpreted
from grievances.lifecycle import Actor
from grievances.media import withdraw_media
from grievances.models import Case, DictatedTake, Reply, Statement
from grievances.operations import erase_words
from grievances.values import AnswerBy
from storage.database import Base
from storage.ids import new_id
from storage.messages import Outbox, PastAttempt
from storage.outbox import Reason, State, cancel
from storage.recordings import Copy, Recording
from storage.vault import Vault

_CASES: Any = Case.__table__
_STATEMENTS: Any = Statement.__table__
_REPLIES: Any = Reply.__table__
_OUTBOX: Any = Outbox.__table__
_RECORDINGS: Any = Recording.__table__
_PAST: Any = PastAttempt.__table__
_TAKES: Any = DictatedTake.__table__
_CHECKS: Any = CheckBack.__table__
_INTERPRETED: Any = Interpretation.__table__
_RENDERINGS: Any = Rendering.__table__


@dataclass(frozen=True, slots=True)
class Erased:
    """What came of it: files that no row names any more, to be deleted once this is committed."""

    files: tuple[str, ...]


def erase_case(
    connection: Connection,
    case_id: str,
    *,
    vault: Vault,
    actor: Actor,
    now: dt.datetime,
    keeps_pin: bool,
) -> Erased:
    """Erase what was said, written, recorded, interpreted and noted in a case, and whose it is.

    With `keeps_pin` it can still be followed by its code and PIN. StillComing where a recording is
    not ours alone yet, UnknownCase; then nothing is changed.
    """
    case = history.hold(connection, case_id)
    said = list(
        connection.execute(
            select(Statement.recording_id).where(
                Statement.case_id == case_id, Statement.recording_id.is_not(None)
            )
        ).scalars()
    )
    copies = connection.execute(
        select(Recording.id, Recording.copy, Recording.media, Recording.kept_at_carrier).where(
            Recording.id.in_(said)
        )
    ).all()
    if any(each.copy == Copy.WAITING or each.kept_at_carrier for each in copies):
        raise StillComing(case_id)
    answers = connection.execute(
        select(Reply.media, Reply.approved_id).where(Reply.case_id == case_id)
    ).all()
    carried = carried_for(connection, case_id)
    withdraw_media(connection, case_id, now=now)
    _forget_interpretations(connection, vault, case_id)
    connection.execute(
        update(_STATEMENTS)
        .where(Statement.case_id == case_id)
        .values(recording_id=None, person_id=None, conversation=new_id())
    )
    connection.execute(
        update(_REPLIES)
        .where(Reply.case_id == case_id)
        .values(media=None, outbox_id=None, in_vain=None)
    )
    connection.execute(update(_CHECKS).where(CheckBack.case_id == case_id).values(outbox_id=None))
    _cut_off(connection, carried, now=now)
    drafted = _forget_drafts(connection, case_id)
    connection.execute(delete(_RECORDINGS).where(Recording.id.in_([each.id for each in copies])))
    erase_words(connection, case_id, vault=vault, actor=actor, now=now)
    changes: dict[str, Any] = {
        "person_id": None,
        "answer_by": AnswerBy.SHE_CALLS,
    }
    if not keeps_pin:
        changes["pin_hash"] = None
    connection.execute(update(_CASES).where(Case.id == case.id).values(changes))
    files = drafted | {each.media for each in copies if each.media}
    # The sound of an approved answer is others' too.
    files |= {each.media for each in answers if each.media and not each.approved_id}
    return Erased(tuple(sorted(files - named_media(connection, files))))


def _forget_interpretations(connection: Connection, vault: Vault, case_id: str) -> None:
    """What interpreters wrote goes; that they did, and how long it took, stays."""
    its = select(Statement.id).where(Statement.case_id == case_id)
    connection.execute(
        update(_RENDERINGS)
        .where(Rendering.statement_id.in_(its))
        .values(transcript=None, spanish=vault.seal_text(RENDERED, ""))
    )
    connection.execute(
        update(_INTERPRETED)
        .where(Interpretation.statement_id.in_(its))
        .values(state=Interpreted.CHECKED, told="", held_by=None, held_since=None, held_until=None)
    )


def _forget_drafts(connection: Connection, case_id: str) -> set[str]:
    """Answers that were spoken on a work phone go, sent or not; the files that they were in. One
    that the carrier holds still is dropped: the worker deletes it there first, then here."""
    takes = connection.execute(
        select(DictatedTake.id, DictatedTake.media, Recording.id, Recording.media, Recording.due_at)
        .outerjoin(Recording, Recording.id == DictatedTake.recording_id)
        .where(DictatedTake.case_id == case_id)
    ).all()
    gone = [row for row in takes if row[4] is None]
    connection.execute(delete(_TAKES).where(DictatedTake.id.in_([row[0] for row in gone])))
    connection.execute(
        delete(_RECORDINGS).where(Recording.id.in_([row[2] for row in gone if row[2]]))
    )
    connection.execute(
        update(_TAKES).where(DictatedTake.case_id == case_id).values(state=TakeState.DROPPED)
    )
    return {each for row in gone for each in (row[1], row[3]) if each}


def _cut_off(connection: Connection, carried: list[str], *, now: dt.datetime) -> None:
    """What was to carry an answer does not go out any more; what went has no words and no line."""
    for row_id in carried:
        cancel(connection, row_id, now=now, reason=Reason.WITHDRAWN)
    connection.execute(delete(_PAST).where(PastAttempt.outbox_id.in_(carried)))
    connection.execute(
        delete(_OUTBOX).where(
            Outbox.id.in_(carried), Outbox.state.not_in([State.QUEUED, State.CLAIMED])
        )
    )


def named_media(connection: Connection, files: Collection[str]) -> set[str]:
    """Which of these files something else is kept in: a file is named by what it holds, and one
    sound may be several rows'."""
    wanted = set(files)
    if not wanted:
        return set()
    found: set[str] = set()
    for table in Base.metadata.tables.values():
        column = table.c.get("media")
        if column is None:
            continue
        if isinstance(column.type, String):
            found |= set(connection.execute(select(column).where(column.in_(wanted))).scalars())
        else:  # by language
            held = connection.execute(select(column)).scalars()
            found |= {each for sounds in held for each in (sounds or {}).values()} & wanted
    return found
