"""Rules about the contacts that we start."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

CALL_BACK_ONCE_PER = dt.timedelta(minutes=10)
"""However often a line is rung in between (DOMAIN R33)."""


class Purpose(StrEnum):
    """Why we contact somebody."""

    CALL_BACK = "call_back"
    """She rang and hung up, or wrote that she wants to be called."""


class CallBack(StrEnum):
    """What came of a wish to be called."""

    QUEUED = "queued"
    """We call at once, or when the calling hours begin."""
    PENDING = "pending"
    """A call back of this line is on its way, or was made within ten minutes."""
    OPTED_OUT = "opted_out"
    """Nothing goes out to this line; she can call us, or take it back by text."""
