"""What can be wrong with an account.

StaffError
├── EmailTaken
├── InvalidEmail
└── WeakPassword
"""

from __future__ import annotations


class StaffError(ValueError):
    """Base of what this package refuses."""


class EmailTaken(StaffError):
    """An account with this e-mail exists, open or closed."""


class InvalidEmail(StaffError):
    """What was given is no e-mail address."""


class WeakPassword(StaffError):
    """The password is shorter than it has to be."""
