"""How long it takes, of cases some of which are still open: the estimate of Kaplan and Meier.

Leaving the open ones out would make a mechanism that settles nothing but what is easy look quick.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable


def time_by(durations: Iterable[tuple[int, bool]], share: float) -> int | None:
    """After how long a `share` of all (0 to 1) had got there; None if that is not known.

    `durations` are the days of each, and whether it got there then; if not, it was looked at last
    then. Whoever is looked at last on a day is taken to have been there that whole day.
    """
    found = list(durations)
    done = Counter(days for days, happened in found if happened)
    seen = Counter(days for days, _ in found)
    at_risk, left = len(found), 1.0
    for days in sorted(seen):
        if done[days]:
            left *= 1 - done[days] / at_risk
            if left <= 1 - share + 1e-9:
                return days
        at_risk -= seen[days]
    return None
