"""A small programme, and people in it, for the tests of grievances."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection

from contacts.operations import keep_person
from contacts.values import PersonRef
from grievances import codes, operations, replies
from grievances.calling import answered_by_talking
from grievances.desk import NOTICE
from grievances.lifecycle import Actor, Party
from grievances.values import AnswerBy, OpenedCase, SentReply
from programmes.calendar import Calendar
from programmes.operations import bind_number, load
from programmes.values import Programme, Queue, Topic, Wording
from staff.operations import add_account
from staff.values import Affiliation, Role
from storage.database import Database
from storage.ids import new_id
from storage.vault import Vault
from tests.clock import FakeClock

NOW = FakeClock().now
OURS = "+5164291000"
HERS = "+51964000111"
PASSWORD = "quipu y chaski 22"

JUNIN = Programme(
    hash="a" * 64,
    slug="junin",
    name={"es": "Junín"},
    languages=("es", "quy"),
    time_zone="America/Lima",
    calendar=Calendar("America/Lima"),
    menu=(),
    categories=(),
    topics=(Topic("water", "environment"), Topic("jobs", "company")),
    queues=(
        Queue("environment", {"es": "Ambiente", "en": "Environment"}, "state"),
        Queue("company", {"es": "Empresa", "en": "Company"}, "company"),
        Queue("ombuds", {"es": "Defensa", "en": "Ombuds"}, "independent"),
    ),
    default_queue="environment",
    survey=None,
    quick_exit="events",
    wordings={
        "es": {
            "option.water": Wording("Para hablar del agua", "Agua"),
            "support.notice": Wording("Lo que diga lo lee quien le responde.", "Lo lee alguien."),
            NOTICE: Wording("Hay algo para usted", "Hay un mensaje para usted. Llame al {number}."),
        },
        "quy": {
            NOTICE: Wording("Willakuy kachkan", "Willakuy kachkan. Kayman waqyamuy: {number}.")
        },
    },
)


def load_junin(connection: Connection) -> None:
    load(connection, JUNIN, now=NOW)
    bind_number(connection, "junin", OURS)


def add_manager(
    connection: Connection,
    name: str,
    *,
    affiliation: Affiliation = Affiliation.INDEPENDENT,
    role: Role = Role.CASE_MANAGER,
) -> str:
    return add_account(
        connection,
        email=f"{name}@example.org",
        password=PASSWORD,
        role=role,
        programme="junin",
        affiliation=affiliation,
        language="en",
        now=NOW,
    )


@dataclass(frozen=True)
class World:
    """The programme, one case manager and one person, and short words for what they do."""

    database: Database
    vault: Vault
    manager: str
    person: PersonRef

    def says(
        self,
        *,
        statement_id: str | None = None,
        text: str | None = None,
        recording_id: str | None = None,
        seconds: int | None = None,
        media_id: str | None = None,
        channel: str = "voice",
        language: str = "es",
        topic: str | None = "water",
        person_id: str | None = "hers",
        conversation: str = "c1",
        now: dt.datetime = NOW,
    ) -> str:
        statement_id = statement_id or new_id()
        with self.database.writing() as connection:
            operations.keep_statement(
                connection,
                vault=self.vault,
                statement_id=statement_id,
                programme="junin",
                conversation=conversation,
                kind="grievance",
                topic=topic,
                language=language,
                channel=channel,
                person_id=self.person.id if person_id == "hers" else person_id,
                text=text,
                recording_id=recording_id,
                seconds=seconds,
                media_id=media_id,
                now=now,
            )
        return statement_id

    def opens(
        self,
        statement_id: str,
        *,
        answer_by: AnswerBy = AnswerBy.CALL,
        queue: str = "environment",
        confirmed: bool = True,
        now: dt.datetime = NOW,
    ) -> OpenedCase:
        with self.database.writing() as connection:
            return operations.open_case(
                connection,
                vault=self.vault,
                statement_id=statement_id,
                queue_of=lambda _facts: queue,
                answer_by=answer_by,
                confirmed=confirmed,
                now=now,
                draw=lambda: codes.draw(secrets.randbelow),
            )

    def case(
        self,
        *,
        answer_by: AnswerBy = AnswerBy.CALL,
        channel: str = "voice",
        language: str = "es",
        queue: str = "environment",
        person_id: str | None = "hers",
        text: str = "El agua baja turbia.",
        confirmed: bool = True,
        now: dt.datetime = NOW,
    ) -> str:
        said = self.says(
            text=text, channel=channel, language=language, person_id=person_id, now=now
        )
        opened = self.opens(said, answer_by=answer_by, queue=queue, confirmed=confirmed, now=now)
        return opened.case_id

    def replies(
        self,
        case_id: str,
        *,
        text: str | None = "Iremos el lunes.",
        media: str | None = None,
        after: str | None = None,
        number: str | None = OURS,
        now: dt.datetime = NOW,
    ) -> SentReply:
        with self.database.writing() as connection:
            return replies.send_reply(
                connection,
                vault=self.vault,
                case_id=case_id,
                author_id=self.manager,
                text=text,
                media=media,
                after=after,
                programme_number=number,
                notice=lambda tag, ours: f"[{tag}] {ours}",
                now=now,
            )

    def reads(self, case_id: str, connection: Connection) -> bool:
        return operations.mark_read(
            connection, vault=self.vault, case_id=case_id, actor=manager(self), now=NOW
        )

    def talks(self, case_id: str, connection: Connection, *, now: dt.datetime = NOW) -> bool:
        return answered_by_talking(
            connection, case_id, vault=self.vault, actor=manager(self), now=now
        )

    def sends_again(self, reply_id: str, connection: Connection, *, now: dt.datetime) -> bool:
        return replies.send_again(
            connection, vault=self.vault, reply_id=reply_id, actor=manager(self), now=now
        )


def make_world(database: Database, vault: Vault) -> World:
    with database.writing() as connection:
        load_junin(connection)
        manager = add_manager(connection, "rosa")
        person = keep_person(connection, vault=vault, number=HERS, language="es", now=NOW)
    return World(database, vault, manager, person)


def manager(world: World) -> Actor:
    """The case manager at work on a case."""
    return Actor(Party.CASE_MANAGER, world.manager)
