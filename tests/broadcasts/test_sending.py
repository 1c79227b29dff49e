"""From the audience to the handset: planned once, sent in the hours, tried again, and no more."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from broadcasts import operations, planning, queries
from broadcasts.errors import NoNumber, NoPrices, WrongState
from broadcasts.models import Broadcast
from broadcasts.values import (
    Audience,
    Basis,
    Progress,
    Spoken,
    Standing,
    State,
    StopReason,
    Way,
)
from contacts.models import Person
from contacts.operations import add_person, opt_out, remember_language
from outreach.attempts import SOON, Answer, Outcome
from outreach.operations import call_back, keep_slot, keep_wish
from outreach.values import Channel, Slot
from programmes.operations import bind_number
from programmes.values import CarrierName
from storage import notices, outbox
from storage.outbox import Kind, Outbox
from tests.broadcasts.village import CONTENTS, OURS, Village

LIMA = ZoneInfo("America/Lima")
HERS, ANOTHER = "+51964000001", "+51964000002"
HOUR = dt.timedelta(hours=1)


def lima(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """In November 2026: the 23rd is a Monday."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=LIMA).astimezone(dt.UTC)


def only(village: Village, broadcast_id: str) -> tuple[Standing, Outcome | None, int]:
    (found,) = village.recipients(broadcast_id)
    return (
        Standing(found.state),
        Outcome(found.outcome) if found.outcome else None,
        found.attempts,
    )


# -- planning ------------------------------------------------------------------------------------


def test_each_line_is_planned_once_whoever_is_killed_in_between(both: Village) -> None:
    both.people(1200)
    sent = both.broadcast(way=Way.PREFERENCE)
    assert both.does(planning.plan_batch, sent, languages=("es", "quy"), now=both.clock()), (
        "there is more"
    )
    assert len(both.recipients(sent)) == planning.BATCH
    both.clock.advance(HOUR)
    both.person(HERS)  # whoever comes after the start is not of its audience
    both.broadcaster.run()
    both.broadcaster.run()
    found = both.recipients(sent)
    assert len({each.line_id for each in found}) == len(found) == 1200
    kinds = Counter((each.language, each.channel) for each in found)
    assert kinds == {
        ("es", "voice"): 600,
        ("es", "sms"): 200,
        ("quy", "voice"): 300,
        ("quy", "sms"): 100,
    }
    queued = sum(each.state == Standing.QUEUED for each in found)
    assert queued == both.lot, "no more waits in the outbox than goes out soon"


def test_a_shared_phone_is_one_line_and_counts_in_one_language(village: Village) -> None:
    village.person(HERS)
    services = village.services
    with services.database.writing() as connection:
        other = add_person(
            connection, vault=services.vault, number=HERS, language="quy", now=village.clock()
        )
        assert other is not None
        keep_wish(
            connection,
            person_id=other.id,
            programme="valle",
            agreed=True,
            channel=None,
            now=village.clock(),
        )
    sent = village.broadcast()
    village.sweep()
    assert len(village.recipients(sent)) == len(village.gateway.placed) == 1


@pytest.mark.parametrize(
    ("audience", "numbers"),
    [
        (Audience(), 4),
        (Audience(languages=("quy",)), 1),
        (Audience(genders=("woman",)), 1),
        (Audience(genders=("woman", "")), 3),
        (Audience(districts=("yauli",)), 2),
        (Audience(districts=("yauli",), genders=("man",)), 1),
        (Audience(basis=Basis.CONTACTED), 4),
    ],
)
def test_to_whom(village: Village, audience: Audience, numbers: int) -> None:
    village.person("+51964000001", gender="woman", district="yauli")
    village.person("+51964000002", gender="man", district="yauli")
    village.person("+51964000003", language="quy")
    village.person("+51964000004", district="paccha")
    village.person("+51964000005", agreed=False)
    village.person("+51964000006", agreed=None)
    sent = village.broadcast(audience=audience)
    village.broadcaster.run()
    assert len(village.recipients(sent)) == numbers


