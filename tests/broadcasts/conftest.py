"""A village, and one on each database for what its SQL may change."""

from __future__ import annotations

import pytest

from storage.database import Database
from storage.media import Media
from storage.queues import Bell
from storage.services import Services
from storage.vault import Vault
from tests.broadcasts.village import Village
from tests.clock import FakeClock


@pytest.fixture
def village(
    sqlite_database: Database, vault: Vault, media: Media, bell: Bell, clock: FakeClock
) -> Village:
    services = Services(database=sqlite_database, vault=vault, media=media, bell=bell, clock=clock)
    return Village(services, clock)


@pytest.fixture
def both(services: Services, clock: FakeClock) -> Village:
    return Village(services, clock)
