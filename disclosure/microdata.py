"""Rows about single people, made fit for an agreement with a regulator; never for publication."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

MERGED = "merged"
"""What stands for the language or gender of people whose group would be too small."""

HIDDEN = "suppressed"
"""What stands for an answer that would be known of everybody in a group."""

Row = Mapping[str, str]


class TooFew(ValueError):
    """The rows cannot be made safe: no file."""


def microdata(
    rows: Sequence[Row],
    *,
    rng: Random,
    quasi: tuple[str, str] = ("gender", "language"),
    sensitive: Sequence[str] = (),
    minimum: int = 5,
) -> list[dict[str, str]]:
    """The rows with fresh ids, in random order, no combination of `quasi` under `minimum` times.

    Nor is there one in which everybody gave the same answer to a `sensitive` question (l = 2): such
    groups are merged as small ones are, and where that does not do the answer is hidden.

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
    _make_diverse(done, quasi, sensitive)
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


def _make_diverse(
    rows: Sequence[dict[str, str]], quasi: tuple[str, str], sensitive: Sequence[str]
) -> None:
    """Merge, in place, groups in which an answer is the same for everybody, along the second
    column; what even then is the same for a whole group is hidden from everybody: hidden there
    alone, it would be told all the same."""
    outer, inner = quasi
    telling = [column for column in sensitive if len({row[column] for row in rows}) > 1]
    for group in _alike(rows, quasi, telling):
        for row in rows:
            if row[outer] == group[0]:
                row[inner] = MERGED
    for column in sensitive:
        if _alike(rows, quasi, (column,)):
            for row in rows:
                row[column] = HIDDEN


def _alike(
    rows: Sequence[Row], quasi: tuple[str, str], sensitive: Sequence[str]
) -> list[tuple[str, str]]:
    """The groups in which some answer is the same for everybody."""
    found: dict[tuple[str, str], list[set[str]]] = {}
    for row in rows:
        values = found.setdefault((row[quasi[0]], row[quasi[1]]), [set() for _ in sensitive])
        for seen, column in zip(values, sensitive, strict=True):
            seen.add(row[column])
    return sorted(
        group
        for group, values in found.items()
        if any(seen != {HIDDEN} and len(seen) < 2 for seen in values)
    )


def _fresh_ids(number: int, rng: Random) -> list[str]:
    ids: set[str] = set()
    while len(ids) < number:
        ids.add(f"{rng.getrandbits(64):016x}")
    # A set of strings has an order that depends on the process, not on the rows.
    return sorted(ids)
