"""The whole way with two phones: a caller presses 0, the second phone rings, and they talk."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from app.factory import create_app
from app.house import House, build
from app.settings import Environment, Settings
from duty.models import Bridge
from duty.operations import set_duty
from staff.operations import add_account
from staff.values import Affiliation, Role
from tests.clock import FakeClock
from tests.dialogue.line import OURS, open_line, read_junin
from tests.simulator.phone import Phone


@dataclass(frozen=True, slots=True)
class Place:
    """The program with its simulator, on a port."""

    house: House
    caller: Phone
    manager: Phone


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str, valkey_url: str, clock: FakeClock) -> Iterator[Place]:
    settings = Settings(
        environment=Environment.TEST,
        public_url="http://127.0.0.1:1",
        secret_key="s" * 32,
        vault_key="t" * 32,
        database_url=sqlite_url,
        redis_url=valkey_url,
        media_url=(tmp_path / "media").as_uri(),
        carrier=None,
        var=tmp_path / "var",
    )
    # The address is in the settings, and the port is known once the server is there.
    server = make_server("127.0.0.1", 0, lambda *_: (), threaded=True)
    url = f"http://127.0.0.1:{server.port}"
    house = build(replace(settings, public_url=url), clock=clock)
    open_line(house.services, read_junin(), house.prompts)
    server.app = create_app(house)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    caller, manager = Phone(url, "1"), Phone(url, "2")
    manager.state()
    go_on_duty(house, "+51964000002")
    yield Place(house, caller, manager)
    caller.close()
    manager.close()
    server.shutdown()
    thread.join()
    server.server_close()
    house.services.database.close()


def go_on_duty(house: House, phone: str) -> None:
    services = house.services
    with services.database.writing() as connection:
        account = add_account(
            connection,
            email="rosa@example.org",
            password="quipu y chaski 22",
            role=Role.CASE_MANAGER,
            programme="junin",
            affiliation=Affiliation.INDEPENDENT,
            language="es",
            now=services.clock(),
        )
        set_duty(
            connection,
            account,
            vault=services.vault,
            phone=phone,
            country="PE",
            languages=("es",),
            is_on=True,
            by=account,
            now=services.clock(),
        )


def test_zero_rings_the_second_phone_and_connects_it(place: Place, clock: FakeClock) -> None:
    caller, manager = place.caller, place.manager
    caller.post("dial", to=OURS)
    step = caller.until_step("gather")["id"]
    caller.post("press", key="0")
    told = caller.until_sounds("play")
    assert [each["url"].split("?")[0] for each in told["sounds"]] == [
        "/voice/prompts/es/person.connecting.wav"
    ]
    assert told["id"] != step
    caller.post("played", step=told["id"])
    caller.until_step("dial")
    assert manager.until_phase("ringing")["peer"] == OURS
    manager.post("answer")
    manager.until_step("gather")
    manager.post("press", key="1")
    caller.until_step("talk")
    manager.until_step("talk")
    clock.advance(dt.timedelta(minutes=4))
    manager.post("hangup")
    asked = caller.until_sounds("gather")
    assert "person.talked" in asked["sounds"][0]["url"]
    with place.house.services.database.reading() as connection:
        (row,) = connection.execute(select(Bridge.__table__))
    assert row.outcome == "talked"
    assert row.ended_at - row.taken_at == dt.timedelta(minutes=4)
