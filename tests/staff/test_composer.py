"""The composer counts in the browser as the server does, on ten thousand texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest
from flask import Blueprint, Flask, render_template_string
from playwright.sync_api import Page, expect

from locales.gsm import compose, segments, to_gsm
from locales.spelling import straightened
from staff.web import public
from tests.browsing import chromium, serving
from tests.locales.drawn_texts import drawn_texts

pytestmark = pytest.mark.browser

PAGE = """
{% extends "staff/base.html" %}{% from "staff/composer.html" import composer, composer_script %}
{% block content %}<form>
{{ composer("say", tag="es", label="Said", value="Hola") }}
{{ composer("text", tag="quy", label="Written", instead="say") }}
</form>{% endblock %}{% block scripts %}{{ composer_script() }}{% endblock %}
"""
ODD = [
    "",
    " ",
    "Ñandú, ¿qué pasó con el agua? ’",
    "\u0085\u00a0\ufeff\u200b",
    "ﬁ ½ ª ţ Å ß ẞ İ",
    "q\u0308",
]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here is kept: one database is as good as two."""
    return sqlite_url


@pytest.fixture
def page(app: Flask) -> Iterator[Page]:
    """A page with two composers; it fails on any complaint of the browser."""
    written = Blueprint("written", __name__, url_prefix="/staff/written")
    written.add_url_rule("", "page", lambda: render_template_string(PAGE))
    public(app, written)
    app.config.update(SEGMENT_PRICE=0.045, CURRENCY="USD")
    with serving(app) as origin, chromium() as browser:
        page = browser.new_page(locale="en-GB")
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{origin}/staff/written")
        yield page
    assert complaints == []


def test_both_count_the_same(page: Page) -> None:
    texts = [*ODD, *drawn_texts()]
    told: list[Any] = page.evaluate(
        """async (texts) => {
          const gsm = await import("/staff/static/gsm.js");
          return texts.map((each) => {
            const found = gsm.segments(each);
            return [found.encoding, found.units, found.count, found.offenders];
          });
        }""",
        texts,
    )
    ours = [[*asdict(segments(text)).values()] for text in texts]
    assert told == [[each[0], each[1], each[2], list(each[3])] for each in ours]


def test_both_send_the_same(page: Page) -> None:
    texts = [*ODD, *list(drawn_texts())[:2000]]
    told: list[Any] = page.evaluate(
        """async (texts) => {
          const gsm = await import("/staff/static/gsm.js");
          return texts.map((each) =>
            [gsm.toGsm(each), gsm.compose(each).sent, gsm.straightened(each)]);
        }""",
        texts,
    )
    ours = [[to_gsm(each), compose(each).sent, straightened("quy", each)] for each in texts]
    assert told == ours


def test_the_cost_is_told_while_it_is_written(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    said, written = page.locator("#say-cost"), page.locator("#text-cost")
    expect(said).to_have_text("1 message · USD 0.045 · 4 / 160 · GSM-7")
    expect(written).to_have_text("1 message · USD 0.045 · 4 / 160 · GSM-7")  # of what is said
    page.get_by_label("Written").fill("Ñuqa’pas {code} " * 12)
    expect(written).to_have_text("2 messages · USD 0.09 · 215 / 306 · GSM-7")
    box = page.locator("[data-composer]").nth(1)
    expect(box.locator("[data-sent]")).to_contain_text("Ñuqa'pas 00000000")
    expect(box.locator("[data-dear]")).to_contain_text("straight apostrophe")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
