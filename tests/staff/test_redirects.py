from __future__ import annotations

import pytest

from staff.redirects import safe_path


@pytest.mark.parametrize("target", ["/", "/staff", "/staff/cases?queue=a&state=b", "/a//b"])
def test_our_own_paths_are_kept(target: str) -> None:
    assert safe_path(target) == target


@pytest.mark.parametrize(
    "target",
    [None, "", "staff", "//x", "///x", "/\\x", "\\\\x", "http:x", "http://x", "/\n/x", "/ /x"],
)
def test_anything_else_is_not(target: str | None) -> None:
    assert safe_path(target) is None
