"""Random walks through everything: whatever somebody does, there is a question or an end."""

from __future__ import annotations

import datetime as dt
import itertools
import logging
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogue.conversation import Heard
from dialogue.opening import ConversationEnded
from dialogue.scene import Apologise, Event
from dialogue.words import LEFT_OUT
from library.prompts import Prompts
from locales.languages import languages
from sms import hear, texts
from storage import recordings
from storage.database import Database
from storage.media import Media
from storage.queues import Bell
from storage.services import Services
from storage.vault import Vault
from tests.clock import FakeClock
from tests.conftest import FULL_SIZE
from tests.dialogue.line import ANOTHER, HERS, OURS, Line, open_line, read_junin

PIN = "4826"
WORDS = "El agua de la quebrada baja turbia"
_ids = itertools.count(1)
_numbers = itertools.count(1)

KEYS = st.sampled_from([*"0123456789*#", PIN, "1111", "12345678", "12*4", "**"])
OFFERED = st.integers(0, 3).map(lambda place: ("option", place))
"""One of the options just offered: what leads furthest."""
TEXTS = st.one_of(
    st.sampled_from(
        [WORDS, PIN, "MENU", "AYUDA", "ATRAS", "kutiy", "idioma", "sí", "no", "", "😀", "\x00"]
    ),
    KEYS,
    st.text(max_size=40),
)
ACTS = st.one_of(
    *(OFFERED for _ in range(8)),
    st.integers(2, 9).map(lambda seconds: ("record", seconds)),
    KEYS.map(lambda keys: ("press", keys)),
    TEXTS.map(lambda text: ("write", text)),
    st.just(("silence", "")),
    st.integers(0, 9).map(lambda seconds: ("record", seconds)),
    st.just(("hang_up", "")),
    st.integers(0, 5).map(lambda seconds: ("hang_up_speaking", seconds)),
    st.just(("hang_up_listening", "")),
    st.just(("call", "")),
    st.just(("repeat_event", "")),
    st.just(("arrives", "")),
    st.sampled_from([1, 11, 60, 1500]).map(lambda minutes: ("wait", minutes)),
)

_MENU = [("call", ""), ("press", "1"), ("press", "1")]
_SPOKEN = [*(("press", key) for key in "211"), ("record", 6), ("arrives", ""), ("silence", "")]
STARTS: dict[str, list[tuple[str, Any]]] = {
    "nowhere": [],
    "the library": [*_MENU, ("press", "1")],
    "a question of the survey": [*_MENU, ("press", "3"), ("press", "1")],
    "her own words": [*_MENU, *_SPOKEN],
    "waiting to be called": [*_MENU, ("press", "0"), ("press", "2")],
    "her case": [*_MENU, ("press", "0"), ("press", "1"), ("record", 5), ("press", "4")],
    "a case with a PIN": [*_MENU, *_SPOKEN, *(("press", key) for key in ("1", "1", "1", PIN))],
    "a survey left on the way": [
        *_MENU,
        *(("press", key) for key in "311"),
        ("hang_up", ""),
        ("call", ""),
    ],
    "a text": [("write", "hola"), ("write", "1")],
}
"""Where a walk begins: what is far from the start is hardly met by chance."""


