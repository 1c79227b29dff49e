"""`flask worker` in a hurry: a real process, started in a moment, with waits a test can wait."""

from __future__ import annotations

import datetime as dt
import logging
import multiprocessing
import os
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from app.worker import run
from telephony.twilio_gateway import TwilioGateway
from telephony.values import Waits

LEASE = dt.timedelta(seconds=4)
TIMEOUT = 0.8
WAITS = Waits(first=0.3, longest=2, rest=0.5, longest_rest=1, halt=0.3, share=0.1)


def start(environ: Mapping[str, str], log: Path) -> ForkServerProcess:
    """A worker. It is forked from a process that has read the program already: reading it takes
    longer than a worker lives here."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["app.worker", __name__])
    process = context.Process(target=_work, args=(dict(environ), str(log)), daemon=True)
    process.start()
    return process


def _work(environ: dict[str, str], log: str) -> None:
    file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for stream in (1, 2):
        os.dup2(file, stream)
    os.environ.update(environ)
    logging.basicConfig(level=logging.WARNING)
    gateway = TwilioGateway(
        account_sid=environ["TWILIO_ACCOUNT_SID"],
        auth_token=environ["TWILIO_AUTH_TOKEN"],
        api_url=environ["TWILIO_API_URL"],
        timeout=TIMEOUT,
    )
    every = dt.timedelta(seconds=0.3)
    run(environ, lease=LEASE, every=every, gateway=gateway, waits=WAITS)
