"""From a turn to text messages. One of the channel's two pure functions."""

from __future__ import annotations

import datetime as dt
from typing import assert_never
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from babel.dates import format_skeleton

from dialogue.conversation import Turn
from dialogue.hearing import EXTRA_KEYS
from dialogue.scene import Rendered, Scene
from dialogue.words import Choose, Connect, Enter, Pause, Statement, Tell
from locales.gsm import MOST_SEGMENTS, cheapest, compose, split
from locales.languages import formats_of, languages

EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
_HEADER = '<?xml version="1.0" encoding="UTF-8"?><Response>'


def render(turn: Turn, scene: Scene) -> Rendered:
    """The replies to a text: what is told and what is asked, each message as cheap as it can be."""
    page = _Page(turn, scene)
    return Rendered(reply(page.texts()), page.fell_back)


def reply(texts: list[str]) -> str:
    """Texts as the carrier's reply document."""
    messages = [
        f"<Message>{escape(part)}</Message>"
        for text in texts
        if text
        for part in split(cheapest(text), at_most=MOST_SEGMENTS)
    ]
    return f"{_HEADER}{''.join(messages)}</Response>"


def messages_of(document: str) -> list[str]:
    """The texts of a reply document of ours."""
    root = ElementTree.fromstring(document)  # noqa: S314  # written here
    return [each.text for each in root if each.text]


class _Page:
    """The texts of one turn."""

    def __init__(self, turn: Turn, scene: Scene) -> None:
        self.turn = turn
        self.scene = scene
        self.fell_back = False

    def texts(self) -> list[str]:
        told: list[str] = []
        is_long = False
        asked = self._ask()
        for tell in self.turn.tells:
            text = self._bounded(self._tell(tell))
            # What a language lacks is not written again where it is written in another.
            if text and (tell.language is None or text not in (*told, asked)):
                told.append(text)
                is_long = is_long or _is_long(tell)
        # One text where that is short enough to be read at once.
        texts = [*told, asked] if is_long else self._together(told, asked)
        if self.fell_back and not self.scene.unmet:
            return [self._text("notice.other_language"), *texts]
        return texts

    def _together(self, told: list[str], asked: str) -> list[str]:
        return ["\n".join([*told, asked]).strip()]

    def _ask(self) -> str:
        ask = self.turn.ask
        match ask:
            case None | Pause() | Connect():
                return ""
            case Choose():
                options = self.turn.asked.options if self.turn.asked else ask.options
                several = [self._text("sms.several")] if ask.several else []
                lines = [self._question(ask), *self._options(ask, options), *several]
                return "\n".join(lines).strip()
            case Enter():
                keys = zip(ask.ends, (ask.low, ask.high), strict=False)
                ends = [f"{number} {self._text(f'option.{end}')}" for end, number in keys]
                return "\n".join([self._text(ask.key), *ends, *self._how(ask)])
            case Statement():
                return "\n".join([self._text(ask.key), *self._how(ask)])
            case _:
                assert_never(ask)

    def _question(self, ask: Choose) -> str:
        are_languages = all(option in languages() for option in ask.options)
        return "" if are_languages else self._text(ask.key)

    def _options(self, ask: Choose, options: tuple[str, ...]) -> list[str]:
        are_languages = all(option in languages() for option in options)
        lines = [
            f"{place} {self._text(f'option.{option}', option if are_languages else None)}"
            for place, option in enumerate(options, start=1)
        ]
        keys = {name: key for key, name in EXTRA_KEYS.items()}
        lines += [f"{keys[extra]} {self._text(f'option.{extra}')}" for extra in ask.extras]
        return lines

    def _how(self, ask: Enter | Statement) -> list[str]:
        return [self._text(key) for key in ask.how]

    def _tell(self, tell: Tell) -> str:
        if tell.reply is not None:
            said = self.scene.said[tell.reply]
            if said.text:
                return said.text
            return self._text("case.answer_by_voice")
        if tell.statement is not None or tell.take is not None:
            return ""
        text = self._text(tell.key, tell.language, code=tell.code)
        return " ".join((text, *self._number(tell)))

    def _number(self, tell: Tell) -> tuple[str, ...]:
        """A number or a date, in the formats of her language."""
        found: tuple[str, ...] = (str(tell.count),) if tell.count is not None else ()
        if tell.day is not None:
            formats = formats_of(tell.language or self.turn.language)
            day = dt.date.fromisoformat(tell.day)
            found += (format_skeleton("MMMMd", day, locale=formats),)
        return found

    def _bounded(self, text: str) -> str:
        """`text`, or where it is longer than we write: its first sentences, and how to hear it."""
        sent = compose(text)
        if not sent.is_too_long:
            return text
        # The last segment is for the number to call.
        beginning = split(sent.sent, at_most=MOST_SEGMENTS - 1)[0]
        return f"{beginning}\n{self._text('sms.call_to_hear')}"

    def _text(self, key: str, tag: str | None = None, *, code: str | None = None) -> str:
        wanted = tag or self.turn.language
        found = self.scene.wordings.find(key, wanted)
        # What another language lacks, such as its own name in a list, is not hers.
        is_hers = wanted == self.turn.language
        self.fell_back = self.fell_back or (is_hers and found.tag != wanted)
        text = found.wording.text.replace("{number}", self.scene.ours)
        return text.replace("{code}", code or "")


def _is_long(tell: Tell) -> bool:
    return tell.key.startswith("message.") or tell.reply is not None
