"""The runner of the real program, tried on a deployment of a few lines."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.outside import rimay
from tests.outside.wire import HttpSession, Request

TOY = """
import os, signal, subprocess, sys, time
import click
from flask import Flask
from flask.cli import AppGroup
app = Flask(__name__)
kept = os.environ["HOME"]

def note(text):
    with open(f"{kept}/noted.txt", "a") as file:
        file.write(text + "\\n")

@app.get("/readyz")
def ready():
    return os.environ["RIMAY_ENV"]

for name in ("db", "programme", "staff"):
    group = AppGroup(name)
    @group.command("upgrade" if name == "db" else "load" if name == "programme" else "add",
                   context_settings={"ignore_unknown_options": True})
    @click.argument("rest", nargs=-1)
    def command(rest, name=name):
        note(" ".join([name, *rest, *sys.stdin.read().split("\\n")]).strip())
    app.cli.add_command(group)

@app.cli.command("worker", context_settings={"ignore_unknown_options": True})
@click.argument("rest", nargs=-1)
def worker(rest):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    note(f"worker with child {child.pid}")
    print("working", flush=True)
    child.wait()
"""


@pytest.fixture
def deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> rimay.Rimay:
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "wsgi.py").write_text(TOY)
    monkeypatch.setattr(rimay, "PROJECT", checkout)
    return rimay.Rimay(
        tmp_path / "state",
        redis_url="redis://127.0.0.1:1/0",
        account_sid="AC" + "0" * 32,
        auth_token="x",
        carrier_url="http://127.0.0.1:1",
    )


def test_it_is_set_up_started_and_ended(deployment: rimay.Rimay) -> None:
    with deployment as running:
        answer = HttpSession().send(Request("GET", f"{running.url}/readyz"))
        assert (answer.status, answer.text) == (200, "test")
        web = running.web
        assert web is not None
    assert web.returncode is not None
    assert running.worker is None
    noted = (deployment.folder / "noted.txt").read_text().splitlines()
    assert noted[:2] == ["db", f"programme programmes/junin --number {rimay.LINE}"]
    assert set(noted[2:4]) == {
        f"staff {email} --role {role} --programme junin {rimay.PASSWORD}"
        for email, role in ((rimay.MANAGER, "case_manager"), (rimay.REGULATOR, "regulator"))
    }
    assert "gunicorn" in deployment.logs()


def test_killing_the_worker_takes_what_it_started_along(tmp_path: Path) -> None:
    started = tmp_path / "started"
    script = (
        "import pathlib, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"pathlib.Path({str(started)!r}).write_text(str(child.pid))\n"
        "print('up', flush=True); child.wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"up\n"
        child = os.pidfd_open(int(started.read_text()))
        rimay.kill_at_once(parent)
    # The descriptor of a process becomes readable when it has ended.
    assert select.select([child], [], [], 60)[0], "the child lives on"
    os.close(child)


def test_a_program_that_does_not_start_says_why(deployment: rimay.Rimay, tmp_path: Path) -> None:
    (tmp_path / "checkout" / "wsgi.py").write_text("raise RuntimeError('no SECRET_KEY')")
    with pytest.raises(AssertionError, match="no SECRET_KEY"):
        deployment.set_up()
    deployment.start_web()
    with pytest.raises(AssertionError, match="not ready"):
        deployment.wait_until_ready()
    deployment.stop()
