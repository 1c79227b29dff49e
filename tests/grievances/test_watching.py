"""Cases are given to somebody, or somebody is told: with a clock that the test sets."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from app.publishing import publish
from duty import operations as duty
from duty import profiles
from duty.queries import colleagues
from grievances import assigning, triage
from grievances.errors import ChangedMeanwhile, NotQualified, NotTheirs
from grievances.jobs import look_after_cases
from grievances.lifecycle import Actor, Party, State
from grievances.models import Case, CaseEvent
from grievances.operations import move
from grievances.values import Category
from programmes.operations import load
from programmes.queries import current, version
from programmes.routing import Fact, Rule
from programmes.values import Programme
from staff.values import Affiliation, Role
from storage.outbox import BODY, Outbox
from storage.services import Services
from tests.clock import FakeClock
from tests.grievances.people import JUNIN, NOW, World, add_manager

LIMA = ZoneInfo("America/Lima")
ALERT = "Algo espera."
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What the engines could differ in, holding a row, is tried in test_operations."""
    return sqlite_url


class Office:
    """The staff, who is on duty, and the worker's run."""

    def __init__(self, services: Services, world: World, clock: FakeClock) -> None:
        self.services, self.world, self.clock = services, world, clock
        self.phones = 0

    def comes(
        self,
        name: str,
        *,
        role: Role = Role.CASE_MANAGER,
        languages: tuple[str, ...] = ("es",),
        is_on: bool = True,
        gender: str | None = None,
        queues: tuple[str, ...] = (),
        affiliation: Affiliation = Affiliation.INDEPENDENT,
    ) -> str:
        self.phones += 1
        with self.services.database.writing() as connection:
            account = add_manager(connection, name, role=role, affiliation=affiliation)
            profiles.set_profile(
                connection, account, gender=gender, queues=queues, by=account, now=self.clock()
            )
        self.is_on_duty(account, is_on=is_on, languages=languages)
        return account

    def is_on_duty(
        self, account: str, *, is_on: bool = True, languages: tuple[str, ...] = ("es",)
    ) -> None:
        with self.services.database.writing() as connection:
            duty.set_duty(
                connection, account, vault=self.services.vault, phone=f"+5196411100{self.phones}",
                country="PE", languages=languages, is_on=is_on, by=account, now=self.clock(),
            )  # fmt: skip

    def is_away(self, account: str, *, stand_in: str | None = None) -> None:
        today = self.clock().astimezone(LIMA).date()
        with self.services.database.writing() as connection:
            profiles.add_absence(
                connection, account, first_day=today, last_day=today, stand_in_id=stand_in,
                today=today, by=account, now=self.clock(),
            )  # fmt: skip

    def runs(self, at: dt.datetime | None = None) -> int:
        self.clock.now = at or self.clock.now

        def programme(connection: Any, slug: str) -> Programme:
            return version(connection, current(connection, slug))

        return look_after_cases(self.services, programme_of=programme, alert=lambda _each: ALERT)

    def case(self, case_id: str) -> Any:
        with self.services.database.reading() as connection:
            return connection.execute(select(Case.__table__).where(Case.id == case_id)).one()

    def events(self, case_id: str, *kinds: str) -> list[tuple[str, str | None]]:
        with self.services.database.reading() as connection:
            rows = connection.execute(
                select(CaseEvent.kind, CaseEvent.reason)
                .where(CaseEvent.case_id == case_id, CaseEvent.kind.in_(kinds))
                .order_by(CaseEvent.seq)
            )
            return [(row.kind, row.reason) for row in rows]

    def texts(self) -> list[tuple[str, str]]:
        """To whose work phone, and the words."""
        with self.services.database.reading() as connection:
            rows = connection.execute(select(Outbox.opening, Outbox.body).order_by(Outbox.id)).all()
        vault = self.services.vault
        return [(row.opening["account"], vault.open_text(BODY, row.body)) for row in rows]

    def is_triaged(self, case_id: str, *, severity: int, **given: Any) -> None:
        with self.services.database.writing() as connection:
            triage.classify(
                connection, case_id, vault=self.services.vault,
                actor=Actor(Party.CASE_MANAGER, self.world.manager), severity=severity,
                category=given.get("category", Category.WATER), district=None, now=self.clock(),
            )  # fmt: skip


@pytest.fixture
def office(services: Services, world: World, clock: FakeClock) -> Office:
    return Office(services, world, clock)


