"""Some time after a close she is asked whether what was done held: when, how, and how often."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, update

from contacts.operations import opt_out
from grievances.following import operations, queries
from grievances.following.checking import ask_back
from grievances.following.values import UNSAID, Anew, Feedback, Follows, FollowUp
from grievances.lifecycle import CloseCode
from grievances.models import Case
from grievances.values import AnswerBy
from programmes.calendar import Calendar
from programmes.queries import Senders
from storage import outbox
from storage.database import Database
from storage.outbox import Kind, Outbox, Reason, State
from tests.grievances.people import HERS, NOW, OURS, World

HOUR = dt.timedelta(hours=1)
DAY = 24 * HOUR


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


def closed(
    world: World,
    *,
    severity: int = 2,
    code: CloseCode = CloseCode.RESOLVED_ACCEPTED,
    answer_by: AnswerBy = AnswerBy.CALL,
) -> str:
    case_id = world.case(answer_by=answer_by)
    with world.database.writing() as connection:
        connection.execute(
            update(Case)
            .where(Case.id == case_id)
            .values(
                state="closed", close_code=code, closed_at=NOW, outcome_at=NOW, severity=severity
            )
        )
    return case_id


def asks(world: World, now: dt.datetime) -> int:
    with world.database.writing() as connection:
        return ask_back(
            connection,
            vault=world.vault,
            calendar_of=lambda slug: Calendar("America/Lima"),
            senders_of=lambda slug: Senders(OURS, OURS),
            notice_of=lambda slug, tag, number: f"[{tag}] {number}",
            now=now,
        )


def follows(world: World, case_id: str, now: dt.datetime) -> FollowUp:
    with world.database.reading() as connection:
        return queries.follow_up(connection, case_id, now=now)


def says(world: World, case_id: str, answer: str, now: dt.datetime) -> None:
    """How content she is."""
    with world.database.writing() as connection:
        operations.keep_feedback(
            connection,
            case_id,
            feedback=Feedback.SATISFACTION,
            answer=answer,
            channel="voice",
            now=now,
        )


def sent(world: World) -> list[tuple[str, str | None]]:
    with world.database.reading() as connection:
        rows = connection.execute(select(Outbox.kind, Outbox.opening).order_by(Outbox.created_at))
        return [(row.kind, row.opening["script"] if row.opening else None) for row in rows]


@pytest.mark.parametrize(("severity", "days"), [(1, 30), (3, 30), (4, 14), (5, 14)])
def test_after_a_month_or_two_weeks_where_it_was_severe(
    world: World, severity: int, days: int
) -> None:
    closed(world, severity=severity)
    assert asks(world, NOW + days * DAY - HOUR) == 0
    assert asks(world, NOW + days * DAY) == 1
    assert sent(world) == [(Kind.CALL, "ask_back")]
    assert asks(world, NOW + days * DAY + 5 * HOUR) == 0


def test_only_within_the_hours_of_calls(world: World) -> None:
    closed(world)
    assert asks(world, NOW + 30 * DAY + 12 * HOUR) == 0
    assert asks(world, NOW + 31 * DAY) == 1


def test_who_writes_gets_a_text_that_tells_nothing(world: World) -> None:
    closed(world, answer_by=AnswerBy.SMS)
    assert asks(world, NOW + 30 * DAY) == 1
    with world.database.reading() as connection:
        [body] = connection.execute(select(Outbox.body)).scalars()
    assert world.vault.open_text(outbox.BODY, body or b"") == f"[es] {OURS}"


def test_where_nothing_may_go_out_she_is_asked_when_she_calls(world: World) -> None:
    case_id = closed(world)
    with world.database.writing() as connection:
        opt_out(connection, vault=world.vault, number=HERS, now=NOW)
    assert asks(world, NOW + 30 * DAY) == 0
    with world.database.reading() as connection:
        assert queries.follow_up(connection, case_id, now=NOW + 30 * DAY).asks_back


LEFT_ALONE = (CloseCode.WITHDRAWN, CloseCode.UNREACHABLE, CloseCode.DUPLICATE)
DONE = (CloseCode.RESOLVED_ACCEPTED, CloseCode.RESOLVED_NOT_CONFIRMED)


@pytest.mark.parametrize("code", LEFT_ALONE)
def test_nothing_goes_out_to_who_wanted_no_more_or_was_not_found(
    world: World, code: CloseCode
) -> None:
    case_id = closed(world, code=code)
    assert asks(world, NOW + 31 * DAY) == 0
    is_asked = code is not CloseCode.DUPLICATE
    assert follows(world, case_id, NOW + DAY).asks_content is is_asked, "who comes by herself is"


@pytest.mark.parametrize("code", sorted({*CloseCode} - {*LEFT_ALONE, *DONE}))
def test_the_day_after_any_other_close_she_is_asked_how_content_she_is(
    world: World, code: CloseCode
) -> None:
    case_id = closed(world, code=code)
    assert follows(world, case_id, NOW).asks_content, "at the next contact, whenever that is"
    assert asks(world, NOW + DAY - HOUR) == 0
    assert asks(world, NOW + DAY) == 1
    assert sent(world) == [(Kind.CALL, "ask_back")]
    found = follows(world, case_id, NOW + DAY)
    assert (found.asks_back, found.asks_content) == (False, True), "not whether anything held"
    says(world, case_id, UNSAID, NOW + DAY)
    assert not follows(world, case_id, NOW + 2 * DAY).asks_content, "she said nothing"
    assert asks(world, NOW + 5 * DAY) == 0
    assert len(sent(world)) == 1


def test_who_said_it_before_anything_went_out_is_not_asked(world: World) -> None:
    case_id = closed(world, code=CloseCode.REFERRED)
    says(world, case_id, "partly", NOW + HOUR)
    assert asks(world, NOW + DAY) == 0
    assert not follows(world, case_id, NOW + DAY).asks_content


@pytest.mark.parametrize("code", DONE)
def test_where_something_was_done_it_is_asked_when_it_is_looked_back_at(
    world: World, code: CloseCode
) -> None:
    case_id = closed(world, code=code)
    assert asks(world, NOW + DAY) == 0
    asks(world, NOW + 30 * DAY)
    found = follows(world, case_id, NOW + 30 * DAY)
    assert (found.asks_back, found.asks_content) == (True, True)


def test_who_said_it_when_she_accepted_is_asked_again_after_another_outcome(world: World) -> None:
    case_id = closed(world)
    says(world, case_id, "satisfied", NOW)
    asks(world, NOW + 30 * DAY)
    found = follows(world, case_id, NOW + 30 * DAY)
    assert (found.asks_back, found.asks_content) == (True, False), "never twice"
    later = NOW + 31 * DAY
    with world.database.writing() as connection:
        operations.ask_anew(connection, case_id, vault=world.vault, how=Anew.REOPEN, now=later)
        connection.execute(
            update(Case).values(state="closed", close_code="referred", closed_at=later)
        )
    assert follows(world, case_id, later).asks_content
    assert asks(world, later + 2 * DAY) == 1, "the day between is Christmas"


def test_of_a_case_that_is_nobodys_it_is_asked_when_they_come_with_the_code(world: World) -> None:
    case_id = world.case(person_id=None)
    with world.database.writing() as connection:
        connection.execute(
            update(Case).values(state="closed", close_code="answered", closed_at=NOW)
        )
    assert asks(world, NOW + DAY) == 0
    assert follows(world, case_id, NOW + DAY).asks_content


def test_who_was_not_reached_is_called_thrice_at_the_most(world: World) -> None:
    closed(world)
    for n in range(5):
        asks(world, NOW + (30 + n) * DAY)
        with world.database.writing() as connection:
            for row_id in connection.execute(select(Outbox.id)).scalars().all():
                outbox.advance(
                    connection, row_id, State.UNDELIVERED, now=NOW, reason=Reason.NO_ANSWER
                )
    assert len(sent(world)) == 3


def test_who_is_asked_may_still_say_that_it_did_not_hold(world: World) -> None:
    case_id = closed(world)
    later = NOW + 33 * DAY
    with world.database.reading() as connection:
        assert queries.follow_up(connection, case_id, now=later).follows is Follows.OVER
    asks(world, later)
    with world.database.reading() as connection:
        found = queries.follow_up(connection, case_id, now=later)
    assert (found.follows, found.may_reopen, found.may_appeal) == (Follows.CLOSED, True, False)
    with world.database.writing() as connection:
        operations.answer_check_back(connection, case_id, answer="no", channel="voice", now=later)
        assert [each.feedback for each in queries.feedback_of(connection, case_id)] == [
            Feedback.HELD
        ]
        assert not queries.follow_up(connection, case_id, now=later).asks_back
