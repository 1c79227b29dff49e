"""Names of a form made fit for a programme: lower case, and one wording to an option."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from programmes.nodes import LONGEST_NAME
from programmes.questions import MISSING

_NOT_A_NAME = re.compile(r"[^a-z0-9]+")
_MISSING = {
    "dont_know": "dont_know",
    "do_not_know": "dont_know",
    "dk": "dont_know",
    "no_sabe": "dont_know",
    "ns": "dont_know",
    "refused": "refused",
    "refuse": "refused",
    "prefer_not_to_say": "refused",
    "prefer_not_to_answer": "refused",
    "no_responde": "refused",
    "nr": "refused",
}
"""Options by which forms say why there is no answer: here keys of their own, 5 and 6."""

Words = Mapping[str, tuple[str, str]]
"""What an option says and writes, by language."""


def as_name(text: str, *, before: str = "q") -> str:
    """`text` as a name: `1. Agua (río)` is `q_1_agua_rio`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = _NOT_A_NAME.sub("_", plain).strip("_")
    if not name or not name[0].isalpha():
        name = f"{before}_{name}".rstrip("_")
    return name[:LONGEST_NAME].rstrip("_")


def missing_code(name: str) -> str | None:
    """`dont_know` or `refused`, where an option of this name means that."""
    return _MISSING.get(as_name(name))


Taken = Callable[[str, Words], bool]


class Options:
    """Gives every option of a form its name: its own where one wording has it, else with its list.

    `is_taken` says whether a name means something else everywhere already.
    """

    def __init__(self, is_taken: Taken) -> None:
        self._is_taken = is_taken
        self._words: dict[str, Words] = {}

    def name(self, option: str, of_list: str, words: Words) -> str:
        wished = as_name(option, before=as_name(of_list))
        for name in (wished, as_name(f"{of_list}_{option}"), *self._numbered(of_list, option)):
            if self._words.get(name, words) == words and not self._reserved(name, words):
                self._words[name] = words
                return name
        raise AssertionError("numbers do not end")

    def _reserved(self, name: str, words: Words) -> bool:
        return name in MISSING or self._is_taken(name, words)

    def _numbered(self, of_list: str, option: str) -> list[str]:
        stem = as_name(f"{of_list}_{option}")[: LONGEST_NAME - 4]
        return [f"{stem}_{number}" for number in range(2, 1000)]
