"""Promises in files: once each, sealed, tried again, never half written."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

import pytest

from storage.spool import FIRST_WAIT, LONGEST_WAIT, Spool
from storage.vault import Vault

NOW = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
FORM = {"From": "+51964000999", "CallSid": "CA1"}


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", Vault("v" * 32))


def test_the_same_event_is_kept_once_and_sealed(spool: Spool) -> None:
    assert spool.keep("call", "CA1", FORM, now=NOW)
    assert spool.keep("call", "CA1", FORM, now=NOW + FIRST_WAIT)
    assert spool.keep("text", "CA1", FORM, now=NOW)
    assert len(spool) == 2
    for path in spool.folder.iterdir():
        assert b"964000999" not in path.read_bytes()
        assert "964000999" not in path.name
    kinds = {each.kind: each for each in spool.due(now=NOW)}
    assert kinds["call"].form == FORM
    assert kinds["call"].at == NOW


def test_what_cannot_be_honoured_waits_longer_each_time(spool: Spool) -> None:
    spool.keep("call", "CA1", FORM, now=NOW)
    moments = [NOW]
    for _ in range(12):
        (due,) = spool.due(now=moments[-1])
        spool.put_off(due, now=moments[-1])
        assert list(spool.due(now=moments[-1])) == []
        step = dt.timedelta(seconds=5)
        later = moments[-1] + step
        while not list(spool.due(now=later)):
            later += step
        moments.append(later)
    waits = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert waits[0] == FIRST_WAIT
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT


def test_what_is_honoured_is_gone(spool: Spool) -> None:
    spool.keep("call", "CA1", FORM, now=NOW)
    (due,) = spool.due(now=NOW)
    spool.discard(due)
    spool.discard(due)
    spool.put_off(due, now=NOW)
    assert len(spool) == 0
    assert list(spool.folder.iterdir()) == []


def test_where_nothing_can_be_written_nothing_is_promised(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file where the folder should be")
    spool = Spool(tmp_path / "spool", Vault("v" * 32))
    assert spool.keep("call", "CA1", FORM, now=NOW) is False
    assert list(spool.due(now=NOW)) == []


def test_what_is_not_ours_is_left_alone(spool: Spool) -> None:
    spool.keep("call", "CA1", FORM, now=NOW)
    (path,) = spool.folder.iterdir()
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    (spool.folder / "sounds").mkdir()
    assert list(spool.due(now=NOW + dt.timedelta(days=1))) == []
    assert path.exists()
