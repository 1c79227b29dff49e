"""Writes about statements and cases. Nothing here commits; each is a handful of statements, for
they run inside the one write of a turn. Replies are in `grievances.replies`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from contacts import operations as contacts
from contacts.pins import try_pin
from contacts.values import Pin
from grievances import history, moving, routing
from grievances.errors import CodesExhausted, UnknownStatement
from grievances.history import Event
from grievances.interpreting.values import needs_interpreter
from grievances.interpreting.wanting import want
from grievances.lifecycle import PERSON, SYSTEM, Actor, CloseCode, State
from grievances.models import Case, Reply, Statement
from grievances.moving import Moved, heard_from
from grievances.routing import facts_at_intake
from grievances.search.operations import find_by, forget, forget_case
from grievances.values import CALL_WISH, AnswerBy, Answering, Confidentiality, OpenedCase
from programmes.routing import Facts
from storage.ids import new_id
from storage.upsert import insert_into
from storage.vault import Vault

WORDS = "statement.text"
"""The vault's purpose for what was written."""

_PIN = "case.pin"
_MOST_DRAWS = 20
_BATCH = 100
_CASES: Any = Case.__table__
_STATEMENTS: Any = Statement.__table__


def keep_statement(
    connection: Connection,
    *,
    vault: Vault,
    statement_id: str,
    programme: str,
    conversation: str,
    kind: str,
    topic: str | None,
    language: str,
    channel: str,
    person_id: str | None,
    text: str | None,
    recording_id: str | None,
    seconds: int | None,
    media_id: str | None = None,
    now: dt.datetime,
) -> None:
    """Keep what was said or written; the same id again replaces it (she recorded it once more).

    Once a case manager has opened its case nothing is replaced: the words are added to the case,
    which is open again.
    """
    words = {
        "kind": kind,
        "topic": topic,
        "language": language,
        "channel": channel,
        "text": vault.seal_text(WORDS, text) if text is not None else None,
        "recording_id": recording_id,
        "seconds": seconds,
        "media_id": media_id,
        "said_at": now,
    }
    whose = {"programme": programme, "conversation": conversation, "person_id": person_id}
    # By its written name: the library cannot correlate with the table of an INSERT.
    its_case: ColumnElement[str] = literal_column("statement.case_id")
    has_been_read = (
        select(Case.id).where(Case.id == its_case, Case.first_read_at.is_not(None)).exists()
    )
    may_be_replaced = ~has_been_read
    if recording_id is not None:  # told once more, now with its length perhaps
        may_be_replaced = or_(may_be_replaced, Statement.recording_id == recording_id)
    kept = connection.execute(
        insert_into(connection, _STATEMENTS)
        .values(id=statement_id, **words, **whose)
        .on_conflict_do_update(
            index_elements=["id"],
            set_=words,
            where=may_be_replaced,
        )
        .returning(Statement.id, Statement.case_id)
    ).first()
    if kept is None:
        statement_id = _add_to_case(
            connection, statement_id, {**words, **whose}, vault=vault, said=text, now=now
        )
    elif kept.case_id is not None and text is not None:
        forget(connection, statement_id)
        find_by(
            connection,
            kept.case_id,
            text,
            source=statement_id,
            programme=programme,
            vault=vault,
        )
        history.note(
            connection,
            kept.case_id,
            vault=vault,
            kind=Event.SAID,
            actor=PERSON,
            now=now,
            subject=statement_id,
            words=text,
        )
    if needs_interpreter(language):
        want(connection, statement_id, vault=vault, recording_id=recording_id, text=text)


def _add_to_case(
    connection: Connection,
    statement_id: str,
    values: dict[str, Any],
    *,
    vault: Vault,
    said: str | None,
    now: dt.datetime,
) -> str:
    case_id: str = connection.execute(
        select(_STATEMENTS.c.case_id).where(Statement.id == statement_id)
    ).scalar_one()
    added = new_id()
    connection.execute(insert(_STATEMENTS).values(id=added, case_id=case_id, **values))
    find_by(connection, case_id, said, source=added, programme=values["programme"], vault=vault)
    heard_from(connection, case_id, vault=vault, subject=added, words=said, now=now)
    return added


