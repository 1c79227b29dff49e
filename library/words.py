"""Words as people of the district approved them, before those of the files; and what no words
may be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum

from library.bank import Bank
from library.queries import Live
from library.values import LONGEST_WORDS
from locales.catalogues import PLACEHOLDERS, placeholders
from locales.spelling import straightened
from programmes.errors import MissingPrompt
from programmes.values import Programme, Wording
from programmes.wordings import Found, Wordings


class WordFault(StrEnum):
    """Why words cannot be taken; pages word it."""

    TOO_LONG = "too_long"
    PLACEHOLDER = "placeholder"
    """Spoken words hold one, or a text one that nobody fills in, or braces do not match."""
    OTHER_PLACEHOLDERS = "other_placeholders"
    """A text lacks the placeholder that the Spanish one has, or has another."""


class ApprovedWordings(Wordings):
    """The prompts of a programme's version, what was approved since before what was loaded."""

    def __init__(
        self,
        programme: Programme,
        prompts: Callable[[str], Mapping[str, Wording]],
        *,
        fallback: Callable[[str], tuple[str, ...]],
        bank: Bank,
    ) -> None:
        super().__init__(programme, prompts, fallback=fallback)
        self._bank = bank
        self._slug = programme.slug

    def find(self, key: str, tag: str) -> Found:
        """As `Wordings.find`; the written form of approved words is the file's where they have
        none of their own and the file's differs from what it says."""
        for language in (tag, *self._fallback(tag)):
            loaded = loaded_wording(self, key, language)
            live = self._live(key, language)
            if live is not None and live.say:
                kept = loaded.text if loaded and loaded.text != loaded.say else live.say
                return Found(Wording(live.say, live.text or kept, reviewed=True), language)
            if loaded is not None:
                return Found(loaded, language)
        raise MissingPrompt(key, tag)

    def _live(self, key: str, tag: str) -> Live | None:
        return self._bank.find(key, tag, self._slug)


class DraftedWordings(ApprovedWordings):
    """The prompts of a draft: what it says in other words comes before what was approved."""

    def __init__(
        self,
        programme: Programme,
        prompts: Callable[[str], Mapping[str, Wording]],
        *,
        fallback: Callable[[str], tuple[str, ...]],
        bank: Bank,
        changed: Collection[tuple[str, str]],
    ) -> None:
        """`changed` are the draft's own words, by language and key."""
        super().__init__(programme, prompts, fallback=fallback, bank=bank)
        self._changed = frozenset(changed)

    def _live(self, key: str, tag: str) -> Live | None:
        return None if (tag, key) in self._changed else super()._live(key, tag)


def loaded_wording(wordings: Wordings, key: str, tag: str) -> Wording | None:
    """What the files say in exactly this language, whatever was approved since."""
    try:
        found = Wordings.find(wordings, key, tag)
    except MissingPrompt:
        return None
    return found.wording if found.tag == tag else None


def tidied(tag: str, words: str) -> str:
    """Words as they are kept: one space between two, and in Quechua the straight apostrophe, the
    only one that a text message can carry cheaply."""
    return straightened(tag, " ".join(words.replace("\0", "").split()))


def fault_of(say: str, text: str | None, *, spanish: Wording | None) -> WordFault | None:
    """What is wrong with a prompt's words; None where they can be taken."""
    if len(say) > LONGEST_WORDS or len(text or "") > LONGEST_WORDS:
        return WordFault.TOO_LONG
    try:
        spoken, written = placeholders(say), placeholders(text or "")
        expected = placeholders(spanish.text) if spanish else frozenset()
    except ValueError:
        return WordFault.PLACEHOLDER
    if spoken or written - PLACEHOLDERS:
        return WordFault.PLACEHOLDER
    if text is not None and written != expected:
        return WordFault.OTHER_PLACEHOLDERS
    return None
