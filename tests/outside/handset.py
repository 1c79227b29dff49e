"""A phone of the simulator in a real browser, as a person has it in her hand.

What was offered is read where the page shows it: in the panel with the carrier's documents, in the
texts on the screen.
"""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.outside.labels import fold, label

PATIENCE = 60_000
"""Milliseconds; a call goes through several programs on a busy machine."""
FAST = """
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () { this.playbackRate = 16; return play.call(this); };
"""
"""Every sound is played to its end, and in a sixteenth of its time."""
_LINE_OF_TEXT = re.compile(r"^\s*([0-9*#])\s*[.):=-]?\s+(\S.*?)[\s.]*$", re.M)


class Handset:
    """Phone `name` ("1" or "2") on the simulator's page."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self._id = f"h{name}"
        self._phone = page.get_by_test_id(self._id)
        self._step = ""

    def press(self, what: str) -> None:
        """A control of the phone: `key-1`, `call`, `hangup`, `soft-left`, …"""
        self.page.get_by_test_id(f"{self._id}-{what}").click()

    # Calls -------------------------------------------------------------------------------------

    def dial(self) -> None:
        """Call the first number of the contacts, with the sample recording for a voice."""
        self.page.get_by_test_id(f"{self._id}-sample").check(force=True)
        self.press("dial")
        self.until("phase", "live")

    def answer(self) -> None:
        """Wait until it rings, and take the call."""
        self.until("phase", "ringing")
        self.press("call")
        self.until("phase", "live")

    def until(self, name: str, value: str) -> None:
        expect(self._phone).to_have_attribute(f"data-{name}", value, timeout=PATIENCE)

    def _until_next_step(self) -> None:
        expect(self._phone).not_to_have_attribute("data-step", self._step, timeout=PATIENCE)

    def choose(self, option: str) -> None:
        """Hear everything, then press the key that was spoken after the option."""
        self._until_next_step()
        self.until("doing", "listening")
        document = self.page.get_by_test_id(f"{self._id}-panel").locator("[data-kind=twiml]").last
        said = document.text_content() or ""
        found = re.search(rf"/option\.{option}\.wav.*?/press\.(\w+)\.wav", said, re.S)
        assert found, f"{option!r} is not offered:\n{said}"
        self._step = self._phone.get_attribute("data-step") or ""
        self.press(f"key-{found[1]}")

    def speak(self) -> None:
        """Say the sample to its end; the silence after it ends the recording."""
        self.until("doing", "recording")
        self._step = self._phone.get_attribute("data-step") or ""

    def hang_up(self) -> None:
        """Hear that what was pressed has been understood, then hang up."""
        self._until_next_step()
        self.press("hangup")
        self.until("phase", "idle")

    # Texts -------------------------------------------------------------------------------------

    def received(self) -> list[str]:
        """The texts that came in, oldest first; the phone shows them."""
        if self._phone.get_attribute("data-screen") == "home":
            self.press("soft-right")
        self.until("screen", "messages")
        return self._incoming.locator("p").all_text_contents()

    def write(self, body: str, *, answers: int = 1) -> str:
        """Send a text; what came back, in one piece, once there are so many answers."""
        before = len(self.received())
        self.press("soft-left")
        self.page.get_by_test_id(f"{self._id}-text").fill(body)
        self.press("soft-left")
        self.until("screen", "messages")
        return "\n".join(self.until_texts(before + answers)[before:])

    def until_texts(self, count: int) -> list[str]:
        """Wait until so many texts have come in."""
        self.received()
        expect(self._incoming).to_have_count(count, timeout=PATIENCE)
        return self.received()

    def write_option(self, offered: str, option: str, *, language: str) -> str:
        """Send the key of an option of the last answer."""
        keys = {fold(words): key for key, words in _LINE_OF_TEXT.findall(offered)}
        wanted = label(option, language).rstrip(" .")
        assert wanted in keys, f"{wanted!r} is not offered, but {keys}"
        return self.write(keys[wanted])

    @property
    def _incoming(self) -> Locator:
        return self._phone.locator(f"[data-testid={self._id}-message][data-incoming=true]")
