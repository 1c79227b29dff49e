"""The whole application with the programme of Junín, and two people who edit it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.factory import create_app
from app.house import House, build
from app.publishing import publish
from app.settings import Environment, Settings
from programmes import operations
from staff.values import Role
from tests.clock import FakeClock
from tests.editor.people import NUMBER, Editor, editor, junin


@pytest.fixture
def house(sqlite_url: str, valkey_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[House]:
    made = build(
        Settings(
            environment=Environment.DEMO,
            public_url="http://localhost",
            secret_key="s" * 40,
            vault_key="v" * 40,
            database_url=sqlite_url,
            redis_url=valkey_url,
            media_url=f"file://{tmp_path}/media",
            carrier=None,
            var=tmp_path / "var",
        ),
        clock=clock,
    )
    with made.services.database.writing() as connection:
        publish(connection, junin(), vault=made.services.vault, now=clock())
        operations.bind_number(connection, "junin", NUMBER)
    yield made
    made.services.database.close()


@pytest.fixture
def app(house: House) -> Flask:
    made = create_app(house)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return made


@pytest.fixture
def ana(app: Flask, house: House) -> Editor:
    return editor(app, house, "ana", Role.EDITOR)


@pytest.fixture
def beto(app: Flask, house: House) -> Editor:
    return editor(app, house, "beto", Role.OPERATOR)
