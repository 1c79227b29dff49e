"""The page that says what is deleted when, and that it was."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from privacy import labels, retention
from privacy.inventory import Deployment
from programmes.queries import current, version
from staff.values import Role
from staff.web import current_account, services

retained = Blueprint(
    "retention", __name__, url_prefix="/staff/retention", template_folder="templates"
)
ROLES = frozenset({Role.SUPERVISOR})


@retained.get("/")
def index() -> ResponseReturnValue:
    ours = services()
    with ours.database.reading() as connection:
        found = retention.runs(connection, today=ours.clock().date())
        slug = current_account().programme
        zone = ZoneInfo(version(connection, current(connection, slug)).time_zone)
    deployment: Deployment = current_app.extensions["deployment"]
    return render_template(
        "privacy/retention.html",
        found=found,
        periods=deployment.periods,
        labels=labels,
        zone=zone,
    )
