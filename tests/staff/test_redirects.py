from __future__ import annotations

import pytest
from werkzeug.routing import Map, Rule

from staff.redirects import safe_path, shown_at


@pytest.mark.parametrize("target", ["/", "/staff", "/staff/cases?queue=a&state=b", "/a//b"])
def test_our_own_paths_are_kept(target: str) -> None:
    assert safe_path(target) == target


@pytest.mark.parametrize(
    "target",
    [None, "", "staff", "//x", "///x", "/\\x", "\\\\x", "http:x", "http://x", "/\n/x", "/ /x"],
)
def test_anything_else_is_not(target: str | None) -> None:
    assert safe_path(target) is None


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/cases?state=open", "/cases?state=open"),
        ("/cases/7", "/cases/7"),
        ("/cases/7/triage", "/cases/7"),
        ("/cases/7/away", "/cases/7"),
        ("/lists/", "/lists/"),
        ("/lists", "/lists"),
        ("/nowhere/at/all", None),
    ],
)
def test_a_form_that_is_no_page_leads_to_the_page_above_it(path: str, shown: str | None) -> None:
    addresses = Map(
        [
            Rule("/cases", endpoint="cases", methods=["GET"]),
            Rule("/cases/<name>", endpoint="case", methods=["GET"]),
            Rule("/cases/<name>/triage", endpoint="triage", methods=["POST"]),
            Rule("/lists/", endpoint="lists", methods=["GET"]),
        ]
    ).bind("rimay.example")
    assert shown_at(path, addresses) == shown
