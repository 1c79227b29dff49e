"""What can go wrong with a case.

GrievanceError
├── CodesExhausted
├── UnknownStatement
├── UnknownCase
├── NotToBeCalled  `hindrance` says why, a `grievances.calling.Hindrance`
├── EmptyReply
└── AnsweredMeanwhile
"""

from __future__ import annotations


class GrievanceError(Exception):
    """Base of what this package refuses."""


class CodesExhausted(GrievanceError):
    """No free code came up in many draws."""


class UnknownStatement(GrievanceError):
    """No statement has this id."""


class UnknownCase(GrievanceError):
    """No case has this id."""


class NotToBeCalled(GrievanceError):
    """Nobody is called for this case now."""

    def __init__(self, hindrance: str) -> None:
        super().__init__(hindrance)
        self.hindrance = hindrance


class EmptyReply(GrievanceError):
    """A reply has neither text nor recording."""


class AnsweredMeanwhile(GrievanceError):
    """Somebody else replied after the author had last looked."""
