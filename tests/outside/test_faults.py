"""Between "send" and the phone: whatever is killed there, the answer arrives, and once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.outside.browser import Browser
from tests.outside.carrier_stub import CarrierStub, Created
from tests.outside.conversations import complain, ring, write
from tests.outside.leaks import SECRET_WORDS
from tests.outside.network import Network
from tests.outside.rimay import Rimay
from tests.outside.sound import wav
from tests.outside.valkey import Valkey

ANSWER = f"La respuesta ({SECRET_WORDS})."


@pytest.fixture
def worker(rimay: Rimay) -> Iterator[Rimay]:
    """The running program; it has a worker again when the test has ended."""
    yield rimay
    if rimay.worker is None:
        rimay.start_worker()


class Answered:
    """Somebody who is owed an answer, and what of it reaches the carrier."""

    def __init__(
        self, network: Network, carrier: CarrierStub, manager: Browser, number: str, *, way: str
    ) -> None:
        self.number, self.carrier, self.manager = number, carrier, manager
        self.by_call = way == "by_call"
        before = set(manager.open_cases())
        if self.by_call:
            complain(ring(network, number, "es")).choose("send").choose(way).choose("no").hang_up()
        else:
            texter = write(network, number, "es")
            for option in ("support", "question", "water"):
                texter.choose(option)
            texter.send(f"{SECRET_WORDS}?")
            texter.choose("by_sms")
        [self.case] = set(manager.open_cases()) - before

    def send(self) -> None:
        recording = wav(2) if self.by_call else None
        sent = self.manager.answer(self.case, "" if self.by_call else ANSWER, recording=recording)
        assert sent.status == 200

    @property
    def arrived(self) -> list[Created]:
        made = self.carrier.calls if self.by_call else self.carrier.messages
        return [each for each in made if each.to == self.number]


@pytest.fixture(params=["by_call", "by_sms"])
def answered(
    request: pytest.FixtureRequest,
    network: Network,
    carrier: CarrierStub,
    manager: Browser,
    caller: str,
    worker: Rimay,
) -> Answered:
    """Somebody who waits for a call, and somebody who waits for a text."""
    return Answered(network, carrier, manager, caller, way=request.param)


def assert_settled_once(answered: Answered, network: Network, manager: Browser) -> None:
    """The answer is there once, and still once after another has gone all the way after it."""
    answered.carrier.wait_until(lambda: answered.arrived)
    next_one = Answered(
        network,
        answered.carrier,
        manager,
        f"{answered.number[:-4]}9{answered.number[-3:]}",
        way="by_sms",
    )
    next_one.send()
    answered.carrier.wait_until(lambda: next_one.arrived)
    [made] = answered.arrived
    answered.carrier.deliver(made.sid, "completed" if answered.by_call else "delivered")
    assert manager.delivery(answered.case) == "delivered"
    assert len(answered.arrived) == 1


def test_killed_before_the_claim(
    answered: Answered, worker: Rimay, network: Network, manager: Browser
) -> None:
    worker.kill_worker()
    answered.send()
    assert not answered.arrived
    worker.start_worker()
    assert_settled_once(answered, network, manager)


def test_killed_between_the_claim_and_the_carrier(
    answered: Answered, worker: Rimay, network: Network, manager: Browser
) -> None:
    answered.carrier.hang_next(created=False)
    answered.send()
    answered.carrier.wait_until(lambda: answered.carrier.hanging)
    worker.kill_worker()
    answered.carrier.wait_until(lambda: not answered.carrier.hanging)
    assert not answered.arrived
    worker.start_worker()
    assert_settled_once(answered, network, manager)


def test_killed_after_the_carrier_said_yes(
    answered: Answered, worker: Rimay, network: Network, manager: Browser
) -> None:
    answered.carrier.hang_next(created=True)
    answered.send()
    answered.carrier.wait_until(lambda: answered.carrier.hanging)
    worker.kill_worker()
    assert len(answered.arrived) == 1
    worker.start_worker()
    assert_settled_once(answered, network, manager)


def test_a_connection_lost_after_the_carrier_took_it(
    answered: Answered, network: Network, manager: Browser
) -> None:
    answered.carrier.drop_after()
    answered.send()
    assert_settled_once(answered, network, manager)


def test_a_connection_lost_before_the_carrier_took_it(
    answered: Answered, network: Network, manager: Browser
) -> None:
    answered.carrier.drop_before()
    answered.send()
    assert_settled_once(answered, network, manager)


def test_a_stopped_worker_leaves_nothing_behind(
    answered: Answered, worker: Rimay, network: Network, manager: Browser
) -> None:
    worker.stop_worker()
    answered.send()
    worker.start_worker()
    assert_settled_once(answered, network, manager)


def test_a_recording_is_fetched_once_the_worker_is_back(
    network: Network, carrier: CarrierStub, worker: Rimay, caller: str
) -> None:
    network.pause = lambda seconds: None
    worker.kill_worker()
    call = complain(ring(network, caller, "es"))
    assert "support.unheard_check" in call.keys
    call.choose("send")
    worker.start_worker()
    sid = call.recording_sid
    carrier.wait_until(lambda: sid in carrier.deleted_recordings)


def test_without_valkey_calls_are_answered_and_the_sweep_delivers(
    network: Network,
    carrier: CarrierStub,
    manager: Browser,
    valkey: Valkey,
    worker: Rimay,
    new_number: Callable[[], str],
) -> None:
    before = Answered(network, carrier, manager, new_number(), way="by_sms")
    valkey.lose()
    try:
        after = Answered(network, carrier, manager, new_number(), way="by_call")
        before.send()
        after.send()
        carrier.wait_until(lambda: before.arrived and after.arrived)
        worker.wait_until_ready()
        # Whoever starts while it is away works too.
        worker.kill_worker()
        late = Answered(network, carrier, manager, new_number(), way="by_sms")
        late.send()
        worker.start_worker()
        carrier.wait_until(lambda: late.arrived)
    finally:
        valkey.start()
    assert [len(each.arrived) for each in (before, after, late)] == [1, 1, 1]


def test_what_waits_in_valkey_is_lost_and_nothing_else(
    network: Network,
    carrier: CarrierStub,
    manager: Browser,
    valkey: Valkey,
    worker: Rimay,
    caller: str,
) -> None:
    owed = Answered(network, carrier, manager, caller, way="by_sms")
    worker.kill_worker()
    owed.send()
    valkey.lose()
    valkey.start()
    worker.start_worker()
    carrier.wait_until(lambda: owed.arrived)
    assert len(owed.arrived) == 1
