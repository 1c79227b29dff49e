"""What is done with a case from its page: triage, the next step, and that nobody was reached."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug import Response

from contacts.values import Pin
from grievances import linking, queries, step_labels, triage
from grievances.desk import Desk, back_to, case_or_404, desk_of, shown_again
from grievances.errors import ChangedMeanwhile, NotTheSame, StepRefused
from grievances.handling_pages import meanwhile
from grievances.lifecycle import (
    PERSON,
    Actor,
    CloseCode,
    Need,
    Refusal,
    State,
    Step,
    actor_of,
    next_steps,
)
from grievances.operations import check_pin_of, move
from grievances.telling import say_told, tell
from grievances.values import (
    CaseFile,
    CaseKind,
    Category,
    Linked,
    LinkKind,
    Past,
    Relation,
    ReprisalRisk,
    Route,
)
from staff import operations as staff_operations
from staff.web import current_account, services

case_steps = Blueprint("case_steps", __name__, url_prefix="/staff/cases")

LONGEST_NOTE = 1000
COUNTER = "at_counter_of"
"""The fact of a step that they took at the office: before whom."""
_UNTOLD = frozenset({CloseCode.UNREACHABLE, CloseCode.DUPLICATE})
"""Closes after which nothing goes out: nobody found them, or it goes on in another case."""


@dataclass(frozen=True, slots=True)
class StepsShown:
    """What the page offers of the lifecycle, and what happened so far."""

    onward: tuple[Step, ...]
    closing: tuple[Step, ...]
    may_propose: bool
    theirs: tuple[Step, ...]
    """The complainant's alone: taken here with the PIN that they type."""
    may_triage: bool
    past: tuple[Past, ...]
    linked: tuple[Linked, ...]
    """Of them those that whoever looks may open."""


def steps_shown(connection: Connection, desk: Desk, found: CaseFile) -> StepsShown:
    """The next steps of whoever looks at the case now, and its history."""
    ours = services()
    situation = queries.situation(connection, found.id)
    steps = next_steps(situation, actor_of(current_account()), now=ours.clock())
    theirs = next_steps(situation, PERSON, now=ours.clock())
    ways = {(each.to, each.code) for each in steps}
    return StepsShown(
        onward=tuple(
            each for each in steps if each.code is None and each.to is not State.RESOLUTION_PROPOSED
        ),
        # What is proposed is an answer: it is told, and accepted or refused as it is heard.
        may_propose=any(each.to is State.RESOLUTION_PROPOSED for each in steps),
        closing=tuple(each for each in steps if each.code not in (None, CloseCode.DUPLICATE)),
        theirs=tuple(each for each in theirs if (each.to, each.code) not in ways),
        may_triage=found.state not in (State.RESOLVED, State.CLOSED),
        past=queries.history_of(connection, ours.vault, found.id),
        linked=linking.linked_with(connection, found.id, visible=desk.visible),
    )


@case_steps.post("/<case_id>/steps")
def step(case_id: str) -> ResponseReturnValue:
    """Take one step on; what it needs is in the form."""
    ours, account = services(), current_account()
    to, code = _chosen()
    told = _words("note") if code not in _UNTOLD else None
    with ours.database.reading() as connection:
        desk, found = _found(connection, case_id)
    if to is None:
        flash(_("Choose what happens to the case."), "danger")
        return _back(case_id)
    route: Route | None = None
    try:
        with ours.database.writing() as connection:
            move(
                connection,
                case_id,
                vault=ours.vault,
                to=to,
                code=code,
                actor=actor_of(account),
                note=_words("note"),
                internal_note=_words("internal"),
                version=request.form.get("version", type=int),
                now=ours.clock(),
            )
            if told is not None:
                proposes = to is State.RESOLUTION_PROPOSED
                route = tell(connection, desk, found, told, proposes=proposes)
            _trail(connection, "case_moved", case_id)
    except StepRefused as error:
        flash(_refusal(error), "danger")
    except ChangedMeanwhile:
        return _shown_again(case_id)
    else:
        flash(_("Done."), "success")
        if told is not None:
            say_told(found, route)
    return _back(case_id)


