"""What the sealed track refuses.

SafeguardingError
├── NobodyDesignated
├── UnknownReport
├── NotSealedToUs
├── WrongPassphrase
├── LockedOut
├── WeakPassphrase
├── NotDesignated
├── AlreadyDesignated
└── TooFew
"""

from __future__ import annotations


class SafeguardingError(Exception):
    """Base of what this package refuses."""


class NobodyDesignated(SafeguardingError):
    """The programme has no key: nothing can be kept, and nothing is."""


class UnknownReport(SafeguardingError):
    """No report has this id."""


class NotSealedToUs(SafeguardingError):
    """It was sealed to another key, for something else, or was changed."""


class WrongPassphrase(SafeguardingError):
    """A passphrase does not open what it should."""


class LockedOut(SafeguardingError):
    """Five wrong passphrases in a row: nothing is tried for an hour."""


class WeakPassphrase(SafeguardingError):
    """A passphrase has at least 16 characters."""


class NotDesignated(SafeguardingError):
    """The account is not designated in this programme, or may not be."""


class AlreadyDesignated(SafeguardingError):
    """The account is designated already, or the programme has its first two."""


class TooFew(SafeguardingError):
    """Two people must stay who can open what was entrusted to them."""
