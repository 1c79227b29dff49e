"""Languages as shipped, their keywords, and files that are wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from babel.dates import format_date

from locales.folding import fold
from locales.keywords import (
    TWILIO_HELP,
    TWILIO_START,
    TWILIO_STOP,
    Command,
    command_of,
)
from locales.languages import (
    FOLDER,
    LanguageError,
    SayVoice,
    UnknownLanguage,
    accepted,
    formats_of,
    language,
    languages,
)

SHIPPED = FOLDER / "es" / "language.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "language.yaml").write_text(SHIPPED.read_text("utf-8"), "utf-8")
    return tmp_path


def rewrite(folder: Path, old: str, new: str) -> None:
    path = folder / "es" / "language.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_spanish_is_said_by_the_carrier_and_quechua_never() -> None:
    assert language("es").say == SayVoice(voice="Polly.Mia", language="es-MX")
    assert language("es").fallback == ()
    for tag, each in languages().items():
        assert tag == "es" or each.say is None


def test_quechua_falls_back_to_spanish() -> None:
    assert language("quy").fallback == ("es",)
    assert (language("quy").own_name, language("quy").draft_voice) == ("Runasimi", "qu")


@pytest.mark.parametrize("tag", ["es", "quy", "qvw", "qxw", "qvn", "qu", "", "no such"])
def test_dates_can_be_formatted_beside_any_language(tag: str) -> None:
    assert format_date(dt.date(2026, 9, 1), "MMMM", locale=formats_of(tag)) == "setiembre"


@pytest.mark.parametrize(
    ("called", "tag"),
    [
        ("qu", "quy"),
        ("que", "quy"),
        ("quy-PE", "quy"),
        ("quy_PE", "quy"),
        ("ES", "es"),
        ("es-419", "es"),
    ],
)
def test_what_clients_call_a_language(called: str, tag: str) -> None:
    assert accepted(called) == tag


@pytest.mark.parametrize("tag", ["en", "", "../es"])
def test_an_unknown_language(tag: str) -> None:
    with pytest.raises(UnknownLanguage):
        language(tag)
    with pytest.raises(UnknownLanguage):
        accepted(tag)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("MENU", Command.MENU),
        ("¡Ayuda!", Command.HELP),
        ("ATRÁS", Command.BACK),
        ("volver", Command.BACK),
        ("Repetir", Command.REPEAT),
        ("BAJA", Command.STOP),
        ("alto.", Command.STOP),
        ("Stop", Command.STOP),
        ("ALTA", Command.START),
        ("idioma", Command.LANGUAGE),
        ("SI", Command.YES),
        ("no", Command.NO),
        ("Yanapaway", Command.HELP),
        ("kutiy", Command.BACK),
        ("huktawan", Command.REPEAT),
        ("SAYACHIY", Command.STOP),
        ("Amaña apachimuwaychu", Command.STOP),
        ("amana apachimuwaychu", Command.STOP),
        ("qallariy", Command.START),
        ("Ari", Command.YES),
        ("manam", Command.NO),
        ("apachiy", Command.SEND),
        ("dos de baja", None),
        ("tukuy", None),
        ("1", None),
        ("", None),
    ],
)
def test_a_keyword_is_the_whole_message(text: str, command: Command | None) -> None:
    assert command_of(text, tags=("es", "quy")) is command


def test_a_keyword_belongs_to_the_languages_asked() -> None:
    assert command_of("kutiy", tags=("es",)) is None


def test_no_keyword_means_two_things_in_two_languages() -> None:
    for one, other in combinations(languages().values(), 2):
        for command, words in one.keywords.items():
            for rival, rival_words in other.keywords.items():
                assert command is rival or not set(words) & set(rival_words)


def test_keywords_of_ours_never_contradict_the_carriers() -> None:
    for each in languages().values():
        for command, words in each.keywords.items():
            assert command is Command.STOP or not TWILIO_STOP & set(words)
            assert command is Command.START or not TWILIO_START & set(words)
            assert not TWILIO_HELP & set(words)


def test_the_carriers_words_are_folded() -> None:
    every = TWILIO_STOP | TWILIO_START | TWILIO_HELP
    assert {fold(word) for word in every} == every
    assert len(TWILIO_STOP) == 8


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("tag: es", "tag: en", "not the folder's name"),
        ("own_name: Castellano\n", "", "own_name is missing"),
        ("formats: es_PE", "formats: quy_PE", "unknown locale"),
        ("fallback: []", "fallback: [xx]", "no fallback 'xx'"),
        ("[atrás, volver", "[atrás, baja", "two commands"),
        ('"yes":', "yes:", "in quotes"),
        ("[idioma, lengua, cambiar idioma]", "[]", "no keyword for language"),
        ("say: {", "say: [{", "language.yaml"),
    ],
)
def test_a_wrong_file_is_named(folder: Path, old: str, new: str, fault: str) -> None:
    rewrite(folder, old, new)
    with pytest.raises(LanguageError, match=fault) as raised:
        languages(folder)
    assert str(folder / "es" / "language.yaml") in str(raised.value)


def test_a_new_language_is_a_folder(folder: Path, write_language: Callable[..., Path]) -> None:
    write_language(folder, "nso", fallback="[es]")
    assert set(languages(folder)) == {"es", "nso"}
