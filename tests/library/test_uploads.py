"""A folder of recordings goes in by the worker: good files in, bad ones with their reasons."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import func, select

from library import jobs, queries, uploads
from library.errors import Fault
from library.listing import Keys
from library.models import PromptVersion
from library.takes import prepared
from library.uploads import FileState, UploadState, UploadView
from library.values import Origin
from storage.media import MissingMedia
from storage.services import Services
from tests.clock import FakeClock
from tests.library.archiving import lying, zipped
from tests.library.people import KEYS, NOW, ROSA, Team, place, spoken


def valley_keys(_: object) -> tuple[str, ...]:
    return KEYS


def hand_in(team: Team, content: bytes, *, language: str = "quy") -> str:
    with team.services.database.writing() as connection:
        return uploads.create(
            connection,
            programme="valle",
            language=language,
            name="voces.zip",
            media=team.services.media.put(content),
            speaker=ROSA,
            account_id=team.ana,
            now=NOW,
        )


def run(services: Services, keys: Keys = valley_keys) -> int:
    return jobs.take_uploads(services, keys)


def view(services: Services, upload_id: str) -> UploadView:
    with services.database.reading() as connection:
        found = uploads.upload(connection, "valle", upload_id)
    assert found is not None
    return found


def test_good_files_go_in_and_bad_ones_say_why(team: Team, services: Services) -> None:
    upload_id = hand_in(
        team,
        zipped(
            {
                "greeting.wav": spoken(),
                "qvw/greeting.wav": spoken(frequency=500),
                "option.water.wav": b"no sound",
                "support.notice.wav": spoken(level=-70),
                "../message.rights.wav": spoken(),
            }
        ),
    )
    assert run(services) == 1
    found = view(services, upload_id)
    assert (found.state, found.fault) == (UploadState.DONE, None)
    assert (found.total, found.taken, found.refused) == (5, 2, 3)
    with services.database.reading() as connection:
        refused = uploads.files(connection, upload_id, state=FileState.REFUSED)
        quy = queries.current_version(connection, place("greeting"))
        qvw = queries.current_version(connection, place("greeting", "qvw"))
        assert uploads.upload(connection, "otro", upload_id) is None
    assert {each.path: each.fault for each in refused} == {
        "option.water.wav": Fault.NOT_AUDIO,
        "support.notice.wav": Fault.SILENT,
        "../message.rights.wav": Fault.UNSAFE_PATH,
    }
    assert quy is not None
    assert (quy.say, quy.speaker, quy.origin) == ("Rimaykullayki.", ROSA, Origin.UPLOAD)
    assert quy.changed_by == "ana@example.org"
    assert not quy.is_live, "nobody has heard it yet"
    assert qvw is not None
    assert qvw.say == ""
    assert run(services) == 0


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"no zip", Fault.NO_ARCHIVE),
        (zipped({"greeting.wav": bytes(10_000_000)}), Fault.BOMB),
    ],
)
def test_an_archive_is_refused_whole(
    team: Team, services: Services, content: bytes, fault: Fault
) -> None:
    upload_id = hand_in(team, content)
    run(services)
    found = view(services, upload_id)
    assert (found.state, found.fault, found.total) == (UploadState.REFUSED, fault, 0)


def test_a_bomb_that_lies_takes_nothing_in(team: Team, services: Services) -> None:
    content = lying(zipped({"greeting.wav": bytes(30_000_000)}), says=60_000)
    upload_id = hand_in(team, content)
    run(services)
    found = view(services, upload_id)
    assert found.is_over
    assert found.taken == 0


def test_the_zip_is_forgotten_when_it_is_in(team: Team, services: Services, tmp_path: Path) -> None:
    content = zipped({"greeting.wav": spoken()})
    media = services.media.put(content)
    hand_in(team, content)
    hand_in(team, content)
    with services.database.writing() as connection:
        assert uploads.claim(connection, now=NOW, lease=jobs.LEASE) is not None
    run(services)
    assert services.media.get(media) == content, "another worker is still reading it"
    services.clock.advance(jobs.LEASE)  # type: ignore[attr-defined]
    run(services)
    with pytest.raises(MissingMedia):
        services.media.get(media)


def test_a_worker_that_died_is_followed_by_another(
    team: Team, services: Services, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload_id = hand_in(
        team, zipped({f"{key}.wav": spoken(frequency=300 + n) for n, key in enumerate(KEYS)})
    )
    seen: list[str] = []

    def dying(content: bytes, *, say: str) -> bytes:
        if len(seen) == 2:
            raise KeyboardInterrupt
        seen.append(say)
        return prepared(content, say=say)

    with monkeypatch.context() as patched:
        patched.setattr("library.jobs.prepared", dying)
        with pytest.raises(KeyboardInterrupt):
            run(services)
    assert view(services, upload_id).taken == 2, "progress is seen while it runs"
    assert run(services) == 0, "it may still be alive"
    clock.advance(jobs.LEASE + dt.timedelta(seconds=1))
    assert run(services) == 1
    assert view(services, upload_id).taken == len(KEYS)
    with services.database.reading() as connection:
        count = connection.execute(select(func.count()).select_from(PromptVersion)).scalar_one()
    assert count == len(KEYS), "nothing went in twice"


def test_what_ends_every_worker_is_given_up(
    team: Team, services: Services, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload_id = hand_in(team, zipped({"greeting.wav": spoken()}))

    def dying(content: bytes, *, say: str) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr("library.jobs.prepared", dying)
    for _ in range(4):
        with pytest.raises(KeyboardInterrupt):
            run(services)
        clock.advance(jobs.LEASE)
    run(services)
    assert view(services, upload_id).fault is Fault.DAMAGED


def test_two_hundred_files(team: Team, services: Services) -> None:
    keys = tuple(f"option.o{n}" for n in range(200))
    files = {f"voces/quy/{key}.wav": spoken(0.5, frequency=200 + n) for n, key in enumerate(keys)}
    upload_id = hand_in(team, zipped(files))
    assert run(services, lambda _: keys) == 1
    assert view(services, upload_id).taken == 200
    with services.database.reading() as connection:
        assert len(queries.current_versions(connection, "valle", language="quy")) == 200
