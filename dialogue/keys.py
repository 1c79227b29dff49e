"""Every prompt that a caller of a programme can hear: what must be recorded before it goes live."""

from __future__ import annotations

from locales.catalogues import prompts
from locales.languages import clips_of, languages
from programmes.values import Programme

_WRITTEN_ONLY = ("sms.",)
_FOR_SPEAKERS = ("record.",)


def spoken_keys(programme: Programme) -> frozenset[str]:
    """The prompts of every programme and this one's own; without what is only ever written.

    Parts of numbers are those of every language: `locales.languages.is_said_in` says of which.
    """
    own = {key for words in programme.wordings.values() for key in words}
    system = {key for key in prompts("es") if not key.startswith(_WRITTEN_ONLY)}
    return frozenset(own | system | clips_of(languages()))


def must_be_recorded(key: str) -> bool:
    """Whether a programme waits for the prompt: not for what speakers alone hear, who record it."""
    return not key.startswith(_FOR_SPEAKERS)
