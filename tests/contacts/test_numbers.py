"""Phone numbers as carriers give them."""

from __future__ import annotations

import pytest

from contacts.numbers import can_text, e164


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("+51987000111", "+51987000111"),
        (" +51 987 000 111 ", "+51987000111"),
        ("51987000111", None),
        ("987000111", None),
        ("", None),
        (None, None),
        ("anonymous", None),
        ("+anonymous", None),
        ("client:+51987000111", None),
        ("+1", None),
        ("+266696687", None),
        ("+8656696", None),
        ("+86282452253", None),
        ("+51987000111\x00", "+51987000111"),
    ],
)
def test_a_number_or_nobody(raw: str | None, expected: str | None) -> None:
    assert e164(raw) == expected


def test_a_text_reaches_a_mobile_and_no_landline() -> None:
    assert can_text("+51987000111")
    assert not can_text("+5164234567")
