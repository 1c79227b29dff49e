"""What a text about texts asks for, done: when it arrives, or when it is found at the carrier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from sqlalchemy import Connection

from contacts import operations as contacts
from sms.hear import Subscription
from storage.services import Services

CONFIRMED: Mapping[Subscription, str] = {
    Subscription.STOP: "sms.stopped",
    Subscription.NO_TEXTS: "sms.no_texts",
    Subscription.START: "sms.started",
}
"""The prompt that confirms each."""


def obey(connection: Connection, services: Services, wish: Subscription, *, number: str) -> bool:
    """From now on it is as she wishes; False if it was so already."""
    vault, now = services.vault, services.clock()
    match wish:
        case Subscription.STOP:
            return contacts.opt_out(connection, vault=vault, number=number, now=now)
        case Subscription.NO_TEXTS:
            return contacts.decline_texts(connection, vault=vault, number=number, now=now)
        case Subscription.START:
            return contacts.opt_in(connection, vault=vault, number=number)
        case _:
            assert_never(wish)
