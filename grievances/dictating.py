"""Answers spoken on a work phone: the call is asked for on the page of a case, a take is made
telephone sound by a worker, and what she keeps is a draft on that page until it is sent.

Writes flush, the caller commits; only the worker's two take their own transactions.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, delete, or_, select, update

from duty import calling
from duty.queries import is_dictating
from duty.values import DICTATE, CallAsked, CallOut
from grievances import history
from grievances.calling import Hindrance
from grievances.errors import NotToBeCalled
from grievances.lifecycle import Actor
from grievances.models import DictatedTake, Reply
from grievances.replies import send_reply
from grievances.takes import keep_take
from grievances.values import SentReply
from programmes.queries import Senders
from staff import operations as trail
from storage import recordings
from storage.ids import new_id
from storage.media import MissingMedia
from storage.recordings import Copy, Recording
from storage.services import Services
from storage.sound import SoundError
from storage.upsert import insert_into
from storage.vault import Vault

log = logging.getLogger(__name__)

UNKEPT_FOR = dt.timedelta(days=1)
"""How long a take that nobody kept stays, and one that was sent: that is the answer's now."""

KEPT_FOR = dt.timedelta(days=7)
"""How long a draft waits to be sent."""

_TAKES: Any = DictatedTake.__table__
_BATCH = 20


class TakeState(StrEnum):
    """Where a take stands."""

    WAITING = "waiting"
    GOOD = "good"
    BAD = "bad"
    WANTED = "wanted"
    """Kept before it could be heard."""
    KEPT = "kept"
    """A draft on the page of the case."""
    SENT = "sent"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Take:
    """A take as it stands."""

    id: str
    state: TakeState
    media: str | None


@dataclass(frozen=True, slots=True)
class Dictation:
    """What the page of a case shows an account of the answers that it speaks by telephone."""

    is_calling: bool
    """Its work phone rings, or is spoken into."""
    draft: Take | None
    """The newest take that was kept; without `media` until it is telephone sound."""

    @property
    def is_moving(self) -> bool:
        return self.is_calling or (self.draft is not None and self.draft.media is None)

    @property
    def standing(self) -> str:
        """Another text whenever something has changed."""
        draft = f"{self.draft.id}:{self.draft.state}" if self.draft else ""
        return f"{'dictates' if self.is_calling else ''} {draft}"


def ask(
    connection: Connection,
    case_id: str,
    *,
    actor: Actor,
    programme: str,
    sender: str | None,
    now: dt.datetime,
) -> CallAsked:
    """Ring the work phone of this account of the staff, to record an answer to a case.

    UnknownCase, NotToBeCalled where no number of ours calls, and what `duty.calling.ask` refuses.
    """
    held = history.hold(connection, case_id)
    if sender is None:
        raise NotToBeCalled(Hindrance.NO_NUMBER)
    asked = calling.ask(
        connection,
        account_id=actor.name,
        case_id=case_id,
        programme=programme,
        language=held.language,
        sender=sender,
        purpose=DICTATE,
        now=now,
    )
    if asked.is_new:
        _trail(connection, actor.name, case_id, "answer_by_phone_asked", now)
    return asked


def begin(
    connection: Connection,
    bridge_id: str,
    *,
    recording_id: str,
    seconds: int | None,
    now: dt.datetime,
) -> str | None:
    """Note a take whose recording is at the carrier; its id, the same for the same recording. Also
    where the call is over: so it is fetched, deleted there, and forgotten here. None where the call
    was none on which answers are recorded."""
    asked = calling.dictated_for(connection, bridge_id)
    if asked is None:
        return None
    recordings.announce(connection, recording_id, now=now, ready=False, seconds=seconds)
    connection.execute(
        insert_into(connection, _TAKES)
        .values(
            id=new_id(),
            bridge_id=bridge_id,
            case_id=asked.case_id,
            account_id=asked.account_id,
            recording_id=recording_id,
            state=TakeState.WAITING,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["recording_id"])
    )
    found = select(DictatedTake.id).where(DictatedTake.recording_id == recording_id)
    return connection.execute(found).scalar_one()


def take_of_call(connection: Connection, take_id: str, *, bridge_id: str) -> Take | None:
    """A take that was spoken on this call; None where there is no such."""
    row = connection.execute(
        select(DictatedTake.id, DictatedTake.state, DictatedTake.media).where(
            DictatedTake.id == take_id, DictatedTake.bridge_id == bridge_id
        )
    ).first()
    return Take(row.id, TakeState(row.state), row.media) if row else None


def keep(connection: Connection, take_id: str, *, call: CallOut, now: dt.datetime) -> bool:
    """Make it the draft on the page of the case; False where it cannot be had. One that cannot be
    heard yet becomes the draft as soon as it can. Again changes nothing."""
    for before, after in (
        # The worker may have prepared it meanwhile: looked at in the order in which it changes.
        (TakeState.WAITING, TakeState.WANTED),
        (TakeState.GOOD, TakeState.KEPT),
    ):
        if _change(connection, take_id, before, after):
            _trail(connection, call.account_id, call.case_id, "answer_by_phone_kept", now)
            return True
    state = connection.execute(
        select(DictatedTake.state).where(DictatedTake.id == take_id)
    ).scalar_one_or_none()
    return state in (TakeState.WANTED, TakeState.KEPT, TakeState.SENT)


