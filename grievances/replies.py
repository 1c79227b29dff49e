"""Writes about replies: sending one, sending it again, and that it was heard. Nothing commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, insert, select, update

from contacts.queries import declines_texts, is_opted_out, is_shared_line, line_of_person
from grievances import history
from grievances.errors import AnsweredMeanwhile, EmptyReply
from grievances.following.values import is_attempt
from grievances.history import Event
from grievances.lifecycle import SYSTEM, Actor, Party
from grievances.models import Case, Reply
from grievances.moving import take_up
from grievances.search.operations import find_by
from grievances.triage import attempted
from grievances.values import (
    AnswerBy,
    Answering,
    Delivery,
    Route,
    SentReply,
    delivery_of,
    may_be_sent_again,
    route_of,
)
from locales.gsm import cheapest, compose
from storage import outbox
from storage.ids import new_id
from storage.vault import Vault

WORDS = "reply.text"
"""The vault's purpose for the text of a reply."""

_REPLIES: Any = Reply.__table__
_CARRIERS: Any = outbox.Outbox.__table__


def send_reply(
    connection: Connection,
    *,
    vault: Vault,
    case_id: str,
    author_id: str,
    text: str | None,
    media: str | None,
    after: str | None,
    programme_number: str | None,
    writes_from: str | None = None,
    notice: Callable[[str, str], str],
    asks: Callable[[str], str] | None = None,
    approved_id: str | None = None,
    now: dt.datetime,
) -> SentReply:
    """Keep a reply, in the case's language, and send it the way that she chose.

    `after` is the newest reply that the author had seen. `programme_number` is what we call from
    and she may call; texts go out from `writes_from`, where it is another. `notice(language,
    number)` words the neutral text. With `asks` the reply proposes a resolution: where it goes out
    as a text, `asks(language)` words under it how to accept or refuse. Nothing goes out to an
    unknown or opted-out line, nor without a number of ours: the reply waits for her call. It goes
    out at once, whatever the hour: she asked for it (DOMAIN R30); what is tried again keeps to the
    hours. `approved_id` is the version of an approved answer that it was made of.
    EmptyReply, UnknownCase, AnsweredMeanwhile.
    """
    if not text and not media:
        raise EmptyReply(case_id)
    # Held before it is looked at: of two who answer at once the second waits here, and sees.
    case = history.hold(connection, case_id)
    author = Actor(Party.CASE_MANAGER, author_id)  # what supervisors may as well
    if newest(connection, case_id) != after:
        raise AnsweredMeanwhile(case_id)
    line = line_of_person(connection, case.person_id) if case.person_id else None
    reachable = line if line is not None and not line.opted_out and programme_number else None
    route = route_of(
        AnswerBy(case.answer_by),
        channel=case.channel,
        # Whoever picks up a shared phone reads its texts; what is long is for the ear.
        has_text=bool(text)
        and not compose(_as_text(text or "", asks, case.language)).is_too_long
        and not (line is not None and is_shared_line(connection, line.id)),
        can_reach=reachable is not None,
        declines_texts=line is not None and line.declines_texts,
    )
    reply_id = new_id()
    outbox_id: str | None = None
    if reachable is not None and programme_number is not None:
        sender, line_id = programme_number, reachable.id
        if route is Route.CALL:
            opening = _opening(case_id, reply_id, language=case.language, person=case.person_id)
            outbox_id = outbox.add_call(
                connection,
                sender=sender,
                line_id=line_id,
                opening=opening,
                now=now,
            )
        elif route is not Route.WAITS:
            words = notice(case.language, sender)
            if route is Route.TEXT and text:
                words = _as_text(text, asks, case.language)
            outbox_id = outbox.add_text(
                connection,
                sender=writes_from or sender,
                line_id=line_id,
                sealed_body=vault.seal_text(outbox.BODY, cheapest(words)),
                now=now,
            )
    connection.execute(
        insert(_REPLIES).values(
            id=reply_id,
            case_id=case_id,
            author_id=author_id,
            language=case.language,
            text=vault.seal_text(WORDS, text) if text else None,
            media=media,
            outbox_id=outbox_id,
            in_full=route is Route.TEXT,
            proposes=asks is not None,
            approved_id=approved_id,
            sent_at=now,
        )
    )
    find_by(connection, case_id, text, source=reply_id, programme=case.programme, vault=vault)
    history.note(
        connection,
        case_id,
        vault=vault,
        kind=Event.REPLIED,
        actor=author,
        now=now,
        reason=route,
        subject=reply_id,
        words=text,
        changes={"answering": Answering.ANSWERED},
        held=case,
    )
    take_up(connection, case_id, vault=vault, actor=author, now=now)
    return SentReply(id=reply_id, route=route)


