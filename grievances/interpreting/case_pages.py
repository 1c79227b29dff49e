"""On the page of a case: have somebody write down in Spanish what is said in a recording."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievances.desk import case_or_404, desk_of
from grievances.interpreting.operations import ask_for
from staff.web import current_account, note, services

case_interpreting = Blueprint("case_interpreting", __name__, url_prefix="/staff/cases")


@case_interpreting.post("/<case_id>/statements/<statement_id>/interpreter")
def ask(case_id: str, statement_id: str) -> ResponseReturnValue:
    """Bring a statement to the interpreter's desk whatever its language is said to be: a caller may
    have chosen one and spoken another."""
    ours, account = services(), current_account()
    with ours.database.reading() as connection:
        found = case_or_404(connection, ours.vault, desk_of(connection, account), case_id)
    if all(said.id != statement_id for said in found.statements):
        abort(404)
    with ours.database.writing() as connection:
        if ask_for(connection, statement_id, account_id=account.id):
            note(connection, "interpreter_asked", f"case:{case_id}")
    flash(_("An interpreter will write it down."), "success")
    return redirect(url_for("cases.case", case_id=case_id), code=303)
