"""Whose words a caller hears, and in which language they really are."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from programmes.errors import MissingPrompt
from programmes.values import Wording
from programmes.wordings import Found, Wordings
from tests.programmes.valley import read_valley

SYSTEM: Mapping[str, Mapping[str, Wording]] = {
    "es": {"greeting": Wording("Hola.", "Hola."), "goodbye": Wording("Adiós.", "Adiós.")},
    "quy": {"press.1": Wording("huk", "1")},
}


@pytest.fixture
def wordings() -> Wordings:
    return Wordings(
        read_valley(),
        lambda tag: SYSTEM.get(tag, {}),
        fallback=lambda tag: {"quz": ("quy", "es"), "quy": ("es",)}.get(tag, ()),
    )


def test_the_programme_speaks_first(wordings: Wordings) -> None:
    own = Wording("Bienvenida al valle.", "Valle: linea gratuita")
    assert wordings.find("greeting", "es") == Found(own, "es")


def test_what_it_does_not_word_comes_from_the_catalogue(wordings: Wordings) -> None:
    assert wordings.find("press.1", "quy") == Found(Wording("huk", "1"), "quy")


def test_a_fallback_says_its_language(wordings: Wordings) -> None:
    assert wordings.find("goodbye", "quz") == Found(Wording("Adiós.", "Adiós."), "es")
    assert wordings.find("option.water", "quz").tag == "quy"


def test_what_nobody_worded_is_missing(wordings: Wordings) -> None:
    with pytest.raises(MissingPrompt, match=r"'press\.1' has no wording in 'es'"):
        wordings.find("press.1", "es")


def test_keys_are_those_of_both(wordings: Wordings) -> None:
    assert {"option.water", "greeting", "goodbye", "press.1"} <= wordings.keys()


def test_the_hash_follows_the_words(wordings: Wordings) -> None:
    consent = wordings.content_hash("survey.consent", "es")
    assert len(consent) == 64
    assert consent == wordings.content_hash("survey.consent", "es")
    assert consent != wordings.content_hash("survey.consent", "quy")
    assert wordings.content_hash("goodbye", "quy") == wordings.content_hash("goodbye", "es")
    with pytest.raises(MissingPrompt):
        wordings.content_hash("nothing", "es")
