"""Cases that belong together: told twice, several people on one matter, related."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from contacts.operations import keep_person
from grievances import linking
from grievances.errors import NotTheSame, StepRefused
from grievances.lifecycle import SYSTEM, State
from grievances.models import Case, CaseEvent
from grievances.values import LinkKind
from grievances.verifying import verify
from staff.values import Affiliation
from storage.database import Database
from tests.grievances.people import NOW, World, add_manager, manager
from tests.grievances.test_pages import signed_in


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Nothing here is the engine's."""
    return sqlite_database


@pytest.fixture
def rosa(app: Flask) -> FlaskClient:
    return signed_in(app)


def another(world: World) -> str:
    """A case of somebody else."""
    with world.database.writing() as connection:
        her = keep_person(
            connection, vault=world.vault, number="+51964000222", language="es", now=NOW
        )
    return world.case(person_id=her.id)


def merge(world: World, one: str, into: str) -> None:
    with world.database.writing() as connection:
        linking.merge(connection, one, into=into, vault=world.vault, actor=manager(world), now=NOW)


def kinds(world: World, case_id: str) -> list[str]:
    with world.database.reading() as connection:
        assert verify(connection, world.vault).broken is None
        return list(
            connection.execute(
                select(CaseEvent.kind).where(CaseEvent.case_id == case_id).order_by(CaseEvent.seq)
            ).scalars()
        )


def test_what_is_sensitive_does_not_go_on_where_a_company_may_see_it(world: World) -> None:
    ordinary, reported = world.case(queue="company"), world.case(queue="ombuds")
    with world.database.writing() as connection:
        risk = update(Case).where(Case.id == reported).values(reprisal_risk="reported")
        connection.execute(risk)
    with pytest.raises(NotTheSame):
        merge(world, reported, ordinary)
    merge(world, ordinary, reported)
    assert kinds(world, reported) == ["opened", "merged"]


def test_what_was_told_twice_goes_on_in_one_case(world: World) -> None:
    first, second = world.case(), world.case()
    merge(world, second, first)
    with world.database.reading() as connection:
        row = connection.execute(
            select(Case.state, Case.close_code, Case.duplicate_of).where(Case.id == second)
        ).one()
        [other] = linking.linked_with(connection, first, visible=None)
    assert tuple(row) == ("closed", "duplicate", first)
    assert (other.id, other.state, other.how) == (second, State.CLOSED, LinkKind.DUPLICATE)
    assert kinds(world, first) == ["opened", "merged"]
    third = world.case()
    with pytest.raises(NotTheSame):
        merge(world, third, second)  # which goes on elsewhere itself
    with pytest.raises(NotTheSame):
        merge(world, third, third)
    with pytest.raises(StepRefused):
        merge(world, second, third)  # it is closed


def test_nobody_s_case_is_put_into_that_of_somebody_else(world: World) -> None:
    hers, his = world.case(), another(world)
    with pytest.raises(NotTheSame):
        merge(world, hers, his)
    with world.database.writing() as connection:
        about: dict[str, Any] = {"vault": world.vault, "actor": manager(world), "now": NOW}
        tied = [
            linking.link(connection, one, other=other, kind=kind, **about)
            for one, other, kind in (
                (hers, his, LinkKind.SAME_MATTER),
                (his, hers, LinkKind.SAME_MATTER),
                (his, hers, LinkKind.RELATED),
            )
        ]
        assert tied == [True, False, True]
        [seen] = linking.linked_with(connection, his, visible=None)
        assert (seen.id, seen.how) == (hers, LinkKind.RELATED)
        assert linking.unlink(connection, hers, other=his, **about)
        assert not linking.unlink(connection, hers, other=his, **about)
        with pytest.raises(NotTheSame):
            linking.link(connection, hers, other=hers, kind=LinkKind.RELATED, **about)
    assert kinds(world, hers) == ["opened", "linked", "linked", "unlinked"]
    assert kinds(world, his) == kinds(world, hers)


def test_on_the_page_a_case_is_named_by_its_code(rosa: FlaskClient, world: World) -> None:
    one, other = world.case(), another(world)
    with world.database.reading() as connection:
        code = connection.execute(select(Case.code).where(Case.id == other)).scalar_one()
    path = f"/staff/cases/{one}/links"

    def put(code: str, how: str) -> str:
        form = {"other": code, "how": how}
        return str(rosa.post(path, data=form, follow_redirects=True).text)

    assert "no case with this code" in put("00000000", "related")
    assert "no case with this code" in put(code, "friends")
    assert "of different people" in put(code, "duplicate")
    page = put(f"{code[:4]} {code[4:]}", "same_matter")
    assert f'href="/staff/cases/{other}"' in page
    gone = rosa.post(f"{path}/{other}/end", follow_redirects=True).text
    assert f'href="/staff/cases/{other}"' not in gone


def test_a_case_that_may_not_be_seen_is_neither_linked_nor_listed(app: Flask, world: World) -> None:
    with world.database.writing() as connection:
        add_manager(connection, "carlos", affiliation=Affiliation.COMPANY)
    theirs, hidden = world.case(queue="company"), world.case(queue="ombuds")
    with world.database.writing() as connection:
        linking.link(
            connection,
            theirs,
            other=hidden,
            kind=LinkKind.RELATED,
            vault=world.vault,
            actor=SYSTEM,
            now=NOW,
        )
        code = "12345674"
        connection.execute(update(Case).where(Case.id == hidden).values(code=code))
    carlos = signed_in(app, "carlos")
    path = f"/staff/cases/{theirs}"
    assert hidden not in carlos.get(path).text
    form = {"other": code, "how": "related"}
    told = carlos.post(f"{path}/links", data=form, follow_redirects=True).text
    assert "no case with this code" in told
    assert carlos.post(f"{path}/links/{hidden}/end").status_code == 404
