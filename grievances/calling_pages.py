"""The buttons of a case that call its person now, and that close it once they have talked."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from duty.errors import CalledAlready, DutyError, OnAnotherCall
from duty.queries import has_phone
from grievances import dictating, labels
from grievances.calling import (
    CallTo,
    Hindrance,
    answered_by_talking,
    call_now,
    who_is_called,
)
from grievances.desk import Desk, case_or_404, desk_of, our_numbers
from grievances.errors import NotToBeCalled
from grievances.lifecycle import actor_of
from grievances.values import CaseFile
from staff import operations as staff_operations
from staff.web import current_account, services
from storage.queues import Work

case_call = Blueprint("case_call", __name__, url_prefix="/staff/cases")


@dataclass(frozen=True, slots=True)
class CallShown:
    """What the page of a case shows of calling its person now."""

    hindrance: Hindrance | None
    has_phone: bool
    """Whether the account has a work phone to be rung on."""
    is_shared: bool
    """Others may take the call."""


def call_shown(connection: Connection, desk: Desk, found: CaseFile) -> CallShown:
    """Whether this account may call the person of this case now."""
    calendar = desk.programme.calendar
    called = who_is_called(connection, found.id, calendar=calendar, now=services().clock())
    hindrance = called if isinstance(called, Hindrance) else None
    if hindrance is None and our_numbers(connection, desk.programme).calls is None:
        hindrance = Hindrance.NO_NUMBER
    return CallShown(
        hindrance=hindrance,
        has_phone=has_phone(connection, desk.account.id),
        is_shared=isinstance(called, CallTo) and called.is_shared,
    )


@case_call.post("/<case_id>/call")
def call(case_id: str) -> ResponseReturnValue:
    """Ring my work phone, and then the person. A second click finds the first call."""
    ours, account = services(), current_account()
    with ours.database.reading() as connection:
        desk = desk_of(connection, account)
        case_or_404(connection, ours.vault, desk, case_id)
        sender = our_numbers(connection, desk.programme).calls
    try:
        with ours.database.writing() as connection:
            asked = call_now(
                connection,
                case_id,
                vault=ours.vault,
                actor=actor_of(account),
                programme=desk.programme.slug,
                calendar=desk.programme.calendar,
                sender=sender,
                now=ours.clock(),
            )
            if asked.is_new:
                staff_operations.note(
                    connection,
                    account_id=account.id,
                    action="call_asked",
                    subject=f"case:{case_id}",
                    now=ours.clock(),
                )
    except NotToBeCalled as error:
        flash(labels.hindrance_label(error.hindrance), "warning")
        return _back(case_id)
    except DutyError as error:
        flash(_problem(error), "warning")
        return _back(case_id)
    ours.bell.ring(Work.OUTBOX)
    flash(_("Your work phone rings in a moment: press 1 there."), "success")
    return _back(case_id)


@case_call.post("/<case_id>/dictate/drop")
def drop_dictated(case_id: str) -> ResponseReturnValue:
    """I do not want what I have recorded by phone and not sent."""
    ours, account = services(), current_account()
    with ours.database.reading() as connection:
        case_or_404(connection, ours.vault, desk_of(connection, account), case_id)
    with ours.database.writing() as connection:
        dictating.settle_drafts(
            connection, case_id, account_id=account.id, to=dictating.TakeState.DROPPED
        )
    flash(_("The recording is not kept any more."), "success")
    return _back(case_id)


@case_call.post("/<case_id>/talked")
def talked(case_id: str) -> ResponseReturnValue:
    """What there was to say was said on the call: the case is answered."""
    ours, account = services(), current_account()
    with ours.database.reading() as connection:
        desk = desk_of(connection, account)
        found = case_or_404(connection, ours.vault, desk, case_id)
    if not found.has_talked:
        abort(409)
    with ours.database.writing() as connection:
        if answered_by_talking(
            connection, case_id, vault=ours.vault, actor=actor_of(account), now=ours.clock()
        ):
            staff_operations.note(
                connection,
                account_id=account.id,
                action="case_answered_by_talking",
                subject=f"case:{case_id}",
                now=ours.clock(),
            )
    flash(_("Marked as answered."), "success")
    return _back(case_id)


def ask_to_dictate(case_id: str, desk: Desk) -> tuple[str, str]:
    """Ring the work phone of this account, to record an answer; what to say of it, and how. A
    second click finds the first call."""
    ours = services()
    try:
        with ours.database.writing() as connection:
            dictating.ask(
                connection,
                case_id,
                actor=actor_of(desk.account),
                programme=desk.programme.slug,
                sender=our_numbers(connection, desk.programme).calls,
                now=ours.clock(),
            )
    except NotToBeCalled as error:
        return labels.hindrance_label(error.hindrance), "warning"
    except DutyError as error:
        return _problem(error), "warning"
    ours.bell.ring(Work.OUTBOX)
    return _("Your work phone rings in a moment: press 1 there, and speak after the tone."), (
        "success"
    )


def _problem(error: DutyError) -> str:
    if isinstance(error, OnAnotherCall):
        return _("Your work phone is on another call. Try again when it is over.")
    if isinstance(error, CalledAlready):
        return _("Somebody else is calling them right now.")
    return _("You have no work phone yet. Write it on the page “Duty” first.")


def _back(case_id: str) -> Response:
    return redirect(url_for("cases.case", case_id=case_id), code=303)
