"""Duty and calls put through, on both engines."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from duty import operations, queries
from duty.errors import NoPhone, NotAPhone, OursAlready
from duty.models import Bridge, Duty
from duty.values import LEG_KEPT, Outcome
from programmes.operations import bind_number
from staff.models import AuditEntry
from staff.operations import add_account
from staff.values import Affiliation, Role
from storage.services import Services
from tests.grievances.people import load_junin

PHONE = "+51964111001"
OURS = "+5164200100"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def rosa(services: Services) -> str:
    with services.database.writing() as connection:
        load_junin(connection)
        bind_number(connection, "junin", OURS)
        return add_account(
            connection,
            email="rosa@example.org",
            password="quipu y chaski 22",
            role=Role.CASE_MANAGER,
            programme="junin",
            affiliation=Affiliation.INDEPENDENT,
            language="es",
            now=services.clock(),
        )


def set_duty(services: Services, account: str, **given: Any) -> None:
    wanted: dict[str, Any] = {"phone": PHONE, "languages": ("es",), "is_on": True} | given
    with services.database.writing() as connection:
        operations.set_duty(
            connection,
            account,
            vault=services.vault,
            country="PE",
            by=account,
            now=services.clock(),
            **wanted,
        )


def ring(services: Services, leg: str = "CA1", **given: Any) -> Any:
    wanted: dict[str, Any] = {"language": "es", "without": ()} | given
    with services.database.writing() as connection:
        return operations.ring_next(
            connection,
            programme="junin",
            affiliations=list(Affiliation),
            leg=leg,
            now=services.clock(),
            **wanted,
        )


def actions(services: Services) -> list[str]:
    with services.database.reading() as connection:
        found = connection.execute(select(AuditEntry.action).order_by(AuditEntry.at))
        return sorted(found.scalars())


def test_a_phone_is_sealed_and_dialled(services: Services, rosa: str) -> None:
    set_duty(services, rosa, phone="964 111-001")
    rung = ring(services)
    with services.database.reading() as connection:
        found = queries.ringing(connection, rung.bridge_id, leg="CA1", vault=services.vault)
        sealed = connection.execute(select(Duty.number)).scalar_one()
        assert queries.ringing(connection, rung.bridge_id, leg="CA2", vault=services.vault) is None
    assert found is not None
    assert found.number == PHONE
    assert sealed is not None
    assert b"964111001" not in sealed


@pytest.mark.parametrize(
    ("phone", "error"), [(OURS, OursAlready), ("hola", NotAPhone), ("12", NotAPhone)]
)
def test_what_is_no_work_phone(
    services: Services, rosa: str, phone: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        set_duty(services, rosa, phone=phone)
    with pytest.raises(NoPhone):
        set_duty(services, rosa, phone=None)
    assert ring(services) is None


def test_the_trail_says_what_changed_and_no_number(services: Services, rosa: str) -> None:
    set_duty(services, rosa)
    assert actions(services) == ["duty_began", "duty_languages_set", "work_phone_set"]
    set_duty(services, rosa, phone=None)
    assert len(actions(services)) == 3
    set_duty(services, rosa, phone="", is_on=False)
    assert actions(services)[1] == "duty_ended"
    with services.database.reading() as connection:
        assert connection.execute(select(Duty.number)).scalar_one() is None


def test_whoever_has_left_is_not_rung(services: Services, rosa: str) -> None:
    set_duty(services, rosa)
    assert ring(services, without=(rosa,)) is None
    with services.database.writing() as connection:
        connection.exec_driver_sql("UPDATE account SET role = 'regulator'")
    assert ring(services) is None


def test_a_call_is_taken_and_ended_once(services: Services, rosa: str) -> None:
    set_duty(services, rosa)
    bridge = ring(services).bridge_id

    def take(_: int) -> bool:
        with services.database.writing() as connection:
            return operations.take(connection, bridge, now=services.clock())

    def end(how: str) -> Outcome:
        with services.database.writing() as connection:
            return operations.end(connection, bridge, how=how, now=services.clock())

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(take, range(4))) == [True] * 4
    assert actions(services).count("call_taken") == 1
    with ThreadPoolExecutor(4) as pool:
        ended = set(pool.map(end, ["completed", "gone", "busy", "failed"]))
    assert ended == {Outcome.TALKED}
    assert take(0) is False


def test_what_is_left_of_a_lost_call_is_forgotten(services: Services, rosa: str) -> None:
    set_duty(services, rosa)
    ring(services)
    with services.database.writing() as connection:
        operations.forget_legs(connection, now=services.clock() + LEG_KEPT - MINUTE)
        assert connection.execute(select(Bridge.leg)).scalar_one() == "CA1"
        operations.forget_legs(connection, now=services.clock() + LEG_KEPT)
        assert connection.execute(select(Bridge.leg)).scalar_one() is None


def test_the_end_of_a_call_ends_what_it_was_put_through_to(services: Services, rosa: str) -> None:
    set_duty(services, rosa)
    bridge = ring(services).bridge_id
    with services.database.writing() as connection:
        operations.caller_is_gone(connection, "CA2", now=services.clock())
        assert queries.is_waiting(connection, bridge)
        operations.caller_is_gone(connection, "CA1", now=services.clock())
        assert not queries.is_waiting(connection, bridge)
    with services.database.reading() as connection:
        (shown,) = queries.put_through(connection, "junin", since=services.clock() - MINUTE)
    assert (shown.email, shown.outcome, shown.length) == ("rosa@example.org", Outcome.GONE, None)
