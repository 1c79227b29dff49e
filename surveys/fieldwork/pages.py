"""Fieldwork for staff: planned, taken to the field, paused; what came of every line, in counts.

No page shows a line. What somebody did is in the audit trail.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from outreach.values import Channel
from programmes.queries import senders_of
from programmes.values import Programme
from staff.web import current_account, language, services
from surveys import queries as surveys
from surveys.fieldwork import operations, queries, round_pages
from surveys.fieldwork.desk import ROLES, found, note, pages, to
from surveys.fieldwork.errors import FieldworkError, NoNumber, NoSample
from surveys.fieldwork.forms import Wrong, read_list, read_plan
from surveys.fieldwork.quotas import fills, genders
from surveys.fieldwork.values import Basis, Mode, Plan, Standing, State, Way
from surveys.fieldwork.views import code_rows, quota_rows, rate_rows, recruited
from surveys.figures import from_json
from surveys.labels import Labels
from surveys.queries import RoundSummary

__all__ = ["ROLES", "pages", "round_pages"]

_BATCH = 50
"""Numbers of a list that are put down in one transaction."""


@pages.get("/<round_id>")
def show(round_id: str) -> ResponseReturnValue:
    round_, programme = found(round_id)
    with services().database.reading() as connection:
        here = queries.find(connection, round_id)
        newest = surveys.results(connection, round_id)
        counts = queries.dispositions(connection, round_id) if here else {}
        plan = here.plan if here else Plan()
        is_over = here is not None and here.state is State.DONE
        so_far = None if round_.closed_at else genders(connection, round_id)
        return render_template(
            "fieldwork/round.html",
            round=round_,
            programme=programme,
            labels=Labels(round_.content, language()),
            here=here,
            plan=plan,
            is_over=is_over,
            lines=sum(counts.values()),
            waiting=queries.lines(connection, round_id)[Standing.WAITING],
            codes=code_rows(counts, is_over=is_over),
            rates=rate_rows(counts, is_over=is_over) if plan.is_sampled else [],
            quotas=quota_rows(fills(connection, round_id, plan.quotas)),
            airtime=queries.airtime_states(connection, round_id) if plan.incentive else (),
            women=from_json(newest.tables).women if newest and round_.closed_at else None,
            recruited=None if so_far is None else recruited(so_far),
        )


@pages.get("/<round_id>/plan")
def plan(round_id: str) -> ResponseReturnValue:
    round_, programme = found(round_id)
    with services().database.reading() as connection:
        here = queries.find(connection, round_id)
    return _form(round_, programme, here.plan if here else Plan())


@pages.post("/<round_id>/plan")
def keep_plan(round_id: str) -> ResponseReturnValue:
    round_, programme = found(round_id)
    try:
        made = read_plan(request.form, request.form.to_dict(flat=False), programme)
        file = request.files.get("list")
        is_list = made.is_sampled and made.sample.basis is Basis.LIST
        numbers = read_list(file.read(), programme) if is_list and file and file.filename else []
    except Wrong as wrong:
        return _form(round_, programme, Plan(), str(wrong)), 422
    now = services().clock()
    try:
        with services().database.writing() as connection:
            operations.plan(
                connection,
                round_id,
                made,
                seed=secrets.token_hex(16),
                account_id=current_account().id,
                now=now,
            )
            note(connection, "fieldwork_planned", round_id)
        taken = wrong_ones = 0
        for start in range(0, len(numbers), _BATCH):
            with services().database.writing() as connection:
                listed = operations.add_numbers(
                    connection,
                    round_id,
                    numbers[start : start + _BATCH],
                    vault=services().vault,
                    now=now,
                )
            taken, wrong_ones = taken + listed.taken, wrong_ones + listed.not_numbers
        if numbers:
            flash(
                _(
                    "Numbers taken: %(n)s. Rows without a number: %(wrong)s.",
                    n=taken,
                    wrong=wrong_ones,
                ),
                "success",
            )
    except FieldworkError:
        flash(_("It has gone on meanwhile. This is how it stands now."), "warning")
    return to(round_id)


@pages.post("/<round_id>/start")
def start(round_id: str) -> ResponseReturnValue:
    _, programme = found(round_id)

    def begin(connection: Connection) -> None:
        plan = queries.field(connection, round_id).plan
        operations.start(
            connection,
            round_id,
            sender=senders_of(connection, programme.slug).of(
                texts_alone=Channel.VOICE not in plan.channels
            ),
            calendar=programme.calendar,
            now=services().clock(),
        )

    return _act(round_id, "fieldwork_started", begin)


@pages.post("/<round_id>/pause")
def pause(round_id: str) -> ResponseReturnValue:
    return _act(
        round_id,
        "fieldwork_paused",
        lambda connection: operations.pause(connection, round_id, now=services().clock()),
    )


@pages.post("/<round_id>/resume")
def resume(round_id: str) -> ResponseReturnValue:
    return _act(
        round_id,
        "fieldwork_resumed",
        lambda connection: operations.resume(connection, round_id),
    )


def _act(round_id: str, action: str, act: Callable[[Connection], None]) -> ResponseReturnValue:
    found(round_id)
    try:
        with services().database.writing() as connection:
            act(connection)
            note(connection, action, round_id)
    except NoNumber:
        flash(_("This programme has no number to call and text from."), "warning")
    except NoSample:
        flash(_("The list is empty: upload one with its consent."), "warning")
    except FieldworkError:
        flash(_("It has gone on meanwhile. This is how it stands now."), "warning")
    return to(round_id)


def _form(round_: RoundSummary, programme: Programme, made: Plan, problem: str = "") -> str:
    asked: Any = request.form
    return render_template(
        "fieldwork/plan.html",
        round=round_,
        programme=programme,
        labels=Labels(round_.content, language()),
        plan=made,
        given=asked,
        problem=problem,
        modes=list(Mode),
        ways=list(Way),
        targets={(each.of.value, each.name): each.target for each in made.quotas},
    )
