"""Who answers a survey: one response per person and round, at most four on one line.

A person answers at her place on the line. Somebody unknown on a shared phone answers at a place
of its own, which only her conversation remembers: nobody who comes later meets her response.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from contacts import queries as people
from contacts.values import PEOPLE_PER_LINE
from dialogue.context import Context
from dialogue.effects import OpenResponse
from dialogue.words import Result
from surveys import operations as surveys
from surveys import queries
from surveys.values import Opened, Standing, Status

_PLACES = range(1, PEOPLE_PER_LINE + 1)


def key_of(c: Context) -> str | None:
    """Who answers, for as long as a round lasts; None for somebody unknown without a place yet.

    Where the number is withheld it is this call.
    """
    if c.number is None:
        return f"call:{c.leg}"
    place = c.conversation.facts.get("place")
    if isinstance(place, int):
        return people.newcomer_key(c.services.vault, number=c.number, place=place)
    if c.person is None and c.is_shared:
        return None
    ordinal = c.person.ordinal if c.person is not None else 1
    return people.line_key(c.services.vault, number=c.number, ordinal=ordinal)


def standing(c: Context) -> Standing:
    """Where she stands; `done` too where four on her line have begun already."""
    key = key_of(c)
    found = surveys.standing(
        c.connection,
        vault=c.services.vault,
        programme_slug=c.programme.slug,
        line_key=key or _newcomers(c)[0],
        now=c.now,
    )
    if found.round_id is None or found.status is Status.CLOSED or not c.is_shared:
        return found
    if key is not None and found.status is not Status.NEW:
        return found
    is_full = len(_taken(c, found.round_id)) >= PEOPLE_PER_LINE
    return Standing(Status.DONE if is_full else Status.NEW, found.round_id)


def open_response(effect: OpenResponse, c: Context) -> Result:
    """Begin or go on: `open` with the next question; `place` where one was taken just now."""
    key = key_of(c)
    if key is not None:
        opened = _open(effect, c, key, only_new=False)
        return {"is": opened.status, "question": opened.question}
    taken = _taken(c, effect.round)
    for place, free in zip(_PLACES, _newcomers(c), strict=True):
        if len(taken) >= PEOPLE_PER_LINE or free in taken:
            continue
        opened = _open(effect, c, free, only_new=True)
        if opened.status is not Status.DONE:
            return {"is": opened.status, "question": opened.question, "place": place}
    return {"is": Status.DONE, "question": None}


def _newcomers(c: Context) -> tuple[str, ...]:
    return tuple(
        people.newcomer_key(c.services.vault, number=c.number or "", place=place)
        for place in _PLACES
    )


def _taken(c: Context, round_id: str) -> frozenset[str]:
    """Who of this line has begun, people and others."""
    known = (
        people.line_key(c.services.vault, number=c.number or "", ordinal=place) for place in _PLACES
    )
    keys = (*known, *_newcomers(c))
    return queries.begun(c.connection, round_id, vault=c.services.vault, line_keys=keys)


def _open(effect: OpenResponse, c: Context, line_key: str, *, only_new: bool) -> Opened:
    here = c.now.astimezone(ZoneInfo(c.programme.time_zone))
    return surveys.open_response(
        c.connection,
        vault=c.services.vault,
        round_id=effect.round,
        line_key=line_key,
        language=c.conversation.language,
        channel=c.channel,
        consent_wording=c.wordings.content_hash("survey.consent", c.conversation.language),
        consent_answer=effect.answer,
        today=here.date(),
        now=c.now,
        only_new=only_new,
    )
