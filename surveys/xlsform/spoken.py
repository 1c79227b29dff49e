"""The words of a form, in each language, as prompts; and what is wrong with them by telephone."""

from __future__ import annotations

import re
from collections.abc import Mapping

from locales.lengths import estimated
from surveys.xlsform.findings import Rule
from surveys.xlsform.languages import Columns
from surveys.xlsform.names import Words
from surveys.xlsform.notes import Notes
from surveys.xlsform.sheets import Row

MOST_SECONDS = 20
"""As in the lint of a programme (DOMAIN 4.1)."""

_TAGS = re.compile(r"<[^>]{1,200}>|\*\*|__")
_REFERENCE = re.compile(r"\$\{[^}]*\}")


class Spoken:
    """The prompts that a form makes, by key, as far as it was read."""

    def __init__(self, columns: Columns, note: Notes) -> None:
        self.words: dict[str, Words] = {}
        self._columns = columns
        self._note = note

    def of(self, row: Row) -> Words:
        """What a row says in each language, without looking whether that is right."""
        found: dict[str, tuple[str, str]] = {}
        for tag, column in self._column(row).items():
            said = _plain(row.get("label", column).text)
            if said:
                written = row.get(f"rimay_text_{tag}").text or said
                found[tag] = (said, written)
        return found

    def keep(self, key: str, row: Row) -> None:
        """Keep the words of a row as a prompt, and note what is wrong with them."""
        words = self.of(row)
        for tag, column in self._column(row).items():
            cell = row.get("label", column)
            if not cell.text:
                self._note(Rule.NO_WORDS, cell.place, language=tag)
            elif _REFERENCE.search(cell.text):
                self._note(Rule.REFERS, cell.place)
            elif (seconds := estimated(words[tag][0], tag)) > MOST_SECONDS:
                about = round(seconds)
                self._note(
                    Rule.TOO_LONG, cell.place, seconds=about, language=tag, most=MOST_SECONDS
                )
        self.words[key] = words

    def _column(self, row: Row) -> Mapping[str, str]:
        return self._columns.of(row.sheet)


def _plain(text: str) -> str:
    """Words without the signs that a form uses for bold, colours and line breaks."""
    return " ".join(_TAGS.sub(" ", text).split())
