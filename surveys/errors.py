"""What can be wrong with a survey.

SurveyError
├── NoSuchRound        no round of this id
├── NoSuchResponse     an answer by somebody who has not begun
└── NotAnOption        an answer that the question does not have (also a ValueError)
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
