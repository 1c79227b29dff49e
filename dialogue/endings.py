"""How a conversation ends: nothing that was said in it is lost, and her language is kept."""

from __future__ import annotations

import datetime as dt
from functools import partial

from sqlalchemy import Connection

from broadcasts import operations as broadcasts
from contacts import operations as contacts
from contacts import queries as people
from contacts.values import is_shared
from dialogue import turns
from dialogue.anonymity import is_anonymous
from dialogue.conversation import Conversation
from dialogue.engaging import note_call, note_texts
from dialogue.perform import draw_code
from dialogue.scripts import SEALED
from duty import operations as duty
from grievances import operations as cases
from programmes.queries import Versions, current
from programmes.routing import Facts
from storage.services import Services

_NOTHING_CHOSEN = (
    *("hello", "who", "welcome", "deliver_answer", "ask_back", "broadcast", "news", "interview"),
    *SEALED,
)
"""Scripts in which she has not said yet that she speaks this language, or after which nothing is
written down for it."""

_NOT_NOW = "later"
"""Also what silence says, to "can you talk now?"."""


class Endings:
    """Ends conversations, whoever tells that they have ended: the caller, the carrier, or time."""

    def __init__(self, services: Services, versions: Versions) -> None:
        self._services = services
        self._versions = versions

    def hang_up(self, leg: str, *, theirs: str | None) -> None:
        """A call has ended: what was said is sent, and her language is kept for the next time."""
        now = self._services.clock()
        with self._services.database.writing() as connection:
            duty.caller_is_gone(connection, leg, now=now)
            last, is_new = turns.call_is_over(connection, leg, now=now)
            if last is None or last.state is None:
                if is_new:
                    self._note(connection, leg, None)
                return
            conversation = Conversation.from_json(last.state)
            if conversation.script == "news":
                broadcasts.note_heard(
                    connection,
                    str(conversation.args["recipient"]),
                    language=conversation.language,
                    now=now,
                )
            if is_anonymous(conversation):
                theirs = None
                turns.cut_loose(connection, conversation.id, call=leg)
            whose = self.keep_what_remains(connection, conversation, theirs=theirs, now=now)
            turns.erase_sealed(connection, conversation.id)
            if is_new:
                self._note(connection, leg, whose)

    def _note(self, connection: Connection, leg: str, person_id: str | None) -> None:
        note_call(
            connection,
            leg,
            services=self._services,
            versions=self._versions,
            person_id=person_id,
        )

    def note_texts(self) -> int:
        """Note what the texts were of lines that have been silent for a day."""
        return note_texts(self._services, self._versions)

    def has_answered(self, leg: str) -> bool:
        """Whether somebody on a call of ours has said that she can talk: no machine does."""
        with self._services.database.reading() as connection:
            first, last = turns.pair(connection, leg, 0)[1], turns.newest(connection, leg)
        if first is None or last is None:
            return False
        if last.script != first.script or last.state is None:
            return True
        journal = Conversation.from_json(last.state).journal
        return any(entry.value != _NOT_NOW for entry in journal)

    def send_unsent(self) -> int:
        """Send what was said and never sent, on calls that ended without a word of it."""
        now = self._services.clock()
        with self._services.database.writing() as connection:
            sent = cases.send_unsent(
                connection,
                vault=self._services.vault,
                queue_of=partial(self._queue_of, connection),
                now=now,
                draw=draw_code,
                older_than=turns.SILENT_AFTER,
            )
        return len(sent)

    def keep_what_remains(
        self,
        connection: Connection,
        conversation: Conversation,
        *,
        theirs: str | None,
        now: dt.datetime,
    ) -> str | None:
        """Send what was said in it and not sent; keep her language, where she has chosen one.

        Whose conversation it was, as far as anything is kept of her.
        """
        cases.send_unsent(
            connection,
            vault=self._services.vault,
            queue_of=partial(self._queue_of, connection),
            now=now,
            draw=draw_code,
            conversation=conversation.id,
        )
        is_known = bool(conversation.facts.get("language_known"))
        person_id = conversation.facts.get("person")
        if theirs is None or not is_known or conversation.script in _NOTHING_CHOSEN:
            return str(person_id) if person_id else None
        spoken, vault = conversation.language, self._services.vault
        there = people.people_on_line(connection, vault=vault, number=theirs)
        person = next((each for each in there if each.id == person_id), None)
        if person is None and not is_shared(there):
            person = contacts.keep_person(
                connection, vault=vault, number=theirs, language=spoken, now=now
            )
        # Of somebody unknown on a shared phone no language is kept: nothing else is either.
        if person is not None and person.language != spoken:
            contacts.remember_language(connection, person.id, language=spoken)
        return person.id if person is not None else None

    def _queue_of(self, connection: Connection, slug: str, facts: Facts) -> str:
        return self._versions.get(connection, current(connection, slug)).queue_for(facts)


def keep_language(connection: Connection, conversation: Conversation) -> None:
    """Who is speaking, of whom something is kept, is greeted in this language from now on."""
    person_id = conversation.facts.get("person")
    if person_id is not None:
        contacts.remember_language(connection, str(person_id), language=conversation.language)
