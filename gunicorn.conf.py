"""How gunicorn serves Rimay: `gunicorn wsgi:app` finds this file. All from the environment.

`PORT` (8000) on this machine alone: a proxy with TLS stands before it. `DATABASE_URL` decides how
many may work at once; `RIMAY_ENV=demo` keeps one process, because the simulator's handsets live
in its memory.
"""

from __future__ import annotations

import logging
import os
import re

from dotenv import load_dotenv
from gunicorn.glogging import Logger

load_dotenv()  # before anything is decided here, and before the application would


class DiscreetLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's logger without query strings: what it quotes of a request ends at the `?`."""

    def setup(self, cfg: object) -> None:
        super().setup(cfg)
        self.error_log.addFilter(without_query)


def without_query(record: logging.LogRecord) -> bool:
    """Cut every query string out of `record`'s message. It is always kept."""
    record.msg = re.sub(r"\?[^\s'\"]*", "?…", record.getMessage())
    record.args = None
    return True


def on_starting(server: object) -> None:
    """Refuse settings that no worker could start with, once; each would be started for ever."""
    from app.settings import SettingsError, read_settings

    try:
        read_settings(os.environ)
    except SettingsError as error:
        raise SystemExit(f"Rimay cannot start with these settings:\n{error}") from None


bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
proc_name = "rimay"

if os.environ.get("RIMAY_ENV") == "demo":
    # Open pages wait for their handsets' events, one thread each.
    workers, worker_class, threads = 1, "gthread", 16
elif os.environ.get("DATABASE_URL", "").startswith("postgresql"):
    workers, worker_class, threads = 2, "gthread", 4
else:
    # SQLite lets one write at a time: more of them would only wait for each other.
    workers, worker_class, threads = 2, "sync", 1

# A pool as large as the threads: nobody waits for a connection. `app.house` reads it.
os.environ["RIMAY_THREADS"] = str(threads)

# Below the carrier's 15 s: better cut by us, who apologise, than by it.
timeout = 14
graceful_timeout = 14

# The heartbeat of a worker is a file; on a busy disk it would come late.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 (a RAM disk)

# Numbers pass in addresses and bodies; none may reach a log.
accesslog = None
logger_class = DiscreetLogger

# Nobody steers it while it runs; a socket for that would be one more door.
control_socket_disable = True
