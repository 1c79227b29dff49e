"""Cases, statements and replies as plain values, and the rules that need no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from duty.values import Outcome, PutThrough
from grievances import lifecycle
from programmes.values import Queue
from staff.values import Affiliation
from storage.attachments import Enclosed
from storage.outbox import Kind, Reason, State
from storage.recordings import Copy
from storage.vault import Vault

CALL_WISH = "call_wish"
"""The kind of a case in which nothing was said but that she wants to be called."""


class Answering(StrEnum):
    """Whether what was said last in a case has been answered; how far the case got is its state,
    `grievances.lifecycle.State`."""

    OPEN = "open"
    ANSWERED = "answered"


class CaseKind(StrEnum):
    """What a case is: the first thing that triage settles (DOMAIN 1.2)."""

    QUESTION = "question"
    GRIEVANCE = "grievance"
    SUGGESTION = "suggestion"
    COMPLIMENT = "compliment"


class Category(StrEnum):
    """What a case is about, in the words that regulators and lenders count by (DOMAIN 1.3). The
    topic is the caller's choice; the category is settled at triage."""

    WATER = "water"
    AIR_DUST = "air_dust"
    NOISE_BLASTING = "noise_blasting"
    TAILINGS_SPILL = "tailings_spill"
    LAND_PROPERTY = "land_property"
    """Damage to land, things or animals too."""
    RESETTLEMENT = "resettlement"
    LOCAL_JOBS = "local_jobs"
    SUPPLIER_PAYMENT = "supplier_payment"
    TRAFFIC = "traffic"
    AGREEMENT = "agreement"
    """What was agreed with a community is not kept."""
    SECURITY = "security"
    CONSULTATION = "consultation"
    LABOUR = "labour"
    HEALTH = "health"
    WOMENS_SAFETY = "womens_safety"
    REPRISAL = "reprisal"
    CORRUPTION = "corruption"
    OTHER = "other"


class Confidentiality(StrEnum):
    """Who may know whose case it is; the complainant alone changes it (DOMAIN 1.6)."""

    NAMED = "named"
    CONFIDENTIAL = "confidential"
    """The number is kept sealed, and seen through a noted act alone."""
    ANONYMOUS = "anonymous"
    """Nothing leads to a person: the code and the PIN alone do."""


class ReprisalRisk(StrEnum):
    """Whether somebody may be made to suffer for a case (DOMAIN 1.7)."""

    NONE = "none"
    POSSIBLE = "possible"
    REPORTED = "reported"


class Relation(StrEnum):
    """What somebody who files a case is to the one for whom it is filed."""

    FAMILY = "family"
    NEIGHBOUR = "neighbour"
    COMMUNITY = "community"
    """An authority of her community."""
    ORGANISATION = "organisation"
    OTHER = "other"


class LinkKind(StrEnum):
    """How two cases belong together."""

    DUPLICATE = "duplicate"
    """The same person told the same twice: one goes on, the other is closed."""
    SAME_MATTER = "same_matter"
    """Several people on one matter, each with a case and a code of their own."""
    RELATED = "related"


class AnswerBy(StrEnum):
    """How she wants to be answered; the names are those of the options that she chose."""

    CALL = "by_call"
    SMS = "by_sms"
    SHE_CALLS = "i_will_call"


class Status(StrEnum):
    """What `my_case` tells of a case."""

    RECEIVED = "received"
    READ = "read"
    ANSWERED = "answered"
    TALKED = "talked"
    """It was answered on a call: there is nothing to play."""


class Route(StrEnum):
    """The way on which a reply was sent."""

    CALL = "call"
    TEXT = "text"
    """The reply itself, to somebody who wrote to us."""
    NOTICE = "notice"
    """A neutral text that something waits, with our number."""
    WAITS = "waits"
    """Nothing goes out: she calls, her number is not known, or her line opted out."""


class Delivery(StrEnum):
    """How far a reply got."""

    WAITING = "waiting"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    HEARD = "heard"
    NOT_REACHED = "not_reached"
    UNCERTAIN = "uncertain"
    """The carrier gave no answer and cannot be asked: it may have arrived."""


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """A case and the code that she keeps; `is_new` is false where it was there already."""

    case_id: str
    code: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class CaseRef:
    """A case as a conversation needs it: nothing of what was said."""

    id: str
    code: str
    programme: str
    language: str
    channel: str
    person_id: str | None
    has_pin: bool
    answer_by: AnswerBy
    opened_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands for her. `reply_id` is the oldest reply that she has not heard, else the
    newest one, else None."""

    status: Status
    reply_id: str | None
    reply_is_new: bool
    opened_at: dt.datetime


@dataclass(frozen=True, slots=True)
class ReplyWords:
    """What a reply says: text, the media key of a recording, or both."""

    id: str
    case_id: str
    language: str
    text: str | None
    media: str | None


@dataclass(frozen=True, slots=True)
class SentReply:
    """A reply that is kept, and the way it went."""

    id: str
    route: Route


@dataclass(frozen=True, slots=True)
class Said:
    """One statement of a case. `copy` is None where nothing was recorded."""

    id: str
    said_at: dt.datetime
    text: str | None
    seconds: int | None
    copy: Copy | None
    media: str | None
    enclosed: Enclosed | None = None
    """Pictures and sounds that came with it."""


@dataclass(frozen=True, slots=True)
class Replied:
    """One reply of a case, and how far it got."""

    id: str
    author: str
    sent_at: dt.datetime
    text: str | None
    media: str | None
    in_full: bool
    kind: Kind | None
    """Of what carries it; None where it waits."""
    delivery: Delivery
    heard_at: dt.datetime | None
    can_be_sent_again: bool
    reason: Reason | None = None
    """Why it did not reach her, or not yet."""
    proposes: bool = False
    """It proposes a resolution."""
    tries: int = 1
    """How often it went out."""
    offered_since: dt.datetime | None = None
    """Nothing more goes out by itself: it is offered when she calls or writes next."""
    handed_back_at: dt.datetime | None = None
    """She did not come for it either: whoever answers the case has it back."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What triage and the lifecycle have settled of a case."""

    category: Category | None = None
    severity: int | None = None
    district: str | None = None
    remedy: str | None = None
    confidentiality: Confidentiality = Confidentiality.CONFIDENTIAL
    reprisal_risk: ReprisalRisk = ReprisalRisk.NONE
    relation: Relation | None = None
    tier: int = 1
    close_code: lifecycle.CloseCode | None = None
    duplicate_of: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Linked:
    """Another case that belongs to this one; nothing of what was said in it."""

    id: str
    kind: str
    topic: str | None
    state: lifecycle.State
    how: LinkKind