class Walk:
    """Somebody with two channels who does anything."""

    def __init__(self, line: Line, number: str | None) -> None:
        self.line, self.number = line, number
        self.runner = line.runner()
        self.leg, self.n = "", 0
        self.offers: tuple[str, ...] = ()
        self.events: list[tuple[Event, str]] = []

    def act(self, act: str, what: Any) -> None:
        self.line.clock.advance(dt.timedelta(seconds=1))
        match act:
            case "call":
                self.leg, self.n = f"CA{next(_ids):032}", 0
                self.take(self.call(Heard()))
            case "option" if self.leg:
                self.take(self.call(Heard(digits=str(what + 1))))
            case "press" if self.leg:
                self.take(self.call(Heard(digits=what)))
            case "silence" if self.leg:
                self.take(self.call(Heard()))
            case "record" if self.leg:
                self.take(self.call(self.recording(what)))
            case "hang_up" if self.leg:
                self.hang_up()
            case "hang_up_speaking" if self.leg:
                self.take(self.call(self.recording(what, gone=True)))
                self.hang_up()
            case "hang_up_listening" if self.leg:
                self.take(self.call(Heard(gone=True)))
                self.hang_up()
            case "option" | "press" | "write" if self.number is not None:
                self.write(str(what + 1) if act == "option" else what)
            case "repeat_event" if self.events:
                self.repeat()
            case "arrives":
                self.recording_arrives()
            case "wait":
                self.line.clock.advance(dt.timedelta(minutes=what))
                self.runner.endings.send_unsent()
            case _:
                pass

    def recording(self, seconds: int, *, gone: bool = False) -> Heard:
        return Heard(recording=f"RE{next(_ids):032}", seconds=seconds, gone=gone)

    def call(self, heard: Heard) -> Event:
        return Event(
            channel="voice", ours=OURS, theirs=self.number, heard=heard, leg=self.leg, n=self.n
        )

    def write(self, text: str) -> None:
        form = {"From": str(self.number), "To": OURS, "Body": text}
        form["MessageSid"] = f"SM{next(_ids):032}"
        got = hear.received(form, tags=tuple(languages()), carrier_answers=True)
        assert got is not None
        if got.subscription is None:
            self.take(got.event)

    def hang_up(self) -> None:
        self.runner.endings.hang_up(self.leg, theirs=self.number)
        self.leg = ""

    def recording_arrives(self) -> None:
        waiting = [each for each in self.line.statements() if each.recording_id]
        if waiting:
            services = self.line.services
            media = services.media.put(b"RIFF her own voice")
            with services.database.writing() as connection:
                recordings.keep(
                    connection, waiting[-1].recording_id, media=media, now=services.clock()
                )

    def take(self, event: Event) -> None:
        """One event: answered by a question or an end, never by an apology for a fault."""
        body = self.answer(event)
        if body is None:
            return
        self.events.append((event, body))
        if event.channel == "voice":
            asks = "<Gather" in body or "<Record" in body or "<Redirect" in body
            assert asks is not ("<Hangup/>" in body), body
            self.n += 1
            if "<Hangup/>" in body:
                self.leg = ""
        else:
            assert "<Message>" in body, body

    def answer(self, event: Event) -> str | None:
        """None where the conversation had ended or went on elsewhere: it says goodbye."""
        render = self.line.renderer().render if event.channel == "voice" else texts.render
        try:
            return self.runner.turn(event, render)
        except Apologise as error:
            apology = error
        assert apology.goodbye
        assert isinstance(apology.__cause__, ConversationEnded)
        self.leg = ""
        return None

    def repeat(self) -> None:
        event, body = self.events[-1]
        kept = [row for row in self.line.turns() if row.answer == body]
        if kept:
            assert self.answer(event) == body


@contextmanager
def fresh_line(template: str, prompts: Prompts, bell: Bell) -> Iterator[Line]:
    """A line of its own for one example."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rimay.sqlite"
        shutil.copy(template.removeprefix("sqlite:///"), path)
        vault = Vault("t" * 32)
        database = Database(f"sqlite:///{path}")
        media = Media((Path(folder) / "media").as_uri(), vault)
        services = Services(database, vault, media, bell, FakeClock())
        try:
            yield open_line(services, read_junin(), prompts)
        finally:
            database.close()


def assert_nothing_leaks(line: Line, log: str) -> None:
    """No turn and no log holds a number, a PIN, what was said, or what was answered."""
    stored = line.turns_as_text()
    said = [each.recording_id for each in line.statements() if each.recording_id]
    for secret in (HERS[3:], ANOTHER[3:], WORDS, *said):
        assert secret not in stored
        assert secret not in log
    assert not re.search(rf"\b{PIN}\b", log)
    for row in line.turns():
        state = row.state or {}
        for entry in state.get("journal", ()):
            if entry["key"].startswith(("question.", "case.enter", "support.choose_pin")):
                assert entry["value"] in ("given", LEFT_OUT)
        ledger = state.get("ledger", {})
        for kept in (str(ledger), str(state.get("args", {}))):
            for option in ("better", "worse", "woman", "man", "scale_", "priority_"):
                assert option not in kept
            assert not re.search(rf"\b{PIN}\b", kept)


@settings(
    max_examples=1500 if FULL_SIZE else 60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    acts=st.lists(ACTS, min_size=4, max_size=28),
    number=st.sampled_from([HERS, ANOTHER, "+5164234567", None]),
    start=st.sampled_from(sorted(STARTS)),
)
def test_anything_may_be_done_and_nothing_leaks(
    acts: list[tuple[str, Any]],
    number: str | None,
    start: str,
    sqlite_url: str,
    prompts: Prompts,
    bell: Bell,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.clear()
    with fresh_line(sqlite_url, prompts, bell) as line, caplog.at_level(logging.DEBUG):
        walk = Walk(line, number)
        for act, what in (*STARTS[start], *acts):
            walk.act(act, what)
        assert "turn_failed" not in caplog.text
        assert_nothing_leaks(line, caplog.text)
        unsent = [each for each in line.statements() if each.case_id is None]
        line.clock.advance(dt.timedelta(hours=1))
        walk.runner.endings.send_unsent()
        assert all(each.case_id is not None for each in line.statements()), unsent
        codes = [case.code for case in line.cases()]
        said = [case.code for case in line.cases() if case.kind != "call_wish"]
        assert len(codes) == len(set(codes))
        assert len(said) <= len(line.statements())
        assert len(codes) - len(said) <= 1
