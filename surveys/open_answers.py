"""Open answers from the moment they are given until they are coded. Nothing here commits.

What was written is sealed; what was said is a file of the vault. Both are deleted when two people
have agreed on its codes, and only the codes leave. While a sound is on its way its carrier's id is
kept, for a minute or two; then the row of the recording goes too, as it knows when it was made.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from storage import recordings
from storage.ids import new_id
from storage.recordings import Copy, Recording
from storage.vault import Vault
from surveys.models import Coding, OpenAnswer, Response, Snapshot
from surveys.values import Words

log = logging.getLogger(__name__)

PURPOSE = "survey.open_answer"
"""The vault's, for what was written."""

_TABLE: Any = OpenAnswer.__table__
_CODINGS: Any = Coding.__table__
_RECORDINGS: Any = Recording.__table__


@dataclass(frozen=True, slots=True)
class Unneeded:
    """An answer whose sound is to be deleted: nobody's any more, or coded."""

    id: str
    media: str | None


def keep(
    connection: Connection,
    *,
    vault: Vault,
    response_id: str,
    question: str,
    language: str,
    words: Words | None,
    now: dt.datetime,
) -> None:
    """Keep what she said or wrote, in place of what she said before; without words forget it."""
    forget(connection, response_id=response_id, questions=[question])
    if words is None:
        return
    if words.recording is not None:
        recordings.announce(
            connection, words.recording, now=now, ready=False, seconds=words.seconds
        )
    connection.execute(
        insert(_TABLE).values(
            id=new_id(),
            response_id=response_id,
            question=question,
            language=language,
            sealed=vault.seal(PURPOSE, words.text.encode()) if words.text is not None else None,
            recording_id=words.recording,
        )
    )


def forget(connection: Connection, *, response_id: str, questions: Collection[str]) -> None:
    """Nobody's is what was said to these questions of one response; the sweep deletes it."""
    connection.execute(
        update(_TABLE)
        .where(OpenAnswer.response_id == response_id, OpenAnswer.question.in_(sorted(questions)))
        .values(response_id=None, sealed=None)
    )


def forget_round(connection: Connection, round_id: str) -> None:
    """As `forget`, of every response of a round."""
    theirs = select(Response.id).where(Response.round_id == round_id)
    connection.execute(
        update(_TABLE)
        .where(OpenAnswer.response_id.in_(theirs))
        .values(response_id=None, sealed=None)
    )


def forget_response(connection: Connection, response_id: str) -> None:
    """As `forget`, of one whole response."""
    connection.execute(
        update(_TABLE)
        .where(OpenAnswer.response_id == response_id)
        .values(response_id=None, sealed=None)
    )


def words_of(connection: Connection, answer_id: str, *, vault: Vault) -> str | None:
    """What was written; None where it was said, or is coded already."""
    sealed = connection.execute(
        select(OpenAnswer.sealed).where(OpenAnswer.id == answer_id)
    ).scalar_one_or_none()
    return vault.open(PURPOSE, sealed).decode() if sealed is not None else None


def code(
    connection: Connection,
    *,
    answer_id: str,
    codes: Sequence[str],
    today: dt.date,
    settled: str | None = None,
    settled_by: str | None = None,
) -> bool:
    """Keep the codes and forget the words; the sweep deletes the sound. False if coded already.

    `settled` and `settled_by` say how, and by which third person.
    """
    coded = connection.execute(
        update(_TABLE)
        .where(
            OpenAnswer.id == answer_id,
            OpenAnswer.coded_at.is_(None),
            OpenAnswer.response_id.is_not(None),
        )
        .values(
            codes=list(codes),
            coded_at=today,
            sealed=None,
            settled=settled,
            settled_by=settled_by,
        )
        .returning(OpenAnswer.id)
    )
    if coded.first() is None:
        return False
    log.info("open_answer_words_deleted", extra={"answer": answer_id})
    return True


def take_in_sounds(connection: Connection, *, limit: int) -> int:
    """Take sounds that are ours over from their recordings, and forget those; return how many.

    A recording whose original the carrier still holds waits until that is deleted.
    """
    ready = connection.execute(
        select(OpenAnswer.id, Recording.id.label("recording"), Recording.media)
        .join(Recording, Recording.id == OpenAnswer.recording_id)
        .where(
            Recording.due_at.is_(None),
            (Recording.copy == Copy.ABSENT) | Recording.kept_at_carrier.is_(False),
        )
        .limit(limit)
    ).all()
    for row in ready:
        connection.execute(
            update(_TABLE).where(OpenAnswer.id == row.id).values(media=row.media, recording_id=None)
        )
        connection.execute(delete(_RECORDINGS).where(Recording.id == row.recording))
    return len(ready)


def give_up(connection: Connection) -> int:
    """Forget what nobody has coded in rounds whose last results are made; return how much."""
    final = select(Snapshot.round_id).where(Snapshot.is_final)
    over = select(Response.id).where(Response.round_id.in_(final))
    given_up = connection.execute(
        update(_TABLE)
        .where(OpenAnswer.coded_at.is_(None), OpenAnswer.response_id.in_(over))
        .values(response_id=None, sealed=None)
        .returning(OpenAnswer.id)
    )
    return len(given_up.all())


def unneeded(connection: Connection, *, limit: int) -> list[Unneeded]:
    """Answers whose sound, if any, is ours and no longer needed."""
    rows = connection.execute(
        select(OpenAnswer.id, OpenAnswer.media)
        .where(
            OpenAnswer.recording_id.is_(None),
            OpenAnswer.response_id.is_(None)
            | (OpenAnswer.coded_at.is_not(None) & OpenAnswer.media.is_not(None)),
        )
        .limit(limit)
    )
    return [Unneeded(*row) for row in rows]


def sounds_deleted(connection: Connection, answers: Sequence[str]) -> None:
    """The sounds of these are deleted: nobody's answers go, the codes of the others stay."""
    nobodys = select(OpenAnswer.id).where(
        OpenAnswer.id.in_(answers), OpenAnswer.response_id.is_(None)
    )
    connection.execute(delete(_CODINGS).where(Coding.answer_id.in_(nobodys)))
    connection.execute(
        delete(_TABLE).where(OpenAnswer.id.in_(answers), OpenAnswer.response_id.is_(None))
    )
    connection.execute(update(_TABLE).where(OpenAnswer.id.in_(answers)).values(media=None))
