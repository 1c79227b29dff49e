"""The program behind its webhooks, with the programme of Junín, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tests.signed import Signed, build_house


@pytest.fixture
def with_pages() -> bool:
    """Whether staff are at their desks as well: a module that wants them says so."""
    return False


@pytest.fixture
def carrier(
    tmp_path: Path, database_url: str, valkey_url: str, clock: FakeClock, with_pages: bool
) -> Iterator[Signed]:
    """A carrier that signs, and the program that it posts to."""
    house = build_house(tmp_path, database_url, valkey_url, clock)
    yield Signed.over(house, with_pages=with_pages)
    house.services.database.close()
