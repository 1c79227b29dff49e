"""What the checklist says of our numbers at the carrier, and that it can set them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from app import doctor
from app.factory import create_app
from app.house import House
from programmes import operations
from programmes.directory import Place
from telephony.gateway import Uncertain
from telephony.numbers import NumberAtCarrier, wanted_addresses
from tests.clock import FakeClock
from tests.dialogue.line import OURS, read_junin
from tests.signed import ORIGIN, Signed, build_house


@dataclass
class Account:
    """An account at the carrier with these numbers."""

    numbers: dict[str, NumberAtCarrier] = field(default_factory=dict)
    is_away: bool = False

    def find(self, number: str) -> NumberAtCarrier | None:
        if self.is_away:
            raise Uncertain("Timeout")
        return self.numbers.get(number)

    def set(self, provider_id: str, addresses: Mapping[str, str]) -> None:
        for number, each in self.numbers.items():
            if each.provider_id == provider_id:
                kept = {**each.addresses, **addresses}
                self.numbers[number] = replace(each, addresses=kept)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    account = Account()
    monkeypatch.setattr(House, "carrier_numbers", account)
    return account


@pytest.fixture
def house(tmp_path: Path, sqlite_url: str, valkey_url: str, clock: FakeClock) -> House:
    return Signed.over(build_house(tmp_path, sqlite_url, valkey_url, clock)).house


def with_nothing_set() -> NumberAtCarrier:
    return NumberAtCarrier("PN1", True, True, dict.fromkeys(wanted_addresses("", None), ""))


def test_every_number_is_asked_about_and_set(house: House, account: Account) -> None:
    (missing,) = doctor.examine_carrier(house)
    assert missing.stops
    assert f"{OURS} is not a number of this account" in missing.text
    account.numbers[OURS] = with_nothing_set()
    (elsewhere,) = doctor.examine_carrier(house)
    assert elsewhere.stops
    assert f"VoiceUrl is not set, not {ORIGIN}/voice/inbound" in elsewhere.details
    run = create_app(house).test_cli_runner()
    said = run.invoke(args=["doctor", "--set-carrier"]).output
    assert f"{OURS} leads here now" in said
    assert f"[ok] {OURS} leads calls and texts here" in said
    again = run.invoke(args=["doctor", "--set-carrier"]).output
    assert "led here already" in again


def test_what_a_number_cannot_do_is_told(house: House, account: Account) -> None:
    number = NumberAtCarrier("PN1", True, False, wanted_addresses(ORIGIN, None))
    account.numbers[OURS] = number
    (found,) = doctor.examine_carrier(house)
    assert found.text == f"{OURS} leads here, and takes no texts"
    assert not found.stops


def test_a_carrier_that_does_not_answer_stops_nothing(house: House, account: Account) -> None:
    account.is_away = True
    (found,) = doctor.examine_carrier(house)
    assert not found.stops
    assert "could not be asked" in found.text
    said = create_app(house).test_cli_runner().invoke(args=["doctor", "--set-carrier"])
    assert said.exit_code == 1
    assert "not everything could be set" in said.output


def test_places_that_were_not_dialled_lately_are_told(house: House, account: Account) -> None:
    def told() -> doctor.Finding:
        (found,) = [each for each in doctor.examine(house) if "directory" in each.text]
        return found

    junin = read_junin()
    today = junin.calendar.here(house.services.clock()).date()
    checked = {0: today - dt.timedelta(days=180), 1: today - dt.timedelta(days=181), 2: None}
    places = [replace(junin.directory[n], verified_on=day) for n, day in checked.items()]

    def load(*kept: Place) -> None:
        with house.services.database.writing() as connection:
            programme = replace(junin, directory=kept, hash=f"{len(kept)}" * 64)
            operations.load(connection, programme, now=house.services.clock())

    load(*places)
    found = told()
    assert "2 of 3 places" in found.text
    assert (found.is_good, found.stops) == (False, False)
    assert found.details == (
        f"{places[1].slug} (checked on {checked[1]})",
        f"{places[2].slug} (never)",
    )
    load(places[0])
    assert told().is_good


def test_promises_that_wait_are_told(house: House, account: Account) -> None:
    house.spool.keep("call", "CA1", {"From": "+51964000999"}, now=house.services.clock())
    texts = [each.text for each in doctor.examine(house)]
    assert any(each.startswith("1 promises wait") for each in texts)
    assert "964000999" not in "".join(texts)
