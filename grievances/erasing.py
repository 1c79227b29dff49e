"""Taking the words of a case away, with everybody they lead to; its history holds, and counts stay.

Files are deleted by the caller, after the commit: a crash between leaves a sealed file that no row
names, never a row whose file is gone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update

from grievances import history
from grievances.errors import StillComing
from grievances.interpreting.models import Interpretation, Rendering
from grievances.interpreting.queries import WORDS as RENDERED
from grievances.interpreting.values import State as Interpreted
from grievances.lifecycle import Actor
from grievances.media import withdraw_media
from grievances.models import Case, Reply, Statement
from grievances.operations import erase_words
from grievances.values import AnswerBy
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
        select(Reply.media, Reply.approved_id, Reply.outbox_id).where(Reply.case_id == case_id)
    ).all()
    withdraw_media(connection, case_id, now=now)
    _forget_interpretations(connection, vault, case_id)
    connection.execute(
        update(_STATEMENTS)
        .where(Statement.case_id == case_id)
        .values(recording_id=None, person_id=None, conversation=new_id())
    )
    connection.execute(
        update(_REPLIES).where(Reply.case_id == case_id).values(media=None, outbox_id=None)
    )
    _cut_off(connection, [each.outbox_id for each in answers if each.outbox_id], now=now)
    connection.execute(delete(_RECORDINGS).where(Recording.id.in_([each.id for each in copies])))
    erase_words(connection, case_id, vault=vault, actor=actor, now=now)
    changes: dict[str, Any] = {
        "person_id": None,
        "answer_by": AnswerBy.SHE_CALLS,
    }
    if not keeps_pin:
        changes["pin_hash"] = None
    connection.execute(update(_CASES).where(Case.id == case.id).values(changes))
    files = {each.media for each in copies if each.media}
    # The sound of an approved answer is others' too.
    files |= {each.media for each in answers if each.media and not each.approved_id}
    return Erased(tuple(sorted(files - _still_named(connection, files))))


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


def _still_named(connection: Connection, files: set[str]) -> set[str]:
    recorded = select(Recording.media).where(Recording.media.in_(files))
    answered = select(Reply.media).where(Reply.media.in_(files))
    found = connection.execute(recorded.union(answered)).scalars()
    return {each for each in found if each}
