"""An answer that did not reach somebody says why, in words that help whoever wrote it."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from grievances import labels, queries
from grievances.replies import send_again
from grievances.values import AnswerBy, Delivery
from storage import outbox
from storage.outbox import Reason, State
from tests.grievances.people import NOW, World, manager


def test_what_nobody_can_find_out_is_for_whoever_answers_to_decide(
    app: Flask, world: World
) -> None:
    case_id = world.case(answer_by=AnswerBy.SMS)
    world.replies(case_id, text="Iremos mañana.")
    with world.database.writing() as connection:
        now = NOW + dt.timedelta(minutes=1)
        [row] = outbox.claim(connection, now=now, lease=dt.timedelta(minutes=1))
        assert outbox.leave_unknown(connection, row.id, now=now)
    with world.database.reading() as connection:
        found = queries.case_file(connection, world.vault, case_id, programme="junin", visible=None)
    assert found is not None
    [reply] = found.replies
    assert (reply.delivery, reply.can_be_sent_again) == (Delivery.UNCERTAIN, True)
    with app.test_request_context():
        assert "may have arrived" in (labels.reason_label(reply) or "")
    with world.database.writing() as connection:
        assert send_again(
            connection, vault=world.vault, reply_id=reply.id, actor=manager(world), now=now
        )
        assert not send_again(
            connection, vault=world.vault, reply_id=reply.id, actor=manager(world), now=now
        )


@pytest.mark.parametrize("reason", list(Reason))
def test_the_case_shows_why_it_was_not_reached(app: Flask, world: World, reason: Reason) -> None:
    case_id = world.case(answer_by=AnswerBy.SMS)
    world.replies(case_id, text="Iremos mañana.")
    with world.database.writing() as connection:
        lease, now = dt.timedelta(minutes=1), NOW + dt.timedelta(minutes=1)
        [row] = outbox.claim(connection, now=now, lease=lease)
        outbox.advance(connection, row.id, State.EXPIRED, now=now, reason=reason)
    with world.database.reading() as connection:
        found = queries.case_file(connection, world.vault, case_id, programme="junin", visible=None)
    assert found is not None
    [reply] = found.replies
    assert (reply.delivery, reply.reason) == (Delivery.NOT_REACHED, reason)
    assert reply.can_be_sent_again
    with app.test_request_context():
        assert labels.reason_label(reply)
