"""From a turn to TwiML. One of the channel's two pure functions.

Addresses are relative: the carrier resolves them against the address it asked. The language and
the turn are in the address, so that an apology needs no database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import assert_never
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from dialogue.conversation import Turn
from dialogue.hearing import EXTRA_KEYS
from dialogue.scene import Rendered, Said, Scene
from dialogue.words import Choose, Connect, Enter, Pause, Statement, Tell
from library.prompts import Play, Prompts, Say, Sound
from locales.languages import language, languages
from locales.numbers import digit_keys
from programmes.errors import MissingPrompt

WAIT = 7
"""Seconds of silence before a question is put again (DOMAIN R41)."""

_AFTER_MESSAGE = 1
"""Seconds after a long message before its options: a key is heard during both."""

_END_OF_SPEECH = 5
_HEADER = '<?xml version="1.0" encoding="UTF-8"?><Response>'

BUSY = f'{_HEADER}<Reject reason="busy"/></Response>'
"""As the first and only verb: the call is not answered, and costs nobody anything."""

PrivateUrl = Callable[[str], str]
"""The signed, expiring address of a recording that is played to one caller only."""


def turn_path(n: int, tag: str) -> str:
    """Where the carrier sends what was heard after turn `n - 1`."""
    return f"/voice/turn?n={n}&l={tag}"


def dial_path(bridge: str, n: int, tag: str) -> str:
    """Where the carrier asks whom to ring; how that went is what it posts to turn `n`."""
    return f"/voice/dial?b={bridge}&n={n}&l={tag}"


def prompt_path(play: Play) -> str:
    """The public, immutable address of a prompt's sound."""
    return f"/voice/prompts/{play.language}/{quote(play.key)}.wav?v={play.version}"


@dataclass(frozen=True, slots=True)
class VoiceRenderer:
    """Renders turns with the sounds of `prompts`. What it caches lasts until one is approved."""

    prompts: Prompts
    private_url: PrivateUrl
    _cache: dict[tuple[str, str, str], tuple[int, str, bool]] = field(default_factory=dict)

    def render(self, turn: Turn, scene: Scene) -> Rendered:
        """The document of a turn: what is told, what is asked, and where the answer goes."""
        return _Page(self, turn, scene).render()

    def prompt(self, scene: Scene, key: str, tag: str) -> tuple[str, bool]:
        """The element of a prompt, and whether it is in another language than asked for."""
        place, revision = (scene.programme.hash, tag, key), self.prompts.revision
        found = self._cache.get(place)
        if found is None or found[0] != revision:
            sound = self.prompts.sound(scene.wordings, key, tag, slug=scene.programme.slug)
            found = self._cache[place] = (revision, element(sound), sound.language != tag)
        return found[1], found[2]


def element(sound: Sound) -> str:
    """`<Play>` or `<Say>` for a sound."""
    match sound.source:
        case Play():
            return f"<Play>{escape(prompt_path(sound.source))}</Play>"
        case Say(text=text, voice=voice):
            return (
                f"<Say voice={quoteattr(voice.voice)} language={quoteattr(voice.language)}>"
                f"{escape(text)}</Say>"
            )
        case _:
            assert_never(sound.source)


