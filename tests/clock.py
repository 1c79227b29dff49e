"""A clock that stands still until a test moves it."""

from __future__ import annotations

import datetime as dt


class FakeClock:
    """A clock that starts on Monday 23 November 2026, 15:00 UTC (10:00 in Peru)."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def advance(self, by: dt.timedelta) -> None:
        self.now += by
