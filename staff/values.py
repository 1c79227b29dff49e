"""Staff as plain values: roles, affiliations and the account that is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an account may do; each page names the roles that may open it."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    CASE_MANAGER = "case_manager"
    INTERPRETER = "interpreter"
    EDITOR = "editor"
    REGULATOR = "regulator"
    SAFEGUARDING = "safeguarding"


class Basis(StrEnum):
    """Why somebody may have read what they read."""

    ASSIGNED = "assigned"
    """It is theirs to work on."""
    SUPERVISES = "supervises"
    QUEUE = "queue"
    """It is in a queue whose cases they may open."""


class Affiliation(StrEnum):
    """Whose people they are. It decides which queues they see, never what they may do there."""

    COMPANY = "company"
    STATE = "state"
    INDEPENDENT = "independent"


LANGUAGES = ("es", "en")
"""Of the staff pages; the first is used where nothing else is known."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account that is open."""

    id: str
    email: str
    role: Role
    programme: str
    """Slug of the one programme that the account works in."""
    affiliation: Affiliation
    language: str
