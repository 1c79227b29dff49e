"""Sounds the carrier makes itself: silence, the sample recording, and speech for `<Say>`."""

from __future__ import annotations

import math
from array import array

from locales.drafts import DraftFailed, Drafts
from storage.sound import RATE, as_wav, seconds

SAMPLE_TEXT = (
    "Buenas tardes. Le llamo de la comunidad. El agua del canal llega turbia desde el lunes, "
    "y quisiera saber quién la está revisando. Muchas gracias."
)
SAMPLE_LANGUAGE = "es-MX"
_VOICES = {"es": "es-419", "en": "en-us"}


class Voice:
    """Speaks drafts; where none can be had, speech-like tones, so that time still passes."""

    def __init__(self, drafts: Drafts | None) -> None:
        self._drafts = drafts

    def speak(self, text: str, language: str) -> bytes:
        """`text` as an 8 kHz WAV. Never fails."""
        primary = language.partition("-")[0].lower()
        if self._drafts is not None:
            try:
                return self._drafts.speak(text, voice=_VOICES.get(primary, primary))
            except DraftFailed:
                pass
        return murmur(text)

    def sample(self) -> bytes:
        """What is sent where there is no microphone: a neighbour asks about the water."""
        return self.speak(SAMPLE_TEXT, SAMPLE_LANGUAGE)


def silence(length: float) -> bytes:
    """A WAV of nothing, `length` in seconds."""
    return as_wav(bytes(2 * int(length * RATE)))


def seconds_of(wav: bytes) -> int:
    """The whole seconds of a WAV file, rounded up, as carriers count."""
    return math.ceil(seconds(wav))


def murmur(text: str) -> bytes:
    """Speech-like tones, a vowel every seventh of a second."""
    samples = array("h")
    length = RATE // 7
    for place, letter in enumerate(text.lower()):
        if letter in ".,;:?!":
            samples.extend([0] * (RATE // 5))
        if letter not in "aeiouáéíóúü":
            continue
        pitch = 120 + 14 * math.sin(place / 3) + 6 * "aeiou".find(letter)
        for n in range(length):
            swell = math.sin(math.pi * n / length)
            voice = sum(math.sin(2 * math.pi * pitch * k * n / RATE) / k for k in (1, 2, 3, 5))
            samples.append(int(6000 * swell * voice))
    return as_wav(samples.tobytes() or bytes(2 * RATE))
