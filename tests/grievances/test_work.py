"""The work view: what waits for whom, what is said of each case, and what it costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from grievances.lifecycle import State
from grievances.models import Case, Statement
from grievances.moving import heard_from
from grievances.sight import Sight
from grievances.values import Answering
from grievances.work import queries
from grievances.work.queries import Viewer
from grievances.work.values import PAGE, Asked, Exchange, Lane, Todo, todo
from staff.values import Affiliation, Role
from tests.grievances.people import NOW, World, add_manager
from tests.grievances.test_pages import signed_in

HOUR = dt.timedelta(hours=1)
DAY = 24 * HOUR


@pytest.fixture
def rosa(app: Flask) -> FlaskClient:
    return signed_in(app)


def viewer(world: World, account_id: str | None = None, *, is_supervisor: bool = False) -> Viewer:
    return Viewer(
        account_id=account_id or world.manager,
        programme="junin",
        visible=None,
        is_supervisor=is_supervisor,
        tomorrow=NOW + 6 * HOUR,
    )


def settle(world: World, case_id: str, **values: object) -> str:
    """Put a case where a test wants it, by the columns that lists look at."""
    with world.database.writing() as connection:
        connection.execute(update(Case).where(Case.id == case_id).values(**values))
    return case_id


def lanes(world: World, viewer: Viewer) -> dict[Lane, list[str]]:
    with world.database.reading() as connection:
        found = queries.board(connection, viewer)
        counted = queries.counts(connection, viewer)
    shown = {lane: [line.id for line in lines] for lane, lines in found.lanes.items()}
    assert {lane: len(ids) for lane, ids in shown.items()} == counted.lanes
    return shown


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*call: object) -> None:
        seen.append(str(call[2]))

    event.listen(world.database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(world.database.engine, "before_cursor_execute", note)


def test_each_open_case_is_in_one_lane(world: World) -> None:
    with world.database.writing() as connection:
        luz = add_manager(connection, "luz")
    later = NOW + 3 * DAY
    answered = {"answering": Answering.ANSWERED, "state": State.INVESTIGATING}
    hers: dict[str, object] = {"assignee_id": world.manager}
    waits = settle(world, world.case(), due_at=NOW - DAY, **hers)
    appealed = settle(world, world.case(), **hers | answered | {"state": State.APPEALED})
    late = settle(world, world.case(), due_at=NOW - HOUR, **hers | answered)
    nobodys_today = settle(world, world.case(), due_at=NOW + HOUR, assignee_id=None)
    nobodys = settle(world, world.case(), due_at=later, assignee_id=None)
    mine = settle(world, world.case(), due_at=later, **hers | answered)
    paused = settle(
        world, world.case(), due_at=None, **hers | answered | {"state": State.NEEDS_INFORMATION}
    )
    of_luz = settle(world, world.case(), due_at=NOW - DAY, assignee_id=luz)
    settle(world, world.case(), due_at=None, **hers | answered | {"state": State.CLOSED})
    again = settle(world, world.case(), due_at=None, **hers, state=State.CLOSED)

    assert lanes(world, viewer(world)) == {
        Lane.WAITING: [waits, appealed, again],
        Lane.DUE: [late, nobodys_today],
        Lane.NOBODYS: [nobodys],
        Lane.MINE: [mine, paused],
    }
    of_supervisor = lanes(world, viewer(world, luz, is_supervisor=True))
    assert of_supervisor[Lane.WAITING] == [of_luz]
    assert of_supervisor[Lane.DUE] == [waits, late, nobodys_today]
    of_company = replace(viewer(world), visible=Sight(frozenset({"company"})))
    assert lanes(world, of_company) == {lane: [] for lane in Lane}


@pytest.mark.parametrize(
    ("state", "answering", "exchange", "expected"),
    [
        (State.RECEIVED, Answering.OPEN, Exchange(said_at=NOW, is_recording=True), Todo.LISTEN),
        (State.RECEIVED, Answering.OPEN, Exchange(said_at=NOW, is_text=True), Todo.READ),
        (State.RECEIVED, Answering.OPEN, Exchange(), Todo.OPEN),
        (
            State.INVESTIGATING,
            Answering.OPEN,
            Exchange(said_at=NOW, replied_at=NOW - HOUR),
            Todo.READ_REPLY,
        ),
        (
            State.CLOSED,
            Answering.OPEN,
            Exchange(said_at=NOW, replied_at=NOW - HOUR),
            Todo.WROTE_AGAIN,
        ),
        (
            State.INVESTIGATING,
            Answering.OPEN,
            Exchange(said_at=NOW - HOUR, replied_at=NOW, proposed=True),
            Todo.PROPOSE_ELSE,
        ),
        (
            State.RESOLUTION_PROPOSED,
            Answering.OPEN,
            Exchange(replied_at=NOW, proposed=True, handed_back=True),
            Todo.FIND_WAY,
        ),
        (State.NEEDS_INFORMATION, Answering.ANSWERED, Exchange(replied_at=NOW), Todo.WAIT),
        (State.APPEALED, Answering.OPEN, Exchange(said_at=NOW), Todo.DECIDE_APPEAL),
        (State.ACCEPTED, Answering.ANSWERED, Exchange(replied_at=NOW), Todo.CARRY_OUT),
        (State.RECEIVED, Answering.ANSWERED, Exchange(replied_at=NOW), Todo.TRIAGE),
    ],
)
def test_one_thing_is_to_be_done_next(
    state: State, answering: Answering, exchange: Exchange, expected: Todo
) -> None:
    assert todo("grievance", state, answering, exchange) is expected


def test_every_state_has_something_to_say() -> None:
    for state in State:
        assert todo("grievance", state, Answering.ANSWERED, Exchange(replied_at=NOW))
    assert todo("call_wish", State.RECEIVED, Answering.OPEN, Exchange()) is Todo.CALL


def test_a_page_that_is_open_is_renewed_only_when_something_changed(
    rosa: FlaskClient, world: World
) -> None:
    first = rosa.get("/staff/cases/lines")
    assert "Everybody has been answered" in first.text
    assert "<html" not in first.text
    tag = {"If-None-Match": first.headers["ETag"]}
    same = rosa.get("/staff/cases/lines", headers=tag)
    assert (same.status_code, same.data) == (304, b"")
    case_id = world.case(language="quy")
    changed = rosa.get("/staff/cases/lines", headers=tag)
    assert (changed.status_code, case_id in changed.text) == (200, True)
    assert "Read it, then answer" in changed.text


def test_what_they_said_since_is_told(rosa: FlaskClient, world: World) -> None:
    case_id = settle(world, world.case(now=NOW - DAY), assignee_id=world.manager)
    world.replies(case_id, now=NOW - HOUR)
    assert "Say what it is (triage)" in rosa.get("/staff/cases").text
    said = world.says(text="Sigue turbia.", now=NOW)
    with world.database.writing() as connection:
        connection.execute(update(Statement).where(Statement.id == said).values(case_id=case_id))
        heard_from(
            connection, case_id, vault=world.vault, subject=said, words="Sigue turbia.", now=NOW
        )
    page = rosa.get("/staff/cases").text
    assert "See their reply, then answer" in page
    assert "Waits for you" in page


@pytest.mark.parametrize("path", ["/staff/cases", "/staff/cases?state=all&severity=3"])
def test_a_page_is_eight_statements_at_the_most_however_much_it_lists(
    app: Flask, world: World, path: str
) -> None:
    rosa = signed_in(app)
    for number in range(PAGE + 1):
        settle(world, world.case(now=NOW - number * HOUR), severity=3)
    with statements(world) as seen:
        page = rosa.get(path)
    assert page.status_code == 200
    assert len(seen) <= 8, "\n".join(seen)
    with world.database.reading() as connection:
        first = queries.listed(connection, viewer(world), Asked())
        second = queries.listed(connection, viewer(world), Asked(page=2))
    assert (len(first.lines), first.has_more) == (PAGE, True)
    assert (len(second.lines), second.has_more) == (1, False)


def test_a_company_account_lists_cases_of_its_own_queues_alone(app: Flask, world: World) -> None:
    with world.database.writing() as connection:
        add_manager(connection, "carmen", affiliation=Affiliation.COMPANY, role=Role.SUPERVISOR)
    theirs, others = world.case(queue="company"), world.case(queue="ombuds")
    carmen = signed_in(app, "carmen")
    for path in ("", "?state=all", "?state=all&queue=ombuds", "/lines", "?lane=nobodys"):
        page = carmen.get(f"/staff/cases{path}").text
        assert others not in page
        assert (theirs in page) is ("ombuds" not in path)
