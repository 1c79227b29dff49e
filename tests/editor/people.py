"""Editors of Junín, and short words for what they do on its pages."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cache

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert
from werkzeug.test import TestResponse

from app.house import House
from programmes import queries as programmes
from programmes.drafts import queries as drafts
from programmes.drafts.values import Draft
from programmes.reader import read
from programmes.values import Programme
from staff import passwords
from staff.models import Account
from staff.values import Affiliation, Role
from tests.servers import ROOT

PASSWORD = "quipu y chaski 22"
NUMBER = "+51644000100"
HERE = "/staff/programme/draft"
_REVISION = re.compile(r'name="revision" value="(\d+)"')


@cache
def junin() -> Programme:
    return read(ROOT / "programmes" / "junin")


@cache
def _password_hash() -> str:
    """Made once: a good hash takes its time."""
    return passwords.hashed(PASSWORD)


def add_account(house: House, name: str, role: Role) -> None:
    with house.services.database.writing() as connection:
        connection.execute(
            insert(Account).values(
                id=name,
                email=f"{name}@example.org",
                password_hash=_password_hash(),
                role=role,
                programme="junin",
                affiliation=Affiliation.INDEPENDENT,
                language="en",
                failures=0,
                created_at=house.services.clock(),
            )
        )


@dataclass(frozen=True)
class Editor:
    """Somebody at a browser without scripts."""

    client: FlaskClient
    house: House

    def get(self, path: str = "/") -> str:
        answer = self.client.get(HERE + path)
        assert answer.status_code == 200, (path, answer.status_code)
        return html.unescape(answer.text)

    def post(self, path: str, **fields: str) -> TestResponse:
        """Send a form as of the draft's newest revision."""
        return self.late(path, self.revision, **fields)

    def late(self, path: str, revision: int, **fields: str) -> TestResponse:
        """Send a form that was opened at an earlier revision."""
        return self.client.post(HERE + path, data={"revision": str(revision), **fields})

    def begins(self) -> None:
        self.client.post(f"{HERE}/begin")

    @property
    def revision(self) -> int:
        found = _REVISION.search(self.client.get(f"{HERE}/").text)
        return int(found[1]) if found else 0

    @property
    def draft(self) -> Draft:
        with self.house.services.database.reading() as connection:
            return drafts.draft(connection, "junin")

    @property
    def current(self) -> Programme:
        with self.house.services.database.reading() as connection:
            return programmes.version(connection, programmes.current(connection, "junin"))


def editor(app: Flask, house: House, name: str, role: Role) -> Editor:
    add_account(house, name, role)
    client = app.test_client()
    client.post("/staff/sign-in", data={"email": f"{name}@example.org", "password": PASSWORD})
    return Editor(client, house)
