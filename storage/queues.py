"""Waking a worker. Redis is told that there is work, never what it is: losing it loses nothing."""

from __future__ import annotations

import logging
from enum import StrEnum

import redis
from rq import Queue

log = logging.getLogger(__name__)


_LONGEST_JOB = 3600  # seconds; every request inside has a time-out of its own


class Work(StrEnum):
    """The kinds of work a worker is woken for; a sweep finds the same work without being woken."""

    OUTBOX = "outbox"
    RECORDINGS = "recordings"
    SNAPSHOTS = "snapshots"
    PROMPTS = "prompts"


def connect(url: str) -> redis.Redis:
    """A client whose calls give up within a second: a webhook must not wait for a lost Redis."""
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)


class Bell:
    """Rings for a worker. `job` is the importable name of what the worker runs, given the work."""

    def __init__(self, client: redis.Redis, *, job: str) -> None:
        self._client = client
        self._job = job

    def ring(self, work: Work) -> None:
        """Wake a worker for `work`. A lost Redis is logged and survived: the sweep comes anyway."""
        try:
            queue = Queue(work.value, connection=self._client)
            queue.enqueue(self._job, work.value, result_ttl=0, job_timeout=_LONGEST_JOB)
        except redis.RedisError:
            log.warning("bell_not_heard", extra={"work": work.value})

    def is_heard(self) -> bool:
        """Whether Redis answers now."""
        try:
            return bool(self._client.ping())
        except redis.RedisError:
            return False
