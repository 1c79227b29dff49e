"""What must not be lost while there is no database: one sealed file each, until it can be honoured.

A file is named by a keyed hash of what caused it, so that the same event makes one file however
often it comes, and is complete or absent. Its time of change says when it is to be tried next.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from storage.media import write_durably
from storage.vault import NotOurs, Vault

_PURPOSE = "spool"
FIRST_WAIT = dt.timedelta(seconds=30)
LONGEST_WAIT = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Spooled:
    """Something promised: what it is about, and since when it waits."""

    name: str
    form: Mapping[str, str]
    """What the carrier posted."""
    kind: str
    at: dt.datetime


class Spool:
    """A folder of promises, sealed by the vault. Safe for many processes at once."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self.folder = folder
        self._vault = vault

    def keep(self, kind: str, event: str, form: Mapping[str, str], *, now: dt.datetime) -> bool:
        """Keep what `event` (the carrier's id) brought; it is on disk when this returns True.

        False where it cannot be kept, on a full disk say: then nothing may be promised.
        """
        path = self.folder / self._vault.tag(_PURPOSE, f"{kind} {event}")
        entry = {"kind": kind, "at": now.isoformat(), "form": dict(form)}
        try:
            if not path.exists():
                write_durably(path, self._vault.seal_text(_PURPOSE, json.dumps(entry)))
                self._try_at(path, now)
        except OSError:
            return False
        return True

    def due(self, *, now: dt.datetime) -> Iterator[Spooled]:
        """What is to be tried now, the oldest first. What cannot be read is left where it is."""
        for path in self._paths():
            try:
                if path.stat().st_mtime > now.timestamp():
                    continue
                entry = json.loads(self._vault.open_text(_PURPOSE, path.read_bytes()))
            except (FileNotFoundError, NotOurs):
                continue
            yield Spooled(
                path.name, entry["form"], entry["kind"], dt.datetime.fromisoformat(entry["at"])
            )

    def put_off(self, spooled: Spooled, *, now: dt.datetime) -> None:
        """It could not be honoured: it waits as long again as it has waited, an hour at most."""
        wait = min(max(now - spooled.at, FIRST_WAIT), LONGEST_WAIT)
        path = self.folder / spooled.name
        if path.exists():
            self._try_at(path, now + wait)

    def discard(self, spooled: Spooled) -> None:
        """It is honoured; one that is gone already is no error."""
        (self.folder / spooled.name).unlink(missing_ok=True)

    def __len__(self) -> int:
        return len(self._paths())

    def _paths(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        # Hashes only: a file being written has another name.
        found = [path for path in self.folder.iterdir() if len(path.name) == 64]
        return sorted(found, key=_changed_at)

    @staticmethod
    def _try_at(path: Path, moment: dt.datetime) -> None:
        os.utime(path, (moment.timestamp(), moment.timestamp()))


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
