"""What Kannel brings: who may, in which encoding, once; and replies that go out by the outbox."""

from __future__ import annotations

import itertools
import logging
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.factory import answering, create_app
from app.house import House, door
from app.settings import Kannel
from contacts.models import Line as LineRow
from locales.gsm import segments
from outreach.models import Contact
from programmes.content import from_content, to_content
from programmes.operations import bind_number
from programmes.values import CarrierName
from storage import outbox
from storage.outbox import Kind, Outbox, State
from telephony.dispatch import Dispatcher
from telephony.gateway import RecordingGateway
from tests.clock import FakeClock
from tests.dialogue.line import HERS, OURS, Line, open_line, read_junin
from tests.signed import build_house

SECRET = "k" * 32
WORDS = "Ñandú, ¿qué pasó con el agua? ’"
KANNELS = "10.1.2.3"
PROXY = "127.0.0.1"
_ids = itertools.count(1)


@dataclass
class AtKannel:
    """The program, and a Kannel that brings it what phones sent."""

    house: House
    line: Line
    client: FlaskClient
    gateway: RecordingGateway = field(default_factory=RecordingGateway)

    def ask(
        self,
        target: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        password: str | None = SECRET,
        address: str = KANNELS,
    ) -> TestResponse:
        given = dict(headers or {})
        if password is not None:
            given["Authorization"] = "Basic " + b64encode(f"kannel:{password}".encode()).decode()
        return self.client.open(
            target,
            method="GET" if body is None else "POST",
            data=body,
            headers=given,
            environ_overrides={"REMOTE_ADDR": address},
        )

    def text(self, body: str, *, id: str = "", number: str = HERS, **asked: Any) -> TestResponse:
        """As `post-url` brings it."""
        gsm = segments(body).encoding == "gsm7"
        headers = {
            "Content-Type": f'text/plain; charset="{"UTF-8" if gsm else "UTF-16BE"}"',
            "X-Kannel-From": number,
            "X-Kannel-To": asked.pop("to", OURS),
            "X-Kannel-Coding": asked.pop("coding", "0" if gsm else "2"),
            **asked.pop("headers", {}),
        }
        return self.ask(
            f"/sms/kannel?id={id or next(_ids)}",
            body=body.encode("utf-8" if gsm else "utf-16-be"),
            headers=headers,
            **asked,
        )

    def outgoing(self) -> list[Any]:
        with self.line.reading() as connection:
            return list(connection.execute(select(Outbox).order_by(Outbox.due_at)))

    def replies(self) -> list[str]:
        vault = self.house.services.vault
        return [
            vault.open_text(outbox.BODY, each.body or b"")
            for each in self.outgoing()
            if each.kind == Kind.TEXT
        ]

    def dispatch(self) -> list[str]:
        """Let a worker send; what it sent."""
        Dispatcher(self.house.services, self.gateway, "https://rimay.example.org").run()
        return [each.body or "" for each in self.gateway.placed]


@pytest.fixture
def kannel(
    tmp_path: Path, sqlite_url: str, valkey_url: str, clock: FakeClock
) -> Iterator[AtKannel]:
    house = build_house(tmp_path, sqlite_url, valkey_url, clock)
    settings = replace(
        house.settings,
        kannel=Kannel(
            url="http://127.0.0.1:9/cgi-bin/sendsms",
            username="rimay",
            password="p",
            secret=SECRET,
            networks=(ip_network("10.1.2.0/24"), ip_network("::1")),
            reached_at="http://10.1.2.9:8000",
        ),
        proxies=1,
    )
    house = replace(house, settings=settings)
    line = open_line(house.services, read_junin(), house.prompts)
    with house.services.database.writing() as connection:
        bind_number(connection, "junin", OURS, carrier=CarrierName.KANNEL)
    yield AtKannel(house, line, answering(house).test_client(), RecordingGateway(clock))
    house.services.database.close()


