"""What a draft would do if it were started now: to how many, at what cost, for how long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from broadcasts.audience import Count, counts
from broadcasts.content import Voices, contents
from broadcasts.errors import NothingToSay, TooLongForText
from broadcasts.values import AT_THE_DOOR, BroadcastRef, Contents, Prices, Way
from outreach.values import Channel
from programmes.queries import senders_of
from programmes.values import Programme
from storage.outbox import Kind


@dataclass(frozen=True, slots=True)
class Means:
    """What the pages of broadcasts work with; made once by `app`."""

    voices: Voices
    prices: Prices
    rates: Mapping[Kind, float]
    """How many texts and calls a second go out."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft, looked at from all sides."""

    counts: list[Count]
    contents: Contents
    missing: tuple[str, ...]
    """Languages that have no approved words, not even in one that they fall back to."""
    too_long: bool
    sender: str | None
    cost: int | None
    """At the most once per line; None where a price is not set."""
    lasts: dt.timedelta
    """Of calling hours, for one attempt each."""

    @property
    def people(self) -> int:
        return sum(each.people for each in self.counts)

    @property
    def lines(self) -> int:
        return sum(each.lines for each in self.counts)

    @property
    def can_start(self) -> bool:
        return bool(self.sender and self.contents and self.lines)


def preview(
    connection: Connection,
    here: BroadcastRef,
    programme: Programme,
    *,
    means: Means,
    now: dt.datetime,
) -> Preview:
    """Look at a draft as it would go out now."""
    sender = senders_of(connection, programme.slug).of(texts_alone=here.way is Way.SMS)
    found: Contents = {}
    missing: tuple[str, ...] = ()
    too_long = False
    try:
        found = contents(
            programme,
            here.prompt,
            here.way,
            voices=means.voices,
            prices=means.prices,
            ours=sender or "",
        )
    except NothingToSay as error:
        missing = error.args
    except TooLongForText:
        too_long = True
    counted = counts(
        connection,
        here.audience,
        programme=programme.slug,
        way=here.way,
        languages=programme.languages,
        before=now,
    )
    return Preview(
        counts=counted,
        contents=found,
        missing=missing,
        too_long=too_long,
        sender=sender,
        cost=_cost(counted, found),
        lasts=_lasts(counted, means.rates),
    )


def _cost(counted: list[Count], found: Contents) -> int | None:
    total = 0
    for each in counted:
        spoken = found.get(each.language)
        cost = spoken.cost(each.channel) if spoken else None
        if cost is None:
            return None
        total += cost * each.lines
    return total if found else None


def _lasts(counted: list[Count], rates: Mapping[Kind, float]) -> dt.timedelta:
    calls = sum(each.lines for each in counted if each.channel is Channel.VOICE)
    texts = sum(each.lines for each in counted if each.channel is Channel.SMS)
    seconds = max(calls / rates[Kind.CALL], texts / rates[Kind.TEXT])
    return dt.timedelta(seconds=round(seconds + (AT_THE_DOOR if calls else 0)))
