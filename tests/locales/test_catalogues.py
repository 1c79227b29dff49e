"""Catalogues are read strictly, and checked against each other."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from locales.catalogues import (
    CatalogueError,
    catalogue_path,
    check_catalogues,
    prompts,
    read_prompts,
)
from locales.languages import languages
from locales.wording import Wording
from tests.servers import ROOT

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: quy\\n"\n\n'
SPANISH = {
    "option.es": "Para castellano",
    "receipt": "Su código es",
    "sms/receipt": "Código: {code}",
}
QUECHUA = {"option.es": "Castellanopaq", "receipt": "Yupayniykim", "sms/receipt": "Yupay: {code}"}


def po(entries: Mapping[str, str]) -> str:
    """A catalogue; a key `sms/…` is the form for texts, `?…` awaits review."""
    blocks = []
    for key, words in entries.items():
        fuzzy = "#, fuzzy\n" if key.startswith("?") else ""
        context, _, name = key.lstrip("?").rpartition("/")
        scope = f'msgctxt "{context}"\n' if context else ""
        blocks.append(f'{fuzzy}{scope}msgid "{name}"\nmsgstr "{words}"\n')
    return HEADER + "\n".join(blocks)


@pytest.fixture
def folder(tmp_path: Path, write_language: Callable[..., Path]) -> Path:
    write_language(tmp_path, "es")
    write_language(tmp_path, "quy", fallback="[es]")
    write(tmp_path, "es", SPANISH)
    write(tmp_path, "quy", QUECHUA)
    (tmp_path / "quy" / "loans.txt").write_text("castellano # as people say\n")
    return tmp_path


def write(folder: Path, tag: str, entries: Mapping[str, str]) -> Path:
    path = catalogue_path(tag, folder=folder)
    path.parent.mkdir(exist_ok=True)
    path.write_text(po(entries), "utf-8")
    return path


def test_a_prompt_has_its_two_forms_and_its_review(tmp_path: Path) -> None:
    path = tmp_path / "prompts.po"
    path.write_text(po({"greeting": "Buenos días", "?bye": "Adiós", "a": "A", "?sms/a": "{code}"}))
    assert read_prompts(path) == {
        "greeting": Wording(say="Buenos días", text="Buenos días", reviewed=True),
        "bye": Wording(say="Adiós", text="Adiós", reviewed=False),
        "a": Wording(say="A", text="{code}", reviewed=False),
    }


@pytest.mark.parametrize(
    ("content", "line", "fault"),
    [
        (po({"a": "A"}) + '\nmsgid "a"\nmsgstr "B"\n', 9, "a stands twice"),
        (po({"sms/a": "A"}), 7, "a has no spoken form"),
        (po({"a": ""}), 6, "a has no words"),
        (po({"a": "A", "sms/a": " "}), 10, "a has no words"),
        (po({"a": "A", "sms/a": "{name}"}), 10, "a text knows no {name}"),
        (po({"a": "{code}"}), 6, "spoken words hold no placeholder"),
        (po({"a": "A", "sms/a": "{code"}), 10, "a: "),
        (po({"voice/a": "A"}), 7, 'msgctxt is "sms"'),
        (HEADER + 'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\n', 6, "no plural"),
        (HEADER + 'msgid "a"\n\nmsgid "b"\nmsgstr "B"\n', 6, "missing msgstr"),
        (HEADER + "msgidd", 6, "Unknown or misformatted keyword"),
    ],
)
def test_a_fault_names_file_and_line(tmp_path: Path, content: str, line: int, fault: str) -> None:
    path = tmp_path / "prompts.po"
    path.write_text(content, "utf-8")
    with pytest.raises(CatalogueError) as raised:
        read_prompts(path)
    assert str(raised.value).startswith(f"{path}:{line}: ")
    assert fault in str(raised.value)


def test_a_missing_or_unreadable_file(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="cannot be read"):
        read_prompts(tmp_path / "none.po")
    (tmp_path / "latin.po").write_bytes('msgid "a"\nmsgstr "ñ"\n'.encode("latin-1"))
    with pytest.raises(CatalogueError, match="cannot be read"):
        read_prompts(tmp_path / "latin.po")


def test_only_an_incomplete_language_may_have_no_file(
    folder: Path, write_language: Callable[..., Path]
) -> None:
    write_language(folder, "qvw", fallback="[es]", complete=False)
    assert prompts("qvw", folder=folder) == {}
    assert check_catalogues(folder=folder) == []
    write_language(folder, "qvn", fallback="[es]")
    languages.cache_clear()
    with pytest.raises(CatalogueError):
        prompts("qvn", folder=folder)


def test_fit_catalogues_have_no_findings(folder: Path) -> None:
    assert_finds(folder, None)
    (folder / "quy" / "loans.txt").unlink()
    assert_finds(folder, "option.es: Castellanopaq: three vowels")


@pytest.mark.parametrize(
    ("tag", "entries", "finding"),
    [
        ("quy", {"option.es": "Huk", "receipt": "Huk", "sms/receipt": "Huk"}, "of es are code"),
        ("quy", {"option.es": "Huk"}, "receipt is missing"),
        ("es", {"option.es": "Uno"}, "receipt is missing"),
        ("quy", {**QUECHUA, "option.es": "Soqta"}, "Soqta: three vowels"),
        ("quy", {**QUECHUA, "option.es": ""}, "option.es has no words"),
    ],
)
def test_what_differs_is_found(
    folder: Path, tag: str, entries: dict[str, str], finding: str
) -> None:
    write(folder, tag, entries)
    assert_finds(folder, finding)


def test_an_incomplete_language_may_lack_keys_but_not_invent_them(
    folder: Path, write_language: Callable[..., Path]
) -> None:
    write_language(folder, "qvw", fallback="[es]", complete=False)
    write(folder, "qvw", {"option.es": "Kastillaanu"})
    assert_finds(folder, None)
    prompts.cache_clear()
    write(folder, "qvw", {"option.xx": "Kastillaanu"})
    assert_finds(folder, "option.xx is in no complete language")


def assert_finds(folder: Path, finding: str | None) -> None:
    found = check_catalogues(folder=folder)
    assert any(finding in each for each in found) if finding else found == [], found


def test_the_shipped_catalogues_are_fit() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "locales.catalogues"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("", 0), done.stderr
