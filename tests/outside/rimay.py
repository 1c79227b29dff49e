"""The real program, run as an outsider would: by its commands and its environment alone."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from tests.outside.wire import HttpSession, Request

PROJECT = Path(__file__).resolve().parents[2]
PROGRAMS = PROJECT / ".venv" / "bin"
LINE = "+51644000100"
"""The number under which the Junín programme answers."""
MANAGER, REGULATOR = "gestora@example.pe", "reguladora@example.pe"
PASSWORD = "una clave larga de prueba 7261"
LEASE, SWEEP = "2", "0.5"
"""Seconds; where it is for real a minute passes before an attempt is given up."""


class Rimay:
    """One deployment in `folder`: its database, media, logs, web and worker processes.

    Use it as a context manager: it is set up, started and ready inside, and stopped after.
    `database_url` defaults to SQLite in the folder; a PostgreSQL must be empty. Without
    `carrier_url` (a carrier stub's) and with `environment="demo"` the simulator is the carrier.
    """

    def __init__(
        self,
        folder: Path,
        *,
        redis_url: str,
        account_sid: str,
        auth_token: str,
        carrier_url: str | None,
        database_url: str | None = None,
        environment: str = "test",
        web_workers: int = 2,
        settings: dict[str, str] | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        # Held until it is stopped: between now and the start of the web others look for a port.
        self._held = held_port()
        self.port: int = self._held.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.redis_url = redis_url
        self.database_url = database_url or f"sqlite:///{folder / 'rimay.sqlite'}"
        self.web_workers = web_workers
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None
        carrier = {
            "TWILIO_ACCOUNT_SID": account_sid,
            "TWILIO_AUTH_TOKEN": auth_token,
            "TWILIO_API_URL": carrier_url,
        }
        self.settings = {
            # Nothing of whoever runs the tests reaches the program but where programs are.
            "PATH": f"{PROGRAMS}:{os.environ.get('PATH', '/usr/bin:/bin')}",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "RIMAY_ENV": environment,
            "PUBLIC_URL": self.url,
            "SECRET_KEY": secrets.token_hex(32),
            "VAULT_KEY": secrets.token_hex(32),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": redis_url,
            "MEDIA_URL": (folder / "media").as_uri(),
            **{name: value for name, value in carrier.items() if value is not None},
            **(settings or {}),
        }

    def __enter__(self) -> Rimay:
        try:
            self.set_up()
            self.start_web()
            self.start_worker()
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def set_up(self) -> None:
        """Make the tables, load the programme under its number, add one account of each role."""
        self.flask("db", "upgrade")
        self.flask("programme", "load", "programmes/junin", "--number", LINE)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self.add_account, (MANAGER, REGULATOR), ("case_manager", "regulator")))

    def add_account(self, email: str, role: str) -> None:
        """Add an account that signs in with PASSWORD."""
        self.flask(
            *("staff", "add", email, "--role", role, "--programme", "junin"),
            stdin=f"{PASSWORD}\n",
        )

    def flask(self, *arguments: str, stdin: str = "") -> str:
        """Run a `flask` command to its end; what it printed. A failure shows all it said."""
        done = subprocess.run(
            [str(PROGRAMS / "flask"), *arguments],
            cwd=PROJECT,
            env=self.settings,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        said = f"$ flask {' '.join(arguments)}\n{done.stdout}{done.stderr}"
        # Not a log: an operator's own terminal. The number she types is hers to see there.
        with (self.folder / "commands.txt").open("a") as file:
            file.write(said)
        assert done.returncode == 0, f"{said}\n(ended with {done.returncode})"
        return done.stdout

    # Processes -----------------------------------------------------------------------------

    def start_web(self) -> None:
        self.web = self._start(
            *("web", "gunicorn", "--workers", str(self.web_workers)),
            *("--bind", f"127.0.0.1:{self.port}", "wsgi:app"),
        )

    def start_worker(self) -> None:
        """A worker that soon looks again at what an earlier one left half done."""
        self.worker = self._start("worker", "flask", "worker", "--lease", LEASE, "--sweep", SWEEP)

    def kill_worker(self) -> None:
        """End the worker and what it forked at once, as a power cut would (SIGKILL)."""
        assert self.worker is not None, "there is no worker"
        kill_at_once(self.worker)
        self.worker = None

    def stop_worker(self) -> None:
        """Ask the worker to end (SIGTERM), as a deployment would."""
        _end(self.worker)
        self.worker = None

    def stop(self) -> None:
        """End every process that was started here."""
        for process in (self.worker, self.web):
            _end(process)
        self.worker = self.web = None
        self._held.close()

    def wait_until_ready(self, *, seconds: float = 180) -> None:
        """Return when `/readyz` answers 200; say what the logs say when it does not."""
        deadline = time.monotonic() + seconds
        session, answered = HttpSession(timeout=5), "nothing"
        while time.monotonic() < deadline:
            try:
                answer = session.send(Request("GET", f"{self.url}/readyz"))
                if answer.status == 200:
                    return
                answered = f"{answer.status} {answer.text[:500]}"
            except (OSError, AssertionError) as error:
                answered = repr(error)
            assert self.web is not None
            try:  # the wait between two looks, cut short when the process ends
                self.web.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
            break
        raise AssertionError(f"not ready ({answered})\n{self.logs()[-6000:]}")

    def logs(self) -> str:
        """Everything that the web and worker processes wrote so far."""
        return "\n".join(
            f"== {path.name}\n{path.read_text(errors='replace')}"
            for path in sorted(self.folder.glob("*.log"))
        )

    def _start(self, name: str, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [str(PROGRAMS / program), *arguments],
                cwd=PROJECT,
                env=self.settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C in the tests is not its business
            )


def held_port() -> socket.socket:
    """A port of this machine that a server of ours can listen on, and that nobody else is given."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def kill_at_once(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL a process and everything it started, parents first so that nothing is restarted."""
    family = [process.pid, *_descendants(process.pid)]
    for pid in family:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait(60)


def _end(process: subprocess.Popen[bytes] | None) -> None:
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        kill_at_once(process)
    with suppress(ProcessLookupError):  # what it left behind in its own session
        os.killpg(process.pid, signal.SIGKILL)


def _descendants(pid: int) -> list[int]:
    """The ids of all processes below `pid`, from /proc."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                # The name in parentheses may hold anything; the parent's id is after it.
                after = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(after[1]), []).append(int(entry.name))
    found, open_ends = [], [pid]
    while open_ends:
        below = children.get(open_ends.pop(), [])
        found += below
        open_ends += below
    return found
