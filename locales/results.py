"""The words in which a community is told what it said: `results` of `language.yaml`.

    results:
      opening: This is what your community said.
      caution: Whoever wished to call or write answered, not everybody.
      asked: "We asked:"
      of_ten: [about one person in ten answered, …]   # ten of them, the last for nearly all
      of_ten_written: "{n} of 10"
      closing: Thank you.

Shares are told as so many of ten people: that is understood by ear, and a per cent is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TEN = 10


@dataclass(frozen=True, slots=True)
class ResultWords:
    """How a language tells results."""

    opening: str
    caution: str
    """That it is no sample: who answered chose to."""
    asked: str
    """Before a question."""
    of_ten: tuple[str, ...]
    """The beginning of a sentence for 1 to 10 of ten people; the answer follows."""
    of_ten_written: str
    """In a text, with `{n}`."""
    closing: str

    def share(self, per_cent: int) -> str | None:
        """How a share begins its sentence; None for one that rounds to nobody of ten."""
        n = _tenths(per_cent)
        return self.of_ten[n - 1] if n else None

    def written(self, per_cent: int) -> str:
        """A share as a text says it."""
        return self.of_ten_written.format(n=_tenths(per_cent))


def read_result_words(data: Mapping[str, Any]) -> ResultWords:
    """What `language.yaml` says. Raises KeyError, and ValueError where a share has no words."""
    of_ten = tuple(str(each) for each in data["of_ten"])
    if len(of_ten) != TEN or not all(of_ten):
        raise ValueError("of_ten has words for 1 to 10")
    if "{n}" not in str(data["of_ten_written"]):
        raise ValueError("of_ten_written has no {n}")
    return ResultWords(
        opening=str(data["opening"]),
        caution=str(data["caution"]),
        asked=str(data["asked"]),
        of_ten=of_ten,
        of_ten_written=str(data["of_ten_written"]),
        closing=str(data["closing"]),
    )


def _tenths(per_cent: int) -> int:
    """Of ten people so many, half a one rounded up."""
    return (per_cent + 5) // TEN
