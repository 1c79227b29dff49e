"""Why a broadcast cannot be changed or started."""

from __future__ import annotations


class BroadcastError(Exception):
    """A broadcast cannot do what was asked of it."""


class UnknownBroadcast(BroadcastError):
    """There is none of this id in this programme."""


class WrongState(BroadcastError):
    """It has gone on meanwhile: it is not in a state from which this can be done."""


class NoNumber(BroadcastError):
    """The programme has no number to call and text from."""


class NothingToSay(BroadcastError):
    """Its words are missing or not approved; `args` are the languages that have none."""


class TooLongForText(BroadcastError):
    """Its words are longer than three segments, and nobody could call to hear them."""


class NoPrices(BroadcastError):
    """A budget without prices would stop nothing."""
