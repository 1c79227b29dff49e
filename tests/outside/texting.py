"""A person who texts: sends, reads what comes back, and picks options by their names."""

from __future__ import annotations

import re

from tests.outside.labels import fold, label
from tests.outside.network import Network

_OPTION = re.compile(r"^\s*([0-9*#])\s*[.):=-]?\s+(\S.*?)\s*$", re.M)


class Texter:
    """One handset in a conversation by text with `line`, in `language` once it is chosen."""

    def __init__(self, network: Network, number: str, line: str, *, language: str = "es") -> None:
        self.number, self.language = number, language
        self.texts: list[str] = []
        """What the last text was answered with."""
        self.transcript: list[str] = []
        self._network, self._line = network, line

    def send(self, body: str) -> list[str]:
        """Text `body`; what comes back at once."""
        self.transcript.append(f"> {body}")
        try:
            self.texts = self._network.text(self.number, self._line, body)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.story}") from error
        self.transcript += self.texts
        return self.texts

    @property
    def said(self) -> str:
        """The last answer in one piece, without accents and line breaks."""
        return fold(" ".join(self.texts))

    @property
    def offered(self) -> dict[str, str]:
        """The options in the last answer: their words without accents, and their keys."""
        lines = _OPTION.findall("\n".join(self.texts))
        return {fold(words).rstrip(" ."): key for key, words in lines}

    def choose(self, option: str, *, language: str | None = None) -> list[str]:
        """Send the key of the option, turning pages while it is not offered."""
        tag = language or self.language
        for _page in range(6):
            offered, wanted = self.offered, label(option, tag).rstrip(" .")
            if wanted in offered:
                return self.send(offered[wanted])
            more = label("more", tag).rstrip(" .")
            assert more in offered, f"{wanted!r} is not offered, but {offered}\n{self.story}"
            self.send(offered[more])
        raise AssertionError(f"{option!r} is on none of six pages\n{self.story}")

    @property
    def story(self) -> str:
        return "--- the texts so far ---\n" + "\n".join(self.transcript[-20:])
