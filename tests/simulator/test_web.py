"""What the page asks, and where the simulator refuses to be."""

from __future__ import annotations

import pytest
import requests
from flask import Flask

from simulator.errors import SimulatorInProduction
from simulator.web import install
from tests.simulator.conftest import Line
from tests.simulator.phone import Phone
from tests.simulator.programme import NUMBER, SECONDS


def test_it_does_not_exist_in_production() -> None:
    app = Flask("live")
    with pytest.raises(SimulatorInProduction):
        install(
            app,
            public_url="https://rimay.example",
            account_sid="AC",
            auth_token="t",
            numbers=lambda: [],
            environment="production",
        )
    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/simulator")]


def test_the_page_offers_the_programmes_numbers(line: Line) -> None:
    page = requests.get(f"{line.url}/simulator/", timeout=SECONDS)
    assert page.status_code == 200
    assert f"Junín · {NUMBER}" in page.text
    assert 'data-testid="h2-key-hash"' in page.text
    # Nothing inline: the house's content policy would stop it.
    assert "style=" not in page.text
    assert "onclick" not in page.text


def test_a_number_must_be_one_and_ones_own(phone: Phone, other_phone: Phone) -> None:
    assert phone.post("number", number="12").status_code == 400
    assert phone.post("number", number="+51964000002").status_code == 409
    assert phone.post("number", number="+51 964-000 (003)").status_code == 200
    assert phone.until(lambda one: True)["number"] == "+51964000003"
    assert other_phone.until(lambda one: True)["number"] == "+51964000002"


def test_another_sites_form_is_not_obeyed(line: Line, phone: Phone) -> None:
    address = f"{line.url}/simulator/handsets/1/dial"
    assert requests.post(address, data={"to": NUMBER}, timeout=SECONDS).status_code == 415


def test_there_are_few_phones_and_few_keys(line: Line, phone: Phone) -> None:
    assert phone.post("press", key="A").status_code == 400
    for name in ("0", "9", "x"):
        assert Phone(line.url, name).post("hangup").status_code == 404


def test_nothing_new_is_an_empty_answer(phone: Phone) -> None:
    picture = phone.state()
    assert picture is not None
    assert phone.state(after=picture["after"]) is None
    # After a restart an old mark means nothing: everything is told again.
    again = phone.state(after="ffffffff.900")
    assert again is not None
    assert again["fresh"] is True