def send(
    connection: Connection,
    take_id: str,
    *,
    call: CallOut,
    vault: Vault,
    numbers: Senders,
    notice: Callable[[str, str], str],
    now: dt.datetime,
) -> SentReply | None:
    """Send a take that was heard as the answer to its case, the way that the person chose; None
    where it was sent, or is none that can be.

    AnsweredMeanwhile where somebody has answered since she asked for the call.
    """
    seen = connection.execute(
        select(Reply.id)
        .where(Reply.case_id == call.case_id, Reply.sent_at <= call.rung_at)
        .order_by(Reply.sent_at.desc(), Reply.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    if not any(
        _change(connection, take_id, before, TakeState.SENT)
        for before in (TakeState.GOOD, TakeState.KEPT)
    ):
        return None
    media = connection.execute(
        select(DictatedTake.media).where(DictatedTake.id == take_id)
    ).scalar_one()
    sent = send_reply(
        connection,
        vault=vault,
        case_id=call.case_id,
        author_id=call.account_id,
        text=None,
        media=media,
        after=seen,
        programme_number=numbers.calls or numbers.texts,
        writes_from=numbers.texts,
        notice=notice,
        now=now,
    )
    _trail(connection, call.account_id, call.case_id, "reply_sent", now)
    return sent


def dictation_of(connection: Connection, case_id: str, *, account_id: str) -> Dictation:
    """What this account has spoken by telephone for this case, and not sent or dropped."""
    row = connection.execute(
        select(DictatedTake.id, DictatedTake.state, DictatedTake.media)
        .where(
            DictatedTake.case_id == case_id,
            DictatedTake.account_id == account_id,
            DictatedTake.state.in_((TakeState.WANTED, TakeState.KEPT)),
        )
        .order_by(DictatedTake.created_at.desc(), DictatedTake.id.desc())
        .limit(1)
    ).first()
    return Dictation(
        is_calling=is_dictating(connection, case_id, account_id=account_id),
        draft=Take(row.id, TakeState(row.state), row.media) if row else None,
    )


def settle_drafts(connection: Connection, case_id: str, *, account_id: str, to: TakeState) -> None:
    """The drafts of this account for this case were sent, or it does not want them any more."""
    connection.execute(
        update(_TAKES)
        .where(
            _TAKES.c.case_id == case_id,
            _TAKES.c.account_id == account_id,
            _TAKES.c.state.in_((TakeState.WANTED, TakeState.KEPT)),
        )
        .values(state=to)
    )


# What a worker does ------------------------------------------------------------------------------


def prepare_takes(services: Services) -> int:
    """Make telephone sound of every take whose recording was fetched, or cannot be; how many."""
    prepared = 0
    while True:
        with services.database.reading() as connection:
            rows = connection.execute(
                select(DictatedTake.id, Recording.media)
                .join(Recording, Recording.id == DictatedTake.recording_id)
                .where(
                    DictatedTake.state.in_((TakeState.WAITING, TakeState.WANTED)),
                    Recording.copy != Copy.WAITING,
                )
                .order_by(DictatedTake.created_at)
                .limit(_BATCH)
            ).all()
        for row in rows:
            media = _prepared(services, row.media)
            became = (
                ((TakeState.WAITING, TakeState.GOOD), (TakeState.WANTED, TakeState.KEPT))
                if media is not None
                else ((TakeState.WAITING, TakeState.BAD), (TakeState.WANTED, TakeState.BAD))
            )
            with services.database.writing() as connection:
                for before, after in became:
                    _change(connection, row.id, before, after, media=media)
        prepared += len(rows)
        if len(rows) < _BATCH:
            return prepared


def forget_takes(services: Services) -> int:
    """Delete what is not a draft a day after it was spoken, and drafts after a week; how many."""
    now = services.clock()
    with services.database.reading() as connection:
        rows = connection.execute(
            select(DictatedTake.id, DictatedTake.recording_id, DictatedTake.media)
            .join(Recording, Recording.id == DictatedTake.recording_id, isouter=True)
            .where(
                or_(
                    DictatedTake.created_at <= now - KEPT_FOR,
                    and_(
                        DictatedTake.created_at <= now - UNKEPT_FOR,
                        DictatedTake.state.not_in((TakeState.WANTED, TakeState.KEPT)),
                    ),
                ),
                # While the carrier holds it, it is not forgotten that it does.
                or_(Recording.id.is_(None), Recording.due_at.is_(None)),
            )
            .limit(500)
        ).all()
    for row in rows:
        with services.database.writing() as connection:
            _, fetched = recordings.copy_of(connection, row.recording_id)
            connection.execute(delete(_TAKES).where(_TAKES.c.id == row.id))
            recordings.forget(connection, row.recording_id)
            unused = [
                each for each in {fetched, row.media} if each and not _is_used(connection, each)
            ]
        for each in unused:
            services.media.delete(each)
    return len(rows)


def _prepared(services: Services, fetched: str | None) -> str | None:
    if fetched is None:
        return None
    try:
        return keep_take(services.media, services.media.get(fetched))
    except SoundError:
        return None
    except MissingMedia:
        log.error("dictated_take_without_media")
        return None


def _change(
    connection: Connection,
    take_id: str,
    before: TakeState,
    after: TakeState,
    **values: Any,
) -> bool:
    changed = connection.execute(
        update(_TAKES)
        .where(_TAKES.c.id == take_id, _TAKES.c.state == before)
        .values(state=after, **values)
        .returning(_TAKES.c.id)
    )
    return changed.first() is not None


def _is_used(connection: Connection, media: str) -> bool:
    """Whether an answer, another take or another recording is the same file."""
    return any(
        connection.execute(select(each).where(each == media).limit(1)).first() is not None
        for each in (Reply.media, DictatedTake.media, Recording.media)
    )


def _trail(
    connection: Connection, account_id: str, case_id: str, action: str, now: dt.datetime
) -> None:
    trail.note(connection, account_id=account_id, action=action, subject=f"case:{case_id}", now=now)
