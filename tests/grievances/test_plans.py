"""What pages of many cases ask of PostgreSQL: few statements, and none that reads a table whole.

`python -m bench.cases` shows the same of 100,000 cases, and how long they take.
"""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from app.factory import create_app
from bench import cases
from bench.cases import Said
from tests.clock import FakeClock
from tests.signed import build_house

CASES, EVENTS = 6000, 3


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """SQLite plans otherwise, and is for small programmes."""
    return postgres_url


def test_no_page_reads_all_cases_or_histories(
    tmp_path: Path, database_url: str, valkey_url: str, clock: FakeClock
) -> None:
    house = build_house(tmp_path, database_url, valkey_url, clock)
    address = database_url.replace("+psycopg", "")
    cases.settle(house, address, CASES, events=EVENTS)
    app = create_app(house)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    form = {"email": cases.EMAIL, "password": cases.PASSWORD}
    assert client.post("/staff/sign-in", data=form).status_code == 303
    with psycopg.connect(address, autocommit=True) as bare:
        for table in cases.NEVER_WHOLE:
            every = Said(f"SELECT count(*) FROM {table} WHERE {table} IS NOT NULL", None)  # noqa: S608
            assert f"Seq Scan on {table}" in cases.plan(bare, every), "or nothing would be found"
        for name, path in cases.PATHS.items():
            with cases.listening(house.services.database.engine) as said:
                page = client.get(path)
            assert page.status_code == 200
            assert "case-link" in page.text, f"{name} lists nothing"
            assert len(said) <= cases.MOST_STATEMENTS, f"{name}: {[each.text for each in said]}"
            plans = "\n".join(cases.plan(bare, each) for each in said if each.is_read)
            for table in cases.NEVER_WHOLE:
                assert f"Seq Scan on {table}" not in plans, f"{name}\n{plans}"
    house.services.database.close()
