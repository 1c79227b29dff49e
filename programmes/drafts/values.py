"""A draft as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from programmes.content import content_hash

Content = Mapping[str, Any]
"""A programme as `programmes.content` keeps it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What editors are making of a programme; it may have gaps that no version has."""

    slug: str
    base: str
    """The hash of the version that it began from."""
    before: Content
    """What callers met when it began: that version, and the words approved since."""
    content: Content
    revision: int
    """Grows with every step, so that of two who edit at once one is told."""
    begun_by: str
    begun_at: dt.datetime
    changed_by: str
    changed_at: dt.datetime

    @property
    def hash(self) -> str:
        """Of the version that it would become."""
        return content_hash(self.content)

    @property
    def is_changed(self) -> bool:
        return content_hash(self.before) != self.hash


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody read exactly this content and stands for it."""

    account_id: str
    at: dt.datetime
