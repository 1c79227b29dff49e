"""What follows from each answer of the carrier, at once or afterwards; nothing is sent twice."""

from __future__ import annotations

import datetime as dt

import pytest

from contacts import operations as people
from storage import notices, outbox
from storage.notices import Notice
from storage.outbox import Reason, State
from telephony.gateway import Refused, Uncertain
from telephony.values import CODES, MESSAGE_STATES, Policy, Waits, policy_of
from tests.telephony.outgoing import LEASE, OURS, Desk

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def refused(code: int, *, retry_after: float | None = None) -> Refused:
    return Refused(policy_of(code, 400), code=code, retry_after=retry_after)


def told(desk: Desk) -> list[Notice]:
    with desk.services.database.reading() as connection:
        return notices.open_notices(connection)


def codes_of(policy: Policy) -> list[int]:
    return [code for code, ruling in CODES.items() if ruling.policy is policy]


# Refused at once -------------------------------------------------------------------------------


@pytest.mark.parametrize("code", codes_of(Policy.PERMANENT))
def test_a_number_that_nothing_reaches_is_marked(desk: Desk, code: int) -> None:
    one = desk.text()
    desk.gateway.faults.append(refused(code))
    desk.run()
    row, line = desk.row(one), desk.line_of(one)
    assert (row.state, row.error_code) == (State.FAILED, str(code))
    assert (line.no_texts_since if CODES[code].texts_alone else line.bad_since) == desk.clock()
    assert row.reason in (Reason.NO_SUCH_NUMBER, Reason.NO_TEXTS)
    assert desk.run(DAY) == 0


def test_what_arrives_unmarks_the_line(desk: Desk) -> None:
    one = desk.text()
    desk.gateway.faults.append(refused(21211))
    desk.run()
    again = desk.text(desk.row(one).line_id)
    desk.run()
    desk.report(again, "delivered")
    assert desk.line_of(one).bad_since is None


def test_who_opted_out_at_the_carrier_is_written_to_no_more(desk: Desk) -> None:
    one = desk.text()
    desk.gateway.faults.append(refused(21610))
    desk.run()
    assert (desk.row(one).state, desk.row(one).reason) == (State.FAILED, Reason.OPTED_OUT)
    assert desk.line_of(one).opted_out_at == desk.clock()
    other = desk.text(desk.row(one).line_id)
    desk.run()
    assert desk.state(other) is State.CANCELLED
    assert desk.gateway.placed == []


