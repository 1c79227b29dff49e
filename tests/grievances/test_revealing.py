"""The number behind a case: to a supervisor alone, once, for a reason, and never unnoted."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from grievances import queries
from grievances.anonymity import make_nobodys
from grievances.events import Event
from grievances.models import Case
from grievances.verifying import verify
from staff.models import AuditEntry
from staff.values import Affiliation, Role
from tests.grievances.people import HERS, NOW, World, add_manager
from tests.grievances.test_pages import signed_in

WHY = "La llamada se cortó y corre peligro."


def add(world: World, role: Role, affiliation: Affiliation = Affiliation.INDEPENDENT) -> str:
    with world.database.writing() as connection:
        return add_manager(connection, "sonia", role=role, affiliation=affiliation)


def ask(app: Flask, world: World, case_id: str, reason: str = WHY) -> TestResponse:
    with world.database.reading() as connection:
        version = connection.execute(
            select(Case.version).where(Case.id == case_id)
        ).scalar_one_or_none()
    client = signed_in(app, "sonia")
    return client.post(
        f"/staff/cases/{case_id}/number",
        data={"reason": reason, "version": version},
        follow_redirects=True,
    )


def trail(world: World, case_id: str) -> list[tuple[str | None, str]]:
    with world.database.reading() as connection:
        rows = connection.execute(
            select(AuditEntry.account_id, AuditEntry.action).where(
                AuditEntry.subject == f"case:{case_id}"
            )
        )
        return [(row.account_id, row.action) for row in rows]


def past(world: World, case_id: str) -> list[tuple[str, str | None]]:
    with world.database.reading() as connection:
        found = queries.history_of(connection, world.vault, case_id)
    return [(each.kind, each.internal_note) for each in found]


def test_a_supervisor_sees_it_once_and_why_is_kept(app: Flask, world: World) -> None:
    case_id = world.case()
    sonia = add(world, Role.SUPERVISOR)
    page = signed_in(app, "sonia").get(f"/staff/cases/{case_id}").text
    assert "Show the number once" in page
    assert HERS not in page
    with world.database.reading() as connection:
        version = connection.execute(select(Case.version)).scalar_one()
    client = signed_in(app, "sonia")
    form = {"reason": WHY, "version": version}
    shown = client.post(f"/staff/cases/{case_id}/number", data=form)
    assert HERS in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    again = client.post(f"/staff/cases/{case_id}/number", data=form, follow_redirects=True)
    assert HERS not in again.text
    assert past(world, case_id).count((Event.REVEALED, WHY)) == 1
    assert trail(world, case_id).count((sonia, "number_revealed")) == 1
    with world.database.reading() as connection:
        assert verify(connection, world.vault).broken is None


@pytest.mark.parametrize("reason", ["", "  porque  "])
def test_without_a_reason_nothing_is_shown(app: Flask, world: World, reason: str) -> None:
    case_id = world.case()
    add(world, Role.SUPERVISOR)
    page = ask(app, world, case_id, reason)
    assert "Write why you need the number" in page.text
    assert HERS not in page.text
    assert Event.REVEALED not in dict(past(world, case_id))


def test_an_anonymous_case_has_none(app: Flask, world: World) -> None:
    case_id = world.case()
    add(world, Role.SUPERVISOR)
    with world.database.writing() as connection:
        make_nobodys(connection, case_id, vault=world.vault, now=NOW)
    assert "Show the number once" not in signed_in(app, "sonia").get(f"/staff/cases/{case_id}").text
    answered = ask(app, world, case_id)
    assert "There is no number behind this case." in answered.text
    assert Event.REVEALED not in dict(past(world, case_id))


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SUPERVISOR}))
def test_every_other_role_is_refused_and_that_is_noted(
    app: Flask, world: World, role: Role
) -> None:
    case_id = world.case()
    who = add(world, role)
    answered = ask(app, world, case_id)
    assert answered.status_code == 403
    assert HERS not in answered.text
    assert (who, "refused_case_number") in trail(world, case_id)
    assert Event.REVEALED not in dict(past(world, case_id))


def test_a_supervisor_of_a_company_is_refused_in_its_own_queue(app: Flask, world: World) -> None:
    case_id = world.case(queue="company")
    who = add(world, Role.SUPERVISOR, Affiliation.COMPANY)
    assert "Show the number once" not in signed_in(app, "sonia").get(f"/staff/cases/{case_id}").text
    answered = ask(app, world, case_id)
    assert answered.status_code == 403
    assert HERS not in answered.text
    assert (who, "refused_case_number") in trail(world, case_id)
