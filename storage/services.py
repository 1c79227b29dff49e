"""What every part is given: the database, the vault, the media, the bell and the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from storage.database import Database
from storage.media import Media
from storage.queues import Bell
from storage.vault import Vault

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True)
class Services:
    """Made once by `app`, passed to whoever needs it."""

    database: Database
    vault: Vault
    media: Media
    bell: Bell
    clock: Clock


def utc_now() -> dt.datetime:
    """The clock outside of tests."""
    return dt.datetime.now(dt.UTC)
