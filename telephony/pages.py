"""What operators are told: refusals by the carrier that only they can mend.

Register it for `ROLES` under the entry `refusals.index`.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from staff.values import Role
from staff.web import note, services
from storage import notices

ROLES = frozenset({Role.OPERATOR})

refusals = Blueprint("refusals", __name__, url_prefix="/staff/carrier", template_folder="templates")


@refusals.get("/")
def index() -> ResponseReturnValue:
    """What the carrier refuses now."""
    with services().database.reading() as connection:
        found = notices.open_notices(connection)
    told = [(each, advice(each.code)) for each in found]
    return render_template("telephony/refusals.html", refusals=told)


@refusals.post("/<notice_id>/mended")
def mended(notice_id: str) -> ResponseReturnValue:
    """An operator says that it is mended; met again, it is here again."""
    now = services().clock()
    with services().database.writing() as connection:
        if notices.close(connection, notice_id, now=now):
            note(connection, "refusal_mended", f"refusal:{notice_id}")
    flash(_("Noted. If the carrier refuses again, it will be here again."), "success")
    return redirect(url_for("refusals.index"))


def advice(code: str) -> str:
    """What an operator can do about a refusal with this code, in the language of the page."""
    known = {
        "20003": _("The carrier does not know us: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."),
        "20404": _("The account is not there: check TWILIO_ACCOUNT_SID and TWILIO_API_URL."),
        "21210": _("This number may not call: it must be one of the account's."),
        "21215": _("The account may not call this country: allow it in the carrier's console."),
        "21408": _("The account may not text this country: allow it in the carrier's console."),
        "21606": _("This number may not text: it must be one of the account's, and take texts."),
        "21608": _("A trial account reaches verified numbers alone: upgrade the account."),
        "21612": _("No text can go from this number to that network: another number is needed."),
        "21617": _("A text was longer than the carrier takes: tell whoever develops Rimay."),
        "30002": _("The account is suspended: ask the carrier."),
        "1001": _(
            "Kannel does not know us: check KANNEL_USERNAME, KANNEL_PASSWORD and user-allow-ip."
        ),
        "1002": _("Kannel is not at KANNEL_URL: check its address, port and path."),
        "1003": _("No network of Kannel's takes this number: check its smsc groups."),
        "1004": _("Kannel's white or black lists forbid this number."),
        "1005": _("Kannel did not understand us: tell whoever develops Rimay."),
        "1007": _("This number is Kannel's and cannot call: give the programme one that can."),
        "1008": _("This number is Kannel's, and KANNEL_URL is not set: see flask doctor."),
        "30007": _(
            "The networks filter what this number sends: review its texts, ask the carrier."
        ),
    }
    return known.get(code, _("Look up this code in the carrier's documentation."))
