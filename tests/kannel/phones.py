"""An SMPP message centre with phones behind it: `message_centre.js`, run by Node."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from locales.gsm import Encoding, segments

SCRIPT = Path(__file__).with_name("message_centre.js")
SMPP = Path(__file__).resolve().parents[2] / "var" / "kannel" / "node_modules" / "smpp"
PATIENCE = 90
_UCS2 = 8


@dataclass
class Text:
    """A text as a phone shows it: its parts joined by what their headers say."""

    sender: str
    number: str
    parts: dict[int, str] = field(default_factory=dict)
    of: int = 1
    is_unicode: bool = False

    @property
    def is_whole(self) -> bool:
        return len(self.parts) == self.of

    @property
    def words(self) -> str:
        return "".join(self.parts[place] for place in sorted(self.parts))


class Phones:
    """Use it as a context manager. `port` is where the message centre listens."""

    def __init__(self) -> None:
        self._texts: dict[object, Text] = {}
        self._changed = threading.Condition()
        self._centre = subprocess.Popen(
            ["node", str(SCRIPT), str(SMPP)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._centre.stdout is not None
        self.port = int(json.loads(self._centre.stdout.readline())["port"])
        self._listener = threading.Thread(target=self._listen)

    def __enter__(self) -> Phones:
        self._listener.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._centre.stdin is not None
        self._centre.stdin.close()
        self._centre.wait(10)
        self._listener.join(10)
        assert self._centre.stdout is not None
        self._centre.stdout.close()

    def send(self, words: str, *, number: str, to: str) -> None:
        """Write to a number, in as many parts as a phone would make of it."""
        cost = segments(words)
        is_gsm = cost.encoding is Encoding.GSM7
        self._order({"from": number, "to": to, "parts": _parts(words, cost.count), "gsm": is_gsm})

    def fate(self, state: str | None) -> None:
        """What the centre reports of texts from now on: DELIVRD, UNDELIV, or nothing."""
        self._order({"fate": state})

    def texts(self, number: str) -> list[Text]:
        """What a phone has received, the oldest first."""
        with self._changed:
            found = [each for each in self._texts.values() if each.is_whole]
        return [each for each in found if each.number == number]

    def wait(self, number: str, count: int) -> list[Text]:
        """The texts of a phone, once it has so many."""
        self.wait_until(lambda: len(self.texts(number)) >= count)
        return self.texts(number)

    def wait_until(self, holds: Callable[[], bool]) -> None:
        with self._changed:
            held = self._changed.wait_for(holds, PATIENCE)
        assert held, f"{len(self._texts)} texts came"

    def _order(self, what: dict[str, Any]) -> None:
        assert self._centre.stdin is not None
        self._centre.stdin.write(json.dumps(what) + "\n")
        self._centre.stdin.flush()

    def _listen(self) -> None:
        assert self._centre.stdout is not None
        for line in self._centre.stdout:
            handed = json.loads(line)
            with self._changed:
                self._take(handed)
                self._changed.notify_all()

    def _take(self, handed: dict[str, Any]) -> None:
        number = f"+{handed['to'].lstrip('+')}"
        key, place, of = handed["id"], 1, 1
        for header in handed["udh"]:
            # An element of 00: its length, the text that it is a part of, of how many, which.
            kind, _, reference, of, place = bytes.fromhex(header)
            assert kind == 0
            key = f"{number} {reference}"
        text = self._texts.get(key)
        if text is None or text.is_whole:
            text = self._texts[key] = Text(handed["from"], number, of=of)
        text.parts[place] = handed["text"]
        text.is_unicode = handed["coding"] == _UCS2


def _parts(words: str, count: int) -> list[str]:
    if count == 1:
        return [words]
    longest = 153 if segments(words).encoding is Encoding.GSM7 else 67
    parts, part = [], ""
    for character in words:
        if segments(part + character).units > longest:
            parts.append(part)
            part = ""
        part += character
    return [*parts, part]
