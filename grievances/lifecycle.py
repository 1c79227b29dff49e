"""The lifecycle of a case as data (DOMAIN 1.2): states, close codes, and who may take which step.

Nothing here touches a database: `grievances.moving` asks `refusal` before it writes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from staff.values import Account, Role

APPEAL_WITHIN: Final = dt.timedelta(days=30)
"""After the outcome."""
REOPEN_WITHIN: Final = dt.timedelta(days=30)
"""After the close; where it was resolved and not closed yet, after the outcome."""
REOPEN_WHEN_ASKED: Final = dt.timedelta(days=14)
"""After we asked whether what was done held: who is asked may answer that it did not."""
UNCONFIRMED_AFTER: Final = dt.timedelta(days=30)
"""So long a proposal waits for somebody whom nobody can ask."""
LEAST_ATTEMPTS: Final = 3
LEAST_DAYS: Final = 2
"""Attempts, and days with an attempt, before somebody counts as unreachable."""
HIGHEST_TIER: Final = 3
"""What is above it is the State: a referral, no appeal to us."""


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


ENDED: Final = (State.RESOLVED, State.CLOSED)
"""Nothing is done for it any more, but for what comes back."""


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


class Party(StrEnum):
    """In which part somebody acts on a case."""

    PERSON = "person"
    """The complainant: on a call, by text, or at the counter with code and PIN."""
    OPERATOR = "operator"
    """Takes cases in; moves none."""
    CASE_MANAGER = "case_manager"
    SUPERVISOR = "supervisor"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: of staff the account, of the complainant nothing but that it is she."""

    party: Party
    account_id: str | None = None

    @property
    def name(self) -> str:
        """As the history keeps it: an account's id, `person` or `system`."""
        return self.account_id or self.party.value


PERSON: Final = Actor(Party.PERSON)
SYSTEM: Final = Actor(Party.SYSTEM)
_PARTIES: Final = {
    Role.SUPERVISOR: Party.SUPERVISOR,
    Role.CASE_MANAGER: Party.CASE_MANAGER,
}


def actor_of(account: Account) -> Actor:
    """An account at work on a case; whoever answers no cases acts as an operator."""
    return Actor(_PARTIES.get(account.role, Party.OPERATOR), account.id)


class Need(StrEnum):
    """What must hold before a step is taken, beside that it exists and is theirs."""

    NOTE = "note"
    """What she is told, in words or as the reply that says it."""
    INTERNAL_NOTE = "internal_note"
    TRIAGE = "triage"
    """A kind; of a grievance its category and severity as well."""
    REFUSED = "refused"
    """She refused the last proposal, and that is in the history."""
    WAS_ACCEPTED = "was_accepted"
    WAS_REFUSED = "was_refused"
    """How it was resolved."""
    ANSWER_GIVEN = "answer_given"
    """What was said last has its answer, and it is no grievance."""
    ATTEMPTS = "attempts"
    NOBODY_TO_ASK = "nobody_to_ask"
    IN_TIME_TO_REOPEN = "in_time_to_reopen"
    IN_TIME_TO_APPEAL = "in_time_to_appeal"
    NEXT_TIER = "next_tier"
    """There is one above this tier, and the outcome is one that can be appealed."""
    OTHER_CASE = "other_case"
    """The case that goes on in its stead."""
    NO_PART_BEFORE = "no_part_before"
    """In an appeal nobody acts who acted on what is appealed."""


@dataclass(frozen=True, slots=True)
class Step:
    """One way on: from where, to where, by whom, and what it needs."""

    origin: State
    to: State
    by: frozenset[Party]
    needs: frozenset[Need] = frozenset()
    code: CloseCode | None = None


class Refusal(StrEnum):
    """Why a step was not taken."""

    NO_SUCH_STEP = "no_such_step"
    NOT_THEIRS = "not_theirs"
    UNMET = "unmet"


_STAFF: Final = frozenset({Party.CASE_MANAGER, Party.SUPERVISOR})
_PERSON: Final = frozenset({Party.PERSON})
_SUPERVISOR: Final = frozenset({Party.SUPERVISOR})
_S = State
_UNTIL_TRIAGE: Final = (_S.ACKNOWLEDGED, _S.TRIAGED, _S.NEEDS_INFORMATION, _S.INVESTIGATING)
_AT_WORK: Final = (*_UNTIL_TRIAGE, _S.REOPENED, _S.APPEALED)
_OPEN: Final = tuple(state for state in State if state not in ENDED)


def _step(origin: State, to: State, by: frozenset[Party], *needs: Need) -> Step:
    return Step(origin, to, by, frozenset(needs))


def _close(
    code: CloseCode, origins: Iterable[State], by: frozenset[Party], *needs: Need
) -> tuple[Step, ...]:
    return tuple(Step(each, _S.CLOSED, by, frozenset(needs), code) for each in origins)


