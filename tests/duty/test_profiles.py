"""Which cases somebody is given, and when they are away."""

from __future__ import annotations

import datetime as dt

import pytest

from duty import queries
from duty.values import Colleague
from staff.values import Role
from storage.services import Services
from tests.duty.test_pages import SignIn, database_url, ids, sign_in

__all__ = ["database_url", "ids", "sign_in"]

DAY = dt.date(2026, 11, 23)
"""The clock's."""


def kept(services: Services, account_id: str) -> Colleague:
    with services.database.reading() as connection:
        found = queries.colleagues(connection, "junin", today=DAY)
    return next(each for each in found if each.account_id == account_id)


def test_i_say_what_i_take_and_when_i_am_away(
    sign_in: SignIn, services: Services, ids: dict[Role, str]
) -> None:
    me, her = ids[Role.CASE_MANAGER], ids[Role.SUPERVISOR]
    browser, mine = sign_in(Role.CASE_MANAGER), f"/staff/duty/{me}"
    assert kept(services, me).queues == (), "every one that may be seen"
    browser.post(f"{mine}/cases", data={"queues": ["ombuds", "nowhere"], "gender": "woman"})
    days = {"first_day": "2026-11-23", "last_day": "2026-11-27", "stand_in": her}
    page = browser.post(f"{mine}/absences", data=days, follow_redirects=True)
    assert "23 Nov 2026 – 27 Nov 2026" in page.get_data(as_text=True)
    assert "supervisor@example.org stands in" in page.get_data(as_text=True)
    found = kept(services, me)
    assert (found.gender, found.queues) == ("woman", ("ombuds",))
    away = found.away(DAY)
    assert away is not None
    assert away.stand_in_id == her
    assert found.away(dt.date(2026, 11, 28)) is None
    assert "Away today" in sign_in(Role.OPERATOR).get("/staff/duty/").get_data(as_text=True)
    browser.post(f"{mine}/absences/{away.id}/drop")
    assert kept(services, me).absences == ()


@pytest.mark.parametrize(
    "days", [("2026-11-27", "2026-11-26"), ("2026-11-01", "2026-11-22"), ("", "")]
)
def test_days_that_are_none(
    sign_in: SignIn, services: Services, ids: dict[Role, str], days: tuple[str, str]
) -> None:
    me = ids[Role.CASE_MANAGER]
    form = {"first_day": days[0], "last_day": days[1]}
    url = f"/staff/duty/{me}/absences"
    page = sign_in(Role.CASE_MANAGER).post(url, data=form, follow_redirects=True)
    assert "Give a first day" in page.get_data(as_text=True)
    assert kept(services, me).absences == ()


def test_others_are_set_by_who_may_and_by_nobody_else(
    sign_in: SignIn, services: Services, ids: dict[Role, str]
) -> None:
    theirs = f"/staff/duty/{ids[Role.SUPERVISOR]}/cases"
    assert sign_in(Role.CASE_MANAGER).post(theirs, data={"gender": "man"}).status_code == 403
    assert sign_in(Role.OPERATOR).post(theirs, data={"gender": "man"}).status_code == 303
    assert kept(services, ids[Role.SUPERVISOR]).gender == "man"
    assert sign_in(Role.REGULATOR).post(theirs).status_code == 403


def test_who_stands_in_for_herself_is_nobody(
    sign_in: SignIn, services: Services, ids: dict[Role, str]
) -> None:
    me = ids[Role.CASE_MANAGER]
    form = {"first_day": "2026-11-23", "last_day": "2026-11-23", "stand_in": me}
    sign_in(Role.CASE_MANAGER).post(f"/staff/duty/{me}/absences", data=form)
    away = kept(services, me).away(DAY)
    assert away is not None
    assert away.stand_in_id is None
