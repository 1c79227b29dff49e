"""What is done with a case when its time has come: it is given to somebody, or somebody is told
that a clock has run out. Nothing here commits; each is done once, and is in the history.

Missed: an acknowledgement is told to the supervisors; a resolution, or the decision of a tier, goes
a tier up, to somebody who had no part in it; above the third only the State is left (DOMAIN 1.4).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select, update

from duty.queries import colleagues
from duty.values import Colleague
from grievances import assigning, history, routing, timekeeping, triage
from grievances.clocks import Clock
from grievances.events import Event
from grievances.lifecycle import ENDED, HIGHEST_TIER, SYSTEM
from grievances.models import Case, CaseEvent
from locales.gsm import cheapest
from programmes.calendar import NeverOpen
from programmes.clocks import Step
from programmes.queries import senders_of
from programmes.routing import Fact
from programmes.values import Programme
from staff.values import Role
from storage import outbox
from storage.vault import Vault

TRY_AGAIN = dt.timedelta(minutes=15)
"""After so long it is tried anew to find somebody for a case."""

NOBODY = "nobody_qualified"
"""The reason of an escalation where nobody on duty may take a case."""
ABSENCE = "absence"
STATE_REFERRAL = "state_referral"
"""The reason of an escalation above the third tier: the State is what is left."""

_CASES: Any = Case.__table__
_RAISES = frozenset({Step.RESOLUTION, Step.APPEAL_DECISION})
_WORDED = (Event.CLASSIFIED, Event.CONVERTED, Event.REPRISAL)


@dataclass(frozen=True, slots=True)
class Watch:
    """What looking after cases needs: the programme as it is now, and the neutral words of a text
    to a supervisor's work phone."""

    vault: Vault
    programme: Programme
    alert: str
    people: tuple[Colleague, ...]
    now: dt.datetime

    @property
    def today(self) -> dt.date:
        return self.programme.calendar.here(self.now).date()

    def affiliation(self, queue: str) -> str:
        return routing.affiliation_of(self.programme, queue)


def watch_of(
    connection: Connection,
    programme: Programme,
    *,
    vault: Vault,
    alert: Callable[[Programme], str],
    now: dt.datetime,
) -> Watch:
    """What is needed to look after the cases of a programme. Two statements."""
    today = programme.calendar.here(now).date()
    people = colleagues(connection, programme.slug, today=today)
    return Watch(vault, programme, alert(programme), people, now)


def look_after(connection: Connection, watch: Watch, case_id: str) -> bool:
    """Do what is due for one case; False where another has done it meanwhile."""
    case = history.hold(connection, case_id)
    if case.wakes_at is None or case.wakes_at > watch.now:
        return False
    _escalate(connection, watch, case)
    case = history.hold(connection, case_id)
    wakes_at = None
    if case.assignee_id is None and case.state not in ENDED:
        if _reroute(connection, watch, case):
            case = history.hold(connection, case_id)
        wakes_at = _find_somebody(connection, watch, case)
    # What was done has reckoned it anew; where nothing was, it is not looked at before it must be.
    timekeeping.keep(connection, case_id, now=watch.now)
    if wakes_at is not None:
        connection.execute(
            update(_CASES)
            .where(Case.id == case_id, Case.assignee_id.is_(None))
            .values(wakes_at=wakes_at)
        )
    return True


def _escalate(connection: Connection, watch: Watch, case: Any) -> None:
    found = timekeeping.standing(
        connection,
        case.id,
        clocks=watch.programme.clocks,
        calendar=watch.programme.calendar,
        now=watch.now,
    )
    for clock in found.reckoning.late:
        if clock.key in found.escalated or not timekeeping.escalates(clock.step):
            continue
        held = history.hold(connection, case.id)
        if clock.step in _RAISES and held.tier < HIGHEST_TIER:
            _raise_tier(connection, watch, held, clock)
        else:
            is_top = clock.step in _RAISES
            _tell(connection, watch, held, clock, reason=STATE_REFERRAL if is_top else clock.step)
        if clock.step is Step.ALERT:
            _alert(connection, watch, held)


