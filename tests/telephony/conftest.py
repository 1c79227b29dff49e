"""What the tests of telephony share."""

from __future__ import annotations

import pytest

from storage.services import Services
from tests.clock import FakeClock
from tests.telephony.outgoing import Desk


@pytest.fixture
def desk(services: Services, clock: FakeClock) -> Desk:
    return Desk(services, clock)
