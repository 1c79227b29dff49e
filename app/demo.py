"""`make demo`: everything on this machine, with Junín, a simulated carrier and demo staff.

What it keeps stays under `var/demo` from one time to the next; delete the folder to start afresh.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection

from app.house import build
from app.processes import BIN, Processes
from app.schema import migrate
from app.settings import ROOT, Settings, read_settings
from app.valkey import valkey_if_unset
from duty.operations import set_duty
from safeguarding import designating
from safeguarding.queries import is_open
from simulator.carrier import number_of
from staff.errors import EmailTaken
from staff.operations import add_account
from staff.values import Affiliation, Role
from storage.services import Services
from storage.vault import Vault

NUMBER = "+51644000100"
PASSWORD = "rimay-junin-demo"  # noqa: S105  # printed to whoever starts the demo, for the demo
ROLES = (
    Role.CASE_MANAGER,
    Role.SUPERVISOR,
    Role.REGULATOR,
    Role.OPERATOR,
    Role.EDITOR,
    Role.INTERPRETER,
)
WOMEN = ("safeguarding@demo.example", "safeguarding-2@demo.example")
"""Who opens what is entrusted to key 8: with a passphrase that in the demo is nobody's secret."""

PASSPHRASE = "la retama florece en agosto"  # noqa: S105  # printed, as the password is
WORK_PHONE = "2"
"""The simulator's phone that rings for the case manager, in staffed hours."""

_PATIENCE = 60


def main() -> int:
    """Set everything up, start it, say where it is, and stop all of it on Ctrl-C."""
    port = int(os.environ.get("PORT", "8000"))
    if not _is_free(port):
        print(f"demo: port {port} is taken; choose another: PORT=8001 make demo")
        return 1
    environ = environment(ROOT / "var" / "demo", port)
    settings = read_settings({**os.environ, **environ})
    with valkey_if_unset(settings), Processes(environ) as processes:
        _prepare(settings, environ)
        processes.start("gunicorn", "wsgi:app")
        processes.start("flask", "worker")
        if not _answers(f"{settings.public_url}/readyz"):
            print("demo: the web did not come up; see the messages above")
            return 1
        _say_where(settings)
        processes.wait()
        print("\ndemo: stopping", flush=True)
    return processes.status


def environment(folder: Path, port: int) -> dict[str, str]:
    """The demo's settings. Its secrets are made once and kept beside what they protect."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = {name: _secret(folder / f".{name.lower()}") for name in ("SECRET_KEY", "VAULT_KEY")}
    return {
        "RIMAY_ENV": "demo",
        "PORT": str(port),
        "PUBLIC_URL": os.environ.get("PUBLIC_URL", f"http://127.0.0.1:{port}"),
        "DATABASE_URL": os.environ.get("DATABASE_URL", f"sqlite:///{folder / 'rimay.sqlite'}"),
        "MEDIA_URL": f"file://{folder / 'media'}",
        "RIMAY_VAR": str(folder),
        **kept,
    }


def _secret(path: Path) -> str:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return path.read_text()


def _prepare(settings: Settings, environ: Mapping[str, str]) -> None:
    print("demo: preparing the database", flush=True)
    migrate(settings.database_url, vault=Vault(settings.vault_key))
    print("demo: loading Junín and speaking its drafts; a moment the first time", flush=True)
    subprocess.run(  # noqa: S603  # our own program, by its full path
        [str(BIN / "flask"), "programme", "load", "programmes/junin", "--number", NUMBER],
        cwd=ROOT,
        env={**os.environ, **environ},
        check=True,
    )
    house = build(settings)
    for role in ROLES:
        try:
            with house.services.database.writing() as connection:
                account = add_account(
                    connection,
                    email=email_of(role),
                    password=PASSWORD,
                    role=role,
                    programme="junin",
                    affiliation=Affiliation.INDEPENDENT,
                    language="es",
                    now=house.services.clock(),
                )
                if role is Role.CASE_MANAGER and settings.carrier is None:
                    _put_on_duty(connection, house.services, account)
        except EmailTaken:
            continue
    _designate(house.services)
    house.services.database.close()


def _designate(services: Services) -> None:
    """Two women, once."""
    now = services.clock()
    with services.database.reading() as connection:
        if is_open(connection, "junin"):
            return
    pairs = {}
    for email in WOMEN:
        with services.database.writing() as connection:
            account = add_account(
                connection,
                email=email,
                password=PASSWORD,
                role=Role.SAFEGUARDING,
                programme="junin",
                affiliation=Affiliation.INDEPENDENT,
                language="es",
                now=now,
            )
        pairs[account] = designating.own_pair(account, PASSPHRASE)
    with services.database.writing() as connection:
        designating.designate_first(connection, "junin", pairs, now=now)


def _put_on_duty(connection: Connection, services: Services, account: str) -> None:
    """The second phone of the simulator is the case manager's: 0 on the first one rings it."""
    set_duty(
        connection,
        account,
        vault=services.vault,
        phone=number_of(WORK_PHONE),
        country="PE",
        languages=("es", "quy"),
        is_on=True,
        by=account,
        now=services.clock(),
    )


def email_of(role: Role) -> str:
    """The demo account of a role."""
    return f"{role.value.replace('_', '-')}@demo.example"


def _say_where(settings: Settings) -> None:
    lines = {
        "phone": f"{settings.public_url}/simulator/",
        "staff": f"{settings.public_url}/staff/sign-in",
        "number": NUMBER,
        "work_phone": number_of(WORK_PHONE),
        "password": PASSWORD,
        **{role.value: email_of(role) for role in ROLES},
        "safeguarding": ", ".join(WOMEN),
        "passphrase": PASSPHRASE,
    }
    print("\nRimay is running. Ctrl-C stops all of it.\n")
    for key, value in lines.items():
        print(f"{key}: {value}", flush=True)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _answers(address: str) -> bool:
    for _ in range(_PATIENCE * 4):
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310  # our own address
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
    return False


if __name__ == "__main__":
    sys.exit(main())
