"""Once a day the carrier is asked what we do not know, and nothing is done twice for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.house import House, build
from app.missed import receive
from app.settings import Carrier, Environment, Settings
from contacts.queries import find_person, is_opted_out
from programmes.operations import bind_number, load
from programmes.reader import read
from storage import received
from storage.outbox import Outbox, State
from telephony.gateway import RecordingGateway, Uncertain
from telephony.reconcile import Reconciler
from telephony.values import ReceivedText, Sighting
from tests.clock import FakeClock
from tests.telephony.outgoing import Desk

ROOT = Path(__file__).parents[2]
HALF_A_DAY = dt.timedelta(hours=12)
OURS, HERS = "+51644000100", "+51964000999"


# What was sent ---------------------------------------------------------------------------------


@pytest.fixture
def reconciler(desk: Desk) -> Reconciler:
    return Reconciler(desk.services, desk.gateway, numbers=list, receive=lambda text: False)


def said(desk: Desk, row_id: str, status: str, code: int | None = None) -> None:
    """What the carrier knows of the newest attempt, and told nobody."""
    provider_id = desk.row(row_id).provider_id
    desk.gateway.states[provider_id] = Sighting(provider_id, status, desk.clock(), code)


def test_a_lost_callback_is_made_up_for(desk: Desk, reconciler: Reconciler) -> None:
    text, call, silent = desk.text(), desk.call(), desk.text()
    desk.run()
    said(desk, text, "delivered")
    said(desk, call, "no-answer")
    assert reconciler.look_up() == 0
    desk.clock.advance(HALF_A_DAY)
    assert reconciler.look_up() == 3
    states = [desk.state(each) for each in (text, call, silent)]
    assert states == [State.DELIVERED, State.UNDELIVERED, State.SENT]
    assert reconciler.look_up() == 0
    desk.clock.advance(HALF_A_DAY)
    assert reconciler.look_up() == 1


def test_a_lost_failure_is_tried_again(desk: Desk, reconciler: Reconciler) -> None:
    one = desk.text()
    desk.run()
    said(desk, one, "undelivered", 30003)
    desk.clock.advance(HALF_A_DAY)
    reconciler.look_up()
    assert desk.state(one) is State.QUEUED


def test_the_carrier_away_or_without_it_harms_nothing(desk: Desk, reconciler: Reconciler) -> None:
    one = desk.text()
    desk.run()
    desk.clock.advance(HALF_A_DAY)
    desk.gateway.placed.clear()
    assert reconciler.look_up() == 1
    assert desk.state(one) is State.SENT


# What was received -----------------------------------------------------------------------------


@pytest.fixture
def house(database_url: str, valkey_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[House]:
    settings = Settings(
        environment=Environment.TEST,
        public_url="https://rimay.example.org",
        secret_key="s" * 32,
        vault_key="t" * 32,
        database_url=database_url,
        redis_url=valkey_url,
        media_url=(tmp_path / "media").as_uri(),
        carrier=Carrier("AC" + "5" * 32, "0" * 32, None),
        var=tmp_path / "var",
    )
    house = build(settings, clock=clock, gateway=RecordingGateway(clock))
    with house.services.database.writing() as connection:
        load(connection, read(ROOT / "programmes" / "junin"), now=clock())
        bind_number(connection, "junin", OURS)
    yield house
    house.services.database.close()


def missed(house: House, body: str, *, sid: str = "SM1", from_: str = HERS) -> None:
    assert isinstance(house.gateway, RecordingGateway)
    at = house.services.clock() - dt.timedelta(hours=2)
    house.gateway.received.append(ReceivedText(sid, from_, OURS, body, at))


def waiting(house: House) -> int:
    with house.services.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(Outbox)).scalar_one()


def test_a_text_that_never_reached_us_is_answered_once(house: House) -> None:
    missed(house, "Hola")
    missed(house, "Hola", sid="SM2", from_="+51964000998")
    assert house.reconciler.run().received == 2
    answers = waiting(house)
    assert answers >= 2
    assert house.reconciler.run().received == 0
    assert waiting(house) == answers


def test_one_whose_run_was_cut_off_is_run_again_and_answered_once(house: House) -> None:
    missed(house, "Hola")
    assert isinstance(house.gateway, RecordingGateway)
    [text] = house.gateway.received
    with house.services.database.writing() as connection:
        received.begin(connection, text.provider_id, now=house.services.clock())
    assert receive(house.services, house.runner, text, carrier_answers=True)
    assert not receive(house.services, house.runner, text, carrier_answers=True)
    assert waiting(house) >= 1


def test_who_wanted_no_more_is_obeyed_late_and_not_twice(house: House) -> None:
    missed(house, "BAJA")
    assert house.reconciler.run().received == 1
    services = house.services
    with services.database.reading() as connection:
        person = find_person(connection, vault=services.vault, number=HERS)
        assert person is not None
        assert is_opted_out(connection, person.line_id)
    missed(house, "ALTA", sid="SM2")
    assert house.reconciler.run().received == 1
    assert house.reconciler.run().received == 0
    with services.database.reading() as connection:
        assert not is_opted_out(connection, person.line_id)


def test_a_number_that_cannot_be_asked_about_stops_no_other(house: House) -> None:
    class Half(RecordingGateway):
        def received_texts(self, *, to: str, since: dt.datetime) -> list[ReceivedText]:
            if to == OURS:
                raise Uncertain("timeout")
            return [ReceivedText("SM9", HERS, to, "Hola", since)]

    ran = list[str]()

    def run(text: ReceivedText) -> bool:
        ran.append(text.to)
        return True

    numbers = [OURS, "+51644000101"]
    reconciler = replace(house.reconciler, gateway=Half(), numbers=lambda: numbers, receive=run)
    assert reconciler.collect() == 1
    assert ran == ["+51644000101"]
