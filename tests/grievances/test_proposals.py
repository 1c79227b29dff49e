"""An answer that proposes a resolution, as the page of its case sends and follows it."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from grievances import queries, triage
from grievances.following import operations as following
from grievances.lifecycle import PERSON, Actor, CloseCode, Party, State
from grievances.models import Case, Reply
from grievances.moving import heard_from
from grievances.operations import move
from grievances.replies import mark_heard
from grievances.values import AnswerBy, Answering, Category, Status
from staff.values import Role
from storage import outbox
from storage.database import Database
from storage.outbox import Outbox
from tests.clock import FakeClock
from tests.grievances.people import NOW, World, add_manager
from tests.grievances.test_pages import answer, signed_in

BOX = 'name="proposes"'


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


@pytest.fixture
def rosa(app: Flask) -> FlaskClient:
    return signed_in(app)


def investigated(world: World, **given: object) -> str:
    case_id = world.case(**given)  # type: ignore[arg-type]
    rosa = Actor(Party.CASE_MANAGER, world.manager)
    with world.database.writing() as connection:
        triage.classify(
            connection,
            case_id,
            vault=world.vault,
            actor=rosa,
            category=Category.WATER,
            severity=2,
            district=None,
            now=NOW,
        )
        for to in (State.ACKNOWLEDGED, State.TRIAGED, State.INVESTIGATING):
            move(connection, case_id, vault=world.vault, to=to, actor=rosa, now=NOW)
    return case_id


def state_of(world: World) -> str:
    with world.database.reading() as connection:
        return str(connection.execute(select(Case.state)).scalar_one())


def test_a_proposal_is_an_answer_that_waits_for_their_word(rosa: FlaskClient, world: World) -> None:
    case_id = investigated(world)
    page = rosa.get(f"/staff/cases/{case_id}").text
    assert BOX in page
    assert 'value="resolution_proposed"' not in page
    assert answer(rosa, case_id, text="Limpiaremos el canal.", proposes="1").status_code == 303
    assert state_of(world) == State.RESOLUTION_PROPOSED
    page = rosa.get(f"/staff/cases/{case_id}").text
    assert "Proposes a resolution" in page
    assert BOX not in page


def test_as_a_text_it_says_how_to_accept(rosa: FlaskClient, world: World) -> None:
    case_id = investigated(world, channel="sms", answer_by=AnswerBy.SMS)
    answer(rosa, case_id, text="Limpiaremos el canal.", proposes="1")
    with world.database.reading() as connection:
        [body] = connection.execute(select(Outbox.body)).scalars()
    text = world.vault.open_text(outbox.BODY, body or b"")
    assert text.startswith("Limpiaremos el canal.\n")
    assert "ACEPTO" in text


def test_nothing_is_proposed_before_it_is_looked_into(rosa: FlaskClient, world: World) -> None:
    case_id = world.case()
    assert BOX not in rosa.get(f"/staff/cases/{case_id}").text
    refused = answer(rosa, case_id, text="Limpiaremos el canal.", proposes="1")
    assert refused.status_code == 409
    assert "Limpiaremos el canal." in refused.text
    with world.database.reading() as connection:
        assert connection.execute(select(Reply.id)).all() == []
        assert connection.execute(select(Outbox.id)).all() == []


def test_what_was_refused_is_with_the_manager_again(rosa: FlaskClient, world: World) -> None:
    case_id = investigated(world)
    answer(rosa, case_id, text="Limpiaremos el canal.", proposes="1")
    with world.database.writing() as connection:
        reply_id = connection.execute(select(Reply.id)).scalar_one()
        mark_heard(connection, reply_id=reply_id, now=NOW)
        assert following.decide(connection, case_id, vault=world.vault, accepts=False, now=NOW)
        assert not following.decide(connection, case_id, vault=world.vault, accepts=True, now=NOW)
    assert case_id in rosa.get("/staff/cases").text
    assert "They refused what you proposed" in rosa.get(f"/staff/cases/{case_id}").text


def test_what_was_refused_and_ended_so_waits_for_nobody(rosa: FlaskClient, world: World) -> None:
    case_id = investigated(world)
    answer(rosa, case_id, text="Limpiaremos el canal.", proposes="1")
    manager = Actor(Party.CASE_MANAGER, world.manager)
    with world.database.writing() as connection:
        following.decide(connection, case_id, vault=world.vault, accepts=False, now=NOW)
        move(
            connection, case_id, vault=world.vault, to=State.RESOLVED, actor=manager,
            internal_note="Lo dijo por teléfono.", now=NOW,
        )  # fmt: skip
    with world.database.reading() as connection:
        stands = queries.standing(connection, case_id)
        assert stands is not None
        assert stands.status is Status.ANSWERED
    assert "Close" in rosa.get(f"/staff/cases/{case_id}").text
    with world.database.writing() as connection:
        move(
            connection, case_id, vault=world.vault, to=State.CLOSED, actor=manager,
            code=CloseCode.NOT_ACCEPTED, note="Puede apelar.", now=NOW,
        )  # fmt: skip
    assert case_id not in rosa.get("/staff/cases").text


def test_what_she_said_after_the_last_reply_waits_however_it_ended(
    rosa: FlaskClient, world: World
) -> None:
    case_id = investigated(world)
    answer(rosa, case_id, text="Limpiaremos el canal.", proposes="1")
    manager = Actor(Party.CASE_MANAGER, world.manager)
    with world.database.writing() as connection:
        following.decide(connection, case_id, vault=world.vault, accepts=False, now=NOW)
        heard_from(connection, case_id, vault=world.vault, subject="0" * 32, words=None, now=NOW)
        move(
            connection, case_id, vault=world.vault, to=State.RESOLVED, actor=manager,
            internal_note="Lo dijo por teléfono.", now=NOW,
        )  # fmt: skip
        answering = connection.execute(select(Case.answering)).scalar_one()
    assert answering == Answering.OPEN


def test_an_answer_goes_out_at_once_for_she_asked_for_it(
    rosa: FlaskClient, world: World, clock: FakeClock
) -> None:
    case_id = world.case()
    clock.now = NOW.replace(hour=4)  # 23:00 the day before, in Peru
    assert answer(rosa, case_id, text="Iremos el lunes.").status_code == 303
    with world.database.reading() as connection:
        assert connection.execute(select(Outbox.due_at)).scalar_one() == clock.now


def test_the_page_says_first_what_the_list_says_is_to_be_done(
    app: Flask, rosa: FlaskClient, world: World, clock: FakeClock
) -> None:
    case_id = investigated(world)

    def first() -> str:
        page = rosa.get(f"/staff/cases/{case_id}").text
        return page.split('class="next-step')[1].split("<strong>")[1].split("</strong>")[0]

    def moved(*ways: State, by: Actor, code: CloseCode | None = None) -> None:
        with world.database.writing() as connection:
            for to in ways:
                move(
                    connection, case_id, vault=world.vault, to=to, actor=by, now=NOW,
                    code=code if to is State.CLOSED else None,
                )  # fmt: skip

    sent = answer(rosa, case_id, text="Limpiaremos el canal.", proposes="1")
    assert sent.status_code == 303
    assert first() == "They decide on your proposal"
    moved(State.ACCEPTED, by=PERSON)
    assert first() == "Accepted: have it carried out"
    rosa_at_work = Actor(Party.CASE_MANAGER, world.manager)
    moved(State.RESOLVED, by=rosa_at_work)
    assert first() == "Close it"
    moved(State.CLOSED, by=rosa_at_work, code=CloseCode.RESOLVED_ACCEPTED)
    assert "Nothing to do" in first()
    clock.now += dt.timedelta(hours=1)
    moved(State.APPEALED, by=PERSON)
    assert first() == "They appealed: somebody else decides.", "she had a part in it"
    with world.database.writing() as connection:
        add_manager(connection, "ana", role=Role.SUPERVISOR)
    ana = signed_in(app, "ana").get(f"/staff/cases/{case_id}").text
    assert "<strong>Decide what they appealed</strong>" in ana, "not once more: read, then answer"


def test_what_nobody_has_is_taken_among_the_steps(rosa: FlaskClient, world: World) -> None:
    case_id = world.case()
    page = rosa.get(f"/staff/cases/{case_id}").text
    steps = page.split('id="steps"')[1].split("</section>")[0]
    assert f"/staff/cases/{case_id}/claim" in steps
    assert 'href="#kind"' in steps, "the form of its triage"
    assert page.count("/claim") == 1
