"""Why something is wrong, told in English and in the language of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(text: str) -> str:
    """Marks a text for the catalogues of the pages; it is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Said:
    """A text that is in the catalogues, and what is put into it."""

    text: str
    values: Mapping[str, str | int | Said] = field(default_factory=dict)

    def __str__(self) -> str:
        """In English."""
        return self.text % self.values if self.values else self.text