def _as_text(text: str, asks: Callable[[str], str] | None, language: str) -> str:
    """A reply as it goes out as a text; under a proposal, how it is accepted or refused."""
    return f"{text}\n{asks(language)}" if asks is not None else text


def _opening(case_id: str, reply_id: str, *, language: str, person: str | None) -> dict[str, Any]:
    """How a call begins that brings this reply."""
    return {
        "script": "deliver_answer",
        "args": {"case": case_id, "reply": reply_id},
        "language": language,
        "person": person,
    }


def newest(connection: Connection, case_id: str) -> str | None:
    """The last reply of a case; None where it has none."""
    return connection.execute(
        select(Reply.id)
        .where(Reply.case_id == case_id)
        .order_by(Reply.sent_at.desc(), Reply.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def mark_heard(connection: Connection, *, reply_id: str, now: dt.datetime) -> None:
    """She has heard or read the reply to its end; the first time counts."""
    connection.execute(
        update(_REPLIES).where(Reply.id == reply_id, Reply.heard_at.is_(None)).values(heard_at=now)
    )


def send_again(
    connection: Connection,
    *,
    vault: Vault,
    reply_id: str,
    actor: Actor,
    by_itself: bool = False,
    now: dt.datetime,
) -> bool:
    """Send once more what has ended without reaching her; False where it is on its way, was heard,
    or may not be sent to this line any more. What goes out `by_itself` may also have been delivered
    as a text that an answer waits, and nobody came for it."""
    # Held by a change that changes nothing, so that two who press the button send one.
    held = connection.execute(
        update(_REPLIES)
        .where(Reply.id == reply_id, Reply.outbox_id.is_not(None))
        .values(outbox_id=Reply.outbox_id)
        .returning(Reply.outbox_id, Reply.heard_at, Reply.case_id, Reply.in_vain)
    ).first()
    if held is None:
        return False
    sent = connection.execute(select(_CARRIERS).where(outbox.Outbox.id == held.outbox_id)).one()
    kind = outbox.Kind(sent.kind)
    delivery = delivery_of(
        outbox.State(sent.state), heard=held.heard_at is not None, reason=sent.reason
    )
    is_unheard = by_itself and delivery in (Delivery.DELIVERED, Delivery.SENT)
    if not (is_unheard or may_be_sent_again(kind, delivery)):
        return False
    if held.heard_at is not None or is_opted_out(connection, sent.line_id):
        return False
    if held.in_vain != held.outbox_id and is_attempt(delivery, kind=kind, reason=sent.reason):
        # Else nobody would see any more how this one ended.
        attempted(connection, held.case_id, vault=vault, actor=SYSTEM, reason=kind, now=now)
    where = {"sender": sent.sender, "line_id": sent.line_id, "now": now}
    if kind is outbox.Kind.CALL:
        again = outbox.add_call(connection, opening=sent.opening, **where)
    elif declines_texts(connection, sent.line_id):
        # She said so after she had chosen a text: she is called.
        case = connection.execute(
            select(Case.id, Case.person_id, Reply.language)
            .join(Reply, Reply.case_id == Case.id)
            .where(Reply.id == reply_id)
        ).one()
        opening = _opening(case.id, reply_id, language=case.language, person=case.person_id)
        again = outbox.add_call(connection, opening=opening, **where)
    else:
        again = outbox.add_text(connection, sealed_body=sent.body, **where)
    connection.execute(
        update(_REPLIES)
        .where(Reply.id == reply_id)
        .values(
            outbox_id=again,
            tries=Reply.tries + 1,
            in_vain=held.outbox_id,
            tried_at=now,
            offered_since=None,
            handed_back_at=None,
        )
    )
    history.note(
        connection,
        held.case_id,
        vault=vault,
        kind=Event.REPLIED_AGAIN,
        actor=actor,
        now=now,
        reason=kind,
        subject=reply_id,
    )
    return True
