"""A language that is data alone: recorded by telephone, approved, published, heard by a caller."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.factory import create_app
from app.house import House, build
from app.settings import Carrier, Environment, Settings
from app.worker import do
from library.models import PromptVersion
from storage.queues import Work
from storage.sound import tone
from telephony.gateway import RecordingGateway
from tests.clock import FakeClock
from tests.dialogue.line import OURS, Line
from tests.library.people import PASSWORD
from tests.signed import ORIGIN, TOKEN, Call, Reply, Signed

PROGRAMME = """
slug: valle
name: {es: Valle, en: Valley}
languages: [es, qvw]
time_zone: America/Lima
quick_exit: fair
menu:
  - {option: library, tool: library}
  - {option: my_case, tool: my_case}
queues:
  - {slug: office, affiliation: independent, name: {es: Oficina, en: Office}}
default_queue: office
topics: [{option: topic_other, queue: office}]
prompts:
  greeting: {es: {say: "Le saluda el valle."}}
  support.notice: {es: {say: "Guardamos su voz."}}
  option.topic_other: {es: {say: "Para hablar de otra cosa"}}
  option.qvw: {es: {say: "Para quechua wanka"}}
"""
LIBRARY = """
categories:
  - option: events
    wording: {es: {say: "Para saber de reuniones"}}
    messages:
      - slug: fair
        source: "La comunidad"
        reviewed_on: 2026-11-01
        expires_on: 2027-11-01
        example: false
        wording: {es: {say: "Hay feria el domingo."}}
"""


@dataclass
class Office:
    """Staff at their pages."""

    client: FlaskClient
    token: str = ""

    @classmethod
    def signed_in(cls, app: Flask, email: str) -> Office:
        office = cls(app.test_client())
        form = {"email": email, "password": PASSWORD}
        assert office.post("/staff/sign-in", form, of="/staff/sign-in").status_code == 303
        office.token = ""  # signed in, it is another
        return office

    def get(self, path: str) -> str:
        response = self.client.get(path, base_url=ORIGIN)
        assert response.status_code == 200, path
        return response.text

    def post(self, path: str, form: dict[str, str], *, of: str = "/staff/prompts") -> TestResponse:
        if not self.token:
            found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(of))
            assert found is not None
            self.token = found[1]
        data = {**form, "csrf_token": self.token}
        return self.client.post(path, data=data, base_url=ORIGIN, headers={"Referer": ORIGIN})


@dataclass
class Rosa:
    """A speaker at her telephone; the carrier keeps what she says until it is fetched."""

    carrier: Signed
    gateway: RecordingGateway
    digits: str
    taken: int = 0

    def call(self) -> Call:
        """Ring, and enter the code."""
        call = self.carrier.call()
        call.press(self.digits[:8])
        call.press(self.digits[8:])
        return call

    def records(self, call: Call) -> Reply:
        """Speak, wait, hear herself, and keep it."""
        self.taken += 1
        record = call.reply.root.find("Record")
        assert record is not None, call.reply.body
        sid = f"RE{self.taken:032}"
        self.gateway.recordings[sid] = tone(0.4, frequency=300 + self.taken, level=-12)
        call.post(call.reply.action, RecordingSid=sid, RecordingDuration="1", Digits="1")
        form = {"RecordingSid": sid, "RecordingStatus": "completed", "CallSid": call.sid}
        told = self.carrier.post(record.attrib["recordingStatusCallback"], form)
        assert told.status == 204
        do(self.carrier.house, Work.RECORDINGS)
        call.wait()
        assert "/voice/private/" in call.reply.body, "she hears herself"
        return call.press("1")


@pytest.fixture
def gateway() -> RecordingGateway:
    return RecordingGateway()


@pytest.fixture
def carrier(
    tmp_path: Path,
    sqlite_url: str,
    valkey_url: str,
    clock: FakeClock,
    gateway: RecordingGateway,
) -> Iterator[Signed]:
    """The program in production, with a programme that is not open yet."""
    settings = Settings(
        environment=Environment.PRODUCTION,
        public_url=ORIGIN,
        secret_key="s" * 32,
        vault_key="t" * 32,
        database_url=sqlite_url,
        redis_url=valkey_url,
        media_url=(tmp_path / "media").as_uri(),
        carrier=Carrier("AC" + "5" * 32, TOKEN, "http://127.0.0.1:1"),
        var=tmp_path / "var",
    )
    house = build(settings, clock=clock, gateway=gateway)
    folder = tmp_path / "valle"
    folder.mkdir()
    (folder / "programme.yaml").write_text(PROGRAMME, "utf-8")
    (folder / "library.yaml").write_text(LIBRARY, "utf-8")
    app = create_app(house)
    signed = Signed(house, Line(house.services, house.prompts, ""), app.test_client())
    command(app, "programme", "load", str(folder), "--number", OURS)
    for name, role in (("ana", "editor"), ("beto", "interpreter"), ("carla", "case_manager")):
        address = f"{name}@example.org"
        command(app, "staff", "add", address, "--role", role, "--programme", "valle")
    yield signed
    house.services.database.close()


def command(app: Flask, *arguments: str) -> str:
    done = app.test_cli_runner().invoke(args=list(arguments), input=f"{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    return done.output


def app_of(carrier: Signed) -> Flask:
    return carrier.client.application


def said(reply: Reply) -> list[str]:
    return [each.text or "" for each in reply.root.iter("Say")]


def given(ana: Office) -> str:
    """The digits of a code for Rosa's Wanka."""
    form = {"language": "qvw", "speaker": "Rosa Quispe", "consent": "yes", "days": "30"}
    shown = re.search(r'code-digits">([\d ]+)<', ana.post("/staff/prompts/by-telephone", form).text)
    assert shown is not None
    return shown[1].replace(" ", "")


