"""Rows about single people, made fit for an agreement with a regulator; never for publication.

Who somebody is comes down to what neighbours may know of each other (quasi-identifiers: gender,
place, age, language). No combination of these is held by fewer than k people (k = 5), and of no
such group is it told that all gave the same answer (l = 2), DOMAIN 6.3. It is done by making the
columns coarser for everybody and by suppressing single values, whichever loses least.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

MERGED = "merged"
"""What stands for a value of a group that would be too small, together with others."""

HIDDEN = "suppressed"
"""What stands for a value that is not told of this person alone, or of her group."""

Row = Mapping[str, str]
Key = tuple[str, ...]


class TooFew(ValueError):
    """The rows cannot be made safe: no file."""


@dataclass(frozen=True, slots=True)
class Quasi:
    """A column that says who somebody is.

    `levels` are the ways to tell less, each coarser than the one before, by the value as it is; a
    value that a level does not name stays. After the last comes MERGED for everybody.

    What is `in_tables` is told there too: what is left of a table when the rows that tell it are
    taken away would be those few of whom it is hidden. So it is told of everybody or of nobody;
    its values are those of the tables. These columns come first.
    """

    name: str
    levels: tuple[Mapping[str, str], ...] = ()
    in_tables: bool = False

    def at(self, level: int, value: str) -> str:
        """The value as it is told at a level; 0 is as it is."""
        if level == 0:
            return value
        if level > len(self.levels):
            return MERGED
        return self.levels[level - 1].get(value, value)


GENDER, LANGUAGE = Quasi("gender"), Quasi("language")


@dataclass(frozen=True, slots=True)
class _Class:
    """People alike in every quasi-identifier: how many, and what they answered (two of it are
    enough to know)."""

    count: int
    answers: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What becomes of each class: its key, and which answers are hidden of it."""

    keys: Mapping[Key, Key]
    hidden: Mapping[Key, frozenset[int]]
    """Numbers of sensitive columns, by the new key."""
    loss: float


def microdata(
    rows: Sequence[Row],
    *,
    rng: Random,
    quasi: Sequence[Quasi] = (GENDER, LANGUAGE),
    sensitive: Sequence[str] = (),
    minimum: int = 5,
) -> list[dict[str, str]]:
    """The rows with fresh ids, in random order, no combination of `quasi` under `minimum` times.

    Nor is there one in which everybody gave the same answer to a `sensitive` question: where that
    is so the answer is hidden, and that of another group with it, or the total would tell it; what
    everybody answered alike is hidden of all. Of `quasi` the last is suppressed first.

    TooFew where there are fewer than `minimum` rows, and wherever the outcome fails its own check;
    no rows give no rows. Protects against being singled out by `quasi` alone: who knows several of
    a person's answers may still find her row, which is why the file is not for publication.
    """
    if not rows:
        return []
    done = [dict(row) for row in rows]
    for column in quasi:
        if not column.levels and not column.in_tables:
            _merge_rare(done, column.name, minimum)
    keys = [tuple(row[column.name] for column in quasi) for row in done]
    for name in sensitive:
        if len({row[name] for row in done}) < 2:
            for row in done:
                row[name] = HIDDEN
    telling = [name for name in sensitive if done[0][name] != HIDDEN]
    classes = _classes(keys, done, telling)
    plan = _best(classes, quasi, minimum)
    for key, row in zip(keys, done, strict=True):
        new = plan.keys[key]
        row.update(zip((column.name for column in quasi), new, strict=True))
        for place in plan.hidden.get(new, ()):
            row[telling[place]] = HIDDEN
    _check(done, [column.name for column in quasi], sensitive, minimum)
    if any(row[column.name] == HIDDEN for column in quasi if column.in_tables for row in done):
        raise TooFew("what tables tell is hidden of a few")
    rng.shuffle(done)
    ids = _fresh_ids(len(done), rng)
    return [{"id": id_} | row for id_, row in zip(ids, done, strict=True)]


def _check(
    rows: Sequence[Row], quasi: Sequence[str], sensitive: Sequence[str], minimum: int
) -> None:
    """TooFew unless the rows are what they are meant to be, whatever made them."""
    held: dict[Key, int] = Counter(tuple(row[name] for name in quasi) for row in rows)
    if min(held.values()) < minimum:
        raise TooFew("a group stays too small")
    seen: dict[tuple[Key, str], set[str]] = {}
    for row in rows:
        key = tuple(row[name] for name in quasi)
        for name in sensitive:
            seen.setdefault((key, name), set()).add(row[name])
    if any(len(values) < 2 and values != {HIDDEN} for values in seen.values()):
        raise TooFew("all of a group gave one answer")


def _classes(
    keys: Sequence[Key], rows: Sequence[Row], sensitive: Sequence[str]
) -> dict[Key, _Class]:
    counts = Counter(keys)
    seen: dict[Key, list[set[str]]] = {key: [set() for _ in sensitive] for key in counts}
    for key, row in zip(keys, rows, strict=True):
        for values, name in zip(seen[key], sensitive, strict=True):
            if len(values) < 2:
                values.add(row[name])
    return {key: _Class(count, tuple(map(frozenset, seen[key]))) for key, count in counts.items()}


