"""Rows about single people, made fit for an agreement with a regulator; never for publication."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

MERGED = "merged"
"""What stands for the language or gender of people whose group would be too small."""

Row = Mapping[str, str]


class TooFew(ValueError):
    """The rows cannot be made safe: no file."""


def microdata(
    rows: Sequence[Row],
    *,
    rng: Random,
    quasi: tuple[str, str] = ("gender", "language"),
    minimum: int = 5,
) -> list[dict[str, str]]:
    """The rows with fresh ids, in random order, no combination of `quasi` under `minimum` times.

    `quasi` names what neighbours may know of each other. Of its two columns the second is merged
    first, within each value of the first; then values of the first that are still too rare are
    merged, the rarest before. TooFew where that does not do (fewer than `minimum` rows); an empty
    input gives no rows. Protects against being singled out by `quasi` alone: who knows several of a
    person's answers may still find her row, which is why the file is not for publication.
    """
    if not rows:
        return []
    outer, inner = quasi
    done = [dict(row) for row in rows]
    _merge_rare(done, outer, minimum)
    by_outer: dict[str, list[dict[str, str]]] = {}
    for row in done:
        by_outer.setdefault(row[outer], []).append(row)
    for group in by_outer.values():
        _merge_rare(group, inner, minimum)
    groups = Counter((row[outer], row[inner]) for row in done)
    if min(groups.values()) < minimum:
        raise TooFew("a group stays too small after merging")
    rng.shuffle(done)
    ids = _fresh_ids(len(done), rng)
    return [{"id": name} | row for name, row in zip(ids, done, strict=True)]


def _merge_rare(rows: Sequence[dict[str, str]], column: str, minimum: int) -> None:
    """Merge the rarest values of the column, in place, until what is merged is not rare itself."""
    sizes = Counter(row[column] for row in rows)
    merged: set[str] = set()
    held = 0
    for value, size in sorted(sizes.items(), key=lambda item: (item[1], item[0])):
        if size < minimum or 0 < held < minimum:
            merged.add(value)
            held += size
    for row in rows:
        if row[column] in merged:
            row[column] = MERGED


def _fresh_ids(number: int, rng: Random) -> list[str]:
    ids: set[str] = set()
    while len(ids) < number:
        ids.add(f"{rng.getrandbits(64):016x}")
    # A set of strings has an order that depends on the process, not on the rows.
    return sorted(ids)
