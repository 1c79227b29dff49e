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
NOTHING = dict.fromkeys((*SOUND, "DATABASE_URL", "MEDIA_URL"), "")


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
        timeout=300,
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
        timeout=300,
        check=False,
    )
    assert done.returncode != 0
    assert "VAULT_KEY" in done.stderr


MISTAKES = (
    ("programme.yaml", "queue: environment}", "queue: nowhere}"),
    ("programme.yaml", "tool: survey", "tool: surwey"),
    ("programme.yaml", "option: my_case", "option: survey"),
)


def broken(tmp_path: Path, *mistakes: tuple[str, str, str]) -> tuple[Path, list[str]]:
    """A copy of the programme with these mistakes, and where each of them is."""
    folder, places = tmp_path / "junin", []
    shutil.copytree(PROJECT / "programmes" / "junin", folder)
    for name, right, wrong in mistakes:
        text = (folder / name).read_text(encoding="utf-8")
        places.append(f"{name}:{text[: text.index(right)].count(chr(10)) + 1}")
        (folder / name).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    return folder, places


def test_every_mistake_of_a_programme_is_told_by_file_and_line(tmp_path: Path) -> None:
    folder, places = broken(tmp_path, *MISTAKES)
    done = flask(tmp_path, "programme", "load", str(folder), "--number", "+51644000100")
    assert done.returncode != 0
    for place in places:
        assert f"{place}:" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_is_checked_with_nothing_set(tmp_path: Path) -> None:
    good = flask(tmp_path, "programme", "check", "programmes/junin", **NOTHING)
    assert good.returncode == 0, good.stderr
    assert good.stdout.startswith("junin: 2 languages, ")
    folder, [place] = broken(tmp_path, MISTAKES[0])
    bad = flask(tmp_path, "programme", "check", str(folder), **NOTHING)
    assert bad.returncode == 1
    assert f"{place}:" in bad.stderr, bad.stderr


@pytest.mark.parametrize("command", [("programme", "load", "programmes/junin"), ("run",)])
def test_whatever_else_is_asked_tells_what_is_not_set(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    done = flask(tmp_path, *command, **NOTHING)
    assert done.returncode == 1
    assert "VAULT_KEY" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_language_and_a_missing_translation_are_told(tmp_path: Path) -> None:
    folder, [place] = broken(tmp_path, ("programme.yaml", "[es, quy]", "[es, quy, xx]"))
    done = flask(tmp_path, "programme", "check", str(folder))
    assert done.returncode != 0
    assert f"{place}:" in done.stderr
    assert "xx" in done.stderr
    assert "survey.yaml:" in done.stderr, "nothing there is in that language"


def test_a_programme_goes_out_as_a_folder_and_comes_back_the_same(tmp_path: Path) -> None:
    for command in (("db", "upgrade"), ("programme", "load", "programmes/junin")):
        assert flask(tmp_path, *command).returncode == 0
    folder = tmp_path / "out"
    done = flask(tmp_path, "programme", "export", "junin", str(folder))
    assert done.returncode == 0, done.stderr
    assert "programme.yaml, library.yaml, survey.yaml" in done.stdout
    again = flask(tmp_path, "programme", "load", str(folder))
    assert "junin: unchanged" in again.stdout
    unknown = flask(tmp_path, "programme", "export", "nadie", str(tmp_path / "nothing"))
    assert unknown.returncode == 1
    assert "no programme 'nadie' is loaded" in unknown.stderr
    assert not (tmp_path / "nothing").exists()
