"""What the person of a case told of herself, taken down by whoever talks with her."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from contacts import about
from contacts.values import About, Agreed, Gender, HowKnown
from grievances.desk import Desk, case_or_404, desk_of, wordings_of
from grievances.values import CaseFile
from staff import operations as staff_operations
from staff.web import current_account, services

about_person = Blueprint("case_about", __name__, url_prefix="/staff/cases")

ASKED = "person.gender"
ASKED_DISTRICT = "person.district"
"""The prompt that is read out: why it is asked, and that it may be left out."""


def about_of(connection: Connection, found: CaseFile) -> About:
    """What is known of the person of a case; nothing where nobody is."""
    return about.about(connection, found.person_id) if found.person_id else About()


@about_person.post("/<case_id>/about")
def change(case_id: str) -> ResponseReturnValue:
    ours, account = services(), current_account()
    with ours.database.reading() as connection:
        desk = desk_of(connection, account)
        found = case_or_404(connection, ours.vault, desk, case_id)
        known = about_of(connection, found)
    back = redirect(url_for("cases.case", case_id=case_id, _anchor="about-person"), code=303)
    gender, district = request.form.get("gender", ""), request.form.get("district", "")
    is_known_gender = not gender or gender in set(Gender)
    is_known_district = not district or desk.programme.district(district) is not None
    if found.person_id is None or not (is_known_gender and is_known_district):
        flash(_("That cannot be kept. Choose from the lists."), "danger")
        return back
    has_changed = (gender or None, district or None) != (known.gender, known.district)
    if (gender or district) and has_changed and not request.form.get("agreed"):
        flash(_("Read the words out first, and mark that they agreed: nothing was kept."), "danger")
        return back
    with ours.database.writing() as connection:
        _keep(connection, desk, found, known, gender=gender, district=district)
        staff_operations.note(
            connection,
            account_id=account.id,
            action="about_person_changed",
            subject=f"case:{case_id}",
            now=ours.clock(),
        )
    flash(_("Kept."), "success")
    return back


def _keep(
    connection: Connection,
    desk: Desk,
    found: CaseFile,
    known: About,
    *,
    gender: str,
    district: str,
) -> None:
    """Keep or clear what has changed, and that alone."""
    now, person_id = services().clock(), found.person_id or ""
    wordings = wordings_of(desk.programme)

    def agreed_to(asked: str) -> Agreed:
        words = wordings.content_hash(asked, found.language)
        return Agreed(desk.programme.hash, found.language, words)

    agreed = agreed_to(ASKED)
    by = HowKnown.OPERATOR
    if gender and gender != known.gender:
        about.keep_gender(
            connection, person_id, gender=Gender(gender), known=by, agreed=agreed, now=now
        )
    elif not gender and known.gender is not None:
        about.clear_gender(connection, person_id, agreed=agreed, now=now)
    if district and district != known.district:
        about.keep_district(
            connection,
            person_id,
            district=district,
            known=by,
            agreed=agreed_to(ASKED_DISTRICT),
            now=now,
        )
    elif not district and known.district is not None:
        about.clear_district(connection, person_id, agreed=agreed_to(ASKED_DISTRICT), now=now)
