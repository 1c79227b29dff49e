"""Pictures of a question, suppressed like its table."""

from __future__ import annotations

from random import Random
from xml.etree import ElementTree

import pytest

from storage.database import Database
from storage.vault import Vault
from surveys import queries
from surveys.charts import chart
from surveys.labels import Labels
from surveys.snapshots import renew_snapshot
from surveys.tabulate import figures
from surveys.views import view
from tests.surveys.people import CONTENT, NOW, ORDER, Field, people


def words(svg: str) -> list[str]:
    texts = ElementTree.fromstring(svg).itertext()  # noqa: S314  # drawn by us
    return [text.strip() for text in texts if text.strip()]


def test_a_picture_says_what_the_table_says_and_hides_what_it_hides() -> None:
    shown = figures(
        people(60)
        + people(3, water="water_bad")
        + people(37, gender="man")
        + people(20, gender="man", water="water_bad"),
        ORDER,
    )
    water = shown.question("water")
    assert water is not None
    spanish = words(chart(water, Labels(CONTENT, "es")))
    assert {"Mujeres", "Varones", "0 %", "oculto", "water good", "No sabe"} <= {*spanish}
    assert "5 %" not in spanish
    english = words(chart(water, Labels(CONTENT, "en")))
    assert {"Women", "Men", "hidden", "Does not know"} <= {*english}


@pytest.mark.parametrize(
    ("women", "remarks"), [(25, []), (30, ["small base"]), (49, ["small base"]), (50, [])]
)
def test_a_base_under_fifty_is_said_to_be_small(women: int, remarks: list[str]) -> None:
    answered = people(women - 8) + people(8, water="water_bad") + people(80, gender="man")
    water = figures(answered, ORDER).question("water")
    assert water is not None
    [_, base] = view(water, Labels(CONTENT, "en")).rows[-1]
    told = [cell.remark for cell in base if cell.text == str(women)]
    assert len(told) == 1
    assert [remark for remark in told if remark] == remarks
    assert {cell.remark for cell in base if cell.text != str(women)} == {None}


def test_a_picture_fetches_nothing() -> None:
    water = figures(people(12), ORDER).question("water")
    assert water is not None
    svg = chart(water, Labels(CONTENT, "es"))
    assert "http" not in svg.replace("http://www.w3.org/", "")
    assert "<style" not in svg
    assert "style=" not in svg


def test_a_snapshot_keeps_its_pictures(sqlite_database: Database, vault: Vault) -> None:
    field = Field(sqlite_database, vault)
    for number in range(10):
        field.finish(str(number))
    renew_snapshot(sqlite_database, round_id=field.round_id, now=NOW, rng=Random(1))
    with sqlite_database.reading() as connection:
        spanish = queries.chart(connection, field.round_id, language="es", question="water")
        english = queries.chart(connection, field.round_id, language="en", question="trust")
    assert "No sabe" in words(spanish or "")
    assert "Does not know" in words(english or "")
