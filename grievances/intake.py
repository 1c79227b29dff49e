"""A case taken in by staff, from who comes to the office or tells an operator. Nothing commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from contacts import operations as contacts
from contacts import queries as people
from contacts.values import Agreed
from grievances import history, operations
from grievances.history import Event
from grievances.lifecycle import Actor
from grievances.models import Case, Statement
from grievances.triage import REMEDY, note_reprisal
from grievances.values import AnswerBy, CaseKind, Relation, ReprisalRisk
from programmes.routing import Fact, Facts
from storage.ids import new_id
from storage.vault import Vault

NOTICE = "support.notice"
"""What is read out before a number is kept; the same words that callers hear."""

CHANNELS = ("in_person", "operator")
"""At the office, or told to an operator in some other way."""


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody at the counter told, as it was typed in."""

    channel: str
    kind: CaseKind
    topic: str | None
    language: str
    words: str
    remedy: str | None
    district: str | None
    relation: Relation | None
    number: str | None
    """In E.164; None: nobody's, whether they wish it so or have no telephone."""
    answer_by: AnswerBy
    risk: ReprisalRisk = ReprisalRisk.NONE


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A case, and the code that goes home with them; `is_new` is false where the same form came
    again, and nothing was changed."""

    case_id: str
    code: str
    is_new: bool
    is_nobodys: bool


def take_in(
    connection: Connection,
    told: Told,
    *,
    vault: Vault,
    statement_id: str,
    programme: str,
    queue_of: Callable[[Facts], str],
    actor: Actor,
    agreed: Agreed,
    pin: str,
    now: dt.datetime,
    draw: Callable[[], str],
) -> TakenIn:
    """Keep what was told, and open a case of it that its code and `pin` lead to.

    A number is kept, and that they agreed to it, where one is given and its line has one person at
    most: on a shared line nobody can tell whose case it would be, and it is fetched by its code.
    """
    there = connection.execute(
        select(Case.id, Case.code, Case.person_id)
        .join(Statement, Statement.case_id == Case.id)
        .where(Statement.id == statement_id)
    ).first()
    if there is not None:
        return TakenIn(there.id, there.code, False, there.person_id is None)
    person_id = _person(connection, told, vault=vault, agreed=agreed, now=now)
    operations.keep_statement(
        connection,
        vault=vault,
        statement_id=statement_id,
        programme=programme,
        conversation=new_id(),
        kind=told.kind,
        topic=told.topic,
        language=told.language,
        channel=told.channel,
        person_id=person_id,
        text=told.words,
        recording_id=None,
        seconds=None,
        now=now,
    )
    opened = operations.open_case(
        connection,
        vault=vault,
        statement_id=statement_id,
        queue_of=lambda facts: queue_of({**facts, Fact.DISTRICT: told.district}),
        answer_by=told.answer_by if person_id else AnswerBy.SHE_CALLS,
        confirmed=True,
        now=now,
        draw=draw,
        actor=actor,
    )
    if not opened.is_new:  # the same form twice at once
        return TakenIn(opened.case_id, opened.code, False, person_id is None)
    if told.remedy or told.district or told.relation:
        history.note(
            connection,
            opened.case_id,
            vault=vault,
            kind=Event.CLASSIFIED,
            actor=actor,
            now=now,
            facts={
                "district": told.district,
                "relation": told.relation,
                "remedy_told": bool(told.remedy),
            },
            changes={
                "district": told.district,
                "relation": told.relation,
                "remedy": vault.seal_text(REMEDY, told.remedy) if told.remedy else None,
            },
        )
    note_reprisal(connection, opened.case_id, vault=vault, actor=actor, risk=told.risk, now=now)
    operations.set_case_pin(connection, vault=vault, case_id=opened.case_id, pin=pin)
    return TakenIn(opened.case_id, opened.code, True, person_id is None)


def _person(
    connection: Connection, told: Told, *, vault: Vault, agreed: Agreed, now: dt.datetime
) -> str | None:
    if told.number is None:
        return None
    if len(people.people_on_line(connection, vault=vault, number=told.number)) > 1:
        return None
    kept = contacts.keep_person(
        connection, vault=vault, number=told.number, language=told.language, now=now
    )
    contacts.give_consent(
        connection,
        person_id=kept.id,
        purpose=NOTICE,
        programme_version=agreed.programme_version,
        language=agreed.language,
        wording=agreed.wording,
        answer="told_staff",
        now=now,
    )
    return kept.id