class _Page:
    """One document being written."""

    def __init__(self, renderer: VoiceRenderer, turn: Turn, scene: Scene) -> None:
        self.renderer = renderer
        self.turn = turn
        self.scene = scene
        self.fell_back = False
        self.action = _in_quotes(turn_path(scene.n, turn.language))

    def render(self) -> Rendered:
        told = [part for each in self._told_once() for part in each]
        body = self._ask(told)
        notice = ""
        if self.fell_back and not self.scene.unmet:
            notice, _ = self.renderer.prompt(
                self.scene, "notice.other_language", self.turn.language
            )
        return Rendered(f"{_HEADER}{notice}{body}</Response>", self.fell_back)

    def _told_once(self) -> list[list[str]]:
        """What is told; what a language lacks is not said again where it is said in another."""
        ask = self.turn.ask
        asked = [self._prompt(ask.key)] if isinstance(ask, Statement) else None
        said: list[list[str]] = []
        for tell in self.turn.tells:
            parts = self._tell(tell)
            if tell.language is None or (parts not in said and parts != asked):
                said.append(parts)
        return said

    def _ask(self, told: list[str]) -> str:
        ask, asked = self.turn.ask, self.turn.asked
        redirect = f'<Redirect method="POST">{self.action}</Redirect>'
        match ask:
            case None:
                return "".join(told) + "<Hangup/>"
            case Choose():
                asking = self._choices(ask, asked.options if asked else ask.options)
                if not ask.barge_in:
                    # Heard to its end before a key counts.
                    return "".join(told) + asking[0] + self._gather(asking[1:]) + redirect
                if any(_is_played(tell) or _is_long(tell) for tell in self.turn.tells):
                    pause = f'<Pause length="{_AFTER_MESSAGE}"/>'
                    return self._gather([*told, pause, *asking]) + redirect
                return self._gather([*told, *asking]) + redirect
            case Enter():
                parts = [*told, self._prompt(ask.key), *self._ends(ask), *self._how(ask)]
                return (
                    f'<Gather input="dtmf" timeout="{WAIT}" numDigits="{ask.length}"'
                    f' finishOnKey="#" method="POST" action="{self.action}">'
                    f"{''.join(parts)}</Gather>{redirect}"
                )
            case Statement():
                return (
                    f"{''.join([*told, self._prompt(ask.key), *self._how(ask)])}"
                    f"{_recorded(self.action, ask.at_most)}{redirect}"
                )
            case Pause():
                return f'{"".join(told)}<Pause length="{ask.seconds}"/>{redirect}'
            case Connect():
                # Whom to ring is looked up when the carrier asks: no number is ever in a turn.
                there = escape(dial_path(ask.bridge, self.scene.n, self.turn.language))
                return f'{"".join(told)}<Redirect method="POST">{there}</Redirect>'
            case _:
                assert_never(ask)

    def _gather(self, parts: list[str]) -> str:
        return (
            f'<Gather input="dtmf" timeout="{WAIT}" numDigits="1" finishOnKey=""'
            f' method="POST" action="{self.action}">{"".join(parts)}</Gather>'
        )

    def _choices(self, ask: Choose, options: tuple[str, ...]) -> list[str]:
        """The question, then each option before its key; a language in its own words."""
        are_languages = all(option in languages() for option in options)
        parts = [] if are_languages else [self._prompt(ask.key)]
        for place, option in enumerate(options, start=1):
            tag = option if are_languages else self.turn.language
            parts.append(self._prompt(f"option.{option}", tag))
            parts.append(self._prompt(f"press.{place}", tag))
        if ask.says_extras:
            keys = {name: key for key, name in EXTRA_KEYS.items()}
            for extra in ask.extras:
                parts += [self._prompt(f"option.{extra}"), self._prompt(f"press.{keys[extra]}")]
        if not ask.secret and not ask.silent and not are_languages and ask.barge_in:
            parts.append(self._prompt("menu.person_and_repeat"))
        return parts

    def _ends(self, ask: Enter) -> list[str]:
        """What the lowest and the highest key of a scale mean."""
        keys = (ask.low, ask.high)
        return [
            self._prompt(key)
            for end, number in zip(ask.ends, keys, strict=False)
            for key in (f"option.{end}", f"press.{number}")
        ]

    def _how(self, ask: Enter | Statement) -> list[str]:
        return [self._prompt(key) for key in ask.how]

    def _tell(self, tell: Tell) -> list[str]:
        if tell.reply is not None:
            return self._reply(tell, self.scene.said[tell.reply])
        parts = [self._prompt(tell.key, tell.language)]
        if (played := tell.statement or tell.take) is not None:
            said = self.scene.said[played]
            parts.append(self._private(said.media) if said.media else "")
        if tell.code is not None:
            digits = [self._prompt(key, tell.language) for key in digit_keys(tell.code)]
            again = self._prompt("code.again", tell.language)
            parts += [*digits, '<Pause length="1"/>', again, *digits]
        return [*parts, *self._number(tell)]

    def _number(self, tell: Tell) -> list[str]:
        """A number or a date: all of it in the first language of her chain that can say it all."""
        if tell.count is None and tell.day is None:
            return []
        hers = tell.language or self.turn.language
        counts = False
        for tag in (hers, *language(hers).fallback):
            counting = language(tag).counting
            if counting is None:
                continue
            keys = counting.number(tell.count) if tell.count is not None else ()
            if tell.day is not None:
                keys += counting.day(dt.date.fromisoformat(tell.day))
            try:
                said = [self.renderer.prompt(self.scene, key, tag) for key in keys]
            except MissingPrompt:
                said = [("", True)]
            if not any(fell_back for _, fell_back in said):
                # Where hers has no numbers of its own, saying them in another is no lack.
                self.fell_back = self.fell_back or counts
                return [part for part, _ in said]
            counts = counts or tag == hers
        return []

    def _reply(self, tell: Tell, said: Said) -> list[str]:
        """An answer: its recording, or its words where a voice exists for their language."""
        intro = self._prompt(tell.key)
        if said.media is not None:
            return [intro, self._private(said.media)]
        voice = language(said.language).say
        if said.text and voice is not None:
            return [intro, element(Sound(Say(said.text, voice), said.language))]
        return [self._prompt("case.answer_in_text")]

    def _private(self, media: str) -> str:
        return private(self.renderer.private_url(media))

    def _prompt(self, key: str, tag: str | None = None) -> str:
        """A prompt in her language, or on purpose in another: that it lacks there is not hers."""
        wanted = tag or self.turn.language
        part, fell_back = self.renderer.prompt(self.scene, key, wanted)
        self.fell_back = self.fell_back or (fell_back and wanted == self.turn.language)
        return part


