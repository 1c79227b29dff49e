"""An imported survey as `survey.yaml`, ready to be put beside a `programme.yaml`."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ruamel.yaml import YAML

from locales.catalogues import prompts
from programmes.writer import survey_document
from surveys.xlsform.names import Words
from surveys.xlsform.reading import Imported, read_form
from surveys.xlsform.sheets import read_book
from surveys.xlsform.tools import refused_by_tools


def read_file(content: bytes, *, name: str, languages: Sequence[str]) -> Imported:
    """The survey of an .xlsx file, looked at by us and by the tools it comes from.

    Raises NotAForm where it is none at all.
    """

    def is_taken(option: str, words: Words) -> bool:
        return any(
            (known := prompts(tag).get(f"option.{option}")) is not None and known.say != said
            for tag, (said, _) in words.items()
        )

    imported = read_form(read_book(content), languages=languages, is_taken=is_taken, file_name=name)
    refused = refused_by_tools(content) if imported.is_fit else None
    if refused is None:
        return imported
    return replace(imported, findings=(*imported.findings, refused))


def as_yaml(imported: Imported) -> str:
    """The file's text. ValueError for a form that was refused."""
    if imported.survey is None:
        raise ValueError("a form that was refused is no survey")
    return dumped(imported.survey, imported.words)


def dumped(survey: Mapping[str, Any], words: Mapping[str, Mapping[str, tuple[str, str]]]) -> str:
    """As `as_yaml`, of a survey as content and its words by prompt, then by language."""
    tags = list(dict.fromkeys(tag for said in words.values() for tag in said))
    content = {
        "survey": survey,
        "languages": tags,
        "categories": [],
        "districts": [],
        "wordings": {
            tag: {
                key: {"say": said[tag][0], "text": said[tag][1], "reviewed": False}
                for key, said in words.items()
                if tag in said
            }
            for tag in tags
        },
    }
    stream = io.StringIO()
    editor = YAML()
    editor.width = 100
    editor.indent(mapping=2, sequence=4, offset=2)
    editor.dump(survey_document(content), stream)
    return stream.getvalue()