def _best(classes: Mapping[Key, _Class], quasi: Sequence[Quasi], minimum: int) -> _Plan:
    """The way to tell less that loses least; each column from as it is to MERGED."""
    if sum(each.count for each in classes.values()) < minimum:
        raise TooFew("fewer people than a group needs")
    ways = product(*(range(len(column.levels) + 2) for column in quasi))
    plans = (_plan(classes, quasi, levels, minimum) for levels in ways)
    # Where everybody is alike in what tables tell there is always a way.
    return min((plan for plan in plans if plan is not None), key=lambda plan: plan.loss)


def _plan(
    classes: Mapping[Key, _Class], quasi: Sequence[Quasi], levels: Sequence[int], minimum: int
) -> _Plan | None:
    recoded = {
        key: tuple(
            column.at(level, value) for column, level, value in zip(quasi, levels, key, strict=True)
        )
        for key in classes
    }
    fixed = sum(column.in_tables for column in quasi)
    keys = _suppressed(recoded, classes, minimum, fixed)
    if keys is None:
        return None
    groups = _grouped(keys, classes)
    hidden = _alike(groups, fixed)
    people = sum(each.count for each in classes.values())
    loss = people * sum(
        level / (len(column.levels) + 1) for column, level in zip(quasi, levels, strict=True)
    )
    loss += sum(classes[key].count * new.count(HIDDEN) for key, new in keys.items())
    loss += sum(groups[key].count * len(places) for key, places in hidden.items())
    return _Plan(keys, hidden, loss)


def _suppressed(
    recoded: Mapping[Key, Key], classes: Mapping[Key, _Class], minimum: int, fixed: int
) -> dict[Key, Key] | None:
    """The keys with as many values suppressed, from the last on, as small groups need; the first
    `fixed` stay. None where that is not enough."""
    most = len(next(iter(recoded.values()))) - fixed
    depth = dict.fromkeys(recoded, 0)
    while True:
        keys = {
            key: (*new[: len(new) - depth[key]], *(HIDDEN,) * depth[key])
            for key, new in recoded.items()
        }
        groups = _grouped(keys, classes)
        small = {key for key, group in groups.items() if group.count < minimum}
        if not small:
            return keys
        left_over = {key for key in small if key[fixed:] == (HIDDEN,) * most}
        if small == left_over:
            # Whoever is left over needs company: the smallest of the others like them.
            small = set()
            for each in left_over:
                others = [key for key in groups if key[:fixed] == each[:fixed] and key != each]
                if not others:
                    return None
                small.add(min(others, key=lambda key: (groups[key].count, key)))
        for key, new in keys.items():
            if new in small and depth[key] < most:
                depth[key] += 1


def _grouped(keys: Mapping[Key, Key], classes: Mapping[Key, _Class]) -> dict[Key, _Class]:
    found: dict[Key, _Class] = {}
    for key, new in keys.items():
        own, before = classes[key], found.get(new)
        found[new] = (
            own
            if before is None
            else _Class(
                before.count + own.count,
                tuple(a | b for a, b in zip(before.answers, own.answers, strict=True)),
            )
        )
    return found


def _alike(groups: Mapping[Key, _Class], fixed: int) -> dict[Key, frozenset[int]]:
    """By group, the answers to hide: those that all of it gave alike, and as company the smallest
    group that did not; one in each column of the tables that it is counted in."""
    found: dict[Key, set[int]] = {}
    width = len(next(iter(groups.values())).answers)
    for place in range(width):
        alike = {key for key, group in groups.items() if len(group.answers[place]) < 2}
        others = groups.keys() - alike
        hidden = set(alike)
        for key, column in product(alike, range(fixed)):
            beside = (each for each in others if each[column] == key[column])
            hidden |= _smallest(groups, beside)
        if alike and hidden == alike:
            hidden |= _smallest(groups, others)
        for key in hidden:
            found.setdefault(key, set()).add(place)
    return {key: frozenset(places) for key, places in found.items()}


def _smallest(groups: Mapping[Key, _Class], keys: Iterable[Key]) -> set[Key]:
    """The smallest of these groups; nothing of none."""
    found = min(keys, key=lambda key: (groups[key].count, key), default=None)
    return set() if found is None else {found}


def _merge_rare(rows: Iterable[dict[str, str]], column: str, minimum: int) -> None:
    """Merge the rarest values of the column, in place, until what is merged is not rare itself."""
    held_by = list(rows)
    sizes = Counter(row[column] for row in held_by)
    merged: set[str] = set()
    held = 0
    for value, size in sorted(sizes.items(), key=lambda item: (item[1], item[0])):
        if size < minimum or 0 < held < minimum:
            merged.add(value)
            held += size
    for row in held_by:
        if row[column] in merged:
            row[column] = MERGED


def _fresh_ids(number: int, rng: Random) -> list[str]:
    ids: set[str] = set()
    while len(ids) < number:
        ids.add(f"{rng.getrandbits(64):016x}")
    # A set of strings has an order that depends on the process, not on the rows.
    return sorted(ids)
