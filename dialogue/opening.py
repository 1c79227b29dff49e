"""How a conversation is found or begun: whose programme, which line, what was left unfinished."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from contacts import operations as contacts
from contacts import queries as people
from contacts.numbers import can_text
from contacts.values import PersonRef
from dialogue import turns
from dialogue.conversation import Conversation, Heard
from dialogue.scene import Event, NobodyAnswers
from dialogue.scripts import PROTECTED, UNITS
from dialogue.words import Scalar
from programmes.queries import Answering, Versions, answering
from programmes.values import Programme
from storage.ids import new_id
from storage.services import Services

_MUCH, _WORDS = 20, 4
"""Characters and words from which a first text is more than a greeting."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a conversation stands when an event comes, and the turn that the event makes."""

    conversation: Conversation
    programme: Programme
    leg: str
    n: int
    tag: str | None
    heard: Heard
    is_new: bool = False
    is_astray: bool = False
    """The event answers no question of ours: the open one is put again."""


class ConversationEnded(Exception):
    """The event came after the end, or what it belonged to went on elsewhere."""


class LineTags:
    """Tags by which a line's conversations are found, today's first; the keys are kept a day."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._keys: dict[dt.date, bytes] = {}

    def of(self, event: Event, today: dt.date) -> tuple[str, ...]:
        """The line's tags of today and yesterday; none for a withheld number."""
        if event.theirs is None:
            return ()
        days = (today, today - dt.timedelta(days=1))
        keys = self._keys
        if any(day not in keys for day in days):
            with self._services.database.writing() as connection:
                keys = {
                    day: contacts.day_key(connection, vault=self._services.vault, day=day)
                    for day in days
                }
            self._keys = keys
        return tuple(
            contacts.line_tag(keys[day], ours=event.ours, theirs=event.theirs) for day in days
        )


class Finder:
    """Finds where a conversation stands, or begins one."""

    def __init__(self, services: Services, versions: Versions, *, needs_opening: bool) -> None:
        self._services = services
        self._versions = versions
        self._needs_opening = needs_opening

    def of_call(
        self, connection: Connection, event: Event, tags: tuple[str, ...], now: dt.datetime
    ) -> Standing | str:
        """Where a call stands; or the answer, if this very event was answered before."""
        before, same = turns.pair(connection, event.leg, event.n)
        if same is not None and same.answer is not None:
            return same.answer
        if event.n == 0 and same is None:
            return self._begun(connection, event, tags, now)
        if same is None and before is not None and before.state is not None:
            if before.is_closed:
                raise ConversationEnded
            return self._going_on(connection, before, event.heard, event.n)
        newest = turns.newest(connection, event.leg)
        if newest is None:
            return self._begun(connection, event, tags, now)
        if newest.is_closed or newest.state is None:
            raise ConversationEnded
        return self._going_on(connection, newest, event.heard, newest.n + 1, is_astray=True)

    def of_text(
        self, connection: Connection, event: Event, tags: tuple[str, ...], now: dt.datetime
    ) -> Standing | str:
        """Where the texts of a line stand; or the answer, if this message was answered before."""
        if event.message and (same := turns.of_event(connection, event.message)):
            return same.answer or ""
        legs = turns.open_legs(connection, tags, now=now)
        texts = next((each for each in legs if each.channel == "sms"), None)
        if texts is not None and texts.state is not None:
            newer_call = next((each for each in legs if each.at > texts.at), None)
            is_left = newer_call is not None and _may_take_up(newer_call, event, now)
            # Her case lies open after her PIN: whoever writes from this phone later is asked anew.
            is_stale = texts.script in PROTECTED and texts.at <= now - turns.SILENT_AFTER
            if not is_left and not is_stale:
                return self._going_on(connection, texts, event.heard, texts.n + 1)
        return self._begun(connection, event, tags, now, legs=legs)

    def _going_on(
        self,
        connection: Connection,
        before: turns.Turned,
        heard: Heard,
        n: int,
        *,
        is_astray: bool = False,
    ) -> Standing:
        conversation = Conversation.from_json(before.state or {})
        return Standing(
            conversation=conversation,
            programme=self._versions.get(connection, conversation.programme),
            leg=before.leg,
            n=n,
            tag=before.tag,
            heard=heard,
            is_astray=is_astray,
        )

    def _begun(
        self,
        connection: Connection,
        event: Event,
        tags: tuple[str, ...],
        now: dt.datetime,
        *,
        legs: list[turns.Turned] | None = None,
    ) -> Standing:
        answers = self._who_answers(connection, event.ours)
        programme = self._versions.get(connection, answers.version_hash)
        if legs is None:
            legs = turns.open_legs(connection, tags, now=now) if tags else []
        person = (
            people.find_person(connection, vault=self._services.vault, number=event.theirs)
            if event.theirs
            else None
        )
        opening = event.opening or {}
        left = None if opening else _left_unfinished(legs, event, now)
        leg, n = event.leg, 0
        if event.channel == "sms":
            leg = f"text-{tags[0]}"
            newest = turns.newest(connection, leg)
            n = newest.n + 1 if newest else 0
        return Standing(
            conversation=_new_conversation(event, programme, person, left, legs),
            programme=programme,
            leg=leg,
            n=n,
            tag=tags[0] if tags else None,
            heard=event.heard,
            is_new=True,
        )

    def _who_answers(self, connection: Connection, ours: str) -> Answering:
        answers = answering(connection, ours)
        if answers is None:
            raise NobodyAnswers(None)
        if self._needs_opening and answers.opened_at is None:
            raise NobodyAnswers(answers.slug)
        return answers