def test_the_failure_and_what_follows_from_it_are_kept_together(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end_here(*_: object, **__: object) -> None:
        raise InterruptedError

    one = desk.text()
    desk.gateway.faults.append(refused(21610))
    with monkeypatch.context() as patched:
        patched.setattr("telephony.dispatch.follow", end_here)
        with pytest.raises(InterruptedError):
            desk.run()
    assert desk.state(one) is State.CLAIMED
    desk.gateway.faults.append(refused(21610))
    desk.run(LEASE)  # looked up and not found
    desk.run()
    assert desk.state(one) is State.FAILED
    assert desk.line_of(one).opted_out_at is not None


def test_who_opts_out_while_it_waits_gets_nothing(desk: Desk) -> None:
    one = desk.text(due_at=desk.clock() + HOUR)
    with desk.services.database.writing() as connection:
        people.opt_out_line(connection, desk.row(one).line_id, now=desk.clock())
    desk.run(HOUR)
    assert desk.state(one) is State.CANCELLED
    assert desk.gateway.placed == []


def test_the_carrier_away_for_hours_costs_nobody_an_answer(desk: Desk) -> None:
    one = desk.text()
    for _ in range(20):
        desk.gateway.faults.append(Refused(Policy.TRANSIENT))
    waits = []
    while desk.state(one) is State.QUEUED:
        due = desk.row(one).due_at
        waits.append(due - desk.clock())
        desk.clock.now = due
        desk.run()
    assert desk.state(one) is State.SENT
    assert waits[1] == dt.timedelta(seconds=15)
    assert max(waits) == HOUR
    assert len(desk.gateway.placed) == 1


def test_what_could_not_go_out_in_three_days_has_expired(desk: Desk) -> None:
    one = desk.text()
    for _ in range(200):
        desk.gateway.faults.append(Refused(Policy.TRANSIENT))
    created = desk.clock()
    while desk.state(one) is State.QUEUED:
        desk.clock.now = desk.row(one).due_at
        desk.run()
    assert (desk.row(one).state, desk.row(one).reason) == (State.EXPIRED, Reason.CARRIER)
    assert desk.clock() == created + 3 * DAY


def test_nobody_is_told_what_is_of_no_use_any_more(desk: Desk) -> None:
    one = desk.text(expires_at=desk.clock() + HOUR)
    desk.run(2 * HOUR)
    assert (desk.row(one).state, desk.row(one).reason) == (State.EXPIRED, Reason.TOO_LATE)
    assert desk.gateway.placed == []


@pytest.mark.parametrize("code", codes_of(Policy.CONFIGURATION))
def test_operators_are_told_what_only_they_can_mend(desk: Desk, code: int) -> None:
    rows = [desk.text(), desk.text()]
    desk.gateway.faults.extend((refused(code), refused(code)))
    desk.run()
    assert {desk.state(one) for one in rows} == {State.FAILED}
    [notice] = told(desk)
    assert (notice.code, notice.kind, notice.count) == (str(code), "text", 2)
    assert bool(desk.pace.paused) == CODES[code].halts
    with desk.services.database.writing() as connection:
        assert notices.close(connection, notice.id, now=desk.clock())
    assert told(desk) == []
    desk.gateway.faults.append(refused(code))
    desk.text()
    desk.run()
    assert [each.count for each in told(desk)] == [3]


@pytest.mark.parametrize("code", codes_of(Policy.SLOW_DOWN))
def test_too_fast_slows_the_whole_sender_down(desk: Desk, code: int) -> None:
    one = desk.text()
    desk.gateway.faults.append(refused(code))
    desk.run()
    row = desk.row(one)
    [(lane, seconds)] = desk.pace.paused
    assert lane == (row.kind, row.sender)
    assert row.due_at - desk.clock() == dt.timedelta(seconds=seconds)
    assert desk.state(one) is State.QUEUED
    desk.run(row.due_at - desk.clock())
    assert desk.state(one) is State.SENT


def test_the_carrier_says_how_long_to_rest(desk: Desk) -> None:
    desk.text()
    desk.gateway.faults.append(refused(20429, retry_after=7.0))
    desk.run()
    assert [seconds for _, seconds in desk.pace.paused] == [7.0]


def test_resting_grows_while_it_does_not_help(desk: Desk) -> None:
    one = desk.text()
    desk.gateway.faults.extend(refused(20429) for _ in range(5))
    for _ in range(5):
        desk.clock.now = desk.row(one).due_at
        desk.run()
    seconds = [each for _, each in desk.pace.paused]
    assert seconds == [1.5, 3.0, 6.0, 12.0, 24.0]


# No answer -------------------------------------------------------------------------------------


def test_a_lost_answer_is_looked_up_and_nothing_sent_again(desk: Desk) -> None:
    one = desk.text()
    desk.gateway.faults.append(Uncertain("timeout"))
    desk.gateway.loses_answers = True
    desk.run()
    assert desk.state(one) is State.UNKNOWN
    assert desk.run() == 0
    desk.run(LEASE)
    assert desk.state(one) is State.SENT
    assert desk.row(one).provider_id == desk.gateway.placed[0].provider_id
    assert len(desk.gateway.placed) == 1


def test_a_lost_request_is_made_again(desk: Desk) -> None:
    one = desk.text()
    desk.gateway.faults.append(Uncertain("timeout"))
    desk.run()
    desk.run(LEASE)
    assert desk.state(one) is State.SENT
    assert desk.row(one).attempts == 2


def test_what_cannot_be_looked_up_stays_unknown(desk: Desk) -> None:
    one = desk.text()
    desk.gateway.faults.append(Uncertain("timeout"))
    desk.gateway.cannot_be_asked = Uncertain("timeout")
    desk.run()
    desk.run(LEASE)
    desk.run(LEASE)
    assert (desk.state(one), desk.row(one).attempts) == (State.UNKNOWN, 1)


def test_two_that_say_the_same_to_her_are_two(desk: Desk) -> None:
    line = desk.line()
    rows = [desk.text(line), desk.text(line)]
    desk.gateway.faults.extend((Uncertain("timeout"), None))
    desk.run()
    desk.run(LEASE)
    assert [desk.state(one) for one in rows] == [State.SENT, State.SENT]
    ids = {desk.row(one).provider_id for one in rows}
    assert ids == {each.provider_id for each in desk.gateway.placed}
    assert len(ids) == 2


def test_a_sighting_taken_for_the_wrong_row_is_given_back(desk: Desk) -> None:
    line = desk.line()
    lost, sent = desk.text(line), desk.text(line)
    desk.gateway.faults.extend((Uncertain("timeout"), Uncertain("timeout")))
    desk.run()
    # The carrier took the second; the first never arrived, and was looked up before it.
    taken = desk.gateway.send_text(sender=OURS, to="", body="Iremos.", status_url="")
    with desk.services.database.writing() as connection:
        outbox.advance(connection, lost, State.SENT, now=desk.clock(), provider_id=taken)
    desk.report(sent, "delivered", sid=taken)
    assert (desk.state(sent), desk.row(sent).provider_id) == (State.DELIVERED, taken)
    desk.run()
    desk.run(LEASE)
    assert desk.state(lost) is State.SENT
    assert len(desk.gateway.placed) == 2


# Failed afterwards -----------------------------------------------------------------------------


def test_a_phone_that_is_off_is_tried_for_three_days(desk: Desk) -> None:
    one = desk.text()
    waits = []
    while desk.state(one) is not State.EXPIRED:
        desk.clock.now = max(desk.row(one).due_at, desk.clock())
        desk.run()
        if desk.state(one) is State.SENT:
            desk.report(one, "undelivered", 30003)
            waits.append((desk.row(one).due_at - desk.clock()) / HOUR)
    assert waits[:5] == pytest.approx([1, 2, 4, 8, 16], rel=0.25)
    assert desk.row(one).reason == Reason.UNREACHABLE
    assert len(desk.gateway.placed) == len(waits) in range(5, 9)


def test_it_reaches_her_when_her_phone_is_on(desk: Desk) -> None:
    one = desk.text()
    desk.run()
    desk.report(one, "undelivered", 30003)
    desk.run(2 * HOUR)
    desk.report(one, "delivered")
    assert desk.state(one) is State.DELIVERED
    assert len(desk.gateway.placed) == 2


def test_callbacks_of_a_past_attempt_change_nothing(desk: Desk) -> None:
    one = desk.text()
    desk.run()
    first = desk.row(one).provider_id
    desk.report(one, "undelivered", 30003)
    for status in ("sent", "undelivered", "failed"):
        desk.report(one, status, 30003, sid=first)
    assert desk.state(one) is State.QUEUED
    desk.run(2 * HOUR)
    desk.report(one, "undelivered", 30005, sid=first)
    assert desk.state(one) is State.SENT
    assert len(desk.gateway.placed) == 2


def test_a_late_receipt_of_a_past_attempt_spares_another(desk: Desk) -> None:
    one = desk.text()
    desk.run()
    first = desk.row(one).provider_id
    desk.report(one, "undelivered", 30003)
    desk.report(one, "delivered", sid=first)
    assert desk.state(one) is State.DELIVERED
    assert desk.run(DAY) == 0


def test_an_unknown_failure_is_tried_once_more(desk: Desk) -> None:
    one = desk.text()
    desk.run()
    desk.report(one, "undelivered", 30008)
    desk.run(2 * HOUR)
    desk.report(one, "undelivered", 30008)
    assert (desk.state(one), desk.row(one).attempts) == (State.UNDELIVERED, 2)


@pytest.mark.parametrize(
    ("code", "column"),
    [(30004, "no_texts_since"), (30005, "bad_since"), (30006, "no_texts_since"), (21610, None)],
)
def test_what_is_told_afterwards_follows_the_same_table(
    desk: Desk, code: int, column: str | None
) -> None:
    one = desk.text()
    desk.run()
    desk.report(one, "failed" if column is None else "undelivered", code)
    marked = getattr(desk.line_of(one), column or "opted_out_at")
    assert (marked, desk.run(DAY)) == (desk.clock() - DAY, 0)
    assert desk.row(one).error_code == str(code)


def test_filtered_texts_are_told_to_operators(desk: Desk) -> None:
    one = desk.text()
    desk.run()
    desk.report(one, "undelivered", 30007)
    desk.report(one, "undelivered", 30007)
    assert (desk.row(one).reason, [each.count for each in told(desk)]) == (Reason.FILTERED, [1])


@pytest.mark.parametrize(
    ("status", "state", "reason"),
    [
        ("no-answer", State.UNDELIVERED, Reason.NO_ANSWER),
        ("busy", State.UNDELIVERED, Reason.BUSY),
        ("failed", State.FAILED, Reason.CARRIER),
        ("completed", State.DELIVERED, None),
    ],
)
def test_how_a_call_ended(desk: Desk, status: str, state: State, reason: Reason | None) -> None:
    one = desk.call()
    desk.run()
    for each in ("ringing", status, "in-progress"):
        desk.report(one, each)
    assert (desk.state(one), desk.row(one).reason) == (state, reason)
    assert desk.run(DAY) == 0


@pytest.mark.parametrize("status", ["", "half-sent", *MESSAGE_STATES])
def test_a_callback_for_nothing_of_ours_changes_nothing(desk: Desk, status: str) -> None:
    one = desk.text()
    desk.run()
    before = desk.row(one)
    desk.report(one, "half-sent")
    if MESSAGE_STATES.get(status) is not State.DELIVERED:
        desk.report(one, status, sid="SM-of-nobody")
    assert desk.row(one) == before


def test_waits_are_spread_and_bounded() -> None:
    waits = Waits()
    for attempts in range(1, 200):
        spread = [waits.before_retry(attempts, chance) for chance in (0.0, 0.5, 1.0)]
        assert spread == sorted(spread)
        assert waits.longest * 1.25 >= spread[-1] > spread[0] > 0
