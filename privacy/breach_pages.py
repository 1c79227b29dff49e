"""The screen of a breach: its 48 hours, what is known, and the notice to print."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from privacy import breaches
from privacy.breaches import WITHIN, Ending, Facts
from programmes.queries import current, version
from staff.values import Role
from staff.web import current_account, note, services

breach = Blueprint("breach", __name__, url_prefix="/staff/breaches", template_folder="templates")
ROLES = frozenset({Role.SUPERVISOR})
LONGEST = 2000


def timer() -> dict[str, Any]:
    """For the frame of every page of a supervisor: the hours that are left of an open breach."""
    if not current_user or not current_user.is_authenticated:
        return {}
    account = current_account()
    if account.role is not Role.SUPERVISOR:
        return {}
    with services().database.reading() as connection:
        since = breaches.open_since(connection, account.programme)
    if since is None:
        return {}
    left = since + WITHIN - services().clock()
    return {"breach_hours": int(left.total_seconds() // 3600)}


@breach.get("/")
def index() -> ResponseReturnValue:
    ours, slug = services(), current_account().programme
    with ours.database.reading() as connection:
        found = breaches.breaches(connection, ours.vault, slug)
        programme = version(connection, current(connection, slug))
    return render_template(
        "privacy/breaches.html",
        found=found,
        endings={
            Ending.TOLD: _("The ANPD was told, and the people where their rights are touched"),
            Ending.NO_DATA: _("No data of anybody were touched"),
            Ending.MISTAKEN: _("It was no breach"),
        },
        fields=_fields(),
        name=next(iter(programme.name.values())),
        zone=ZoneInfo(programme.time_zone),
        here=programme.calendar.here(ours.clock()),
        now=ours.clock(),
    )


def _fields() -> tuple[tuple[str, str], ...]:
    return (
        ("what", _("What happened")),
        ("data", _("Which data")),
        ("people", _("Whose, and of how many")),
        ("consequences", _("What may follow for them")),
        ("measures", _("What was done, and is being done")),
        ("contact", _("Who can be asked")),
    )


@breach.post("/")
def record() -> ResponseReturnValue:
    ours, account = services(), current_account()
    facts = _facts()
    with ours.database.reading() as connection:
        zone = ZoneInfo(version(connection, current(connection, account.programme)).time_zone)
    noticed = _moment(request.form.get("noticed", ""), zone)
    if not facts.what or noticed is None or noticed > ours.clock():
        flash(_("Say what happened, and when it was noticed: not later than now."), "danger")
        return redirect(url_for("breach.index"), code=303)
    with ours.database.writing() as connection:
        breach_id = breaches.record(
            connection,
            vault=ours.vault,
            programme=account.programme,
            noticed_at=noticed,
            facts=facts,
            by=account.id,
        )
        note(connection, "breach_recorded", f"breach:{breach_id}")
    flash(_("Recorded. The ANPD is told within 48 hours of when it was noticed."), "success")
    return redirect(url_for("breach.index"), code=303)


@breach.post("/<breach_id>")
def renew(breach_id: str) -> ResponseReturnValue:
    ours, account = services(), current_account()
    facts = _facts()
    with ours.database.writing() as connection:
        if not facts.what or not breaches.renew(
            connection, breach_id, vault=ours.vault, programme=account.programme, facts=facts
        ):
            abort(404)
        note(connection, "breach_renewed", f"breach:{breach_id}")
    flash(_("Kept."), "success")
    return redirect(url_for("breach.index"), code=303)


@breach.post("/<breach_id>/close")
def close(breach_id: str) -> ResponseReturnValue:
    ours, account = services(), current_account()
    ending = request.form.get("ending", "")
    if ending not in set(Ending):
        flash(_("Say why it is closed."), "danger")
        return redirect(url_for("breach.index"), code=303)
    with ours.database.writing() as connection:
        if not breaches.close(
            connection,
            breach_id,
            programme=account.programme,
            ending=Ending(ending),
            by=account.id,
            now=ours.clock(),
        ):
            abort(404)
        note(connection, f"breach_closed_{ending}", f"breach:{breach_id}")
    flash(_("Closed."), "success")
    return redirect(url_for("breach.index"), code=303)


def _facts() -> Facts:
    names = (name for name, _label in _fields())
    return Facts(**{each: request.form.get(each, "").strip()[:LONGEST] for each in names})


def _moment(text: str, zone: ZoneInfo) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(dt.UTC)
    except ValueError:
        return None
