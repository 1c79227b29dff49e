"""The phones in a real browser: someone dials, hears, presses, speaks, texts, and is called."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect
from twilio.rest import Client

from locales.drafts import Drafts
from storage.sound import level, seconds, tone
from tests.browsing import PATIENCE, chromium
from tests.simulator.conftest import Line, serve
from tests.simulator.programme import NUMBER, SECONDS, SID, TOKEN, Programme

pytestmark = pytest.mark.browser

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    # A microphone that beeps, and whoever asks may use it.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
PICTURES = os.environ.get("RIMAY_PICTURES")
"""A folder to leave screenshots in, for whoever works on the look."""


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    """As elsewhere, with seconds that last and drafts that speak."""
    drafts = Drafts(tmp_path / "drafts")
    yield from serve(1.0, drafts)
    drafts.close()


@pytest.fixture
def programme(line: Line) -> Programme:
    line.programme.sounds["voice/prompts/es/greeting.wav"] = tone(3)
    line.programme.answers["/voice/inbound"] = (
        '<Gather action="/voice/turn?n=1" numDigits="1" finishOnKey="" timeout="30">'
        "<Play>/voice/prompts/es/greeting.wav</Play></Gather>"
    )
    line.programme.answers["/voice/turn"] = (
        '<Say voice="Polly.Mia" language="es-MX">Hable.</Say>'
        '<Record action="/voice/kept?n=2" maxLength="60" timeout="2"/>'
    )
    line.programme.answers["/voice/kept"] = "<Hangup/>"
    return line.programme


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    with chromium(*FLAGS) as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="es-PE")
        page.set_default_timeout(PATIENCE)
        yield page


@pytest.fixture
def page(browser_page: Page, line: Line) -> Iterator[Page]:
    problems: list[str] = []
    browser_page.on("pageerror", lambda error: problems.append(str(error)))
    browser_page.set_viewport_size({"width": 1280, "height": 900})
    browser_page.goto(f"{line.url}/simulator/")
    yield browser_page
    browser_page.goto("about:blank")
    assert problems == []


def _picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def test_a_call_by_mouse(page: Page, programme: Programme) -> None:
    phone = page.get_by_test_id("h1")
    _picture(page, "1280-idle")
    page.get_by_test_id("h1-sample").check(force=True)
    page.get_by_test_id("h1-panel-toggle").click()
    for digit in "640000100":
        page.get_by_test_id(f"h1-key-{digit}").click()
    expect(page.get_by_test_id("h1-dialled")).to_have_text("640000100")
    page.get_by_test_id("h1-call").click()
    # The prompt was heard to its end: only then does the phone listen.
    expect(phone).to_have_attribute("data-doing", "playing")
    expect(phone).to_have_attribute("data-doing", "listening")
    expect(page.get_by_test_id("h1-screen")).to_contain_text("Junín")
    _picture(page, "1280-listening")
    page.get_by_test_id("h1-key-1").click()
    assert programme.wait_for("/voice/turn").form["Digits"] == "1"
    expect(phone).to_have_attribute("data-doing", "recording")
    _picture(page, "1280-recording")
    page.get_by_test_id("h1-key-hash").click()
    form = programme.wait_for("/voice/kept").form
    assert form["Digits"] == "#"
    assert int(form["RecordingDuration"]) > 3
    expect(phone).to_have_attribute("data-phase", "idle")
    expect(page.get_by_test_id("h1-screen")).to_contain_text("Llamada terminada")
    panel = page.get_by_test_id("h1-panel")
    expect(panel.locator("[data-kind=twiml]")).to_have_count(3)
    expect(panel).to_contain_text("<Record action=")
    expect(panel.locator("[data-kind=error]")).to_have_count(0)
    _picture(page, "1280-after")


def test_a_call_by_keyboard_that_is_lost_while_speaking(page: Page, programme: Programme) -> None:
    phone = page.get_by_test_id("h2")
    page.get_by_test_id("h2-sample").check(force=True)
    phone.focus()
    page.keyboard.type("51640000100")
    page.keyboard.press("Enter")
    expect(phone).to_have_attribute("data-doing", "playing")
    page.keyboard.press("1")  # a key stops the prompt
    expect(phone).to_have_attribute("data-doing", "recording")
    page.get_by_test_id("h2-drop").click()
    assert programme.wait_for("/voice/kept").form["Digits"] == "hangup"
    expect(page.get_by_test_id("h2-screen")).to_contain_text("Se perdió la señal")
    assert programme.at("/voice/inbound")[0].form["From"] == "+51964000002"


@pytest.mark.parametrize("microphone", [True, False])
def test_a_voice_is_recorded_with_and_without_a_microphone(
    page: Page, programme: Programme, client: Client, line: Line, microphone: bool
) -> None:
    programme.answers["/voice/inbound"] = '<Record action="/voice/kept" finishOnKey="#"/>'
    if not microphone:
        page.evaluate("MediaDevices.prototype.getUserMedia = () => Promise.reject(new Error()); 0")
    page.get_by_test_id("h1-dial").click()
    expect(page.get_by_test_id("h1-screen")).to_contain_text(
        "Grabando: hable ahora" if microphone else "Grabando la voz de muestra"
    )
    # Half a second of sound is there once the clock of the call has moved on.
    expect(page.get_by_test_id("h1-view").locator(".time")).to_have_text(
        re.compile("0:(0[2-9]|[1-5])")
    )
    page.get_by_test_id("h1-key-hash").click()
    sid = programme.wait_for("/voice/kept").form["RecordingSid"]
    address = f"{line.url}/simulator/2010-04-01/Accounts/{SID}/Recordings/{sid}.wav"
    sound = requests.get(address, auth=(SID, TOKEN), timeout=SECONDS).content
    assert seconds(sound) > 0.3
    assert level(sound).peak > -40


def test_texts_are_written_by_keys_and_read(page: Page, programme: Programme) -> None:
    programme.answers["/sms/inbound"] = (
        "<Message>Rimay: 1 Escuchar mensajes. 2 Preguntar o quejarse. 3 Encuesta.</Message>"
    )
    page.get_by_test_id("h1-soft-right").click()
    page.get_by_test_id("h1-soft-left").click()
    for key in ("4", "4", "6", "6", "6"):
        page.get_by_test_id(f"h1-key-{key}").click()
    box = page.get_by_test_id("h1-text")
    expect(box).not_to_have_value("")
    _picture(page, "1280-compose")
    box.fill("hola")
    page.get_by_test_id("h1-soft-left").click()
    assert programme.wait_for("/sms/inbound").form["Body"] == "hola"
    texts = page.get_by_test_id("h1-message")
    expect(texts).to_have_count(2)
    expect(texts.last).to_contain_text("2 Preguntar o quejarse")
    expect(texts.last).to_have_attribute("data-incoming", "true")
    _picture(page, "1280-texts")


def test_a_call_comes_in(page: Page, programme: Programme, client: Client) -> None:
    phone, ours = page.get_by_test_id("h2"), page.get_by_test_id("h1")
    expect(phone).to_have_attribute("data-screen", "home")
    client.calls.create(
        to="+51964000002", from_=NUMBER, url=f"{programme.public_url}/voice/inbound"
    )
    expect(phone).to_have_attribute("data-phase", "ringing")
    expect(page.get_by_test_id("h2-screen")).to_contain_text("Llamada entrante")
    expect(ours).to_have_attribute("data-phase", "idle")
    _picture(page, "1280-ringing")
    page.get_by_test_id("h2-call").click()
    expect(phone).to_have_attribute("data-doing", "listening")
    page.get_by_test_id("h2-hangup").click()
    expect(phone).to_have_attribute("data-phase", "idle")


def test_it_fits_a_small_screen_and_speaks_english(page: Page, programme: Programme) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_test_id("language-en").click()
    expect(page.get_by_test_id("h1-screen")).to_contain_text("Contacts")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360
    left = page.get_by_test_id("h1").bounding_box()
    right = page.get_by_test_id("h2").bounding_box()
    assert left is not None
    assert right is not None
    assert right["y"] >= left["y"] + left["height"]
    _picture(page, "360-english")
    page.get_by_test_id("language-es").click()
    page.get_by_test_id("h1-number").fill("12")
    page.get_by_test_id("h1-number").press("Tab")
    expect(page.get_by_test_id("h1-problem")).to_be_visible()
    _picture(page, "360-problem")
