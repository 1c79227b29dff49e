"""Everything at once, as people do it: two phones and a case manager, each in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.outside.handset import FAST, PATIENCE, Handset
from tests.outside.labels import fold
from tests.outside.leaks import SECRET_WORDS, leaks_in
from tests.outside.rimay import MANAGER, PASSWORD, Rimay
from tests.outside.valkey import Valkey

# One program for all of them, so one process.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("outside-demo")]

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
    # A microphone that beeps, and whoever asks may use it.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rimay]:
    """The program with the simulator for a carrier, and a worker."""
    folder = tmp_path_factory.mktemp("demo")
    with (
        Valkey() as valkey,
        Rimay(
            folder,
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
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass(frozen=True, slots=True)
class Scene:
    """Two phones on one page, and a case manager's page."""

    phones: Page
    manager: Page

    def open_newest_case(self) -> None:
        """The case manager opens the case that waits for the shortest time."""
        self.manager.goto("/staff/cases?state=open")
        self.manager.locator(".case-link").last.click()

    def send_answer(self) -> None:
        self.manager.locator("[data-send]").click()
        expect(self.manager.locator("[data-delivery]")).to_have_count(1, timeout=PATIENCE)

    def see_delivery(self, delivery: str) -> None:
        """It is told on the open page, without a click."""
        shown = self.manager.locator("[data-delivery]").last
        expect(shown).to_have_attribute("data-delivery", delivery, timeout=PATIENCE)


@pytest.fixture
def scene(demo: Rimay, chromium: Browser) -> Iterator[Scene]:
    complaints: list[str] = []
    phones = chromium.new_context(base_url=demo.url, viewport={"width": 1280, "height": 900})
    phones.add_init_script(FAST)
    manager = chromium.new_context(base_url=demo.url, locale="es-PE")
    made = Scene(phones.new_page(), manager.new_page())
    for page in (made.phones, made.manager):
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: complaints.append(str(error)))
    made.phones.goto("/simulator/")
    made.manager.goto("/staff")
    made.manager.locator("#email").fill(MANAGER)
    made.manager.locator("#password").fill(PASSWORD)
    made.manager.locator("form[action$=sign-in] button").click()
    expect(made.manager.locator(".queue-head")).to_be_visible()
    yield made
    phones.close()
    manager.close()
    assert complaints == []


@pytest.mark.parametrize("language", ["es", "quy"])
def test_a_recorded_answer_rings_and_is_heard(scene: Scene, language: str) -> None:
    caller = Handset(scene.phones, "1" if language == "es" else "2")
    private: list[int] = []
    scene.phones.on(
        "response",
        lambda got: private.append(got.status) if "/voice/private/" in got.url else None,
    )
    caller.dial()
    for option in (language, "ready", "support", "grievance", "dust_noise"):
        caller.choose(option)
    caller.speak()
    caller.choose("send")
    assert set(private) <= {200, 206}
    assert private, "she has heard her own words"
    caller.choose("by_call")
    caller.choose("no")
    caller.hang_up()  # while her code is read out
    private.clear()

    scene.open_newest_case()
    desk = scene.manager
    said = desk.locator(".bubble-hers audio")
    expect(said).to_be_visible(timeout=PATIENCE)
    length = said.evaluate(
        "(it) => new Promise((done) => { it.onended = () => done(it.duration);"
        " it.playbackRate = 16; it.play(); })"
    )
    assert length > 2
    desk.locator("[data-record]").click()
    expect(desk.locator("[data-clock]")).to_have_text(re.compile("0:0[2-9]"))
    desk.locator("[data-stop]").click()
    expect(desk.locator("[data-playback]")).to_be_visible()
    scene.send_answer()

    caller.answer()
    caller.choose("yes")  # she can talk now
    caller.choose("stop_now")
    assert set(private) <= {200, 206}
    assert private, "she has heard the answer"
    caller.until("phase", "idle")
    scene.see_delivery("heard")


def test_a_written_answer_is_read_on_the_phone(scene: Scene) -> None:
    scene.phones.goto("/simulator/?phones=3")
    texter = Handset(scene.phones, "3")
    offered = texter.write("Hola")
    for option in ("es", "support", "question", "water"):
        offered = texter.write_option(offered, option, language="es")
    offered = texter.write(f"¿Quién mira el agua? ({SECRET_WORDS})")
    offered = texter.write_option(offered, "by_sms", language="es")
    texter.write_option(offered, "no", language="es")
    before = len(texter.received())

    scene.open_newest_case()
    expect(scene.manager.locator(".bubble-hers")).to_contain_text(SECRET_WORDS)
    scene.manager.locator("#text").fill(f"El lunes la medimos. ({SECRET_WORDS})")
    scene.send_answer()

    assert fold(texter.until_texts(before + 1)[-1]) == fold(
        f"El lunes la medimos. ({SECRET_WORDS})"
    )
    scene.see_delivery("delivered")
