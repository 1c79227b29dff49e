"""Two ways of writing a word fold to one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.folding import fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("  ¡AYUDA!! ", "ayuda"),
        ("Atrás", "atras"),
        ("atra\u0301s", "atras"),
        ("menú\u200b principal.", "menu principal"),
        ("otra\n  vez", "otra vez"),
        ("ñan", "nan"),
        ("1.", "1"),
        ("*", "*"),
        (" # ", "#"),
        ("sí\0", "si"),
        ("", ""),
        ("👍", "👍"),
    ],
)
def test_fold(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_a_word_inside_a_sentence_keeps_its_neighbours() -> None:
    assert fold("dos de baja, por favor") == "dos de baja, por favor"


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)