# -- hours ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [Way.VOICE, Way.SMS])
def test_nothing_outside_the_hours_and_the_rest_the_next_day(village: Village, way: Way) -> None:
    village.person(HERS)
    village.clock.now = lima(23, 20)
    village.broadcast(way=way)
    village.sweep()
    assert village.gateway.placed == []
    village.clock.now = lima(24, 7, 59)
    village.sweep()
    assert village.gateway.placed == []
    village.sweep(dt.timedelta(minutes=1))
    assert len(village.gateway.placed) == 1


def test_what_is_queued_when_the_hours_end_waits_for_the_next(both: Village) -> None:
    both.person(HERS)
    both.clock.now = lima(28, 12, 59)  # a Saturday
    sent = both.broadcast()
    both.broadcaster.run()
    assert only(both, sent)[0] is Standing.QUEUED
    both.clock.now = lima(28, 13)
    both.dispatcher.run()
    assert both.gateway.placed == [], "the outbox itself does not send it"
    both.sweep()
    both.clock.now = lima(30, 8)
    both.sweep()
    both.sweep(SOON)
    assert [each.at for each in both.gateway.placed] == [lima(30, 8)]


def test_in_the_part_of_the_day_that_she_chose(village: Village) -> None:
    hers = village.person(HERS)
    village.does(
        keep_slot, person_id=hers, programme="valle", slot=Slot.EVENING, now=village.clock()
    )
    village.broadcast()
    for _ in range(12 * 2):
        village.sweep(HOUR)
    assert [each.at.astimezone(LIMA).hour for each in village.gateway.placed] == [17]


# -- what changes meanwhile ----------------------------------------------------------------------


def test_who_opts_out_while_it_is_queued_hears_nothing(village: Village) -> None:
    village.person(HERS)
    sent = village.broadcast()
    village.broadcaster.run()
    village.does(opt_out, vault=village.services.vault, number=HERS, now=village.clock())
    village.dispatcher.run()
    village.sweep(HOUR)
    assert village.gateway.placed == []
    assert only(village, sent) == (Standing.DONE, Outcome.OPTED_OUT, 0)


def test_who_asks_for_texts_while_a_call_is_queued_gets_a_text(both: Village) -> None:
    hers = both.person(HERS, channel=Channel.VOICE)
    both.broadcast(way=Way.PREFERENCE)
    both.broadcaster.run()
    wish = {"person_id": hers, "programme": "valle", "agreed": True, "now": both.clock()}
    both.does(keep_wish, channel=Channel.SMS, **wish)
    both.does(remember_language, hers, language="quy")
    both.dispatcher.run()
    assert both.gateway.placed == []
    both.sweep()
    (placed,) = both.gateway.placed
    assert placed.body == "[quy] Usted tiene derechos."


def test_paused_resumed_and_stopped(both: Village) -> None:
    both.person(HERS)
    sent = both.broadcast()
    both.broadcaster.run()
    both.does(operations.pause, sent, now=both.clock())
    both.sweep(HOUR)
    assert (both.gateway.placed, only(both, sent)[0]) == ([], Standing.WAITING)
    both.does(operations.resume, sent)
    both.broadcaster.run()
    both.does(operations.stop, sent, now=both.clock())
    both.sweep(HOUR)
    assert both.gateway.placed == []
    with pytest.raises(WrongState):
        both.does(operations.resume, sent)


def test_a_pause_between_the_queue_and_the_carrier(village: Village) -> None:
    """The gate sees a pause that came while a worker was claiming: what it claims stays here."""
    village.person(HERS)
    sent = village.broadcast()
    village.broadcaster.run()
    with village.services.database.writing() as connection:
        # As if the row had been locked by the claim when it was to be withdrawn.
        connection.execute(update(Broadcast).where(Broadcast.id == sent).values(state=State.PAUSED))
    village.dispatcher.run()
    assert (village.gateway.placed, only(village, sent)) == ([], (Standing.WAITING, None, 0))


# -- again, and not too often --------------------------------------------------------------------


