"""Calling back whoever rang a number for missed calls, or wrote that she wants to be called."""

from __future__ import annotations

from dialogue.scene import Event
from outreach import operations as outreach
from outreach.values import CallBack
from programmes.queries import Versions, answering, carrier_of, senders_of
from programmes.values import CarrierName
from storage.queues import Work
from storage.services import Services


class CallingBack:
    """Notes wishes to be called; the call itself is the outbox's."""

    def __init__(self, services: Services, versions: Versions, *, needs_opening: bool) -> None:
        self._services = services
        self._versions = versions
        self._needs_opening = needs_opening

    def is_missed_call(self, event: Event) -> bool:
        """Whether this call is to be turned away, because we call back; it is noted that we do.

        False for any other number, and for whoever cannot be called: they are answered.
        """
        if event.theirs is None:
            return False
        with self._services.database.reading() as connection:
            answers = answering(connection, event.ours)
        if answers is None or not answers.missed_call:
            return False
        if self._needs_opening and answers.opened_at is None:
            return False
        return self.call_back(event) in (CallBack.QUEUED, CallBack.PENDING)

    def call_back(self, event: Event) -> CallBack | None:
        """Call whoever rang or wrote, in the calling hours; None where no programme answers, or
        has no number that calls. A number that only texts leaves it to another."""
        with self._services.database.reading() as connection:
            answers = answering(connection, event.ours)
            if answers is None or event.theirs is None:
                return None
            ours: str | None = event.ours
            if carrier_of(connection, event.ours) is CarrierName.KANNEL:
                ours = senders_of(connection, answers.slug).calls
            if ours is None:
                return None
            programme = self._versions.get(connection, answers.version_hash)
        with self._services.database.writing() as connection:
            outcome = outreach.call_back(
                connection,
                vault=self._services.vault,
                number=event.theirs,
                ours=ours,
                calendar=programme.calendar,
                now=self._services.clock(),
            )
        self._services.bell.ring(Work.OUTBOX)
        return outcome