def _raise_tier(connection: Connection, watch: Watch, case: Any, clock: Clock) -> None:
    """Nobody who had the case or acted on it so far decides in the next tier; where a rule of the
    programme says so it lies in the queue of those who do."""
    had_by = case.assignee_id
    before = routing.facts_of(case)
    above = {**before, Fact.TIER: str(case.tier + 1)}
    queue, was = (watch.programme.queue_for(each, now_in=case.queue) for each in (above, before))
    if queue != was and triage.requeue(
        connection,
        case.id,
        vault=watch.vault,
        actor=SYSTEM,
        queue=queue,
        reason=routing.RULE,
        now=watch.now,
    ):
        case = history.hold(connection, case.id)
    wanted = assigning.wanted_of(connection, case, affiliation=watch.affiliation(case.queue))
    so_far = frozenset(
        connection.execute(
            select(CaseEvent.actor).where(CaseEvent.case_id == case.id).distinct()
        ).scalars()
    ) | {had_by or ""}
    wanted = replace(wanted, tier=case.tier + 1, took_part=wanted.took_part | so_far)
    load = assigning.loads(connection, [each.account_id for each in watch.people])
    chosen = assigning.choose(wanted, watch.people, loads=load, today=watch.today)
    history.note(
        connection,
        case.id,
        vault=watch.vault,
        kind=Event.ESCALATED,
        actor=SYSTEM,
        now=watch.now,
        reason=clock.step,
        facts={
            timekeeping.CLOCK: clock.key,
            timekeeping.TIER: case.tier + 1,
            "from": had_by,
            "to": chosen.account_id if chosen else None,
        },
        changes={
            "tier": case.tier + 1,
            "assignee_id": chosen.account_id if chosen else None,
        },
        held=case,
    )


def _tell(connection: Connection, watch: Watch, case: Any, clock: Clock, *, reason: str) -> None:
    history.note(
        connection,
        case.id,
        vault=watch.vault,
        kind=Event.ESCALATED,
        actor=SYSTEM,
        now=watch.now,
        reason=reason,
        facts={timekeeping.CLOCK: clock.key},
        held=case,
    )


def _reroute(connection: Connection, watch: Watch, case: Any) -> bool:
    """Put a case that nobody has into the queue that the rules say by now, unless somebody put it
    where it is after all that the rules look at was known."""
    queue = watch.programme.queue_for(routing.facts_of(case), now_in=case.queue)
    if queue == case.queue:
        return False
    last = connection.execute(
        select(CaseEvent.kind, CaseEvent.actor)
        .where(CaseEvent.case_id == case.id, CaseEvent.kind.in_((*_WORDED, Event.QUEUED)))
        .order_by(CaseEvent.seq.desc())
        .limit(1)
    ).first()
    if last is not None and last.kind == Event.QUEUED and last.actor != SYSTEM.name:
        return False
    return triage.requeue(
        connection,
        case.id,
        vault=watch.vault,
        actor=SYSTEM,
        queue=queue,
        reason=routing.RULE,
        now=watch.now,
    )


def _find_somebody(connection: Connection, watch: Watch, case: Any) -> dt.datetime | None:
    """Give it to whoever qualifies and has least; else tell the supervisors, and when to try again.
    Outside of staffed hours nobody is on duty, and nothing is said."""
    try:
        opens = watch.programme.calendar.next_open(watch.now)
    except NeverOpen:  # nobody said when it is staffed: at any hour then
        opens = watch.now
    if opens > watch.now:
        return opens
    affiliation = watch.affiliation(case.queue)
    wanted = assigning.wanted_of(connection, case, affiliation=affiliation)
    load = assigning.loads(connection, [each.account_id for each in watch.people])
    chosen = assigning.choose(wanted, watch.people, loads=load, today=watch.today)
    if chosen is not None:
        assigning.assign(
            connection,
            case.id,
            vault=watch.vault,
            actor=SYSTEM,
            to=chosen,
            affiliation=affiliation,
            now=watch.now,
            today=watch.today,
            reason="fewest",
        )
        return None
    if not _is_told_of_nobody(connection, case):
        history.note(
            connection,
            case.id,
            vault=watch.vault,
            kind=Event.ESCALATED,
            actor=SYSTEM,
            now=watch.now,
            reason=NOBODY,
            held=history.hold(connection, case.id),
        )
        _alert(connection, watch, case)
    return watch.now + TRY_AGAIN


