"""Calls of ours that a voicemail takes, or that do not begin: nobody hears anything of them."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, text

from storage.outbox import Outbox, Reason, State
from telephony.gateway import RecordingGateway
from tests.dialogue.line import HERS, OURS
from tests.signed import Call, Signed

OUT = "outbound-api"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What the engines could differ in is tried in tests/telephony."""
    return sqlite_url


@pytest.fixture
def row(carrier: Signed) -> str:
    """A call back that waits in the outbox."""
    carrier.text("LLAMAR")
    with carrier.house.services.database.reading() as connection:
        return str(connection.execute(select(Outbox.id)).scalar_one())


@pytest.fixture
def gateway() -> RecordingGateway:
    return RecordingGateway()


def ring(carrier: Signed, gateway: RecordingGateway, row: str) -> Call:
    """Have the worker place the call, and answer it."""
    dispatch(carrier, gateway)
    call = Call(carrier, gateway.placed[-1].provider_id, OURS, HERS)
    call.post(f"/voice/outbound?o={row}", Direction=OUT)
    return call


def dispatch(carrier: Signed, gateway: RecordingGateway) -> None:
    dataclasses.replace(carrier.house, gateway=gateway).dispatcher.run()


def execute(carrier: Signed, statement: str) -> None:
    with carrier.house.services.database.writing() as connection:
        connection.execute(text(statement))


def of(carrier: Signed, row: str) -> Any:
    with carrier.house.services.database.reading() as connection:
        return connection.execute(select(Outbox).where(Outbox.id == row)).one()


def outcome(carrier: Signed, row: str) -> tuple[State, str | None]:
    found = of(carrier, row)
    return State(found.state), found.reason


def verdict(call: Call, row: str, answered_by: str = "machine_start") -> int:
    return call.carrier.post(
        f"/voice/machine?o={row}",
        {"CallSid": call.sid, "AnsweredBy": answered_by, "MachineDetectionDuration": "3100"},
    ).status


def test_a_machine_is_left_and_counts_as_not_reached(
    carrier: Signed, gateway: RecordingGateway, row: str
) -> None:
    call = ring(carrier, gateway, row)
    assert gateway.placed[0].machine_url == f"https://rimay.example.org/voice/machine?o={row}"
    assert call.reply.keys[:2] == ["call.who", "call.can_you_talk"]
    assert verdict(call, row) == 204
    dispatch(carrier, gateway)
    assert gateway.ended == [call.sid]
    # The carrier calls it completed; it reached nobody.
    call.post(f"/voice/status?o={row}", Direction=OUT, CallStatus="completed")
    assert outcome(carrier, row) == (State.UNDELIVERED, Reason.VOICEMAIL)
    dispatch(carrier, gateway)
    assert gateway.ended == [call.sid]


def test_until_it_is_ended_nothing_more_is_said_to_it(
    carrier: Signed, gateway: RecordingGateway, row: str
) -> None:
    call = ring(carrier, gateway, row)
    action = call.reply.action
    verdict(call, row)
    call.post(action, Direction=OUT)
    assert call.reply.hangs_up
    assert call.reply.keys == []


@pytest.mark.parametrize("answered_by", ["human", "unknown", "", "MACHINE"])
def test_whoever_is_no_machine_goes_on(
    carrier: Signed, gateway: RecordingGateway, row: str, answered_by: str
) -> None:
    call = ring(carrier, gateway, row)
    assert verdict(call, row, answered_by) == 204
    dispatch(carrier, gateway)
    assert gateway.ended == []
    assert outcome(carrier, row) == (State.SENT, None)


def test_a_verdict_after_she_said_that_she_can_talk_was_wrong(
    carrier: Signed, gateway: RecordingGateway, row: str
) -> None:
    call = ring(carrier, gateway, row)
    call.post(call.reply.action, Direction=OUT, Digits="1")
    said = call.reply.body
    assert verdict(call, row) == 204
    dispatch(carrier, gateway)
    assert gateway.ended == []
    assert outcome(carrier, row) == (State.SENT, None)
    assert "Gather" in said


def test_silence_on_the_line_is_no_answer_of_hers(
    carrier: Signed, gateway: RecordingGateway, row: str
) -> None:
    call = ring(carrier, gateway, row)
    for _ in range(2):
        call.post(call.reply.action, Direction=OUT)
    assert call.reply.hangs_up
    verdict(call, row)
    assert outcome(carrier, row) == (State.UNDELIVERED, Reason.VOICEMAIL)


