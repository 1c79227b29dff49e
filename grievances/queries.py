"""Reads of cases, for a conversation and for the pages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, case, false, func, not_, select

from duty.queries import calls_of_case
from grievances import history, lifecycle, operations, replies, triage
from grievances.models import Case, CaseEvent, Reply, Statement
from grievances.moving import situation_of
from grievances.sight import Sight, seen_by
from grievances.values import (
    AnswerBy,
    Answering,
    CaseFile,
    CaseRef,
    Category,
    Confidentiality,
    Past,
    Relation,
    Replied,
    ReplyWords,
    ReprisalRisk,
    Said,
    Settled,
    Standing,
    Status,
    delivery_of,
    may_be_sent_again,
)
from staff.models import Account
from storage import attachments
from storage.outbox import Kind, Outbox, Reason, State
from storage.recordings import Copy, Recording
from storage.vault import Vault

_REF = (
    Case.id,
    Case.code,
    Case.programme,
    Case.language,
    Case.channel,
    Case.person_id,
    Case.pin_hash,
    Case.answer_by,
    Case.opened_at,
)
_ROW = (
    Case.id,
    Case.kind,
    Case.topic,
    Case.queue,
    Case.language,
    Case.channel,
    Case.confirmed,
    Case.answering,
    Case.state,
    Case.opened_at,
    Case.first_read_at,
)
_SETTLED = (
    Case.category,
    Case.severity,
    Case.district,
    Case.remedy,
    Case.confidentiality,
    Case.reprisal_risk,
    Case.relation,
    Case.tier,
    Case.close_code,
    Case.duplicate_of,
    Case.version,
)


def case_by_code(connection: Connection, code: str) -> CaseRef | None:
    """The case of this code, or None."""
    row = connection.execute(select(*_REF).where(Case.code == code)).first()
    return _ref(row) if row else None


def cases_of_person(connection: Connection, person_id: str) -> tuple[CaseRef, ...]:
    """Her cases, the newest first."""
    rows = connection.execute(
        select(*_REF).where(Case.person_id == person_id).order_by(Case.opened_at.desc(), Case.id)
    )
    return tuple(_ref(row) for row in rows)


def case_ref(connection: Connection, case_id: str) -> CaseRef | None:
    """A case by its id."""
    row = connection.execute(select(*_REF).where(Case.id == case_id)).first()
    return _ref(row) if row else None


def confidentiality_of(connection: Connection, case_id: str) -> Confidentiality:
    """Who may know whose case it is."""
    found = select(Case.confidentiality).where(Case.id == case_id)
    return Confidentiality(connection.execute(found).scalar_one())


def _ref(row: Any) -> CaseRef:
    return CaseRef(
        id=row.id,
        code=row.code,
        programme=row.programme,
        language=row.language,
        channel=row.channel,
        person_id=row.person_id,
        has_pin=row.pin_hash is not None,
        answer_by=AnswerBy(row.answer_by),
        opened_at=row.opened_at,
    )


def standing(connection: Connection, case_id: str) -> Standing | None:
    """Where the case stands for her, or None for an unknown id. One statement."""
    # A text that was the reply itself has been read when it was delivered, as far as can be known.
    arrived = and_(Reply.in_full, Outbox.state == State.DELIVERED)
    is_new = and_(Reply.heard_at.is_(None), not_(func.coalesce(arrived, false())))
    row = connection.execute(
        select(
            Case.answering,
            Case.first_read_at,
            Case.opened_at,
            Reply.id.label("reply_id"),
            is_new.label("is_new"),
        )
        .select_from(Case)
        .outerjoin(Reply, Reply.case_id == Case.id)
        .outerjoin(Outbox, Outbox.id == Reply.outbox_id)
        .where(Case.id == case_id)
        .order_by(
            case((is_new, 0), else_=1),
            case((is_new, Reply.sent_at)),
            Reply.sent_at.desc(),
        )
        .limit(1)
    ).first()
    if row is None:
        return None
    # What she has not heard is told, also where staff have it back, or she said more since.
    is_new_to_her = row.reply_id is not None and bool(row.is_new)
    if row.answering == Answering.ANSWERED or is_new_to_her:
        status = Status.ANSWERED if row.reply_id is not None else Status.TALKED
    else:
        status = Status.READ if row.first_read_at else Status.RECEIVED
    return Standing(
        status=status,
        reply_id=row.reply_id,
        reply_is_new=is_new_to_her,
        opened_at=row.opened_at,
    )


def reply(connection: Connection, vault: Vault, reply_id: str) -> ReplyWords | None:
    """What the reply says, or None for an unknown id."""
    row = connection.execute(
        select(Reply.id, Reply.case_id, Reply.language, Reply.text, Reply.media).where(
            Reply.id == reply_id
        )
    ).first()
    if row is None:
        return None
    return ReplyWords(
        id=row.id,
        case_id=row.case_id,
        language=row.language,
        text=_opened(vault, replies.WORDS, row.text),
        media=row.media,
    )


def case_file(
    connection: Connection,
    vault: Vault,
    case_id: str,
    *,
    programme: str,
    visible: Sight | None,
) -> CaseFile | None:
    """The case whole, or None where it does not exist or may not be seen. Four statements."""
    row = connection.execute(
        select(*_ROW, *_SETTLED, Case.code, Case.programme, Case.person_id, Case.answer_by).where(
            Case.id == case_id, Case.programme == programme, *seen_by(visible)
        )
    ).first()
    if row is None:
        return None
    return CaseFile(
        id=row.id,
        code=row.code,
        programme=row.programme,
        kind=row.kind,
        topic=row.topic,
        queue=row.queue,
        language=row.language,
        channel=row.channel,
        person_id=row.person_id,
        confirmed=row.confirmed,
        answer_by=AnswerBy(row.answer_by),
        answering=Answering(row.answering),
        state=lifecycle.State(row.state),
        opened_at=row.opened_at,
        first_read_at=row.first_read_at,
        statements=_statements(connection, vault, case_id),
        replies=_replies(connection, vault, case_id),
        calls=calls_of_case(connection, case_id),
        settled=_settled(row, vault),
    )


def _settled(row: Any, vault: Vault) -> Settled:
    return Settled(
        category=Category(row.category) if row.category else None,
        severity=row.severity,
        district=row.district,
        remedy=_opened(vault, triage.REMEDY, row.remedy),
        confidentiality=Confidentiality(row.confidentiality),
        reprisal_risk=ReprisalRisk(row.reprisal_risk),
        relation=Relation(row.relation) if row.relation else None,
        tier=row.tier,
        close_code=lifecycle.CloseCode(row.close_code) if row.close_code else None,
        duplicate_of=row.duplicate_of,
        version=row.version,
    )


def assignee_of(connection: Connection, case_id: str) -> str | None:
    """The account that has the case, if any has."""
    return connection.execute(select(Case.assignee_id).where(Case.id == case_id)).scalar()


def history_of(connection: Connection, vault: Vault, case_id: str) -> tuple[Past, ...]:
    """What happened to the case, the first thing first. One statement."""
    rows = connection.execute(
        select(CaseEvent.__table__, Account.email)
        .outerjoin(Account, Account.id == CaseEvent.actor)
        .where(CaseEvent.case_id == case_id)
        .order_by(CaseEvent.seq)
    )
    return tuple(
        Past(
            kind=row.kind,
            at=row.at,
            actor=row.email or row.actor,
            from_state=lifecycle.State(row.from_state) if row.from_state else None,
            to_state=lifecycle.State(row.to_state) if row.to_state else None,
            reason=row.reason,
            facts=row.facts,
            public_note=_opened(vault, history.PUBLIC_NOTE, row.public_note),
            internal_note=_opened(vault, history.INTERNAL_NOTE, row.internal_note),
        )
        for row in rows
    )


def situation(connection: Connection, case_id: str) -> lifecycle.Situation:
    """What the lifecycle's rules look at, of one case."""
    row = connection.execute(select(Case.__table__).where(Case.id == case_id)).one()
    return situation_of(connection, row)