@case_steps.post("/<case_id>/theirs")
def at_the_counter(case_id: str) -> ResponseReturnValue:
    """A step that is the complainant's alone, taken here by the PIN that they type themselves."""
    ours, account = services(), current_account()
    to, code = _chosen()
    with ours.database.reading() as connection:
        _found(connection, case_id)
    if to is None:
        flash(_("Choose what happens to the case."), "danger")
        return _back(case_id)
    # Kept before the step is tried: a wrong PIN counts, whatever comes of the rest.
    with ours.database.writing() as connection:
        tried = check_pin_of(
            connection,
            vault=ours.vault,
            case_id=case_id,
            pin=request.form.get("pin", ""),
            now=ours.clock(),
        )
    if tried is not Pin.OK:
        flash(_pin_problem(tried), "danger")
        return _back(case_id)
    try:
        with ours.database.writing() as connection:
            move(
                connection,
                case_id,
                vault=ours.vault,
                to=to,
                code=code,
                actor=PERSON,
                facts={COUNTER: account.id},
                now=ours.clock(),
            )
            _trail(connection, "case_moved_by_person", case_id)
    except StepRefused as error:
        flash(_refusal(error), "danger")
    else:
        flash(_("Done."), "success")
    return _back(case_id)


def _pin_problem(tried: Pin) -> str:
    return {
        Pin.LOCKED: _("Five wrong PINs: for an hour nobody can try again, from no phone either."),
        Pin.NONE: _("This case has no PIN: they do this on the phone."),
    }.get(tried, _("The PIN is wrong."))


@case_steps.post("/<case_id>/triage")
def settle(case_id: str) -> ResponseReturnValue:
    """Settle what it is; a case that waits for triage is taken through it."""
    ours, account = services(), current_account()
    with ours.database.reading() as connection:
        desk, found = _found(connection, case_id)
    kind, category = request.form.get("kind", ""), request.form.get("category", "")
    severity = request.form.get("severity", type=int)
    district, relation = request.form.get("district") or None, request.form.get("relation", "")
    risk = request.form.get("risk", found.settled.reprisal_risk.value)
    is_known = (
        kind in {*CaseKind, found.kind}
        and category in {*Category, ""}
        and severity in {*triage.SEVERITIES, None}
        and relation in {*Relation, ""}
        and risk in set(ReprisalRisk)
        and (district in (None, found.settled.district) or desk.programme.district(district))
    )
    if not is_known:
        flash(_("That cannot be kept. Choose from the lists."), "danger")
        return _back(case_id)
    actor = actor_of(account)
    try:
        with ours.database.writing() as connection:
            changed = triage.classify(
                connection,
                case_id,
                vault=ours.vault,
                actor=actor,
                category=Category(category) if category else None,
                severity=severity,
                district=district,
                relation=Relation(relation) if relation else None,
                remedy=_words("remedy"),
                version=request.form.get("version", type=int),
                now=ours.clock(),
            )
            if kind != found.kind:
                changed |= triage.convert(
                    connection,
                    case_id,
                    vault=ours.vault,
                    actor=actor,
                    kind=CaseKind(kind),
                    now=ours.clock(),
                )
            changed |= triage.note_reprisal(
                connection,
                case_id,
                vault=ours.vault,
                actor=actor,
                risk=ReprisalRisk(risk),
                now=ours.clock(),
            )
            if request.form.get("done"):
                _through_triage(connection, case_id, found.state, actor)
                changed = True
            if changed:
                _trail(connection, "case_triaged", case_id)
    except StepRefused as error:
        flash(_refusal(error), "danger")
    except ChangedMeanwhile:
        return _shown_again(case_id)
    else:
        flash(_("Kept."), "success")
    return _back(case_id)


@case_steps.post("/<case_id>/attempts")
def attempt(case_id: str) -> ResponseReturnValue:
    """Somebody tried to reach them by a way of their own, and did not."""
    ours = services()
    with ours.database.reading() as connection:
        _found(connection, case_id)
    with ours.database.writing() as connection:
        triage.attempted(
            connection,
            case_id,
            vault=ours.vault,
            actor=actor_of(current_account()),
            reason="by_hand",
            now=ours.clock(),
        )
    flash(_("Noted."), "success")
    return _back(case_id)


