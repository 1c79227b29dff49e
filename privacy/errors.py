"""What can go wrong where people ask about what is kept of them."""

from __future__ import annotations


class PrivacyError(Exception):
    """The root of this package's errors."""


class UnknownRequest(PrivacyError):
    """There is no such request, or it is closed."""


class NotDoneYet(PrivacyError):
    """It cannot be closed as fulfilled before it was carried out."""


class NothingToDo(PrivacyError):
    """Nobody is known any more whom it could be carried out for."""
