"""A small programme with three prompts, and the people who voice it, on each database."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from library import pages
from library.bank import Bank
from library.prompts import Prompts
from staff import pages as staff_pages
from staff.web import init
from storage.services import Services
from tests.library.people import KEYS, Team, make_team


@pytest.fixture
def bank(services: Services) -> Bank:
    """Asks the database whenever it is asked to."""
    return Bank(services.database, services.media, every=0)


@pytest.fixture
def prompts(bank: Bank, tmp_path: Path) -> Prompts:
    """Nothing is shipped as a file, and there are no drafts: as in production."""
    return Prompts(None, bank=bank, folders=(tmp_path / "shipped",))


@pytest.fixture
def team(services: Services) -> Team:
    return make_team(services)


@pytest.fixture
def app(services: Services, team: Team, prompts: Prompts) -> Flask:
    app = Flask("small", static_folder=None)
    app.config.update(TESTING=True, SECRET_KEY="k" * 32, WTF_CSRF_ENABLED=False)
    app.extensions["rimay"] = services
    init(app, public_url="http://localhost")
    staff_pages.register(app)
    pages.register(app, keys=lambda programme: KEYS, prompts=prompts)
    return app
