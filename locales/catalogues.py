"""Prompt catalogues: what is said and texted under each key, from gettext files.

`msgid` is the key, `msgstr` what is spoken; the form for texts, where it differs, is the same msgid
with `msgctxt "sms"`. The flag `fuzzy` means: awaiting review by a speaker. Spoken words hold no
placeholder, since they are recorded; texts may hold those of PLACEHOLDERS.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, PoFileParser

from locales.languages import FOLDER, is_said_in, languages
from locales.spelling import loans, misspellings
from locales.wording import Wording

PLACEHOLDERS = frozenset({"code", "number"})
"""What a text message may have filled in: a case code, the number to call."""

_SMS = "sms"
_CHECKED_SPELLING = "quy"


class CatalogueError(ValueError):
    """A catalogue that cannot be used; the message names file, line and fault."""

    def __init__(self, path: Path, line: int, fault: str) -> None:
        super().__init__(f"{path}:{line}: {fault}")


def catalogue_path(tag: str, *, folder: Path = FOLDER) -> Path:
    return folder / tag / "LC_MESSAGES" / "prompts.po"


def read_prompts(path: Path) -> Mapping[str, Wording]:
    """Every prompt of one file by its key, in the file's order.

    CatalogueError where the file is missing or malformed, a key stands twice or has no spoken form,
    or a placeholder is unknown or stands in spoken words.
    """
    spoken: dict[str, Message] = {}
    texted: dict[str, Message] = {}
    for message in _messages(path):
        if isinstance(message.id, str):
            (texted if message.context == _SMS else spoken)[message.id] = message
    for key, message in texted.items():
        if key not in spoken:
            raise CatalogueError(path, message.lineno or 0, f"{key} has no spoken form")
    return MappingProxyType(
        {key: _wording(path, message, texted.get(key)) for key, message in spoken.items()}
    )


@lru_cache(maxsize=32)
def prompts(tag: str, *, folder: Path = FOLDER) -> Mapping[str, Wording]:
    """The system's prompts in one language, read once; none for a language still without a file.

    CatalogueError as in `read_prompts`, and where a complete language has no file.
    """
    path = catalogue_path(tag, folder=folder)
    of = languages(folder).get(tag)
    if not path.exists() and not (of and of.is_complete):
        return MappingProxyType({})
    return read_prompts(path)


def placeholders(text: str) -> frozenset[str]:
    """The names in braces in `text`. ValueError where the braces do not match."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def check_catalogues(*, folder: Path = FOLDER) -> list[str]:
    """Everything wrong with the catalogues, a sentence each; empty when they are fit to ship.

    Complete languages hold the same keys, every language the same placeholders under a key as the
    first complete one, and Southern Quechua keeps its official spelling.
    """
    findings: list[str] = []
    read: dict[str, Mapping[str, Wording]] = {}
    for tag in languages(folder):
        try:
            read[tag] = prompts(tag, folder=folder)
        except CatalogueError as error:
            findings.append(str(error))
    complete = [tag for tag in read if languages(folder)[tag].is_complete]
    every_key = dict.fromkeys(key for tag in complete for key in read[tag])
    for tag, catalogue in read.items():
        place = catalogue_path(tag, folder=folder)
        findings += [
            f"{place}: {fault}" for fault in _faults_beside(tag, catalogue, complete, read)
        ]
        if tag in complete:
            findings += [
                f"{place}: {key} is missing"
                for key in every_key
                if key not in catalogue and is_said_in(key, tag, folder=folder)
            ]
        findings += [f"{place}: {fault}" for fault in _spelling_faults(tag, catalogue, folder)]
    return findings


def _messages(path: Path) -> Iterator[Message]:
    """The entries of a file, the header and obsolete ones left out."""
    catalogue = _Strict(path)
    try:
        with path.open(encoding="utf-8") as lines:
            PoFileParser(catalogue, ignore_obsolete=True, abort_invalid=True).parse(lines)
    except PoFileError as error:
        fault = str(error).rpartition(" on ")[0]  # Babel counts lines from 0
        raise CatalogueError(path, error.lineno + 1, fault) from error
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(path, 0, f"cannot be read ({type(error).__name__})") from error
    return (message for message in catalogue if message.id)


class _Strict(Catalog):
    """A catalogue that refuses what gettext would merge in silence."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def __setitem__(self, id: str | list[str] | tuple[str, ...], message: Message) -> None:
        line = message.lineno or 0
        if message.pluralizable:
            raise CatalogueError(self._path, line, "a prompt has no plural forms")
        if message.context not in (None, _SMS):
            raise CatalogueError(self._path, line, f'msgctxt is "{_SMS}" or absent')
        if isinstance(id, str) and self.get(id, message.context) is not None:
            raise CatalogueError(self._path, line, f"{id} stands twice")
        super().__setitem__(id, message)


def _wording(path: Path, spoken: Message, texted: Message | None) -> Wording:
    say = _form(path, spoken, allowed=frozenset())
    text = _form(path, texted, allowed=PLACEHOLDERS) if texted else say
    is_reviewed = not spoken.fuzzy and not (texted and texted.fuzzy)
    return Wording(say=say, text=text, reviewed=is_reviewed)


def _form(path: Path, message: Message, *, allowed: Iterable[str]) -> str:
    form = str(message.string).strip()
    line = message.lineno or 0
    if not form:
        raise CatalogueError(path, line, f"{message.id} has no words")
    try:
        names = placeholders(form)
    except ValueError as error:
        raise CatalogueError(path, line, f"{message.id}: {error}") from error
    for name in sorted(names.difference(allowed)):
        place = "a text knows no" if allowed else "spoken words hold no placeholder, found"
        raise CatalogueError(path, line, f"{message.id}: {place} {{{name}}}")
    return form


def _faults_beside(
    tag: str,
    catalogue: Mapping[str, Wording],
    complete: list[str],
    read: Mapping[str, Mapping[str, Wording]],
) -> Iterator[str]:
    """Keys that no complete language has, and placeholders that differ from the first one's."""
    for key, wording in catalogue.items():
        first = next((other for other in complete if key in read[other]), None)
        if first is None:
            yield f"{key} is in no complete language"
            continue
        expected = placeholders(read[first][key].text)
        if placeholders(wording.text) != expected:
            names = ", ".join(sorted(expected)) or "none"
            yield f"{key}: the placeholders of {first} are {names}"


def _spelling_faults(tag: str, catalogue: Mapping[str, Wording], folder: Path) -> Iterator[str]:
    if tag != _CHECKED_SPELLING:
        return
    stems = loans(folder / tag / "loans.txt")
    for key, wording in catalogue.items():
        for form in dict.fromkeys((wording.say, wording.text)):
            for fault in misspellings(form, loans=stems):
                yield f"{key}: {fault}"


def _main() -> int:
    findings = check_catalogues()
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(_main())
