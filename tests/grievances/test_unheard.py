"""Answers that are not heard: three tries on two days within the hours of calls, then offered at
the next contact, then back with whoever answers the case."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select, update

from contacts.operations import opt_out
from grievances import queries
from grievances.following.queries import has_unheard
from grievances.following.unheard import follow_unheard
from grievances.history import Event
from grievances.lifecycle import CloseCode
from grievances.models import Case, CaseEvent, Reply
from grievances.next_step import NextStep, next_step
from grievances.replies import mark_heard
from grievances.values import AnswerBy, Answering, Status
from programmes.calendar import Calendar
from storage import outbox
from storage.database import Database
from storage.outbox import Outbox, Reason, State
from tests.grievances.people import HERS, NOW, World

HOUR = dt.timedelta(hours=1)
DAY = 24 * HOUR
CALENDAR = Calendar("America/Lima")


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


class Chain:
    """One answer, the calls that carry it, and the worker that looks at it now and then."""

    def __init__(self, world: World, **case: Any) -> None:
        self.world = world
        self.case = world.case(**case)
        self.reply = world.replies(self.case).id

    def looks(self, now: dt.datetime) -> int:
        with self.world.database.writing() as connection:
            return follow_unheard(
                connection, vault=self.world.vault, calendar_of=lambda slug: CALENDAR, now=now
            )

    def ends(self, state: State, reason: Reason | None = None) -> None:
        """What carries the answer now comes to this end."""
        with self.world.database.writing() as connection:
            outbox.advance(connection, self.row("outbox_id"), state, now=NOW, reason=reason)

    def row(self, column: str) -> Any:
        with self.world.database.reading() as connection:
            query = select(getattr(Reply, column)).where(Reply.id == self.reply)
            return connection.execute(query).scalar_one()

    def attempts(self) -> int:
        return len(self._all(select(CaseEvent.id).where(CaseEvent.kind == Event.ATTEMPTED)))

    def sent(self) -> int:
        return len(self._all(select(Outbox.id)))

    def step(self) -> NextStep:
        with self.world.database.reading() as connection:
            found = queries.case_file(
                connection, self.world.vault, self.case, programme="junin", visible=None
            )
        assert found is not None
        return next_step(found)

    def _all(self, query: Any) -> list[Any]:
        with self.world.database.reading() as connection:
            return list(connection.execute(query).all())


@pytest.fixture
def chain(world: World) -> Chain:
    return Chain(world)


def test_the_whole_chain_from_no_answer_to_the_manager(chain: Chain, world: World) -> None:
    # Monday 10:00: the first call rings in vain; nothing follows within four hours.
    assert chain.looks(NOW) == 0
    chain.ends(State.UNDELIVERED, Reason.NO_ANSWER)
    chain.looks(NOW + 3 * HOUR)
    assert (chain.sent(), chain.attempts()) == (1, 1)
    # The second, four hours after; the third on another day, and only within the hours of calls.
    chain.looks(NOW + 4 * HOUR)
    assert (chain.sent(), chain.row("tries")) == (2, 2)
    chain.ends(State.DELIVERED)  # somebody took it, and could not talk
    chain.looks(NOW + 9 * HOUR)
    chain.looks(NOW + 12 * HOUR)  # 22:00
    chain.looks(NOW + 20 * HOUR)  # Tuesday 6:00
    assert (chain.sent(), chain.attempts()) == (2, 2)
    chain.looks(NOW + DAY)
    assert (chain.sent(), chain.row("tries")) == (3, 3)
    chain.ends(State.UNDELIVERED, Reason.BUSY)
    # Three were enough: she is offered it when she comes, for a week.
    chain.looks(NOW + DAY + HOUR)
    assert (chain.sent(), chain.attempts()) == (3, 3)
    assert chain.row("offered_since") == NOW + DAY + HOUR
    with world.database.reading() as connection:
        assert has_unheard(connection, world.person.id, "junin")
    assert chain.looks(NOW + 7 * DAY) == 0
    assert chain.step() is not NextStep.NOT_HEARD
    # She did not come: it is with whoever answers the case.
    assert chain.looks(NOW + 9 * DAY) == 1
    with world.database.reading() as connection:
        answering = connection.execute(select(Case.answering)).scalar_one()
    assert answering == Answering.OPEN
    assert chain.step() is NextStep.NOT_HEARD
    assert chain.looks(NOW + 10 * DAY) == 0


def test_what_was_heard_is_left_alone(chain: Chain, world: World) -> None:
    chain.ends(State.DELIVERED)
    with world.database.writing() as connection:
        mark_heard(connection, reply_id=chain.reply, now=NOW)
    assert chain.looks(NOW + DAY) == 0
    assert (chain.sent(), chain.attempts()) == (1, 0)


@pytest.mark.parametrize("reason", [Reason.NO_SUCH_NUMBER, Reason.OPTED_OUT])
def test_what_does_not_pass_is_not_tried_again(chain: Chain, reason: Reason) -> None:
    chain.ends(State.UNDELIVERED, reason)
    chain.looks(NOW + DAY)
    assert (chain.sent(), chain.row("offered_since")) == (1, NOW + DAY)


@pytest.mark.parametrize("reason", [Reason.OPTED_OUT, Reason.SET_UP, Reason.TOO_LATE])
def test_what_never_went_out_is_no_attempt(chain: Chain, reason: Reason) -> None:
    chain.ends(State.FAILED, reason)
    chain.looks(NOW + HOUR)
    assert chain.attempts() == 0


def test_a_text_that_did_not_arrive_is_an_attempt(world: World) -> None:
    chain = Chain(world, channel="sms", answer_by=AnswerBy.SMS)
    chain.ends(State.UNDELIVERED, Reason.UNREACHABLE)
    chain.looks(NOW + HOUR)
    assert chain.attempts() == 1


def test_what_is_sent_again_by_hand_before_the_worker_looked_counts_once(
    chain: Chain, world: World
) -> None:
    chain.ends(State.UNDELIVERED, Reason.BUSY)
    with world.database.writing() as connection:
        assert world.sends_again(chain.reply, connection, now=NOW + HOUR)
    chain.looks(NOW + 2 * HOUR)
    assert chain.attempts() == 1
    chain.ends(State.UNDELIVERED, Reason.NO_ANSWER)
    chain.looks(NOW + 3 * HOUR)
    with world.database.writing() as connection:
        assert world.sends_again(chain.reply, connection, now=NOW + 4 * HOUR)
    assert chain.attempts() == 2


def test_who_has_heard_an_answer_since_was_reached(chain: Chain, world: World) -> None:
    chain.ends(State.UNDELIVERED, Reason.BUSY)
    chain.looks(NOW + HOUR)

    def days() -> int:
        with world.database.reading() as connection:
            return len(queries.situation(connection, chain.case).attempts)

    assert days() == 1
    with world.database.writing() as connection:
        mark_heard(connection, reply_id=chain.reply, now=NOW + 2 * HOUR)
    assert days() == 0


def test_who_wants_nothing_more_is_not_called_again(chain: Chain, world: World) -> None:
    chain.ends(State.UNDELIVERED, Reason.BUSY)
    with world.database.writing() as connection:
        opt_out(connection, vault=world.vault, number=HERS, now=NOW)
    chain.looks(NOW + DAY)
    assert (chain.sent(), chain.row("offered_since")) == (1, NOW + DAY)


def test_who_will_call_is_not_called_again(chain: Chain, world: World) -> None:
    chain.ends(State.DELIVERED)
    with world.database.writing() as connection:
        connection.execute(update(Case).values(answer_by=AnswerBy.SHE_CALLS))
    chain.looks(NOW + DAY)
    assert (chain.sent(), chain.row("offered_since")) == (1, NOW + DAY)


def test_what_may_have_arrived_is_left_to_people(chain: Chain) -> None:
    chain.ends(State.UNKNOWN, Reason.UNCONFIRMED)
    assert chain.looks(NOW + DAY) == 0
    assert chain.sent() == 1


def test_a_notice_that_nobody_followed_goes_out_again_after_two_days(world: World) -> None:
    chain = Chain(world, answer_by=AnswerBy.SMS)
    chain.ends(State.DELIVERED)
    assert chain.looks(NOW + DAY) == 0
    assert chain.looks(NOW + 2 * DAY) == 1
    assert (chain.sent(), chain.attempts()) == (2, 1)


def test_an_answer_that_was_a_text_is_read_when_it_came(world: World) -> None:
    chain = Chain(world, channel="sms", answer_by=AnswerBy.SMS)
    chain.ends(State.DELIVERED)
    assert chain.looks(NOW + 9 * DAY) == 0


@pytest.mark.parametrize(
    ("code", "ago", "goes_on"),
    [
        (CloseCode.ANSWERED, DAY, 1),
        (CloseCode.NOT_ELIGIBLE, DAY, 1),
        (CloseCode.WITHDRAWN, DAY, 0),
        (CloseCode.UNREACHABLE, DAY, 0),
        (CloseCode.ANSWERED, 31 * DAY, 0),
    ],
)
def test_after_the_close_it_goes_on_where_there_is_something_to_hear(
    chain: Chain, world: World, code: CloseCode, ago: dt.timedelta, goes_on: int
) -> None:
    chain.ends(State.UNDELIVERED, Reason.BUSY)
    with world.database.writing() as connection:
        closed = update(Case).values(state="closed", close_code=code, closed_at=NOW + DAY - ago)
        connection.execute(closed)
    assert chain.looks(NOW + DAY) == goes_on
    assert chain.sent() == 1 + goes_on


def test_what_nobody_came_for_is_told_whenever_she_comes(chain: Chain, world: World) -> None:
    with world.database.writing() as connection:
        connection.execute(update(Case).values(answering=Answering.OPEN))
    with world.database.reading() as connection:
        found = queries.standing(connection, chain.case)
    assert found is not None
    assert (found.status, found.reply_id) == (Status.ANSWERED, chain.reply)
