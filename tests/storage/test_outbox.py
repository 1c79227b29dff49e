"""The outbox's states never move back, and each row is one worker's at a time."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import IntegrityError

from storage import outbox
from storage.database import Database
from storage.outbox import ENDED, RANKS, Kind, Lane, Outbox, Reason, State
from tests.clock import FakeClock

NOW = FakeClock().now
LEASE = dt.timedelta(seconds=60)
OURS = "+5164291000"
TEXTS = Lane(Kind.TEXT, OURS)


def text(connection: Connection, line: str = "line", **given: object) -> str:
    return outbox.add_text(
        connection,
        sender=OURS,
        line_id=line,
        sealed_body=b"sealed",
        now=NOW,
        **given,  # type: ignore[arg-type]
    )


def row(connection: Connection, row_id: str) -> Outbox:
    found: Outbox = connection.execute(select(Outbox).where(Outbox.id == row_id)).one()  # type: ignore[assignment]
    return found


def claimed(connection: Connection, *, at: dt.datetime = NOW) -> outbox.Outgoing:
    [one] = outbox.claim(connection, now=at, lease=LEASE)
    return one


# States ----------------------------------------------------------------------------------------

REPORTED = (State.SENT, State.UNDELIVERED, State.FAILED, State.DELIVERED)


def test_whatever_the_order_of_callbacks_the_end_is_the_same(database: Database) -> None:
    ends = set()
    with database.writing() as connection:
        for order in itertools.permutations(REPORTED):
            one = text(connection)
            claimed(connection)
            for state in (*order, *order):
                outbox.advance(connection, one, state, now=NOW)
            ends.add(row(connection, one).state)
    assert ends == {State.DELIVERED}


@pytest.mark.parametrize("end", [state for state in State if RANKS[state] >= ENDED])
def test_an_end_stays_but_for_a_receipt(database: Database, end: State) -> None:
    with database.writing() as connection:
        one = text(connection)
        claimed(connection)
        outbox.advance(connection, one, end, now=NOW)
        for state in State:
            if state is not State.DELIVERED:
                assert not outbox.advance(connection, one, state, now=NOW)
        assert not outbox.try_again(
            connection, one, attempts=1, now=NOW, due_at=NOW, error_code=None
        )
        failure = {"error_code": "30003", "reason": Reason.UNREACHABLE, "due_at": NOW, "now": NOW}
        assert not outbox.fail_attempt(connection, one, provider_id="SM1", **failure)  # type: ignore[arg-type]
        assert row(connection, one).state == end
        moved = outbox.advance(connection, one, State.DELIVERED, now=NOW)
        assert moved == (end is not State.DELIVERED)


def test_a_failed_attempt_is_past_and_its_late_callbacks_are_nobodys(database: Database) -> None:
    with database.writing() as connection:
        one = text(connection)
        claimed(connection)
        outbox.advance(connection, one, State.SENT, now=NOW, provider_id="SM1")
        later = NOW + dt.timedelta(hours=1)
        failure = {"error_code": "30003", "reason": Reason.UNREACHABLE, "due_at": later}
        again = {"provider_id": "SM1", "now": NOW, **failure}
        assert outbox.fail_attempt(connection, one, **again)  # type: ignore[arg-type]
        assert not outbox.fail_attempt(connection, one, **again)  # type: ignore[arg-type]
        assert row(connection, one).state == State.QUEUED
        # The worker that sent it notes so only now.
        assert not outbox.advance(connection, one, State.SENT, now=NOW, provider_id="SM1")
        assert outbox.is_past(connection, "SM1")
        assert outbox.by_provider_id(connection, "SM1") == one
        assert outbox.claim(connection, now=NOW, lease=LEASE) == []
        assert claimed(connection, at=later).attempts == 2


def test_a_callback_may_overtake_the_worker_that_sent_it(database: Database) -> None:
    with database.writing() as connection:
        one = text(connection)
        claimed(connection)
        assert outbox.advance(connection, one, State.DELIVERED, now=NOW, provider_id="SM1")
        assert not outbox.advance(connection, one, State.SENT, now=NOW, provider_id="SM1")
        assert row(connection, one).state == State.DELIVERED


def test_an_id_taken_for_another_is_given_back(database: Database) -> None:
    with database.writing() as connection:
        wrong, right = text(connection), text(connection)
        claimed(connection)
        claimed(connection)
        outbox.advance(connection, wrong, State.SENT, now=NOW, provider_id="SM1")
    with pytest.raises(IntegrityError), database.writing() as connection:
        outbox.advance(connection, right, State.SENT, now=NOW, provider_id="SM1")
    with database.writing() as connection:
        assert outbox.confirm(connection, right, provider_id="SM1", now=NOW)
        assert outbox.by_provider_id(connection, "SM1") == right
        uncertain = outbox.claim_uncertain(connection, now=NOW, lease=LEASE)
        assert uncertain is not None
        assert uncertain.id == wrong


def test_a_retry_after_its_expiry_is_due_at_its_expiry(database: Database) -> None:
    with database.writing() as connection:
        one = text(connection, expires_at=NOW + dt.timedelta(hours=1))
        claimed(connection)
        late = NOW + dt.timedelta(hours=5)
        outbox.try_again(connection, one, attempts=1, now=NOW, due_at=late, error_code="x")
        assert row(connection, one).due_at == NOW + dt.timedelta(hours=1)


def test_only_what_nobody_began_with_can_be_cancelled(database: Database) -> None:
    with database.writing() as connection:
        one, other = text(connection), text(connection)
        assert outbox.cancel(connection, one, now=NOW, reason=Reason.OPTED_OUT)
        assert claimed(connection).id == other
        assert not outbox.cancel(connection, other, now=NOW, reason=Reason.OPTED_OUT)


# Claims ----------------------------------------------------------------------------------------


def test_urgent_ones_first_then_by_time(database: Database) -> None:
    with database.writing() as connection:
        moments = [NOW - dt.timedelta(seconds=each) for each in (1, 2)]
        bulk = [text(connection, priority=outbox.BULK, due_at=at) for at in moments]
        code = text(connection, priority=outbox.URGENT)
        answer = text(connection)
        text(connection, due_at=NOW + dt.timedelta(seconds=1))
        order = [claimed(connection).id for _ in range(4)]
        assert order == [code, answer, bulk[1], bulk[0]]
        assert outbox.claim(connection, now=NOW, lease=LEASE) == []


def test_a_lane_that_may_not_send_stands_before_nobody(database: Database) -> None:
    with database.writing() as connection:
        text(connection, priority=outbox.URGENT)
        outbox.add_call(connection, sender=OURS, line_id="l", opening={}, now=NOW)
        assert outbox.next_lane(connection, now=NOW) == TEXTS
        calls = Lane(Kind.CALL, OURS)
        assert outbox.next_lane(connection, now=NOW, without=(TEXTS,)) == calls
        assert outbox.next_lane(connection, now=NOW, without=(TEXTS, calls)) is None
        [one] = outbox.claim(connection, now=NOW, lease=LEASE, lane=calls)
        assert one.lane == calls


def test_a_lease_that_ran_out_is_looked_up_and_not_claimed(database: Database) -> None:
    with database.writing() as connection:
        one = text(connection)
        claimed(connection)
        soon, late = NOW + LEASE / 2, NOW + LEASE
        assert outbox.claim_uncertain(connection, now=soon, lease=LEASE) is None
        uncertain = outbox.claim_uncertain(connection, now=late, lease=LEASE)
        assert uncertain is not None
        assert (uncertain.id, uncertain.state) == (one, State.UNKNOWN)
        assert outbox.claim_uncertain(connection, now=late, lease=LEASE) is None
        assert outbox.claim(connection, now=late, lease=LEASE) == []


def test_who_comes_late_ends_no_attempt_of_another(database: Database) -> None:
    with database.writing() as connection:
        one = text(connection)
        claimed(connection)
        again = {"now": NOW, "due_at": NOW, "error_code": None}
        assert outbox.try_again(connection, one, attempts=1, **again)  # type: ignore[arg-type]
        # The first worker's request ends without an answer only now: looked up, not sent.
        assert outbox.doubt(connection, one, now=NOW, lease=LEASE)
        assert outbox.claim(connection, now=NOW, lease=LEASE) == []
        assert outbox.claim_uncertain(connection, now=NOW + LEASE, lease=LEASE) is not None
        assert outbox.try_again(connection, one, attempts=1, **again)  # type: ignore[arg-type]
        assert claimed(connection).attempts == 2
        assert not outbox.try_again(connection, one, attempts=1, **again)  # type: ignore[arg-type]
        assert row(connection, one).state == State.CLAIMED


def test_what_rests_is_looked_up_once_in_its_time(database: Database) -> None:
    rested, within = dt.timedelta(hours=12), dt.timedelta(days=7)
    with database.writing() as connection:
        one = text(connection)
        claimed(connection)
        outbox.advance(connection, one, State.SENT, now=NOW, provider_id="SM1")

        def resting(after: dt.timedelta) -> outbox.Outgoing | None:
            return outbox.claim_resting(connection, now=NOW + after, rested=rested, within=within)

        assert resting(dt.timedelta(hours=11)) is None
        found = resting(dt.timedelta(hours=12))
        assert found is not None
        assert found.provider_id == "SM1"
        assert resting(dt.timedelta(hours=13)) is None
        assert resting(dt.timedelta(days=8)) is None


def test_many_who_claim_at_once_take_each_row_once(database: Database) -> None:
    rows, workers = 240, 8
    with database.writing() as connection:
        ids = {text(connection) for _ in range(rows)}

    def work(seed: int) -> list[str]:
        dice, taken = random.Random(seed), list[str]()
        while True:
            with database.writing() as connection:
                lane = TEXTS if dice.random() < 0.5 else None
                some = outbox.claim(
                    connection, now=NOW, lease=LEASE, lane=lane, limit=dice.choice((1, 1, 3))
                )
            if not some:
                return taken
            taken += [each.id for each in some]

    with ThreadPoolExecutor(workers) as pool:
        taken = [each for some in pool.map(work, range(workers)) for each in some]
    # Whoever finds everything locked ends: what is left is still there for the next.
    with database.writing() as connection:
        rest = outbox.claim(connection, now=NOW, lease=LEASE, limit=rows)
        taken += [each.id for each in rest]
        attempts = set(connection.execute(select(Outbox.attempts)).scalars())
    assert len(taken) == len(set(taken)) == rows
    assert set(taken) == ids
    assert attempts == {1}


def test_many_who_look_up_at_once_take_each_row_once(database: Database) -> None:
    rows, late = 60, NOW + LEASE
    with database.writing() as connection:
        for _ in range(rows):
            text(connection)
        connection.execute(update(Outbox).values(state=State.UNKNOWN, rank=2, claimed_until=NOW))

    def work(_: int) -> list[str]:
        taken = list[str]()
        while True:
            with database.writing() as connection:
                one = outbox.claim_uncertain(connection, now=late, lease=LEASE)
            if one is None:
                return taken
            taken.append(one.id)

    with ThreadPoolExecutor(6) as pool:
        taken = [each for some in pool.map(work, range(6)) for each in some]
    assert len(taken) == len(set(taken))
