"""How a conversation is found or begun: whose programme, which line, what was left unfinished."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from contacts import operations as contacts
from contacts import queries as people
from contacts.numbers import can_text
from contacts.values import PEOPLE_PER_LINE, PersonRef, is_shared
from dialogue import turns
from dialogue.conversation import Conversation, Heard
from dialogue.hearing import Wish
from dialogue.scene import Event, NobodyAnswers
from dialogue.scripts import PROTECTED, UNITS
from dialogue.words import Scalar
from grievances.following.queries import texted_to
from library import recording_codes
from locales.telling_apart import written_in
from programmes.queries import Answering, Versions, answering
from programmes.values import Programme
from storage.ids import new_id
from storage.services import Services

Facts = Mapping[str, Scalar]

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
            newer_call = next((each for each in legs if _is_later_of_her(each, texts)), None)
            is_left = newer_call is not None and _may_take_up(newer_call, event, now)
            is_left = is_left or self._is_answered_since(connection, event, texts, now)
            if not is_left and not self._is_anybodys(connection, event, texts, now):
                return self._going_on(connection, texts, event.heard, texts.n + 1)
        return self._begun(connection, event, tags, now, legs=legs)

    def _is_answered_since(
        self, connection: Connection, event: Event, texts: turns.Turned, now: dt.datetime
    ) -> bool:
        """Whether an answer went out to her as a text after what was open here fell silent: what
        she writes now is about that."""
        if texts.at > now - turns.SILENT_AFTER:
            return False
        answers = answering(connection, event.ours)
        there = self._there(connection, event)
        found = _texted_to(connection, answers, there, event, now)
        return found is not None and found[2] >= texts.at

    def _there(self, connection: Connection, event: Event) -> tuple[PersonRef, ...]:
        if not event.theirs:
            return ()
        return people.people_on_line(connection, vault=self._services.vault, number=event.theirs)

    def _is_anybodys(
        self, connection: Connection, event: Event, texts: turns.Turned, now: dt.datetime
    ) -> bool:
        """Whether somebody else may be writing than before: who it is must be asked anew."""
        facts: Any = texts.state["facts"] if texts.state else {}
        is_quiet = texts.at <= now - turns.SILENT_AFTER
        if facts.get("shared"):
            return is_quiet or event.heard.command == Wish.MENU
        if texts.script in PROTECTED and is_quiet:
            # Her case lies open after her PIN.
            return True
        if event.theirs is None or (facts.get("pin_chosen") and not is_quiet):
            return False
        there = people.people_on_line(connection, vault=self._services.vault, number=event.theirs)
        return is_shared(there)

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
        if event.is_ours and event.opening is None:
            # A call of ours that did not begin is not gone on with as if she had called.
            raise ConversationEnded
        answers = self._who_answers(connection, event, now)
        programme = self._versions.get(connection, answers.version_hash)
        if legs is None:
            legs = turns.open_legs(connection, tags, now=now) if tags else []
        there = self._there(connection, event)
        left: Facts = {}
        if not event.opening and is_shared(there):
            each_one = turns.open_conversations(connection, tags, now=now)
            left = _left_by_each(each_one, there, event, now)
        elif not event.opening:
            left = _left_by_her(legs, event, now)
        event = _about_an_answer(connection, event, answers, there, now)
        leg, n = event.leg, 0
        if event.channel == "sms":
            leg = f"text-{tags[0]}"
            newest = turns.newest(connection, leg)
            n = newest.n + 1 if newest else 0
        return Standing(
            conversation=(
                _new_conversation(event, programme, answers, there, left, legs)
                if self._is_open(answers)
                else _at_the_record_door(event, programme)
            ),
            programme=programme,
            leg=leg,
            n=n,
            tag=tags[0] if tags else None,
            heard=event.heard,
            is_new=True,
        )

    def _who_answers(self, connection: Connection, event: Event, now: dt.datetime) -> Answering:
        answers = answering(connection, event.ours)
        if answers is None:
            raise NobodyAnswers(None)
        if not self._is_open(answers):
            # What must be recorded before it opens can be recorded by telephone.
            may_record = event.channel == "voice" and not event.opening
            if not may_record or not recording_codes.is_any_open(connection, answers.slug, now=now):
                raise NobodyAnswers(answers.slug)
        return answers

    def _is_open(self, answers: Answering) -> bool:
        return not self._needs_opening or answers.opened_at is not None


def _texted_to(
    connection: Connection,
    answers: Answering | None,
    there: tuple[PersonRef, ...],
    event: Event,
    now: dt.datetime,
) -> tuple[str, str, dt.datetime] | None:
    """The answer that whoever writes got as a text lately. On a phone that others use nobody is
    known by writing from it, and a word that asks for something else is no answer."""
    is_hers = event.channel == "sms" and not event.opening and event.heard.command is None
    if answers is None or not is_hers or len(there) != 1 or is_shared(there):
        return None
    return texted_to(connection, there[0].id, answers.slug, now=now)


def _about_an_answer(
    connection: Connection,
    event: Event,
    answers: Answering,
    there: tuple[PersonRef, ...],
    now: dt.datetime,
) -> Event:
    """The event, and with it how the conversation begins where it follows an answer."""
    found = _texted_to(connection, answers, there, event, now)
    if found is None:
        return event
    opening = {"script": "text_back", "args": {"case": found[0], "reply": found[1]}}
    return replace(event, opening={**opening, "language": there[0].language})


def _at_the_record_door(event: Event, programme: Programme) -> Conversation:
    """On a line that is not open yet: nothing is looked up or kept of who calls."""
    return Conversation(
        id=new_id(),
        programme=programme.hash,
        language=programme.languages[0],
        facts={
            "channel": event.channel,
            "has_number": False,
            "can_text": False,
            "language_known": False,
            "unfinished": None,
            "person": None,
            "shared": False,
            "not_open": True,
        },
        script="record_door",
    )


def _new_conversation(
    event: Event,
    programme: Programme,
    answers: Answering,
    there: tuple[PersonRef, ...],
    left: Facts,
    legs: list[turns.Turned],
) -> Conversation:
    opening: Any = event.opening or {}
    shared = is_shared(there)
    known: str | None = opening.get("language") or _language_of(there, legs)
    spoken = known if known in programme.languages else None
    says_much = _has_much_to_say(event)
    facts: dict[str, Scalar] = {
        "channel": event.channel,
        # On a full line nobody can be added: whoever is unknown there is like one without number.
        "has_number": event.theirs is not None and not (shared and len(there) >= PEOPLE_PER_LINE),
        "can_text": event.theirs is not None and can_text(event.theirs),
        "language_known": spoken is not None,
        "unfinished": None,
        "person": there[0].id if there and not shared else None,
        "shared": shared,
        "we_called": bool(event.opening) and event.channel == "voice",
        **left,
    }
    offered = _offered(programme, answers, () if shared else there)
    if offered != programme.languages:
        facts["languages"] = " ".join(offered)
    if called := opening.get("person"):
        facts["called"] = called
    # What she writes in is taken for hers here, and is no choice: she is asked for that afterwards.
    written = written_in(event.heard.text or "", programme.languages) if says_much else None
    return Conversation(
        id=new_id(),
        programme=programme.hash,
        language=spoken or written or offered[0],
        facts=facts,
        script=opening.get("script") or ("speak" if says_much else "hello"),
        args=dict(opening.get("args", {})),
    )


def _offered(
    programme: Programme, answers: Answering, there: tuple[PersonRef, ...]
) -> tuple[str, ...]:
    """In which order languages are offered: as where she lives, else as the number called says."""
    district = programme.district(there[0].district) if there else None
    return programme.offered(*(district.languages if district else ()), *answers.languages)


def _language_of(there: tuple[PersonRef, ...], legs: list[turns.Turned]) -> str | None:
    """Her language; on a shared line the newest that anybody chose."""
    # The end of her last call may not have been told; what she chose on it was.
    chosen = [language for each in legs if (language := _chosen_language(each))]
    kept = [each.language for each in reversed(there) if each.language]
    known = [*chosen, *kept] if is_shared(there) else [*kept, *chosen]
    return known[0] if known else None


def _chosen_language(leg: turns.Turned) -> str | None:
    state: Any = leg.state or {}
    language: str | None = state.get("language")
    return language if state.get("facts", {}).get("language_known") else None


def _has_much_to_say(event: Event) -> bool:
    """Whether a first text already says what is on her mind: it is kept, not answered by a menu."""
    text = (event.heard.text or "").strip()
    return event.heard.command is None and len(text) >= _MUCH and len(text.split()) >= _WORDS


def _left_by_her(legs: list[turns.Turned], event: Event, now: dt.datetime) -> Facts:
    """What the line was in the middle of, if it may be taken up now: the newest, or nothing."""
    left = next((each for each in legs if _may_take_up(each, event, now)), None)
    return {"unfinished": left.conversation if left else None}


def _left_by_each(
    conversations: list[turns.Turned],
    there: tuple[PersonRef, ...],
    event: Event,
    now: dt.datetime,
) -> Facts:
    """What each of several people was in the middle of; what somebody unknown left is nobody's."""
    left: dict[str, Scalar] = {}
    for each in conversations:
        person = _person_in(each)
        if any(one.id == person for one in there) and _may_take_up(each, event, now):
            left.setdefault(f"left:{person}", each.conversation)
    return left


def _person_in(turned: turns.Turned) -> str | None:
    state: Any = turned.state or {}
    person: str | None = state.get("facts", {}).get("person")
    return person


def _is_later_of_her(leg: turns.Turned, texts: turns.Turned) -> bool:
    """Whether this came after her texts, by herself: on a shared line as far as that is known."""
    facts: Any = texts.state["facts"] if texts.state else {}
    person = _person_in(texts)
    is_hers = not facts.get("shared") or (person is not None and person == _person_in(leg))
    return is_hers and leg.at > texts.at


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
