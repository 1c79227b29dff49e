"""Cases of before the lifecycle: each is carried over with a history that holds."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from app import schema
from grievances import chain
from storage.vault import Vault

OLD = """insert into grievance_case (id, code, programme, kind, queue, language, channel,
    pin_failures, confirmed, answer_by, state, opened_at, first_read_at)
    values (:id, :id, 'junin', 'grievance', 'environment', 'es', 'voice', 0, true, 'i_will_call',
    :state, '2026-01-02 03:04:05+00:00', :read)"""
READ = "2026-01-03 00:00:00+00:00"


def execute(url: str, statement: str, **values: str | None) -> list[dict[str, object]]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        done = connection.execute(text(statement), values)
        rows = [dict(row) for row in done.mappings()] if done.returns_rows else []
    engine.dispose()
    return rows


def of_before(url: str) -> None:
    schema.downgrade(url, "0028")
    execute(url, OLD, id="new", state="open", read=None)
    execute(url, OLD, id="read", state="open", read=READ)
    execute(url, OLD, id="done", state="answered", read=READ)


def test_every_case_of_before_has_a_state_and_a_history_that_holds(
    database_url: str, vault: Vault
) -> None:
    of_before(database_url)
    schema.migrate(database_url, vault=vault)
    cases = execute(database_url, "select * from grievance_case order by id")
    assert [(case["id"], case["state"], case["answering"]) for case in cases] == [
        ("done", "acknowledged", "answered"),
        ("new", "received", "open"),
        ("read", "acknowledged", "open"),
    ]
    events = execute(database_url, "select * from case_event order by case_id")
    assert [event["kind"] for event in events] == ["carried_over"] * 3
    for case, event in zip(cases, events, strict=True):
        assert case["head"] == chain.head(vault, str(case["id"]), count=1, last=str(event["link"]))
    schema.downgrade(database_url, "0028")
    states = execute(database_url, "select state from grievance_case order by id")
    assert [each["state"] for each in states] == ["answered", "open", "open"]


def test_without_the_vault_nothing_is_carried_over(database_url: str) -> None:
    of_before(database_url)
    with pytest.raises(RuntimeError, match="VAULT_KEY"):
        schema.migrate(database_url)
