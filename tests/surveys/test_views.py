"""What staff see of the rates of a round: nothing that gives a single line's fate away."""

from __future__ import annotations

import pytest

from surveys.fieldwork.views import rate_rows
from surveys.outcomes import Disposition

COMPLETE, REFUSED = Disposition("1.1"), Disposition("2.11")


def is_told(complete: int, refused: int, *, is_over: bool) -> bool:
    told = {
        row.per_cent is not None
        for row in rate_rows({COMPLETE: complete, REFUSED: refused}, is_over=is_over)
        if row.name == "RR1"
    }
    assert len(told) == 1
    return told.pop()


@pytest.mark.parametrize(
    ("complete", "refused", "live", "at_the_end"),
    [
        (24, 5, False, False),  # fewer than 30 lines
        (25, 5, False, True),
        (95, 5, False, True),  # of 100 a whole per cent is the count
        (96, 5, True, True),
        (500, 4, False, False),  # four refused: their rate would tell how many
    ],
)
def test_rates_wait_until_they_tell_of_nobody(
    complete: int, refused: int, live: bool, at_the_end: bool
) -> None:
    assert is_told(complete, refused, is_over=False) is live
    assert is_told(complete, refused, is_over=True) is at_the_end
