"""To whom a case is given: who qualifies, who of them has least, and the writes of it.

Nothing here commits. Every change is an event of the history.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, func, select

from duty.values import Colleague
from grievances import history
from grievances.errors import NotQualified, NotTheirs
from grievances.events import Event
from grievances.lifecycle import ENDED, Actor, Party
from grievances.models import Case, Named
from grievances.moving import situation_of
from grievances.sight import is_sensitive
from staff.values import Affiliation, Role
from storage.upsert import insert_into
from storage.vault import Vault

_NAMED: Any = Named.__table__


class Bar(StrEnum):
    """Why a case is not given to somebody."""

    NAMED = "named"
    """The complaint is about them."""
    TOOK_PART = "took_part"
    """They acted on it in a tier below."""
    NOT_SUPERVISOR = "not_supervisor"
    """Above the first tier supervisors decide."""
    NOT_INDEPENDENT = "not_independent"
    """In the third tier those who are neither the company's nor the State's decide."""
    NOT_SEEN = "not_seen"
    """They may not see its queue."""
    OFF_DUTY = "off_duty"
    AWAY = "away"
    OTHER_QUEUES = "other_queues"
    LANGUAGE = "language"
    WISH = "wish"


ALWAYS = frozenset(
    {Bar.NAMED, Bar.TOOK_PART, Bar.NOT_SUPERVISOR, Bar.NOT_INDEPENDENT, Bar.NOT_SEEN}
)
"""They hold whoever gives it; the others are what a rule looks at, and a person may look past."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a case asks of whoever takes it."""

    queue: str
    affiliation: str
    """Of the queue."""
    language: str
    tier: int = 1
    wish: str | None = None
    is_sensitive: bool = False
    named: frozenset[str] = frozenset()
    took_part: frozenset[str] = field(default_factory=frozenset)
    """Accounts that acted on it in the tiers below."""


def bar(wanted: Wanted, who: Colleague, *, today: dt.date) -> Bar | None:
    """The first reason against giving it to them, None where there is none."""
    sees = who.affiliation in (Affiliation.INDEPENDENT, wanted.affiliation)
    if wanted.is_sensitive and who.affiliation is Affiliation.COMPANY:
        sees = False
    against = {
        Bar.NAMED: who.account_id in wanted.named,
        Bar.TOOK_PART: who.account_id in wanted.took_part,
        Bar.NOT_SUPERVISOR: wanted.tier > 1 and who.role is not Role.SUPERVISOR,
        Bar.NOT_INDEPENDENT: wanted.tier > 2 and who.affiliation is not Affiliation.INDEPENDENT,
        Bar.NOT_SEEN: not sees,
        Bar.OFF_DUTY: not who.is_on,
        Bar.AWAY: who.away(today) is not None,
        Bar.OTHER_QUEUES: bool(who.queues) and wanted.queue not in who.queues,
        Bar.LANGUAGE: wanted.language not in who.languages,
        Bar.WISH: wanted.wish is not None and who.gender != wanted.wish,
    }
    return next((each for each, holds in against.items() if holds), None)


def choose(
    wanted: Wanted,
    colleagues: Iterable[Colleague],
    *,
    loads: Mapping[str, int],
    today: dt.date,
    without: Collection[str] = (),
) -> Colleague | None:
    """Who qualifies and has the fewest open cases; case managers before supervisors. None: nobody
    does."""
    able = [
        each
        for each in colleagues
        if each.account_id not in without and bar(wanted, each, today=today) is None
    ]
    return min(
        able,
        key=lambda each: (
            each.role is Role.SUPERVISOR,
            loads.get(each.account_id, 0),
            each.account_id,
        ),
        default=None,
    )


def loads(connection: Connection, accounts: Collection[str]) -> dict[str, int]:
    """How many open cases each of these accounts has."""
    rows = connection.execute(
        select(Case.assignee_id, func.count().label("cases"))
        .where(Case.assignee_id.in_(accounts), Case.state.not_in(ENDED))
        .group_by(Case.assignee_id)
    )
    return {row.assignee_id: row.cases for row in rows}


