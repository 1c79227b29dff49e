"""Ready-made questions that every survey asks alike: `block: gender` in a survey's file.

Their words are files in `programmes/blocks`, one per question, in every language that has them; a
survey may word any of them in its own way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from locales.wording import Wording

FOLDER = Path(__file__).parent / "blocks"
CONSENT = "consent"
"""The block that is no question: what is said before the first of them."""


@dataclass(frozen=True, slots=True)
class Block:
    """A question as content, and the words of its prompts by key, then by language."""

    question: Mapping[str, Any]
    words: Mapping[str, Mapping[str, Wording]]


@cache
def blocks() -> Mapping[str, Block]:
    """Every ready-made question by its name. Read once."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.yaml"))}


def _read(path: Path) -> Block:
    data = YAML(typ="safe").load(path)
    return Block(
        question=data.get("question", {}),
        words={key: _words(words) for key, words in data["words"].items()},
    )


def _words(words: Mapping[str, Mapping[str, str]]) -> dict[str, Wording]:
    return {
        tag: Wording(
            say=" ".join(said["say"].split()),
            text=" ".join(said.get("text", said["say"]).split()),
            reviewed=False,
        )
        for tag, said in words.items()
    }
