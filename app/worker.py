"""The worker: jobs that it is woken for, what runs on a schedule, and the sweep, in one process.

The sweep finds every row that is due whether or not anybody rang: a lost Redis delays nothing by
more than its interval. Rows are claimed, so that any number of workers may run.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import signal
import threading
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

import redis
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from sqlalchemy.exc import OperationalError

from app.declared import periods_of
from app.fallback import lay_out_sounds
from app.following import follow_answers
from app.honouring import honour
from app.house import House, build, redis_url
from app.settings import read_settings
from contacts.operations import forget_days
from dialogue import listening, turns
from dialogue.keys import spoken_keys
from duty import calling
from duty import operations as duty
from grievances import dictating
from grievances import jobs as case_jobs
from library import jobs as prompt_jobs
from library import telephone_takes
from measures import operations as measures
from privacy import jobs as privacy_jobs
from privacy.retention import Kept
from safeguarding import jobs as sealed_jobs
from storage.queues import Work
from surveys import jobs as survey_jobs
from telephony.dispatch import LEASE
from telephony.gateway import Gateway
from telephony.values import Waits

log = logging.getLogger(__name__)

SWEEP = dt.timedelta(seconds=5)
"""How long something that nobody rang for waits at the most, beside its own due time."""

HOURLY = dt.timedelta(hours=1)
DAILY = dt.timedelta(days=1)

_house: House | None = None
_sender: Sender | None = None


def work(name: str) -> None:
    """What the queue runs: everything of this kind that is due; a queue holds no more than this."""
    kind = Work(name)
    if kind is Work.OUTBOX and _sender is not None:
        _sender.woken.set()
    else:
        do(the_house(), kind)


def the_house() -> House:
    """This process's house, built at the first job."""
    global _house
    if _house is None:
        _house = build(read_settings(os.environ))
    return _house


def do(house: House, kind: Work) -> None:
    """Do all work of a kind that is due. Whoever comes meanwhile finds nothing left to claim."""
    match kind:
        case Work.OUTBOX:
            house.dispatcher.run()
        case Work.RECORDINGS:
            house.fetcher.run()
            house.enclosures.run()
            telephone_takes.check_takes(house.services, spoken_keys)
            dictating.prepare_takes(house.services)
        case Work.SNAPSHOTS:
            survey_jobs.renew_snapshots(house.services)
        case Work.PROMPTS:
            prompt_jobs.take_uploads(house.services, spoken_keys)


def sweep(house: House) -> None:
    """Everything due of every kind, each on its own: one that fails stops no other."""
    for kind in (each for each in Work if each is not Work.OUTBOX or _sender is None):
        _guarded(kind.value, lambda kind=kind: do(house, kind))  # type: ignore[misc]
    _guarded("broadcasts", lambda: _broadcast(house))
    _guarded("fieldwork", house.fielder.run)
    _guarded("unsent", house.runner.endings.send_unsent)
    _guarded("open answers", lambda: survey_jobs.settle_open_answers(house.services))
    _guarded("listening", lambda: _count_calls(house))
    _guarded("promises", lambda: honour(house))
    _guarded("cases", lambda: _look_after_cases(house))


def _look_after_cases(house: House) -> None:
    if case_jobs.look_after_cases(
        house.services, programme_of=house.programme_of, alert=house.alert
    ):
        house.services.bell.ring(Work.OUTBOX)


def _broadcast(house: House) -> None:
    # What is written may have been approved meanwhile.
    house.prompts.refresh()
    house.broadcaster.run()


def _count_calls(house: House) -> None:
    listening.count_calls(house.services, seconds_of=house.seconds_of, slug_of=house.slug_of)


def forget(house: House) -> None:
    """Erase what may not be kept any longer: turns, keys of past days, keys of past rounds."""
    now = house.services.clock()
    _guarded("texts", house.runner.endings.note_texts)
    _guarded("turns", lambda: _noted(house, Kept.TURNS, lambda: _forget_turns(house, now)))
    _guarded("days", lambda: _forget_days(house, now))
    _guarded("takes", lambda: telephone_takes.forget_takes(house.services))
    _guarded(
        "dictated takes",
        lambda: _noted(house, Kept.DRAFTS, lambda: dictating.forget_takes(house.services)),
    )
    _guarded("legs", lambda: _forget_legs(house, now))
    _guarded(
        "rounds", lambda: _noted(house, Kept.ROUND_KEYS, lambda: survey_jobs.forget(house.services))
    )
    _guarded(
        "sealed", lambda: _noted(house, Kept.SEALED, lambda: sealed_jobs.forget(house.services))
    )
    _guarded("years", lambda: _noted(house, Kept.YEAR_KEYS, lambda: _forget_years(house, now)))
    _guarded("retention", lambda: _retain(house))


