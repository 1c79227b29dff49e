"""The programme of the tests of grievances, with the pages of this package."""

from __future__ import annotations

import pytest
from flask import Flask

from duty import pages as duty_pages
from grievances import pages as grievance_pages
from privacy import pages as privacy_pages
from privacy.inventory import Deployment
from staff import pages as staff_pages
from staff.web import init
from storage.database import Database
from storage.services import Services
from storage.vault import Vault
from tests.grievances.people import World, make_world


@pytest.fixture
def world(database: Database, vault: Vault) -> World:
    return make_world(database, vault)


@pytest.fixture
def app(services: Services, world: World) -> Flask:
    app = Flask("small", static_folder=None)
    app.config.update(TESTING=True, SECRET_KEY="k" * 32, WTF_CSRF_ENABLED=False)
    app.extensions["rimay"] = services
    init(app, public_url="http://localhost")
    staff_pages.register(app)
    grievance_pages.register(app)
    duty_pages.register(app)
    privacy_pages.register(app, deployment=Deployment())
    return app
