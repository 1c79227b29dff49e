"""Statements, cases and PINs, on the tables themselves."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, func, select

from contacts.values import Pin
from grievances import codes, operations, queries
from grievances.errors import CodesExhausted, UnknownStatement
from grievances.models import Case, Statement
from grievances.values import AnswerBy, Answering, CaseFile, OpenedCase
from programmes.routing import Fact
from storage.vault import Vault
from tests.grievances.people import NOW, World, manager


def file_of(world: World, case_id: str) -> CaseFile:
    with world.database.reading() as connection:
        found = queries.case_file(connection, world.vault, case_id, programme="junin", visible=None)
    assert found is not None
    return found


def test_words_are_sealed(world: World) -> None:
    world.says(text="Tengo miedo.")
    with world.database.reading() as connection:
        kept = connection.execute(select(Statement.text)).scalar_one()
    assert kept is not None
    assert b"miedo" not in kept
    assert world.vault.open_text(operations.WORDS, kept) == "Tengo miedo."


def test_a_statement_recorded_again_replaces_the_first(world: World) -> None:
    said = world.says(recording_id="RE1", seconds=4)
    world.says(statement_id=said, recording_id="RE2", seconds=9)
    case_id = world.opens(said).case_id
    world.says(statement_id=said, recording_id="RE3", seconds=5)
    with world.database.reading() as connection:
        kept = connection.execute(select(Statement.recording_id, Statement.seconds)).all()
    assert [tuple(row) for row in kept] == [("RE3", 5)]
    assert len(file_of(world, case_id).statements) == 1


def test_what_was_read_is_not_replaced_but_added_to(world: World) -> None:
    other = world.says(text="cero")
    world.opens(other)
    said = world.says(text="uno")
    case_id = world.opens(said).case_id
    with world.database.writing() as connection:
        assert operations.mark_read(
            connection, vault=world.vault, case_id=case_id, actor=manager(world), now=NOW
        )
        assert not operations.mark_read(
            connection, vault=world.vault, case_id=case_id, actor=manager(world), now=NOW
        )
    world.replies(case_id)
    world.says(statement_id=said, text="dos", now=NOW + dt.timedelta(minutes=5))
    found = file_of(world, case_id)
    assert [each.text for each in found.statements] == ["uno", "dos"]
    assert found.answering is Answering.OPEN, "it waits for us again"
    world.says(statement_id=other, text="nada")
    [unread] = file_of(world, world.opens(other).case_id).statements
    assert unread.text == "nada", "a case that was read is no hindrance to another"


def test_the_same_recording_told_twice_is_one_statement(world: World) -> None:
    said = world.says(recording_id="RE1")
    case_id = world.opens(said).case_id
    with world.database.writing() as connection:
        operations.mark_read(
            connection, vault=world.vault, case_id=case_id, actor=manager(world), now=NOW
        )
    world.says(statement_id=said, recording_id="RE1", seconds=7)
    assert [each.seconds for each in file_of(world, case_id).statements] == [7]


def test_a_statement_becomes_one_case_however_often_it_is_sent(world: World) -> None:
    said = world.says(text="hola")
    first = world.opens(said, confirmed=False, answer_by=AnswerBy.SHE_CALLS)
    again = world.opens(said, confirmed=True, answer_by=AnswerBy.SMS, queue="company")
    later = world.opens(said, confirmed=False, answer_by=AnswerBy.SMS)
    assert first.is_new
    assert again == later == OpenedCase(first.case_id, first.code, is_new=False)
    assert codes.is_valid(first.code)
    found = file_of(world, first.case_id)
    assert (found.confirmed, found.answer_by, found.queue) == (True, AnswerBy.SMS, "environment")


def test_sixteen_at_once_make_one_case(world: World) -> None:
    said = world.says(text="hola")
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: world.opens(said), range(16)))
    assert sum(each.is_new for each in opened) == 1
    assert len({each.code for each in opened}) == 1


def test_a_code_that_is_taken_is_drawn_again(world: World) -> None:
    taken = world.opens(world.says(text="uno")).code
    drawn = iter([taken, taken, "00005724"])
    said = world.says(text="dos")
    with world.database.writing() as connection:
        opened = operations.open_case(
            connection,
            vault=world.vault,
            statement_id=said,
            queue_of=lambda _facts: "environment",
            answer_by=AnswerBy.CALL,
            confirmed=True,
            now=NOW,
            draw=lambda: next(drawn),
        )
    assert opened.code == "00005724"


def test_drawing_ends(world: World) -> None:
    taken = world.opens(world.says(text="uno")).code
    said = world.says(text="dos")
    with world.database.writing() as connection, pytest.raises(CodesExhausted):
        operations.open_case(
            connection,
            vault=world.vault,
            statement_id=said,
            queue_of=lambda _facts: "environment",
            answer_by=AnswerBy.CALL,
            confirmed=True,
            now=NOW,
            draw=lambda: taken,
        )


def test_an_unknown_statement_opens_nothing(world: World) -> None:
    with pytest.raises(UnknownStatement):
        world.opens("0" * 32)


def test_sending_takes_few_statements(world: World) -> None:
    counted: list[str] = []
    said = world.says(text="hola")

    def count(*call: object) -> None:
        counted.append(str(call[2]))

    event.listen(world.database.engine, "before_cursor_execute", count)
    world.opens(said)
    event.remove(world.database.engine, "before_cursor_execute", count)
    assert len([each for each in counted if not each.startswith("BEGIN")]) == 7


def send_unsent(
    world: World, *, conversation: str | None = None, older_than: dt.timedelta | None = None
) -> list[str]:
    numbers = itertools.count(1)
    with world.database.writing() as connection:
        return operations.send_unsent(
            connection,
            vault=world.vault,
            queue_of=lambda slug, facts: f"{slug}-{facts[Fact.TOPIC]}",
            now=NOW,
            draw=lambda: codes.draw(lambda _limit: next(numbers)),
            conversation=conversation,
            older_than=older_than,
        )


def test_words_that_were_never_sent_become_unconfirmed_cases(world: World) -> None:
    world.says(text="hola")
    world.says(recording_id="RE1", seconds=1, topic=None, person_id=None)
    world.says(recording_id="RE2", seconds=None)
    world.says(recording_id="RE3", seconds=0)
    world.opens(world.says(text="sent already"))
    found = [file_of(world, case_id) for case_id in send_unsent(world)]
    assert sorted((each.queue, each.answer_by) for each in found) == [
        ("junin-None", "i_will_call"),
        ("junin-water", "by_call"),
        ("junin-water", "by_call"),
    ]
    assert not any(each.confirmed for each in found)
    assert send_unsent(world) == [], "the silent recording stays, and nothing is sent twice"


def test_unsent_words_are_sent_by_conversation_and_by_age(world: World) -> None:
    old, new = NOW - dt.timedelta(hours=25), NOW - dt.timedelta(hours=23)
    world.says(text="a", conversation="old", now=old)
    world.says(text="b", conversation="new", now=new)
    day = dt.timedelta(hours=24)
    assert send_unsent(world, conversation="new", older_than=day) == []
    assert len(send_unsent(world, older_than=day)) == 1
    assert len(send_unsent(world, conversation="new")) == 1


def test_a_sweep_and_a_caller_at_once_make_one_case(world: World) -> None:
    said = world.says(text="hola")
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(world.opens, said) for _ in range(4)]
        sweeps = [pool.submit(send_unsent, world) for _ in range(4)]
    for call in calls:
        call.result()
    for sweep in sweeps:
        sweep.result()
    with world.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(Case)).scalar_one() == 1


def try_pin(world: World, case_id: str, pin: str, now: dt.datetime = NOW) -> Pin:
    with world.database.writing() as connection:
        return operations.check_pin(
            connection, vault=world.vault, case_id=case_id, pin=pin, now=now
        )


def set_pin(world: World, case_id: str, pin: str) -> None:
    with world.database.writing() as connection:
        operations.set_case_pin(connection, vault=world.vault, case_id=case_id, pin=pin)


def test_a_pin_opens_its_own_case_alone(world: World) -> None:
    one, other = world.case(), world.case()
    assert try_pin(world, one, "1234") is Pin.NONE
    set_pin(world, one, "1234")
    set_pin(world, other, "9999")
    assert try_pin(world, one, "1234") is Pin.OK
    assert try_pin(world, other, "1234") is Pin.WRONG
    assert try_pin(world, "0" * 32, "1234") is Pin.NONE
    with world.database.reading() as connection:
        hashes = set(connection.execute(select(Case.pin_hash)).scalars())
    assert len(hashes) == 2
    assert all(re.fullmatch(r"[0-9a-f]{64}", str(each)) for each in hashes)


def test_five_wrong_tries_lock_for_an_hour(world: World) -> None:
    case_id = world.case()
    set_pin(world, case_id, "1234")
    assert [try_pin(world, case_id, "0000") for _ in range(4)] == [Pin.WRONG] * 4
    assert try_pin(world, case_id, "1234") is Pin.OK, "a right one starts the count again"
    for _ in range(5):
        assert try_pin(world, case_id, "0000") is Pin.WRONG
    minutes = [dt.timedelta(minutes=count) for count in (0, 59, 60)]
    assert [try_pin(world, case_id, "1234", NOW + after) for after in minutes] == [
        Pin.LOCKED,
        Pin.LOCKED,
        Pin.OK,
    ]


def test_tries_side_by_side_are_five_too(world: World) -> None:
    case_id = world.case()
    set_pin(world, case_id, "1234")
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: try_pin(world, case_id, "0000"), range(16)))
    assert results.count(Pin.WRONG) == 5
    assert results.count(Pin.LOCKED) == 11


def test_the_way_of_answering_can_be_chosen_later(world: World) -> None:
    case_id = world.case(answer_by=AnswerBy.SHE_CALLS)
    with world.database.writing() as connection:
        operations.choose_answer(
            connection, vault=world.vault, case_id=case_id, answer_by=AnswerBy.SMS, now=NOW
        )
    assert file_of(world, case_id).answer_by is AnswerBy.SMS


def test_another_key_opens_nothing(world: World) -> None:
    case_id = world.case()
    set_pin(world, case_id, "1234")
    with world.database.writing() as connection:
        tried = operations.check_pin(
            connection, vault=Vault("x" * 32), case_id=case_id, pin="1234", now=NOW
        )
    assert tried is Pin.WRONG