@pytest.mark.parametrize("status", ["completed", "in-progress"])
def test_the_order_of_the_callbacks_changes_nothing(
    carrier: Signed, gateway: RecordingGateway, row: str, status: str
) -> None:
    call = ring(carrier, gateway, row)
    call.post(f"/voice/status?o={row}", Direction=OUT, CallStatus=status)
    with ThreadPoolExecutor(3) as pool:
        told = list(pool.map(lambda _: verdict(call, row), range(3)))
    assert told == [204, 204, 204]
    call.post(f"/voice/status?o={row}", Direction=OUT, CallStatus=status)
    assert outcome(carrier, row) == (State.UNDELIVERED, Reason.VOICEMAIL)


def test_a_verdict_of_nothing_of_ours_changes_nothing(
    carrier: Signed, gateway: RecordingGateway, row: str
) -> None:
    call = ring(carrier, gateway, row)
    forged = {"CallSid": call.sid, "AnsweredBy": "machine_start"}
    assert carrier.post(f"/voice/machine?o={row}", forged, signature="bm8=").status == 403
    other = Call(carrier, "CA" + "8" * 32, OURS, HERS)
    assert verdict(other, "nothing") == 204
    assert verdict(other, row) == 204  # the row is of another call
    assert carrier.post(f"/voice/machine?o={row}", {"AnsweredBy": "fax"}).status == 204
    assert outcome(carrier, row) == (State.SENT, None)
    assert of(carrier, row).provider_id == call.sid


def test_a_carrier_without_it_is_not_asked(
    carrier: Signed, gateway: RecordingGateway, row: str
) -> None:
    settings = dataclasses.replace(carrier.house.settings, detects_machines=False)
    house = dataclasses.replace(carrier.house, gateway=gateway, settings=settings)
    house.dispatcher.run()
    assert gateway.placed[0].machine_url is None


# Calls of ours that do not begin ----------------------------------------------------------------


def test_a_call_of_ours_that_fails_is_begun_again_without_a_word(
    carrier: Signed, gateway: RecordingGateway, row: str
) -> None:
    dispatch(carrier, gateway)
    call = Call(carrier, gateway.placed[0].provider_id, OURS, HERS)
    execute(carrier, "ALTER TABLE outbox RENAME TO outbox_away")
    call.post(f"/voice/outbound?o={row}", Direction=OUT)
    assert (call.reply.keys, call.reply.redirect) == ([], f"/voice/outbound?o={row}&f=1")
    call.post(call.reply.redirect, Direction=OUT)
    assert call.reply.keys == ["call.neutral_end"]
    assert call.reply.hangs_up
    execute(carrier, "ALTER TABLE outbox_away RENAME TO outbox")
    call.post(f"/voice/outbound?o={row}&f=1", Direction=OUT)
    assert call.reply.keys[0] == "call.who"


def test_its_fallback_neither_greets_nor_reveals(
    carrier: Signed, gateway: RecordingGateway, row: str
) -> None:
    call = Call(carrier, "CA" + "6" * 32, OURS, HERS)
    failed = f"https://rimay.example.org/voice/outbound?o={row}"
    call.post(f"/voice/fallback?o={row}", Direction=OUT, ErrorUrl=failed)
    assert (call.reply.keys, call.reply.redirect) == ([], f"/voice/outbound?o={row}&f=1")
    again = f"https://rimay.example.org{call.reply.redirect}"
    call.post(f"/voice/fallback?o={row}", Direction=OUT, ErrorUrl=again)
    assert call.reply.keys == ["call.neutral_end"]
    # Nor does it begin by any other door.
    for n in (0, 1, 99999):
        call.post(f"/voice/turn?n={n}&l=es", Direction=OUT)
        assert call.reply.keys == ["sorry.goodbye"]
    assert carrier.line.turns() == []


def test_in_the_middle_its_fallback_puts_the_open_question_again(
    carrier: Signed, gateway: RecordingGateway, row: str
) -> None:
    call = ring(carrier, gateway, row)
    failed = f"https://rimay.example.org{call.reply.action}"
    call.post(f"/voice/fallback?o={row}", Direction=OUT, ErrorUrl=failed)
    assert call.reply.keys == ["sorry.fault"]
    call.post(call.reply.redirect, Direction=OUT)
    assert "call.can_you_talk" in call.reply.keys