def open_case(
    connection: Connection,
    *,
    vault: Vault,
    statement_id: str,
    queue_of: Callable[[Facts], str],
    answer_by: AnswerBy,
    confirmed: bool,
    now: dt.datetime,
    draw: Callable[[], str],
    actor: Actor = PERSON,
) -> OpenedCase:
    """Make a case of a statement, under a code from `draw`, or find the one that it is already.

    `queue_of` says the queue by what rules look at; of a statement those are its kind, its topic
    and its language.
    An existing case takes the way of answering, and is confirmed if it is confirmed now; it keeps
    its queue, where somebody may be at work on it. UnknownStatement, CodesExhausted.
    """
    # The lock keeps a sweep and a caller from making two cases of one statement.
    statement = connection.execute(
        select(_STATEMENTS).where(Statement.id == statement_id).with_for_update()
    ).first()
    if statement is None:
        raise UnknownStatement(statement_id)
    if statement.case_id is not None:
        changes: dict[str, Any] = {"answer_by": answer_by}
        if confirmed:
            changes["confirmed"] = True
        code = connection.execute(
            update(_CASES).where(Case.id == statement.case_id).values(changes).returning(Case.code)
        ).scalar_one()
        return OpenedCase(case_id=statement.case_id, code=code, is_new=False)
    case_id = new_id()
    row = {
        "id": case_id,
        "programme": statement.programme,
        "kind": statement.kind,
        "topic": statement.topic,
        "queue": queue_of(facts_at_intake(statement.kind, statement.topic, statement.language)),
        "language": statement.language,
        "channel": statement.channel,
        "person_id": statement.person_id,
        "confidentiality": (
            Confidentiality.CONFIDENTIAL if statement.person_id else Confidentiality.ANONYMOUS
        ),
        "pin_failures": 0,
        "confirmed": confirmed,
        "answer_by": answer_by,
        "answering": Answering.OPEN,
        "state": State.RECEIVED,
        "opened_at": now,
    }
    said = vault.open_text(WORDS, statement.text) if statement.text is not None else None
    opened = history.begin(row, vault=vault, actor=actor, now=now, subject=statement_id, words=said)
    code = _insert_under_free_code(connection, row, draw)
    history.keep(connection, opened)
    connection.execute(
        update(_STATEMENTS).where(Statement.id == statement_id).values(case_id=case_id)
    )
    find_by(
        connection,
        case_id,
        said,
        source=statement_id,
        programme=statement.programme,
        vault=vault,
    )
    return OpenedCase(case_id=case_id, code=code, is_new=True)


def ask_for_call(
    connection: Connection,
    *,
    vault: Vault,
    programme: str,
    person_id: str,
    queue: str,
    language: str,
    channel: str,
    now: dt.datetime,
    draw: Callable[[], str],
) -> OpenedCase:
    """Open a case in which nothing is said but that she wants to be called; or find the one of
    hers that nobody has answered yet, so that she is not called twice."""
    waiting = connection.execute(
        select(Case.id, Case.code).where(
            Case.person_id == person_id,
            Case.programme == programme,
            Case.kind == CALL_WISH,
            Case.answering == Answering.OPEN,
        )
    ).first()
    if waiting is not None:
        return OpenedCase(case_id=waiting.id, code=waiting.code, is_new=False)
    case_id = new_id()
    row = {
        "id": case_id,
        "programme": programme,
        "kind": CALL_WISH,
        "topic": None,
        "queue": queue,
        "language": language,
        "channel": channel,
        "person_id": person_id,
        "pin_failures": 0,
        "confirmed": True,
        "answer_by": AnswerBy.CALL,
        "answering": Answering.OPEN,
        "state": State.RECEIVED,
        "opened_at": now,
    }
    opened = history.begin(row, vault=vault, actor=PERSON, now=now)
    code = _insert_under_free_code(connection, row, draw)
    history.keep(connection, opened)
    return OpenedCase(case_id=case_id, code=code, is_new=True)


def _insert_under_free_code(
    connection: Connection, row: dict[str, Any], draw: Callable[[], str]
) -> str:
    for _ in range(_MOST_DRAWS):
        code: str | None = connection.execute(
            insert_into(connection, _CASES)
            .values(**row, code=draw())
            .on_conflict_do_nothing(index_elements=["code"])
            .returning(Case.code)
        ).scalar_one_or_none()
        if code is not None:
            return code
    raise CodesExhausted(f"no free code in {_MOST_DRAWS} draws")


def choose_answer(
    connection: Connection, *, vault: Vault, case_id: str, answer_by: AnswerBy, now: dt.datetime
) -> None:
    """Answer her this way from now on."""
    history.note(
        connection,
        case_id,
        vault=vault,
        kind=Event.ANSWER_CHOSEN,
        actor=PERSON,
        now=now,
        reason=answer_by,
        changes={"answer_by": answer_by},
    )


def set_case_pin(connection: Connection, *, vault: Vault, case_id: str, pin: str) -> None:
    """From another phone the case is told only to who knows its code and this PIN."""
    connection.execute(
        update(_CASES)
        .where(Case.id == case_id)
        .values(pin_hash=_pin_hash(vault, case_id, pin), pin_failures=0, locked_until=None)
    )


