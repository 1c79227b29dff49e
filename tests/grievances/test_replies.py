"""Which way a reply goes, and what is known of it afterwards."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from contacts.operations import opt_out, set_pin
from grievances import queries, replies
from grievances.errors import AnsweredMeanwhile, EmptyReply, UnknownCase
from grievances.models import Reply
from grievances.values import AnswerBy, Delivery, Replied, Route, SentReply, Standing, Status
from storage import outbox
from storage.outbox import Outbox, State
from tests.grievances.people import HERS, NOW, OURS, World, manager

LATER = NOW + dt.timedelta(minutes=1)


def outgoing(world: World) -> list[outbox.Outgoing]:
    with world.database.writing() as connection:
        return outbox.claim(connection, now=LATER, lease=dt.timedelta(minutes=1), limit=10)


def body_of(world: World, row: outbox.Outgoing) -> str:
    assert row.body is not None
    return world.vault.open_text(outbox.BODY, row.body)


def replied(world: World, case_id: str) -> Replied:
    with world.database.reading() as connection:
        found = queries.case_file(connection, world.vault, case_id, programme="junin", visible=None)
    assert found is not None
    return found.replies[-1]


def standing(world: World, case_id: str) -> Standing:
    with world.database.reading() as connection:
        found = queries.standing(connection, case_id)
    assert found is not None
    return found


def move(world: World, state: State) -> None:
    with world.database.writing() as connection:
        rows = connection.execute(select(Outbox.id, Outbox.state)).all()
        for row in rows:
            if row.state not in ("delivered", "failed", "undelivered"):
                outbox.advance(connection, row.id, state, now=LATER)


def test_a_call_is_queued_with_ids_alone(world: World) -> None:
    case_id = world.case(answer_by=AnswerBy.CALL, language="quy")
    sent = world.replies(case_id, text=None, media="m" * 64)
    [row] = outgoing(world)
    assert sent.route is Route.CALL
    assert row.opening == {
        "script": "deliver_answer",
        "args": {"case": case_id, "reply": sent.id},
        "language": "quy",
        "person": world.person.id,
    }
    assert (row.sender, row.line_id) == (OURS, world.person.line_id)


def test_who_wrote_to_us_reads_the_answer_itself(world: World) -> None:
    case_id = world.case(answer_by=AnswerBy.SMS, channel="sms")
    assert world.replies(case_id, text="Iremos mañana.").route is Route.TEXT
    [row] = outgoing(world)
    assert body_of(world, row) == "Iremos mañana."


def test_an_answer_is_not_written_to_a_phone_that_others_use(world: World) -> None:
    case_id = world.case(answer_by=AnswerBy.SMS, channel="sms")
    with world.database.writing() as connection:
        set_pin(connection, vault=world.vault, person_id=world.person.id, pin="4826")
    assert world.replies(case_id, text="Iremos mañana.").route is Route.NOTICE
    [row] = outgoing(world)
    assert "Iremos" not in body_of(world, row)


@pytest.mark.parametrize(
    ("channel", "text"), [("voice", "Iremos mañana."), ("sms", None), ("voice", None)]
)
def test_anybody_else_is_told_neutrally_that_something_waits(
    world: World, channel: str, text: str | None
) -> None:
    case_id = world.case(answer_by=AnswerBy.SMS, channel=channel)
    assert world.replies(case_id, text=text, media="m" * 64).route is Route.NOTICE
    [row] = outgoing(world)
    assert body_of(world, row) == f"[es] {OURS}"


def test_what_cannot_go_out_waits(world: World) -> None:
    she_calls = world.case(answer_by=AnswerBy.SHE_CALLS)
    unknown = world.case(answer_by=AnswerBy.CALL, person_id=None)
    no_number = world.case(answer_by=AnswerBy.CALL)
    assert world.replies(she_calls).route is Route.WAITS
    assert world.replies(unknown).route is Route.WAITS
    assert world.replies(no_number, number=None).route is Route.WAITS
    assert outgoing(world) == []
    assert replied(world, she_calls).delivery is Delivery.WAITING
    assert standing(world, she_calls).status is Status.ANSWERED


@pytest.mark.parametrize("answer_by", [AnswerBy.CALL, AnswerBy.SMS])
def test_an_opted_out_line_is_left_in_peace(world: World, answer_by: AnswerBy) -> None:
    case_id = world.case(answer_by=answer_by, channel="sms")
    with world.database.writing() as connection:
        opt_out(connection, vault=world.vault, number=HERS, now=NOW)
    assert world.replies(case_id).route is Route.WAITS
    assert outgoing(world) == []


def test_an_accented_text_goes_in_fewer_segments(world: World) -> None:
    case_id = world.case(answer_by=AnswerBy.SMS, channel="sms")
    world.replies(case_id, text="Así es. " * 12)
    [row] = outgoing(world)
    assert body_of(world, row).startswith("Asi es. ")


def test_nothing_is_no_reply(world: World) -> None:
    with pytest.raises(EmptyReply):
        world.replies(world.case(), text="")
    with pytest.raises(UnknownCase):
        world.replies("0" * 32)


def test_the_second_of_two_is_told(world: World) -> None:
    case_id = world.case()
    first = world.replies(case_id)
    with pytest.raises(AnsweredMeanwhile):
        world.replies(case_id, text="also")
    world.replies(case_id, text="and more", after=first.id, now=LATER)


def test_of_eight_at_once_one_answers(world: World) -> None:
    case_id = world.case()

    def attempt(number: int) -> SentReply | None:
        try:
            return world.replies(case_id, text=f"answer {number}")
        except AnsweredMeanwhile:
            return None

    with ThreadPoolExecutor(8) as pool:
        sent = [each for each in pool.map(attempt, range(8)) if each]
    assert len(sent) == 1
    assert len(outgoing(world)) == 1
    with world.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(Reply)).scalar_one() == 1


def test_the_case_shows_how_far_a_reply_got(world: World) -> None:
    case_id = world.case()
    sent = world.replies(case_id)
    seen = [replied(world, case_id).delivery]
    for state in (State.UNKNOWN, State.SENT, State.DELIVERED):
        move(world, state)
        seen.append(replied(world, case_id).delivery)
    with world.database.writing() as connection:
        replies.mark_heard(connection, reply_id=sent.id, now=LATER)
        replies.mark_heard(connection, reply_id=sent.id, now=LATER + dt.timedelta(hours=1))
    last = replied(world, case_id)
    assert [*seen, last.delivery] == [
        Delivery.QUEUED,
        Delivery.QUEUED,
        Delivery.SENT,
        Delivery.DELIVERED,
        Delivery.HEARD,
    ]
    assert last.heard_at == LATER, "the first time counts"


@pytest.mark.parametrize("state", [State.UNDELIVERED, State.FAILED, State.CANCELLED, State.EXPIRED])
def test_what_did_not_reach_her_can_be_sent_again_once(world: World, state: State) -> None:
    case_id = world.case()
    sent = world.replies(case_id)

    def again(_: int = 0) -> bool:
        with world.database.writing() as connection:
            return replies.send_again(
                connection, vault=world.vault, reply_id=sent.id, actor=manager(world), now=LATER
            )

    assert not again(), "it is on its way"
    move(world, state)
    assert replied(world, case_id).delivery is Delivery.NOT_REACHED
    assert replied(world, case_id).can_be_sent_again
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(again, range(4))) == 1
    [row] = outgoing(world)
    assert row.opening is not None
    assert row.opening["args"]["reply"] == sent.id
    assert replied(world, case_id).delivery is Delivery.QUEUED


def test_a_call_taken_and_not_heard_can_be_made_again_but_a_text_not(world: World) -> None:
    call, text = world.case(), world.case(answer_by=AnswerBy.SMS, channel="sms")
    world.replies(call)
    world.replies(text)
    move(world, State.DELIVERED)
    assert replied(world, call).can_be_sent_again
    assert not replied(world, text).can_be_sent_again


def test_nothing_is_sent_again_to_a_line_that_opted_out(world: World) -> None:
    sent = world.replies(world.case())
    move(world, State.FAILED)
    with world.database.writing() as connection:
        opt_out(connection, vault=world.vault, number=HERS, now=NOW)
    with world.database.writing() as connection:
        assert not replies.send_again(
            connection, vault=world.vault, reply_id=sent.id, actor=manager(world), now=LATER
        )


def test_what_my_case_tells(world: World) -> None:
    case_id = world.case()
    assert standing(world, case_id) == Standing(Status.RECEIVED, None, False, NOW)
    with world.database.writing() as connection:
        world.reads(case_id, connection)
    assert standing(world, case_id) == Standing(Status.READ, None, False, NOW)
    first = world.replies(case_id, text="one")
    second = world.replies(case_id, text="two", after=first.id, now=LATER)
    assert standing(world, case_id) == Standing(Status.ANSWERED, first.id, True, NOW)
    for each, then in ((first, second), (second, second)):
        with world.database.writing() as connection:
            replies.mark_heard(connection, reply_id=each.id, now=LATER)
        assert standing(world, case_id).reply_id == then.id
    assert standing(world, case_id).reply_is_new is False
    with world.database.reading() as connection:
        assert queries.standing(connection, "0" * 32) is None
        told = queries.reply(connection, world.vault, second.id)
        assert queries.reply(connection, world.vault, "0" * 32) is None
    assert told is not None
    assert (told.text, told.media, told.language) == ("two", None, "es")


def test_a_text_that_was_the_answer_is_no_news_once_delivered(world: World) -> None:
    in_full = world.case(answer_by=AnswerBy.SMS, channel="sms")
    notice = world.case(answer_by=AnswerBy.SMS, channel="voice")
    world.replies(in_full)
    world.replies(notice)
    assert standing(world, in_full).reply_is_new
    move(world, State.DELIVERED)
    assert not standing(world, in_full).reply_is_new
    assert standing(world, notice).reply_is_new
