"""Some time after a close she is asked whether what was done held, and how content she is: called,
or told by a neutral text that something waits, as she chose; where nothing may go out, she is asked
when she calls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, and_, case, or_, select, update

from contacts.queries import line_of_person
from grievances import history
from grievances.following.models import CheckBack
from grievances.following.queries import CONTENT_ASKED, HELD
from grievances.following.values import (
    ASK_CONTENT,
    CHECK_BACK,
    CHECK_BACK_LATEST,
    CHECK_BACK_SEVERE,
    CONTENT,
    LEFT_ALONE,
    MOST_TRIES,
    REST,
    SEVERE_FROM,
)
from grievances.history import Event
from grievances.lifecycle import SYSTEM, State
from grievances.models import Case
from grievances.values import AnswerBy
from programmes.calendar import Calendar
from programmes.queries import Senders
from storage import outbox
from storage.outbox import ENDED, Outbox
from storage.outbox import State as Sent
from storage.upsert import insert_into
from storage.vault import Vault

_CHECKS: Any = CheckBack.__table__
_BATCH = 100


def ask_back(
    connection: Connection,
    *,
    vault: Vault,
    calendar_of: Callable[[str], Calendar],
    senders_of: Callable[[str], Senders],
    notice_of: Callable[[str, str, str], str],
    now: dt.datetime,
) -> int:
    """Ask whoever is due, and call again who could not be reached; how many something went out to.

    `notice_of` words the neutral text by programme, language and number.
    """
    count = 0
    for row in connection.execute(_due(now)).all():
        calendar = calendar_of(row.programme)
        if not calendar.is_open(now):
            continue
        count += _ask(connection, row, vault, senders_of(row.programme), notice_of, now)
    return count


def _due(now: dt.datetime) -> Any:
    since = case(
        (Case.close_code.not_in(HELD), now - ASK_CONTENT),
        (Case.severity >= SEVERE_FROM, now - CHECK_BACK_SEVERE),
        else_=now - CHECK_BACK,
    )
    again = and_(
        CheckBack.closed_at == Case.closed_at,
        CheckBack.answered_at.is_(None),
        CheckBack.tries < MOST_TRIES,
        CheckBack.outbox_id.is_not(None),
        CheckBack.asked_at <= now - REST,
        Outbox.kind == outbox.Kind.CALL,
        or_(Outbox.rank >= ENDED, Outbox.state == Sent.DELIVERED),
    )
    return (
        select(
            Case.id,
            Case.programme,
            Case.language,
            Case.person_id,
            Case.answer_by,
            Case.closed_at,
            Case.close_code,
            CheckBack.closed_at.label("asked_of"),
            CheckBack.tries,
        )
        .outerjoin(CheckBack, CheckBack.case_id == Case.id)
        .outerjoin(Outbox, Outbox.id == CheckBack.outbox_id)
        .where(
            Case.state == State.CLOSED,
            Case.close_code.not_in(LEFT_ALONE),
            or_(Case.close_code.in_(HELD), ~CONTENT_ASKED),
            Case.person_id.is_not(None),
            Case.closed_at <= since,
            Case.closed_at > now - CHECK_BACK - CHECK_BACK_LATEST,
            or_(CheckBack.case_id.is_(None), CheckBack.closed_at != Case.closed_at, again),
        )
        .order_by(Case.closed_at)
        .limit(_BATCH)
    )


def _ask(
    connection: Connection,
    row: Any,
    vault: Vault,
    senders: Senders,
    notice_of: Callable[[str, str, str], str],
    now: dt.datetime,
) -> bool:
    is_again = row.asked_of == row.closed_at
    tries = row.tries + 1 if is_again else 1
    # Kept before anything goes out: of two workers the second finds it there.
    changes = {
        "closed_at": row.closed_at,
        "asked_at": now,
        "tries": tries,
        "outbox_id": None,
        "answered_at": None,
    }
    kept = connection.execute(
        insert_into(connection, _CHECKS)
        .values(case_id=row.id, **changes)
        .on_conflict_do_update(
            index_elements=["case_id"],
            set_=changes,
            where=or_(
                CheckBack.closed_at != row.closed_at,
                and_(CheckBack.answered_at.is_(None), CheckBack.tries < tries),
            ),
        )
        .returning(CheckBack.case_id)
    ).first()
    outbox_id = _send(connection, row, vault, senders, notice_of, now) if kept else None
    if outbox_id is not None:
        history.note(
            connection,
            row.id,
            vault=vault,
            kind=Event.ASKED_BACK,
            actor=SYSTEM,
            reason=None if row.close_code in HELD else CONTENT,
            now=now,
        )
        connection.execute(
            update(_CHECKS).where(CheckBack.case_id == row.id).values(outbox_id=outbox_id)
        )
    return outbox_id is not None


def _send(
    connection: Connection,
    row: Any,
    vault: Vault,
    senders: Senders,
    notice_of: Callable[[str, str, str], str],
    now: dt.datetime,
) -> str | None:
    line = line_of_person(connection, row.person_id)
    sender = senders.calls or senders.texts
    if line is None or line.opted_out or sender is None or row.answer_by == AnswerBy.SHE_CALLS:
        return None
    if row.answer_by == AnswerBy.CALL or line.declines_texts:
        opening = {
            "script": "ask_back",
            "args": {"case": row.id},
            "language": row.language,
            "person": row.person_id,
        }
        return outbox.add_call(connection, sender=sender, line_id=line.id, opening=opening, now=now)
    body = notice_of(row.programme, row.language, sender)
    return outbox.add_text(
        connection,
        sender=senders.texts or sender,
        line_id=line.id,
        sealed_body=vault.seal_text(outbox.BODY, body),
        now=now,
    )
