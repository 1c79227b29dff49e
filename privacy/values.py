"""Requests of people about what is kept of them, as plain values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from grievances.rights import Proof, Right


class Outcome(StrEnum):
    """Why a request is closed."""

    FULFILLED = "fulfilled"
    NOTHING_KEPT = "nothing_kept"
    NOT_THEIRS = "not_theirs"
    """Whoever asked is not who it is about."""
    MUST_BE_KEPT = "must_be_kept"
    """A law or a proceeding needs it; told, with where to complain."""
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as the queue and its page show it."""

    id: str
    case_id: str
    case_code: str
    right: Right
    proof: Proof
    asked_at: dt.datetime
    due_on: dt.date
    taken_by: str | None
    """None where she asked by telephone or text herself."""
    done_at: dt.datetime | None
    closed_at: dt.datetime | None
    outcome: Outcome | None

    def is_late(self, today: dt.date) -> bool:
        """Whether its last day is over and it is open still."""
        return self.closed_at is None and today > self.due_on