def to_statement(kannel: AtKannel) -> None:
    for body in ("hola", "1", "0"):
        kannel.text(body)


# Who may ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        {"password": None},
        {"password": ""},
        {"password": SECRET[:-1]},
        {"password": "ñ"},
        {"address": "10.1.3.1"},
        {"address": PROXY},
        {"address": PROXY, "headers": {"X-Forwarded-For": "203.0.113.9"}},
        {"address": PROXY, "headers": {"X-Forwarded-For": f"{KANNELS}, 203.0.113.9"}},
        {"address": KANNELS, "headers": {"X-Forwarded-For": "unknown"}},
    ],
)
def test_whoever_is_not_kannel_is_refused_and_nothing_is_kept(
    kannel: AtKannel, asked: dict[str, Any]
) -> None:
    assert kannel.text("hola", **asked).status_code == 403
    assert kannel.line.turns() == []
    assert kannel.outgoing() == []


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"address": "::1"},
        {"address": "::ffff:10.1.2.3"},
        {"address": PROXY, "headers": {"X-Forwarded-For": KANNELS}},
        {"address": PROXY, "headers": {"X-Forwarded-For": f"203.0.113.9, {KANNELS}"}},
    ],
)
def test_kannel_may(kannel: AtKannel, asked: dict[str, Any]) -> None:
    assert kannel.text("hola", **asked).status_code == 200
    assert len(kannel.replies()) == 1


def test_behind_a_proxy_that_nobody_named_nobody_may(kannel: AtKannel) -> None:
    app = create_app(replace(kannel.house, settings=replace(kannel.house.settings, proxies=0)))
    kannel.client = app.test_client()
    passed = {"X-Forwarded-For": KANNELS}
    assert kannel.text("hola", address=KANNELS, headers=passed).status_code == 403
    assert kannel.text("hola", address=KANNELS).status_code == 200


def test_where_no_kannel_is_set_up_nobody_may(kannel: AtKannel) -> None:
    app = create_app(replace(kannel.house, settings=replace(kannel.house.settings, kannel=None)))
    kannel.client = app.test_client()
    assert kannel.text("hola").status_code == 403


# What it brings --------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [WORDS, "¿Qué año?", "Agua {turbia} €^", "😀 agua " * 60])
def test_every_character_arrives(kannel: AtKannel, body: str) -> None:
    to_statement(kannel)
    assert kannel.text(body).status_code == 200
    [statement] = kannel.line.statements()
    kept = kannel.house.services.vault.open_text("statement.text", statement.text)
    assert kept == body.strip()


@pytest.mark.parametrize(
    ("charset", "coding"), [("UTF-8", 0), ("UTF-16BE", 2), ("windows-1252", 0)]
)
def test_an_address_may_bring_it_as_well(kannel: AtKannel, charset: str, coding: int) -> None:
    to_statement(kannel)
    words = quote_from_bytes(WORDS.encode(charset)).replace("%20", "+")
    numbers = f"from={HERS[1:]}&to=00{OURS[1:]}"
    target = f"/sms/kannel?id=x&{numbers}&charset={charset}&coding={coding}&text={words}"
    assert kannel.ask(target).status_code == 200
    [statement] = kannel.line.statements()
    assert kannel.house.services.vault.open_text("statement.text", statement.text) == WORDS


@pytest.mark.parametrize("charset", ["UTF-9", "idna", "", "hex"])
def test_an_encoding_that_nobody_knows_is_no_fault(kannel: AtKannel, charset: str) -> None:
    headers = {
        "Content-Type": f'text/plain; charset="{charset}"',
        "X-Kannel-From": HERS,
        "X-Kannel-To": OURS,
    }
    reply = kannel.ask("/sms/kannel?id=1", body=b"\xff\x00a", headers=headers)
    assert reply.status_code == 200


def test_what_is_no_text_is_declined(kannel: AtKannel) -> None:
    kannel.text("\x01\x02", coding="1")
    assert "No guardamos la foto" in kannel.replies()[0]


