"""Setting Kannel up: settings, numbers, what the checklist and `flask kannel config` say."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from app import doctor
from app.factory import create_app
from app.house import House
from app.settings import Kannel, SettingsError, read_settings
from programmes.errors import InvalidNumber
from programmes.operations import bind_number
from programmes.queries import Senders, carrier_of, senders_of
from programmes.values import CarrierName
from tests.clock import FakeClock
from tests.dialogue.line import OURS
from tests.signed import Signed, build_house
from tests.telephony.kannel_stub import PASSWORD, USERNAME, KannelStub

SECRET = "k" * 32
ENVIRON = {
    "RIMAY_ENV": "test",
    "PUBLIC_URL": "https://rimay.example.org",
    "SECRET_KEY": "s" * 32,
    "VAULT_KEY": "v" * 32,
    "DATABASE_URL": "sqlite:////tmp/none",
    "MEDIA_URL": "file:///tmp/none",
}
KANNEL = {
    "KANNEL_URL": "http://127.0.0.1:13013/cgi-bin/sendsms",
    "KANNEL_USERNAME": "rimay",
    "KANNEL_PASSWORD": "p",
    "KANNEL_SECRET": "k" * 32,
    "KANNEL_ADDRESSES": "127.0.0.1, 10.1.0.0/16",
}


# Settings --------------------------------------------------------------------------------------


def test_all_of_it_is_set_or_nothing() -> None:
    assert read_settings(ENVIRON).kannel is None
    kannel = read_settings(ENVIRON | KANNEL).kannel
    assert kannel is not None
    assert kannel.networks == (ip_network("127.0.0.1/32"), ip_network("10.1.0.0/16"))
    assert kannel.reached_at == "https://rimay.example.org"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KANNEL_URL", ""),
        ("KANNEL_URL", "127.0.0.1:13013"),
        ("KANNEL_USERNAME", ""),
        ("KANNEL_PASSWORD", ""),
        ("KANNEL_SECRET", "short"),
        ("KANNEL_SECRET", "a secret / of ours: 32 or more %I"),
        ("KANNEL_ADDRESSES", ""),
        ("KANNEL_ADDRESSES", "everywhere"),
        ("KANNEL_ADDRESSES", "10.1.0.7/16"),
        ("KANNEL_REACHES_US", "http://127.0.0.1:8000/rimay"),
        ("RIMAY_PROXIES", "-1"),
        ("RIMAY_PROXIES", "many"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings(ENVIRON | KANNEL | {name: value})


# Numbers ---------------------------------------------------------------------------------------


@pytest.fixture
def house(tmp_path: Path, sqlite_url: str, valkey_url: str, clock: FakeClock) -> House:
    return Signed.over(build_house(tmp_path, sqlite_url, valkey_url, clock)).house


def test_a_number_keeps_its_carrier_until_another_is_named(house: House) -> None:
    with house.services.database.writing() as connection:
        assert carrier_of(connection, OURS) is CarrierName.TWILIO
        assert senders_of(connection, "junin") == Senders(calls=OURS, texts=OURS)
        bind_number(connection, "junin", "+5164200999", carrier=CarrierName.KANNEL)
        bind_number(connection, "junin", "+5164200999")
        assert carrier_of(connection, "+5164200999") is CarrierName.KANNEL
        assert senders_of(connection, "junin") == Senders(calls=OURS, texts="+5164200999")
        bind_number(connection, "junin", "+5164200999", carrier=CarrierName.TWILIO)
        assert carrier_of(connection, "+5164200999") is CarrierName.TWILIO


def test_only_kannel_has_short_codes(house: House) -> None:
    with house.services.database.writing() as connection:
        bind_number(connection, "junin", "4747", carrier=CarrierName.KANNEL)
        for number, carrier in (
            ("4748", None),
            ("4748", CarrierName.TWILIO),
            ("047", CarrierName.KANNEL),
        ):
            with pytest.raises(InvalidNumber):
                bind_number(connection, "junin", number, carrier=carrier)


# The checklist ---------------------------------------------------------------------------------


def at(url: str, *, password: str = PASSWORD) -> Kannel:
    return Kannel(
        url=url,
        username=USERNAME,
        password=password,
        secret=SECRET,
        networks=(),
        reached_at="http://10.1.2.9:8000",
    )


def with_kannel(house: House, kannel: Kannel | None) -> House:
    with house.services.database.writing() as connection:
        bind_number(connection, "junin", "+5164200999", carrier=CarrierName.KANNEL)
    return replace(house, settings=replace(house.settings, kannel=kannel))


def said(house: House) -> dict[str, bool]:
    return {each.text: each.stops for each in doctor.examine(house) if "annel" in each.text}


def test_a_number_of_a_kannel_that_is_not_set_up_stops(house: House) -> None:
    [(text, stops)] = said(with_kannel(house, None)).items()
    assert stops
    assert "+5164200999 is Kannel's, and none is set up" in text


def test_one_that_is_there_and_knows_us_is_good(house: House) -> None:
    with KannelStub() as stub:
        found = said(with_kannel(house, at(stub.url)))
        assert found["Kannel answers and knows us"] is False
        assert found["junin: +5164200999 texts by Kannel"] is False
        assert stub.taken == []
        stranger = said(with_kannel(house, at(stub.url, password="?")))
        assert any("KANNEL_PASSWORD" in text and stops for text, stops in stranger.items())
    away = said(with_kannel(house, at(stub.url)))
    assert away["Kannel: nothing answers at KANNEL_URL"]


def test_a_programme_that_only_texts_is_told(house: House) -> None:
    with house.services.database.writing() as connection:
        bind_number(connection, "junin", OURS, carrier=CarrierName.KANNEL)
    with KannelStub() as stub:
        found = said(with_kannel(house, at(stub.url)))
    assert found["junin: has no number that calls, or can be called: Kannel only texts"] is False


def test_numbers_of_kannels_are_not_looked_for_at_the_other_carrier(house: House) -> None:
    here = with_kannel(house, None)
    assert doctor._numbers(here) == [OURS]


# What Kannel is told ---------------------------------------------------------------------------


def test_the_configuration_is_printed_ready_to_be_used(house: House) -> None:
    run = create_app(with_kannel(house, at("http://127.0.0.1:1/"))).test_cli_runner()
    printed = run.invoke(args=["kannel", "config"]).output
    assert f"password = {PASSWORD}" in printed
    assert f'post-url = "http://kannel:{SECRET}@10.1.2.9:8000/sms/kannel?id=%I"' in printed
    nothing = create_app(house).test_cli_runner().invoke(args=["kannel", "config"])
    assert nothing.exit_code == 1