def _retain(house: House) -> None:
    privacy_jobs.retain(house.services, periods_of(house.settings))


def _noted(house: House, kept: Kept, job: Callable[[], Any]) -> None:
    job()
    privacy_jobs.looked_after(house.services, kept)


def _forget_turns(house: House, now: dt.datetime) -> None:
    erased = 1
    while erased:
        with house.services.database.writing() as connection:
            erased = turns.forget(connection, now=now)


def _forget_days(house: House, now: dt.datetime) -> None:
    with house.services.database.writing() as connection:
        forget_days(connection, today=now.date())


def _forget_legs(house: House, now: dt.datetime) -> None:
    with house.services.database.writing() as connection:
        calling.settle(connection, now=now)
        duty.forget_legs(connection, now=now)


def _forget_years(house: House, now: dt.datetime) -> None:
    with house.services.database.writing() as connection:
        measures.forget_keys(connection, today=now.date())


def _guarded(name: str, job: Callable[[], Any]) -> None:
    try:
        job()
    except OperationalError:
        # The database is busy or away: nothing is lost, and the next sweep does the work.
        log.warning("job_waits_for_the_database", extra={"job": name})
    except Exception:
        log.exception("job_failed", extra={"job": name})


def _lay_out(house: House) -> None:
    house.prompts.refresh(now=True)
    lay_out_sounds(house.settings, house.prompts)


class Sender(threading.Thread):
    """Sends the outbox, woken or every so often, until it is told to stop.

    On its own: where many wait for their turn, nothing else in this process waits for them.
    """

    def __init__(self, house: House, *, every: dt.timedelta = SWEEP) -> None:
        super().__init__(name="sender", daemon=True)
        self._house = house
        self._every = every.total_seconds()
        self.woken = threading.Event()
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            self.woken.clear()
            _guarded("outbox", lambda: self._house.dispatcher.run(stopping=self.stopped))
            self.woken.wait(self._every)

    def stop(self) -> None:
        """End after the message that is being sent."""
        self.stopped.set()
        self.woken.set()


class Schedule(threading.Thread):
    """Runs the sweep; hourly what is to be forgotten, what the second address says, and answers
    that were not heard; daily the reconciliation with the carrier; until it is told to stop."""

    def __init__(self, house: House, *, every: dt.timedelta = SWEEP) -> None:
        super().__init__(name="schedule", daemon=True)
        self._house = house
        self._every = every.total_seconds()
        self.stopped = threading.Event()

    def run(self) -> None:
        forgotten: dt.datetime | None = None
        reconciled: dt.datetime | None = None
        while not self.stopped.is_set():
            sweep(self._house)
            now = self._house.services.clock()
            if forgotten is None or now - forgotten >= HOURLY:
                forget(self._house)
                _guarded("fallback", lambda: _lay_out(self._house))
                _guarded("answers", lambda: follow_answers(self._house))
                forgotten = now
            if reconciled is None or now - reconciled >= DAILY:
                _guarded("reconciliation", self._house.reconciler.run)
                reconciled = now
            self.stopped.wait(self._every)


class _QuietWorker(SimpleWorker):
    """RQ's worker in this very process; signals belong to `run`."""

    def _install_signal_handlers(self) -> None:
        return


def run(
    environ: Mapping[str, str],
    *,
    lease: dt.timedelta = LEASE,
    every: dt.timedelta = SWEEP,
    gateway: Gateway | None = None,
    waits: Waits | None = None,
) -> None:
    """Work until SIGTERM or SIGINT; a job that has begun is finished first.

    An attempt at the carrier that nobody ended is looked up there once its `lease` has run out;
    the sweep runs `every` so often.
    """
    global _house, _sender
    settings = read_settings(environ)
    house = _house = build(settings, lease=lease, gateway=gateway, waits=waits)
    log.info("worker_started")
    sender = _sender = Sender(house, every=every)
    schedule = Schedule(house, every=every)
    sender.start()
    schedule.start()
    stopping = threading.Event()
    current: list[_QuietWorker] = []

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()
        schedule.stopped.set()
        sender.stop()
        for worker in current:
            worker.request_stop(number, frame)  # type: ignore[no-untyped-call]

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopping.is_set():
        try:
            _serve(redis_url(settings), current=current)
        except redis.RedisError:
            log.warning("queue_lost_sweeping_on")
        except StopRequested:
            break
        stopping.wait(every.total_seconds())
    sender.join(timeout=30)
    schedule.join(timeout=30)


def _serve(url: str, *, current: list[_QuietWorker]) -> None:
    client = redis.Redis.from_url(url, socket_connect_timeout=2)
    client.ping()
    worker = _QuietWorker(
        [Queue(kind.value, connection=client) for kind in Work], connection=client
    )
    current[:] = [worker]
    worker.work(logging_level="WARNING")