def _statements(connection: Connection, vault: Vault, case_id: str) -> tuple[Said, ...]:
    rows = connection.execute(
        select(
            Statement.id,
            Statement.said_at,
            Statement.text,
            Statement.recording_id,
            Statement.media_id,
            func.coalesce(Recording.seconds, Statement.seconds).label("seconds"),
            Recording.copy,
            Recording.media,
        )
        .outerjoin(Recording, Recording.id == Statement.recording_id)
        .where(Statement.case_id == case_id)
        .order_by(Statement.said_at, Statement.id)
    ).all()
    sets = [row.media_id for row in rows if row.media_id is not None]
    enclosed = attachments.enclosed(connection, sets) if sets else {}
    return tuple(
        Said(
            id=row.id,
            said_at=row.said_at,
            text=_opened(vault, operations.WORDS, row.text),
            seconds=row.seconds,
            # A recording that nobody has announced yet is on its way like one that waits.
            copy=Copy(row.copy or Copy.WAITING) if row.recording_id is not None else None,
            media=row.media,
            enclosed=enclosed.get(row.media_id),
        )
        for row in rows
    )


def _replies(connection: Connection, vault: Vault, case_id: str) -> tuple[Replied, ...]:
    rows = connection.execute(
        select(
            Reply.id,
            Reply.sent_at,
            Reply.text,
            Reply.media,
            Reply.in_full,
            Reply.heard_at,
            Reply.proposes,
            Reply.tries,
            Reply.offered_since,
            Reply.handed_back_at,
            Account.email,
            Outbox.kind,
            Outbox.state,
            Outbox.reason,
        )
        .join(Account, Account.id == Reply.author_id)
        .outerjoin(Outbox, Outbox.id == Reply.outbox_id)
        .where(Reply.case_id == case_id)
        .order_by(Reply.sent_at, Reply.id)
    )
    return tuple(_replied(row, vault) for row in rows)


def _replied(row: Any, vault: Vault) -> Replied:
    kind = Kind(row.kind) if row.kind else None
    state = State(row.state) if row.state else None
    delivery = delivery_of(state, heard=row.heard_at is not None, reason=row.reason)
    return Replied(
        id=row.id,
        author=row.email,
        sent_at=row.sent_at,
        text=_opened(vault, replies.WORDS, row.text),
        media=row.media,
        in_full=row.in_full,
        kind=kind,
        delivery=delivery,
        heard_at=row.heard_at,
        can_be_sent_again=may_be_sent_again(kind, delivery),
        reason=Reason(row.reason) if row.reason else None,
        proposes=row.proposes,
        tries=row.tries,
        offered_since=row.offered_since,
        handed_back_at=row.handed_back_at,
    )


def _opened(vault: Vault, purpose: str, sealed: bytes | None) -> str | None:
    return vault.open_text(purpose, sealed) if sealed is not None else None


def recording_of(connection: Connection, statement_id: str) -> str | None:
    """The carrier's id of a statement's recording; None for a written or an unknown one."""
    return connection.execute(
        select(Statement.recording_id).where(Statement.id == statement_id)
    ).scalar_one_or_none()
