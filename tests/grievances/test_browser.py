"""A case manager's page in Chromium: the microphone, a narrow screen, the keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from duty.operations import set_duty
from grievances.models import Case, Reply
from grievances.values import AnswerBy
from storage import sound
from storage.services import Services
from tests.browsing import chromium, serving
from tests.grievances.people import NOW, PASSWORD, World
from tests.grievances.test_pages import recorded_case

pytestmark = pytest.mark.browser

PROBLEMS: tuple[str, ...] = ("error", "warning")


@pytest.fixture
def page(app: Flask) -> Iterator[Page]:
    """Rosa's browser, signed in, with a microphone that beeps; it fails on any complaint."""
    app.config["WTF_CSRF_ENABLED"] = True
    microphone = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    with serving(app) as origin, chromium(*microphone) as browser:
        page = browser.new_page(base_url=origin, locale="en-GB")
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type in PROBLEMS else None,
        )
        page.goto("/staff")
        page.get_by_label("E-mail").fill("rosa@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Cases")).to_be_visible()
        yield page
    assert complaints == []


def test_an_answer_is_recorded_heard_again_and_sent(
    page: Page, world: World, services: Services
) -> None:
    case_id = world.case(language="quy")
    page.goto("/staff/cases")
    page.get_by_role("link", name="Agua").click()
    page.get_by_role("button", name="Record", exact=True).click()
    clock = page.locator("[data-clock]")
    expect(clock).to_have_text(re.compile("0:0[2-9]|0:[1-5]"))
    expect(page.locator("[data-level]")).not_to_have_js_property("value", 0)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Recorded. Listen to it, then send.")).to_be_visible()
    expect(page.get_by_label("Your recording")).to_be_visible()
    first = clock.inner_text()
    page.get_by_role("button", name="Record again").click()
    expect(clock).not_to_have_text(re.compile(f"0:00|{first}"))
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("Rimay is calling them now")).to_be_visible()
    with world.database.reading() as connection:
        row = connection.execute(select(Reply.case_id, Reply.media)).one()
    assert row.case_id == case_id
    assert row.media is not None
    kept = services.media.get(row.media)
    assert sound.seconds(kept) > 0.5
    assert sound.level(kept).peak > -40, "the beeps of the microphone"


def test_enter_sends_the_answer_and_rings_no_work_phone(
    page: Page, world: World, services: Services
) -> None:
    case_id = world.case()
    with world.database.writing() as connection:
        connection.execute(update(Case).values(state="investigating"))
        set_duty(
            connection, world.manager, vault=world.vault, phone="964 111 001", country="PE",
            languages=("es",), is_on=False, by=world.manager, now=NOW,
        )  # fmt: skip
    page.goto(f"/staff/cases/{case_id}")
    expect(page.get_by_role("button", name="Record by phone")).to_be_enabled()
    page.get_by_label("Written answer").fill("Ya lo vimos.")
    page.get_by_label("This proposes a resolution").press("Enter")
    expect(page.locator("[data-delivery]")).to_have_count(1)
    with world.database.reading() as connection:
        assert connection.execute(select(Reply.case_id)).scalars().all() == [case_id]


def test_what_is_typed_is_counted(page: Page, world: World) -> None:
    case_id = world.case(channel="sms", answer_by=AnswerBy.SMS)
    page.goto(f"/staff/cases/{case_id}")
    page.get_by_label("Written answer").fill("a" * 161)
    cost, sent = page.locator("#text-cost"), page.locator("[data-sent]")
    expect(cost).to_have_text("2 messages · 161 / 306 · GSM-7")
    expect(sent).to_be_hidden()
    page.get_by_label("Written answer").fill("Mañana irá el técnico. " * 5)
    expect(cost).to_have_text("1 message · 114 / 160 · GSM-7")
    expect(page.locator("[data-dear]")).to_contain_text("á: too dear")
    expect(sent).to_have_text("Mañana ira el técnico. " * 5)
    page.get_by_label("Written answer").fill("😀" * 40)
    expect(cost).to_have_text("2 messages · 80 / 134 · UCS-2")
    expect(page.locator("[data-dear]")).to_contain_text("😀: with these")
    expect(page.locator("[data-too-long]")).to_be_hidden()
    page.get_by_label("Written answer").fill("a" * 460)
    expect(page.locator("[data-too-long]")).to_contain_text("call and hear it")


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_screen(page: Page, world: World, width: int) -> None:
    case_id = world.case(confirmed=False, text="w" * 300)
    world.replies(case_id, text="Iremos el lunes a mirar el agua con ustedes. " * 4)
    page.set_viewport_size({"width": width, "height": 780})
    for path in ("/staff/cases?state=all", f"/staff/cases/{case_id}", "/staff/intake/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_alone_reaches_a_case(page: Page, world: World) -> None:
    case_id = world.case()
    page.goto("/staff/cases")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Agua")
    for _ in range(8):
        page.keyboard.press("Tab")
        if link.evaluate("each => each === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/staff/cases/{case_id}")


def test_a_recording_has_a_speed_a_waveform_and_marks(
    page: Page, world: World, services: Services
) -> None:
    case_id = recorded_case(world, services, sound.tone(3))[0]
    page.goto(f"/staff/cases/{case_id}")
    heard = page.locator(".bubble-hers audio")
    page.get_by_role("button", name="1.5 ×").click()
    expect(heard).to_have_js_property("playbackRate", 1.5)
    expect(page.locator("canvas.waveform")).to_be_hidden()
    heard.evaluate("sound => sound.play()")
    expect(page.locator("canvas.waveform")).to_be_visible()
    page.get_by_role("button", name="Mark this place").click()
    expect(page.get_by_role("button", name="⚑ 0:0")).to_have_count(1)
    page.reload()
    expect(page.get_by_role("button", name="⚑ 0:0")).to_have_count(1)
