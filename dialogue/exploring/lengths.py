"""How long a prompt takes to say: its recording's length, its draft's, or an estimate.

The estimate is that of `locales.lengths`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from library.prompts import Play, Prompts
from locales.lengths import estimated
from programmes.errors import MissingPrompt
from programmes.wordings import Wordings
from storage.sound import seconds


class Source(StrEnum):
    """What a length was taken from."""

    RECORDING = "recording"
    DRAFT = "draft"
    ESTIMATE = "estimate"


@dataclass(frozen=True, slots=True)
class Length:
    """How long something takes, in seconds."""

    seconds: float
    source: Source


class Lengths:
    """The lengths of one programme's prompts. Without `prompts` all are estimated.

    A draft is measured where it was made before; none is made for this. `measured` keeps what was
    measured, by what names a sound: share one per process.
    """

    def __init__(
        self,
        wordings: Wordings,
        prompts: Prompts | None = None,
        *,
        slug: str,
        measured: dict[str, float] | None = None,
    ) -> None:
        self._wordings = wordings
        self._prompts = prompts
        self._slug = slug
        self._measured = measured if measured is not None else {}

    def of(self, key: str, tag: str) -> Length:
        """The length of `key` as a caller in `tag` hears it. Raises MissingPrompt."""
        sound = self._sound(key, tag) if self._prompts is not None else None
        if sound is not None:
            return sound
        found = self._wordings.find(key, tag)
        return Length(estimated(found.wording.say, found.tag), Source.ESTIMATE)

    def _sound(self, key: str, tag: str) -> Length | None:
        prompts = self._prompts
        if prompts is None:
            return None
        try:
            source = prompts.sound(self._wordings, key, tag, slug=self._slug).source
        except MissingPrompt:
            return None
        if not isinstance(source, Play):
            return None
        is_recorded = source.version == prompts.recorded(key, source.language, self._slug)
        length = self._measured.get(source.version)
        if length is None:
            content: bytes | None = None
            if is_recorded:
                content = prompts.audio(key, source.language, source.version, texts=())
            elif prompts.drafts is not None:
                content = prompts.drafts.cached(source.version)
            if content is None:
                return None
            length = self._measured[source.version] = seconds(content)
        return Length(length, Source.RECORDING if is_recorded else Source.DRAFT)

    def total(self, keys: Iterable[str], tag: str) -> float:
        """Seconds that prompts take together; what has no words takes none."""
        together = 0.0
        for key in keys:
            try:
                together += self.of(key, tag).seconds
            except MissingPrompt:
                continue
        return together
