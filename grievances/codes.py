"""Case codes: seven random digits and a check digit (Damm), which finds every single wrong digit
and every swap of neighbours."""

from __future__ import annotations

from collections.abc import Callable

from stdnum import damm

RANDOM_DIGITS = 7
LENGTH = RANDOM_DIGITS + 1


def draw(randbelow: Callable[[int], int]) -> str:
    """A code, from a source of randomness such as `secrets.randbelow`."""
    digits = f"{randbelow(10**RANDOM_DIGITS):0{RANDOM_DIGITS}}"
    return digits + str(damm.calc_check_digit(digits))


def is_valid(code: str) -> bool:
    """Whether `code` is eight digits whose check digit is right; it may still belong to no case."""
    return len(code) == LENGTH and code.isascii() and code.isdigit() and damm.checksum(code) == 0
