"""Sending what is due. Claim, send, note: three steps, with no transaction open while sending.

An attempt that ended without an answer is looked up at the carrier before it is made again, and
stays unknown while the carrier cannot be asked.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from contacts import queries as people
from storage import outbox
from storage.outbox import Kind, Outgoing, State
from storage.services import Services
from telephony.gateway import Gateway, GatewayError, Refused, Uncertain
from telephony.values import CALL_STATES, MESSAGE_STATES, Policy, Sighting

log = logging.getLogger(__name__)

LEASE = dt.timedelta(seconds=60)
"""How long an attempt is one worker's: more than every time-out of a request together."""

MOST_ATTEMPTS = 6
_FIRST_WAIT = 15.0
_LONGEST_WAIT = 3600.0


class Claim(Protocol):
    """How rows are taken from the outbox: `outbox.claim` or `outbox.claim_uncertain`."""

    def __call__(
        self, connection: Connection, *, now: dt.datetime, lease: dt.timedelta, limit: int
    ) -> list[Outgoing]: ...


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Sends the outbox through a gateway; `public_url` is where the carrier reaches us."""

    services: Services
    gateway: Gateway
    public_url: str
    lease: dt.timedelta = LEASE

    def run(self) -> int:
        """Send everything that is due, after settling what is uncertain; return how many."""
        count = 0
        while uncertain := self._claim(outbox.claim_uncertain):
            count += 1
            if not self._is_settled(uncertain):
                break
        while due := self._claim(outbox.claim):
            self._send(due)
            count += 1
        return count

    def _claim(self, claim: Claim) -> Outgoing | None:
        # One at a time: a batch under one lease would outlast it where the carrier is slow.
        with self.services.database.writing() as connection:
            taken = claim(connection, now=self.services.clock(), lease=self.lease, limit=1)
        return taken[0] if taken else None

    def _send(self, each: Outgoing) -> None:
        to = self._recipient(each)
        if to is None:
            self._note(each, State.CANCELLED, error="opted_out")
            return
        try:
            provider_id = self._ask(each, to)
        except Refused as error:
            self._refused(each, error)
        except Uncertain:
            # Left under its lease: looked up once that has run out, or at the next sweep.
            self._uncertain(each)
        else:
            self._note(each, State.SENT, provider_id=provider_id)

    def _ask(self, each: Outgoing, to: str) -> str:
        status = (
            f"{self.public_url}/{'voice' if each.kind is Kind.CALL else 'sms'}/status?o={each.id}"
        )
        if each.kind is Kind.CALL:
            return self.gateway.place_call(
                sender=each.sender,
                to=to,
                answer_url=f"{self.public_url}/voice/outbound?o={each.id}",
                status_url=status,
            )
        return self.gateway.send_text(
            sender=each.sender, to=to, body=self._words(each), status_url=status
        )

    def _recipient(self, each: Outgoing) -> str | None:
        """The number to send to, or None where nothing may go out any more."""
        with self.services.database.reading() as connection:
            if people.is_opted_out(connection, each.line_id):
                return None
            return people.number_of(connection, vault=self.services.vault, line_id=each.line_id)

    def _words(self, each: Outgoing) -> str:
        return self.services.vault.open_text(outbox.BODY, each.body or b"")

    # -- what came of it -----------------------------------------------------------------------

    def _refused(self, each: Outgoing, error: Refused) -> None:
        code = str(error.code) if error.code else error.policy.value
        log.warning("carrier_refused", extra={"policy": error.policy, "code": error.code})
        may_pass = error.policy in (Policy.TRANSIENT, Policy.SLOW_DOWN)
        if may_pass and each.attempts < MOST_ATTEMPTS:
            self._again(each, code, error.retry_after)
        else:
            self._note(each, State.FAILED, error=code)

    def _again(self, each: Outgoing, code: str, retry_after: float | None = None) -> None:
        now = self.services.clock()
        wait = retry_after or min(_LONGEST_WAIT, _FIRST_WAIT * 2**each.attempts)
        jitter = random.uniform(0.5, 1.0)  # noqa: S311  # spreads retries; nothing secret
        due = now + dt.timedelta(seconds=wait * (1.0 if retry_after else jitter))
        with self.services.database.writing() as connection:
            outbox.try_again(connection, each.id, now=now, due_at=due, error_code=code)

    def _uncertain(self, each: Outgoing) -> None:
        log.warning("carrier_gave_no_answer", extra={"kind": each.kind})
        self._note(each, State.UNKNOWN)

    def _note(
        self,
        each: Outgoing,
        state: State,
        *,
        provider_id: str | None = None,
        error: str | None = None,
    ) -> None:
        with self.services.database.writing() as connection:
            outbox.advance(
                connection,
                each.id,
                state,
                now=self.services.clock(),
                provider_id=provider_id,
                error_code=error,
            )

    # -- what is uncertain ---------------------------------------------------------------------

    def _is_settled(self, each: Outgoing) -> bool:
        """Settle it; False while the carrier cannot be asked: it stays under its lease."""
        try:
            self._settle(each)
        except GatewayError:
            log.warning("carrier_cannot_be_asked", extra={"kind": each.kind})
            return False
        return True

    def _settle(self, each: Outgoing) -> None:
        """Find out at the carrier whether an attempt was made; queue it again only if not."""
        with self.services.database.reading() as connection:
            to = people.number_of(connection, vault=self.services.vault, line_id=each.line_id)
        if to is None:
            self._note(each, State.CANCELLED, error="opted_out")
            return
        found = self._sightings(each, to)
        with self.services.database.writing() as connection:
            ours = next((seen for seen in found if _is_new(connection, seen)), None)
            now = self.services.clock()
            if ours is None:
                outbox.try_again(connection, each.id, now=now, due_at=now, error_code="unknown")
                return
            states = CALL_STATES if each.kind is Kind.CALL else MESSAGE_STATES
            outbox.advance(connection, each.id, State.SENT, now=now, provider_id=ours.provider_id)
            outbox.advance(connection, each.id, states.get(ours.status, State.SENT), now=now)

    def _sightings(self, each: Outgoing, to: str) -> list[Sighting]:
        since = each.attempted_at or self.services.clock()
        if each.kind is Kind.CALL:
            return self.gateway.calls_to(sender=each.sender, to=to, since=since)
        return self.gateway.texts_to(sender=each.sender, to=to, body=self._words(each), since=since)


def _is_new(connection: Connection, seen: Sighting) -> bool:
    """Whether no other row of ours is known to be this message or call."""
    return outbox.by_provider_id(connection, seen.provider_id) is None
