"""What the pages of fieldwork share: who may, whose round it is, and the trail."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from programmes.queries import current, version
from programmes.values import Programme
from staff import web
from staff.values import Role
from staff.web import services
from surveys.desk import own_round
from surveys.fieldwork import labels
from surveys.fieldwork.values import State
from surveys.queries import RoundSummary

ROLES = frozenset({Role.SUPERVISOR, Role.OPERATOR})

pages = Blueprint("fieldwork", __name__, url_prefix="/staff/fieldwork", template_folder="templates")
pages.context_processor(lambda: {"field_labels": labels, "FieldState": State})


def found(round_id: str) -> tuple[RoundSummary, Programme]:
    """The round and its programme; 404 where it is not of one's own."""
    with services().database.reading() as connection:
        round_ = own_round(connection, round_id)
        return round_, version(connection, current(connection, round_.programme))


def note(connection: Connection, action: str, round_id: str) -> None:
    """Add to the audit trail."""
    web.note(connection, action, f"round:{round_id}")


def to(round_id: str) -> ResponseReturnValue:
    """Back to the round's page."""
    return redirect(url_for("fieldwork.show", round_id=round_id), code=303)
