"""From a prompt's key to its sound: a recording, a draft, or a carrier's voice.

What was approved in the database comes first, then what is shipped as a file. Drafts exist for
trying a programme before its people have recorded it and are refused in production, where an
unrecorded prompt is said by the carrier's voice if the language has one, and is else played in the
language it falls back to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from threading import Lock

from library.bank import Bank
from library.queries import Live
from library.values import EVERY_PROGRAMME
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
    """Finds the sound of a prompt. Files are read once; share one per process.

    `bank` holds what was approved in the database; without one the files are all there is.
    """

    def __init__(
        self,
        drafts: Drafts | None,
        *,
        bank: Bank | None = None,
        folders: Iterable[Path] = (FOLDER,),
    ) -> None:
        self.drafts = drafts
        """None where no draft may be heard: in production."""
        self._bank = bank
        self._folders = tuple(folders)
        self._shipped: dict[tuple[str, str, str], tuple[str, bytes] | None] = {}
        self._lock = Lock()

    @property
    def revision(self) -> int:
        """Changes whenever a prompt may sound otherwise than before: what was made of sounds is
        made anew."""
        return self._bank.revision if self._bank else 0

    def refresh(self, *, now: bool = False) -> None:
        """Learn of what was approved meanwhile; before a request, never inside a transaction."""
        if self._bank is not None:
            self._bank.refresh(now=now)

    def sound(self, wordings: Wordings, key: str, tag: str, *, slug: str = "") -> Sound:
        """The sound of `key` in `tag`, or in the first language of its chain that has one.

        Raises MissingPrompt where nothing can be heard at all.
        """
        for spoken in (tag, *language(tag).fallback):
            if (recorded := self.recorded(key, spoken, slug)) is not None:
                return Sound(Play(key, spoken, recorded), spoken)
            say = self._words(wordings, key, spoken, slug)
            if not say:
                continue
            facts = language(spoken)
            if self.drafts is not None and facts.draft_voice:
                return Sound(Play(key, spoken, draft_hash(say, facts.draft_voice)), spoken)
            if facts.say is not None:
                return Sound(Say(say, facts.say), spoken)
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

    def recorded(self, key: str, tag: str, slug: str = "") -> str | None:
        """The hash of the recording that callers hear in exactly this language: the approved one,
        else the shipped one; None where there is neither."""
        live = self._live(key, tag, slug)
        if live is not None and live.sound_hash is not None:
            return live.sound_hash
        shipped = self.shipped(key, tag, slug)
        return shipped[0] if shipped else None

    def shipped(self, key: str, tag: str, slug: str = "") -> tuple[str, bytes] | None:
        """The shipped recording of a prompt, the programme's own first: its hash and its bytes."""
        place = (key, tag, slug)
        with self._lock:
            if place not in self._shipped:
                self._shipped[place] = self._read(key, tag, slug)
            return self._shipped[place]

    def audio(self, key: str, tag: str, version: str, *, texts: Iterable[str]) -> bytes | None:
        """The bytes of exactly this version, for the carrier; None if there is no such sound.

        A recording that was replaced goes on being served. `texts` are the words that the draft
        may be of: drafts are named by their words.
        """
        for slug in (EVERY_PROGRAMME, *_programmes()):
            shipped = self.shipped(key, tag, slug)
            if shipped is not None and shipped[0] == version:
                return shipped[1]
        # Before the database is asked: an apology must be heard without one.
        if self.drafts is not None and (kept := self.drafts.cached(version)) is not None:
            return kept
        if self._bank is not None and (content := self._bank.audio(key, tag, version)) is not None:
            return content
        return self._draft(key, tag, version, texts)

    def drafts_for(self, tag: str) -> bool:
        """Whether words of this language can be heard as drafts here."""
        return self.drafts is not None and language(tag).draft_voice is not None

    def draft(self, say: str, tag: str) -> bytes | None:
        """Words as a draft, for staff; None where no draft may be heard. Raises DraftFailed."""
        voice = language(tag).draft_voice
        if self.drafts is None or voice is None or not say:
            return None
        return self.drafts.speak(say, voice=voice)

    def _draft(self, key: str, tag: str, version: str, texts: Iterable[str]) -> bytes | None:
        voice = language(tag).draft_voice
        if self.drafts is None or voice is None:
            return None
        approved = self._bank.words(key, tag) if self._bank else []
        for text in chain(approved, texts):
            if draft_hash(text, voice) == version:
                return self.drafts.speak(text, voice=voice)
        return None

    def _words(self, wordings: Wordings, key: str, tag: str, slug: str) -> str:
        """What is said in exactly this language, approved words first; empty for nothing."""
        live = self._live(key, tag, slug)
        if live is not None and live.say:
            return live.say
        try:
            found = wordings.find(key, tag)
        except MissingPrompt:
            return ""
        return found.wording.say if found.tag == tag else ""

    def _live(self, key: str, tag: str, slug: str) -> Live | None:
        return self._bank.find(key, tag, slug) if self._bank else None

    def _read(self, key: str, tag: str, slug: str) -> tuple[str, bytes] | None:
        folders = [PROGRAMMES / slug / "audio" / tag] if slug else []
        folders += [folder / tag / "audio" for folder in self._folders]
        for folder in folders:
            path = folder / f"{key}.wav"
            if path.is_file():
                content = path.read_bytes()
                return hashlib.sha256(content).hexdigest()[:16], content
        return None


class DraftedPrompts(Prompts):
    """The sounds of a draft: no recording of other words is heard."""

    def __init__(
        self,
        drafts: Drafts | None,
        *,
        bank: Bank | None,
        changed: Collection[tuple[str, str]],
    ) -> None:
        """`changed` are the prompts, by language and key, of which no recording says the words."""
        super().__init__(drafts, bank=bank)
        self._changed = frozenset(changed)

    def recorded(self, key: str, tag: str, slug: str = "") -> str | None:
        return None if (tag, key) in self._changed else super().recorded(key, tag, slug)

    def _live(self, key: str, tag: str, slug: str) -> Live | None:
        return None if (tag, key) in self._changed else super()._live(key, tag, slug)


def _programmes() -> list[str]:
    """The programmes that may ship recordings of their own."""
    return [each.name for each in PROGRAMMES.iterdir() if each.is_dir()]
