"""The texts of pages, gathered into their catalogues for translators: `make messages`.

What a catalogue says stays as it stands, in its order, below its own header: what pages say no
more is left out, what is new comes last, in alphabetical order, without a translation.
"""

from __future__ import annotations

import io
import sys
import tomllib
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
_NOT_PAGES = frozenset({"tests", "bench", "var", "migrations"})


def texts_of_pages() -> Catalog:
    """Every text that is marked in our code and templates; pyproject.toml says where to look."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    methods = [(each["pattern"], each["method"]) for each in project["tool"]["babel"]["mappings"]]
    catalogue = Catalog()
    for _file, line, message, comments, context in extract_from_dir(
        ROOT, method_map=methods, keywords=DEFAULT_KEYWORDS, directory_filter=_is_ours
    ):
        catalogue.add(message, None, [("", line)], auto_comments=comments, context=context)
    return catalogue


def _is_ours(folder: str | Path) -> bool:
    name = Path(folder).name
    return not name.startswith(".") and name not in _NOT_PAGES


def path_of(language: str) -> Path:
    """Where the texts of pages stand in this language."""
    return ROOT / "locales" / language / "LC_MESSAGES" / "messages.po"


def gathered(before: str, texts: Catalog, *, language: str) -> str:
    """The catalogue `before` with exactly these texts; an empty one becomes that of a language."""
    header, _, _ = (before or _header(language)).partition("\n\n")
    kept = read_po(io.BytesIO(before.encode()), locale=language)
    after = Catalog(locale=language)
    for message in kept:
        said = texts.get(message.id, message.context) if message.id else None
        if said is not None and said.id == message.id:
            after[message.id] = message
    for message in sorted(texts):
        if message.id and after.get(message.id, message.context) is None:
            after.add(message.id, context=message.context)
    entries = io.BytesIO()
    write_po(entries, after, width=0, no_location=True, omit_header=True, ignore_obsolete=True)
    return f"{header}\n\n{entries.getvalue().decode().strip()}\n"


def _header(language: str) -> str:
    facts = (
        f"Language: {language}",
        f"Plural-Forms: {Catalog(locale=language).plural_forms}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    )
    return "\n".join(('msgid ""', 'msgstr ""', *(f'"{each}\\n"' for each in facts)))


def main(languages: list[str]) -> None:
    texts = texts_of_pages()
    for language in languages:
        path = path_of(language)
        before = path.read_text("utf-8") if path.exists() else ""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(gathered(before, texts, language=language), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
