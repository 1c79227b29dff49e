"""Recording codes for speakers who record by telephone: given, seen in use, and revoked."""

from __future__ import annotations

import datetime as dt
import secrets
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from library import desk, recording_codes
from library.listing import progress
from library.recording_codes import Given
from library.values import Speaker
from programmes.queries import senders_of
from programmes.values import Tool
from staff.web import current_account, note, services

recording_code_pages = Blueprint(
    "recording_codes", __name__, url_prefix="/staff/prompts/by-telephone"
)

LASTS = (7, 30, 90)
"""Days for which a code may be given."""

_USUALLY = 30


@recording_code_pages.get("")
def index() -> ResponseReturnValue:
    return _page()


@recording_code_pages.post("")
def create() -> ResponseReturnValue:
    """Give a code; its digits are on this one page and nowhere else."""
    here = desk.reached()
    tag = desk.tag_or_404(request.form.get("language", ""))
    name = " ".join(request.form.get("speaker", "").split())[:120]
    days = request.form.get("days", type=int)
    if not name or "consent" not in request.form:
        flash(_("Say who speaks, and that they agreed that callers hear them."), "danger")
        return redirect(url_for("recording_codes.index"), code=303)
    if days not in LASTS:
        abort(400)
    with services().database.writing() as connection:
        given = recording_codes.give(
            connection,
            vault=services().vault,
            programme=here.programme.slug,
            language=tag,
            speaker=Speaker(name, desk.today(here)),
            account_id=current_account().id,
            now=services().clock(),
            lasts=dt.timedelta(days=days),
            draw=lambda: recording_codes.draw(secrets.randbelow),
        )
        note(connection, "recording_code_given", f"recording_code:{given.id}")
    response = make_response(_page(given))
    response.headers["Cache-Control"] = "no-store"
    return response


@recording_code_pages.post("/<code_id>/revoke")
def revoke(code_id: str) -> ResponseReturnValue:
    here = desk.reached()
    with services().database.writing() as connection:
        is_ended = recording_codes.revoke(
            connection,
            programme=here.programme.slug,
            code_id=code_id,
            now=services().clock(),
        )
        if is_ended:
            note(connection, "recording_code_revoked", f"recording_code:{code_id}")
    if not is_ended:
        abort(404)
    flash(_("Revoked. Nobody can record with it any more; what was kept stays."), "success")
    return redirect(url_for("recording_codes.index"), code=303)


def _page(given: Given | None = None) -> str:
    here = desk.reached()
    slug = here.programme.slug
    with services().database.reading() as connection:
        codes = recording_codes.open_codes(connection, slug, now=services().clock())
        number = senders_of(connection, slug).calls
    of_each = {
        tag: progress(tag, desk.listed(here, tag))
        for tag in dict.fromkeys(code.language for code in codes)
    }
    return render_template(
        "library/recording_codes.html",
        given=given,
        codes=codes,
        progress_of=of_each,
        languages=here.languages,
        number=number,
        lasts=LASTS,
        usually=_USUALLY,
        here=ZoneInfo(here.programme.time_zone),
        speaker="",
        has_code_entry=here.programme.offers(Tool.MY_CASE),
    )
