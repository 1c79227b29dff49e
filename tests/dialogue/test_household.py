"""Nothing of one is ever told to another who uses the same phone, whatever they do and when."""

from __future__ import annotations

import pytest

from storage.database import Database
from tests.conftest import FULL_SIZE
from tests.dialogue.household import Household
from tests.dialogue.line import Line

SEEDS = range(400 if FULL_SIZE else 10)
ACTS = 200 if FULL_SIZE else 100


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """What is told to whom does not depend on the engine."""
    return sqlite_database


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_of_one_is_told_to_another(
    line: Line, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    house = Household(line, people=2 + seed % 4, seed=seed)
    try:
        house.one_says_that_others_use_the_phone()
        for _ in range(ACTS):
            house.anything()
        house.wait(120)
        house.nothing_was_written_out()
        assert all(said.case_id for said in line.statements()), "words that nobody will read"
    except AssertionError:
        print("\n".join(house.story))
        raise
