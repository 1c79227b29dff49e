"""Requests of people about what is kept of them: taken down, queued by their day, carried out."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug import Response as Answer

from contacts.values import Pin
from grievances import triage
from grievances.desk import Desk, case_or_404, desk_of
from grievances.errors import NotTheirs, StillComing
from grievances.labels import language_label
from grievances.lifecycle import PERSON, actor_of
from grievances.operations import check_pin_of
from grievances.queries import case_by_code
from grievances.rights import Proof, Right
from grievances.rights import take as take_request
from grievances.step_labels import confidentiality_label
from grievances.values import CaseRef, Confidentiality
from privacy import export, labels, requests
from privacy.errors import NotDoneYet, NothingToDo, UnknownRequest
from privacy.values import Outcome, Request
from programmes.queries import numbers_of, slugs
from staff.values import Affiliation, Role
from staff.web import current_account, note, services

rights = Blueprint("rights", __name__, url_prefix="/staff/rights", template_folder="templates")
_MODES = (Confidentiality.NAMED, Confidentiality.CONFIDENTIAL)
"""What she may change; without her number it is from its beginning, or not."""
ROLES = frozenset({Role.CASE_MANAGER, Role.SUPERVISOR, Role.OPERATOR})


@rights.get("/")
def index() -> ResponseReturnValue:
    ours = services()
    is_open = request.args.get("state") != "closed"
    with ours.database.reading() as connection:
        desk = desk_of(connection, current_account())
        found = _visible(connection, desk, is_open=is_open)
    here = desk.programme.calendar.here(ours.clock())
    return render_template(
        "privacy/requests.html",
        found=found,
        is_open=is_open,
        today=here.date(),
        rights=tuple(Right),
        modes=_MODES,
        mode_label=confidentiality_label,
        days=desk.programme.rights_days,
        labels=labels,
    )


def _visible(connection: Connection, desk: Desk, *, is_open: bool) -> tuple[Request, ...]:
    if desk.account.role is Role.OPERATOR:
        return ()
    return requests.requests(connection, desk.programme.slug, visible=desk.visible, is_open=is_open)


@rights.post("/")
def take_by_code() -> ResponseReturnValue:
    """Taken down where she stands, by the code of a case and the PIN that she types."""
    desk, case = _proven()
    if case is None:
        return redirect(url_for("rights.index"), code=303)
    return _take(desk, case.id, Proof.PIN)


@rights.post("/who-knows")
def choose_who_knows() -> ResponseReturnValue:
    """She says where she stands who may know whose case it is, and types its PIN: nobody else
    changes that (DOMAIN 1.6)."""
    mode = request.form.get("mode", "")
    if mode not in _MODES:
        abort(400)
    _desk, case = _proven()
    if case is None:
        return redirect(url_for("rights.index"), code=303)
    ours = services()
    try:
        with ours.database.writing() as connection:
            triage.choose_confidentiality(
                connection,
                case.id,
                vault=ours.vault,
                actor=PERSON,
                mode=Confidentiality(mode),
                now=ours.clock(),
            )
            note(connection, f"who_knows_{mode}", f"case:{case.id}")
    except NotTheirs:
        flash(_("This case is anonymous: nothing leads to anybody, and it stays so."), "warning")
        return redirect(url_for("rights.index"), code=303)
    flash(_("Kept."), "success")
    return redirect(url_for("rights.index"), code=303)


def _proven() -> tuple[Desk, CaseRef | None]:
    """The case of the code and PIN that were typed; None, and said so, where they open none."""
    ours = services()
    code = re.sub(r"\D", "", request.form.get("code", ""))[:8]
    with ours.database.reading() as connection:
        desk = desk_of(connection, current_account())
        case = case_by_code(connection, code)
    is_ours = case is not None and case.programme == desk.programme.slug
    tried = Pin.WRONG
    if case is not None and is_ours:
        with ours.database.writing() as connection:
            pin = request.form.get("pin", "")
            tried = check_pin_of(
                connection, vault=ours.vault, case_id=case.id, pin=pin, now=ours.clock()
            )
    if case is None or tried is not Pin.OK:
        flash(_("The code or the PIN is wrong, or was tried too often."), "danger")
        return desk, None
    return desk, case


@rights.post("/of-case/<case_id>")
def take(case_id: str) -> ResponseReturnValue:
    """Taken down on the page of her case, by whoever works on it."""
    with services().database.reading() as connection:
        desk = desk_of(connection, current_account())
        if desk.account.role is Role.OPERATOR:
            abort(403)
        case_or_404(connection, services().vault, desk, case_id)
    return _take(desk, case_id, Proof.STAFF)


def _take(desk: Desk, case_id: str, proof: Proof) -> Answer:
    ours = services()
    right = request.form.get("right", "")
    if right not in set(Right):
        abort(400)
    with ours.database.writing() as connection:
        taken = take_request(
            connection,
            case_id,
            programme=desk.programme.slug,
            right=Right(right),
            proof=proof,
            by=desk.account.id,
            calendar=desk.programme.calendar,
            days=desk.programme.rights_days,
            now=ours.clock(),
        )
        note(connection, f"request_{right}_taken", f"case:{case_id}")
    flash(_("Taken down."), "success")
    if desk.account.role is Role.OPERATOR:
        return redirect(url_for("rights.index"), code=303)
    return redirect(url_for("rights.show", request_id=taken.id), code=303)


@rights.get("/<request_id>")
def show(request_id: str) -> ResponseReturnValue:
    found, desk = _found(request_id)
    here = desk.programme.calendar.here(services().clock())
    return render_template(
        "privacy/request.html",
        each=found,
        today=here.date(),
        zone=ZoneInfo(desk.programme.time_zone),
        may_act=_may_act(desk),
        languages=desk.programme.languages,
        language_label=language_label,
        outcomes=tuple(Outcome),
        rights=Right,
        labels=labels,
    )


@rights.post("/<request_id>/copy.<ending>")
def copy(request_id: str, ending: str) -> ResponseReturnValue:
    """What is kept of her, to hand over: it leaves by this request alone, and that is noted."""
    found, desk = _found(request_id, acting=True)
    if ending not in ("json", "pdf") or found.right is not Right.ACCESS:
        abort(404)
    ours = services()
    with ours.database.writing() as connection:
        try:
            requests.mark_done(connection, request_id, now=ours.clock())
        except UnknownRequest:
            abort(409)
        note(connection, f"access_exported_{ending}", f"case:{found.case_id}")
        content = export.kept(
            connection,
            ours.vault,
            requests.cases_of(connection, found.case_id),
            programme=desk.programme.slug,
        )
    kind, body = "application/json", b""
    if ending == "json":
        body = export.as_json(content)
    else:
        kind = "application/pdf"
        body = export.as_pdf(
            content, title=_("What is kept of you"), language=desk.account.language
        )
    headers = {"Content-Disposition": f'attachment; filename="rimay-access.{ending}"'}
    return Response(body, content_type=kind, headers=headers)


@rights.post("/<request_id>/do")
def carry_out(request_id: str) -> ResponseReturnValue:
    """Delete, or stop what goes out; or mark that it was corrected on the page of the case."""
    found, desk = _found(request_id, acting=True)
    ours, files = services(), tuple[str, ...]()
    try:
        with ours.database.writing() as connection:
            match found.right:
                case Right.DELETION:
                    files = requests.delete(
                        connection,
                        request_id,
                        vault=ours.vault,
                        actor=actor_of(desk.account),
                        ours=[
                            number
                            for slug in slugs(connection)
                            for number in numbers_of(connection, slug)
                        ],
                        now=ours.clock(),
                    )
                case Right.OPPOSITION:
                    requests.oppose(connection, request_id, now=ours.clock())
                case Right.CORRECTION:
                    tag = request.form.get("language", "")
                    if tag in desk.programme.languages:
                        requests.correct_language(connection, request_id, tag)
                    requests.mark_done(connection, request_id, now=ours.clock())
                case Right.ACCESS:
                    abort(404)
            note(connection, f"request_{found.right}_done", f"case:{found.case_id}")
    except StillComing:
        flash(_("A recording of hers is on its way to us: try again in some minutes."), "warning")
        return _back(request_id)
    except NothingToDo:
        flash(_("No line is known: nothing goes out to her. Close it so."), "warning")
        return _back(request_id)
    except UnknownRequest:
        abort(409)
    for each in files:
        ours.media.delete(each)
    flash(_("Done."), "success")
    return _back(request_id)


@rights.post("/<request_id>/close")
def close(request_id: str) -> ResponseReturnValue:
    found, desk = _found(request_id, acting=True)
    outcome = request.form.get("outcome", "")
    if outcome not in set(Outcome):
        flash(_("Say why it is closed."), "danger")
        return _back(request_id)
    ours = services()
    try:
        with ours.database.writing() as connection:
            requests.close(
                connection,
                request_id,
                outcome=Outcome(outcome),
                by=desk.account.id,
                now=ours.clock(),
            )
            note(connection, f"request_{found.right}_closed", f"case:{found.case_id}")
    except NotDoneYet:
        flash(_("Nothing was done yet: it cannot be closed as fulfilled."), "danger")
        return _back(request_id)
    except UnknownRequest:
        abort(409)
    flash(_("Closed."), "success")
    return redirect(url_for("rights.index"), code=303)


def _may_act(desk: Desk) -> bool:
    """Supervisors who are not a company's: it is about all cases of a person."""
    account = desk.account
    return account.role is Role.SUPERVISOR and account.affiliation is not Affiliation.COMPANY


def _found(request_id: str, *, acting: bool = False) -> tuple[Request, Desk]:
    ours = services()
    with ours.database.reading() as connection:
        desk = desk_of(connection, current_account())
        found = requests.request(connection, desk.programme.slug, request_id, visible=desk.visible)
    if found is None or desk.account.role is Role.OPERATOR:
        abort(404)
    if acting and not _may_act(desk):
        with ours.database.writing() as connection:
            note(connection, "refused_rights", f"case:{found.case_id}")
        abort(403)
    return found, desk


def _back(request_id: str) -> Answer:
    return redirect(url_for("rights.show", request_id=request_id), code=303)
