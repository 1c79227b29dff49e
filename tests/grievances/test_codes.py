"""Case codes, against mistakes that people make when they read digits aloud or type them."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievances import codes

CODES = st.integers(0, 10**7 - 1).map(lambda number: codes.draw(lambda _limit: number))


def test_a_code_is_seven_random_digits_and_a_check_digit() -> None:
    limits = []

    def randbelow(limit: int) -> int:
        limits.append(limit)
        return 572

    assert codes.draw(randbelow) == "00005724", "the worked example of Damm's algorithm"
    assert limits == [10**7]
    assert codes.is_valid(codes.draw(secrets.randbelow))


@given(CODES, st.integers(0, 7), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(code: str, place: int, by: int) -> None:
    wrong = str((int(code[place]) + by) % 10)
    assert not codes.is_valid(code[:place] + wrong + code[place + 1 :])


@given(CODES, st.integers(0, 6))
def test_every_swap_of_neighbours_is_found(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert codes.is_valid(swapped) == (swapped == code)


@pytest.mark.parametrize("code", ["", "0000572", "000057240", "0000572x", "٠٠٠٠٥٧٢٤", "0000 5724"])
def test_what_is_no_code_is_refused(code: str) -> None:
    assert not codes.is_valid(code)
