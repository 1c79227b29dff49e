"""Rounds on pages: opened, tried as a pilot, closed. What a pilot answers is thrown away."""

from __future__ import annotations

import datetime as dt

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from programmes.errors import UnknownProgramme
from programmes.queries import current, version
from staff.web import current_account, language, services
from surveys import operations as rounds
from surveys import pilots
from surveys import queries as surveys
from surveys.fieldwork import queries
from surveys.fieldwork.desk import found, note, pages
from surveys.labels import Labels
from surveys.values import GRACE

_PILOTS = 3
"""Pilots of before whose times are shown."""


@pages.get("/")
def index() -> ResponseReturnValue:
    slug = current_account().programme
    with services().database.reading() as connection:
        listed = [
            (each, Labels(each.content, language()), queries.find(connection, each.id))
            for each in surveys.rounds(connection, slug)
        ]
        open_round = surveys.open_round(connection, slug)
        tried = [
            (each, Labels(each.content, language()), pilots.times(connection, each.id))
            for each in surveys.pilot_rounds(connection, slug, most=_PILOTS)
        ]
    return render_template(
        "fieldwork/index.html",
        rounds=listed,
        pilots=tried,
        open_round=open_round,
        is_pilot=open_round is not None and any(each.id == open_round.id for each, *_ in tried),
    )


@pages.post("/open")
def open_round() -> ResponseReturnValue:
    """Open a round of the survey that callers meet; as a pilot, where that is asked for."""
    ours, slug = services(), current_account().programme
    is_pilot = "pilot" in request.form
    with ours.database.writing() as connection:
        try:
            programme = version(connection, current(connection, slug))
        except UnknownProgramme:
            abort(404)
        made = rounds.publish(connection, vault=ours.vault, programme=programme, now=ours.clock())
        if made is not None and made.is_new:
            note(connection, "round_opened", made.round_id)
            if is_pilot:
                pilots.begin(connection, round_id=made.round_id)
                note(connection, "pilot_begun", made.round_id)
    if made is None:
        flash(_("This programme asks no survey yet."), "warning")
    elif not made.is_new:
        flash(_("A round is open already."), "warning")
    elif is_pilot:
        flash(_("The pilot has begun: whatever is answered is thrown away."), "success")
    else:
        flash(_("The round is open: whoever calls is asked."), "success")
    return redirect(url_for("fieldwork.index"), code=303)


@pages.post("/<round_id>/pilot")
def begin_pilot(round_id: str) -> ResponseReturnValue:
    """A round that nobody has answered only tries the questionnaire."""
    found(round_id)
    try:
        with services().database.writing() as connection:
            pilots.begin(connection, round_id=round_id)
            note(connection, "pilot_begun", round_id)
    except pilots.NotAPilot:
        flash(_("People have answered this round: close it, and open another."), "warning")
    else:
        flash(_("The pilot has begun: whatever is answered is thrown away."), "success")
    return redirect(url_for("fieldwork.index"), code=303)


@pages.post("/<round_id>/end-pilot")
def end_pilot(round_id: str) -> ResponseReturnValue:
    """Throw away what was answered; only how long it took stays."""
    found(round_id)
    try:
        with services().database.writing() as connection:
            pilots.end(connection, round_id=round_id, now=services().clock())
            note(connection, "pilot_ended", round_id)
    except pilots.NotAPilot:
        flash(_("That pilot is over already."), "warning")
    else:
        flash(_("The pilot is over. Its answers are deleted; this is how long it took."), "success")
    return redirect(url_for("fieldwork.index"), code=303)


@pages.post("/<round_id>/close")
def close(round_id: str) -> ResponseReturnValue:
    """Let nobody new begin."""
    found(round_id)
    grace = dt.timedelta(0) if "at_once" in request.form else GRACE
    with services().database.writing() as connection:
        is_closed = rounds.close_round(
            connection, round_id=round_id, now=services().clock(), grace=grace
        )
        if is_closed:
            note(connection, "round_closed", round_id)
    if is_closed:
        flash(
            _("The round is closed. Its last results follow when nobody can finish any more."),
            "success",
        )
    else:
        flash(_("It has gone on meanwhile. This is how it stands now."), "warning")
    return redirect(url_for("fieldwork.show", round_id=round_id), code=303)
