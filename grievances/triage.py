"""What a case is and where it lies: kind, category, severity, queue, who may know. Each change is
an event of its history, and what it makes the rules of the programme say is done with it
(`grievances.routing`). Nothing here commits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection

from grievances import history, routing
from grievances.errors import NotTheirs
from grievances.history import Event
from grievances.lifecycle import Actor, Party
from grievances.values import CaseKind, Category, Confidentiality, Relation, ReprisalRisk
from storage.vault import Vault

REMEDY = "grievance_case.remedy"
"""The vault's purpose for what she wants to be done."""
SEVERITIES = range(1, 6)
GRAVEST = 5
"""What reported reprisals are (DOMAIN 1.7)."""

_STAFF = frozenset({Party.CASE_MANAGER, Party.SUPERVISOR})


def classify(
    connection: Connection,
    case_id: str,
    *,
    vault: Vault,
    actor: Actor,
    category: Category | None,
    severity: int | None,
    district: str | None,
    relation: Relation | None = None,
    remedy: str | None = None,
    now: dt.datetime,
    version: int | None = None,
) -> bool:
    """Settle category, severity (1 to 5), district, for whom it is told (`relation`, None: for
    oneself) and what she wants to be done (`remedy`, None: as it is kept already); False where
    nothing changes. Of the category of reprisals they are reported, and what is reported stays of
    the gravest severity. NotTheirs, UnknownCase, ChangedMeanwhile."""
    _only(actor, _STAFF)
    if severity is not None and severity not in SEVERITIES:
        raise ValueError("a severity is 1 to 5")
    case = history.hold(connection, case_id, version=version)
    is_reported = case.reprisal_risk == ReprisalRisk.REPORTED
    if is_reported or category is Category.REPRISAL:
        severity = GRAVEST
    wanted = {
        "category": category,
        "severity": severity,
        "district": district,
        "relation": relation,
    }
    changes = {name: value for name, value in wanted.items() if getattr(case, name) != value}
    has_remedy = remedy is not None and remedy != remedy_of(case, vault)
    if changes or has_remedy:
        before = {f"{name}_before": getattr(case, name) for name in changes}
        history.note(
            connection,
            case_id,
            vault=vault,
            kind=Event.CLASSIFIED,
            actor=actor,
            now=now,
            facts={**changes, **before, "remedy_told": has_remedy},
            changes={**changes, "remedy": vault.seal_text(REMEDY, remedy)}
            if has_remedy and remedy is not None
            else changes,
            held=case,
        )
    if category is Category.REPRISAL and not is_reported:
        _report(connection, case_id, vault=vault, actor=actor, now=now)
    routing.follow(connection, case, vault=vault, now=now)
    return bool(changes) or has_remedy


def remedy_of(case: Any, vault: Vault) -> str | None:
    """What she wants to be done, of a case's row."""
    return vault.open_text(REMEDY, case.remedy) if case.remedy is not None else None


def convert(
    connection: Connection,
    case_id: str,
    *,
    vault: Vault,
    actor: Actor,
    kind: CaseKind,
    now: dt.datetime,
    version: int | None = None,
) -> bool:
    """Make another kind of it: what was taken in as a question turns out to be a grievance. Its
    history stays; False where it is of that kind already."""
    _only(actor, _STAFF)
    case = history.hold(connection, case_id, version=version)
    if case.kind == kind:
        return False
    _note(
        connection,
        case,
        vault=vault,
        event=Event.CONVERTED,
        actor=actor,
        facts={"from": case.kind, "to": kind.value},
        changes={"kind": kind},
        now=now,
    )
    routing.follow(connection, case, vault=vault, now=now)
    return True


def keep_wish(
    connection: Connection,
    case_id: str,
    *,
    vault: Vault,
    actor: Actor,
    wish: str | None,
    now: dt.datetime,
) -> None:
    """Keep that they would rather talk to a `woman` or a `man`, or that it is all the same."""
    case = history.hold(connection, case_id)
    _note(
        connection,
        case,
        vault=vault,
        event=Event.NOTED,
        actor=actor,
        reason="wish",
        facts={"wish": wish},
        changes={"wish": wish},
        now=now,
    )
    routing.follow(connection, case, vault=vault, now=now)