def wanted_of(connection: Connection, case: Any, *, affiliation: str) -> Wanted:
    """What the case of this row asks for, its queue being of this affiliation. Two statements."""
    named = connection.execute(select(Named.account_id).where(Named.case_id == case.id))
    return Wanted(
        queue=case.queue,
        affiliation=affiliation,
        language=case.language,
        tier=case.tier,
        wish=case.wish,
        is_sensitive=is_sensitive(case),
        named=frozenset(named.scalars()),
        took_part=situation_of(connection, case).took_part,
    )


def assign(
    connection: Connection,
    case_id: str,
    *,
    vault: Vault,
    actor: Actor,
    to: Colleague,
    affiliation: str,
    now: dt.datetime,
    today: dt.date,
    reason: str | None = None,
    internal_note: str | None = None,
    version: int | None = None,
) -> bool:
    """Give the case to somebody, or take it oneself; False where it is theirs already.

    A case manager takes what nobody has, and hands on what is hers; a supervisor gives anything to
    anybody, but not to whom it may never go (NotQualified). `affiliation` is that of its queue.
    NotTheirs, UnknownCase, ChangedMeanwhile.
    """
    case = history.hold(connection, case_id, version=version)
    if case.assignee_id == to.account_id:
        return False
    is_free = case.assignee_id in (None, actor.account_id)
    if actor.party is Party.CASE_MANAGER and not is_free:
        raise NotTheirs(actor.party)
    if actor.party not in (Party.CASE_MANAGER, Party.SUPERVISOR, Party.SYSTEM):
        raise NotTheirs(actor.party)
    found = bar(wanted_of(connection, case, affiliation=affiliation), to, today=today)
    if found in ALWAYS:
        raise NotQualified(found)
    history.note(
        connection,
        case_id,
        vault=vault,
        kind=Event.ASSIGNED,
        actor=actor,
        now=now,
        reason=reason,
        facts={"from": case.assignee_id, "to": to.account_id},
        internal_note=internal_note,
        changes={"assignee_id": to.account_id},
        held=case,
    )
    return True


def give_back(
    connection: Connection,
    case_id: str,
    *,
    vault: Vault,
    actor: Actor,
    now: dt.datetime,
    reason: str | None = None,
    internal_note: str | None = None,
    version: int | None = None,
) -> bool:
    """Return the case to its queue; False where nobody had it. NotTheirs, UnknownCase,
    ChangedMeanwhile."""
    case = history.hold(connection, case_id, version=version)
    if case.assignee_id is None:
        return False
    if actor.party is Party.CASE_MANAGER and case.assignee_id != actor.account_id:
        raise NotTheirs(actor.party)
    history.note(
        connection,
        case_id,
        vault=vault,
        kind=Event.RETURNED,
        actor=actor,
        now=now,
        reason=reason,
        facts={"from": case.assignee_id},
        internal_note=internal_note,
        changes={"assignee_id": None},
        held=case,
    )
    return True


def say_named(
    connection: Connection,
    case_id: str,
    account_id: str,
    *,
    vault: Vault,
    actor: Actor,
    now: dt.datetime,
    is_named: bool = True,
) -> None:
    """The complaint is about this account, or is not after all: it is never given to it, and is
    taken from it where it has it."""
    case = history.hold(connection, case_id)
    if is_named:
        connection.execute(
            insert_into(connection, _NAMED)
            .values(case_id=case_id, account_id=account_id)
            .on_conflict_do_nothing()
        )
    else:
        connection.execute(
            delete(_NAMED).where(Named.case_id == case_id, Named.account_id == account_id)
        )
    is_theirs = is_named and case.assignee_id == account_id
    history.note(
        connection,
        case_id,
        vault=vault,
        kind=Event.RETURNED if is_theirs else Event.NOTED,
        actor=actor,
        now=now,
        reason="named" if is_named else "not_named",
        facts={"account": account_id},
        changes={"assignee_id": None} if is_theirs else None,
        held=case,
    )
