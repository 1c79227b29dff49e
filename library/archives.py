"""A zip of recordings, read without trusting anything that it says of itself.

Nothing is written to disk: a file is read from the archive into memory, no further than allowed.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

from library.errors import BadArchive, BadTake, Fault

LARGEST_ARCHIVE = 128 * 1024 * 1024
"""Bytes of a zip."""

LARGEST_FILE = 24 * 1024 * 1024
LARGEST_TOTAL = 512 * 1024 * 1024
MOST_FILES = 2000
MOST_RATIO = 100
"""Times that a file may grow when read; silence in a WAV comes to about 1,000, speech to 4."""

KINDS = frozenset({".wav", ".mp3", ".ogg", ".m4a"})

_SMALL = 64 * 1024
"""Bytes that may grow by any ratio: a second of silence is no bomb."""

_IGNORED_FOLDERS = frozenset({"__MACOSX"})
_IGNORED_NAMES = frozenset({"thumbs.db", "desktop.ini"})
_ENCRYPTED = 0x1
_LIKE_A_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Found:
    """One file of an archive: whose recording it is, or why it is refused."""

    n: int
    """Its place in the archive."""
    path: str
    language: str | None
    key: str | None
    fault: Fault | None


def contents(
    content: bytes, *, language: str, languages: Collection[str], keys: Collection[str]
) -> list[Found]:
    """Every file of a zip that names a recording or should. `language` is meant where a file lies
    in no folder of `languages`; one that is called like another language is refused. Raises
    BadArchive."""
    with _opened(content) as archive:
        files = archive.infolist()
        if len(files) > MOST_FILES:
            raise BadArchive(Fault.TOO_MANY)
        if sum(each.file_size for each in files) > LARGEST_TOTAL:
            raise BadArchive(Fault.BOMB)
        if any(_grows_too_much(each, each.file_size) for each in files):
            raise BadArchive(Fault.BOMB)
    found: list[Found] = []
    taken: set[tuple[str, str]] = set()
    for n, each in enumerate(files):
        is_safe = not _is_unsafe(each.filename)
        if is_safe and (each.is_dir() or _is_ignored(each.filename)):
            continue
        one = _found(n, each, language, languages, keys)
        if one.fault is None and one.language and one.key:
            place = (one.language, one.key)
            if place in taken:
                one = Found(n, one.path, one.language, one.key, Fault.TWICE)
            taken.add(place)
        found.append(one)
    if not found:
        raise BadArchive(Fault.NOTHING_IN_IT)
    return found


class Archive:
    """An archive whose `contents` were listed, read file by file."""

    def __init__(self, content: bytes) -> None:
        self._archive = _opened(content)
        self._files = self._archive.infolist()
        self._total = 0

    def read(self, n: int) -> bytes:
        """The file at that place. Raises BadTake where it is damaged, BadArchive where it grows
        beyond what it said: then nothing in the archive is to be believed."""
        of = self._files[n]
        allowed = min(of.file_size, LARGEST_FILE)
        content = bytearray()
        try:
            with self._archive.open(of) as file:
                while part := file.read(_SMALL):
                    content += part
                    if len(content) > allowed or _grows_too_much(of, len(content)):
                        raise BadArchive(Fault.BOMB)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise BadTake(Fault.DAMAGED) from error
        except (NotImplementedError, RuntimeError) as error:
            raise BadTake(Fault.ENCRYPTED) from error
        self._total += len(content)
        if self._total > LARGEST_TOTAL:
            raise BadArchive(Fault.BOMB)
        return bytes(content)


def packed(files: list[tuple[str, bytes]]) -> bytes:
    """Files chosen one by one or as a folder, as the zip that they might have come in."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name), data)
    return content.getvalue()


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as error:
        raise BadArchive(Fault.NO_ARCHIVE) from error


def _grows_too_much(of: zipfile.ZipInfo, size: int) -> bool:
    return size > _SMALL and size > of.compress_size * MOST_RATIO


def _is_ignored(path: str) -> bool:
    """What a computer puts beside files without being asked."""
    parts = path.split("/")
    name = parts[-1].lower()
    return name.startswith(".") or name in _IGNORED_NAMES or not _IGNORED_FOLDERS.isdisjoint(parts)


def _found(
    n: int,
    of: zipfile.ZipInfo,
    language: str,
    languages: Collection[str],
    keys: Collection[str],
) -> Found:
    shown = "".join(each if each.isprintable() else "?" for each in of.filename)[:300]
    if _is_unsafe(of.filename):
        return Found(n, shown, None, None, Fault.UNSAFE_PATH)
    path = PurePosixPath(of.filename)
    folder = path.parent.name
    tag = folder if folder in languages else language
    if tag != folder and _names_a_language(folder):
        # Taken for the form's language, a slip of the pen would put recordings in the wrong one.
        return Found(n, shown, None, None, Fault.UNKNOWN_LANGUAGE)
    if path.suffix.lower() not in KINDS:
        return Found(n, shown, tag, None, Fault.UNKNOWN_KIND)
    key = path.name[: -len(path.suffix)]
    if key not in keys:
        return Found(n, shown, tag, None, Fault.UNKNOWN_KEY)
    if of.flag_bits & _ENCRYPTED:
        return Found(n, shown, tag, key, Fault.ENCRYPTED)
    if of.file_size > LARGEST_FILE:
        return Found(n, shown, tag, key, Fault.TOO_LARGE)
    return Found(n, shown, tag, key, None)


def _names_a_language(folder: str) -> bool:
    """Whether a folder is called as languages are, and not as the files in it."""
    return _LIKE_A_LANGUAGE.fullmatch(folder) is not None and f".{folder}" not in KINDS


def _is_unsafe(path: str) -> bool:
    """A path that would lead out of a folder it was unpacked into."""
    parts = path.replace("\\", "/").split("/")
    return "\\" in path or path.startswith("/") or ".." in parts or ":" in path or "\0" in path
