"""What can be wrong with fieldwork."""

from __future__ import annotations


class FieldworkError(Exception):
    """It cannot be done."""


class NoFieldwork(FieldworkError):
    """This round has none."""


class WrongState(FieldworkError):
    """Not in the state that it is in, or the round is closed."""


class NoNumber(FieldworkError):
    """The programme has no number to call from."""


class NoSample(FieldworkError):
    """A list without numbers, or without the consent that they were given under."""
