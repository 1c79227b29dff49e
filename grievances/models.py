"""Tables of cases, what was said in them, and the replies."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    literal_column,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from grievances.lifecycle import State
from grievances.values import Confidentiality, ReprisalRisk
from storage.database import Base, UtcDateTime

_AT_WORK = sql("state <> 'closed' OR answering = 'open'")
AT_WORK: ColumnElement[bool] = literal_column("(state <> 'closed' OR answering = 'open')", Boolean)
"""Somebody of ours has something to do with the case: as the condition of the indexes says it, for
a database takes such an index only where a query says the same."""


class Case(Base):
    """One question or grievance, found by its code. `person_id` is empty for a withheld number."""

    __tablename__ = "grievance_case"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    programme: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    """`question`, `grievance`, `voice_message` for what was said without a choice, or `call_wish`
    for who only asked to be called."""
    topic: Mapped[str | None] = mapped_column(String(40))
    queue: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(35))
    channel: Mapped[str] = mapped_column(String(12))
    """`voice` or `sms`; `operator` or `in_person` where staff took it in."""
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    pin_hash: Mapped[str | None] = mapped_column(String(64))
    """For reading the status from another phone."""
    pin_failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    confirmed: Mapped[bool]
    """False where the call ended before she said "send"."""
    answer_by: Mapped[str] = mapped_column(String(20))
    """`by_call`, `by_sms` or `i_will_call`."""
    answering: Mapped[str] = mapped_column(String(20))
    """`open` while what was said last has no answer, else `answered`."""
    state: Mapped[str] = mapped_column(String(24), default=State.RECEIVED)
    """How far it got, `grievances.lifecycle.State`; `grievances.operations.move` alone changes
    it."""
    category: Mapped[str | None] = mapped_column(String(40))
    """`grievances.values.Category`; None until triage."""
    severity: Mapped[int | None]
    """1, the least, to 5 (harm, safety, reprisal); None until triage."""
    district: Mapped[str | None] = mapped_column(String(40))
    """Slug of the district that it is about; None: not stated."""
    remedy: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What she wants to be done about it, in her words; sealed."""
    confidentiality: Mapped[str] = mapped_column(String(12), default=Confidentiality.CONFIDENTIAL)
    """`named`, `confidential` or `anonymous`; the complainant alone changes it."""
    reprisal_risk: Mapped[str] = mapped_column(String(10), default=ReprisalRisk.NONE)
    """`none`, `possible` or `reported`."""
    relation: Mapped[str | None] = mapped_column(String(20))
    """What who filed it is to whom it is for, `grievances.values.Relation`; None: filed for
    oneself. No evidence is asked for, and no name."""
    tier: Mapped[int] = mapped_column(default=1)
    """1 case manager, 2 supervisor who had no part in 1, 3 independent panel, 4 the State."""
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    due_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When the next step is due; None where no clock runs."""
    due_step: Mapped[str | None] = mapped_column(String(16))
    """What is due then, `programmes.clocks.Step`."""
    wakes_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime, index=True)
    """When `grievances.jobs` looks at it next: it wants somebody, or a clock will have run out."""
    wish: Mapped[str | None] = mapped_column(String(8))
    """`woman` or `man`, where they would rather talk to one."""
    close_code: Mapped[str | None] = mapped_column(String(24))
    """`grievances.lifecycle.CloseCode`, while it is closed."""
    closed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    outcome_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When there was an outcome last, in any tier: from here appeals are counted."""
    duplicate_of: Mapped[str | None] = mapped_column(ForeignKey("grievance_case.id"), index=True)
    """The case that goes on in its stead."""
    version: Mapped[int] = mapped_column(default=0)
    """How many events its history has: whoever changes it says which one they looked at."""
    head: Mapped[str] = mapped_column(String(64), default="")
    """Over the number of events and the last of them, under a key that is not kept here: a row
    that is taken off the end is missed."""
    opened_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    first_read_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_grievance_case_queue", "programme", "state", "queue", "due_at"),
        Index("ix_grievance_case_assignee", "assignee_id", "state", "due_at"),
        Index("ix_grievance_case_answering", "programme", "answering", "opened_at"),
        Index("ix_grievance_case_opened", "programme", "opened_at", "id"),
        Index("ix_grievance_case_severity", "programme", "severity", "opened_at"),
        Index("ix_grievance_case_district", "programme", "district", "opened_at"),
        Index(
            "ix_grievance_case_at_work",
            "programme",
            "assignee_id",
            "due_at",
            postgresql_where=_AT_WORK,
            sqlite_where=_AT_WORK,
        ),
        Index(
            "ix_grievance_case_due",
            "programme",
            "due_at",
            postgresql_where=_AT_WORK,
            sqlite_where=_AT_WORK,
        ),
    )


class CaseEvent(Base):
    """One step in the history of a case. Rows are only ever added, by `grievances.history`; of one
    that is there nothing changes but that words and their salts are erased."""

    __tablename__ = "case_event"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("grievance_case.id"))
    seq: Mapped[int]
    """1 for the first of its case, then one more each time."""
    kind: Mapped[str] = mapped_column(String(24))
    """`grievances.history.Event`."""
    from_state: Mapped[str | None] = mapped_column(String(24))
    to_state: Mapped[str | None] = mapped_column(String(24))
    """Both where it took the case from one state to another, else neither."""
    actor: Mapped[str] = mapped_column(String(32))
    """Id of an account, `person` or `system`."""
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(String(60))
    """A word of ours such as a close code; never somebody's words."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What else is known of it: slugs, ids, counts and moments; never somebody's words."""
    subject: Mapped[str | None] = mapped_column(String(32))
    """Id of the statement, reply or other case that it is about."""
    words_salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    words_digest: Mapped[str | None] = mapped_column(String(64))
    """Of what the statement or reply of `subject` said then."""
    public_note: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What she may hear; sealed."""
    public_salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    public_digest: Mapped[str | None] = mapped_column(String(64))
    internal_note: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What staff note for themselves; sealed."""
    internal_salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    internal_digest: Mapped[str | None] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    """`link` of the event before; empty for the first."""
    link: Mapped[str] = mapped_column(String(64))
    """HMAC over all of the above but words and salts, under a key that is not kept here."""

    __table_args__ = (UniqueConstraint("case_id", "seq"),)


