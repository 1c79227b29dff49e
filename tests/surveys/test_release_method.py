"""What a release says of how its round was taken to the field."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from storage.database import Database
from storage.media import Media
from storage.queues import Bell
from storage.services import Services
from storage.vault import Vault
from surveys import operations as rounds
from surveys import snapshots
from surveys.fieldwork.values import Basis, Mode, Plan, Sample, Way
from surveys.labels import Labels
from surveys.outcomes import Disposition
from surveys.release.contents import Described
from surveys.release.fielded import Fielded, facts
from surveys.release.operations import prepare
from tests.clock import FakeClock
from tests.surveys.field import FieldVillage, village
from tests.surveys.people import CONTENT

SHAPE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'


@pytest.fixture
def here(
    sqlite_database: Database,
    vault: Vault,
    media: Media,
    bell: Bell,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> FieldVillage:
    monkeypatch.setattr(snapshots, "chart", lambda figure, labels: SHAPE)
    services = Services(database=sqlite_database, vault=vault, media=media, bell=bell, clock=clock)
    return village(services, clock)


def method_of(here: FieldVillage) -> dict[str, str]:
    """The method block of a release of the village's round, once it is closed."""
    database, now = here.services.database, here.clock()
    with database.writing() as connection:
        for n in range(12):
            here.interview(connection, None, f"+5196400010{n}", 4)
        rounds.close_round(connection, round_id=here.round_id, now=now, grace=dt.timedelta(0))
    snapshots.renew_snapshot(
        database, round_id=here.round_id, now=now + dt.timedelta(hours=1), rng=Random(1)
    )
    with database.reading() as connection:
        prepared = prepare(
            connection,
            round_id=here.round_id,
            language="en",
            described=Described("The council", "Who lives in the valley", "data@example.org"),
            key=Ed25519PrivateKey.generate(),
            software="Rimay",
            now=now,
        )
    with zipfile.ZipFile(io.BytesIO(prepared.content)) as archive:
        name = next(
            each
            for each in archive.namelist()
            if each.endswith("-release-1.json") and "manifest" not in each
        )
        found: dict[str, str] = json.loads(archive.read(name))["method"]
    return found


def test_a_round_that_was_open_to_callers_has_no_rates(here: FieldVillage) -> None:
    method = method_of(here)
    assert method["rates"].startswith("None")
    assert method["dispositions"].startswith("None")
    assert "there is no sample" in method["frame"]
    for said in ("title", "sponsor", "population", "contact", "weights", "bases", "guard"):
        assert method[said]


def test_a_round_that_called_says_whom_and_what_came_of_it(here: FieldVillage) -> None:
    here.people(40)
    here.plan(mode=Mode.BOTH, incentive=5000, announces=True)
    here.sweep()
    method = method_of(here)
    assert method["frame"].startswith("40 lines of people who agreed to be contacted")
    assert "whoever called or wrote answered" in method["frame"]
    assert "made by the programme" in method["mode"]
    assert "Airtime promised for a complete interview: 5." in method["mode"]
    assert "RR1 = " in method["rates"]
    assert "I / ((I+P)" in method["rates"]
    assert "3.11 (UH): " in method["dispositions"]


COUNTS = {
    Disposition.COMPLETE: 30,
    Disposition.REFUSAL: 3,
    Disposition.NO_ANSWER: 23,
    Disposition.NETWORK_FAILURE: 4,
}


@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("language", ["es", "en"])
def test_of_few_lines_no_rate_gives_a_hidden_count_away(way: Way, language: str) -> None:
    sample = Sample(basis=Basis.LIST, consent_source="Assembly of May")
    plan = Plan(mode=Mode.OUTBOUND, way=way, sample=sample)
    labels = Labels(CONTENT, language)
    few = facts(Fielded(plan, COUNTS, True), labels)
    assert "Assembly of May" in few["frame"]
    assert f"2.11 (R): {labels.word('suppressed')}" in few["dispositions"]
    assert "1.1 (I): 30" in few["dispositions"]
    # Whoever refused and whom nobody reached both count as not interviewed: RR1 tells neither.
    assert "RR1 = 50 %" in few["rates"]
    for name in ("COOP1", "COOP3", "REF1", "CON1"):
        assert f"{name} = {labels.word('suppressed')};" in few["rates"]
    many = facts(Fielded(plan, {each: 10 * n for each, n in COUNTS.items()}, True), labels)
    assert "REF1 = 5 %" in many["rates"]
