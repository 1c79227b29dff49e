"""Numbers as they are spoken on the phone: one recorded clip per digit."""

from __future__ import annotations

_BETWEEN_GROUPS = str.maketrans("", "", " -")
_DIGITS = frozenset("0123456789")


def digit_keys(number: str) -> tuple[str, ...]:
    """The prompts that read `number` digit by digit: `"12"` is `("digit.1", "digit.2")`.

    Spaces and hyphens between groups are passed over; anything else raises ValueError.
    """
    digits = number.translate(_BETWEEN_GROUPS)
    if not digits or not _DIGITS.issuperset(digits):
        raise ValueError("only digits can be read digit by digit")
    return tuple(f"digit.{digit}" for digit in digits)
