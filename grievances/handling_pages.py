"""Whose a case is and what its clocks say: taking it, handing it on, giving it back; a resolution
put off, a measure, word of how far it is; and who else looks at it now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection, select

from duty.queries import colleagues
from duty.values import Colleague
from grievances import (
    assigning,
    clock_labels,
    history,
    presence,
    queries,
    routing,
    step_labels,
    telling,
    timekeeping,
    triage,
)
from grievances.assigning import Bar
from grievances.clocks import Reckoning
from grievances.desk import Desk, back_to, case_or_404, desk_of, shown_again
from grievances.errors import ChangedMeanwhile, NotQualified, NotTheirs
from grievances.events import Event
from grievances.lifecycle import ENDED, Actor, actor_of
from grievances.models import Case
from grievances.values import CaseFile, Route
from programmes.clocks import Step
from programmes.directory import Level, Place
from programmes.routing import WISHES
from staff import operations as staff_operations
from staff.values import Role
from staff.web import current_account, services

case_hands = Blueprint("case_hands", __name__, url_prefix="/staff/cases")

LONGEST_NOTE = 1000


@dataclass(frozen=True, slots=True)
class Hands:
    """What the page of a case shows of its clocks, and of whose it is."""

    reckoning: Reckoning
    assignee: str | None
    """The e-mail of whoever has it."""
    is_mine: bool
    may_take: bool
    may_give: bool
    others: tuple[tuple[Colleague, Bar | None], ...]
    """To whom it may be given; those for whom a rule would not choose it with the reason."""
    named: tuple[Colleague, ...]
    wish: str | None
    may_extend: bool
    wants_interim: bool
    present: tuple[str, ...]
    """Who else looks at it now."""
    queues: tuple[str, ...]
    """Where else it may be put by this account."""
    places: tuple[tuple[Place, bool], ...]
    """Where else they may turn, and whether that was checked lately; the panel from tier 3 on."""


def hands_shown(connection: Connection, desk: Desk, found: CaseFile) -> Hands:
    """What is shown to this account now."""
    now, programme, account = services().clock(), desk.programme, desk.account
    today = programme.calendar.here(now).date()
    row = connection.execute(select(Case.__table__).where(Case.id == found.id)).one()
    standing = timekeeping.standing(
        connection, found.id, clocks=programme.clocks, calendar=programme.calendar, now=now
    )
    people = colleagues(connection, programme.slug, today=today)
    wanted = assigning.wanted_of(connection, row, affiliation=_affiliation(desk, row.queue))
    bars = [(each, assigning.bar(wanted, each, today=today)) for each in people]
    is_mine = row.assignee_id == account.id
    is_open = row.state not in ENDED
    may_mine = any(
        each.account_id == account.id and against not in assigning.ALWAYS for each, against in bars
    )
    resolution = standing.reckoning.running(Step.RESOLUTION)
    return Hands(
        reckoning=standing.reckoning,
        assignee=next((each.email for each in people if each.account_id == row.assignee_id), None),
        is_mine=is_mine,
        may_take=is_open
        and not is_mine
        and may_mine
        and (row.assignee_id is None or account.role is Role.SUPERVISOR),
        may_give=is_open and (is_mine or account.role is Role.SUPERVISOR),
        queues=tuple(
            each
            for each in routing.queues_for(row, programme)
            if each != row.queue
            and is_open
            and (is_mine or row.assignee_id is None or account.role is Role.SUPERVISOR)
        ),
        others=tuple(
            (each, against)
            for each, against in bars
            if against not in assigning.ALWAYS and each.account_id != row.assignee_id
        ),
        named=tuple(each for each in people if each.account_id in wanted.named),
        wish=row.wish,
        may_extend=resolution is not None and not resolution.is_extended,
        wants_interim=standing.reckoning.running(Step.INTERIM) is not None,
        present=presence.others(connection, found.id, account.id, now=now),
        places=tuple(
            (each, each.is_fresh(today))
            for each in programme.directory
            if each.level is Level.STATE or (each.level is Level.INDEPENDENT and row.tier > 2)
        ),
    )


@case_hands.post("/<case_id>/claim")
def claim(case_id: str) -> ResponseReturnValue:
    """Take a case that nobody has."""
    return _assign(case_id, current_account().id, reason="claimed", said=_("It is yours now."))


@case_hands.post("/<case_id>/assign")
def assign(case_id: str) -> ResponseReturnValue:
    """Hand it on to a colleague, with a word for them."""
    to = request.form.get("to", "")
    return _assign(case_id, to, reason="handed_on", said=_("Handed on."))


@case_hands.post("/<case_id>/return")
def give_back(case_id: str) -> ResponseReturnValue:
    """Give it back to its queue, where it is found somebody."""

    def write(connection: Connection, actor: Actor) -> None:
        assigning.give_back(
            connection,
            case_id,
            vault=services().vault,
            actor=actor,
            internal_note=_words("internal"),
            version=request.form.get("version", type=int),
            now=services().clock(),
        )

    return _do(case_id, write, trail="case_returned", said=_("Back in its queue."))


@case_hands.post("/<case_id>/queue")
def requeue(case_id: str) -> ResponseReturnValue:
    """Put it where it belongs, against what the rules say or where they say nothing."""
    queue = request.form.get("queue", "")

    def write(connection: Connection, actor: Actor) -> None:
        triage.requeue(
            connection,
            case_id,
            vault=services().vault,
            actor=actor,
            queue=queue,
            internal_note=_words("internal"),
            version=request.form.get("version", type=int),
            now=services().clock(),
        )

    return _do(case_id, write, trail="case_queued", said=_("Put into the other queue."))


@case_hands.post("/<case_id>/named")
def name(case_id: str) -> ResponseReturnValue:
    """Say that the complaint is about a colleague, or is not after all."""
    about, is_named = request.form.get("about", ""), request.form.get("not") != "1"

    def write(connection: Connection, actor: Actor) -> None:
        desk = desk_of(connection, current_account())
        today = desk.programme.calendar.here(services().clock()).date()
        known = colleagues(connection, desk.programme.slug, today=today)
        if all(each.account_id != about for each in known):
            raise NotTheirs(actor.party)
        assigning.say_named(
            connection,
            case_id,
            about,
            vault=services().vault,
            actor=actor,
            is_named=is_named,
            now=services().clock(),
        )

    return _do(case_id, write, trail="case_named", said=_("Kept: it is never given to them."))


@case_hands.post("/<case_id>/wish")
def wish(case_id: str) -> ResponseReturnValue:
    """Keep that they would rather talk to a woman, or to a man."""
    chosen = request.form.get("wish")

    def write(connection: Connection, actor: Actor) -> None:
        triage.keep_wish(
            connection,
            case_id,
            vault=services().vault,
            actor=actor,
            wish=chosen if chosen in WISHES else None,
            now=services().clock(),
        )

    return _do(case_id, write, trail="case_wish", said=_("Kept."))


@case_hands.post("/<case_id>/extend")
def extend(case_id: str) -> ResponseReturnValue:
    """Put the resolution off, once; they hear why."""
    why = _words("note")

    def write(connection: Connection, actor: Actor) -> None:
        desk = desk_of(connection, current_account())
        found = timekeeping.reckoned(
            connection,
            case_id,
            clocks=desk.programme.clocks,
            calendar=desk.programme.calendar,
            now=services().clock(),
        ).running(Step.RESOLUTION)
        if found is None or found.is_extended:
            raise ChangedMeanwhile(case_id)
        _note(connection, case_id, actor, kind=Event.EXTENDED, public_note=why)

    if why is None:
        _seen_or_404(case_id)
        return _shown_again(case_id, _("Write why: they hear it."), status=422)
    return _do(case_id, write, trail="case_extended", said=_("Put off."), told=why)


@case_hands.post("/<case_id>/told")
def tell(case_id: str) -> ResponseReturnValue:
    """Note how far it is, in words that they may hear; or what was done against harm."""
    told, is_interim = _words("note"), request.form.get("interim") == "1"
    if told is None:
        _seen_or_404(case_id)
        return _shown_again(case_id, _("Write what they may hear."), status=422)
    reason = timekeeping.INTERIM if is_interim else timekeeping.PROGRESS

    def write(connection: Connection, actor: Actor) -> None:
        _note(connection, case_id, actor, kind=Event.NOTED, reason=reason, public_note=told)

    return _do(case_id, write, trail="case_told", said=_("Kept."), told=told)


@case_hands.post("/<case_id>/present")
def present(case_id: str) -> ResponseReturnValue:
    """This page is open: who else has it open, in one line."""
    ours, account = services(), current_account()
    with ours.database.reading() as connection:
        case_or_404(connection, ours.vault, desk_of(connection, account), case_id)
    with ours.database.writing() as connection:
        presence.look(connection, case_id, account.id, now=ours.clock())
        found = presence.others(connection, case_id, account.id, now=ours.clock())
    return {"said": present_line(found)}


def present_line(others: tuple[str, ...]) -> str:
    """ "Also looking at this: …", nothing where nobody does."""
    return _("Also looking at this: %(who)s", who=", ".join(others)) if others else ""


def meanwhile(connection: Connection, case_id: str, version: int | None) -> str:
    """Who did what to a case since it was at `version`, for who wanted to do something else."""
    past = queries.history_of(connection, services().vault, case_id)
    done = [
        f"{step_labels.actor_label(each.actor)}: {step_labels.event_label(each)}"
        for each in past[version or 0 :]
    ]
    told = "; ".join(done[-3:]) or _("The case has changed.")
    return _("Nothing of yours was kept, for meanwhile: %(done)s", done=told)


def _assign(case_id: str, to: str, *, reason: str, said: str) -> ResponseReturnValue:
    def write(connection: Connection, actor: Actor) -> None:
        now = services().clock()
        desk = desk_of(connection, current_account())
        today = desk.programme.calendar.here(now).date()
        people = colleagues(connection, desk.programme.slug, today=today)
        chosen = next((each for each in people if each.account_id == to), None)
        if chosen is None:
            raise NotTheirs(actor.party)
        queue = connection.execute(select(Case.queue).where(Case.id == case_id)).scalar_one()
        assigning.assign(
            connection,
            case_id,
            vault=services().vault,
            actor=actor,
            to=chosen,
            affiliation=_affiliation(desk, queue),
            reason=reason,
            internal_note=_words("internal"),
            version=request.form.get("version", type=int),
            now=now,
            today=today,
        )

    return _do(case_id, write, trail="case_assigned", said=said)


def _do(
    case_id: str,
    write: Callable[[Connection, Actor], None],
    *,
    trail: str,
    said: str,
    told: str | None = None,
) -> ResponseReturnValue:
    """Do it, and send what is `told` of it to whose case it is."""
    ours, account = services(), current_account()
    desk, found = _seen_or_404(case_id)
    route: Route | None = None
    try:
        with ours.database.writing() as connection:
            write(connection, actor_of(account))
            if told is not None:
                route = telling.tell(connection, desk, found, told)
            staff_operations.note(
                connection,
                account_id=account.id,
                action=trail,
                subject=f"case:{case_id}",
                now=ours.clock(),
            )
    except ChangedMeanwhile:
        with ours.database.reading() as connection:
            told = meanwhile(connection, case_id, request.form.get("version", type=int))
        return _shown_again(case_id, told, status=409, kind="warning")
    except NotQualified as error:
        return _shown_again(case_id, clock_labels.bar_label(error.bar), status=409)
    except NotTheirs:
        return _shown_again(case_id, _("That is not for you to do."), status=409)
    flash(said, "success")
    if told is not None:
        telling.say_told(found, route)
    return back_to(case_id, anchor="hands")


def _seen_or_404(case_id: str) -> tuple[Desk, CaseFile]:
    with services().database.reading() as connection:
        desk = desk_of(connection, current_account())
        return desk, case_or_404(connection, services().vault, desk, case_id)


def _note(
    connection: Connection,
    case_id: str,
    actor: Actor,
    *,
    kind: Event,
    public_note: str | None,
    reason: str | None = None,
) -> None:
    history.note(
        connection,
        case_id,
        vault=services().vault,
        kind=kind,
        actor=actor,
        reason=reason,
        public_note=public_note,
        version=request.form.get("version", type=int),
        now=services().clock(),
    )


def _affiliation(desk: Desk, queue: str) -> str:
    return routing.affiliation_of(desk.programme, queue)


def _words(name: str) -> str | None:
    return request.form.get(name, "").replace("\0", "").strip()[:LONGEST_NOTE] or None


def _shown_again(
    case_id: str, told: str, *, status: int, kind: str = "danger"
) -> ResponseReturnValue:
    """The case as it is now, and why nothing was done; what was typed is in the form again."""
    flash(told, kind)
    return shown_again(case_id, status=status)
