"""What is refused about work phones.

DutyError
├── NoPhone        nobody is on duty without a phone
├── NotAPhone      what was given is no phone number
├── OursAlready    a number of a programme cannot be a work phone: it would call itself
├── OnAnotherCall  who wants to call somebody is rung, or talks, already
├── CalledAlready  somebody else is calling the person of this case now
└── NotSomeDays    an absence whose last day comes before its first, or is over
"""

from __future__ import annotations


class DutyError(ValueError):
    """Base of what this package refuses."""


class NoPhone(DutyError):
    """Somebody is to be on duty and has no work phone."""


class NotAPhone(DutyError):
    """What was given is no phone number."""


class OursAlready(DutyError):
    """The number is one that callers reach us at."""


class OnAnotherCall(DutyError):
    """Her phone is rung, or she talks, for something else."""


class CalledAlready(DutyError):
    """Somebody else is calling the person of this case now."""


class NotSomeDays(DutyError):
    """An absence ends before it begins, or is over already."""