def to_record(ana: Office, tag: str = "qvw") -> list[str]:
    """The keys on the pages of prompts that nobody has recorded."""
    return _keys(ana, tag, "missing") + _keys(ana, tag, "draft")


def _keys(ana: Office, tag: str, state: str) -> list[str]:
    found: list[str] = []
    for page in range(1, 20):
        listed = ana.get(f"/staff/prompts/{tag}?state={state}&page={page}")
        new = re.findall(rf'class="prompt-link" href="/staff/prompts/{tag}/([^"]+)"', listed)
        if not new or new[0] in found:
            break
        found += new
    return found


def approve(office: Office, house: House, key: str) -> None:
    with house.services.database.reading() as connection:
        version = connection.execute(
            PromptVersion.__table__.select().where(PromptVersion.key == key)
        ).one()
    path = f"/staff/prompts/qvw/{key}"
    assert office.post(f"{path}/approve", {"version": version.id}).status_code == 303


def test_a_line_that_is_not_open_asks_for_nothing_but_a_recording_code(
    carrier: Signed, clock: FakeClock
) -> None:
    not_open = "Esta línea todavía no está abierta. Por favor, llame otro día. Gracias."
    call = carrier.call()
    assert said(call.reply) == [not_open]
    assert call.reply.hangs_up, "nobody records it"
    digits = given(Office.signed_in(app_of(carrier), "ana@example.org"))
    call = carrier.call()
    assert said(call.reply)[0] == not_open
    for key in ("0", "9"):
        call = carrier.call()
        assert call.press(key).hangs_up, "no key leads to what callers use"
    call = carrier.call()
    call.press("00000018")
    call.press("11111111")
    assert call.press("22222222").hangs_up
    call = carrier.call()
    call.press(digits[:8])
    for _ in range(3):
        call.press("0000" if digits[8:] != "0000" else "1111")
    assert call.reply.hangs_up
    assert carrier.text("hola").status == 200
    clock.advance(dt.timedelta(days=31))
    assert carrier.call().reply.hangs_up, "the code is over"


def test_a_new_language_is_recorded_by_telephone_and_heard(
    carrier: Signed, gateway: RecordingGateway, clock: FakeClock
) -> None:
    house, app = carrier.house, app_of(carrier)
    ana, beto = (Office.signed_in(app, f"{name}@example.org") for name in ("ana", "beto"))
    rosa = Rosa(carrier, gateway, given(ana))
    missing = to_record(ana)
    assert "message.fair" in missing
    call = rosa.call()
    while rosa.taken < 5:
        rosa.records(call)
    call.hang_up()  # she is tired
    clock.advance(dt.timedelta(days=1))
    call = rosa.call()
    while not call.reply.hangs_up:
        rosa.records(call)
    assert said(call.reply)[-1] == "Ya está todo grabado. Muchas gracias."
    assert rosa.taken == len(missing), "each once, and none twice"
    assert gateway.recordings == {}, "nothing stays at the carrier"
    assert to_record(ana) == []
    assert "Rosa Quispe" in ana.get("/staff/prompts/qvw/message.fair")

    assert "(to be approved)" in app.test_cli_runner().invoke(args=["doctor"]).output
    for key in missing:
        approve(ana, house, key)
    approve(beto, house, "message.fair")
    allowed = ("--spanish-unrecorded-by", "Ana Rojas", "--reason", "The studio opens in May")
    assert "valle is open" in command(app, "programme", "open", "valle", *allowed)

    caller = carrier.call("+51964000333")
    assert said(caller.reply) == ["Le saluda el valle.", "Para castellano", "marque uno"]
    caller.press("2")
    heard: list[str] = []
    for key in ("1", "1", "1", "1"):  # the practice, the library, its category, its message
        assert said(caller.reply) == []
        assert caller.reply.languages == {"qvw"}
        heard += caller.reply.keys
        caller.press(key)
    assert {"practice.press_one", "menu.main", "library.which", "message.fair"} <= set(heard)
    address = next(each.text or "" for each in caller.reply.root.iter("Play"))
    assert carrier.client.get(address).mimetype == "audio/wav"