class Named(Base):
    """An account that a complaint is about, or that has a part in the matter: the case is never
    given to it."""

    __tablename__ = "case_named"

    case_id: Mapped[str] = mapped_column(ForeignKey("grievance_case.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)


class Presence(Base):
    """Who looks at a case now: a row counts for a minute, and says nothing later."""

    __tablename__ = "case_presence"

    case_id: Mapped[str] = mapped_column(ForeignKey("grievance_case.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    seen_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class CaseLink(Base):
    """Two cases that belong together; the lesser id comes first, so that there is one row."""

    __tablename__ = "case_link"

    case_id: Mapped[str] = mapped_column(ForeignKey("grievance_case.id"), primary_key=True)
    other_id: Mapped[str] = mapped_column(
        ForeignKey("grievance_case.id"), primary_key=True, index=True
    )
    kind: Mapped[str] = mapped_column(String(12))
    """`same_matter` or `related`, a `grievances.values.LinkKind`; duplicates are merged."""


class Statement(Base):
    """What she said or wrote. It is kept the moment it exists, before it is sent as a case."""

    __tablename__ = "statement"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("grievance_case.id"), index=True)
    programme: Mapped[str] = mapped_column(String(40))
    conversation: Mapped[str] = mapped_column(String(32), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    topic: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(35))
    channel: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    text: Mapped[bytes | None] = mapped_column(LargeBinary)
    recording_id: Mapped[str | None] = mapped_column(String(64))
    seconds: Mapped[int | None]
    media_id: Mapped[str | None] = mapped_column(ForeignKey("text_media.id"))
    """The set of pictures and sounds that came with it, `storage.attachments`."""
    said_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_statement_unsent", "case_id", "said_at"),)


class Reply(Base):
    """A case manager's answer, as text or as a recording, and how far it got."""

    __tablename__ = "reply"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("grievance_case.id"), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    language: Mapped[str] = mapped_column(String(35))
    text: Mapped[bytes | None] = mapped_column(LargeBinary)
    media: Mapped[str | None] = mapped_column(String(64))
    outbox_id: Mapped[str | None] = mapped_column(String(32), index=True)
    """The text or call that carries it, or empty where it waits for her."""
    in_full: Mapped[bool] = mapped_column(default=False)
    """The text that goes out is the reply itself, not a notice that one waits."""
    sent_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    heard_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    proposes: Mapped[bool] = mapped_column(default=False, server_default=false())
    """It proposes a resolution, which she accepts or refuses."""
    approved_id: Mapped[str | None] = mapped_column(String(32))
    """The version of the approved answer that it was made of."""
    tries: Mapped[int] = mapped_column(default=1, server_default=sql("1"))
    """How often it went out."""
    tried_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """The last time; empty while that is `sent_at`."""
    in_vain: Mapped[str | None] = mapped_column(String(32))
    """The last of what carried it that is known not to have had it heard."""
    offered_since: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Nothing more goes out by itself: it is offered when she calls or writes next."""
    handed_back_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """She did not come for it: whoever answers the case has it back."""

    __table_args__ = (Index("ix_reply_unheard", "heard_at", "handed_back_at", "sent_at"),)


class DictatedTake(Base):
    """An answer spoken on a work phone, until it is sent or forgotten."""

    __tablename__ = "dictated_take"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    bridge_id: Mapped[str] = mapped_column(String(32))
    """The call on which it was spoken."""
    case_id: Mapped[str] = mapped_column(ForeignKey("grievance_case.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    recording_id: Mapped[str] = mapped_column(String(64), unique=True)
    media: Mapped[str | None] = mapped_column(String(64))
    """As it would be sent: telephone sound, as what is recorded in a browser."""
    state: Mapped[str] = mapped_column(String(8))
    """A `grievances.dictating.TakeState`."""
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_dictated_take_draft", "case_id", "account_id", "created_at"),
        Index("ix_dictated_take_state", "state", "created_at"),
    )


class RightsRequest(Base):
    """Somebody asks to see, correct or delete what is kept of her, or that nothing more goes out.

    Without a word of anybody: it outlives what it was about.
    """

    __tablename__ = "rights_request"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    programme: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[str] = mapped_column(ForeignKey("grievance_case.id"), index=True)
    """By which whoever asks is known to us."""
    right: Mapped[str] = mapped_column(String(12))
    """`grievances.rights.Right`."""
    proof: Mapped[str] = mapped_column(String(8))
    """`grievances.rights.Proof`."""
    asked_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[dt.date]
    """The last business day on which it is answered in time."""
    taken_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    """Empty where she asked by telephone or text herself."""
    done_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When it was carried out, by what the system does."""
    closed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    outcome: Mapped[str | None] = mapped_column(String(16))
    """`privacy.values.Outcome`."""

    __table_args__ = (Index("ix_rights_request_due", "programme", "closed_at", "due_on"),)
