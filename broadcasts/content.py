"""What a broadcast says: where its words come from, how long they are, and what they cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from broadcasts.errors import NothingToSay, TooLongForText
from broadcasts.values import AT_THE_DOOR, BroadcastRef, Prices, Spoken, Way
from library.prompts import Play, Prompts
from locales.gsm import cheapest, segments
from programmes.errors import MissingPrompt
from programmes.values import Message, Programme
from programmes.wordings import Wordings

MOST_SEGMENTS = 3
CHARACTERS_A_SECOND = 13
"""Of an unhurried voice, where nobody has recorded it yet."""

_LIBRARY = "message."
STOP, CALL_TO_HEAR = "sms.how_to_stop", "sms.news_waiting"

SecondsOf = Callable[[str, str, str], float | None]
"""How long the recording of a key, language and version plays; None where it is not ours."""


@dataclass(frozen=True, slots=True)
class Voices:
    """What the words and sounds of broadcasts are found with."""

    wordings: Callable[[Programme], Wordings]
    prompts: Prompts
    seconds_of: SecondsOf


def messages(programme: Programme, today: dt.date) -> list[Message]:
    """The library messages that may be sent: those that are current, and no examples left out."""
    return [
        each
        for shelf in programme.categories
        for each in shelf.messages
        if each.expires_on >= today
    ]


def is_current(programme: Programme, here: BroadcastRef, today: dt.date) -> bool:
    """Whether what it plays may still be played."""
    if here.is_own:
        return True
    return any(f"{_LIBRARY}{each.slug}" == here.prompt for each in messages(programme, today))


def contents(
    programme: Programme, prompt: str, way: Way, *, voices: Voices, prices: Prices, ours: str
) -> dict[str, Spoken]:
    """What goes out in each language of the programme.

    Raises NothingToSay with the languages that have no words, not even to fall back to, and
    TooLongForText where words of its own fit no text.
    """
    missing, found = [], {}
    for tag in programme.languages:
        try:
            found[tag] = _spoken(programme, prompt, way, tag, voices, prices, ours)
        except MissingPrompt:
            missing.append(tag)
    if missing:
        raise NothingToSay(*missing)
    return found


def _spoken(
    programme: Programme,
    prompt: str,
    way: Way,
    tag: str,
    voices: Voices,
    prices: Prices,
    ours: str,
) -> Spoken:
    wordings = voices.wordings(programme)
    heard_in, seconds = tag, 0.0
    if way is not Way.SMS:
        sound = voices.prompts.sound(wordings, prompt, tag, slug=programme.slug)
        heard_in = sound.language
        seconds = _seconds(sound.source, wordings, prompt, heard_in, voices)
    count = 0
    if way is not Way.VOICE:
        words = text_of(wordings, prompt, tag, ours=ours)
        count = segments(words).count
        heard_in = wordings.find(prompt, tag).tag if way is Way.SMS else heard_in
    return Spoken(
        heard_in=heard_in,
        seconds=max(1, round(seconds)),
        segments=count,
        call_cost=prices.of_call(seconds + AT_THE_DOOR) if way is not Way.SMS else None,
        text_cost=prices.of_text(count) if way is not Way.VOICE else None,
    )


def _seconds(source: object, wordings: Wordings, prompt: str, tag: str, voices: Voices) -> float:
    if isinstance(source, Play):
        known = voices.seconds_of(source.key, source.language, source.version)
        if known is not None:
            return known
    return len(wordings.find(prompt, tag).wording.say) / CHARACTERS_A_SECOND


def text_of(wordings: Wordings, prompt: str, tag: str, *, ours: str) -> str:
    """The text of a broadcast with how to stop it, as cheap as it can be, in three segments.

    What is longer can be heard by calling, where it is of the library. Raises MissingPrompt, and
    TooLongForText for words that nobody could hear.
    """
    stop = wordings.find(STOP, tag).wording.text
    words = wordings.find(prompt, tag).wording.text.replace("{number}", ours)
    written = cheapest(f"{words}\n{stop}")
    if segments(written).count <= MOST_SEGMENTS:
        return written
    if not prompt.startswith(_LIBRARY):
        raise TooLongForText(tag)
    waiting = wordings.find(CALL_TO_HEAR, tag).wording.text.replace("{number}", ours)
    return cheapest(f"{waiting}\n{stop}")
