"""Coding in a browser: on a narrow screen, by keyboard, as fast as the coder hears."""

from __future__ import annotations

import io
import wave

import pytest
from flask import Flask
from playwright.sync_api import expect

from staff.values import Role
from storage import recordings
from storage.services import Services
from surveys import jobs
from surveys.values import Words
from tests.browsing import chromium, serving
from tests.surveys.people import NOW
from tests.surveys.test_coding import PASSWORD, account, app, close, here, kept, services
from tests.surveys.test_kinds import Round

__all__ = ["app", "here", "services"]
pytestmark = pytest.mark.browser


def a_second_of_silence() -> bytes:
    content = io.BytesIO()
    with wave.open(content, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * 8000)
    return content.getvalue()


def test_a_sound_is_heard_faster_and_coded_by_keyboard(
    app: Flask, here: Round, services: Services
) -> None:
    here.go("x")
    here.answer("x", "worry", "given", words=Words(recording="RE1", seconds=1))
    with services.database.writing() as connection:
        recordings.keep(connection, "RE1", media=services.media.put(a_second_of_silence()), now=NOW)
        recordings.finish(connection, "RE1")
    jobs.settle_open_answers(services)
    close(here)
    account(services, "one", Role.INTERPRETER, language="es")
    with serving(app) as origin, chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{origin}/staff/coding/{here.id}/worry/next")
        page.fill("[name=email]", "one@example.org")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.get_by_role("button", name="1.5 ×").press("Enter")
        assert page.evaluate("document.querySelector('audio').playbackRate") == 1.5
        page.get_by_role("button", name="Guardar y seguir").press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        page.get_by_label("Water", exact=True).press("Space")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360
        page.get_by_role("button", name="Guardar y seguir").press("Enter")
        expect(page.get_by_text("Aquí no hay nada que espere por usted.")).to_be_visible()
    assert complaints == []
    assert kept(here).codes is None
