"""One running program, with a carrier that it can reach, for the tests from outside; and one with
the simulator for a carrier, phones and staff each in a real browser."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import playwright.sync_api as playwright
import psycopg
import pytest

from tests.browsing import chromium as a_chromium
from tests.outside.browser import Browser
from tests.outside.carrier_stub import CarrierStub
from tests.outside.desk import Desk
from tests.outside.handset import FAST, PATIENCE
from tests.outside.leaks import leaks_in
from tests.outside.network import Network
from tests.outside.rimay import LINE, MANAGER, PASSWORD, Rimay
from tests.outside.valkey import Valkey

ACCOUNT_SID = "AC" + "5" * 32
AUTH_TOKEN = "0123456789abcdef0123456789abcdef"
FLAGS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
    # A microphone that beeps, and whoever asks may use it.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
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


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rimay]:
    """The program with the simulator for a carrier, and a worker. Its tests are of one process
    (xdist_group `outside-demo`): one program for all of them."""
    with (
        Valkey() as valkey,
        Rimay(
            tmp_path_factory.mktemp("demo"),
            redis_url=valkey.url,
            account_sid="",
            auth_token="",
            carrier_url=None,
            environment="demo",
            web_workers=1,  # the phones live in its memory
        ) as running,
    ):
        yield running
        leaks = leaks_in(running)
        logs = running.logs()
    assert "Traceback" not in logs, logs[logs.index("Traceback") - 500 :][:6000]
    assert not leaks, leaks


@pytest.fixture(scope="module")
def chromium() -> Iterator[playwright.Browser]:
    with a_chromium(*FLAGS) as browser:
        yield browser


@dataclass(slots=True)
class Scene:
    """Phones on one page, and everybody who works with cases in a browser of their own."""

    base_url: str
    chromium: playwright.Browser
    phones: playwright.Page
    complaints: list[str]
    """What went wrong in the scripts of any page."""

    def desk(self, email: str) -> Desk:
        """Somebody signed in, in a browser that shares nothing with the others."""
        context = self.chromium.new_context(base_url=self.base_url, locale="es-PE")
        desk = Desk(watched(context.new_page(), self.complaints))
        desk.sign_in(email)
        return desk


@pytest.fixture
def scene(demo: Rimay, chromium: playwright.Browser) -> Iterator[Scene]:
    complaints: list[str] = []
    context = chromium.new_context(base_url=demo.url, viewport={"width": 1280, "height": 900})
    context.add_init_script(FAST)
    phones = watched(context.new_page(), complaints)
    phones.goto("/simulator/")
    yield Scene(demo.url, chromium, phones, complaints)
    for each in chromium.contexts:
        each.close()
    assert complaints == []


def watched(page: playwright.Page, complaints: list[str]) -> playwright.Page:
    """The page, with the patience of these tests; what its scripts throw is noted."""
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page
