"""What the page of a case says is to be done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grievances.lifecycle import State
from grievances.next_step import NextStep, is_moving, next_step
from grievances.values import AnswerBy, Answering, CaseFile, Delivery, Replied, Said
from storage.outbox import Kind
from storage.recordings import Copy
from tests.grievances.people import NOW

SPOKEN = Said(id="s", said_at=NOW, text=None, seconds=7, copy=Copy.KEPT, media="m")
WRITTEN = replace(SPOKEN, text="El agua baja turbia.", seconds=None, copy=None, media=None)
REPLY = Replied(
    id="r",
    author="rosa@example.org",
    sent_at=NOW,
    text="Iremos el lunes.",
    media=None,
    in_full=False,
    kind=Kind.CALL,
    delivery=Delivery.QUEUED,
    heard_at=None,
    can_be_sent_again=False,
)
CASE = CaseFile(
    id="c",
    code="12345674",
    programme="junin",
    kind="grievance",
    topic="water",
    queue="environment",
    language="es",
    channel="voice",
    person_id="p",
    confirmed=True,
    answer_by=AnswerBy.CALL,
    answering=Answering.OPEN,
    state=State.RECEIVED,
    opened_at=NOW,
    first_read_at=None,
    statements=(SPOKEN,),
    replies=(),
)


@pytest.mark.parametrize(
    ("said", "step", "moves"),
    [
        (SPOKEN, NextStep.LISTEN, False),
        (WRITTEN, NextStep.READ, False),
        (replace(SPOKEN, copy=Copy.WAITING, media=None), NextStep.RECORDING_COMES, True),
        (replace(SPOKEN, copy=Copy.ABSENT, media=None), NextStep.ASK_AGAIN, False),
    ],
)
def test_an_open_case_is_heard_and_answered(said: Said, step: NextStep, moves: bool) -> None:
    case = replace(CASE, statements=(SPOKEN, said))
    assert next_step(case) is step
    assert is_moving(case) is moves


@pytest.mark.parametrize(
    ("delivery", "again", "in_full", "step"),
    [
        (Delivery.QUEUED, False, False, NextStep.ON_ITS_WAY),
        (Delivery.SENT, False, False, NextStep.ON_ITS_WAY),
        (Delivery.WAITING, False, False, NextStep.THEY_CALL),
        (Delivery.DELIVERED, False, False, NextStep.THEY_CALL),
        (Delivery.DELIVERED, False, True, NextStep.DONE),
        (Delivery.DELIVERED, True, False, NextStep.SEND_AGAIN),
        (Delivery.NOT_REACHED, True, False, NextStep.SEND_AGAIN),
        (Delivery.HEARD, False, False, NextStep.DONE),
    ],
)
def test_an_answered_case_says_how_far_the_answer_got(
    delivery: Delivery, again: bool, in_full: bool, step: NextStep
) -> None:
    reply = replace(REPLY, delivery=delivery, can_be_sent_again=again, in_full=in_full)
    case = replace(CASE, answering=Answering.ANSWERED, replies=(reply,))
    assert next_step(case) is step
    assert is_moving(case) is (step is NextStep.ON_ITS_WAY)


def test_nothing_is_sent_again_to_who_asked_not_to_be_contacted() -> None:
    reply = replace(REPLY, delivery=Delivery.NOT_REACHED, can_be_sent_again=True)
    case = replace(CASE, answering=Answering.ANSWERED, replies=(reply,))
    assert next_step(case, opted_out=True) is NextStep.THEY_CALL


def test_who_says_more_after_an_answer_waits_again() -> None:
    reply = replace(REPLY, delivery=Delivery.HEARD)
    case = replace(CASE, statements=(SPOKEN, WRITTEN), replies=(reply,))
    assert next_step(case) is NextStep.READ
