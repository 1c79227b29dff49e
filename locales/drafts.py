"""Draft speech: a menu can be heard, and tried with people, before anyone has recorded it.

Never for callers of a live programme: who plays audio decides that, and marks a draft as a draft.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from locales.respelling import respelt
from locales.speech import Speaker, SpeechFailed
from storage.media import write_durably
from storage.sound import SoundError, to_telephone

_WORDS_A_MINUTE = 150
"""A little slower than espeak-ng's 175, for a telephone and a menu heard for the first time."""
_RECIPE = f"1 {_WORDS_A_MINUTE}"
"""Part of every hash: change it when the same words should sound different."""


class DraftFailed(RuntimeError):
    """No draft could be made; the prompt has no sound until someone records it."""


def draft_hash(text: str, voice: str) -> str:
    """What names the draft of `text` by `voice`: 16 hex digits, the same on every machine."""
    content = "\0".join((_RECIPE, voice, text))
    return hashlib.sha256(content.encode()).hexdigest()[:16]


class Drafts:
    """Draft audio, kept in the folder `cache` once made. The folder may be deleted at any time."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._speaker = Speaker()

    def speak(self, text: str, *, voice: str) -> bytes:
        """`text` by an espeak-ng voice (`es-419`, `qu`) as an 8 kHz mono 16-bit WAV.

        DraftFailed where the voice is unknown, the text has nothing to speak, or the synthesiser
        does not run.
        """
        path = self._cache / f"{draft_hash(text, voice)}.wav"
        try:
            return path.read_bytes()
        except FileNotFoundError:
            pass
        if not any(character.isalnum() for character in text):
            raise DraftFailed("nothing to speak")
        try:
            spoken = self._speaker.speak(
                respelt(text, voice=voice), voice=voice, rate=_WORDS_A_MINUTE
            )
            content = to_telephone(spoken)
        except (SpeechFailed, SoundError) as error:
            raise DraftFailed(str(error)) from error
        write_durably(path, content)
        return content

    def cached(self, name: str) -> bytes | None:
        """The draft of that `draft_hash` if it was made before; None otherwise."""
        if len(name) != 16 or not all(each in "0123456789abcdef" for each in name):
            return None
        try:
            return (self._cache / f"{name}.wav").read_bytes()
        except FileNotFoundError:
            return None

    def close(self) -> None:
        """End the synthesiser's process; speaking again starts another."""
        self._speaker.close()
