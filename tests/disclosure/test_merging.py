"""Groups too small to show join others."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from disclosure.merging import Group, merge_small
from disclosure.values import RULE


def test_a_small_group_joins_the_smallest_other() -> None:
    assert merge_small({"es": 40, "quy": 3, "qvw": 9}) == (
        Group(("es",), 40),
        Group(("quy", "qvw"), 12),
    )


def test_an_empty_group_stays_as_it_is() -> None:
    assert merge_small({"es": 40, "quy": 0}) == (Group(("es",), 40), Group(("quy",), 0))


@given(st.dictionaries(st.text(min_size=1), st.integers(0, 20), min_size=1))
def test_no_small_group_remains_unless_all_are_too_few(counts: dict[str, int]) -> None:
    groups = merge_small(counts)
    assert sum(group.count for group in groups) == sum(counts.values())
    assert sorted(name for group in groups for name in group.members) == sorted(counts)
    if sum(counts.values()) >= RULE.minimum:
        assert not any(RULE.is_small(group.count) for group in groups)
