"""What every test may ask for: real servers, a database of its own, and time that stands still."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from xdist.remote import Producer  # type: ignore[import-untyped]

from app import examining
from dialogue.exploring.explore import explore
from dialogue.exploring.graph import Graph
from programmes.values import Programme
from staff import passwords
from storage import database as databases
from storage import sqlite
from storage.database import Budgets, Database
from storage.media import Media
from storage.queues import Bell, connect
from storage.services import Services
from storage.vault import Vault
from tests import servers
from tests.clock import FakeClock
from tests.scheduling import OneProgramEach

FULL_SIZE = os.environ.get("RIMAY_SIZE") == "full"

# No deadlines: a slow machine is no defect. A run that fails prints how to see it again.
_TAKES_ITS_TIME = settings(
    deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("small", _TAKES_ITS_TIME, derandomize=True)
settings.register_profile("full", _TAKES_ITS_TIME, max_examples=2000)
settings.load_profile("full" if FULL_SIZE else "small")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneProgramEach:
    """How tests are shared out among processes."""
    return OneProgramEach(config, log)


@pytest.fixture(scope="session")
def full_size() -> bool:
    """Whether long simulations run at full size (`make soak`)."""
    return FULL_SIZE


@pytest.fixture(scope="session", autouse=True)
def production_hasher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PasswordHasher]:
    """What passwords are hashed with in production: here it is quick, for it is slow on purpose,
    and a template is compiled once for all the programs of a run."""
    compiled = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    with pytest.MonkeyPatch.context() as patch:
        production = passwords._HASHER
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_HASHER", quick)
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": compiled})
        yield production


@pytest.fixture(scope="session", autouse=True)
def _patient_databases() -> Iterator[None]:
    """Many at once wait for each other as long as it takes: a slow disk is no defect."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "BUSY", 60.0)
        patch.setattr(databases, "BUDGETS", Budgets(pool=60, lock=60, statement=60, busy=60))
        yield


@pytest.fixture(scope="session", autouse=True)
def _explored_once() -> Iterator[None]:
    """One programme on one day has one graph: pages of many tests show the same, or its map."""
    found: list[tuple[tuple[Programme, dt.date], Graph]] = []

    def explored(programme: Programme, *, today: dt.date) -> Graph:
        for known, graph in found:
            if known == (programme, today):
                return graph
        graph = explore(programme, today=today)
        found.append(((programme, today), graph))
        return graph

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(examining, "explore", explored)
        yield


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """A real Valkey, shared by the tests of one process: use names of your own, or flush."""
    with servers.valkey() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[servers.PostgresServer]:
    """A real PostgreSQL, shared by the tests of one process."""
    with servers.postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: servers.PostgresServer) -> Iterator[str]:
    """A fresh database on PostgreSQL, with the schema."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "rimay.sqlite"
    servers.create_schema(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh database on SQLite, with the schema."""
    path = tmp_path / "rimay.sqlite"
    shutil.copy(_sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database with the schema, once on each engine."""
    name = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh database that truly commits, once on each engine."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """As `database`, for what the engine cannot change."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def vault() -> Vault:
    return Vault("t" * 32)


@pytest.fixture
def media(tmp_path: Path, vault: Vault) -> Media:
    return Media((tmp_path / "media").as_uri(), vault)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def bell(valkey_url: str) -> Iterator[Bell]:
    """A bell on an empty Valkey; what it rings for is kept there and run by nobody."""
    client = connect(valkey_url)
    client.flushdb()
    yield Bell(client, job="app.worker.work")
    client.close()


@pytest.fixture
def services(
    database: Database, vault: Vault, media: Media, bell: Bell, clock: FakeClock
) -> Services:
    """What every part is given, once on each engine."""
    return Services(database=database, vault=vault, media=media, bell=bell, clock=clock)