def requeue(
    connection: Connection,
    case_id: str,
    *,
    vault: Vault,
    actor: Actor,
    queue: str,
    now: dt.datetime,
    reason: str | None = None,
    internal_note: str | None = None,
    version: int | None = None,
) -> bool:
    """Put it into another queue, where it has nobody yet; False where it is there already.
    NotTheirs also where a case manager moves what a colleague has, and where it is sensitive, and
    the queue the company's."""
    _only(actor, _STAFF | {Party.SYSTEM})
    case = history.hold(connection, case_id, version=version)
    if case.queue == queue:
        return False
    if actor.party is Party.CASE_MANAGER and case.assignee_id not in (None, actor.account_id):
        raise NotTheirs(actor.party)
    if actor.party is not Party.SYSTEM and not routing.may_lie_in(connection, case, queue):
        raise NotTheirs(actor.party)
    _note(
        connection,
        case,
        vault=vault,
        event=Event.QUEUED,
        actor=actor,
        reason=reason,
        internal_note=internal_note,
        facts={"from": case.queue, "to": queue},
        changes={"queue": queue, "assignee_id": None},
        now=now,
    )
    return True


def attempted(
    connection: Connection,
    case_id: str,
    *,
    vault: Vault,
    actor: Actor,
    now: dt.datetime,
    reason: str | None = None,
) -> None:
    """Somebody tried to reach her, and did not: three such on two days and she counts as
    unreachable. `reason` says how, such as `call`."""
    _only(actor, _STAFF | {Party.SYSTEM})
    case = history.hold(connection, case_id)
    _note(connection, case, vault=vault, event=Event.ATTEMPTED, actor=actor, reason=reason, now=now)


def choose_confidentiality(
    connection: Connection,
    case_id: str,
    *,
    vault: Vault,
    actor: Actor,
    mode: Confidentiality,
    now: dt.datetime,
) -> bool:
    """Who may know whose case it is, as the complainant wants it: nobody else changes that.

    To anonymous and back there is no way here: `grievances.anonymity` cuts a case loose, and no
    record is left to tie it again. NotTheirs.
    """
    _only(actor, {Party.PERSON})
    case = history.hold(connection, case_id)
    if Confidentiality.ANONYMOUS in (mode, case.confidentiality):
        raise NotTheirs(actor.party)
    if case.confidentiality == mode:
        return False
    _note(
        connection,
        case,
        vault=vault,
        event=Event.CONFIDENTIALITY,
        actor=actor,
        reason=mode,
        changes={"confidentiality": mode},
        now=now,
    )
    return True


def note_reprisal(
    connection: Connection,
    case_id: str,
    *,
    vault: Vault,
    actor: Actor,
    risk: ReprisalRisk,
    now: dt.datetime,
) -> bool:
    """Whether somebody may be made to suffer for it; what is reported is of the gravest severity,
    and leaves the queues of the company with this. Nobody takes back what she reported. False where
    nothing changes."""
    case = history.hold(connection, case_id)
    if case.reprisal_risk in (risk, ReprisalRisk.REPORTED):
        return False
    if risk is ReprisalRisk.REPORTED:
        _report(connection, case_id, vault=vault, actor=actor, now=now)
    else:
        _note(
            connection,
            case,
            vault=vault,
            event=Event.REPRISAL,
            actor=actor,
            reason=risk,
            changes={"reprisal_risk": risk},
            now=now,
        )
    routing.follow(connection, case, vault=vault, now=now)
    return True


def _report(
    connection: Connection, case_id: str, *, vault: Vault, actor: Actor, now: dt.datetime
) -> None:
    case = history.hold(connection, case_id)
    _note(
        connection,
        case,
        vault=vault,
        event=Event.REPRISAL,
        actor=actor,
        reason=ReprisalRisk.REPORTED,
        facts={"severity_before": case.severity},
        changes={"reprisal_risk": ReprisalRisk.REPORTED, "severity": GRAVEST},
        now=now,
    )


def _note(
    connection: Connection,
    case: Any,
    *,
    vault: Vault,
    event: Event,
    actor: Actor,
    now: dt.datetime,
    reason: str | None = None,
    internal_note: str | None = None,
    facts: dict[str, Any] | None = None,
    changes: dict[str, Any] | None = None,
) -> None:
    history.note(
        connection,
        case.id,
        vault=vault,
        kind=event,
        actor=actor,
        now=now,
        reason=reason,
        internal_note=internal_note,
        facts=facts,
        changes=changes,
        held=case,
    )


def _only(actor: Actor, parties: frozenset[Party] | set[Party]) -> None:
    if actor.party not in parties:
        raise NotTheirs(actor.party)
