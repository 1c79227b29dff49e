"""What the regulator sees, and takes home, of a survey that people answered by voice and text."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable

import pytest

from tests.outside.browser import Browser
from tests.outside.conversations import ring, write
from tests.outside.leaks import leaked
from tests.outside.network import Network
from tests.outside.rimay import PASSWORD, REGULATOR, Rimay
from tests.outside.wire import eventually

PEOPLE = 13
"""By text: 7 women and 6 men; and two more on a call. A first snapshot needs ten."""


def respond_by_text(network: Network, number: str, *, gender: str, answer: str) -> None:
    texter = write(network, number, "es")
    texter.choose("survey")
    texter.choose("yes")
    texter.send(answer)
    texter.send(answer)
    texter.choose(gender)
    for _question in range(4):
        texter.send(answer)


def respond_by_voice(network: Network, number: str, *, gender: str) -> None:
    call = ring(network, number, "es").choose("survey").choose("yes").press("5").press("1")
    assert "question.gender" in call.keys
    call.choose(gender)
    for key in ("1", "6", "2", "3"):
        call.press(key)
    assert "survey.thanks" in call.keys
    call.hang_up()


def of_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.fixture
def regulator(rimay: Rimay) -> Browser:
    return Browser(rimay.url).sign_in(REGULATOR, PASSWORD)


def test_results_as_pages_and_files(
    network: Network, regulator: Browser, new_number: Callable[[], str]
) -> None:
    for place in range(PEOPLE):
        gender, answer = ("woman", "1") if place % 2 == 0 else ("man", "2")
        respond_by_text(network, new_number(), gender=gender, answer=answer)
    for gender in ("woman", "gender_unsaid"):
        respond_by_voice(network, new_number(), gender=gender)

    [page] = set(re.findall(r"/staff/surveys/[0-9a-f]{32}", regulator.get("/staff/surveys/").text))
    text = eventually(lambda: "data-cell" in (t := regulator.get(page).text) and t)
    assert isinstance(text, str)
    assert not leaked(text)
    chart = regulator.get(next(iter(re.findall(r'src="([^"]+\.svg)"', text))))
    assert chart.status == 200
    assert b"<svg" in chart.body

    tables = regulator.get(f"{page}/tables.csv")
    assert "attachment" in (tables.header("content-disposition") or "")
    cells = of_csv(tables.body)
    assert {"water_change", "gender"} <= {cell["table"] for cell in cells} | {"gender"}
    assert any("woman" in cell["group"] for cell in cells)
    for cell in cells:
        if cell["count"].isdecimal():
            assert int(cell["count"]) >= 5 or int(cell["count"]) == 0, cell
        else:
            assert cell["count"] in ("suppressed", "not_asked")
            assert not cell["percent"].isdecimal(), cell

    rows = of_csv(regulator.get(f"{page}/responses.csv").body)
    assert len(rows) >= 10
    assert set(rows[0]) == {
        *("id", "gender", "language", "use"),
        *("water_change", "work_change", "consulted", "trust", "fairness", "priority"),
    }
    assert len({row["id"] for row in rows}) == len(rows)
    groups = Counter((row["gender"], row["language"]) for row in rows)
    assert min(groups.values()) >= 5, groups
    for download in (tables.text, *(f"{row}" for row in rows)):
        assert not re.search(r"\+?51?9\d{8}|\d\d:\d\d", download)


def test_each_role_has_its_own_pages(manager: Browser, regulator: Browser) -> None:
    assert manager.get("/staff/surveys/").status == 403
    refused = regulator.get("/staff/cases")
    assert refused.status == 403
    assert "<html" in refused.text
