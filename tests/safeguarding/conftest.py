"""The programme of Junín, loaded, and two women designated in it."""

from __future__ import annotations

import pytest

from programmes import operations
from storage.services import Services
from tests.dialogue.line import read_junin
from tests.safeguarding.people import Women, designate


@pytest.fixture
def women(services: Services) -> Women:
    with services.database.writing() as connection:
        operations.load(connection, read_junin(), now=services.clock())
    return designate(services)
