"""A number, shown once to a supervisor who says why; it is on no other page."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug import Response

from grievances import labels
from grievances.desk import case_or_404, desk_of
from grievances.errors import ChangedMeanwhile, NotToBeRevealed
from grievances.revealing import SHORTEST_REASON, Bar, bar_to, reveal_number
from grievances.values import pseudonym
from staff.values import Role
from staff.web import current_account, note, services

case_number = Blueprint("case_number", __name__, url_prefix="/staff/cases")
ROLES = frozenset({Role.SUPERVISOR})

LONGEST_REASON = 500


@case_number.post("/<case_id>/number")
def reveal(case_id: str) -> ResponseReturnValue:
    """Show the number in this one answer; the same form sent again shows nothing."""
    ours, account = services(), current_account()
    with ours.database.reading() as connection:
        desk = desk_of(connection, account)
        found = case_or_404(connection, ours.vault, desk, case_id)
    confidentiality = found.settled.confidentiality
    bar = bar_to(account, person_id=found.person_id, confidentiality=confidentiality)
    if bar is not None:  # before the form is looked at: that somebody tried is noted
        return _refused(case_id, bar)
    try:
        with ours.database.writing() as connection:
            number = reveal_number(
                connection,
                case_id,
                vault=ours.vault,
                account=account,
                reason=request.form.get("reason", "").replace("\0", "")[:LONGEST_REASON],
                version=request.form.get("version", type=int) or 0,
                now=ours.clock(),
            )
    except ChangedMeanwhile:
        flash(_("The case has changed since: look at it again, and say once more why."), "warning")
        return _back(case_id)
    except NotToBeRevealed as error:
        return _refused(case_id, Bar(error.bar))
    return render_template(
        "grievances/number.html",
        case_id=case_id,
        number=number,
        title=labels.title(desk.programme, found.kind, found.topic, account.language),
        person=pseudonym(ours.vault, found.person_id or ""),
    )


def _refused(case_id: str, bar: Bar) -> ResponseReturnValue:
    if bar is Bar.NO_REASON:
        flash(
            _(
                "Write why you need the number, in %(least)d characters or more.",
                least=SHORTEST_REASON,
            ),
            "danger",
        )
        return _back(case_id)
    with services().database.writing() as connection:
        note(connection, "refused_case_number", f"case:{case_id}")
    if bar is Bar.NOT_THEIRS:
        abort(403)
    flash(_("There is no number behind this case."), "warning")
    return _back(case_id)


def _back(case_id: str) -> Response:
    return redirect(url_for("cases.case", case_id=case_id, _anchor="number"), code=303)
