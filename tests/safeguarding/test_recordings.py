"""Her voice goes from the carrier straight into her report; no copy of it is left anywhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from safeguarding import operations
from safeguarding.models import SealedRecording
from safeguarding.values import Facts
from storage import recordings
from storage.database import Database
from storage.recordings import Recording
from storage.services import Services
from telephony.gateway import NotThere
from telephony.recordings import Fetcher
from tests.safeguarding.people import Women

VOICE = b"her own voice, as the carrier has it"


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


@dataclass
class Shelf:
    """A carrier's recordings."""

    held: dict[str, bytes] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)

    def recording(self, recording_id: str) -> bytes:
        if recording_id not in self.held:
            raise NotThere
        return self.held[recording_id]

    def delete_recording(self, recording_id: str) -> None:
        if self.held.pop(recording_id, None) is None:
            raise NotThere
        self.deleted.append(recording_id)


def fetch(services: Services, shelf: Any) -> None:
    Fetcher(services, shelf).run()


def spoken(women: Women, *, report: bool = True) -> str:
    services = women.services
    with services.database.writing() as connection:
        name = operations.seal_report(connection, "junin", Facts(), now=services.clock())
        operations.expect_recording(
            connection, services.vault, name if report else None, "RE1", now=services.clock()
        )
        recordings.announce(connection, "RE1", now=services.clock(), ready=True)
    return name


def nothing_is_left(services: Services) -> None:
    with services.database.reading() as connection:
        assert connection.execute(select(Recording.id)).all() == []
        assert connection.execute(select(SealedRecording.id)).all() == []
    folder: Path = services.media.folder
    assert [each for each in folder.rglob("*") if each.is_file()] == []


def test_it_is_sealed_deleted_at_the_carrier_and_kept_in_no_other_place(women: Women) -> None:
    spoken(women)
    shelf = Shelf({"RE1": VOICE})
    fetch(women.services, shelf)
    assert women.opened()[0].sounds == (VOICE,)
    assert shelf.deleted == ["RE1"]
    nothing_is_left(women.services)


def test_what_was_fetched_before_we_knew_is_sealed_and_deleted(women: Women) -> None:
    services, shelf = women.services, Shelf({"RE1": VOICE})
    with services.database.writing() as connection:
        recordings.announce(connection, "RE1", now=services.clock(), ready=True)
    fetch(services, shelf)
    assert any(each.is_file() for each in services.media.folder.rglob("*"))
    spoken(women)
    fetch(services, shelf)
    assert women.opened()[0].sounds == (VOICE,)
    nothing_is_left(services)


def test_what_she_took_back_is_deleted_and_never_sealed(women: Women) -> None:
    spoken(women, report=False)
    shelf = Shelf({"RE1": VOICE})
    fetch(women.services, shelf)
    assert women.opened()[0].sounds == ()
    assert shelf.deleted == ["RE1"]
    nothing_is_left(women.services)


def test_a_recording_of_anybody_else_goes_where_it_went(women: Women) -> None:
    services, shelf = women.services, Shelf({"RE2": VOICE})
    with services.database.writing() as connection:
        recordings.announce(connection, "RE2", now=services.clock(), ready=True)
    fetch(services, shelf)
    with services.database.reading() as connection:
        copy, media = recordings.copy_of(connection, "RE2")
    assert copy is recordings.Copy.KEPT
    assert services.media.get(media or "") == VOICE