def test_three_attempts_at_least_four_hours_apart(village: Village) -> None:
    village.person(HERS)
    sent = village.broadcast()
    moments: list[dt.datetime] = []
    for _ in range(24 * 6):
        village.sweep(HOUR / 2)
        for row in village.sent():
            moments.append(row.attempted_at)
            village.report(row, "busy" if len(moments) < 3 else "no-answer")
    assert len(moments) == 3
    assert all(b - a >= 4 * HOUR for a, b in pairwise(moments))
    assert only(village, sent) == (Standing.DONE, Outcome.NO_ANSWER, 3)
    row = village.row(sent)
    assert (row.state, row.spent) == (State.DONE, 0), "nobody took a call: nothing was paid"


def test_two_contacts_a_week_however_many_broadcasts(both: Village) -> None:
    both.person(HERS)
    services = both.services
    with services.database.writing() as connection:  # what she asks for does not count
        call_back(
            connection,
            vault=services.vault,
            number=HERS,
            ours=OURS,
            calendar=both.programme.calendar,
            now=both.clock(),
        )
    began = both.clock()
    all_of_them = [both.broadcast(way=Way.SMS) for _ in range(3)]
    both.sweep()
    for row in both.sent():
        both.report(row, "delivered")
    both.sweep(HOUR)
    texts = [each for each in both.gateway.placed if each.body]
    assert len(texts) == 2
    for _ in range(24 * 8):
        both.sweep(HOUR)
    texts = [each for each in both.gateway.placed if each.body]
    assert len(texts) == 3
    assert texts[-1].at - began >= dt.timedelta(days=7)
    assert {both.row(each).state for each in all_of_them} >= {State.DONE}


def test_the_budget_stops_it(both: Village) -> None:
    both.people(10)
    sent = both.broadcast(way=Way.SMS, budget=170)  # a text is 50
    both.sweep()
    row = both.row(sent)
    assert (row.state, row.stop_reason, row.spent) == (State.STOPPED, StopReason.BUDGET, 150)
    assert len(both.gateway.placed) == 3
    both.sweep(HOUR)
    assert len(both.gateway.placed) == 3


def test_running_a_sweep_again_changes_nothing(village: Village) -> None:
    village.people(20)
    sent = village.broadcast(way=Way.PREFERENCE)
    for _ in range(3):
        village.sweep()
    assert len(village.gateway.placed) == 20
    for row in village.sent():
        village.report(row, "completed" if row.kind == "call" else "delivered")
    for _ in range(3):
        village.sweep(dt.timedelta(minutes=1))
    assert len(village.gateway.placed) == 20
    progress = village.does(queries.progress, sent)
    assert progress == {Progress.REACHED: 5, Progress.WAITING: 15}, "calls in which nobody spoke"


# -- what came of it -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "status", "after"),
    [
        (Answer.YES, "completed", (Standing.DONE, Outcome.REACHED, 1)),
        (Answer.LATER, "completed", (Standing.WAITING, Outcome.LATER, 1)),
        (Answer.NEVER, "completed", (Standing.DONE, Outcome.OPTED_OUT, 1)),
        (None, "completed", (Standing.WAITING, Outcome.SILENT, 1)),
        (None, "failed", (Standing.WAITING, Outcome.FAILED, 1)),
    ],
)
def test_what_came_of_a_call(
    village: Village,
    answer: Answer | None,
    status: str,
    after: tuple[Standing, Outcome, int],
) -> None:
    village.person(HERS)
    sent = village.broadcast()
    village.sweep()
    if answer is not None:
        (hers,) = village.recipients(sent)
        village.does(operations.note_answer, hers.id, answer, now=village.clock())
    (row,) = village.sent()
    village.report(row, status)
    village.sweep(dt.timedelta(minutes=1))
    assert only(village, sent) == after


@pytest.mark.parametrize(("seconds", "heard"), [(44, False), (45, True), (600, True)])
def test_heard_to_the_end_is_three_quarters(village: Village, seconds: int, heard: bool) -> None:
    village.person(HERS)
    sent = village.broadcast()
    village.sweep()
    (hers,) = village.recipients(sent)
    village.does(operations.note_answer, hers.id, Answer.YES, now=village.clock())
    village.clock.advance(dt.timedelta(seconds=seconds))
    for _ in range(2):  # the carrier says twice that the call has ended
        village.does(operations.note_heard, hers.id, language="es", now=village.clock())
        village.clock.advance(HOUR)
    (hers,) = village.recipients(sent)
    assert (hers.seconds, hers.is_heard) == (min(seconds, 60), heard)


