"""Every read of something sensitive is in the trail, and supervisors read it."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select, update

from grievances.models import Case
from privacy.trail import PAGE, Sought, trail
from staff import queries
from staff.models import AuditEntry
from staff.operations import note
from staff.values import Account, Affiliation, Role
from storage.media import Media
from tests.grievances.people import NOW, World, add_manager
from tests.grievances.test_pages import signed_in

ALL = Sought()
WHY = "La llamada se cortó y corre peligro."


def supervisor(
    world: World, name: str = "sonia", affiliation: Affiliation = Affiliation.INDEPENDENT
) -> Account:
    with world.database.writing() as connection:
        sonia = add_manager(connection, name, role=Role.SUPERVISOR, affiliation=affiliation)
        found = queries.account(connection, sonia)
    assert found is not None
    return found


def read(world: World, reader: Account, sought: Sought = ALL) -> list[tuple[str, str | None]]:
    with world.database.reading() as connection:
        found = trail(connection, world.vault, reader, sought)
    return [(each.action, each.reason or each.why) for each in found.entries]


def test_who_opened_a_case_and_why_is_read_by_a_supervisor(app: Flask, world: World) -> None:
    case_id = world.case()
    sonia = supervisor(world)
    signed_in(app).get(f"/staff/cases/{case_id}")
    client = signed_in(app, "sonia")
    client.get(f"/staff/cases/{case_id}")
    with world.database.reading() as connection:
        rows = connection.execute(
            select(AuditEntry.account_id, AuditEntry.why).where(AuditEntry.action == "case_read")
        )
        assert {tuple(row) for row in rows} == {(world.manager, "queue"), (sonia.id, "supervises")}
    page = client.get("/staff/trail/").text
    assert "rosa@example.org" in page
    assert "it is in a queue of theirs" in page
    assert ("trail_read", None) in read(world, sonia)


def test_a_recorded_answer_that_is_heard_is_noted(app: Flask, world: World, media: Media) -> None:
    case_id = world.case()
    reply = world.replies(case_id, media=media.put(b"RIFF" + b"\0" * 60))
    heard = signed_in(app).get(f"/staff/cases/{case_id}/replies/{reply.id}/audio")
    assert heard.status_code == 200
    assert ("reply_played", "queue") in read(world, supervisor(world))


def test_the_reason_for_a_number_is_told_with_it(app: Flask, world: World) -> None:
    case_id = world.case()
    sonia = supervisor(world)
    client = signed_in(app, "sonia")
    client.post(f"/staff/cases/{case_id}/number", data={"reason": WHY, "version": 1})
    assert ("number_revealed", WHY) in read(world, sonia, Sought(case_id=case_id))


def test_it_is_filtered_and_paged(world: World) -> None:
    sonia = supervisor(world)
    with world.database.writing() as connection:
        for n in range(PAGE + 3):
            at = NOW + dt.timedelta(seconds=n // 2)
            note(connection, account_id=sonia.id, action="drawn", subject=f"case:{n}", now=at)
        note(connection, account_id=world.manager, action="else", subject="case:7", now=NOW)
    with world.database.reading() as connection:
        first = trail(connection, world.vault, sonia, Sought(action="drawn"))
        assert first.older
        rest = trail(connection, world.vault, sonia, Sought(action="drawn", before=first.older))
    shown = [each.subject for each in (*first.entries, *rest.entries)]
    assert sorted(filter(None, shown)) == sorted(f"case:{n}" for n in range(PAGE + 3))
    assert rest.older is None
    assert [each for each, _ in read(world, sonia, Sought(case_id="7"))] == ["drawn", "else"]
    assert [each for each, _ in read(world, sonia, Sought(account_id=world.manager))] == ["else"]


def test_a_company_oversees_its_own_and_nobody_reads_of_sealed_reports(world: World) -> None:
    sonia, carla = supervisor(world), supervisor(world, "carla", Affiliation.COMPANY)
    with world.database.writing() as connection:
        note(connection, account_id=sonia.id, action="case_read", subject=None, now=NOW)
        note(connection, account_id=sonia.id, action="safeguarding_opened", subject=None, now=NOW)
        note(connection, account_id=carla.id, action="case_moved", subject=None, now=NOW)
    assert [each for each, _ in read(world, carla)] == ["case_moved"]
    assert sorted(each for each, _ in read(world, sonia)) == ["case_moved", "case_read"]


def test_which_case_is_not_told_to_a_company_that_may_not_see_it_any_more(
    app: Flask, world: World
) -> None:
    supervisor(world, "carla", Affiliation.COMPANY)
    case_id = world.case(queue="company")
    carla = signed_in(app, "carla")
    carla.get(f"/staff/cases/{case_id}")
    with world.database.reading() as connection:
        code = connection.execute(select(Case.code).where(Case.id == case_id)).scalar_one()
    shown = f"{code[:4]} {code[4:]}"
    assert shown in carla.get("/staff/trail/").text
    with world.database.writing() as connection:
        connection.execute(update(Case).where(Case.id == case_id).values(queue="ombuds"))
    page = carla.get("/staff/trail/").text
    assert "Opened a case" in page, "what she did is told"
    assert shown not in page
    assert case_id not in page
    assert "Nothing of this kind" in carla.get(f"/staff/trail/?case={code}").text


def test_a_search_is_named_in_words(app: Flask, world: World) -> None:
    supervisor(world)
    signed_in(app).get("/staff/cases?q=canal")
    page = signed_in(app, "sonia").get("/staff/trail/?action=cases_searched").text
    assert "Searched for cases" in page
    assert "rosa@example.org" in page
    assert "canal" not in page


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SUPERVISOR}))
def test_nobody_else_reads_it(app: Flask, world: World, role: Role) -> None:
    with world.database.writing() as connection:
        add_manager(connection, "sonia", role=role)
    assert signed_in(app, "sonia").get("/staff/trail/").status_code == 403
    assert ("refused", None) in read(world, supervisor(world, "sara"))
