"""A call that cannot go on: it is promised to be called back, and it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from twilio.request_validator import RequestValidator

from app import fallback
from app.fallback import lay_out_sounds
from app.honouring import honour
from storage.outbox import Kind, Outbox
from tests.dialogue.line import HERS, OURS
from tests.signed import ORIGIN, Call, Reply, Signed

SECOND = "https://fallback.example.org"
SOON = dt.timedelta(minutes=1)


@contextmanager
def away(carrier: Signed, table: str) -> Iterator[None]:
    """Inside, this table is not there."""
    with carrier.house.services.database.writing() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {table}_away"))
    yield
    with carrier.house.services.database.writing() as connection:
        connection.execute(text(f"ALTER TABLE {table}_away RENAME TO {table}"))


def calls_queued(carrier: Signed) -> list[Any]:
    with carrier.line.reading() as connection:
        where = Outbox.kind == Kind.CALL
        return list(connection.execute(Outbox.__table__.select().where(where)))


def test_a_call_without_a_database_is_called_back_once(carrier: Signed) -> None:
    with away(carrier, "turn"):
        call = carrier.call()
        assert call.reply.keys == ["sorry.fault", "sorry.fault"]
        first = call.post(call.reply.redirect)
        assert first.keys == ["sorry.we_call_back", "sorry.we_call_back"]
        assert first.languages == {"es", "quy"}
        assert first.hangs_up
        # The carrier may ask twice; and she may ring again.
        call.post("/voice/inbound?f=1")
        again = carrier.call()
        again.post(again.reply.redirect)
        assert len(carrier.house.spool) == 2
    assert honour(carrier.house) == 2
    assert len(calls_queued(carrier)) == 1
    assert len(carrier.house.spool) == 0


def test_a_promise_outlives_a_worker_that_dies_after_it_was_kept(carrier: Signed) -> None:
    with away(carrier, "turn"):
        call = carrier.call()
        call.post(call.reply.redirect)
    spool = carrier.house.spool
    (path,) = spool.folder.iterdir()
    content = path.read_bytes()
    assert honour(carrier.house) == 1
    path.write_bytes(content)  # as if it had died before it could delete it
    carrier.line.clock.advance(dt.timedelta(seconds=5))
    assert honour(carrier.house) == 1
    assert len(calls_queued(carrier)) == 1


def test_a_promise_waits_for_the_database(carrier: Signed) -> None:
    with away(carrier, "turn"):
        call = carrier.call()
        call.post(call.reply.redirect)
    with away(carrier, "line"):
        assert honour(carrier.house) == 0
    carrier.line.clock.advance(SOON)
    assert honour(carrier.house) == 1


@pytest.mark.parametrize("number", ["anonymous", "+266696687", ""])
def test_a_withheld_number_is_promised_nothing(carrier: Signed, number: str) -> None:
    with away(carrier, "turn"):
        call = carrier.call(number)
        assert set(call.post(call.reply.redirect).keys) == {"sorry.goodbye"}
    assert len(carrier.house.spool) == 0


def test_a_full_disk_promises_nothing(carrier: Signed) -> None:
    carrier.house.settings.spool.parent.mkdir(parents=True, exist_ok=True)
    carrier.house.settings.spool.write_text("no folder")
    with away(carrier, "turn"):
        call = carrier.call()
        assert set(call.post(call.reply.redirect).keys) == {"sorry.goodbye"}


def test_a_call_of_ours_is_promised_nothing(carrier: Signed) -> None:
    call = Call(carrier, "CA" + "4" * 32, OURS, HERS)
    failed = f"{ORIGIN}/voice/outbound?o=1"
    reply = call.post("/voice/fallback", Direction="outbound-api", ErrorUrl=failed)
    assert set(reply.keys) == {"sorry.goodbye"}
    assert reply.hangs_up
    assert len(carrier.house.spool) == 0


# The second address ---------------------------------------------------------------------------


@pytest.fixture
def second(carrier: Signed) -> FlaskClient:
    """The program of the second address, over the same folder and no database."""
    settings = carrier.house.settings
    lay_out_sounds(settings, carrier.house.prompts)
    object.__setattr__(settings, "fallback_url", SECOND)
    object.__setattr__(settings, "database_url", "sqlite:////nowhere/at/all")
    return fallback.create(settings, clock=carrier.line.clock).test_client()


def post(client: FlaskClient, path: str, form: dict[str, str], *, origin: str = SECOND) -> Reply:
    make: Any = RequestValidator
    validator = make("0123456789abcdef0123456789abcdef")
    signature = str(validator.compute_signature(origin + path, form))
    return Reply(
        client.post(
            path,
            data=form,
            headers={"X-Twilio-Signature": signature},
            environ_overrides={"RAW_URI": path},
        )
    )


def form_of(error: str, **more: str) -> dict[str, str]:
    call = {"CallSid": "CA" + "2" * 32, "From": HERS, "To": OURS, "Direction": "inbound"}
    return {**call, "ErrorCode": "11205", "ErrorUrl": ORIGIN + error, **more}


def test_the_second_address_leads_back_to_the_first_and_then_promises(
    carrier: Signed, second: FlaskClient
) -> None:
    reply = post(second, "/voice/fallback", form_of("/voice/turn?n=3&l=quy"))
    assert reply.keys == ["sorry.fault"]
    assert reply.languages == {"quy"}
    assert reply.redirect.startswith(f"{ORIGIN}/voice/turn?")
    address = urlsplit(reply.redirect)
    last = post(second, "/voice/fallback", form_of(f"{address.path}?{address.query}"))
    assert last.keys == ["sorry.we_call_back"]
    assert last.hangs_up
    (sound,) = (each.text or "" for each in last.root.iter("Play"))
    heard = second.get(sound)
    assert heard.status_code == 200
    assert heard.data.startswith(b"RIFF")
    assert honour(carrier.house) == 1
    assert len(calls_queued(carrier)) == 1


def test_the_second_address_keeps_texts(carrier: Signed, second: FlaskClient) -> None:
    form = {"From": HERS, "To": OURS, "Body": "El agua baja turbia", "MessageSid": "SM1"}
    reply = post(second, "/sms/fallback", form)
    assert "Recibimos su mensaje" in reply.messages[0]
    assert honour(carrier.house) == 1
    (turn,) = carrier.line.turns()
    assert turn.channel == "sms"


@pytest.mark.parametrize("path", ["/voice/fallback", "/sms/fallback"])
def test_the_second_address_takes_nothing_that_is_not_signed_for_it(
    carrier: Signed, second: FlaskClient, path: str
) -> None:
    form = form_of("/voice/turn?n=3&l=es&f=1", MessageSid="SM1", Body="x")
    assert post(second, path, form, origin=ORIGIN).status == 403
    assert len(carrier.house.spool) == 0


@pytest.mark.parametrize("path", ["xx/sorry.fault", "es/../../secret", "es/greeting"])
def test_the_second_address_has_no_other_sounds(second: FlaskClient, path: str) -> None:
    assert second.get(f"/voice/prompts/{path}.wav?v=1").status_code == 404