STEPS: Final[tuple[Step, ...]] = (
    _step(_S.RECEIVED, _S.ACKNOWLEDGED, _STAFF),
    _step(_S.ACKNOWLEDGED, _S.TRIAGED, _STAFF, Need.TRIAGE),
    _step(_S.ACKNOWLEDGED, _S.NEEDS_INFORMATION, _STAFF, Need.NOTE),
    _step(_S.TRIAGED, _S.INVESTIGATING, _STAFF),
    _step(_S.TRIAGED, _S.NEEDS_INFORMATION, _STAFF, Need.NOTE),
    # What she says takes it back to where somebody works on it.
    _step(_S.NEEDS_INFORMATION, _S.ACKNOWLEDGED, _STAFF | _PERSON),
    _step(_S.NEEDS_INFORMATION, _S.INVESTIGATING, _STAFF | _PERSON, Need.TRIAGE),
    _step(_S.INVESTIGATING, _S.NEEDS_INFORMATION, _STAFF, Need.NOTE),
    _step(_S.INVESTIGATING, _S.RESOLUTION_PROPOSED, _STAFF, Need.NOTE),
    _step(_S.INVESTIGATING, _S.RESOLVED, _STAFF, Need.REFUSED, Need.INTERNAL_NOTE),
    _step(_S.RESOLUTION_PROPOSED, _S.ACCEPTED, _PERSON),
    # A refusal leaves room for a better proposal; told to staff it is documented by their note.
    _step(_S.RESOLUTION_PROPOSED, _S.INVESTIGATING, _PERSON),
    _step(_S.RESOLUTION_PROPOSED, _S.INVESTIGATING, _STAFF, Need.INTERNAL_NOTE),
    # Who has refused need not wait for another proposal of the same people.
    _step(_S.INVESTIGATING, _S.APPEALED, _PERSON, Need.REFUSED, Need.NEXT_TIER),
    _step(_S.ACCEPTED, _S.IMPLEMENTING, _STAFF),
    _step(_S.ACCEPTED, _S.RESOLVED, _STAFF),
    _step(_S.IMPLEMENTING, _S.RESOLVED, _STAFF),
    _step(_S.IMPLEMENTING, _S.INVESTIGATING, _STAFF, Need.NOTE),
    _step(_S.REOPENED, _S.TRIAGED, _STAFF, Need.TRIAGE),
    _step(_S.REOPENED, _S.INVESTIGATING, _STAFF, Need.TRIAGE),
    _step(_S.REOPENED, _S.NEEDS_INFORMATION, _STAFF, Need.NOTE),
    _step(_S.APPEALED, _S.INVESTIGATING, _SUPERVISOR, Need.TRIAGE),
    _step(_S.RESOLVED, _S.REOPENED, _STAFF | _PERSON, Need.IN_TIME_TO_REOPEN),
    _step(_S.CLOSED, _S.REOPENED, _STAFF | _PERSON, Need.IN_TIME_TO_REOPEN),
    _step(_S.RESOLVED, _S.APPEALED, _STAFF | _PERSON, Need.IN_TIME_TO_APPEAL, Need.NEXT_TIER),
    _step(_S.CLOSED, _S.APPEALED, _STAFF | _PERSON, Need.IN_TIME_TO_APPEAL, Need.NEXT_TIER),
    *_close(CloseCode.RESOLVED_ACCEPTED, (_S.RESOLVED,), _STAFF, Need.WAS_ACCEPTED),
    *_close(CloseCode.NOT_ACCEPTED, (_S.RESOLVED,), _STAFF, Need.WAS_REFUSED, Need.NOTE),
    *_close(
        CloseCode.RESOLVED_NOT_CONFIRMED, (_S.RESOLUTION_PROPOSED,), _STAFF, Need.NOBODY_TO_ASK
    ),
    *_close(
        CloseCode.ANSWERED,
        (_S.ACKNOWLEDGED, _S.TRIAGED, _S.INVESTIGATING, _S.REOPENED),
        _STAFF,
        Need.ANSWER_GIVEN,
    ),
    *_close(CloseCode.REFERRED, _AT_WORK, _STAFF, Need.NOTE),
    *_close(CloseCode.NOT_ELIGIBLE, (*_UNTIL_TRIAGE, _S.REOPENED), _STAFF, Need.NOTE),
    *_close(CloseCode.WITHDRAWN, _OPEN, _PERSON),
    *_close(
        CloseCode.UNREACHABLE,
        (*_UNTIL_TRIAGE, _S.RESOLUTION_PROPOSED, _S.ACCEPTED, _S.IMPLEMENTING),
        _STAFF | {Party.SYSTEM},
        Need.ATTEMPTS,
    ),
    *_close(
        CloseCode.DUPLICATE, (_S.RECEIVED, *_UNTIL_TRIAGE, _S.REOPENED), _STAFF, Need.OTHER_CASE
    ),
)
"""Every step that there is; whatever is not listed is refused."""

