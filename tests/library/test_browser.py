"""A prompt recorded in Chromium: the microphone, 8 kHz, the yes, and a telephone's screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from library import queries
from library.prompts import Play, Prompts
from storage import sound
from storage.services import Services
from tests.browsing import PATIENCE, chromium, serving
from tests.library.people import PASSWORD, Team, place

pytestmark = pytest.mark.browser

PROBLEMS: tuple[str, ...] = ("error", "warning")
EXPECTED = ("422",)
"""A refused take is an answer, though the browser's console calls it an error."""


@pytest.fixture
def page(app: Flask) -> Iterator[Page]:
    """Ana's browser on a telephone's screen, with a microphone that beeps."""
    app.config["WTF_CSRF_ENABLED"] = True
    microphone = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    with serving(app) as origin, chromium(*microphone) as browser:
        page = browser.new_page(
            base_url=origin, locale="en-GB", viewport={"width": 360, "height": 740}
        )
        page.set_default_timeout(PATIENCE)
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text) if said.type in ("error", "warning") else None
            ),
        )
        page.goto("/staff")
        page.get_by_label("E-mail").fill("ana@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        yield page
    assert [each for each in complaints if not any(code in each for code in EXPECTED)] == []


def narrow(page: Page) -> bool:
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width <= 360


def test_recorded_in_the_browser_approved_and_heard(
    page: Page, team: Team, services: Services, prompts: Prompts
) -> None:
    expect(page.get_by_role("heading", name="What callers hear")).to_be_visible()
    assert narrow(page)
    page.get_by_role("link", name="Runasimi", exact=True).click()
    expect(page.get_by_role("heading", name="Runasimi", level=1)).to_be_visible()
    assert narrow(page)
    page.get_by_role("link", name="Rimaykullayki.").click()
    expect(page.get_by_role("heading", name="At the start of every call")).to_be_visible()
    assert narrow(page)
    page.get_by_role("button", name="Record", exact=True).click()
    # Not a moment of its clock alone: it may be looked at late.
    expect(page.locator("[data-clock]")).to_have_text(re.compile("0:(0[2-9]|[1-5])"))
    expect(page.locator("[data-level]")).not_to_have_js_property("value", 0)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("This is how callers will hear it")).to_be_visible()
    heard = page.locator("[data-playback]")
    expect(heard).to_have_attribute("src", re.compile("/takes/"))
    rate = page.evaluate(
        """async () => {
            const answer = await fetch(document.querySelector("[data-playback]").src);
            return new DataView(await answer.arrayBuffer()).getUint32(24, true);
        }"""
    )
    assert rate == sound.RATE
    page.get_by_label("Who speaks").fill("Rosa Quispe")
    page.get_by_label("They agreed today").check()
    page.get_by_role("button", name="Keep this recording").click()
    expect(page.get_by_text("The recording is kept")).to_be_visible()
    assert narrow(page)
    player = page.get_by_label("The newest recording")
    player.evaluate("each => each.play()")
    expect(player).not_to_have_js_property("currentTime", 0)
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_text("Callers hear it within seconds")).to_be_visible()
    expect(page.locator("[data-state=approved]")).to_be_visible()
    found = prompts.sound(team.reach.wordings, "greeting", "quy", slug="valle").source
    assert isinstance(found, Play)
    wav = prompts.audio("greeting", "quy", found.version, texts=())
    assert wav is not None
    assert sound.seconds(wav) > 0.5
    with services.database.reading() as connection:
        current = queries.current_version(connection, place("greeting"))
    assert current is not None
    assert current.take is not None
    assert current.take.version == found.version, "what was listened to is what is heard"


def test_a_silent_file_is_refused_before_it_is_sent(page: Page, team: Team) -> None:
    page.goto("/staff/prompts/quy/greeting")
    silent = sound.as_wav(bytes(4 * sound.RATE))
    file = {"name": "voice.wav", "mimeType": "audio/wav", "buffer": silent}
    page.get_by_label("or choose a sound file").set_input_files(file)  # type: ignore[arg-type]
    expect(page.get_by_text("It is silent, or nearly so")).to_be_visible()
