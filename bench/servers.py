"""What is measured, started in a folder of its own: both programs on one durable database."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from app.settings import ROOT
from bench import floor
from bench.calls import LINE, ORIGIN
from tests.servers import PostgresServer

BIN = Path(sys.executable).parent
_READY = 60


@contextmanager
def folder() -> Iterator[Path]:
    """A folder on a disk that keeps what is written: `/tmp` is memory on many machines."""
    parent = "/var/tmp" if os.path.isdir("/var/tmp") else None  # noqa: S108
    made = Path(tempfile.mkdtemp(prefix="rimay-bench-", dir=parent))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def sqlite() -> Iterator[str]:
    """An empty SQLite database; gives its URL."""
    with folder() as here:
        yield f"sqlite:///{here}/rimay.sqlite"


@contextmanager
def postgresql() -> Iterator[str]:
    """An empty database on a PostgreSQL that keeps its promises; gives its URL."""
    with folder() as here:
        server = PostgresServer(here, durable=True)
        try:
            server.start()
            with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
                connection.execute("CREATE DATABASE bench")
                for name in ("fsync", "synchronous_commit", "full_page_writes"):
                    row = connection.execute(f"SHOW {name}".encode()).fetchone()
                    if row != ("on",):
                        raise RuntimeError(f"{name} is off: nothing measured would count")
            yield server.url("bench")
        finally:
            server.stop()


def settings(database_url: str, *, here: Path, token: str) -> dict[str, str]:
    """The environment of both programs."""
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(here),
        "LANG": "C.UTF-8",
        "RIMAY_ENV": "test",
        "PUBLIC_URL": ORIGIN,
        "SECRET_KEY": "b" * 32,
        "VAULT_KEY": "b" * 32,
        "DATABASE_URL": database_url,
        # No turn that is measured rings for a worker.
        "REDIS_URL": f"unix://{here}/none.sock",
        "MEDIA_URL": (here / "media").as_uri(),
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": token,
        "TWILIO_API_URL": "http://127.0.0.1:9",
    }


def set_up(environ: dict[str, str]) -> None:
    """Make the tables and load the programme under its number."""
    floor.create_table(environ["DATABASE_URL"])
    for arguments in (
        ("db", "upgrade"),
        ("programme", "load", "programmes/junin", "--number", LINE),
    ):
        subprocess.run(  # our own program, by its full path
            [str(BIN / "flask"), *arguments],
            cwd=ROOT,
            env=environ,
            stdout=subprocess.DEVNULL,
            check=True,
            timeout=300,
        )


@contextmanager
def gunicorn(application: str, environ: dict[str, str], *, here: Path) -> Iterator[int]:
    """Serve `application` as `gunicorn.conf.py` says; gives the port once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    log = here / f"{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # our own program, by its full path
            [str(BIN / "gunicorn"), application],
            cwd=ROOT,
            env={**environ, "PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(port, process, log)
        yield port
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _READY
    while time.monotonic() < deadline and process.poll() is None:
        # It listens before it has loaded: only an answer says that it is ready.
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), _READY) as probe:
            probe.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            if probe.recv(1):
                return
        time.sleep(0.05)
    raise RuntimeError(f"it does not answer:\n{log.read_text()}")