def test_what_cannot_start(village: Village) -> None:
    draft = village.broadcast(budget=100, starts=False)
    free = {"es": Spoken("es", 60, 1, None, None)}
    now = village.clock()
    with pytest.raises(NoNumber):
        village.does(operations.start, draft, contents=CONTENTS, sender=None, now=now)
    with pytest.raises(NoPrices):
        village.does(operations.start, draft, contents=free, sender=OURS, now=now)
    village.does(operations.start, draft, contents=CONTENTS, sender=OURS, now=now)
    with pytest.raises(WrongState):
        village.does(operations.start, draft, contents=CONTENTS, sender=OURS, now=now)


def test_a_person_who_is_told_apart_by_nothing_is_unknown(village: Village) -> None:
    hers = village.person(HERS)
    village.does(lambda c: c.execute(update(Person).where(Person.id == hers).values(language="xx")))
    sent = village.broadcast()
    village.broadcaster.run()
    assert village.recipients(sent)[0].language == "es"


# -- a number for texts alone --------------------------------------------------------------------


def test_texts_go_out_from_the_number_that_is_there_for_them(village: Village) -> None:
    with village.services.database.writing() as connection:
        bind_number(connection, "valle", "4747", carrier=CarrierName.KANNEL)
    village.person(HERS, channel=Channel.SMS)
    village.person(ANOTHER, channel=Channel.VOICE)
    village.broadcast(way=Way.PREFERENCE)
    village.sweep()
    assert {(each.kind, each.sender) for each in village.sent()} == {
        ("text", "4747"),
        ("call", OURS),
    }


def test_a_text_of_which_nobody_can_find_out_is_not_sent_again_and_ends(village: Village) -> None:
    village.person(HERS, channel=Channel.SMS)
    sent = village.broadcast(way=Way.SMS)
    village.sweep()
    [row] = village.sent()
    with village.services.database.writing() as connection:
        connection.execute(update(Outbox).where(Outbox.id == row.id).values(rank=1))
        assert outbox.leave_unknown(connection, row.id, now=village.clock())
    for _ in range(20):
        village.sweep(6 * HOUR)
    assert only(village, sent) == (Standing.DONE, Outcome.FAILED, 1)
    assert len(village.gateway.placed) == 1


def test_a_case_answer_goes_before_everything_that_goes_to_many(both: Village) -> None:
    both.people(300)
    both.broadcast(way=Way.SMS)
    both.broadcaster.run()
    (recipient, *others) = both.recipients(next(iter(both.does(queries.underway))))
    assert len(others) == 299
    sealed = both.services.vault.seal_text(outbox.BODY, "Iremos mañana.")
    both.clock.advance(dt.timedelta(seconds=1))
    both.does(
        outbox.add_text,
        sender=OURS,
        line_id=recipient.line_id,
        sealed_body=sealed,
        now=both.clock(),
    )
    both.dispatcher.run()
    assert both.gateway.placed[0].body == "Iremos mañana."
    assert len(both.gateway.placed) == 301


# -- what only an operator can mend --------------------------------------------------------------


@pytest.mark.parametrize(
    ("way", "kind", "waits"),
    [
        (Way.VOICE, Kind.CALL, True),
        (Way.SMS, Kind.TEXT, True),
        (Way.PREFERENCE, Kind.TEXT, True),
        (Way.SMS, Kind.CALL, False),
    ],
)
def test_where_the_carrier_refuses_our_number_it_waits_until_that_is_mended(
    village: Village, way: Way, kind: Kind, waits: bool
) -> None:
    village.people(5)
    database = village.services.database
    with database.writing() as connection:
        notices.tell(connection, code="21210", kind=kind, sender=OURS, now=village.clock())
    sent = village.broadcast(way=way)
    village.sweep()
    assert len(village.gateway.placed) == (0 if waits else 5)
    with database.writing() as connection:
        (notice,) = notices.open_notices(connection)
        notices.close(connection, notice.id, now=village.clock())
    village.sweep(dt.timedelta(minutes=1))
    assert len(village.gateway.placed) == 5
    assert len(village.recipients(sent)) == 5