def check_pin(
    connection: Connection, *, vault: Vault, case_id: str, pin: str, now: dt.datetime
) -> Pin:
    """Try a PIN on a case; five wrong tries lock it for an hour. NONE where it has no PIN, or
    where there is no such case."""
    tried = _pin_hash(vault, case_id, pin)
    return try_pin(connection, _CASES, case_id, tried=tried, now=now)


def check_pin_of(
    connection: Connection,
    *,
    vault: Vault,
    case_id: str,
    pin: str,
    now: dt.datetime,
) -> Pin:
    """As `check_pin`; where the case has no PIN of its own, that of whose case it is."""
    tried = check_pin(connection, vault=vault, case_id=case_id, pin=pin, now=now)
    if tried is not Pin.NONE:
        return tried
    owner = connection.execute(select(Case.person_id).where(Case.id == case_id)).scalar()
    if owner is None:
        return tried
    return contacts.check_pin(connection, vault=vault, person_id=owner, pin=pin, now=now)


def _pin_hash(vault: Vault, case_id: str, pin: str) -> str:
    return vault.tag(_PIN, f"{case_id}:{pin}")


def send_unsent(
    connection: Connection,
    *,
    vault: Vault,
    queue_of: Callable[[str, Facts], str],
    now: dt.datetime,
    draw: Callable[[], str],
    conversation: str | None = None,
    older_than: dt.timedelta | None = None,
) -> list[str]:
    """Make cases, unconfirmed, of statements that were given and never sent; return their ids.

    `queue_of` names the queue by programme slug and what rules look at. A recording below a second
    holds no words; one of unknown length may. She is called back where she is known. At most 100 at
    once: call it again while it returns any.
    """
    has_words = or_(
        Statement.text.is_not(None),
        Statement.media_id.is_not(None),
        and_(Statement.recording_id.is_not(None), func.coalesce(Statement.seconds, 1) >= 1),
    )
    unsent = (
        select(Statement.id, Statement.programme, Statement.person_id)
        .where(Statement.case_id.is_(None), has_words)
        .order_by(Statement.said_at)
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    )
    if conversation is not None:
        unsent = unsent.where(Statement.conversation == conversation)
    if older_than is not None:
        unsent = unsent.where(Statement.said_at <= now - older_than)
    return [
        open_case(
            connection,
            vault=vault,
            statement_id=row.id,
            queue_of=partial(queue_of, row.programme),
            answer_by=AnswerBy.CALL if row.person_id else AnswerBy.SHE_CALLS,
            confirmed=False,
            now=now,
            draw=draw,
            actor=SYSTEM,
        ).case_id
        for row in connection.execute(unsent).all()
    ]


def move(
    connection: Connection,
    case_id: str,
    *,
    vault: Vault,
    to: State,
    actor: Actor,
    now: dt.datetime,
    code: CloseCode | None = None,
    reason: str | None = None,
    note: str | None = None,
    internal_note: str | None = None,
    subject: str | None = None,
    version: int | None = None,
    other: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Moved:
    """Take the case one step on, as `grievances.moving.move`; appealed it lies at once in the
    queue of those who decide in its new tier."""
    before = history.hold(connection, case_id, version=version)
    moved = moving.move(
        connection,
        case_id,
        vault=vault,
        to=to,
        actor=actor,
        now=now,
        code=code,
        reason=reason,
        note=note,
        internal_note=internal_note,
        subject=subject,
        version=version,
        other=other,
        facts=facts,
    )
    if to is State.APPEALED:
        routing.follow(connection, before, vault=vault, now=now)
    return moved


def mark_read(
    connection: Connection, *, vault: Vault, case_id: str, actor: Actor, now: dt.datetime
) -> bool:
    """Somebody who answers cases has opened it; whether it was for the first time."""
    unread = select(Case.id).where(Case.id == case_id, Case.first_read_at.is_(None))
    if connection.execute(unread).first() is None:
        return False
    case = history.hold(connection, case_id)
    if case.first_read_at is not None:
        return False
    history.note(
        connection,
        case_id,
        vault=vault,
        kind=Event.READ,
        actor=actor,
        now=now,
        changes={"first_read_at": now},
        held=case,
    )
    return True


def erase_words(
    connection: Connection, case_id: str, *, vault: Vault, actor: Actor, now: dt.datetime
) -> None:
    """Take every word out of a case: hers, ours and all notes. That there were some stays in its
    history, which holds without them; sounds and pictures are deleted where they are kept."""
    history.erase(connection, case_id, vault=vault, actor=actor, now=now)
    forget_case(connection, case_id)
    connection.execute(
        update(_STATEMENTS).where(_STATEMENTS.c.case_id == case_id).values(text=None)
    )
    connection.execute(update(Reply).where(Reply.case_id == case_id).values(text=None))
    connection.execute(update(_CASES).where(Case.id == case_id).values(remedy=None))
