"""One running program, with a carrier that it can reach, for the tests from outside."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.outside.browser import Browser
from tests.outside.carrier_stub import CarrierStub
from tests.outside.leaks import leaks_in
from tests.outside.network import Network
from tests.outside.rimay import LINE, MANAGER, PASSWORD, Rimay
from tests.outside.valkey import Valkey

ACCOUNT_SID = "AC" + "5" * 32
AUTH_TOKEN = "0123456789abcdef0123456789abcdef"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def carrier() -> Iterator[CarrierStub]:
    """Twilio's REST API, for the whole run."""
    with CarrierStub(ACCOUNT_SID, AUTH_TOKEN, numbers=frozenset({LINE})) as stub:
        yield stub


@pytest.fixture(scope="session")
def valkey() -> Iterator[Valkey]:
    """The queue of the running program; a test may lose it, and starts it again."""
    with Valkey() as server:
        yield server


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def rimay(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    carrier: CarrierStub,
    valkey: Valkey,
) -> Iterator[Rimay]:
    """The program, running: web on two workers, and a worker; once on each database."""
    database_url = None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        name = f"outside_{secrets.token_hex(4)}"
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        database_url = server.url(name)
    with Rimay(
        tmp_path_factory.mktemp(f"rimay-{request.param}"),
        redis_url=valkey.url,
        account_sid=ACCOUNT_SID,
        auth_token=AUTH_TOKEN,
        carrier_url=carrier.url,
        database_url=database_url,
    ) as running:
        yield running
        leaks = leaks_in(running)
        logs = running.logs()
    assert "Traceback" not in logs, logs[logs.index("Traceback") - 500 :][:6000]
    assert not leaks, leaks


@pytest.fixture
def network(rimay: Rimay, carrier: CarrierStub) -> Iterator[Network]:
    """The phone network round the running program; what is to be played is listened to, and
    whatever the program asks of the carrier meanwhile must be what the carrier takes."""
    before = len(carrier.violations)
    yield Network(
        rimay.url,
        auth_token=AUTH_TOKEN,
        account_sid=ACCOUNT_SID,
        recordings=carrier.recordings,
        status_callback="/voice/status",
        check_audio=True,
        pause=lambda seconds: wait_for_recordings(carrier, seconds),
    )
    assert not carrier.violations[before:]


def wait_for_recordings(carrier: CarrierStub, seconds: float) -> None:
    """What a caller waits for is her recording: no longer than until all are fetched."""
    with carrier.changed:
        carrier.changed.wait_for(lambda: not carrier.recordings, seconds)


@pytest.fixture
def new_number() -> Callable[[], str]:
    """Mobile numbers that nobody has used yet."""
    return lambda: f"+5198700{next(_numbers):04d}"


@pytest.fixture
def caller(new_number: Callable[[], str]) -> str:
    return new_number()


@pytest.fixture
def manager(rimay: Rimay) -> Browser:
    """A case manager's browser, signed in."""
    return Browser(rimay.url).sign_in(MANAGER, PASSWORD)
