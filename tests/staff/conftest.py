"""A small app with nothing but the staff's own pages."""

from __future__ import annotations

import pytest
from flask import Blueprint, Flask
from sqlalchemy import insert

from programmes.models import ProgrammeRow, ProgrammeVersion
from staff import operations
from staff.pages import register
from staff.values import Affiliation, Role
from staff.web import Entry, current_account, init, protect, public
from storage.database import Database
from storage.services import Services
from tests.staff.people import NOW, PASSWORD


@pytest.fixture
def junin(database: Database) -> str:
    with database.writing() as connection:
        connection.execute(
            insert(ProgrammeVersion).values(hash="v1", slug="junin", content={}, loaded_at=NOW)
        )
        connection.execute(insert(ProgrammeRow).values(slug="junin", version="v1"))
    return "junin"


@pytest.fixture
def account_id(database: Database, junin: str) -> str:
    with database.writing() as connection:
        return operations.add_account(
            connection,
            email="Rosa@Example.org ",
            password=PASSWORD,
            role=Role.CASE_MANAGER,
            programme=junin,
            affiliation=Affiliation.STATE,
            language="en",
            now=NOW,
        )


@pytest.fixture
def app(services: Services) -> Flask:
    app = Flask("small", static_folder=None)
    app.config.update(TESTING=True, SECRET_KEY="k" * 32, WTF_CSRF_ENABLED=False)
    app.extensions["rimay"] = services
    init(app, public_url="https://rimay.example")
    register(app)

    work = Blueprint("work", __name__, url_prefix="/staff/work")
    work.add_url_rule("/", "list", lambda: f"work of {current_account().email}")
    protect(
        app,
        work,
        roles=frozenset({Role.CASE_MANAGER}),
        entry=Entry("work.list", lambda: "My work", "inbox"),
    )
    results = Blueprint("results", __name__, url_prefix="/staff/results")
    results.add_url_rule("/", "table", lambda: "results")
    protect(app, results, roles=frozenset({Role.REGULATOR}))
    hooks = Blueprint("hooks", __name__, url_prefix="/hooks")
    hooks.add_url_rule("/", "in", lambda: "in", methods=["POST"])
    public(app, hooks, checks_csrf=False)
    forgotten = Blueprint("forgotten", __name__, url_prefix="/forgotten")
    forgotten.add_url_rule("/", "page", lambda: "secret")
    app.register_blueprint(forgotten)
    return app