@pytest.mark.parametrize("number", ["", "anonymous", "123"])
def test_where_nobody_can_be_answered_nothing_is(kannel: AtKannel, number: str) -> None:
    assert kannel.text("hola", number=number).status_code == 200
    assert kannel.line.turns() == []


def test_a_number_that_is_nobodys_keeps_nothing(kannel: AtKannel) -> None:
    assert kannel.text("hola", to="+5164999999").status_code == 200
    assert (kannel.line.turns(), kannel.outgoing()) == ([], [])
    with kannel.line.reading() as connection:
        assert connection.execute(select(LineRow)).all() == []


def test_a_short_code_is_a_number_too(kannel: AtKannel) -> None:
    with kannel.house.services.database.writing() as connection:
        bind_number(connection, "junin", "4747", carrier=CarrierName.KANNEL)
    kannel.text("hola", to="4747")
    [row] = kannel.outgoing()
    assert row.sender == "4747"


# Once ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["hola", "BAJA", "llámame"])
def test_the_same_text_again_is_answered_once(kannel: AtKannel, body: str) -> None:
    for _ in range(3):
        answer = kannel.text(body, id="once")
        assert (answer.status_code, answer.data) == (200, b"")
    assert len(kannel.replies()) == 1


@pytest.mark.parametrize("body", ["El agua baja turbia desde ayer", "BAJA", "llámame"])
def test_what_is_cut_off_before_its_reply_is_kept_is_done_again_and_answered(
    kannel: AtKannel, body: str
) -> None:
    with kannel.house.services.database.writing() as connection:
        bind_number(connection, "junin", "+5164200999")
    to_statement(kannel)
    before = len(kannel.replies())
    with kannel.house.services.database.writing() as connection:
        connection.execute(text("ALTER TABLE outbox RENAME TO outbox_away"))
    assert kannel.text(body, id="cut").status_code >= 500
    with kannel.house.services.database.writing() as connection:
        connection.execute(text("ALTER TABLE outbox_away RENAME TO outbox"))
    assert kannel.text(body, id="cut").status_code == 200
    assert len(kannel.replies()) == before + 1
    assert len(kannel.line.cases()) == (1 if body.startswith("El") else 0)


def test_where_nothing_can_be_read_kannel_brings_it_again(kannel: AtKannel) -> None:
    kannel.text("hola")
    with kannel.house.services.database.writing() as connection:
        connection.execute(text("ALTER TABLE turn RENAME TO turn_away"))
    assert kannel.text("1", id="again").status_code == 503
    with kannel.house.services.database.writing() as connection:
        connection.execute(text("ALTER TABLE turn_away RENAME TO turn"))
    assert kannel.text("1", id="again").status_code == 200
    assert len(kannel.replies()) == 2


# Replies ---------------------------------------------------------------------------------------


def test_a_reply_goes_out_from_the_number_that_was_written_to(kannel: AtKannel) -> None:
    kannel.text("hola")
    [row] = kannel.outgoing()
    assert (row.sender, row.priority, row.answers) == (OURS, outbox.URGENT, True)
    assert kannel.dispatch() == kannel.replies()


def test_of_a_long_reply_its_beginning_goes_out_and_how_to_hear_it_all(kannel: AtKannel) -> None:
    junin = read_junin()
    spanish = dict(junin.wordings["es"])
    words = "Usted tiene derecho a opinar sobre el ambiente. " * 20
    spanish["message.speak-freely"] = replace(spanish["message.speak-freely"], text=words)
    wordings = {**junin.wordings, "es": spanish}
    kannel.line.load(from_content(to_content(replace(junin, wordings=wordings))))
    for body in ("hola", "1", "1", "1"):
        kannel.text(body)
    sent = kannel.dispatch()
    assert "Usted tiene derecho a opinar sobre el ambiente.\nPara escucharlo" in "\n".join(sent)
    assert sent == kannel.replies()
    assert all(segments(each).count <= 3 for each in sent)


