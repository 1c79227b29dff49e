"""What a prompt says in a caller's language, and in which language it is really worded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from programmes.errors import MissingPrompt
from programmes.values import Programme, Wording


@dataclass(frozen=True, slots=True)
class Found:
    """A wording and the language it is in: the one asked for, or one it falls back to."""

    wording: Wording
    tag: str


class Wordings:
    """The prompts of one programme version: its own words first, then those of every programme.

    `prompts` gives the system catalogue of a language, `fallback` the languages to try after it,
    in order, itself not among them.
    """

    def __init__(
        self,
        programme: Programme,
        prompts: Callable[[str], Mapping[str, Wording]],
        *,
        fallback: Callable[[str], tuple[str, ...]],
    ) -> None:
        self._own = programme.wordings
        self._languages = programme.languages
        self._prompts = prompts
        self._fallback = fallback

    def find(self, key: str, tag: str) -> Found:
        """The words of `key` in `tag`, or in the first language of its chain that has them.

        Raises MissingPrompt.
        """
        for language in (tag, *self._fallback(tag)):
            wording = self._own.get(language, {}).get(key) or self._prompts(language).get(key)
            if wording is not None:
                return Found(wording, language)
        raise MissingPrompt(key, tag)

    def keys(self) -> frozenset[str]:
        """Every prompt that is worded in at least one language of the programme."""
        return frozenset().union(
            *(self._own.get(tag, {}).keys() | self._prompts(tag).keys() for tag in self._languages)
        )

    def content_hash(self, key: str, tag: str) -> str:
        """SHA-256 of the words that `find` gives, 64 hexadecimal characters, for consent records.

        It tells what was agreed to: spoken and written form, not who reviewed them. Raises
        MissingPrompt.
        """
        return self.hash_of_all((key,), tag)

    def hash_of_all(self, keys: Iterable[str], tag: str) -> str:
        """As `content_hash`, of several prompts together: a question and its options."""
        found = [self.find(key, tag).wording for key in keys]
        words = json.dumps(
            [form for wording in found for form in (wording.say, wording.text)], ensure_ascii=False
        )
        return hashlib.sha256(words.encode()).hexdigest()
