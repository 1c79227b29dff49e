"""Texts by Kannel: what it is handed, what its answers mean, and what nobody can find out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from programmes.values import CarrierName
from storage import notices, outbox
from storage.database import Database
from storage.outbox import Reason, State
from telephony.dispatch import Dispatcher
from telephony.gateway import Gateway, NotKept, RecordingGateway, Refused, Uncertain
from telephony.kannel_gateway import REFUSALS, KannelGateway, is_kannels
from telephony.reconcile import Reconciler
from telephony.routing import RoutingGateway
from telephony.statuses import note_kannel
from telephony.values import CODES, KANNEL_REPORTS, Policy
from tests.telephony.kannel_stub import PASSWORD, USERNAME, Fault, KannelStub
from tests.telephony.outgoing import LEASE, OURS, Desk

HERS = "+51964000111"
WORDS = "Ñandú, ¿qué pasó con el agua? ’"
STATUS = "https://rimay.example.org/sms/status?o=row1"
DAY = dt.timedelta(days=1)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """One engine: the statements are those of every carrier."""
    return sqlite_database


@pytest.fixture
def kannel() -> Iterator[KannelStub]:
    with KannelStub() as stub:
        yield stub


def at(url: str, *, timeout: float = 5) -> KannelGateway:
    return KannelGateway(
        url=url,
        username=USERNAME,
        password=PASSWORD,
        report_url=lambda row, attempt: f"https://rimay.example.org/r?o={row}&a={attempt}&d=%d",
        timeout=timeout,
    )


@pytest.fixture
def gateway(kannel: KannelStub) -> KannelGateway:
    return at(kannel.url)


def send(gateway: Gateway, body: str = "Iremos.") -> str:
    return gateway.send_text(sender=OURS, to=HERS, body=body, status_url=STATUS)


# What it is handed -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (WORDS, 2),
        ("¿Qué año? Ñandú {x} €^", 2),
        ("¿Que año? Ñandu {x} €^", 0),
        ("agua\nlimpia " * 40, 0),
        ("pasó " * 80, 2),
        ("😀", 2),
    ],
)
def test_every_character_arrives(
    kannel: KannelStub, gateway: KannelGateway, body: str, coding: int
) -> None:
    send(gateway, body)
    [taken] = kannel.taken
    assert (taken.sender, taken.to, taken.text, taken.coding) == (OURS, HERS, body, coding)


def test_every_attempt_asks_for_reports_of_its_own(
    kannel: KannelStub, gateway: KannelGateway
) -> None:
    ids = [send(gateway), send(gateway)]
    asked = [parse_qs(urlsplit(each.report_url).query) for each in kannel.taken]
    assert [(each["o"], each["a"]) for each in asked] == [(["row1"], [one]) for one in ids]
    assert [each.mask for each in kannel.taken] == [31, 31]
    assert len(set(ids)) == 2
    assert all(map(is_kannels, ids))
    assert all(HERS[1:] not in each.report_url for each in kannel.taken)


# What follows from its answers -----------------------------------------------------------------


@pytest.mark.parametrize("said", ["0: Accepted for delivery", "3: Queued for later delivery"])
def test_what_it_has_taken_is_sent(kannel: KannelStub, gateway: KannelGateway, said: str) -> None:
    kannel.says = said
    assert is_kannels(send(gateway))


@pytest.mark.parametrize(("status", "begins", "code"), REFUSALS)
def test_a_refusal_says_what_follows(
    kannel: KannelStub, gateway: KannelGateway, status: int, begins: str, code: int
) -> None:
    kannel.faults.append(Fault(status, f"{begins}. And more."))
    with pytest.raises(Refused) as refused:
        send(gateway)
    assert (refused.value.code, refused.value.policy) == (code, CODES[code].policy)
    assert kannel.taken == []


@pytest.mark.parametrize(("status", "said"), [(200, "<h1>Welcome"), (302, ""), (401, "Who?")])
def test_what_is_not_kannel_has_taken_nothing(
    kannel: KannelStub, gateway: KannelGateway, status: int, said: str
) -> None:
    kannel.faults.append(Fault(status, said))
    with pytest.raises(Refused) as refused:
        send(gateway)
    assert refused.value.policy is Policy.CONFIGURATION


@pytest.mark.parametrize("fault", [Fault(), Fault(500, "Sending failed."), Fault(503), Fault(504)])
def test_no_answer_is_no_refusal(kannel: KannelStub, gateway: KannelGateway, fault: Fault) -> None:
    kannel.faults.append(fault)
    with pytest.raises(Uncertain):
        send(gateway)


def test_one_that_is_not_there_has_taken_nothing() -> None:
    with pytest.raises(Refused) as refused:
        send(at("http://127.0.0.1:9/cgi-bin/sendsms"))
    assert refused.value.policy is Policy.SLOW_DOWN


def test_who_it_does_not_know_is_told(kannel: KannelStub) -> None:
    stranger = KannelGateway(
        url=kannel.url, username="rimay", password="?", report_url=lambda row, attempt: ""
    )
    with pytest.raises(Refused) as refused:
        send(stranger)
    assert CODES[refused.value.code or 0].halts


def test_it_carries_no_calls(gateway: KannelGateway) -> None:
    with pytest.raises(Refused) as refused:
        gateway.place_call(sender=OURS, to=HERS, answer_url="", status_url=STATUS)
    assert refused.value.policy is Policy.CONFIGURATION


# Through the outbox ----------------------------------------------------------------------------


@pytest.fixture
def dispatcher(desk: Desk, gateway: KannelGateway) -> Dispatcher:
    return replace(desk.dispatcher, gateway=gateway)


def report(desk: Desk, row_id: str, attempt: str, kind: int) -> None:
    with desk.services.database.writing() as connection:
        note_kannel(connection, row_id=row_id, provider_id=attempt, kind=kind, now=desk.clock())


def attempt_of(kannel: KannelStub, place: int = -1) -> str:
    return parse_qs(urlsplit(kannel.taken[place].report_url).query)["a"][0]


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ((), State.SENT),
        ((8,), State.SENT),
        ((4, 8), State.SENT),
        ((8, 1), State.DELIVERED),
        ((1, 8), State.DELIVERED),
        ((1, 1, 2), State.DELIVERED),
        ((0,), State.SENT),
        ((999,), State.SENT),
    ],
)
def test_reports_move_a_text_forward_and_never_back(
    desk: Desk,
    dispatcher: Dispatcher,
    kannel: KannelStub,
    kinds: tuple[int, ...],
    state: State,
) -> None:
    one = desk.text(body=WORDS)
    dispatcher.run()
    for kind in kinds:
        report(desk, one, attempt_of(kannel), kind)
    assert desk.state(one) is state


@pytest.mark.parametrize("kind", [2, 16, 34, 66])
def test_what_was_not_delivered_is_tried_again_and_ends(
    desk: Desk, dispatcher: Dispatcher, kannel: KannelStub, kind: int
) -> None:
    one = desk.text()
    dispatcher.run()
    code = KANNEL_REPORTS[kind][1]
    assert code is not None
    for _ in range((CODES[code].retries or 2) + 1):
        report(desk, one, attempt_of(kannel), kind)
        if desk.state(one) is State.QUEUED:
            desk.clock.now = desk.row(one).due_at
            dispatcher.run()
    if CODES[code].retries is None:
        assert desk.state(one) is State.SENT
        assert len(kannel.taken) == 4
    else:
        assert desk.state(one) in (State.UNDELIVERED, State.FAILED)
        assert len(kannel.taken) == 2
    assert desk.row(one).error_code == str(code)


def test_a_report_finds_its_text_though_the_answer_was_lost(
    desk: Desk, dispatcher: Dispatcher, kannel: KannelStub
) -> None:
    one = desk.text()
    kannel.faults.append(Fault(takes=True))
    dispatcher.run()
    assert desk.state(one) is State.UNKNOWN
    report(desk, one, attempt_of(kannel), 8)
    assert desk.state(one) is State.SENT
    report(desk, one, attempt_of(kannel), 1)
    assert desk.state(one) is State.DELIVERED
    assert len(kannel.taken) == 1


@pytest.mark.parametrize("was_taken", [True, False])
def test_what_nobody_can_find_out_stays_unknown_and_is_never_repeated(
    desk: Desk, dispatcher: Dispatcher, kannel: KannelStub, was_taken: bool
) -> None:
    one, other = desk.text(), desk.text()
    kannel.faults.extend((Fault(takes=was_taken), Fault(takes=was_taken)))
    dispatcher.run()
    for _ in range(4):
        desk.clock.advance(2 * LEASE)
        dispatcher.run()
    desk.clock.advance(4 * DAY)
    dispatcher.run()
    assert [desk.state(each) for each in (one, other)] == [State.UNKNOWN] * 2
    assert desk.row(one).reason == Reason.UNCONFIRMED
    assert len(kannel.taken) == (2 if was_taken else 0)
    # A receipt that comes after all is believed.
    report(desk, one, "kannel-late", 1)
    assert desk.state(one) is State.DELIVERED


def test_a_crash_in_the_middle_repeats_nothing(
    desk: Desk, dispatcher: Dispatcher, kannel: KannelStub
) -> None:
    one = desk.text()
    with desk.services.database.writing() as connection:
        outbox.claim(connection, now=desk.clock(), lease=LEASE)
    desk.clock.advance(2 * LEASE)
    dispatcher.run()
    assert (desk.state(one), kannel.taken) == (State.UNKNOWN, [])


def test_a_refusal_that_only_operators_mend_tells_them(
    desk: Desk, dispatcher: Dispatcher, kannel: KannelStub
) -> None:
    one = desk.text()
    kannel.faults.append(Fault(403, "Authorization failed for sendsms"))
    dispatcher.run()
    assert desk.state(one) is State.FAILED
    with desk.services.database.reading() as connection:
        [told] = notices.open_notices(connection)
    assert (told.code, told.sender) == ("1001", OURS)


def test_a_full_queue_costs_nobody_an_answer(
    desk: Desk, dispatcher: Dispatcher, kannel: KannelStub
) -> None:
    one = desk.text()
    kannel.faults.append(Fault(503, "Temporal failure, try again later."))
    dispatcher.run()
    assert desk.state(one) is State.QUEUED
    desk.clock.now = desk.row(one).due_at
    dispatcher.run()
    assert (desk.state(one), len(kannel.taken)) == (State.SENT, 1)


# Which carrier ---------------------------------------------------------------------------------


def routed(desk: Desk, kannel: Gateway | None) -> RoutingGateway:
    """OURS is Kannel's; any other number is Twilio's."""

    def carrier_of(number: str) -> CarrierName:
        return CarrierName.KANNEL if number == OURS else CarrierName.TWILIO

    return RoutingGateway(twilio=desk.gateway, kannel=kannel, carrier_of=carrier_of)


def test_each_number_has_its_carrier(
    desk: Desk, kannel: KannelStub, gateway: KannelGateway
) -> None:
    both = routed(desk, gateway)
    send(both)
    both.send_text(sender="+5164291999", to=HERS, body="Ya.", status_url=STATUS)
    assert [each.text for each in kannel.taken] == ["Iremos."]
    assert [each.body for each in desk.gateway.placed] == ["Ya."]
    with pytest.raises(Refused):
        both.place_call(sender=OURS, to=HERS, answer_url="", status_url=STATUS)


def test_a_number_of_a_kannel_that_is_not_set_up_sends_nothing(desk: Desk) -> None:
    alone = routed(desk, None)
    with pytest.raises(Refused) as refused:
        send(alone)
    assert refused.value.policy is Policy.CONFIGURATION
    with pytest.raises(NotKept):
        alone.texts_to(sender=OURS, to=HERS, body="", since=desk.clock())
    assert desk.gateway.placed == []


def test_what_is_not_kept_is_not_asked_for_and_stops_nothing(
    desk: Desk, kannel: KannelStub, gateway: KannelGateway
) -> None:
    both = routed(desk, gateway)
    dispatcher = replace(desk.dispatcher, gateway=both)
    ours = desk.text()
    dispatcher.run()
    twilio = RecordingGateway(desk.clock)
    reconciler = Reconciler(
        desk.services,
        replace(both, twilio=twilio),
        numbers=lambda: [OURS, "+5164291999"],
        receive=lambda text: True,
    )
    desk.clock.advance(DAY / 2)
    found = reconciler.run()
    assert (found.looked_up, found.received) == (1, 0)
    assert desk.state(ours) is State.SENT
