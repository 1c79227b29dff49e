"""Zips for tests, good and bad."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping


def zipped(files: Mapping[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def lying(content: bytes, *, says: int) -> bytes:
    """A zip whose directory says that its first file is `says` bytes large."""
    at = content.index(b"PK\x01\x02") + 24
    return content[:at] + says.to_bytes(4, "little") + content[at + 4 :]
