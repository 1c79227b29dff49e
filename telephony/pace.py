"""How fast we send: so many texts and calls a second per number of ours, over all workers.

A bucket in Redis, shared by all workers; while Redis is lost, one in each process.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Protocol

import redis

from storage.outbox import Kind, Lane

log = logging.getLogger(__name__)

_LONGEST_PAUSE = 24 * 3600.0
_WITHOUT_REDIS = 5.0
"""Seconds for which a lost Redis is not asked again: each question would cost its time-out."""

# The moment at which the bucket is full again (GCRA). Redis's clock is the one clock of all.
_TAKE = """
local paused = redis.call('PTTL', KEYS[2])
if paused > 0 then return paused * 1000 end
local now = redis.call('TIME')
local micros = now[1] * 1000000 + now[2]
local interval, slack = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), micros)
local wait = full - micros - slack
if wait > 0 then return wait end
local kept = 60000 + math.ceil(interval / 1000)
redis.call('SET', KEYS[1], string.format('%.0f', full + interval), 'PX', kept)
return 0
"""


class Pace(Protocol):
    """When a lane may send."""

    def take(self, lane: Lane) -> float:
        """Take leave to send one: 0 where it is given, else the seconds until it may be."""
        ...

    def pause(self, lane: Lane, seconds: float) -> None:
        """Nothing more of this lane for a while."""
        ...


class Unpaced:
    """No limit and no pause: for rehearsals and tests."""

    def take(self, lane: Lane) -> float:
        return 0.0

    def pause(self, lane: Lane, seconds: float) -> None:
        return


Rates = Mapping[Kind, float]
"""How many a second of each kind, per sender."""


@dataclass
class LocalPace:
    """A bucket of this process alone. Safe between threads."""

    rates: Rates
    clock: Callable[[], float] = time.monotonic
    _full: dict[Lane, float] = field(default_factory=dict)
    _paused: dict[Lane, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, lane: Lane) -> float:
        with self._lock:
            now = self.clock()
            if (paused := self._paused.get(lane, now)) > now:
                return paused - now
            wait = self._full.get(lane, now) - now - slack(self.rates[lane.kind])
            if wait > 0:
                return wait
            self._fill(lane, now)
            return 0.0

    def pause(self, lane: Lane, seconds: float) -> None:
        with self._lock:
            self._paused[lane] = max(self._paused.get(lane, 0.0), self.clock() + seconds)

    def paused(self, lane: Lane) -> float:
        """For how many seconds more nothing of this lane is sent."""
        with self._lock:
            return max(0.0, self._paused.get(lane, 0.0) - self.clock())

    def took(self, lane: Lane) -> None:
        """Leave was given elsewhere."""
        with self._lock:
            self._fill(lane, self.clock())

    def _fill(self, lane: Lane, now: float) -> None:
        self._full[lane] = max(self._full.get(lane, now), now) + 1 / self.rates[lane.kind]


class SharedPace:
    """A bucket in Redis for each lane. Safe between threads and processes."""

    def __init__(self, client: redis.Redis, rates: Rates) -> None:
        self._client = client
        self._rates = rates
        self._script: Any = client.register_script(_TAKE)
        self._alone = LocalPace(rates)
        self._asked_again_at = 0.0

    def take(self, lane: Lane) -> float:
        if paused := self._alone.paused(lane):
            return paused
        rate = self._rates[lane.kind]
        arguments = (int(1e6 / rate), int(1e6 * slack(rate)))
        wait = self._asked(lambda: float(self._script(keys=_keys(lane), args=arguments)) / 1e6)
        if wait is None:
            return self._alone.take(lane)
        if not wait:
            # So that losing Redis opens no flood.
            self._alone.took(lane)
        return wait

    def pause(self, lane: Lane, seconds: float) -> None:
        self._alone.pause(lane, seconds)
        key, milliseconds = _keys(lane)[1], max(1, int(1000 * min(seconds, _LONGEST_PAUSE)))

        def ask() -> float:
            left: Any = self._client.pttl(key)
            if left < milliseconds:
                self._client.set(key, 1, px=milliseconds)
            return 0.0

        self._asked(ask)

    def _asked(self, ask: Callable[[], float]) -> float | None:
        if time.monotonic() < self._asked_again_at:
            return None
        try:
            return ask()
        except redis.RedisError as error:
            log.warning("pace_not_shared", extra={"why": type(error).__name__})
            self._asked_again_at = time.monotonic() + _WITHOUT_REDIS
            return None


def slack(rate: float) -> float:
    """Seconds by which a sender may be early, to make up for when it was late: at most a fifth
    of one, so that no more than the rate and a fifth go out in any second."""
    return max(0.0, 0.2 - 1 / rate)


def _keys(lane: Lane) -> list[str]:
    # A number is in no key, not even one of ours.
    name = hashlib.sha256(lane.sender.encode()).hexdigest()[:16]
    return [f"rimay:pace:{lane.kind}:{name}", f"rimay:pause:{lane.kind}:{name}"]
