"""Calls that machines took, as rows and at the carrier, on both engines."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

from storage import machines
from storage.outbox import Reason, State
from telephony.gateway import GatewayError, RecordingGateway, Refused, Uncertain
from telephony.values import Policy
from tests.telephony.outgoing import LEASE, Desk

HOUR = dt.timedelta(hours=1)


def took(desk: Desk, row_id: str) -> bool:
    """The carrier says that a machine took the row's call."""
    provider_id = desk.row(row_id).provider_id
    with desk.services.database.writing() as connection:
        return machines.note_machine(connection, row_id, provider_id=provider_id, now=desk.clock())


def placed(desk: Desk) -> str:
    one = desk.call()
    desk.run()
    return one


class Deaf(RecordingGateway):
    """A carrier that does not end calls."""

    fault: GatewayError = Uncertain("no answer")

    def end_call(self, provider_id: str) -> None:
        super().end_call(provider_id)
        raise self.fault


def test_whichever_comes_first_a_machine_reached_nobody(desk: Desk) -> None:
    before, after = placed(desk), placed(desk)
    desk.report(before, "completed")
    assert took(desk, before)
    assert took(desk, after)
    desk.report(after, "completed")
    for one in (before, after):
        assert not took(desk, one)
        assert desk.state(one) is State.UNDELIVERED
        assert desk.row(one).reason == Reason.VOICEMAIL


def test_it_is_ended_once_by_one_worker(desk: Desk) -> None:
    one = placed(desk)
    took(desk, one)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: desk.dispatcher.run(), range(4)))
    assert desk.gateway.ended == [desk.row(one).provider_id]
    assert desk.row(one).end_due is None


def test_while_the_carrier_cannot_be_asked_it_is_tried_again_for_an_hour(desk: Desk) -> None:
    one = placed(desk)
    took(desk, one)
    deaf = Deaf(desk.clock)
    object.__setattr__(desk.dispatcher, "gateway", deaf)
    desk.run()
    desk.run()
    assert len(deaf.ended) == 1  # under its lease
    desk.run(LEASE)
    assert len(deaf.ended) == 2
    desk.run(HOUR)
    assert len(deaf.ended) == 2


def test_what_the_carrier_refuses_to_end_is_left(desk: Desk) -> None:
    one = placed(desk)
    took(desk, one)
    deaf = Deaf(desk.clock)
    deaf.fault = Refused(Policy.CONFIGURATION, code=20003)
    object.__setattr__(desk.dispatcher, "gateway", deaf)
    desk.run()
    desk.run(LEASE)
    assert len(deaf.ended) == 1


def test_a_text_or_another_attempt_is_no_such_call(desk: Desk) -> None:
    text, call = desk.text(), placed(desk)
    desk.run()
    assert not took(desk, text)
    with desk.services.database.writing() as connection:
        assert not machines.note_machine(connection, call, provider_id="CA0", now=desk.clock())
    assert desk.state(call) is State.SENT
