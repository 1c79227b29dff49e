"""The whole way with two phones and a browser's requests: a button on a case rings the work phone,
then the person's, and they talk."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterator

import pytest
import requests

from contacts.operations import keep_person
from grievances.operations import ask_for_call
from tests.clock import FakeClock
from tests.dialogue.line import OURS
from tests.voice import test_live_bridge
from tests.voice.test_live_bridge import Place

place = test_live_bridge.place
HERS = "+51964000001"
SECONDS = 90


class Desk:
    """A case manager signed in on the pages, with somebody's wish to be called before her."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._base = place.house.settings.public_url
        self._session = requests.Session()
        self._session.trust_env = False
        form = {"email": "rosa@example.org", "password": "quipu y chaski 22"}
        self._send("/staff/sign-in", "/staff/sign-in", form)
        services = place.house.services
        with services.database.writing() as connection:
            person = keep_person(
                connection, vault=services.vault, number=HERS, language="es", now=services.clock()
            )
            case = ask_for_call(
                connection,
                vault=services.vault,
                programme="junin",
                person_id=person.id,
                queue="ombuds",
                language="es",
                channel="voice",
                now=services.clock(),
                draw=lambda: "12345674",
            )
        self.case = f"/staff/cases/{case.case_id}"

    def close(self) -> None:
        self._session.close()

    def page(self, path: str | None = None) -> str:
        answer = self._session.get(self._base + (path or self.case), timeout=SECONDS)
        assert answer.status_code == 200, answer.status_code
        return answer.text

    def press(self, button: str) -> str:
        """Post the form of this button of the case's page."""
        return self._send(self.case, f"{self.case}/{button}", {})

    def call(self) -> None:
        """Ask for the call, and have the worker's part done."""
        self.press("call")
        self.place.house.dispatcher.run()

    def until_call(self, standing: str) -> None:
        """Until the page says that it got so far: what the carrier tells comes when it may."""
        deadline = time.monotonic() + SECONDS
        while f'data-call="{standing}"' not in self.page():
            assert time.monotonic() < deadline, standing

    def _send(self, page: str, to: str, form: dict[str, str]) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page(page))
        assert found is not None
        sent = self._session.post(
            self._base + to, data={"csrf_token": found[1], **form}, timeout=SECONDS
        )
        assert sent.status_code == 200, sent.status_code
        return sent.text


@pytest.fixture
def desk(place: Place) -> Iterator[Desk]:
    place.caller.state()
    made = Desk(place)
    yield made
    made.close()


def take_work_phone(place: Place) -> None:
    assert place.manager.until_phase("ringing")["peer"] == OURS
    place.manager.post("answer")
    place.manager.until_step("gather")
    place.manager.post("press", key="1")
    told = place.manager.until_sounds("play")
    assert "person.ringing" in told["sounds"][0]["url"]
    place.manager.post("played", step=told["id"])


def test_a_button_rings_two_phones_and_they_talk(desk: Desk, clock: FakeClock) -> None:
    person, manager = desk.place.caller, desk.place.manager
    desk.call()
    take_work_phone(desk.place)
    assert person.until_phase("ringing")["peer"] == OURS
    person.post("answer")
    asked = person.until_sounds("gather")
    assert "call.who" in asked["sounds"][0]["url"]
    clock.advance(dt.timedelta(minutes=1))
    person.post("press", key="1")
    manager.until_step("talk")
    person.until_step("talk")
    assert 'data-call="talking"' in desk.page()
    clock.advance(dt.timedelta(minutes=4))
    person.post("hangup")
    manager.until_phase("idle")
    page = desk.page()
    assert 'data-call="talked"' in page
    assert "10:01, 4 min" in page
    desk.press("talked")
    assert "/talked" not in desk.page()
    for number in ("964000001", "964000002"):
        assert number not in page


def test_whoever_cannot_talk_now_is_not_joined(desk: Desk) -> None:
    person, manager = desk.place.caller, desk.place.manager
    desk.call()
    take_work_phone(desk.place)
    person.until_phase("ringing")
    person.post("answer")
    person.until_step("gather")
    person.post("press", key="2")
    ends = person.until_sounds("play")
    assert "call.neutral_end" in ends["sounds"][0]["url"]
    person.post("played", step=ends["id"])
    told = manager.until_sounds("play")
    assert "person.not_connected" in told["sounds"][0]["url"]
    manager.post("played", step=told["id"])
    manager.until_phase("idle")
    page = desk.page()
    assert 'data-call="later"' in page
    assert f"{desk.case}/call" in page


def test_hanging_up_the_work_phone_stops_the_others_ringing(desk: Desk) -> None:
    person, manager = desk.place.caller, desk.place.manager
    desk.call()
    take_work_phone(desk.place)
    person.until_phase("ringing")
    manager.post("hangup")
    person.until_phase("idle")
    manager.until_phase("idle")
    assert 'data-call="gone"' in desk.page()


def test_a_work_phone_that_is_turned_away_rings_nobody(desk: Desk) -> None:
    desk.call()
    desk.place.manager.until_phase("ringing")
    desk.place.manager.post("reject")
    desk.until_call("unready")
    picture = desk.place.caller.state()
    assert picture is not None
    assert picture["handsets"][0]["phase"] == "idle"
    assert f"{desk.case}/call" in desk.page()
