"""The interpreter's desk: who is offered what, who holds it, and how long it takes."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from grievances.interpreting import operations, queries
from grievances.interpreting.models import Rendering
from grievances.interpreting.values import LEASE, Because, Item, State, Told, Words
from grievances.models import Case, Statement
from grievances.sight import Sight
from staff.values import Affiliation, Role
from storage import recordings
from storage.database import Database
from storage.services import Services
from storage.vault import Vault
from tests.clock import FakeClock
from tests.grievances.people import HERS, NOW, World, add_manager, make_world
from tests.grievances.test_pages import signed_in
from tests.outside import sound

MINUTE = dt.timedelta(minutes=1)
QUECHUA = "Yakuqa qanra hamun"
SPANISH = "El agua viene sucia"


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """What the engine may change has a test of its own."""
    return sqlite_database


@pytest.fixture
def wav() -> bytes:
    return sound.wav(3.0)


@pytest.fixture
def desk(world: World) -> Desk:
    return two_interpreters(world)


def two_interpreters(world: World) -> Desk:
    with world.database.writing() as connection:
        names = ("ana", "beto")
        found = [add_manager(connection, name, role=Role.INTERPRETER) for name in names]
    return Desk(world, *found)


class Desk:
    """Two interpreters, and short words for what they do."""

    def __init__(self, world: World, ana: str, beto: str) -> None:
        self.world, self.ana, self.beto = world, ana, beto

    def said(self, text: str = QUECHUA, **given: object) -> str:
        said = self.world.says(text=text, channel="sms", language="quy", **given)  # type: ignore[arg-type]
        self.world.opens(said)
        return said

    def offered(self, who: str, *, now: dt.datetime = NOW, **given: object) -> list[Item]:
        with self.world.database.reading() as connection:
            return list(
                queries.offered(
                    connection,
                    "junin",
                    visible=None,
                    account_id=who,
                    now=now,
                    **given,  # type: ignore[arg-type]
                )
            )

    def claims(self, who: str, item: str, *, now: dt.datetime = NOW) -> bool:
        with self.world.database.writing() as connection:
            return operations.claim(connection, item, account_id=who, now=now)

    def keeps(
        self, who: str, item: str, *, spanish: str = SPANISH, now: dt.datetime = NOW
    ) -> State | None:
        with self.world.database.writing() as connection:
            return operations.keep(
                connection,
                item,
                vault=self.world.vault,
                account_id=who,
                words=Words(None, spanish),
                now=now,
            )

    def is_severe(self, item: str) -> None:
        with self.world.database.writing() as connection:
            connection.execute(update(Case).where(Case.id == self._case(item)).values(severity=4))

    def told(self, item: str) -> Told:
        with self.world.database.reading() as connection:
            found = queries.of_case(connection, self.world.vault, self._case(item))
        return found[item].told

    def _case(self, item: str) -> str:
        with self.world.database.reading() as connection:
            query = select(Statement.case_id).where(Statement.id == item)
            return str(connection.execute(query).scalar_one())

    def hands_back(self, who: str, item: str, because: Because) -> bool:
        self.claims(who, item)
        with self.world.database.writing() as connection:
            return operations.hand_back(connection, item, account_id=who, because=because, now=NOW)


def ids(items: list[Item]) -> list[str]:
    return [each.id for each in items]


def test_what_managers_do_not_read_waits_the_oldest_first(desk: Desk, world: World) -> None:
    world.opens(world.says(text="El agua baja turbia."))
    later = desk.said(now=NOW - MINUTE, conversation="c2")
    first = desk.said(now=NOW - 9 * MINUTE, conversation="c3")
    unsent = world.says(text=QUECHUA, language="quy", conversation="c4")
    assert ids(desk.offered(desk.ana)) == [first, later]
    assert unsent not in ids(desk.offered(desk.ana))
    assert desk.offered(desk.ana, language="qvw") == []


def test_a_recording_waits_until_it_is_here(desk: Desk, world: World) -> None:
    said = world.says(recording_id="RE1", seconds=9, language="quy")
    world.opens(said)
    with world.database.writing() as connection:
        recordings.announce(connection, "RE1", now=NOW, ready=True, seconds=9)
    assert desk.offered(desk.ana) == []
    with world.database.writing() as connection:
        recordings.keep(connection, "RE1", media="m" * 32, now=NOW)
    [item] = desk.offered(desk.ana)
    assert (item.is_recording, item.seconds, item.language) == (True, 9, "quy")


def test_an_item_is_one_interpreters_until_its_lease_has_run_out(desk: Desk) -> None:
    item = desk.said()
    assert desk.claims(desk.ana, item)
    assert not desk.claims(desk.beto, item)
    assert ids(desk.offered(desk.beto)) == []
    assert desk.offered(desk.ana)[0].held_until == NOW + LEASE
    after = NOW + LEASE
    assert desk.claims(desk.beto, item, now=after)
    assert desk.keeps(desk.ana, item, now=after) is None
    assert desk.keeps(desk.beto, item, now=after + MINUTE) is State.RENDERED
    assert desk.keeps(desk.beto, item, now=after + MINUTE) is None


def test_whoever_knows_the_voice_is_not_offered_it_again(desk: Desk) -> None:
    item = desk.said()
    assert desk.hands_back(desk.ana, item, Because.LATER)
    assert ids(desk.offered(desk.ana)) == [item]
    assert desk.hands_back(desk.ana, item, Because.KNOWS_THEM)
    assert ids(desk.offered(desk.ana)) == []
    assert ids(desk.offered(desk.beto)) == [item]


def test_what_two_cannot_make_out_is_told_so_on_the_case(desk: Desk, world: World) -> None:
    item = desk.said()
    desk.hands_back(desk.ana, item, Because.UNCLEAR)
    assert ids(desk.offered(desk.beto)) == [item]
    desk.hands_back(desk.beto, item, Because.UNCLEAR)
    assert ids(desk.offered(desk.beto)) == []
    with world.database.reading() as connection:
        case_id = connection.execute(select(Statement.case_id)).scalar_one()
        told = queries.of_case(connection, world.vault, str(case_id))[item]
    assert (told.told, told.words) == (Told.UNCLEAR, None)


def test_what_is_severe_is_checked_by_a_second_interpreter(desk: Desk, world: World) -> None:
    minor = desk.said(now=NOW - 9 * MINUTE, conversation="c2")
    severe = desk.said(now=NOW, conversation="c3")
    desk.is_severe(severe)
    assert ids(desk.offered(desk.ana)) == [severe, minor]
    for item in (severe, minor):
        desk.claims(desk.ana, item)
        desk.keeps(desk.ana, item)
    assert desk.told(severe) is Told.UNCHECKED
    assert desk.told(minor) is Told.WRITTEN
    assert ids(desk.offered(desk.ana)) == []
    assert [(each.id, each.needs_check) for each in desk.offered(desk.beto)] == [(severe, True)]
    desk.claims(desk.beto, severe)
    assert desk.keeps(desk.beto, severe, spanish="El agua viene muy sucia") is State.CHECKED
    assert desk.told(severe) is Told.CHECKED
    with world.database.reading() as connection:
        assert queries.spanish_of(connection, world.vault, [severe])[severe].endswith("muy sucia")
    assert ids(desk.offered(desk.beto)) == []


def test_what_becomes_severe_later_is_unchecked_from_then_on(desk: Desk) -> None:
    item = desk.said()
    desk.claims(desk.ana, item)
    desk.keeps(desk.ana, item)
    desk.is_severe(item)
    assert desk.told(item) is Told.UNCHECKED
    assert ids(desk.offered(desk.beto)) == [item]


def test_said_anew_it_is_heard_anew(desk: Desk, world: World) -> None:
    item = desk.said()
    desk.claims(desk.ana, item)
    assert desk.keeps(desk.ana, item) is State.RENDERED
    world.says(statement_id=item, text=QUECHUA, language="quy")
    assert desk.offered(desk.beto) == []
    world.says(statement_id=item, text="Manam chaychu", language="quy")
    assert ids(desk.offered(desk.ana)) == [item]
    with world.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(Rendering)).scalar_one() == 0


def test_words_are_sealed_and_the_spanish_is_found(desk: Desk, world: World) -> None:
    item = desk.said()
    desk.claims(desk.ana, item)
    desk.keeps(desk.ana, item)
    with world.database.reading() as connection:
        [sealed] = connection.execute(select(Rendering.spanish)).scalars()
        assert SPANISH.encode() not in sealed
        assert queries.spanish_of(connection, world.vault, [item, "nobody's"]) == {item: SPANISH}


def test_how_long_it_takes_is_told_by_language(desk: Desk, world: World) -> None:
    for n, minutes in enumerate((4, 10, 30)):
        item = desk.said(now=NOW - 2 * LEASE, conversation=f"c{n}")
        desk.claims(desk.ana, item)
        desk.keeps(desk.ana, item, now=NOW + minutes * MINUTE)
    desk.said(now=NOW - 5 * MINUTE, conversation="waits")
    with world.database.reading() as connection:
        [row] = queries.report(connection, "junin", visible=None, since=NOW)
    assert (row.language, row.waiting, row.done) == ("quy", 1, 3)
    assert row.at_work == 10 * MINUTE
    assert row.until_spanish == 2 * LEASE + 10 * MINUTE
    assert row.oldest == NOW - 5 * MINUTE


def test_the_other_engine_holds_keeps_and_counts_the_same(postgres_url: str, vault: Vault) -> None:
    database = Database(postgres_url)
    there = two_interpreters(make_world(database, vault))
    item = there.said(now=NOW - MINUTE)
    assert there.claims(there.ana, item)
    assert not there.claims(there.beto, item)
    assert ids(there.offered(there.ana)) == [item]
    assert there.keeps(there.ana, item, now=NOW + MINUTE) is State.RENDERED
    with database.reading() as connection:
        seen = Sight(frozenset({"environment"}))
        [row] = queries.report(connection, "junin", visible=seen, since=NOW)
    assert (row.done, row.at_work) == (1, MINUTE)
    there.world.says(statement_id=item, text="Manam chaychu", language="quy")
    assert there.hands_back(there.ana, item, Because.UNCLEAR)
    assert there.hands_back(there.beto, item, Because.UNCLEAR)
    assert there.offered(there.beto) == []
    database.close()


# Pages -------------------------------------------------------------------------------------------


@pytest.fixture
def ana(app: Flask, desk: Desk) -> FlaskClient:
    return signed_in(app, "ana")


def test_an_interpreter_hears_writes_and_the_case_shows_it(
    app: Flask, ana: FlaskClient, world: World, services: Services, wav: bytes
) -> None:
    said = world.says(recording_id="RE1", seconds=3, language="quy")
    case = world.opens(said)
    with world.database.writing() as connection:
        recordings.announce(connection, "RE1", now=NOW, ready=True, seconds=3)
        recordings.keep(connection, "RE1", media=services.media.put(wav), now=NOW)
    page = ana.get("/staff/interpreting").text
    assert "3 seconds" in page
    assert ana.get(f"/staff/interpreting/{said}/audio").status_code == 404
    assert ana.post(f"/staff/interpreting/{said}/take").location.endswith(said)
    page = ana.get(f"/staff/interpreting/{said}").text
    assert HERS[4:] not in page
    assert case.code not in page
    assert ana.get(f"/staff/interpreting/{said}/audio").data == wav
    refused = ana.post(f"/staff/interpreting/{said}", data={"spanish": SPANISH})
    assert refused.status_code == 422
    assert SPANISH in refused.text
    form = {"transcript": QUECHUA, "spanish": SPANISH}
    assert ana.post(f"/staff/interpreting/{said}", data=form).status_code == 303
    shown = signed_in(app).get(f"/staff/cases/{case.case_id}").text
    assert SPANISH in shown
    assert QUECHUA in shown
    assert ana.get(f"/staff/cases/{case.case_id}").status_code == 403
    assert ana.get(f"/staff/interpreting/{said}").location.endswith("/staff/interpreting")


def test_what_was_written_longer_than_the_lease_is_kept_unless_another_took_it(
    app: Flask, desk: Desk, ana: FlaskClient, services: Services, clock: FakeClock
) -> None:
    mine, lost = desk.said(conversation="c2"), desk.said(conversation="c3")
    for item in (mine, lost):
        ana.post(f"/staff/interpreting/{item}/take")
    clock.now = NOW + LEASE + MINUTE
    desk.claims(desk.beto, lost, now=clock.now)
    for item, kept in ((mine, "Kept. Thank you."), (lost, "It was not kept")):
        ana.post(f"/staff/interpreting/{item}", data={"spanish": SPANISH})
        assert kept in ana.get("/staff/interpreting").text


def test_a_manager_has_a_recording_written_down(app: Flask, desk: Desk, world: World) -> None:
    said = world.says(text="El agua baja turbia.")
    case_id = world.opens(said).case_id
    path = f"/staff/cases/{case_id}/statements/{said}/interpreter"
    assert signed_in(app).post(path).status_code == 303
    assert ids(desk.offered(desk.ana)) == [said]
    assert signed_in(app, "ana").post(path).status_code == 403


def test_company_interpreters_hear_the_companys_cases_alone(
    app: Flask, desk: Desk, world: World
) -> None:
    said = desk.said()
    with world.database.writing() as connection:
        add_manager(connection, "celia", role=Role.INTERPRETER, affiliation=Affiliation.COMPANY)
    celia = signed_in(app, "celia")
    assert said not in celia.get("/staff/interpreting").text
    assert celia.post(f"/staff/interpreting/{said}/take").location.endswith("interpreting")
    assert said in signed_in(app, "ana").get("/staff/interpreting").text
