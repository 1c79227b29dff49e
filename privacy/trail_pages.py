"""The page on which supervisors read who read what. Reading it is noted as well."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from grievances.desk import desk_of
from grievances.queries import case_by_code
from privacy import labels, trail
from staff.values import Role
from staff.web import current_account, note, services

audit = Blueprint("audit", __name__, url_prefix="/staff/trail", template_folder="templates")
ROLES = frozenset({Role.SUPERVISOR})


@audit.get("/")
def index() -> ResponseReturnValue:
    ours, account = services(), current_account()
    code = re.sub(r"\D", "", request.args.get("case", ""))[:8]
    with ours.database.reading() as connection:
        desk = desk_of(connection, account)
        case = case_by_code(connection, code) if code else None
        if case is not None and case.programme != account.programme:
            case = None
        sought = trail.Sought(
            account_id=request.args.get("account", "")[:32],
            case_id=(case.id if case else "none") if code else "",
            action=request.args.get("action", "")[:40],
            before=request.args.get("before", "")[:32],
        )
        found = trail.trail(connection, ours.vault, account, sought, visible=desk.visible)
        people = trail.overseen(connection, account)
        actions = trail.actions(connection, account)
    with ours.database.writing() as connection:
        note(connection, "trail_read", f"case:{case.id}" if case else None)
    return render_template(
        "privacy/trail.html",
        found=found,
        people=people,
        actions=actions,
        sought=sought,
        code=code,
        labels=labels,
        zone=ZoneInfo(desk.programme.time_zone),
    )
