"""A programme, its editors and their voices, for the tests of the prompt bank."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from sqlalchemy import Connection, insert

from library import operations
from library.listing import Reach, reach_of
from library.operations import By, Words
from library.takes import kept, prepared
from library.values import Origin, Place, Speaker, Take
from programmes.calendar import Calendar
from programmes.operations import load
from programmes.values import Programme, Wording
from staff import passwords
from staff.models import Account
from staff.values import Affiliation, Role
from storage.ids import new_id
from storage.services import Services
from storage.sound import tone
from tests.clock import FakeClock

NOW = FakeClock().now
DAY = NOW.date()
PASSWORD = "quipu y chaski 22"
KEYS = ("greeting", "message.rights", "option.water", "support.notice")

VALLEY = Programme(
    hash="b" * 64,
    slug="valle",
    name={"es": "Valle", "en": "Valley"},
    languages=("es", "quy"),
    time_zone="America/Lima",
    calendar=Calendar("America/Lima"),
    menu=(),
    categories=(),
    topics=(),
    queues=(),
    default_queue="",
    survey=None,
    quick_exit="rights",
    wordings={
        "es": {
            "greeting": Wording("Le saluda el valle.", "Le saluda el valle."),
            "message.rights": Wording("Usted tiene derechos.", "Usted tiene derechos."),
            "option.water": Wording("Para hablar del agua", "Agua"),
            "support.notice": Wording("Guardamos su voz.", "Guardamos su texto. Código: {code}"),
        },
        "quy": {"greeting": Wording("Rimaykullayki.", "Rimaykullayki.")},
    },
)

ROSA = Speaker("Rosa Quispe", DAY)


def spoken(seconds: float = 1.5, *, frequency: float = 300, level: float = -12) -> bytes:
    """What stands for a voice."""
    return tone(seconds, frequency=frequency, level=level)


@dataclass(frozen=True)
class Team:
    """Two editors of the valley, and short words for what they do."""

    services: Services
    ana: str
    beto: str

    @property
    def reach(self) -> Reach:
        return reach_of(VALLEY, lambda programme: KEYS)

    def by(self, account: str | None = None, origin: Origin = Origin.PAGE) -> By:
        return By(account or self.ana, origin, self.services.clock())

    def take(self, frequency: float = 300, seconds: float = 1.5) -> Take:
        return kept(self.services.media, prepared(spoken(seconds, frequency=frequency), say=""))

    def records(
        self, key: str, tag: str = "quy", *, frequency: float = 300, seconds: float = 1.5
    ) -> str:
        with self.services.database.writing() as connection:
            return operations.keep_recording(
                connection,
                place(key, tag),
                self.take(frequency, seconds),
                speaker=ROSA,
                shipped=self.reach.loaded(key, tag),
                by=self.by(),
            )

    def words(
        self,
        key: str,
        say: str,
        tag: str = "quy",
        *,
        after: str | None = None,
        keeps_recording: bool = False,
    ) -> str:
        with self.services.database.writing() as connection:
            return operations.change_words(
                connection,
                place(key, tag),
                Words(say),
                after=after,
                by=self.by(),
                keeps_recording=keeps_recording,
            )

    def approves(
        self,
        key: str,
        version_id: str,
        tag: str = "quy",
        *,
        account: str | None = None,
        is_shipped: bool = False,
    ) -> bool:
        with self.services.database.writing() as connection:
            return operations.approve(
                connection,
                place(key, tag),
                version_id,
                account_id=account or self.ana,
                is_shipped=is_shipped,
                now=self.services.clock(),
            )

    def restores(self, key: str, version_id: str | None, tag: str = "quy") -> bool:
        with self.services.database.writing() as connection:
            return operations.restore(
                connection, place(key, tag), version_id, now=self.services.clock()
            )


def place(key: str, tag: str = "quy", programme: str = "valle") -> Place:
    return Place(programme, tag, key)


def make_team(services: Services) -> Team:
    with services.database.writing() as connection:
        load(connection, VALLEY, now=NOW)
        load(connection, replace(VALLEY, hash="c" * 64, slug="otro"), now=NOW)
        ana, beto, _zoe = (
            _add(connection, name, role)
            for name, role in (
                ("ana", Role.EDITOR),
                ("beto", Role.INTERPRETER),
                ("zoe", Role.REGULATOR),
            )
        )
    return Team(services, ana, beto)


def _add(connection: Connection, name: str, role: Role) -> str:
    account_id = new_id()
    connection.execute(
        insert(Account).values(
            id=account_id,
            email=f"{name}@example.org",
            password_hash=_password_hash(),
            role=role,
            programme="valle",
            affiliation=Affiliation.INDEPENDENT,
            language="en",
            failures=0,
            created_at=NOW,
        )
    )
    return account_id


@cache
def _password_hash() -> str:
    """Made once: a good hash takes its time."""
    return passwords.hashed(PASSWORD)
