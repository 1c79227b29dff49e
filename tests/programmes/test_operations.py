"""Loading, numbers and opening, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from programmes import queries
from programmes.errors import InvalidNumber, UnknownProgramme, UnknownVersion
from programmes.operations import Bound, Loaded, bind_number, load, open_programme
from programmes.queries import Answering, Versions
from storage.database import Database
from tests.clock import FakeClock
from tests.programmes.valley import changed, read_valley

NUMBER = "+5164555010"


@pytest.fixture
def loaded(database: Database, clock: FakeClock) -> Database:
    """A database that holds the programme."""
    with database.writing() as connection:
        load(connection, read_valley(), now=clock())
    return database


def test_a_first_load(database: Database, clock: FakeClock) -> None:
    programme = read_valley()
    with database.writing() as connection:
        outcome = load(connection, programme, now=clock())
    assert outcome == Loaded(is_new=True, changed=True, previous=None, removed_options=())
    with database.reading() as connection:
        assert queries.slugs(connection) == ("valle",)
        assert queries.current(connection, "valle") == programme.hash
        assert queries.version(connection, programme.hash) == programme


def test_the_same_load_again_changes_nothing(loaded: Database, clock: FakeClock) -> None:
    programme = read_valley()
    with loaded.writing() as connection:
        outcome = load(connection, programme, now=clock())
    assert outcome == Loaded(
        is_new=False, changed=False, previous=programme.hash, removed_options=()
    )


def test_a_changed_load_keeps_what_was(loaded: Database, clock: FakeClock, tmp_path: Path) -> None:
    first = read_valley()
    folder = changed(tmp_path, "programme.yaml", "  - option: water\n", "  - option: my_case\n")
    text = (folder / "programme.yaml").read_text("utf-8")
    (folder / "programme.yaml").write_text(
        text[: text.index("  option.water:")] + text[text.index("  option.jobs:") :], "utf-8"
    )
    second = read_valley(folder)
    with loaded.writing() as connection:
        open_programme(connection, "valle", now=clock())
        bind_number(connection, "valle", NUMBER)
        outcome = load(connection, second, now=clock())
    assert outcome == Loaded(
        is_new=False, changed=True, previous=first.hash, removed_options=("water",)
    )
    with loaded.reading() as connection:
        assert queries.current(connection, "valle") == second.hash
        assert queries.version(connection, first.hash) == first
        assert queries.is_open(connection, "valle")
        assert queries.numbers_of(connection, "valle") == (NUMBER,)
    with loaded.writing() as connection:
        outcome = load(connection, first, now=clock())
    assert outcome == Loaded(
        is_new=False, changed=True, previous=second.hash, removed_options=()
    ), "back to a version that is already there"


def test_a_number_is_bound_in_e164_and_found(loaded: Database, clock: FakeClock) -> None:
    with loaded.writing() as connection:
        assert bind_number(connection, "valle", " +51 64 555-010") == Bound(NUMBER, None)
        assert bind_number(connection, "valle", NUMBER) == Bound(NUMBER, None)
    with loaded.reading() as connection:
        assert queries.programme_for_number(connection, NUMBER) == "valle"
        assert queries.programme_for_number(connection, "+5164555011") is None
        answering = Answering("valle", read_valley().hash, None, missed_call=False)
        assert queries.answering(connection, NUMBER) == answering
        assert queries.answering(connection, "+5164555011") is None


def test_a_number_that_moves_says_from_where(
    loaded: Database, clock: FakeClock, tmp_path: Path
) -> None:
    other = read_valley(changed(tmp_path, "programme.yaml", "slug: valle", "slug: other"))
    with loaded.writing() as connection:
        bind_number(connection, "valle", NUMBER)
        load(connection, other, now=clock())
        assert bind_number(connection, "other", NUMBER) == Bound(NUMBER, "valle")
    with loaded.reading() as connection:
        assert queries.programme_for_number(connection, NUMBER) == "other"
        assert queries.numbers_of(connection, "valle") == ()
        assert queries.slugs(connection) == ("other", "valle")


@pytest.mark.parametrize(
    "number",
    [
        "",
        "+",
        "64555010",
        "0051 64 555 010",
        "+51 64",
        "+5164555010555555",
        "+51 64 VOICE",
        "+999123456",
        f"{NUMBER};ext=5",
    ],
)
def test_another_form_of_number_is_refused(loaded: Database, number: str) -> None:
    with loaded.writing() as connection, pytest.raises(InvalidNumber) as caught:
        bind_number(connection, "valle", number)
    assert NUMBER not in str(caught.value)


def test_an_unknown_programme_is_refused(database: Database, clock: FakeClock) -> None:
    with database.writing() as connection:
        with pytest.raises(UnknownProgramme):
            bind_number(connection, "valle", NUMBER)
        with pytest.raises(UnknownProgramme):
            open_programme(connection, "valle", now=clock())
        with pytest.raises(UnknownProgramme):
            queries.current(connection, "valle")
        with pytest.raises(UnknownVersion):
            queries.version(connection, "0" * 64)
        assert not queries.is_open(connection, "valle")


def test_opening_keeps_the_first_moment(loaded: Database, clock: FakeClock) -> None:
    opened = clock()
    with loaded.writing() as connection:
        bind_number(connection, "valle", NUMBER)
        assert not queries.is_open(connection, "valle")
        assert open_programme(connection, "valle", now=opened)
        assert not open_programme(connection, "valle", now=opened.replace(year=2027))
    with loaded.reading() as connection:
        assert queries.is_open(connection, "valle")
        answering = queries.answering(connection, NUMBER)
        assert answering is not None
        assert answering.opened_at == opened


def test_a_version_is_read_once(loaded: Database, tmp_path: Path, clock: FakeClock) -> None:
    first = read_valley()
    second = read_valley(changed(tmp_path, "programme.yaml", "slug: valle", "slug: other"))
    versions = Versions(size=1)
    with loaded.writing() as connection:
        load(connection, second, now=clock())
    with loaded.reading() as connection:
        kept = versions.get(connection, first.hash)
        assert kept == first
        assert versions.get(connection, first.hash) is kept
        assert versions.get(connection, second.hash) == second
        assert versions.get(connection, first.hash) is not kept, "size 1: it made room"
        with pytest.raises(UnknownVersion):
            versions.get(connection, "0" * 64)
