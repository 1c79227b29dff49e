"""The lifecycle of a case as data (DOMAIN 1.2): its states and its close codes."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """How far a case got."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    """Somebody of ours has taken it up, and she may hear so."""
    TRIAGED = "triaged"
    """Kind, category and severity are settled."""
    NEEDS_INFORMATION = "needs_information"
    """It waits for the complainant: here alone its clocks pause."""
    INVESTIGATING = "investigating"
    RESOLUTION_PROPOSED = "resolution_proposed"
    ACCEPTED = "accepted"
    """The complainant accepted what was proposed."""
    IMPLEMENTING = "implementing"
    RESOLVED = "resolved"
    """By acceptance or a documented refusal, never by silence."""
    CLOSED = "closed"
    """Under a close code."""
    REOPENED = "reopened"
    APPEALED = "appealed"
    """It waits for somebody of the next tier who had no part in it."""


class CloseCode(StrEnum):
    """Why a case was closed."""

    RESOLVED_ACCEPTED = "resolved_accepted"
    RESOLVED_NOT_CONFIRMED = "resolved_not_confirmed"
    """What was proposed was done, and she could not be asked."""
    NOT_ACCEPTED = "not_accepted"
    """She refused what was proposed, and was told how to appeal."""
    ANSWERED = "answered"
    """A question, suggestion or compliment that has its answer; never a grievance."""
    REFERRED = "referred"
    """To somebody outside, who was named to her."""
    NOT_ELIGIBLE = "not_eligible"
    WITHDRAWN = "withdrawn"
    UNREACHABLE = "unreachable"
    DUPLICATE = "duplicate"
