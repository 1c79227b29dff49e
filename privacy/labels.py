"""Words of the pages about what is kept, in the language of the page."""

from __future__ import annotations

from flask_babel import gettext as _

from staff.values import Basis


def action_label(action: str) -> str:
    """What somebody did: reads and refusals in words, anything else by its name."""
    if action.startswith("refused"):
        return _("Refused")
    return {
        "case_read": _("Opened a case"),
        "cases_searched": _("Searched the cases"),
        "statement_played": _("Heard a recording"),
        "reply_played": _("Heard a recorded answer"),
        "attachment_opened": _("Opened an attachment"),
        "number_revealed": _("Saw a number"),
        "interpretation_read": _("Opened something to interpret"),
        "interpretation_played": _("Heard something to interpret"),
        "about_person_changed": _("Changed what somebody told of themselves"),
        "trail_read": _("Read this trail"),
        "signed_in": _("Signed in"),
        "sign_in_tried": _("Tried to sign in"),
        "signed_out": _("Signed out"),
    }.get(action, action.replace("_", " "))


def basis_label(why: str | None) -> str:
    """Why somebody may have read it."""
    if why not in set(Basis):
        return ""
    return {
        Basis.ASSIGNED: _("it is theirs"),
        Basis.SUPERVISES: _("supervises"),
        Basis.QUEUE: _("it is in a queue of theirs"),
    }[Basis(why)]
