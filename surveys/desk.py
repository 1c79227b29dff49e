"""What all pages about rounds share: whose a round is, and how a picture leaves."""

from __future__ import annotations

from flask import Response, abort
from sqlalchemy import Connection

from staff.web import current_account
from surveys import queries
from surveys.errors import NoSuchRound
from surveys.queries import RoundSummary


def own_round(connection: Connection, round_id: str) -> RoundSummary:
    """The round; 404 where there is none, or it is not of one's own programme."""
    try:
        round_ = queries.round_by_id(connection, round_id)
    except NoSuchRound:
        abort(404)
    if round_.programme != current_account().programme:
        abort(404)
    return round_


def as_file(png: bytes, name: str) -> Response:
    """A picture to be kept under a name."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(png, mimetype="image/png", headers=headers)
