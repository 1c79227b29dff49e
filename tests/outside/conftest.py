"""One running program, with a carrier that it can reach, for the tests from outside."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.outside.carrier_stub import CarrierStub
from tests.outside.network import Network
from tests.outside.rimay import LINE, Rimay

ACCOUNT_SID = "AC" + "5" * 32
AUTH_TOKEN = "0123456789abcdef0123456789abcdef"
NUMBERS = r"98700\d{4}"
"""Every number that calls or texts in these tests, so that leaks can be searched for."""
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def carrier() -> Iterator[CarrierStub]:
    """Twilio's REST API, for the whole run."""
    with CarrierStub(ACCOUNT_SID, AUTH_TOKEN, numbers=frozenset({LINE})) as stub:
        yield stub


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def rimay(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    carrier: CarrierStub,
    valkey_url: str,
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
        redis_url=valkey_url,
        account_sid=ACCOUNT_SID,
        auth_token=AUTH_TOKEN,
        carrier_url=carrier.url,
        database_url=database_url,
    ) as running:
        yield running


@pytest.fixture
def network(rimay: Rimay, carrier: CarrierStub) -> Network:
    """The phone network round the running program; what is to be played is listened to."""
    return Network(
        rimay.url,
        auth_token=AUTH_TOKEN,
        account_sid=ACCOUNT_SID,
        recordings=carrier.recordings,
        check_audio=True,
    )


@pytest.fixture
def new_number() -> Callable[[], str]:
    """Mobile numbers that nobody has used yet."""
    return lambda: f"+5198700{next(_numbers):04d}"


@pytest.fixture
def caller(new_number: Callable[[], str]) -> str:
    return new_number()
