"""What an outsider relies on is written down: settings, commands, metrics, who may open what."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click import Group
from flask import Flask

from app.factory import create_app
from app.house import build
from app.settings import Environment, Settings
from staff.web import undeclared

ROOT = Path(__file__).resolve().parents[2]
NAMES = re.compile(r'environ(?:\.get\(|\[)\s*"([A-Z_]+)"|"([A-Z_]{6,})", faults')


@pytest.fixture
def app(sqlite_url: str, valkey_url: str, tmp_path: Path) -> Flask:
    return create_app(
        build(
            Settings(
                environment=Environment.DEMO,
                public_url="http://127.0.0.1:8000",
                secret_key="s" * 40,
                vault_key="v" * 40,
                database_url=sqlite_url,
                redis_url=valkey_url,
                media_url=f"file://{tmp_path}/media",
                carrier=None,
                var=tmp_path / "var",
            )
        )
    )


def test_every_setting_is_explained() -> None:
    explained = (ROOT / ".env.example").read_text()
    source = (ROOT / "app" / "settings.py").read_text()
    named = {name for pair in NAMES.findall(source) for name in pair if name}
    assert len(named) > 8
    assert [name for name in sorted(named) if f"{name}=" not in explained] == []


def test_every_page_says_who_may_open_it(app: Flask) -> None:
    assert undeclared(app) == []


def test_every_command_is_in_the_manual(app: Flask) -> None:
    manual = (ROOT / "docs" / "operations.md").read_text()
    ours = {"db", "programme", "staff", "surveys", "worker", "talk", "doctor"}
    for name in sorted(ours | (set(app.cli.commands) - {"run", "shell", "routes"})):
        command = app.cli.commands[name]
        names = (
            [f"{name} {each}" for each in command.commands]
            if isinstance(command, Group)
            else [name]
        )
        for each in names:
            assert f"flask {each}" in manual, each


def test_every_metric_is_in_the_manual(app: Flask) -> None:
    manual = (ROOT / "docs" / "operations.md").read_text()
    shown = app.test_client().get("/metrics").get_data(as_text=True)
    families = set(re.findall(r"^# TYPE (\w+)", shown, re.MULTILINE))
    assert families
    assert [name for name in sorted(families) if name not in manual] == []


def test_what_is_not_there_is_told_to_whoever_asks(app: Flask) -> None:
    folders = [rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.endswith("static")]
    assert len(folders) > 5
    client = app.test_client()
    for rule in folders:
        missing = client.get(rule.replace("<path:filename>", "none.js"))
        assert missing.status_code == 404, rule
    assert client.get("/performance/nowhere").status_code == 404
