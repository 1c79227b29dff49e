"""What an operator gets wrong: told at once, all of it, with where and how."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.outside.rimay import PROGRAMS, PROJECT, free_port

SOUND = {
    "RIMAY_ENV": "test",
    "PUBLIC_URL": "http://127.0.0.1:1",
    "SECRET_KEY": "s" * 32,
    "VAULT_KEY": "v" * 32,
}


def flask(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a `flask` command with these settings and no others."""
    given = {
        "DATABASE_URL": f"sqlite:///{folder / 'x.sqlite'}",
        "MEDIA_URL": (folder / "media").as_uri(),
        **SOUND,
        **settings,
    }
    return subprocess.run(
        [str(PROGRAMS / "flask"), *arguments],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **{k: v for k, v in given.items() if v}},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_every_wrong_setting_is_told_at_once(tmp_path: Path) -> None:
    done = flask(
        tmp_path,
        *("db", "upgrade"),
        RIMAY_ENV="live",
        PUBLIC_URL="https://example.org/path",
        SECRET_KEY="short",
        VAULT_KEY="",
        DATABASE_URL="mysql://x",
        MEDIA_URL="media",
        TWILIO_ACCOUNT_SID="AC1",
    )
    assert done.returncode != 0
    told = done.stderr + done.stdout
    for name in (
        *("RIMAY_ENV", "PUBLIC_URL", "SECRET_KEY", "VAULT_KEY", "DATABASE_URL", "MEDIA_URL"),
        "TWILIO_AUTH_TOKEN",
    ):
        assert name in told, told
    assert "Traceback" not in told
    assert "short" not in told


def test_production_asks_for_a_carrier_and_https(tmp_path: Path) -> None:
    done = flask(tmp_path, "db", "upgrade", RIMAY_ENV="production")
    assert done.returncode != 0
    assert "TWILIO_ACCOUNT_SID" in done.stderr
    assert "https" in done.stderr


def test_gunicorn_says_so_too_and_does_not_start(tmp_path: Path) -> None:
    done = subprocess.run(
        [str(PROGRAMS / "gunicorn"), "--bind", f"127.0.0.1:{free_port()}", "wsgi:app"],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "RIMAY_ENV": "test"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "VAULT_KEY" in done.stderr


BREAKS = {
    "a queue that is not there": ("programme.yaml", "queue: environment}", "queue: nowhere}"),
    "a tool that is not there": ("programme.yaml", "tool: survey", "tool: surwey"),
    "an unknown language": ("programme.yaml", "languages: [es, quy]", "languages: [es, xx]"),
    "one option twice": ("programme.yaml", "option: my_case", "option: survey"),
    "no YAML": ("survey.yaml", "questions:", "questions: [{"),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_broken_programme_is_refused_with_file_and_line(tmp_path: Path, what: str) -> None:
    name, right, wrong = BREAKS[what]
    folder = tmp_path / "junin"
    shutil.copytree(PROJECT / "programmes" / "junin", folder)
    text = (folder / name).read_text(encoding="utf-8")
    assert right in text
    line = text[: text.index(right)].count("\n") + 1
    (folder / name).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    assert flask(tmp_path, "db", "upgrade").returncode == 0
    done = flask(tmp_path, "programme", "load", str(folder), "--number", "+51644000100")
    assert done.returncode != 0
    assert f"{name}:{line}" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    assert "no number" not in flask(tmp_path, "programme", "list").stdout


def test_a_missing_translation_is_told_by_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "junin"
    shutil.copytree(PROJECT / "programmes" / "junin", folder)
    lines = (folder / "survey.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    place = next(place for place, line in enumerate(lines) if line.strip().startswith("quy:"))
    del lines[place]
    (folder / "survey.yaml").write_text("".join(lines), encoding="utf-8")
    done = flask(tmp_path, "programme", "check", str(folder))
    assert done.returncode != 0
    assert "survey.yaml:" in done.stderr
    assert "quy" in done.stderr


@pytest.mark.parametrize("number", ["064 123456", "+51", "anonymous", "+5164400010012345"])
def test_a_number_that_is_none_is_refused(tmp_path: Path, number: str) -> None:
    assert flask(tmp_path, "db", "upgrade").returncode == 0
    done = flask(tmp_path, "programme", "load", "programmes/junin", "--number", number)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert number in done.stderr
