"""What can be wrong with a survey.

SurveyError
├── NoSuchRound        no round of this id
├── NoSuchResponse     an answer by somebody who has not begun
├── NotAnOption        an answer that the question does not have (also a ValueError)
├── NotFinal           a release of a round that has not ended
├── NoSuchRelease      no release of this id
└── NotAllowed         a release approved by who made it, or approved after it was withdrawn
"""

from __future__ import annotations


class SurveyError(Exception):
    """The root of what `surveys` raises."""


class NoSuchRound(SurveyError, LookupError):
    """There is no such round."""


class NoSuchResponse(SurveyError, LookupError):
    """Nobody has begun this round under this key."""


class NotAnOption(SurveyError, ValueError):
    """The question, or the option of it, is not in the questionnaire. Never names the answer."""


class NotFinal(SurveyError):
    """The round has no last results yet: what is released twice can be subtracted."""


class NoSuchRelease(SurveyError, LookupError):
    """There is no such release of this programme."""


class NotAllowed(SurveyError):
    """Whoever made a release does not approve it; what is withdrawn is not approved."""