def _is_told_of_nobody(connection: Connection, case: Any) -> bool:
    """Whether it was told since somebody had it last, or it came to where it is."""
    last = connection.execute(
        select(CaseEvent.kind, CaseEvent.reason)
        .where(
            CaseEvent.case_id == case.id,
            CaseEvent.kind.in_((Event.ESCALATED, Event.RETURNED, Event.QUEUED, Event.ASSIGNED)),
        )
        .order_by(CaseEvent.seq.desc())
    ).all()
    for event in last:
        if event.kind != Event.ESCALATED:
            return False
        if event.reason == NOBODY:
            return True
    return False


def _alert(connection: Connection, watch: Watch, case: Any) -> None:
    """A text without content to the work phones of the supervisors who may see the case: those on
    duty, or where none is, all of them."""
    sender = senders_of(connection, watch.programme.slug).texts
    wanted = assigning.wanted_of(connection, case, affiliation=watch.affiliation(case.queue))
    barred = (assigning.Bar.NAMED, assigning.Bar.NOT_SEEN)
    able = [
        each
        for each in watch.people
        if each.role is Role.SUPERVISOR
        and each.has_phone
        and each.away(watch.today) is None
        and assigning.bar(wanted, each, today=watch.today) not in barred
    ]
    for each in [on for on in able if on.is_on] or able:
        if sender is not None:
            outbox.add_text(
                connection,
                sender=sender,
                line_id=each.account_id,
                opening={"account": each.account_id},
                sealed_body=watch.vault.seal_text(outbox.BODY, cheapest(watch.alert)),
                now=watch.now,
                priority=outbox.URGENT,
            )


def leaves_cases(connection: Connection, watch: Watch) -> bool:
    """Whether somebody who is away today still has open cases."""
    gone = [each.account_id for each in watch.people if each.away(watch.today)]
    return bool(gone) and bool(assigning.loads(connection, gone))


def hand_over(connection: Connection, watch: Watch) -> int:
    """Give on the open cases of whoever is away today: to whoever stands in, where they may have
    it, else to whoever has least, else back to the queue. How many changed hands."""
    count = 0
    for gone in (each for each in watch.people if each.away(watch.today)):
        its = connection.execute(
            select(Case.id).where(Case.assignee_id == gone.account_id, Case.state.not_in(ENDED))
        ).scalars()
        for case_id in list(its):
            count += 1
            _hand_on(connection, watch, case_id, gone)
    return count


def _hand_on(connection: Connection, watch: Watch, case_id: str, gone: Colleague) -> None:
    case = history.hold(connection, case_id)
    affiliation = watch.affiliation(case.queue)
    wanted = assigning.wanted_of(connection, case, affiliation=affiliation)
    away = gone.away(watch.today)
    to = _stand_in(watch.people, wanted, away.stand_in_id if away else None, watch.today)
    if to is None:
        load = assigning.loads(connection, [each.account_id for each in watch.people])
        to = assigning.choose(wanted, watch.people, loads=load, today=watch.today)
    if to is None:
        assigning.give_back(
            connection, case_id, vault=watch.vault, actor=SYSTEM, now=watch.now, reason=ABSENCE
        )
        return
    assigning.assign(
        connection,
        case_id,
        vault=watch.vault,
        actor=SYSTEM,
        to=to,
        affiliation=affiliation,
        now=watch.now,
        today=watch.today,
        reason=ABSENCE,
    )


def _stand_in(
    people: Iterable[Colleague], wanted: assigning.Wanted, account_id: str | None, today: dt.date
) -> Colleague | None:
    """Whoever was named to stand in, duty or not, where the case may be theirs."""
    found = next((each for each in people if each.account_id == account_id), None)
    if found is None or found.away(today):
        return None
    against = assigning.bar(wanted, found, today=today)
    return None if against in assigning.ALWAYS else found
