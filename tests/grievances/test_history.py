"""Histories: what is changed in one row is found, and two at once neither fork nor lose."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text, update

from grievances import history, triage
from grievances.commands import grievances
from grievances.errors import ChangedMeanwhile, UnknownCase
from grievances.history import Event
from grievances.lifecycle import SYSTEM, State
from grievances.models import Case, CaseEvent, Statement
from grievances.operations import erase_words, move
from grievances.values import Category
from grievances.verifying import Broken, Flaw, verify
from storage.database import Database
from storage.vault import Vault
from tests.grievances.people import NOW, World, make_world, manager

SHE = "El agua baja turbia."
TOLD = "Iremos el lunes."


@pytest.fixture
def small(sqlite_database: Database, vault: Vault) -> World:
    """A world on SQLite alone: what is changed there is changed everywhere."""
    return make_world(sqlite_database, vault)


def worked_on(world: World) -> str:
    """A case with a history of some length, notes of both kinds, and words in it."""
    case_id = world.case(text=SHE)
    with world.database.writing() as connection:
        move(
            connection,
            case_id,
            vault=world.vault,
            to=State.ACKNOWLEDGED,
            actor=manager(world),
            reason="by_hand",
            note=TOLD,
            internal_note="Es la tercera del barrio.",
            now=NOW,
        )
        triage.classify(
            connection,
            case_id,
            vault=world.vault,
            actor=manager(world),
            category=Category.WATER,
            severity=3,
            district=None,
            now=NOW,
        )
    return case_id


def checked(world: World) -> Broken | None:
    with world.database.reading() as connection:
        return verify(connection, world.vault).broken


OTHER: dict[str, Any] = {
    "id": "f" * 32,
    "seq": 9,
    "kind": Event.NOTED,
    "from_state": "triaged",
    "to_state": "resolved",
    "actor": "system",
    "at": NOW.replace(year=2020),
    "reason": "other",
    "facts": {"tier": 4},
    "subject": "f" * 32,
    "words_salt": b"0" * 16,
    "words_digest": "0" * 64,
    "public_note": b"0" * 40,
    "public_salt": b"0" * 16,
    "public_digest": "0" * 64,
    "internal_note": b"0" * 40,
    "internal_salt": b"0" * 16,
    "internal_digest": "0" * 64,
    "previous": "0" * 64,
    "link": "0" * 64,
}
"""Another value of every column but the case itself."""


def test_every_column_is_tried() -> None:
    assert set(OTHER) | {"case_id"} == set(CaseEvent.__table__.c.keys())


def test_one_changed_column_is_found(small: World) -> None:
    case_id, columns, missed = worked_on(small), CaseEvent.__table__.c, []
    with small.database.writing() as connection:
        assert verify(connection, small.vault).broken is None
        for seq, name in product((1, 2, 3), OTHER):
            which = (CaseEvent.case_id == case_id, CaseEvent.seq == seq)
            before = connection.execute(select(columns[name]).where(*which)).scalar()
            for value in (OTHER[name], None) if columns[name].nullable else (OTHER[name],):
                undone = connection.begin_nested()
                connection.execute(update(CaseEvent).where(*which).values({name: value}))
                if verify(connection, small.vault).broken is None and value != before:
                    missed.append((seq, name, value))
                undone.rollback()
        assert verify(connection, small.vault).broken is None
    assert missed == []


def test_an_event_put_into_another_case_is_found(small: World) -> None:
    first, second = worked_on(small), worked_on(small)
    with small.database.writing() as connection:
        connection.execute(
            update(CaseEvent)
            .where(CaseEvent.case_id == first, CaseEvent.seq == 3)
            .values(case_id=second, seq=4)
        )
    assert checked(small) is not None


def test_a_row_taken_off_the_end_is_found_and_stays_found(small: World) -> None:
    case_id = worked_on(small)
    with small.database.writing() as connection:
        last = connection.execute(
            select(CaseEvent.link).where(CaseEvent.case_id == case_id, CaseEvent.seq == 2)
        ).scalar_one()
        connection.execute(delete(CaseEvent).where(CaseEvent.seq == 3))
    assert checked(small) == Broken(case_id, 3, Flaw.END)
    with small.database.writing() as connection:  # the count set back with it, and the case goes on
        connection.execute(update(Case).values(version=2))
        assert last
        triage.attempted(connection, case_id, vault=small.vault, actor=SYSTEM, now=NOW)
    assert checked(small) == Broken(case_id, 4, Flaw.END)


def test_a_history_that_is_gone_is_found(small: World) -> None:
    case_id = worked_on(small)
    with small.database.writing() as connection:
        connection.execute(delete(CaseEvent))
        connection.execute(update(Case).values(version=0, head=""))
    assert checked(small) == Broken(case_id, 0, Flaw.NO_HISTORY)


def test_a_case_that_says_another_state_than_its_history_is_found(small: World) -> None:
    case_id = worked_on(small)
    with small.database.writing() as connection:
        connection.execute(update(Case).values(state="closed", close_code="withdrawn"))
    assert checked(small) == Broken(case_id, 3, Flaw.STATE)


def test_other_words_in_her_mouth_are_found(small: World) -> None:
    case_id = worked_on(small)
    with small.database.writing() as connection:
        forged = small.vault.seal_text("statement.text", "Todo bien.")
        connection.execute(update(Statement).values(text=forged))
    assert checked(small) == Broken(case_id, 1, Flaw.WORDS)


def test_words_can_be_erased_and_the_chain_holds(small: World) -> None:
    case_id = worked_on(small)
    small.replies(case_id, text=TOLD)
    with small.database.writing() as connection:
        erase_words(connection, case_id, vault=small.vault, actor=SYSTEM, now=NOW)
    assert checked(small) is None
    with small.database.reading() as connection:
        row = connection.execute(select(CaseEvent.__table__).where(CaseEvent.seq == 2)).one()
        assert row.public_digest
        assert (row.public_note, row.public_salt, row.internal_note) == (None, None, None)
        assert connection.execute(select(Statement.text)).scalar() is None
    with small.database.writing() as connection:  # and again some are kept
        history.note(
            connection,
            case_id,
            vault=small.vault,
            kind=Event.NOTED,
            actor=manager(small),
            internal_note="Llamó el alcalde.",
            now=NOW,
        )
    assert checked(small) is None
    with small.database.writing() as connection:  # which are not erased by hand alone
        names = dict.fromkeys(("internal_note", "internal_salt"))
        connection.execute(update(CaseEvent).where(CaseEvent.seq > 2).values(names))
    broken = checked(small)
    assert broken is not None
    assert broken.flaw is Flaw.WORDS


def test_under_another_key_nothing_holds(small: World) -> None:
    worked_on(small)
    with small.database.reading() as connection:
        assert verify(connection, Vault("u" * 32)).broken is not None


def test_two_at_once_neither_fork_nor_lose(world: World) -> None:
    case_id = world.case()

    def attempt(_: int) -> None:
        with world.database.writing() as connection:
            triage.attempted(connection, case_id, vault=world.vault, actor=manager(world), now=NOW)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(attempt, range(24)))
    with world.database.reading() as connection:
        assert verify(connection, world.vault).broken is None
        count = select(func.count(), func.max(CaseEvent.seq)).select_from(CaseEvent)
        assert tuple(connection.execute(count).one()) == (25, 25)


def test_who_looked_at_an_older_version_changes_nothing(world: World) -> None:
    case_id = world.case()

    def acknowledge(_: int) -> bool:
        try:
            with world.database.writing() as connection:
                move(
                    connection,
                    case_id,
                    vault=world.vault,
                    to=State.ACKNOWLEDGED,
                    actor=manager(world),
                    version=1,
                    now=NOW,
                )
        except ChangedMeanwhile:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(acknowledge, range(4))) == [False, False, False, True]
    assert checked(world) is None


def test_an_unknown_case_has_no_history(small: World) -> None:
    with small.database.writing() as connection, pytest.raises(UnknownCase):
        triage.attempted(connection, "0" * 32, vault=small.vault, actor=SYSTEM, now=NOW)


@pytest.fixture
def command(app: Flask) -> Flask:
    app.cli.add_command(grievances)
    return app


def test_the_command_names_the_first_broken_link(command: Flask, world: World) -> None:
    case_id = worked_on(world)
    run = command.test_cli_runner()
    held = run.invoke(args=["grievances", "verify"])
    assert (held.exit_code, held.output) == (0, "1 cases, 3 events: every link holds\n")
    with world.database.writing() as connection:
        connection.execute(text("update case_event set reason = 'other' where seq = 2"))
    broken = run.invoke(args=["grievances", "verify"])
    assert broken.exit_code == 1
    assert f"case {case_id}, event 2" in broken.output
