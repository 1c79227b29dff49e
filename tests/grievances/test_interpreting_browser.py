"""The interpreter's desk in Chromium: the waveform, the speed, and writing beside them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from staff.values import Role
from storage import recordings
from storage.database import Database
from storage.services import Services
from tests.browsing import chromium, serving
from tests.grievances.people import NOW, PASSWORD, World, add_manager
from tests.outside import sound

pytestmark = pytest.mark.browser


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


@pytest.fixture
def page(app: Flask, world: World, services: Services) -> Iterator[Page]:
    """Ana's browser on a narrow screen, signed in, with a recording that waits."""
    app.config["WTF_CSRF_ENABLED"] = True
    said = world.says(recording_id="RE1", seconds=4, language="quy")
    world.opens(said)
    with world.database.writing() as connection:
        add_manager(connection, "ana", role=Role.INTERPRETER)
        recordings.announce(connection, "RE1", now=NOW, ready=True, seconds=4)
        recordings.keep(connection, "RE1", media=services.media.put(sound.wav(4.0)), now=NOW)
    with serving(app) as origin, chromium() as browser:
        page = browser.new_page(
            base_url=origin, locale="en-GB", viewport={"width": 360, "height": 740}
        )
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/staff")
        page.get_by_label("E-mail").fill("ana@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        yield page
    assert complaints == []


def test_a_recording_is_taken_heard_slowly_and_written_down(page: Page) -> None:
    page.get_by_role("button", name="Take it").click()
    expect(page.locator("canvas[data-waveform]")).to_be_visible()
    sound_of_it = page.get_by_label("What was said", exact=True).locator("visible=true").last
    page.get_by_role("button", name="0.75 ×").click()
    expect(page.get_by_role("button", name="0.75 ×")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("document.querySelector('audio').playbackRate") == 0.75
    expect(sound_of_it).to_be_visible()
    page.get_by_label("As it is said").fill("Yakuqa qanra hamun")
    page.keyboard.press("Alt+KeyP")
    page.wait_for_function("!document.querySelector('audio').paused")
    page.get_by_label("What it means, in Spanish").fill("El agua viene sucia")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Kept. Thank you.")).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