def _is_played(tell: Tell) -> bool:
    """Whether what somebody said is heard after it."""
    return any((tell.reply, tell.statement, tell.take))


def _is_long(tell: Tell) -> bool:
    return tell.key.startswith("message.") or tell.key.endswith(".notice")


def plain(*parts: str) -> str:
    """A document of ready elements, then the end of the call."""
    return f"{_HEADER}{''.join(parts)}<Hangup/></Response>"


def going_on(part: str, n: int, tag: str, *, origin: str = "") -> str:
    """A document that apologises and puts the open question again; the address says it did.

    `origin` is where turns are answered, where that is not the address that was asked; `tag` is
    empty where her language is not known.
    """
    action = escape(f"{origin}{turn_path(n, tag)}&f=1")
    return f'{_HEADER}{part}<Redirect method="POST">{action}</Redirect></Response>'


def elsewhere(target: str) -> str:
    """A document that says nothing, and goes on at another address of ours."""
    return f'{_HEADER}<Redirect method="POST">{escape(target)}</Redirect></Response>'


def put_through(
    number: str,
    *,
    ours: str,
    whisper: str,
    action: str,
    rings: int,
    longest: int,
    before: str = "",
) -> str:
    """A document that rings a number for the caller: it shows ours, and nothing is recorded.

    Whoever answers hears `whisper` first, alone; the caller hears `before`, then it ring. Times in
    seconds.
    """
    shown, after = quoteattr(ours), quoteattr(action)
    return (
        f'{_HEADER}{before}<Dial callerId={shown} timeout="{rings}" timeLimit="{longest}"'
        f' record="do-not-record" method="POST" action={after}>'
        f'<Number method="POST" url={quoteattr(whisper)}>{escape(number)}</Number>'
        "</Dial></Response>"
    )


def screen(part: str, action: str, *, keys: int = 1, otherwise: str = "") -> str:
    """A document for who is rung: press a key, or so many, to take the call; without, `otherwise`
    is heard, and it is left."""
    return (
        f'{_HEADER}<Gather input="dtmf" timeout="{WAIT}" numDigits="{keys}"'
        f' finishOnKey="{"#" if keys > 1 else ""}" method="POST" action={quoteattr(action)}>'
        f"{part}</Gather>{otherwise}<Hangup/></Response>"
    )


def dictate(part: str, action: str, *, at_most: int) -> str:
    """A document that records whoever is on the line, for so many seconds at the most; any key ends
    it. Silence goes on at the same address, without a recording."""
    return f"{_HEADER}{part}{_recorded(_in_quotes(action), at_most)}{_onward(action)}</Response>"


def wait(part: str, action: str, *, seconds: int) -> str:
    """A document that pauses, and goes on elsewhere."""
    return f'{_HEADER}{part}<Pause length="{seconds}"/>{_onward(action)}</Response>'


def ask_key(part: str, action: str) -> str:
    """A document that asks for one key; without one it goes on at the same address."""
    return (
        f'{_HEADER}<Gather input="dtmf" timeout="{WAIT}" numDigits="1" finishOnKey=""'
        f' method="POST" action={quoteattr(action)}>{part}</Gather>{_onward(action)}</Response>'
    )


def private(url: str) -> str:
    """The element of a sound that is played to one caller only."""
    return f"<Play>{escape(url)}</Play>"


def _in_quotes(action: str) -> str:
    return escape(action, {'"': "&quot;"})


def _onward(action: str) -> str:
    return f'<Redirect method="POST">{escape(action)}</Redirect>'


def _recorded(action: str, at_most: int) -> str:
    """What she says, to an address that is escaped already."""
    return (
        f'<Record method="POST" action="{action}" maxLength="{at_most}"'
        f' timeout="{_END_OF_SPEECH}" finishOnKey="1234567890*#" playBeep="true"'
        ' trim="do-not-trim" recordingStatusCallback="/voice/recorded"'
        ' recordingStatusCallbackEvent="completed absent"/>'
    )


CONNECTED = f"{_HEADER}</Response>"
"""For who has taken the call: nothing more to hear, but the caller."""
