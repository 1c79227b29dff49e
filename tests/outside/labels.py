"""How options are worded in texts, read from the programme's data and the catalogues.

The files are what translators edit; reading them is not using the program's code.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from babel.messages.pofile import read_po

PROJECT = Path(__file__).resolve().parents[2]
LANGUAGES = ("es", "quy")


def fold(text: str) -> str:
    """Without accents, case and repeated spaces: texts may be sent without accents."""
    plain = unicodedata.normalize("NFKD", text)
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(letters.replace("’", "'").casefold().split())


def wording(key: str, language: str) -> str:
    """The words of prompt `key` as texts have them."""
    return _wordings(language)[key]


def label(option: str, language: str) -> str:
    """The words of an option, without accents."""
    return fold(wording(f"option.{option}", language))


@cache
def _wordings(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    path = PROJECT / "locales" / language / "LC_MESSAGES" / "prompts.po"
    with path.open("rb") as file:
        entries = [entry for entry in read_po(file) if entry.id]
    for entry in sorted(entries, key=lambda entry: entry.context == "sms"):
        found[str(entry.id)] = str(entry.string)  # the form for texts comes last and stays
    folder = PROJECT / "programmes" / "junin"
    programme, library, survey = (
        _yaml(folder / f"{name}.yaml") for name in ("programme", "library", "survey")
    )
    worded: dict[str, Any] = {**programme.get("prompts", {})}
    for category in library["categories"]:
        worded[f"option.{category['option']}"] = category["wording"]
        for message in category["messages"]:
            worded[f"message.{message['slug']}"] = message["wording"]
    for question in survey["questions"]:
        worded[f"question.{question['name']}"] = question["wording"]
    for option, words in survey["options"].items():
        worded[f"option.{option}"] = words
    for key, words in worded.items():
        form = words.get(language)
        if form is not None:
            found[key] = form.get("text", form["say"])
    return found


def _yaml(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content