@dataclass(frozen=True, slots=True)
class Past:
    """One event of a case's history, its notes opened."""

    kind: str
    """`grievances.history.Event`."""
    at: dt.datetime
    actor: str
    """An e-mail, `person` or `system`."""
    from_state: lifecycle.State | None
    to_state: lifecycle.State | None
    reason: str | None
    facts: Mapping[str, Any]
    public_note: str | None
    internal_note: str | None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case whole, as its page shows it."""

    id: str
    code: str
    programme: str
    kind: str
    topic: str | None
    queue: str
    language: str
    channel: str
    person_id: str | None
    confirmed: bool
    answer_by: AnswerBy
    answering: Answering
    state: lifecycle.State
    opened_at: dt.datetime
    first_read_at: dt.datetime | None
    statements: tuple[Said, ...]
    replies: tuple[Replied, ...]
    calls: tuple[PutThrough, ...] = ()
    """Those that were asked for on its page."""
    settled: Settled = field(default_factory=lambda: Settled())

    @property
    def newest_reply(self) -> str | None:
        return self.replies[-1].id if self.replies else None

    @property
    def is_calling(self) -> bool:
        """Whether a call goes on now."""
        return any(call.outcome is None for call in self.calls)

    @property
    def has_talked(self) -> bool:
        """Whether they have talked since the last that was said or answered."""
        talked = [call.taken_at for call in self.calls if call.outcome is Outcome.TALKED]
        told = [said.said_at for said in self.statements]
        told += [reply.sent_at for reply in self.replies]
        return any(at is not None and all(at > each for each in told) for at in talked)


_NOT_REACHED = frozenset({State.UNDELIVERED, State.FAILED, State.CANCELLED, State.EXPIRED})


def delivery_of(state: State | None, *, heard: bool, reason: str | None = None) -> Delivery:
    """How far a reply got, from the state of the outbox row that carries it (None: no row), and
    the `reason` that is noted there."""
    if heard:
        return Delivery.HEARD
    if state is None:
        return Delivery.WAITING
    if state in _NOT_REACHED:
        return Delivery.NOT_REACHED
    if state in (State.SENT, State.DELIVERED):
        return Delivery(state.value)
    if state is State.UNKNOWN and reason == Reason.UNCONFIRMED:
        return Delivery.UNCERTAIN
    return Delivery.QUEUED


def may_be_sent_again(kind: Kind | None, delivery: Delivery) -> bool:
    """Whether a reply has come to an end without reaching her: undelivered, or a call that was
    taken and ended before the reply was heard; or nobody can find out, and whoever answers the
    case decides."""
    return delivery in (Delivery.NOT_REACHED, Delivery.UNCERTAIN) or (
        kind is Kind.CALL and delivery is Delivery.DELIVERED
    )


def visible_queues(queues: Iterable[Queue], affiliation: Affiliation) -> frozenset[str] | None:
    """The queues whose cases an account may open: those of its own affiliation. None stands for
    all of them, also ones that the programme no longer names: independent accounts alone."""
    if affiliation is Affiliation.INDEPENDENT:
        return None
    return frozenset(queue.slug for queue in queues if queue.affiliation == affiliation)


def route_of(
    answer_by: AnswerBy,
    *,
    channel: str,
    has_text: bool,
    can_reach: bool,
    declines_texts: bool = False,
) -> Route:
    """The way of a reply. Its words travel as a text only to somebody who wrote to us: a text on a
    shared phone is read by whoever picks it up. Who wants no texts at all is called."""
    if not can_reach or answer_by is AnswerBy.SHE_CALLS:
        return Route.WAITS
    if answer_by is AnswerBy.CALL or declines_texts:
        return Route.CALL
    return Route.TEXT if channel == "sms" and has_text else Route.NOTICE


_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def pseudonym(vault: Vault, person_id: str) -> str:
    """A name such as `K7-32` by which staff tell people apart; no way back to the person."""
    number = int(vault.tag("person.pseudonym", person_id)[:12], 16)
    letter = _LETTERS[number % len(_LETTERS)]
    return f"{letter}{number // 24 % 10}-{number // 240 % 100:02}"
