"""A recording on its way into the bank: made telephone sound, brought to one level, checked."""

from __future__ import annotations

import hashlib
import math

from library.errors import BadTake, Fault
from library.values import LONGEST, Take
from storage import loudness
from storage.media import Media
from storage.sound import EmptyAudio, NotAudio, TooLong, level, seconds, to_telephone

CHARACTERS_A_SECOND = 14
"""Of speech in Spanish or Quechua, about: what a transcript's length is measured by."""

_SHORTEST = 0.2
_TIMES_TOO_FAST, _TIMES_TOO_SLOW = 2.5, 3.0
_GRACE = 2.0
"""Seconds beyond the slowest speech: a word alone is often said with care."""

_SILENT = -45.0
"""dBFS of the loudest moment: less is the noise of a room."""

_CLIPPED = 0.005


def prepared(content: bytes, *, say: str) -> bytes:
    """Whatever a browser, a phone or a studio recorded, as it will be played: 8 kHz mono, silence
    cut from its ends, at the level of speech. `say` are its words, empty where nobody wrote them.

    Raises BadTake: no audio, silence, clipping, too short or too long for its words.
    """
    try:
        wav = to_telephone(content, limit=LONGEST)
    except NotAudio as error:
        raise BadTake(Fault.NOT_AUDIO) from error
    except EmptyAudio as error:
        raise BadTake(Fault.EMPTY) from error
    except TooLong as error:
        raise BadTake(Fault.LONGER_THAN_ALLOWED) from error
    if level(wav).peak < _SILENT or not math.isfinite(loudness.speech_level(wav)):
        raise BadTake(Fault.SILENT)
    if loudness.clipped(wav) > _CLIPPED:
        raise BadTake(Fault.CLIPPED)
    wav = loudness.trimmed(wav)
    fault = _length_fault(seconds(wav), say)
    if fault is not None:
        raise BadTake(fault)
    return loudness.normalised(wav)


def kept(media: Media, wav: bytes) -> Take:
    """Keep a prepared recording; what names it from now on."""
    return Take(
        media=media.put(wav),
        version=hashlib.sha256(wav).hexdigest()[:16],
        seconds=seconds(wav),
        level=loudness.speech_level(wav),
    )


def take_of(media: Media, key: str) -> Take:
    """The take of a recording that is kept already. Raises storage.media.MissingMedia."""
    wav = media.get(key)
    return Take(
        media=key,
        version=hashlib.sha256(wav).hexdigest()[:16],
        seconds=seconds(wav),
        level=loudness.speech_level(wav),
    )


def _length_fault(length: float, say: str) -> Fault | None:
    """Whether nobody could have said these words in so many seconds."""
    if length < _SHORTEST:
        return Fault.TOO_SHORT
    if not say:
        return None
    expected = len(say) / CHARACTERS_A_SECOND
    if length < expected / _TIMES_TOO_FAST:
        return Fault.TOO_SHORT
    if length > expected * _TIMES_TOO_SLOW + _GRACE:
        return Fault.TOO_LONG
    return None
