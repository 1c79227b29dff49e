"""Numbers for missed calls: turned away unbilled, and called back; and LLAMAR by text."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from programmes.operations import bind_number
from storage.outbox import Outbox
from tests.dialogue.line import HERS, OURS
from tests.signed import Call, Signed

MISSED = "+5164200199"


@pytest.fixture
def missed(carrier: Signed) -> Signed:
    with carrier.house.services.database.writing() as connection:
        bind_number(connection, "junin", MISSED, missed_call=True)
    return carrier


def openings(carrier: Signed) -> list[object]:
    with carrier.house.services.database.reading() as connection:
        return list(connection.execute(select(Outbox.opening)).scalars())


def test_a_missed_call_is_turned_away_and_called_back(missed: Signed) -> None:
    reply = missed.call(ours=MISSED).reply
    assert '<Reject reason="busy"' in reply.body
    again = missed.call(ours=MISSED).reply
    assert '<Reject reason="busy"' in again.body
    assert openings(missed) == [{"script": "call_back", "language": None}]


def test_whoever_cannot_be_called_is_answered(missed: Signed) -> None:
    reply = missed.call("anonymous", ours=MISSED).reply
    assert "greeting" in reply.keys
    assert openings(missed) == []


def test_another_number_of_the_programme_answers(missed: Signed) -> None:
    assert "greeting" in missed.call(ours=OURS).reply.keys


@pytest.mark.parametrize("word", ["LLAMAR", "llámame", "Qayamuway"])
def test_a_text_asks_for_a_call(carrier: Signed, word: str) -> None:
    reply = carrier.text(word)
    assert "llamaremos" in reply.body
    assert openings(carrier) == [{"script": "call_back", "language": None}]


def test_who_stopped_everything_is_told_how_to_begin_again(carrier: Signed) -> None:
    carrier.text("BAJA")
    assert "ALTA" in carrier.text("LLAMAR").body
    assert openings(carrier) == []


def test_the_call_back_asks_first_and_never_names_why(missed: Signed) -> None:
    missed.call(ours=MISSED)
    with missed.house.services.database.reading() as connection:
        row = connection.execute(select(Outbox.id)).scalar_one()
    call = Call(missed, "CA" + "7" * 32, number=MISSED, ours=HERS)
    call.post(f"/voice/outbound?o={row}", Direction="outbound-api")
    assert call.reply.keys[:2] == ["call.who", "call.can_you_talk"]
    call.post(call.reply.action, Direction="outbound-api", Digits="3")
    assert call.reply.keys == ["call.never"]
    assert missed.call(ours=MISSED).reply.keys[0] != "call.never"
    assert len(openings(missed)) == 1
