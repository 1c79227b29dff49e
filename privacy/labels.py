"""Words of the pages about what is kept, in the language of the page."""

from __future__ import annotations

from flask_babel import gettext as _

from grievances.rights import Proof, Right
from grievances.search.noting import SEARCHED
from privacy.retention import Kept, Periods
from privacy.values import Outcome
from staff.values import Basis


def action_label(action: str) -> str:
    """What somebody did: reads and refusals in words, anything else by its name."""
    if action.startswith("refused"):
        return _("Refused")
    return {
        "case_read": _("Opened a case"),
        "statement_played": _("Heard a recording"),
        "reply_played": _("Heard a recorded answer"),
        "attachment_opened": _("Opened an attachment"),
        "number_revealed": _("Saw a number"),
        SEARCHED: _("Searched for cases"),
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


def right_label(right: Right) -> str:
    return {
        Right.ACCESS: _("To know what is kept"),
        Right.CORRECTION: _("To have it corrected"),
        Right.DELETION: _("To have it deleted"),
        Right.OPPOSITION: _("That nothing more goes out to them"),
    }[right]


def do_label(right: Right) -> str:
    """The button that carries it out."""
    return {
        Right.ACCESS: _("Give a copy"),
        Right.CORRECTION: _("It is corrected"),
        Right.DELETION: _("Delete for good"),
        Right.OPPOSITION: _("Send nothing more"),
    }[right]


def proof_label(proof: Proof) -> str:
    return {
        Proof.PIN: _("with their PIN"),
        Proof.PHONE: _("from their own phone"),
        Proof.CODE: _("with the code of the case"),
        Proof.STAFF: _("taken down on the page of the case"),
    }[proof]


def outcome_label(outcome: Outcome) -> str:
    return {
        Outcome.FULFILLED: _("Done as asked"),
        Outcome.NOTHING_KEPT: _("Nothing of this is kept"),
        Outcome.NOT_THEIRS: _("It is about somebody else"),
        Outcome.MUST_BE_KEPT: _(
            "It must be kept; they were told why, and that they may complain to the ANPD"
        ),
        Outcome.WITHDRAWN: _("They do not want it any more"),
    }[outcome]


def kept_label(kept: Kept) -> str:
    return {
        Kept.CASES: _("Words, recordings and numbers of closed cases; counts stay"),
        Kept.CALLS: _("Traces of calls and texts"),
        Kept.TURNS: _("Turns of conversations"),
        Kept.ROUND_KEYS: _("Keys that tell who has answered a survey"),
        Kept.SEALED: _("Sealed reports"),
        Kept.YEAR_KEYS: _("Keys that tell whether somebody came back, after their year"),
        Kept.DRAFTS: _("Answers spoken on a work phone and not sent"),
        Kept.REPLACED: _("Recordings that were said anew"),
    }[kept]


def period_label(kept: Kept, periods: Periods) -> str:
    return _("%(days)d days", days=periods.of(kept).days)