def test_the_least_loaded_who_may_and_can(office: Office) -> None:
    office.comes("company", affiliation=Affiliation.COMPANY)
    office.comes("off", is_on=False)
    office.comes("elsewhere", queues=("ombuds",))
    away = office.comes("away")
    office.is_away(away)
    luz = office.comes("luz")
    sara = office.comes("sara", languages=("es", "quy"), gender="woman")
    boss = office.comes("boss", role=Role.SUPERVISOR)
    quechua = office.world.case(language="quy")
    office.runs()
    assert office.case(quechua).assignee_id == sara, "alone speaks it"
    first, second = office.world.case(), office.world.case()
    office.runs()
    taken = {office.case(each).assignee_id for each in (first, second)}
    assert luz in taken, "nobody has fewer"
    assert boss not in taken
    named = office.world.case()
    with office.services.database.writing() as connection:
        assigning.say_named(
            connection, named, luz, vault=office.services.vault, now=office.clock(),
            actor=Actor(Party.CASE_MANAGER, sara),
        )  # fmt: skip
        connection.execute(update(Case).where(Case.id == named).values(wish="woman"))
    office.runs()
    assert office.case(named).assignee_id == sara
    assert office.events(named, "assigned") == [("assigned", "fewest")]
    assert office.texts() == []
    assert office.runs() == 0, "what is done is not looked at again"


def test_nobody_qualified_is_never_silence(office: Office) -> None:
    boss = office.comes("boss", role=Role.SUPERVISOR, languages=("es",))
    case_id = office.world.case(language="quy")
    office.runs()
    assert office.case(case_id).assignee_id is None
    assert office.texts() == [(boss, ALERT)]
    assert office.runs(office.clock() + 14 * MINUTE) == 0
    assert office.runs(office.clock() + MINUTE) == 1
    assert len(office.texts()) == 1, "once, however often nobody is found"
    sara = office.comes("sara", languages=("quy",))
    office.runs(office.clock() + 15 * MINUTE)
    assert office.case(case_id).assignee_id == sara
    assert office.events(case_id, "escalated", "assigned") == [
        ("escalated", "nobody_qualified"),
        ("assigned", "fewest"),
    ]


def test_at_night_it_waits_for_the_morning(office: Office) -> None:
    luz = office.comes("luz")
    office.clock.now = dt.datetime(2026, 11, 23, 21, tzinfo=LIMA)
    case_id = office.world.case(now=office.clock())
    office.runs()
    assert office.case(case_id).assignee_id is None
    assert office.events(case_id, "escalated") == []
    office.runs(dt.datetime(2026, 11, 24, 8, tzinfo=LIMA))
    assert office.case(case_id).assignee_id == luz


def test_a_rule_sends_it_on_and_a_person_has_the_last_word(office: Office) -> None:
    rules = (Rule({Fact.CATEGORY: ("security",)}, "ombuds"),)
    with office.services.database.writing() as connection:
        load(connection, replace(JUNIN, routing=rules, hash="c" * 64), now=NOW)
    case_id = office.world.case()
    office.is_triaged(case_id, severity=2, category=Category.SECURITY)
    office.runs()
    assert office.case(case_id).queue == "ombuds"
    with office.services.database.writing() as connection:
        triage.requeue(
            connection, case_id, vault=office.services.vault, queue="environment",
            actor=Actor(Party.CASE_MANAGER, office.world.manager), now=office.clock(),
        )  # fmt: skip
    office.runs(office.clock() + 20 * MINUTE)
    assert office.case(case_id).queue == "environment"


def test_what_is_grave_and_not_taken_up_in_two_staffed_hours(office: Office) -> None:
    boss = office.comes("boss", role=Role.SUPERVISOR)
    luz = office.comes("luz")
    office.clock.now = dt.datetime(2026, 11, 23, 19, tzinfo=LIMA)
    case_id = office.world.case(now=office.clock())
    office.is_triaged(case_id, severity=5)
    office.runs()
    assert office.case(case_id).assignee_id == luz
    office.runs(dt.datetime(2026, 11, 24, 8, 59, tzinfo=LIMA))
    assert office.texts() == [], "one hour in the evening, not yet one in the morning"
    office.runs(dt.datetime(2026, 11, 24, 9, tzinfo=LIMA))
    office.runs(dt.datetime(2026, 11, 24, 9, 1, tzinfo=LIMA))
    assert office.texts() == [(boss, ALERT)]
    assert ("escalated", "alert") in office.events(case_id, "escalated")