def test_who_has_stopped_is_told_so_once_and_answered_when_she_writes(kannel: AtKannel) -> None:
    kannel.text("BAJA")
    assert "ALTA" in kannel.dispatch()[-1]
    kannel.text("BAJA")
    assert len(kannel.dispatch()) == 1
    kannel.text("hola")
    assert len(kannel.dispatch()) == 2
    kannel.text("ALTA")
    assert "BAJA" in kannel.dispatch()[-1]


@pytest.mark.parametrize("word", ["STOP", "START"])
def test_english_words_are_ours_to_answer(kannel: AtKannel, word: str) -> None:
    if word == "START":
        kannel.text("STOP")
    kannel.text(word)
    assert ("ALTA" if word == "STOP" else "BAJA") in kannel.dispatch()[-1]


def test_a_number_that_only_texts_has_another_call(kannel: AtKannel) -> None:
    with kannel.house.services.database.writing() as connection:
        bind_number(connection, "junin", "+5164200999")
    kannel.text("llámame")
    [call] = [each for each in kannel.outgoing() if each.kind == Kind.CALL]
    assert call.sender == "+5164200999"
    with kannel.line.reading() as connection:
        assert len(connection.execute(select(Contact)).all()) == 1


def test_no_log_holds_a_number_or_a_word(
    kannel: AtKannel, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        to_statement(kannel)
        kannel.text("El agua baja turbia desde ayer")
        kannel.text("hola", to="+5164999999")
    for secret in (HERS[3:], "turbia", "64999999", SECRET):
        assert secret not in caplog.text


# Reports ---------------------------------------------------------------------------------------


def report_of(kannel: AtKannel, row_id: str, kind: int, attempt: str = "kannel-1") -> str:
    opened = door(kannel.house.settings)
    assert opened is not None
    address = opened.report_url(row_id, attempt).replace("%d", str(kind))
    return address.removeprefix("http://10.1.2.9:8000")


def test_a_report_moves_its_text(kannel: AtKannel) -> None:
    kannel.text("hola")
    [row] = kannel.outgoing()
    for kind, state in ((8, State.SENT), (1, State.DELIVERED), (8, State.DELIVERED)):
        reply = kannel.ask(report_of(kannel, row.id, kind), password=None)
        assert reply.status_code == 200
        [row] = kannel.outgoing()
        assert row.state == state


@pytest.mark.parametrize("kind", ["%d", "", "-1", "1" * 40, "²"])
def test_a_report_that_says_nothing_changes_nothing(kannel: AtKannel, kind: str) -> None:
    kannel.text("hola")
    [row] = kannel.outgoing()
    target = report_of(kannel, row.id, 1).replace("&d=1", f"&d={kind}")
    assert kannel.ask(target, password=None).status_code == 200
    assert [each.state for each in kannel.outgoing()] == [State.QUEUED]


def test_a_report_of_what_is_not_there_is_no_fault(kannel: AtKannel) -> None:
    assert kannel.ask(report_of(kannel, "nothing", 1), password=None).status_code == 200


@pytest.mark.parametrize("change", ["row", "attempt", "signature", "address"])
def test_a_forged_report_is_refused(kannel: AtKannel, change: str) -> None:
    kannel.text("hola")
    kannel.text("hola", number="+51987000333")
    one, other = kannel.outgoing()
    target, address = report_of(kannel, one.id, 1), KANNELS
    match change:
        case "row":
            target = target.replace(one.id, other.id)
        case "attempt":
            target = target.replace("kannel-1", "kannel-2")
        case "signature":
            target = target.replace("k=", "k=0")
        case "address":
            address = "10.1.3.1"
    # The secret itself opens no report: only what was signed for it does.
    assert kannel.ask(target, address=address).status_code == 403
    assert {each.state for each in kannel.outgoing()} == {State.QUEUED}
