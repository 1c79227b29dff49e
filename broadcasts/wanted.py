"""How a recipient is to be reached as things are now, whatever was planned.

The same rules as `audience` counts by, for one row at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, select

from broadcasts.models import Broadcast, Recipient
from broadcasts.values import Way
from contacts.models import Line, Person
from outreach.models import NewsWish
from outreach.values import Channel


@dataclass(frozen=True, slots=True)
class Wanted:
    """In which language, on which channel (empty: none is left) and in which part of the day."""

    language: str
    channel: str
    slot: str | None
    refused: bool
    """She wants nothing of it."""
    is_bad: bool
    """Nothing reaches this line."""


_COLUMNS = (
    Person.language.label("spoken"),
    Line.opted_out_at,
    Line.bad_since,
    Line.no_texts_since,
    Line.texts_declined_at,
    NewsWish.agreed,
    NewsWish.channel.label("wished"),
    NewsWish.slot,
)


def recipients(*columns: Any) -> Select[Any]:
    """A SELECT of recipients with their broadcast, and with what `wanted` looks at."""
    return (
        select(*columns, *_COLUMNS)
        .select_from(Recipient)
        .join(Broadcast, Broadcast.id == Recipient.broadcast_id)
        .join(Person, Person.id == Recipient.person_id)
        .join(Line, Line.id == Recipient.line_id)
        .outerjoin(
            NewsWish,
            and_(
                NewsWish.person_id == Recipient.person_id,
                NewsWish.programme == Broadcast.programme,
            ),
        )
    )


def wanted(row: Any, way: Way, languages: Sequence[str]) -> Wanted:
    """What a row of `recipients` says."""
    takes_texts = row.no_texts_since is None and row.texts_declined_at is None
    if way is Way.VOICE:
        channel = Channel.VOICE.value
    elif way is Way.SMS:
        channel = Channel.SMS.value if takes_texts else ""
    else:
        by_text = row.wished == Channel.SMS and takes_texts
        channel = (Channel.SMS if by_text else Channel.VOICE).value
    return Wanted(
        language=row.spoken if row.spoken in languages else languages[0],
        channel=channel,
        slot=row.slot,
        refused=row.opted_out_at is not None or row.agreed is False,
        is_bad=row.bad_since is not None or not channel,
    )
