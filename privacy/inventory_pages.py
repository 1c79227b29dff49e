"""The page of the inventory of processing, and the files of it."""

from __future__ import annotations

import json

from flask import Blueprint, Response, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from privacy import inventory_labels as labels
from privacy.inventory import Deployment, Registered, as_csv, as_dict, country_of, inventory
from programmes.queries import current, version
from staff.values import Role
from staff.web import current_account, services

register_of = Blueprint(
    "inventory", __name__, url_prefix="/staff/inventory", template_folder="templates"
)
ROLES = frozenset({Role.SUPERVISOR, Role.OPERATOR})


@register_of.get("/")
def index() -> ResponseReturnValue:
    deployment = _deployment()
    home, found = _found(deployment)
    return render_template(
        "privacy/inventory.html",
        # The first of the words is its name.
        found=[list(labels.in_words(each).items()) for each in found],
        hosting=deployment.hosting_country,
        home=home,
        measures=deployment.measures,
        transfers=sorted({labels.transfer_label(one) for each in found for one in each.transfers}),
        labels=labels,
    )


@register_of.get("/inventory.<ending>")
def download(ending: str) -> ResponseReturnValue:
    _home, found = _found(_deployment())
    if ending == "csv":
        # The mark by which a spreadsheet knows the encoding.
        body = "\ufeff" + as_csv(map(labels.in_words, found))
        kind = "text/csv; charset=utf-8"
    elif ending == "json":
        body = json.dumps([as_dict(each) for each in found], ensure_ascii=False, indent=2)
        kind = "application/json"
    else:
        abort(404)
    headers = {"Content-Disposition": f'attachment; filename="rimay-inventory.{ending}"'}
    return Response(body, content_type=kind, headers=headers)


def _deployment() -> Deployment:
    deployment: Deployment = current_app.extensions["deployment"]
    return deployment


def _found(deployment: Deployment) -> tuple[str | None, tuple[Registered, ...]]:
    slug = current_account().programme
    with services().database.reading() as connection:
        home = country_of(version(connection, current(connection, slug)).time_zone)
    return home, inventory(deployment, home=home)