@case_steps.post("/<case_id>/links")
def link(case_id: str) -> ResponseReturnValue:
    """Put two cases together, the other named by its code."""
    ours, actor = services(), actor_of(current_account())
    how = request.form.get("how", "")
    with ours.database.reading() as connection:
        desk, _found_case = _found(connection, case_id)
        code = re.sub(r"\D", "", request.form.get("other", ""))
        other = queries.case_by_code(connection, code)
        may_open = other is not None and queries.case_file(
            connection, ours.vault, other.id, programme=desk.programme.slug, visible=desk.visible
        )
    if other is None or not may_open or how not in {*LinkKind}:
        flash(_("There is no case with this code that you may open."), "danger")
        return _back(case_id)
    about: dict[str, Any] = {"vault": ours.vault, "actor": actor, "now": ours.clock()}
    try:
        with ours.database.writing() as connection:
            if how == LinkKind.DUPLICATE:
                linking.merge(connection, case_id, into=other.id, note=_words("note"), **about)
            else:
                linking.link(connection, case_id, other=other.id, kind=LinkKind(how), **about)
            _trail(connection, "case_linked", case_id)
    except NotTheSame:
        flash(
            _(
                "These two are of different people, one of them goes on elsewhere, or only one is "
                "sensitive: link them."
            ),
            "danger",
        )
    except StepRefused as error:
        flash(_refusal(error), "danger")
    else:
        flash(_("Done."), "success")
    return _back(case_id)


@case_steps.post("/<case_id>/links/<other_id>/end")
def unlink(case_id: str, other_id: str) -> ResponseReturnValue:
    """Two cases turned out to have nothing to do with each other."""
    ours = services()
    with ours.database.reading() as connection:
        _found(connection, case_id)
        _found(connection, other_id)
    with ours.database.writing() as connection:
        linking.unlink(
            connection,
            case_id,
            other=other_id,
            vault=ours.vault,
            actor=actor_of(current_account()),
            now=ours.clock(),
        )
        _trail(connection, "case_unlinked", case_id)
    flash(_("Done."), "success")
    return _back(case_id)


def _through_triage(connection: Connection, case_id: str, state: State, actor: Actor) -> None:
    ours = services()
    ways = {
        State.RECEIVED: (State.ACKNOWLEDGED, State.TRIAGED),
        State.ACKNOWLEDGED: (State.TRIAGED,),
        State.REOPENED: (State.TRIAGED,),
    }
    for to in ways.get(state, ()):
        move(connection, case_id, vault=ours.vault, to=to, actor=actor, now=ours.clock())


def _found(connection: Connection, case_id: str) -> tuple[Desk, CaseFile]:
    desk = desk_of(connection, current_account())
    return desk, case_or_404(connection, services().vault, desk, case_id)


def _chosen() -> tuple[State | None, CloseCode | None]:
    to, code = request.form.get("to", ""), request.form.get("code", "")
    return (
        State(to) if to in set(State) else None,
        CloseCode(code) if code in set(CloseCode) else None,
    )


def _words(name: str) -> str | None:
    return request.form.get(name, "").replace("\0", "").strip()[:LONGEST_NOTE] or None


def _trail(connection: Connection, action: str, case_id: str) -> None:
    staff_operations.note(
        connection,
        account_id=current_account().id,
        action=action,
        subject=f"case:{case_id}",
        now=services().clock(),
    )


def _refusal(error: StepRefused) -> str:
    if error.need is not None:
        return step_labels.need_label(Need(error.need))
    if error.refusal is Refusal.NOT_THEIRS:
        return _("That is not for you to do.")
    return _("The case is no longer where that could be done. Look at it again.")


def _shown_again(case_id: str) -> ResponseReturnValue:
    """The case as somebody else has just made it, and who did what; what was typed for it as it was
    before is in the form again, to be sent as it is or thought over."""
    with services().database.reading() as connection:
        _found(connection, case_id)
        version = request.form.get("version", type=int)
        flash(meanwhile(connection, case_id, version), "warning")
    return shown_again(case_id, status=409)


def _back(case_id: str) -> Response:
    return back_to(case_id, anchor="steps")