def test_what_is_missed_goes_up_until_only_the_state_is_left(office: Office) -> None:
    luz = office.comes("luz", role=Role.SUPERVISOR)
    case_id = office.world.case()
    office.runs()
    assert office.case(case_id).assignee_id == luz
    ana = office.comes("ana", role=Role.SUPERVISOR)
    eva = office.comes("eva", role=Role.SUPERVISOR)
    with office.services.database.writing() as connection:
        move(
            connection, case_id, vault=office.services.vault, to=State.ACKNOWLEDGED,
            actor=Actor(Party.SUPERVISOR, luz), now=office.clock(),
        )  # fmt: skip
    tiers: list[tuple[int, str | None]] = []
    for _ in range(200):
        office.runs(office.clock() + DAY)
        row = office.case(case_id)
        if not tiers or tiers[-1] != (row.tier, row.assignee_id):
            tiers.append((row.tier, row.assignee_id))
    assert [tier for tier, _ in tiers] == [1, 2, 3]
    assert {tiers[1][1], tiers[2][1]} == {ana, eva}, "never who had it before"
    reasons = [reason for _, reason in office.events(case_id, "escalated")]
    once = ("triage", "progress", "resolution", "appeal_decision", "state_referral")
    assert [reasons.count(each) for each in once] == [1, 1, 1, 1, 1], reasons
    with office.services.database.writing() as connection, pytest.raises(NotQualified):
        assigning.assign(
            connection, case_id, vault=office.services.vault, actor=Actor(Party.SUPERVISOR, eva),
            to=next(
                each for each in colleagues(connection, "junin", today=dt.date(2026, 1, 1))
                if each.account_id == luz
            ),
            affiliation="state", now=office.clock(), today=dt.date(2026, 1, 1),
        )  # fmt: skip


def test_the_third_tier_is_independent_people_in_a_queue_of_their_own(office: Office) -> None:
    for name in ("luz", "ana"):
        office.comes(name, role=Role.SUPERVISOR, affiliation=Affiliation.STATE)
    case_id = office.world.case()
    office.runs()
    eva = office.comes("eva", role=Role.SUPERVISOR, queues=("ombuds",))
    office.comes("idle", role=Role.SUPERVISOR, affiliation=Affiliation.STATE)
    seen = set()
    for _ in range(200):
        office.runs(office.clock() + DAY)
        row = office.case(case_id)
        seen.add((row.tier, row.queue, row.assignee_id == eva))
    assert seen == {
        (1, "environment", False),
        (2, "environment", False),
        (3, "ombuds", True),
    }
    assert ("queued", "rule") in office.events(case_id, "queued")


def test_a_new_feast_moves_what_was_due(office: Office) -> None:
    case_id = office.world.case()
    before = office.case(case_id).due_at
    feast = replace(JUNIN.calendar, blocked=frozenset({dt.date(2026, 11, 24)}))
    feasting = replace(JUNIN, calendar=feast, hash="b" * 64)
    with office.services.database.writing() as connection:
        publish(connection, feasting, vault=office.services.vault, now=office.clock())
    assert office.case(case_id).due_at == before
    office.runs()
    assert office.case(case_id).due_at == before + DAY


def test_whoever_is_away_hands_over(office: Office) -> None:
    luz, sara = office.comes("luz"), office.comes("sara", is_on=False)
    case_id = office.world.case()
    office.runs()
    assert office.case(case_id).assignee_id == luz
    office.clock.now += DAY
    office.is_away(luz, stand_in=sara)
    office.runs()
    assert office.case(case_id).assignee_id == sara, "who stands in need not be on duty"
    office.is_away(sara)
    office.clock.now += MINUTE
    office.runs()
    assert office.case(case_id).assignee_id is None
    assert office.events(case_id, "assigned", "returned") == [
        ("assigned", "fewest"),
        ("assigned", "absence"),
        ("returned", "absence"),
    ]


def test_of_two_who_take_it_the_second_is_told(office: Office) -> None:
    luz, sara = office.comes("luz"), office.comes("sara")
    case_id = office.world.case()
    seen = office.case(case_id).version

    def takes(account: str, *, version: int | None = seen) -> bool:
        with office.services.database.writing() as connection:
            people = colleagues(connection, "junin", today=dt.date(2026, 11, 23))
            to = next(each for each in people if each.account_id == account)
            return assigning.assign(
                connection, case_id, vault=office.services.vault, to=to, affiliation="state",
                actor=Actor(Party.CASE_MANAGER, account), now=office.clock(),
                today=dt.date(2026, 11, 23), version=version,
            )  # fmt: skip

    assert takes(luz)
    with pytest.raises(ChangedMeanwhile):
        takes(sara)
    with pytest.raises(NotTheirs):
        takes(sara, version=None)
    assert not takes(luz, version=None), "it is hers already"
    assert office.case(case_id).assignee_id == luz
