"""The whole application with something to hide in it, and a browser for everybody who may ask."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update

from app.factory import create_app
from app.house import build
from app.settings import Environment, Settings
from contacts.operations import keep_person
from grievances import triage
from grievances.lifecycle import Actor, Party
from grievances.models import Case
from grievances.rights import Proof, Right, take
from grievances.takes import Tokens
from grievances.values import ReprisalRisk
from programmes.content import from_content, to_content
from programmes.operations import bind_number, load
from safeguarding.operations import seal_report
from safeguarding.values import Facts
from staff import passwords
from staff.models import Account
from staff.values import Affiliation, Role
from storage import attachments, recordings, sound
from storage.services import Services
from tests.grievances.people import HERS, JUNIN, NOW, OURS, World
from tests.safeguarding.people import MARTHA, PASSWORD, ROSA, designate

SMALL = from_content(to_content(replace(JUNIN, languages=("es",))))
"""A programme whose map is drawn quickly."""
NOBODY = "-"
MARTHAS, ROSAS = "W", "D"
STAFF = {
    "O": (Role.OPERATOR, Affiliation.INDEPENDENT),
    "S": (Role.SUPERVISOR, Affiliation.INDEPENDENT),
    "s": (Role.SUPERVISOR, Affiliation.COMPANY),
    "C": (Role.CASE_MANAGER, Affiliation.INDEPENDENT),
    "c": (Role.CASE_MANAGER, Affiliation.COMPANY),
    "p": (Role.CASE_MANAGER, Affiliation.STATE),
    "I": (Role.INTERPRETER, Affiliation.INDEPENDENT),
    "i": (Role.INTERPRETER, Affiliation.COMPANY),
    "E": (Role.EDITOR, Affiliation.INDEPENDENT),
    "R": (Role.REGULATOR, Affiliation.INDEPENDENT),
}
WOMEN = {MARTHAS: MARTHA, ROSAS: ROSA}
"""Both of the role of safeguarding; the first is not designated."""
EVERYBODY = (NOBODY, *STAFF, *WOMEN)

ORDINARY, REPRISAL, OF_STATE, OF_NOBODY = "ordinary", "reprisal", "of_state", "of_nobody"
WORDS = {
    ORDINARY: "la mina tapo el canal",
    REPRISAL: "dicen que me van a echar",
    OF_STATE: "no avisaron de la reunion",
    OF_NOBODY: "quiero hablar con alguien",
}
QUEUES = {
    ORDINARY: "company",
    REPRISAL: "company",
    OF_STATE: "environment",
    OF_NOBODY: "ombuds",
}
"""The first two lie in a queue of the company: also what was reported as reprisals, as if the rules
had had nowhere to take it."""
SEALED = ("fue el capataz", "964777555")


@dataclass(frozen=True, slots=True)
class Told:
    """One case and what belongs to it, by the name that addresses give each part."""

    code: str
    words: str
    parts: dict[str, str]

    @property
    def needles(self) -> tuple[str, ...]:
        """What tells of it, wherever it stands."""
        return (self.code, f"{self.code[:4]} {self.code[4:]}", self.words, *self.parts.values())


@dataclass(slots=True)
class Place:
    """The application, its cases by their names, and who may ask for them."""

    app: Flask
    services: Services
    person: str
    cases: dict[str, Told] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def browser(self, who: str) -> FlaskClient:
        """As it was when they had signed in, whatever they did since."""
        browser = self.app.test_client()
        if who in self.cookies:
            browser.set_cookie("session", self.cookies[who])
        return browser

    def take(self, who: str, case: str) -> str:
        """The token of a recording that this account made for the case."""
        if who not in self.accounts:
            return "none"
        case_id = self.cases[case].parts["case_id"]
        tokens = Tokens(str(self.app.secret_key))
        media = self.services.media.put(sound.tone(1))
        return tokens.issue(media, case_id=case_id, account_id=self.accounts[who])


@contextmanager
def made_place(folder: Path, *, schema: Path, valkey: str) -> Iterator[Place]:
    """All of it, in `folder`, on a copy of the empty database `schema`."""
    path = folder / "rimay.sqlite"
    path.write_bytes(schema.read_bytes())
    house = build(
        Settings(
            environment=Environment.TEST,
            public_url="http://localhost",
            secret_key="s" * 40,
            vault_key="v" * 40,
            database_url=f"sqlite:///{path}",
            redis_url=valkey,
            media_url=f"file://{folder}/media",
            carrier=None,
            var=folder / "var",
        ),
        clock=lambda: NOW,
    )
    app = create_app(house)
    app.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    try:
        yield _filled(app, house.services)
    finally:
        house.services.database.close()


def _filled(app: Flask, ours: Services) -> Place:
    with ours.database.writing() as connection:
        load(connection, SMALL, now=NOW)
        bind_number(connection, SMALL.slug, OURS)
        person = keep_person(connection, vault=ours.vault, number=HERS, language="es", now=NOW)
    place = Place(app, ours, person.id)
    _sign_in_everybody(place)
    with ours.database.writing() as connection:
        seal_report(connection, "junin", Facts(words=SEALED[0], number=SEALED[1]), now=NOW)
    world = World(ours.database, ours.vault, place.accounts["S"], person)
    for case in WORDS:
        place.cases[case] = _told(place, world, case)
    reported = place.cases[REPRISAL].parts["case_id"]
    with ours.database.writing() as connection:
        triage.note_reprisal(
            connection,
            reported,
            vault=ours.vault,
            actor=Actor(Party.SUPERVISOR, world.manager),
            risk=ReprisalRisk.REPORTED,
            now=NOW,
        )
        back = update(Case).where(Case.id == reported).values(queue=QUEUES[REPRISAL])
        connection.execute(back)
    return place


def _told(place: Place, world: World, case: str) -> Told:
    """Words, their recording and a picture; answered by voice; she asked for a copy."""
    ours, recording = place.services, f"RE-{case}"
    with ours.database.writing() as connection:
        pictures = attachments.announce(connection, f"SM-{case}", count=1, now=NOW)
    said = world.says(
        text=WORDS[case],
        recording_id=recording,
        media_id=pictures,
        language="quy",  # so that it is at the interpreter's desk too
        conversation=case,
    )
    opened = world.opens(said, queue=QUEUES[case])
    with ours.database.writing() as connection:
        recordings.announce(connection, recording, now=NOW, ready=True, seconds=3)
        media = ours.media.put(sound.tone(1))
        recordings.keep(connection, recording, media=media, now=NOW)
        piece = attachments.Piece(ours.media.put(b"seen"), "image/jpeg")
        attachments.keep(connection, pictures, [piece], now=NOW)
        picture = attachments.enclosed(connection, [pictures])[pictures].files[0].id
        request = take(
            connection,
            opened.case_id,
            programme="junin",
            right=Right.ACCESS,
            proof=Proof.STAFF,
            by=world.manager,
            calendar=SMALL.calendar,
            days=SMALL.rights_days,
            now=NOW,
        )
    reply = world.replies(opened.case_id, text=None, media=ours.media.put(sound.tone(1)))
    parts = {
        "case_id": opened.case_id,
        "statement_id": said,
        "attachment_id": picture,
        "reply_id": reply.id,
        "request_id": request.id,
    }
    return Told(opened.code, WORDS[case], parts)


def _sign_in_everybody(place: Place) -> None:
    """One of each role; of those whose cases depend on it one of the company or the State too."""
    hashed = passwords.hashed(PASSWORD)
    emails = {who: f"{hashlib.sha256(who.encode()).hexdigest()[:8]}@example.org" for who in STAFF}
    with place.services.database.writing() as connection:
        connection.execute(
            insert(Account),
            [
                {
                    "id": f"{number:032x}",
                    "email": emails[who],
                    "password_hash": hashed,
                    "role": role,
                    "programme": "junin",
                    "affiliation": affiliation,
                    "language": "en",
                    "created_at": NOW,
                }
                for number, (who, (role, affiliation)) in enumerate(STAFF.items(), start=1)
            ],
        )
    designate(place.services)
    for who, email in {**emails, **WOMEN}.items():
        browser = place.app.test_client()
        answer = browser.post("/staff/sign-in", data={"email": email, "password": PASSWORD})
        assert answer.status_code == 303
        cookie = browser.get_cookie("session")
        assert cookie is not None
        place.cookies[who] = cookie.value
        with place.services.database.reading() as connection:
            query = select(Account.id).where(Account.email == email)
            place.accounts[who] = connection.execute(query).scalar_one()
