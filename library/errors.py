"""What can be wrong with prompts, their recordings, archives and sheets."""

from __future__ import annotations

from enum import StrEnum


class LibraryError(Exception):
    """Everything of this package.

    LibraryError
    ├── ChangedMeanwhile   somebody else changed the prompt since it was read
    ├── UnknownVersion     the prompt has no such version
    ├── AlreadyApproved    this account approved the version before
    ├── RecordFirst        words alone would silence a recording that callers hear
    ├── NoOverride         the language has no carrier's voice to fall back on
    ├── BadTake            a recording that cannot be used; `fault` says why
    ├── BadArchive         a zip that is refused whole; `fault` says why
    └── BadSheet           a sheet that is no review sheet of this language; `fault` says why
    """


class ChangedMeanwhile(LibraryError):
    """Somebody else changed the prompt since it was read."""


class UnknownVersion(LibraryError):
    """The prompt has no such version."""


class AlreadyApproved(LibraryError):
    """This account approved the version before."""


class RecordFirst(LibraryError):
    """Words alone would silence a recording that callers hear."""


class NoOverride(LibraryError):
    """The language has no carrier's voice to fall back on."""


class Fault(StrEnum):
    """Why a file is refused; pages word it."""

    NOT_AUDIO = "not_audio"
    EMPTY = "empty"
    SILENT = "silent"
    CLIPPED = "clipped"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    LONGER_THAN_ALLOWED = "longer_than_allowed"
    UNSAFE_PATH = "unsafe_path"
    UNKNOWN_KEY = "unknown_key"
    UNKNOWN_LANGUAGE = "unknown_language"
    UNKNOWN_KIND = "unknown_kind"
    TWICE = "twice"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    BOMB = "bomb"
    TOO_MANY = "too_many"
    NO_ARCHIVE = "no_archive"
    NOTHING_IN_IT = "nothing_in_it"


class BadTake(LibraryError):
    """A recording that cannot be used."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class BadArchive(LibraryError):
    """A zip that is refused whole."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class SheetFault(StrEnum):
    """Why a sheet cannot be taken; pages word it."""

    NOT_A_SHEET = "not_a_sheet"
    TOO_LARGE = "too_large"
    NO_HEADER = "no_header"
    OTHER_LANGUAGE = "other_language"
    NOTHING_NEW = "nothing_new"


class BadSheet(LibraryError):
    """A sheet that is no review sheet of this language."""

    def __init__(self, fault: SheetFault) -> None:
        super().__init__(fault.value)
        self.fault = fault