NOT_APPEALED: Final = frozenset({CloseCode.WITHDRAWN, CloseCode.DUPLICATE, CloseCode.ANSWERED})
"""Closes that are no outcome for anybody to appeal: such a case is reopened."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rules look at: a case and its history, reduced to facts."""

    state: State
    kind: str = "grievance"
    category: str | None = None
    severity: int | None = None
    tier: int = 1
    is_answered: bool = False
    has_person: bool = True
    close_code: CloseCode | None = None
    closed_at: dt.datetime | None = None
    outcome_at: dt.datetime | None = None
    asked_back_at: dt.datetime | None = None
    """When we asked last, after its close, whether what was done held."""
    proposed_at: dt.datetime | None = None
    """The last proposal."""
    was_refused: bool = False
    """The last proposal was, by her, or so staff documented."""
    was_accepted: bool = False
    """The last proposal was, by her."""
    attempts: tuple[dt.date, ...] = ()
    """Local days of the attempts to reach her since she last spoke, or heard us."""
    took_part: frozenset[str] = field(default_factory=frozenset)
    """Accounts that acted on it in the tiers below."""
    is_replied: bool = False
    """A reply went out after all that she said, whatever she then thought of it."""


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody who takes a step brings along."""

    has_note: bool = False
    has_internal_note: bool = False
    has_other_case: bool = False


_EVERYTHING = Given(has_note=True, has_internal_note=True, has_other_case=True)


def find_step(origin: State, to: State, party: Party, code: CloseCode | None) -> Step | Refusal:
    """The step, or why there is none: nobody's, or not theirs."""
    there = [each for each in STEPS if (each.origin, each.to, each.code) == (origin, to, code)]
    if not there:
        return Refusal.NO_SUCH_STEP
    return next((each for each in there if party in each.by), Refusal.NOT_THEIRS)


def unmet(
    step: Step, situation: Situation, actor: Actor, *, given: Given, now: dt.datetime
) -> Need | None:
    """The first need of the step that does not hold, None where all do."""
    if actor.account_id in situation.took_part and step.to not in (_S.APPEALED, _S.REOPENED):
        return Need.NO_PART_BEFORE
    return next(
        (each for each in Need if each in step.needs and not _holds(each, situation, given, now)),
        None,
    )


def next_steps(situation: Situation, actor: Actor, *, now: dt.datetime) -> tuple[Step, ...]:
    """The steps that this actor may take now, given the notes that they need."""
    return tuple(
        each
        for each in STEPS
        if each.origin is situation.state
        and actor.party in each.by
        and unmet(each, situation, actor, given=_EVERYTHING, now=now) is None
    )


def _holds(need: Need, situation: Situation, given: Given, now: dt.datetime) -> bool:
    match need:
        case Need.NOTE:
            return given.has_note
        case Need.INTERNAL_NOTE:
            return given.has_internal_note
        case Need.OTHER_CASE:
            return given.has_other_case
        case Need.TRIAGE:
            return _is_triaged(situation)
        case Need.REFUSED:
            return situation.was_refused
        case Need.WAS_ACCEPTED:
            return situation.was_accepted
        case Need.WAS_REFUSED:
            return situation.was_refused
        case Need.ANSWER_GIVEN:
            return situation.is_answered and situation.kind != "grievance"
        case Need.ATTEMPTS:
            days = situation.attempts
            return len(days) >= LEAST_ATTEMPTS and len(set(days)) >= LEAST_DAYS
        case Need.NOBODY_TO_ASK:
            since = situation.proposed_at
            return (
                not situation.has_person
                and since is not None
                and (now - since >= UNCONFIRMED_AFTER)
            )
        case Need.IN_TIME_TO_REOPEN:
            since, asked = situation.closed_at or situation.outcome_at, situation.asked_back_at
            if asked is not None and now - asked <= REOPEN_WHEN_ASKED:
                return True
            return since is not None and now - since <= REOPEN_WITHIN
        case Need.IN_TIME_TO_APPEAL:
            since = situation.outcome_at
            return since is not None and now - since <= APPEAL_WITHIN
        case Need.NEXT_TIER:
            return situation.tier < HIGHEST_TIER and situation.close_code not in NOT_APPEALED
        case Need.NO_PART_BEFORE:
            return True  # looked at first, for it is a need of every step


KINDS: Final = frozenset({"question", "grievance", "suggestion", "compliment"})


def _is_triaged(situation: Situation) -> bool:
    if situation.kind != "grievance":
        return situation.kind in KINDS
    return situation.category is not None and situation.severity is not None
