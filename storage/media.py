"""Files that hold voices: encrypted under the vault, in a folder.

The key of a file is the hash of what it holds, so storing the same bytes twice is one file, and a
file is complete or absent: it is written aside, synced and renamed.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import urlparse

from storage.vault import Vault

_PURPOSE = "media"


class MissingMedia(LookupError):
    """No file is stored under this key."""


class Media:
    """The folder named by `MEDIA_URL` (`file:///…`). Files are decrypted whole."""

    def __init__(self, url: str, vault: Vault) -> None:
        parsed = urlparse(url)
        if parsed.scheme != "file" or not parsed.path:
            raise ValueError("MEDIA_URL must be file:///an/absolute/folder")
        self.folder = Path(parsed.path)
        self._vault = vault
        self.folder.mkdir(parents=True, exist_ok=True)

    def put(self, content: bytes) -> str:
        """Keep `content`; return its key (SHA-256, hex). It is on disk when this returns."""
        key = hashlib.sha256(content).hexdigest()
        path = self._path(key)
        if not path.exists():
            write_durably(path, self._vault.seal(_PURPOSE, content))
        return key

    def get(self, key: str) -> bytes:
        """The bytes kept under `key`, or MissingMedia."""
        try:
            return self._vault.open(_PURPOSE, self._path(key).read_bytes())
        except FileNotFoundError as error:
            raise MissingMedia(key) from error

    def delete(self, key: str) -> None:
        """Forget the file; a key that is gone already is no error."""
        self._path(key).unlink(missing_ok=True)

    def is_writable(self) -> bool:
        return os.access(self.folder, os.W_OK)

    def _path(self, key: str) -> Path:
        if len(key) != 64 or not key.isalnum():
            raise MissingMedia(key)
        return self.folder / "sealed" / key[:2] / key


def write_durably(path: Path, content: bytes) -> None:
    """Write `content` so that `path` holds all of it or does not exist, whatever happens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.replace(file.name, path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
