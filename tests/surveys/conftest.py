"""A round in the field."""

from __future__ import annotations

import pytest

from storage.database import Database
from storage.vault import Vault
from tests.surveys.people import Field


@pytest.fixture
def field(database: Database, vault: Vault) -> Field:
    """An open round, once on each engine."""
    return Field(database, vault)
