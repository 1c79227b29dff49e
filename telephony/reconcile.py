"""What we and the carrier do not know alike: asked for once a day, for callbacks can be lost."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from storage import outbox, received
from storage.outbox import Kind
from storage.services import Services
from telephony.gateway import Gateway, GatewayError, NotKept, NotThere
from telephony.statuses import Report, note
from telephony.values import ReceivedText, Waits

log = logging.getLogger(__name__)

RESTED = dt.timedelta(hours=12)
"""How long nothing is heard of what was sent before it is looked up (TWILIO 2.2)."""

LOOKED_UP_FOR = dt.timedelta(days=7)
"""After so long what was sent rests as sent: not every network reports from the handset."""

BACK = dt.timedelta(days=1)
"""How far back texts to us are looked through."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a reconciliation found."""

    looked_up: int
    received: int


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Looks up what was sent, and runs what was received and never reached us.

    `numbers` gives our numbers; `receive` runs a text as if it had just arrived, and says whether
    it was one that we did not have.
    """

    services: Services
    gateway: Gateway
    numbers: Callable[[], list[str]]
    receive: Callable[[ReceivedText], bool]
    waits: Waits = field(default_factory=Waits)
    rested: dt.timedelta = RESTED

    def run(self) -> Found:
        """Do both. Any number of workers may: each row is looked up by one, each text run once."""
        looked_up, found = self.look_up(), self.collect()
        with self.services.database.writing() as connection:
            received.forget(connection, now=self.services.clock())
        if looked_up or found:
            log.info("reconciled", extra={"looked_up": looked_up, "received": found})
        return Found(looked_up, found)

    def look_up(self) -> int:
        """Look up what rests as sent; what cannot be asked for now is, in another half a day."""
        count = 0
        while True:
            with self.services.database.writing() as connection:
                each = outbox.claim_resting(
                    connection,
                    now=self.services.clock(),
                    rested=self.rested,
                    within=LOOKED_UP_FOR,
                )
            if each is None:
                return count
            count += 1
            if each.provider_id is None:
                continue
            try:
                ask = self.gateway.call_state if each.kind is Kind.CALL else self.gateway.text_state
                seen = ask(each.provider_id)
            except NotKept:
                continue
            except NotThere:
                log.warning("sent_and_not_at_the_carrier", extra={"kind": each.kind})
                continue
            except GatewayError:
                log.warning("carrier_cannot_be_asked", extra={"kind": each.kind})
                return count
            report = Report(each.kind, each.provider_id, seen.status, seen.error_code)
            with self.services.database.writing() as connection:
                now = self.services.clock()
                note(connection, each.id, report, now=now, waits=self.waits)

    def collect(self) -> int:
        """Run the texts of the last day that the carrier has and we do not, the oldest first."""
        since, count = self.services.clock() - BACK, 0
        for number in self.numbers():
            try:
                texts = self.gateway.received_texts(to=number, since=since)
            except NotKept:
                continue
            except GatewayError:
                log.warning("carrier_cannot_be_asked", extra={"kind": Kind.TEXT})
                continue
            count += sum(1 for text in texts if self.receive(text))
        return count
