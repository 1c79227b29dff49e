"""From a prompt's key to its sound: a recording, a draft, or a carrier's voice.

Recordings come first. Drafts exist for trying a programme before its people have recorded it and
are refused in production, where an unrecorded prompt is said by the carrier's voice if the
language has one, and is else played in the language it falls back to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from locales.drafts import Drafts, draft_hash
from locales.languages import FOLDER, SayVoice, language
from programmes.errors import MissingPrompt
from programmes.values import Programme
from programmes.wordings import Wordings

PROGRAMMES = Path(__file__).parent.parent / "programmes"


@dataclass(frozen=True, slots=True)
class Play:
    """A sound of ours, by key, language and the hash of its content."""

    key: str
    language: str
    version: str


@dataclass(frozen=True, slots=True)
class Say:
    """Words for the carrier's own voice."""

    text: str
    voice: SayVoice


@dataclass(frozen=True, slots=True)
class Sound:
    """What is heard for a prompt, and the language it is heard in."""

    source: Play | Say
    language: str


class Prompts:
    """Finds the sound of a prompt. Recordings are read once; share one per process."""

    def __init__(self, drafts: Drafts | None, *, folders: Iterable[Path] = (FOLDER,)) -> None:
        self.drafts = drafts
        """None where no draft may be heard: in production."""
        self._folders = tuple(folders)
        self._recorded: dict[tuple[str, str, str], tuple[str, bytes] | None] = {}
        self._lock = Lock()

    def sound(self, wordings: Wordings, key: str, tag: str, *, slug: str = "") -> Sound:
        """The sound of `key` in `tag`, or in the first language of its chain that has one.

        Raises MissingPrompt where nothing can be heard at all.
        """
        for spoken in (tag, *language(tag).fallback):
            if (recorded := self.recorded(key, spoken, slug)) is not None:
                return Sound(Play(key, spoken, recorded[0]), spoken)
            try:
                found = wordings.find(key, spoken)
            except MissingPrompt:
                continue
            if found.tag != spoken:
                continue
            facts = language(spoken)
            if self.drafts is not None and facts.draft_voice:
                version = draft_hash(found.wording.say, facts.draft_voice)
                return Sound(Play(key, spoken, version), spoken)
            if facts.say is not None:
                return Sound(Say(found.wording.say, facts.say), spoken)
        raise MissingPrompt(key, tag)

    def prepare(self, wordings: Wordings, programme: Programme) -> int:
        """Make every draft of a programme now, so that no caller waits for one; return how many."""
        made = 0
        for tag in programme.languages:
            voice = language(tag).draft_voice
            if self.drafts is None or voice is None:
                continue
            for key in sorted(wordings.keys()):
                try:
                    found = wordings.find(key, tag)
                except MissingPrompt:
                    continue
                if found.tag == tag:
                    self.drafts.speak(found.wording.say, voice=voice)
                    made += 1
        return made

    def recorded(self, key: str, tag: str, slug: str = "") -> tuple[str, bytes] | None:
        """The shipped recording of a prompt, the programme's own first: its hash and its bytes."""
        place = (key, tag, slug)
        with self._lock:
            if place not in self._recorded:
                self._recorded[place] = self._read(key, tag, slug)
            return self._recorded[place]

    def audio(self, key: str, tag: str, version: str, *, texts: Iterable[str]) -> bytes | None:
        """The bytes of exactly this version, for the carrier; None if there is no such sound.

        `texts` are the words that the draft may be of: drafts are named by their words.
        """
        for folder in ("", *(each.name for each in PROGRAMMES.iterdir() if each.is_dir())):
            recorded = self.recorded(key, tag, folder)
            if recorded is not None and recorded[0] == version:
                return recorded[1]
        voice = language(tag).draft_voice
        if self.drafts is None or voice is None:
            return None
        kept = self.drafts.cached(version)
        if kept is not None:
            return kept
        for text in texts:
            if draft_hash(text, voice) == version:
                return self.drafts.speak(text, voice=voice)
        return None

    def _read(self, key: str, tag: str, slug: str) -> tuple[str, bytes] | None:
        folders = [PROGRAMMES / slug / "audio" / tag] if slug else []
        folders += [folder / tag / "audio" for folder in self._folders]
        for folder in folders:
            path = folder / f"{key}.wav"
            if path.is_file():
                content = path.read_bytes()
                return hashlib.sha256(content).hexdigest()[:16], content
        return None
