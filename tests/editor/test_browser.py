"""From a word on a page to a caller's ear, in Chromium: edited, compared, heard, approved by a
second person, published, and played to whoever calls."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from twilio.request_validator import RequestValidator

from app.house import House
from locales.drafts import draft_hash
from locales.languages import language
from tests.browsing import chromium, serving
from tests.editor.people import HERE, NUMBER, PASSWORD, Editor, junin

pytestmark = pytest.mark.browser

MESSAGE = junin().categories[0].messages[0].slug
SAYS = "Usted puede opinar sobre el agua, la tierra y el aire."


def signed_in(browser: Browser, origin: str, name: str, complaints: list[str]) -> Page:
    """Somebody's own browser, as wide as a telephone."""
    page = browser.new_page(base_url=origin, locale="en-GB", viewport={"width": 360, "height": 740})
    page.set_default_timeout(60_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
    )
    page.goto("/staff")
    page.get_by_label("E-mail").fill(f"{name}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return page


def is_narrow(page: Page) -> bool:
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width <= 360


def heard_by_a_caller(app: Flask, house: House, keys: str) -> list[str]:
    """The sounds that a call hears last, posted and signed as the carrier does."""
    client, target, answer = app.test_client(), "/voice/inbound", None
    make: Any = RequestValidator
    validator = make(house.settings.account.auth_token)
    for pressed in ("", *keys):
        form = {"CallSid": "CA" + "7" * 32, "From": "+51964123456", "To": NUMBER}
        form |= {"Digits": pressed} if pressed else {}
        signature = validator.compute_signature("http://localhost" + target, form)
        path, _, query = target.partition("?")
        answer = client.post(
            path,
            query_string=query,
            data=form,
            headers={"X-Twilio-Signature": str(signature)},
            environ_overrides={"RAW_URI": target},
        )
        root = ElementTree.fromstring(answer.text)  # noqa: S314  # our own
        gather = root.find(".//Gather")
        target = str(gather.get("action")) if gather is not None else target
    return [each.text or "" for each in root.iter("Play")]


def test_a_word_reaches_whoever_calls(app: Flask, house: House, ana: Editor, beto: Editor) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    voice = language("es").draft_voice
    assert voice is not None
    complaints: list[str] = []
    plays = "--autoplay-policy=no-user-gesture-required"
    with serving(app) as origin, chromium(plays) as browser:
        page = signed_in(browser, origin, "ana", complaints)
        page.goto("/staff/programme/")
        page.get_by_role("link", name="Edit").click()
        page.get_by_role("button", name="Begin a draft").click()
        page.get_by_role("link", name="Library").click()
        assert is_narrow(page)
        page.locator(f"[data-message={MESSAGE}] a").click()
        page.get_by_label("What is said").first.fill(SAYS)
        page.get_by_label("As a text message").first.fill("")
        expect(page.locator("#text_es-cost")).to_contain_text("1 message")
        assert is_narrow(page)
        page.get_by_role("button", name="Keep in the draft").click()
        page.get_by_role("link", name="The draft").click()
        expect(page.locator("[data-change=said] ins")).to_have_text(SAYS)
        expect(page.locator("[data-found]")).to_contain_text("nothing is wrong", timeout=60_000)
        assert is_narrow(page)

        page.get_by_role("button", name="Hear the draft on a phone").click()
        for turn, key in enumerate("1111", start=2):
            page.locator(f'[data-again="{key}"]').click()
            expect(page.locator("#phone")).to_have_attribute(
                "data-turns", str(turn), timeout=30_000
            )
        expect(page.locator("[data-newest]")).to_contain_text(SAYS)
        drafted = page.locator(f'[data-newest] [data-sound*="{draft_hash(SAYS, voice)}"]')
        expect(drafted).to_have_count(1)
        expect(page.locator("[data-playing]")).to_have_count(1, timeout=30_000)
        assert is_narrow(page)
        page.get_by_role("link", name="The draft").click()
        page.get_by_role("button", name="I stand for these changes").click()
        expect(page.get_by_role("button", name="Publish")).to_be_disabled()

        other = signed_in(browser, origin, "beto", complaints)
        other.goto(f"{HERE}/")
        expect(other.get_by_text("Approved by ana@example.org")).to_be_visible()
        other.get_by_role("button", name="Publish").click()
        expect(other.get_by_text("Published.")).to_be_visible(timeout=30_000)
    assert complaints == []
    wanted = f"/voice/prompts/es/message.{MESSAGE}.wav?v={draft_hash(SAYS, voice)}"
    assert wanted in heard_by_a_caller(app, house, "1111")
