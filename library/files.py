"""Between the bank and a programme's folder: what loading leaves alone, and writing back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML
from sqlalchemy import Connection

from library import operations, queries
from library.operations import By, Words
from library.queries import Live
from library.values import Origin, Place, Version
from programmes.values import Programme, Wording
from storage.media import Media, write_durably

_PROGRAMME_FILES = ("programme.yaml", "library.yaml", "survey.yaml")
_KEY_OF_A_SHELF = {"slug": "message.", "option": "option.", "name": "question."}


@dataclass(frozen=True, slots=True)
class Compared:
    """What loading a programme's files did with prompts that were changed on pages."""

    left: tuple[Place, ...]
    """Changed on a page after the file was: the page's words stay."""
    renewed: tuple[Place, ...]
    """Changed in the file after the page: its words wait for recording and approval."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    recordings: int
    worded: int
    """Prompts whose words in the programme's own files were brought up to date."""


def edited_at(folder: Path) -> dt.datetime:
    """When the words in a programme's folder were last edited, as far as its files tell."""
    times = [
        (folder / name).stat().st_mtime for name in _PROGRAMME_FILES if (folder / name).exists()
    ]
    return dt.datetime.fromtimestamp(max(times, default=0), tz=dt.UTC)


def compare_loaded(
    connection: Connection,
    loaded: Programme,
    previous: Programme | None,
    *,
    edited: dt.datetime,
    now: dt.datetime,
) -> Compared:
    """Bring what was loaded together with what was changed on pages.

    Words that changed in the files since `previous` and were `edited` after the page's version
    become a new version, to be recorded and approved. All else on pages is left as it is, and
    what callers hear never changes here.
    """
    left: list[Place] = []
    renewed: list[Place] = []
    for (tag, key), version in queries.current_versions(connection, loaded.slug).items():
        place = Place(loaded.slug, tag, key)
        wording = _wording(loaded, tag, key)
        if wording is None or _is_same(version, wording):
            continue
        is_edited = previous is not None and wording != _wording(previous, tag, key)
        if is_edited and edited > version.changed_at:
            text = wording.text if wording.text != wording.say else None
            operations.change_words(
                connection,
                place,
                Words(wording.say, text),
                after=version.id,
                by=By(None, Origin.FILE, now),
            )
            renewed.append(place)
        else:
            left.append(place)
    return Compared(tuple(left), tuple(renewed))


def export(connection: Connection, media: Media, programme: Programme, folder: Path) -> Exported:
    """Write what callers of a programme hear as files.

    `audio/<language>/<key>.wav`, where a checkout finds recordings; `transcripts/<language>.yaml`
    with words, back translation, speaker and consent; and, where `folder` holds the programme's
    own files, their words, comments kept.
    """
    own = [each for each in queries.live(connection) if each.programme == programme.slug]
    versions = {
        (place.language, place.key): version for place, version in _live_versions(connection, own)
    }
    for each in own:
        if each.media is not None:
            path = folder / "audio" / each.language / f"{each.key}.wav"
            write_durably(path, media.get(each.media))
    _write_transcripts(folder, own, versions)
    worded = sum(_update(folder / name, own) for name in _PROGRAMME_FILES)
    return Exported(sum(each.media is not None for each in own), worded)


def _wording(programme: Programme, tag: str, key: str) -> Wording | None:
    return programme.wordings.get(tag, {}).get(key)


def _is_same(version: Version, wording: Wording) -> bool:
    return version.say == wording.say and version.text in (None, wording.text)


def _live_versions(connection: Connection, own: Iterable[Live]) -> Iterator[tuple[Place, Version]]:
    for each in own:
        place = Place(each.programme, each.language, each.key)
        found = next((one for one in queries.versions(connection, place) if one.is_live), None)
        if found is not None:
            yield place, found


def _write_transcripts(
    folder: Path, own: Iterable[Live], versions: Mapping[tuple[str, str], Version]
) -> None:
    by_language: dict[str, dict[str, Any]] = {}
    for each in sorted(own, key=lambda live: live.key):
        version = versions.get((each.language, each.key))
        facts: dict[str, Any] = {"say": each.say}
        if each.text is not None:
            facts["text"] = each.text
        if version is not None:
            facts |= _credits(version)
        by_language.setdefault(each.language, {})[each.key] = facts
    for tag, prompts in by_language.items():
        content = yaml.safe_dump(prompts, allow_unicode=True, sort_keys=False, width=100)
        write_durably(folder / "transcripts" / f"{tag}.yaml", content.encode())


def _credits(version: Version) -> dict[str, Any]:
    """Who made a version, as far as it is known."""
    speaker = version.speaker
    facts: dict[str, Any] = {
        "back_translation": version.back_translation,
        "speaker": speaker.name if speaker else "",
        "consented_on": speaker.consented_on if speaker else "",
        "reviewer": version.reviewer,
        "approved_by": [each.email for each in version.approvals],
    }
    return {name: value for name, value in facts.items() if value}


def _update(path: Path, own: Iterable[Live]) -> int:
    """Bring the words in one of the programme's files up to date; how many changed."""
    if not path.exists():
        return 0
    editor = YAML()
    editor.preserve_quotes = True
    editor.width = 100
    document = editor.load(path)
    words = {(each.language, each.key): each for each in own}
    changed = 0
    for key, wording in _wordings(document):
        for tag, forms in wording.items():
            live = words.get((tag, key))
            if live is not None and live.say and _bring_up_to_date(forms, live):
                changed += 1
    if changed:
        with path.open("w", encoding="utf-8") as file:
            editor.dump(document, file)
    return changed


def _bring_up_to_date(forms: Any, live: Live) -> bool:
    """Whether the words of a prompt in one language had to be changed."""
    said = " ".join(str(forms.get("say", "")).split())
    written = forms.get("text")
    is_same = said == live.say and (live.text is None or written == live.text)
    if is_same:
        return False
    forms["say"] = live.say
    if live.text is not None:
        forms["text"] = live.text
    forms["reviewed"] = True
    return True


def _wordings(document: Any) -> Iterator[tuple[str, Any]]:
    """Every wording of a programme's file with its key, wherever the file has it."""
    for key, wording in (document.get("prompts") or {}).items():
        yield str(key), wording
    for option, wording in (document.get("options") or {}).items():
        yield f"option.{option}", wording
    for shelf in document.get("categories") or ():
        yield from _worded(shelf, "option")
        for message in shelf.get("messages") or ():
            yield from _worded(message, "slug")
    for question in document.get("questions") or ():
        yield from _worded(question, "name")


def _worded(entry: Any, names: str) -> Iterator[tuple[str, Any]]:
    if "wording" in entry:
        yield f"{_KEY_OF_A_SHELF[names]}{entry[names]}", entry["wording"]
