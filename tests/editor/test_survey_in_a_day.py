"""A survey from an empty page to a regulator's disk, in Chromium: written, tried on the handset,
approved by a second person, piloted, opened, answered by voice and in texts, closed, released."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.house import House
from staff.values import Role
from surveys.jobs import renew_snapshots
from surveys.release.archive import public_key, verify
from surveys.release.operations import SIGNING
from tests.browsing import chromium, serving
from tests.dialogue.line import Line
from tests.editor.people import HERE, NUMBER, add_account
from tests.editor.test_browser import is_narrow, signed_in
from tests.signed import Signed
from tests.surveys.test_coding_browser import a_second_of_silence

pytestmark = pytest.mark.browser

WATER = ("¿Le parece buena el agua que toma?", "¿Upyasqayki yaku imaynataq kachkan?")
BOILS = ("¿La hace hervir?", "¿Timpuchinkichu?")
PEOPLE = [
    ("voice" if n < 14 else "sms", "woman" if n % 5 < 3 else "man", "good" if n % 2 else "bad")
    for n in range(24)
]
"""By which channel, who, and what she says of the water; of whom it is bad another question."""
KEYS = {"good": "1", "bad": "2", "woman": "1", "man": "2"}
FIELDWORK = "/staff/fieldwork/"


def says(page: Page, words: tuple[str, str]) -> None:
    for place, each in enumerate(words):
        page.get_by_label("What is said").nth(place).fill(each)


def writes_it(page: Page) -> None:
    """Two questions and a ready-made one; the second is asked of whom the first leads to it."""
    page.goto(f"{HERE}/")
    page.get_by_role("button", name="Begin a draft").click()
    page.get_by_role("link", name="Survey").click()
    page.get_by_role("link", name="Write another survey").click()
    page.get_by_label("Its title in Spanish").fill("El agua de Morococha")
    page.get_by_label("Its title in English").fill("The water of Morococha")
    page.get_by_role("button", name="Keep in the draft").click()
    page.get_by_role("link", name="One of its options").click()
    page.get_by_label("Short name").fill("Water")
    says(page, WATER)
    options = page.get_by_label("Said in")
    for place, words in enumerate(("Está buena", "Allin", "Está mala", "Mana allin")):
        options.nth(place).fill(words)
    assert is_narrow(page)
    page.get_by_role("button", name="Keep in the draft").click()
    page.get_by_role("link", name="Yes or no").click()
    page.get_by_label("Short name").fill("Boils it")
    says(page, BOILS)
    page.get_by_label("It is asked").select_option("all")
    page.get_by_label("Earlier question and answer").first.select_option("Water: Está mala")
    assert is_narrow(page)
    page.get_by_role("button", name="Keep in the draft").click()
    expect(page.locator("[data-question=boils_it]")).to_contain_text("Water: Está mala")
    expect(page.get_by_text("It does not ask gender")).to_be_visible()
    page.get_by_role("button", name="Gender").click()
    expect(page.get_by_text("It does not ask gender")).to_have_count(0)
    page.get_by_role("button", name="Take the ready words").click()
    assert is_narrow(page)


def tries_it(page: Page) -> None:
    """On the handset of the page, in Spanish: consent, three answers, thanks."""
    # How it sounds is tried elsewhere: making every sound takes a while.
    silent = a_second_of_silence()
    page.route("**/*.wav?*", lambda route: route.fulfill(body=silent, content_type="audio/wav"))
    page.get_by_role("button", name="Hear the survey on a phone").click()
    newest = page.locator("[data-newest]")
    expect(newest).to_contain_text("desea participar")
    for turn, (key, hears) in enumerate(
        (("1", WATER[0]), ("2", "mujeres y varones"), ("1", BOILS[0]), ("1", "Muchas gracias")),
        start=2,
    ):
        page.locator(f'[data-again="{key}"]').click()
        expect(page.locator("#phone")).to_have_attribute("data-turns", str(turn))
        expect(newest).to_contain_text(hears)
    page.get_by_role("button", name="Hang up").click()
    expect(page.get_by_text("The call is over.")).to_be_visible()
    page.get_by_role("link", name="The draft").click()
    page.get_by_role("button", name="I stand for these changes").click()
    expect(page.get_by_role("button", name="Publish")).to_be_disabled()


def publishes_it(page: Page) -> None:
    """The second person: closes the round of before, reads, publishes."""
    page.goto(FIELDWORK)
    page.get_by_role("link", name="Perception of mining 2026").click()
    closes(page)
    page.goto(f"{HERE}/")
    expect(page.get_by_text("Survey: new question, Boils it")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published.")).to_be_visible(timeout=60_000)


def closes(page: Page) -> None:
    page.get_by_text("Close the round").click()
    page.get_by_label("At once").check()
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_text("The round is closed.")).to_be_visible()


def pilots_it(page: Page, carrier: Signed) -> None:
    page.goto(FIELDWORK)
    page.get_by_text("Try the open round as a pilot").click()
    page.get_by_role("button", name="Make it a pilot").click()
    answers_by_voice(carrier, "+51964000999", "woman", "bad", pause=dt.timedelta(seconds=30))
    page.reload()
    expect(page.locator("[data-pilot=open]")).to_contain_text("1 min 30 s")
    assert is_narrow(page)
    page.get_by_role("button", name="End the pilot").click()
    expect(page.locator("[data-pilot=closed]")).to_contain_text("1 min 30 s")
    page.get_by_role("button", name="Open a round").click()
    expect(page.get_by_text("The round is open")).to_be_visible()


def answers_by_voice(
    carrier: Signed,
    number: str,
    who: str,
    water: str,
    *,
    pause: dt.timedelta = dt.timedelta(seconds=5),
) -> None:
    call = carrier.call(number, ours=NUMBER).to_menu()
    assert "survey.consent" in call.press("3").keys
    asked = call.press("1").keys
    met = []
    while "survey.thanks" not in asked:
        question = next(each for each in asked if each.startswith("question."))
        met.append(question)
        carrier.line.clock.advance(pause)
        told = {"question.water": water, "question.gender": who}.get(question)
        asked = call.press(KEYS[told] if told else "1").keys
    call.hang_up()
    wanted = ["question.water", "question.gender", *(["question.boils_it"] * (water == "bad"))]
    assert met == wanted


def answers_by_text(carrier: Signed, number: str, who: str, water: str) -> None:
    written = ["Hola", "1", "3", "1", KEYS[water], KEYS[who], *(["1"] * (water == "bad"))]
    replies = [carrier.text(each, number=number, ours=NUMBER).body for each in written]
    assert WATER[0] in replies[3]
    assert (BOILS[0] in replies[5]) is (water == "bad")
    assert "Muchas gracias" in replies[-1]


def releases_it(page: Page) -> None:
    page.goto("/staff/releases/")
    for name in ("Who commissioned the survey", "Of which people it speaks", "Whom to ask"):
        page.get_by_label(name).first.fill("La Defensoría")
    page.get_by_role("button", name="Make the release").first.click()
    expect(page.get_by_text("Somebody else has to approve it.").first).to_be_visible()


def approves_it(page: Page) -> None:
    page.goto("/staff/releases/")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("approved", exact=True)).to_be_visible()


def downloads_it(page: Page) -> bytes:
    page.goto("/staff/releases/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    return Path(download.value.path()).read_bytes()


def test_a_team_without_a_programmer_fields_a_survey(app: Flask, house: House) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    for name, role in (
        ("ana", Role.EDITOR),
        ("beto", Role.OPERATOR),
        ("carla", Role.SUPERVISOR),
        ("rita", Role.REGULATOR),
    ):
        add_account(house, name, role)
    services = house.services
    carrier = Signed(
        house,
        Line(services, house.prompts, ""),
        app.test_client(),
        origin=house.settings.public_url,
        token=house.settings.account.auth_token,
    )
    complaints: list[str] = []
    with serving(app) as origin, chromium() as browser:
        ana, beto, carla, rita = (
            signed_in(browser, origin, name, complaints)
            for name in ("ana", "beto", "carla", "rita")
        )
        writes_it(ana)
        tries_it(ana)
        publishes_it(beto)
        pilots_it(beto, carrier)
        for n, (channel, who, water) in enumerate(PEOPLE):
            answers = answers_by_voice if channel == "voice" else answers_by_text
            answers(carrier, f"+519640001{n:02}", who, water)
        beto.goto(FIELDWORK)
        beto.get_by_role("link", name="The water of Morococha").click()
        closes(beto)
        carrier.line.clock.advance(dt.timedelta(minutes=1))
        renew_snapshots(services)
        releases_it(carla)
        rita.goto("/staff/releases/")
        expect(rita.get_by_text("No release yet.")).to_be_visible()
        approves_it(beto)
        content = downloads_it(rita)
    assert complaints == []
    found = verify(content, signed_by=public_key(services.vault.signing_key(SIGNING)))
    assert found.faults == ()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        name = next(each for each in names if each.endswith("-tables.csv"))
        lines = io.StringIO(archive.read(name).decode("utf-8-sig"))
    assert "charts/water.svg" in names
    rows = list(csv.DictReader(lines))
    assert {WATER[0], BOILS[0]} <= {row["table_label"] for row in rows}
    everybody = [row for row in rows if (row["row"], row["group"]) == ("total", "total")]
    assert {row["count"] for row in everybody if row["table"] == "water"} == {str(len(PEOPLE))}
    bad_of_men = [
        row["count"] for row in rows if (row["row"], row["group"]) == ("esta_mala", "man")
    ]
    assert set(bad_of_men) <= {"suppressed"}, "four men: nobody can read that"
