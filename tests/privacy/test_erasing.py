"""Deletion takes every word: each table and each file is looked at, whatever it is called."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from app.tables import METADATA
from contacts.operations import add_person
from dialogue.models import TurnRow
from grievances import history, triage
from grievances.dictating import TakeState
from grievances.erasing import erase_case
from grievances.events import Event
from grievances.interpreting import operations as interpreting
from grievances.interpreting.values import Words
from grievances.lifecycle import SYSTEM
from grievances.models import DictatedTake, Statement
from grievances.values import AnswerBy
from grievances.verifying import verify
from privacy.retention import REPLACED_FOR, forget_replaced
from staff.values import Role
from storage import outbox, recordings
from storage.database import Database
from storage.media import Media
from storage.messages import Outbox
from storage.recordings import Recording
from storage.services import Services
from storage.vault import Vault
from tests.clock import FakeClock
from tests.dialogue.traces import KnowingVault
from tests.grievances.people import HERS, NOW, World, add_manager, manager
from tests.grievances.test_pages import signed_in
from tests.privacy.test_requests import asks

SAID, WRITTEN, SPANISH = "yakuqa millay", "yaku qanra hamun", "el agua llega turbia"
ANSWERED, SPOKEN, NOTED, REMEDY = (
    "iremos el lunes",
    "vamos en la tarde",
    "ojo con el sur",
    "filtros",
)
WORDS = (SAID, WRITTEN, SPANISH, ANSWERED, SPOKEN, NOTED, REMEDY)
DAY = dt.timedelta(days=1)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """What is looked for is the same on each engine."""
    return sqlite_database


@pytest.fixture
def vault() -> KnowingVault:
    return KnowingVault("t" * 32)


def stored(world: World, vault: KnowingVault) -> Iterator[tuple[str, str]]:
    """Every value of every row of every table, what is sealed opened, with where it is."""
    with world.database.reading() as connection:
        for table in METADATA.sorted_tables:
            for row in connection.execute(select(table)).all():
                for name, value in row._mapping.items():
                    yield f"{table.name}.{name}", _told(vault, value)


def _told(vault: KnowingVault, value: Any) -> str:
    if isinstance(value, bytes):
        return (vault.opened(value) or value).decode(errors="replace")
    return json.dumps(value, ensure_ascii=False, default=str)


def found_in(world: World, vault: KnowingVault, words: tuple[str, ...] = WORDS) -> set[str]:
    return {where for where, told in stored(world, vault) if any(each in told for each in words)}


def files(media: Media) -> int:
    return sum(each.is_file() for each in media.folder.rglob("*"))


def recorded(world: World, media: Media, name: str, sound: bytes) -> str:
    key = media.put(sound)
    with world.database.writing() as connection:
        recordings.announce(connection, name, now=NOW, ready=True)
        recordings.keep(connection, name, media=key, now=NOW)
        recordings.finish(connection, name)
    return key


def filled(world: World, media: Media) -> str:
    """A case with everything that can be said in one, by her and by us."""
    recorded(world, media, "RE1", b"her voice")
    said = world.says(text=SAID, language="quy", recording_id="RE1")
    case_id = world.opens(said, answer_by=AnswerBy.SMS).case_id
    with world.database.writing() as connection:
        interpreter = add_manager(connection, "ana", role=Role.INTERPRETER)
        interpreting.ask_for(connection, said, account_id=world.manager)
        interpreting.claim(connection, said, account_id=interpreter, now=NOW)
        kept = interpreting.keep(
            connection,
            said,
            vault=world.vault,
            account_id=interpreter,
            words=Words(WRITTEN, SPANISH),
            now=NOW,
        )
        assert kept is not None
        triage.classify(
            connection,
            case_id,
            vault=world.vault,
            actor=manager(world),
            category=None,
            severity=2,
            district=None,
            remedy=REMEDY,
            now=NOW,
        )
        history.note(
            connection,
            case_id,
            vault=world.vault,
            kind=Event.NOTED,
            actor=manager(world),
            now=NOW,
            internal_note=NOTED,
        )
    return case_id


def answered(world: World, media: Media, case_id: str) -> None:
    """Answered by text, in vain, and once more; then spoken on a work phone, sent and kept."""
    first = world.replies(case_id, text=ANSWERED)
    with world.database.writing() as connection:
        connection.execute(update(Outbox).values(state="failed", rank=outbox.ENDED))
        connection.execute(update(Outbox).values(body=world.vault.seal_text(outbox.BODY, ANSWERED)))
        assert world.sends_again(first.id, connection, now=NOW + DAY)
    sent = recorded(world, media, "RE2", b"spoken, as it came")
    heard = media.put(b"spoken, as telephone sound")
    world.replies(case_id, text=None, media=heard, after=first.id, now=NOW + 2 * DAY)
    kept = recorded(world, media, "RE3", b"a draft, as it came")
    with world.database.writing() as connection:
        for name, state, sound in (
            ("RE2", TakeState.SENT, heard),
            ("RE3", TakeState.KEPT, media.put(b"a draft, as telephone sound")),
        ):
            connection.execute(
                insert(DictatedTake).values(
                    id=name * 4,
                    bridge_id="b",
                    case_id=case_id,
                    account_id=world.manager,
                    recording_id=name,
                    media=sound,
                    state=state,
                    created_at=NOW,
                )
            )
    assert sent != kept


def told_in_a_text(world: World, case_id: str) -> None:
    """Her answer was in what a text of hers was answered with, an hour ago."""
    with world.database.writing() as connection:
        connection.execute(
            insert(TurnRow).values(
                leg="text-1",
                n=1,
                event="SM1",
                conversation="c" * 32,
                channel="sms",
                tag="t",
                script="case",
                state={"args": {}, "ledger": {"FindStanding@1": {"case": case_id}}},
                answer=f"<Message>{SPOKEN}</Message>",
                is_over=False,
                is_closed=False,
                at=NOW,
            )
        )


def test_no_table_and_no_file_holds_a_word_of_what_was_deleted(
    app: Flask, world: World, vault: KnowingVault, media: Media
) -> None:
    with world.database.writing() as connection:
        add_manager(connection, "sonia", role=Role.SUPERVISOR)
    sonia = signed_in(app, "sonia")
    case_id = filled(world, media)
    answered(world, media, case_id)
    told_in_a_text(world, case_id)
    assert {each.partition(".")[0] for each in found_in(world, vault)} >= {
        *("statement", "rendering", "reply", "grievance_case", "case_event", "outbox", "turn")
    }, "or nothing is looked for"
    with world.database.reading() as connection:
        assert verify(connection, world.vault).broken is None
    request_id = asks(sonia, world, case_id, "deletion")
    assert sonia.post(f"/staff/rights/{request_id}/do").status_code == 303
    assert found_in(world, vault) == set()
    assert {where for where, _ in stored(world, vault) if where.startswith("case_word.")} == set()
    assert files(media) == 0
    assert found_in(world, vault, (HERS, HERS.lstrip("+"))) == set(), "nor is her number"
    with world.database.reading() as connection:
        assert verify(connection, world.vault).broken is None
        opened = connection.execute(select(TurnRow.state, TurnRow.is_closed)).one()
    assert tuple(opened) == (None, True)


def test_on_a_shared_phone_what_goes_to_the_others_stays(
    app: Flask, world: World, vault: KnowingVault, media: Media
) -> None:
    theirs = "para la vecina"
    case_id = filled(world, media)
    answered(world, media, case_id)
    with world.database.writing() as connection:
        body = world.vault.seal_text(outbox.BODY, theirs)
        line = world.person.line_id
        outbox.add_text(connection, sender=HERS, line_id=line, sealed_body=body, now=NOW)
        add_manager(connection, "sonia", role=Role.SUPERVISOR)
        assert add_person(connection, vault=vault, number=HERS, language="es", now=NOW)
    sonia = signed_in(app, "sonia")
    request_id = asks(sonia, world, case_id, "deletion")
    sonia.post(f"/staff/rights/{request_id}/do")
    assert found_in(world, vault) == set()
    assert found_in(world, vault, (theirs,)) == {"outbox.body"}


def test_a_sound_that_is_somebody_elses_too_stays(world: World, media: Media, vault: Vault) -> None:
    key = recorded(world, media, "RE1", b"silence")
    recorded(world, media, "RE2", b"silence")
    first = world.opens(world.says(text=SAID, recording_id="RE1")).case_id
    world.opens(world.says(text=SAID, recording_id="RE2"))
    with world.database.writing() as connection:
        erased = erase_case(connection, first, vault=vault, actor=SYSTEM, now=NOW, keeps_pin=False)
    assert erased.files == ()
    assert media.get(key) == b"silence"


def test_a_recording_that_was_said_anew_goes_after_a_week(
    world: World, services: Services, media: Media, clock: FakeClock
) -> None:
    recorded(world, media, "RE1", b"her first words")
    said = world.says(text=None, recording_id="RE1")
    recorded(world, media, "RE2", b"her words, better")
    assert world.says(statement_id=said, text=None, recording_id="RE2") == said
    clock.now = NOW + REPLACED_FOR - dt.timedelta(seconds=1)
    assert forget_replaced(services, after=REPLACED_FOR) == 0
    clock.now = NOW + REPLACED_FOR
    assert forget_replaced(services, after=REPLACED_FOR) == 1
    with world.database.reading() as connection:
        assert connection.execute(select(Recording.id)).scalars().all() == ["RE2"]
        assert connection.execute(select(Statement.recording_id)).scalar_one() == "RE2"
    assert files(media) == 1
    assert forget_replaced(services, after=REPLACED_FOR) == 0


def test_what_is_deleted_is_overwritten_in_the_file(world: World) -> None:
    with world.database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar_one() == 1
