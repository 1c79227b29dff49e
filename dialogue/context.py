"""What effects are done with: one connection, and who is speaking to which programme."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import Connection

from contacts import operations as contacts
from contacts import queries as people
from contacts.values import PersonRef, is_shared
from dialogue.conversation import Conversation
from library.prompts import Prompts
from programmes.values import Programme
from programmes.wordings import Wordings
from storage.services import Services


@dataclass(slots=True)
class Context:
    """One turn's. `number` is None where the caller is withheld."""

    connection: Connection
    services: Services
    programme: Programme
    wordings: Wordings
    conversation: Conversation
    number: str | None
    leg: str
    channel: str
    now: dt.datetime
    prompts: Prompts
    """The sounds that callers hear."""
    kept: PersonRef | None = None
    """Who is kept since this turn."""
    _read: dict[str, PersonRef] = field(default_factory=dict)

    @property
    def is_shared(self) -> bool:
        """Whether others use this phone: nobody is known on it but by her PIN."""
        return bool(self.conversation.facts.get("shared"))

    @property
    def person_id(self) -> str | None:
        """Who is speaking, as far as anything is kept of her."""
        known = self.conversation.facts.get("person")
        return self.kept.id if self.kept else str(known) if known else None

    @property
    def person(self) -> PersonRef | None:
        """Who is speaking, with her language and whether she has a PIN."""
        return self.person_of(self.person_id)

    def person_of(self, person_id: str | None) -> PersonRef | None:
        """Somebody as she was when first asked for in this turn."""
        if person_id is None:
            return None
        if person_id not in self._read:
            self._read[person_id] = people.person(self.connection, person_id)
        return self._read[person_id]

    def keep_person(self) -> PersonRef | None:
        """Who is speaking, kept from now on; on a shared phone never one who is there already.

        None for a withheld number, and where the line has no room.
        """
        if self.person is not None or self.number is None:
            return self.person
        vault = self.services.vault
        there = people.people_on_line(self.connection, vault=vault, number=self.number)
        # It may be shared since this conversation began: then she is none of those who are there.
        keep = contacts.add_person if self.is_shared or is_shared(there) else contacts.keep_person
        self.kept = keep(
            self.connection,
            vault=vault,
            number=self.number,
            language=self.chosen_language,
            now=self.now,
        )
        if self.kept is not None:
            self._read[self.kept.id] = self.kept
        return self.kept

    @property
    def chosen_language(self) -> str | None:
        """The language that she chose; None while she is only spoken to in the first of them."""
        facts = self.conversation.facts
        return self.conversation.language if facts["language_known"] else None
