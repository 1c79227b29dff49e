"""The pages of staff in a real browser, by what people press on them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.outside.handset import PATIENCE
from tests.outside.rimay import PASSWORD
from tests.outside.wire import eventually


@dataclass(frozen=True, slots=True)
class Desk:
    """One browser of somebody who answers cases, or interprets."""

    page: Page

    def sign_in(self, email: str) -> None:
        self.page.goto("/staff")
        self.page.locator("#email").fill(email)
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("form[action$=sign-in] button").click()
        expect(self.page.locator("form[action$=sign-out] button")).to_be_visible()

    def open_newest_case(self) -> None:
        """The case that waits for the shortest time."""
        self.page.goto("/staff/cases?state=open")
        self.page.locator(".case-link").last.click()

    # What they said ----------------------------------------------------------------------------

    def listen(self) -> None:
        """Hear what was said first, to its end."""
        said = self.page.locator(".bubble-hers audio").first
        expect(said).to_be_visible(timeout=PATIENCE)
        length = said.evaluate(
            "(it) => new Promise((done) => { it.onended = () => done(it.duration);"
            " it.playbackRate = 16; it.play(); })"
        )
        assert length > 2

    def interpret(self, transcript: str, spanish: str) -> int:
        """Hear and write down all that waits at the interpreter's desk; how many there were."""
        self.page.goto("/staff/interpreting/")
        take = self.page.locator("form[action$='/take'] button")
        expect(take.first).to_be_visible()
        waiting = take.count()
        for left in range(waiting, 0, -1):
            expect(take).to_have_count(left)
            take.first.click()
            self.page.locator("audio").evaluate(
                "(it) => it.readyState > 0"
                " || new Promise((done) => { it.onloadedmetadata = () => done(true); })"
            )
            self.page.locator("#transcript").fill(transcript)
            self.page.locator("#spanish").fill(spanish)
            self.page.locator("form:has(#spanish) .btn-primary").click()
            expect(self.page.locator("#spanish")).to_have_count(0)
            self.page.goto("/staff/interpreting/")
        expect(take).to_have_count(0)
        return waiting

    # Answers -----------------------------------------------------------------------------------

    def record(self) -> None:
        """Say an answer into the microphone of the browser."""
        self.page.locator("[data-record]").click()
        expect(self.page.locator("[data-clock]")).to_have_text(re.compile("0:(0[2-9]|[1-5])"))
        self.page.locator("[data-stop]").click()
        expect(self.page.locator("[data-playback]")).to_be_visible()

    def send_answer(self) -> None:
        self.page.locator("[data-send]").click()
        expect(self.page.locator("[data-delivery]")).to_have_count(1, timeout=PATIENCE)

    def see_delivery(self, delivery: str) -> None:
        """It is told on the open page, without a click."""
        shown = self.page.locator("[data-delivery]").last
        expect(shown).to_have_attribute("data-delivery", delivery, timeout=PATIENCE)

    # Steps -------------------------------------------------------------------------------------

    def triage(self, *, category: str, severity: str) -> None:
        """Settle that it is a grievance, of what, and how grave."""
        form = self.page.locator("form[action$='/triage']")
        form.locator("#kind").select_option("grievance")
        form.locator("#category").select_option(category)
        form.locator("#severity").select_option(severity)
        form.locator("button[name=done]").click()
        self.is_at("triaged")

    def take(self) -> None:
        """What nobody has."""
        expect(self.page.locator("#hands .tag-wait")).to_be_visible()
        self.page.locator("form[action$='/claim'] button").click()
        expect(self.page.locator("#hands .tag-done")).to_be_visible()

    def step_to(self, state: str) -> None:
        """A step that asks for no words."""
        step = self.page.locator("form[action$='/steps']")
        step.filter(has=self.page.locator(f"input[name=to][value={state}]")).locator(
            "button"
        ).click()
        self.is_at(state)

    def close(self, code: str) -> None:
        closing = self.page.locator("details:has(#code)")
        closing.locator("summary").click()
        closing.locator("#code").select_option(code)
        closing.locator("button").click()
        self.is_at("closed")

    def is_at(self, state: str) -> None:
        """The page of the case says so; what others do is there once it is loaded anew."""
        shown = self.page.locator("#steps [data-state]")
        expect(shown).to_have_attribute("data-state", state, timeout=PATIENCE)

    def comes_to(self, state: str) -> None:
        """Others bring it there, and the page says so when it is loaded anew."""

        def is_there() -> bool:
            self.page.reload()
            return self.page.locator("#steps [data-state]").get_attribute("data-state") == state

        eventually(is_there)
