"""In which queue a case lies: as the rules of its programme say, from the moment when what they
look at is known; and that it leaves whoever may not have it any more. Nothing here commits.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from duty.queries import colleagues
from grievances import assigning, history
from grievances.assigning import Bar
from grievances.events import Event
from grievances.lifecycle import SYSTEM
from grievances.sight import is_sensitive
from programmes.errors import UnknownProgramme
from programmes.queries import current, version
from programmes.routing import INDEPENDENT_TIER, Fact, Facts
from programmes.values import Programme
from staff.values import Affiliation
from storage.vault import Vault

RULE = "rule"
"""The reason of a step into another queue that the rules of the programme took."""
TAKEN = "taken_from"
"""The fact of such a step: who had the case, and may not have it there."""


def facts_of(case: Any) -> Facts:
    """What rules look at, of a case's row."""
    return {
        **facts_at_intake(case.kind, case.topic, case.language, district=case.district),
        Fact.CATEGORY: case.category,
        Fact.SEVERITY: str(case.severity) if case.severity else None,
        Fact.WISH: case.wish,
        Fact.SENSITIVE: "true" if is_sensitive(case) else "false",
        Fact.TIER: str(case.tier),
    }


def facts_at_intake(
    kind: str, topic: str | None, language: str, *, district: str | None = None
) -> Facts:
    """What rules look at of what was just told, and nobody has triaged."""
    return {
        Fact.KIND: kind,
        Fact.TOPIC: topic,
        Fact.DISTRICT: district,
        Fact.LANGUAGE: language,
        Fact.SENSITIVE: "false",
        Fact.TIER: "1",
    }


def affiliation_of(programme: Programme, queue: str) -> str:
    """Whose people a queue belongs to; one that the programme no longer has is nobody's."""
    return next(
        (each.affiliation for each in programme.queues if each.slug == queue),
        Affiliation.INDEPENDENT.value,
    )


def follow(connection: Connection, before: Any, *, vault: Vault, now: dt.datetime) -> None:
    """After a change of the case, whose row was `before`: where that changed what the rules look
    at, it is in the queue that they say, and taken from whoever may not have it now. The worker
    finds somebody for it at once. Nothing where nobody has loaded its programme.
    """
    case = history.hold(connection, before.id)
    if facts_of(case) == facts_of(before) and case.reprisal_risk == before.reprisal_risk:
        return
    try:
        programme = version(connection, current(connection, case.programme))
    except UnknownProgramme:
        return
    queue = programme.queue_for(facts_of(case), now_in=case.queue)
    against = _against(connection, case, programme, queue, now=now)
    if queue != case.queue:
        changes: dict[str, Any] = {"queue": queue}
        facts = {"from": case.queue, "to": queue}
        if against is not None:
            changes["assignee_id"] = None
            facts[TAKEN] = case.assignee_id
        event, reason = Event.QUEUED, RULE
    elif against is not None:
        changes, facts = {"assignee_id": None}, {"from": case.assignee_id}
        event, reason = Event.RETURNED, against.value
    else:
        return
    history.note(
        connection,
        case.id,
        vault=vault,
        kind=event,
        actor=SYSTEM,
        now=now,
        reason=reason,
        facts=facts,
        changes=changes,
        held=case,
    )


def may_lie_in(connection: Connection, case: Any, queue: str) -> bool:
    """Whether somebody may put the case into this queue (`queues_for`)."""
    programme = version(connection, current(connection, case.programme))
    return queue in queues_for(case, programme)


def queues_for(case: Any, programme: Programme) -> tuple[str, ...]:
    """The queues into which somebody may put the case of this row: nothing sensitive into the
    company's, and nothing that independent people decide into anybody else's."""
    facts = facts_of(case)
    sides = set(Affiliation)
    if facts[Fact.SENSITIVE] == "true":
        sides -= {Affiliation.COMPANY}
    if facts[Fact.TIER] == INDEPENDENT_TIER:
        sides = {Affiliation.INDEPENDENT}
    return tuple(each.slug for each in programme.queues if each.affiliation in sides)


def _against(
    connection: Connection, case: Any, programme: Programme, queue: str, *, now: dt.datetime
) -> Bar | None:
    """Why whoever has the case may not have it in this queue; None where they may, or nobody has.

    Who was given it by hand in a queue that is not theirs keeps it there, and there alone."""
    if case.assignee_id is None:
        return None
    today = programme.calendar.here(now).date()
    people = colleagues(connection, programme.slug, today=today)
    who = next((each for each in people if each.account_id == case.assignee_id), None)
    if who is None:
        return Bar.NOT_SEEN
    wanted = assigning.wanted_of(connection, case, affiliation=affiliation_of(programme, queue))
    # Being away or off duty is no reason to take it: that is what standing in is for.
    there = replace(who, is_on=True, absences=())
    against = assigning.bar(replace(wanted, queue=queue), there, today=today)
    is_new_there = against is Bar.OTHER_QUEUES and queue != case.queue
    return against if against in assigning.ALWAYS or is_new_there else None
