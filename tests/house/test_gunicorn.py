"""How the web is served follows from the environment, and its log holds no query string."""

from __future__ import annotations

import logging
import runpy
from typing import Any

import pytest

from tests.servers import ROOT


def configured(monkeypatch: pytest.MonkeyPatch, **environment: str) -> dict[str, Any]:
    for name in ("PORT", "DATABASE_URL", "RIMAY_ENV"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(ROOT / "gunicorn.conf.py"))


@pytest.mark.parametrize(
    ("environment", "served"),
    [
        ({}, (2, "sync", 1)),
        ({"DATABASE_URL": "sqlite:////var/rimay.sqlite"}, (2, "sync", 1)),
        ({"DATABASE_URL": "postgresql://rimay@/rimay"}, (2, "gthread", 4)),
        ({"DATABASE_URL": "postgresql://rimay@/rimay", "RIMAY_ENV": "demo"}, (1, "gthread", 16)),
    ],
)
def test_workers_and_threads(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], served: tuple[int, str, int]
) -> None:
    found = configured(monkeypatch, **environment)
    assert (found["workers"], found["worker_class"], found["threads"]) == served


def test_it_listens_on_this_machine_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert configured(monkeypatch)["bind"] == "127.0.0.1:8000"
    assert configured(monkeypatch, PORT="8123")["bind"] == "127.0.0.1:8123"


def test_a_query_string_is_cut_from_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    keep = configured(monkeypatch)["without_query"]
    record = logging.makeLogRecord(
        {"msg": "Error handling request %s %s", "args": ("GET", "/voice?From=%2B5164555")}
    )
    assert keep(record)
    assert record.getMessage() == "Error handling request GET /voice?…"