def _new_conversation(
    event: Event,
    programme: Programme,
    person: PersonRef | None,
    left: turns.Turned | None,
    legs: list[turns.Turned],
) -> Conversation:
    opening: Any = event.opening or {}
    known: str | None = opening.get("language") or (person.language if person else None)
    if known is None:
        # The end of her last call may not have been told; what she chose on it was.
        known = next(filter(None, map(_chosen_language, legs)), None)
    spoken = known if known in programme.languages else None
    facts: dict[str, Scalar] = {
        "channel": event.channel,
        "has_number": event.theirs is not None,
        "can_text": event.theirs is not None and can_text(event.theirs),
        "language_known": spoken is not None,
        "unfinished": left.conversation if left else None,
        "person": person.id if person else None,
    }
    return Conversation(
        id=new_id(),
        programme=programme.hash,
        language=spoken or programme.languages[0],
        facts=facts,
        script=opening.get("script") or ("speak" if _has_much_to_say(event) else "hello"),
        args=dict(opening.get("args", {})),
    )


def _chosen_language(leg: turns.Turned) -> str | None:
    state: Any = leg.state or {}
    language: str | None = state.get("language")
    return language if state.get("facts", {}).get("language_known") else None


def _has_much_to_say(event: Event) -> bool:
    """Whether a first text already says what is on her mind: it is kept, not answered by a menu."""
    text = (event.heard.text or "").strip()
    return event.heard.command is None and len(text) >= _MUCH and len(text.split()) >= _WORDS


def _left_unfinished(
    legs: list[turns.Turned], event: Event, now: dt.datetime
) -> turns.Turned | None:
    """What the line was in the middle of, if it may be taken up now: the newest, or nothing."""
    return next((each for each in legs if _may_take_up(each, event, now)), None)


def _may_take_up(left: turns.Turned, event: Event, now: dt.datetime) -> bool:
    """Whether something is worth going on with, and is not still going on over the phone."""
    if left.state is None or left.leg == event.leg:
        return False
    unit = UNITS.get(left.script)
    begun = bool(left.state.get("journal")) or (unit is not None and unit.always)
    if unit is None or not unit.resumable or not begun:
        return False
    if left.channel == "voice" and event.channel == "sms":
        # A text during a live call opens a conversation of its own.
        return left.is_over or left.at <= now - turns.SILENT_AFTER
    return True
