"""A case lies where the rules of its programme say as soon as what they look at is known, and
leaves whoever may not have it: in the transaction of the change, whether a worker runs or not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from duty.queries import colleagues
from grievances import assigning, triage
from grievances.assigning import Bar
from grievances.errors import NotTheirs
from grievances.following.operations import ask_anew
from grievances.following.values import Anew
from grievances.lifecycle import PERSON, Actor, Party, State
from grievances.models import Case, CaseEvent
from grievances.operations import move, open_case, send_unsent
from grievances.values import AnswerBy, CaseKind, Category, ReprisalRisk
from grievances.verifying import verify
from programmes.operations import load
from programmes.routing import Fact, Rule
from staff.values import Affiliation, Role
from storage.database import Database
from tests.grievances.people import JUNIN, NOW, World, add_manager
from tests.grievances.test_pages import signed_in
from tests.grievances.test_step_pages import send

RULES = (
    Rule({Fact.CATEGORY: ("security",)}, "ombuds"),
    Rule({Fact.WISH: ("woman",)}, "ombuds"),
    Rule({Fact.KIND: ("suggestion",), Fact.TOPIC: ("jobs",)}, "company"),
    Rule({Fact.LANGUAGE: ("quy",)}, "ombuds"),
)
RULED = replace(JUNIN, routing=RULES, hash="c" * 64)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Nothing here is the engine's."""
    return sqlite_database


@pytest.fixture
def staff(world: World) -> dict[str, str]:
    """Who answers, by name: `mine` of the company, `state`, and `nobodys`."""
    of = {"mine": Affiliation.COMPANY, "state": Affiliation.STATE, "nobodys": None}
    with world.database.writing() as connection:
        load(connection, RULED, now=NOW)
        return {
            name: add_manager(connection, name, affiliation=each or Affiliation.INDEPENDENT)
            for name, each in of.items()
        }


def had_by(world: World, account: str, *, queue: str) -> str:
    case_id = world.case(queue=queue)
    with world.database.writing() as connection:
        connection.execute(update(Case).where(Case.id == case_id).values(assignee_id=account))
    return case_id


def does(world: World, what: Any, case_id: str, **given: Any) -> None:
    with world.database.writing() as connection:
        what(
            connection,
            case_id,
            vault=world.vault,
            actor=Actor(Party.CASE_MANAGER, world.manager),
            now=NOW,
            **given,
        )


def classified(world: World, case_id: str, category: Category, severity: int = 2) -> None:
    does(world, triage.classify, case_id, category=category, severity=severity, district=None)


def whose(world: World, case_id: str) -> tuple[str, str | None]:
    with world.database.reading() as connection:
        row = connection.execute(select(Case).where(Case.id == case_id)).one()
    return row.queue, row.assignee_id


def last(world: World, case_id: str) -> Any:
    with world.database.reading() as connection:
        assert verify(connection, world.vault).broken is None
        return connection.execute(
            select(CaseEvent.__table__)
            .where(CaseEvent.case_id == case_id)
            .order_by(CaseEvent.seq.desc())
        ).first()


def test_triage_takes_it_from_who_may_not_have_it_where_it_goes(
    world: World, staff: dict[str, str]
) -> None:
    case_id = had_by(world, staff["state"], queue="environment")
    classified(world, case_id, Category.WATER)
    assert whose(world, case_id) == ("environment", staff["state"]), "no rule says otherwise"
    classified(world, case_id, Category.SECURITY)
    assert whose(world, case_id) == ("ombuds", None)
    event = last(world, case_id)
    assert (event.kind, event.actor, event.reason) == ("queued", "system", "rule")
    assert event.facts == {"from": "environment", "to": "ombuds", "taken_from": staff["state"]}
    with world.database.reading() as connection:
        wakes_at = connection.execute(select(Case.wakes_at).where(Case.id == case_id)).scalar_one()
    assert wakes_at == NOW, "somebody is found for it at once"


def test_whoever_may_have_it_there_keeps_it(world: World, staff: dict[str, str]) -> None:
    case_id = had_by(world, staff["nobodys"], queue="environment")
    classified(world, case_id, Category.SECURITY)
    assert whose(world, case_id) == ("ombuds", staff["nobodys"])


@pytest.mark.parametrize("how", ["risk", "category"])
def test_reported_reprisals_leave_the_company_though_no_rule_says_so(
    world: World, staff: dict[str, str], how: str
) -> None:
    case_id = had_by(world, staff["mine"], queue="company")
    if how == "risk":
        does(world, triage.note_reprisal, case_id, risk=ReprisalRisk.REPORTED)
    else:
        classified(world, case_id, Category.REPRISAL, severity=1)
    assert whose(world, case_id) == ("ombuds", None), "to people who are nobody's"
    classified(world, case_id, Category.WATER, severity=1)
    assert whose(world, case_id)[0] == "ombuds", "it does not come back by another word"
    with world.database.reading() as connection:
        row = connection.execute(select(Case).where(Case.id == case_id)).one()
    assert (row.severity, row.reprisal_risk) == (5, "reported")
    with pytest.raises(NotTheirs):
        does(world, triage.requeue, case_id, queue="company")


def test_a_rule_that_leads_to_the_company_does_not_hold_of_what_is_sensitive(
    world: World, staff: dict[str, str]
) -> None:
    said = world.says(text="Me amenazan.", topic="jobs")
    case_id = world.opens(said, queue="company").case_id
    does(world, triage.convert, case_id, kind=CaseKind.SUGGESTION)
    assert whose(world, case_id) == ("company", None)
    does(world, triage.note_reprisal, case_id, risk=ReprisalRisk.POSSIBLE)
    assert whose(world, case_id) == ("ombuds", None)


def test_in_its_queue_the_company_loses_what_was_reported(
    world: World, staff: dict[str, str]
) -> None:
    case_id = had_by(world, staff["mine"], queue="environment")
    does(world, triage.note_reprisal, case_id, risk=ReprisalRisk.REPORTED)
    assert whose(world, case_id) == ("environment", None)
    event = last(world, case_id)
    assert (event.kind, event.reason, event.facts["from"]) == (
        "returned", "not_seen", staff["mine"],
    )  # fmt: skip


@pytest.mark.parametrize("how", ["risk", "category"])
def test_where_rules_have_nowhere_to_take_it_the_company_does_not_see_it_all_the_same(
    app: Flask, world: World, staff: dict[str, str], how: str
) -> None:
    """A version of the programme before queues of others were asked for, or one that gave the
    queue of the case to the company later."""
    alone = tuple(replace(each, affiliation="company") for each in JUNIN.queues)
    with world.database.writing() as connection:
        load(connection, replace(JUNIN, queues=alone, hash="d" * 64), now=NOW)
    case_id, seen = had_by(world, staff["mine"], queue="company"), world.case(queue="ombuds")
    if how == "risk":
        does(world, triage.note_reprisal, case_id, risk=ReprisalRisk.POSSIBLE)
    else:
        classified(world, case_id, Category.WOMENS_SAFETY)
    assert whose(world, case_id)[0] == "company", "there is no other"
    mine, nobodys = signed_in(app, "mine"), signed_in(app, "nobodys")
    for asked in ("", "?state=all", "?queue=company&state=all", "?q=turbia"):
        assert case_id not in mine.get(f"/staff/cases{asked}").text
    assert seen in mine.get("/staff/cases?state=all").text
    assert mine.get(f"/staff/cases/{case_id}").status_code == 404
    assert nobodys.get(f"/staff/cases/{case_id}").status_code == 200


def test_a_wish_and_a_kind_are_looked_at_as_well(world: World, staff: dict[str, str]) -> None:
    case_id = had_by(world, staff["state"], queue="environment")
    does(world, triage.keep_wish, case_id, wish="woman")
    assert whose(world, case_id) == ("ombuds", None)


def test_what_a_person_decided_holds_until_something_else_is_known(
    world: World, staff: dict[str, str]
) -> None:
    case_id = world.case()
    classified(world, case_id, Category.SECURITY)
    does(world, triage.requeue, case_id, queue="environment")
    does(
        world, triage.classify, case_id,
        category=Category.SECURITY, severity=2, district=None, remedy="Que paguen.",
    )  # fmt: skip
    assert whose(world, case_id)[0] == "environment"
    classified(world, case_id, Category.SECURITY, severity=3)
    assert whose(world, case_id)[0] == "ombuds"


def test_the_rules_hold_from_the_first_moment(world: World) -> None:
    said = world.says(text="Yaku.", language="quy")
    with world.database.writing() as connection:
        opened = open_case(
            connection, vault=world.vault, statement_id=said, queue_of=RULED.queue_for,
            answer_by=AnswerBy.CALL, confirmed=True, now=NOW, draw=lambda: "00005724",
        )  # fmt: skip
    assert whose(world, opened.case_id)[0] == "ombuds"
    for language in ("quy", "es"):
        world.says(text="Yaku.", language=language, conversation=language)
    codes = iter(["00005732", "00005740"])
    with world.database.writing() as connection:
        sent = send_unsent(
            connection, vault=world.vault, now=NOW + dt.timedelta(days=1),
            queue_of=lambda _slug, facts: RULED.queue_for(facts), draw=lambda: next(codes),
        )  # fmt: skip
    assert sorted(whose(world, each)[0] for each in sent) == ["environment", "ombuds"]


def test_what_is_appealed_twice_is_decided_by_independent_people(
    world: World, staff: dict[str, str]
) -> None:
    case_id = had_by(world, staff["state"], queue="environment")
    tiers = []
    for _ in range(2):
        with world.database.writing() as connection:
            connection.execute(
                update(Case).values(
                    state="closed", close_code="not_accepted", closed_at=NOW, outcome_at=NOW
                )
            )
            assert ask_anew(connection, case_id, vault=world.vault, how=Anew.APPEAL, now=NOW)
            tiers.append(connection.execute(select(Case.tier, Case.queue)).one())
    assert [tuple(each) for each in tiers] == [(2, "environment"), (3, "ombuds")]
    with pytest.raises(NotTheirs):
        does(world, triage.requeue, case_id, queue="environment")
    with world.database.reading() as connection:
        row = connection.execute(select(Case).where(Case.id == case_id)).one()
        wanted = assigning.wanted_of(connection, row, affiliation="independent")
        today = NOW.date()
        bars = {
            each.account_id: assigning.bar(wanted, replace(each, role=Role.SUPERVISOR), today=today)
            for each in colleagues(connection, "junin", today=today)
        }
    assert bars[staff["state"]] is Bar.NOT_INDEPENDENT
    assert bars[staff["nobodys"]] not in assigning.ALWAYS


def test_a_rule_of_the_programme_names_who_decides_in_a_tier(world: World) -> None:
    rule = Rule({Fact.TIER: ("2",)}, "ombuds")
    with world.database.writing() as connection:
        load(connection, replace(JUNIN, routing=(rule,), hash="d" * 64), now=NOW)
    case_id = world.case()
    with world.database.writing() as connection:
        connection.execute(
            update(Case).values(
                state="closed", close_code="referred", closed_at=NOW, outcome_at=NOW
            )
        )
        move(
            connection, case_id, vault=world.vault, to=State.APPEALED, actor=PERSON, now=NOW
        )  # fmt: skip
    assert whose(world, case_id) == ("ombuds", None)


def test_from_the_page_of_somebody_of_the_company_it_goes_with_the_form(
    app: Flask, world: World, staff: dict[str, str]
) -> None:
    mine, case_id = signed_in(app, "mine"), had_by(world, staff["mine"], queue="company")
    form = {"kind": "grievance", "category": "local_jobs", "severity": "2"}
    told = send(mine, case_id, "triage", **form, risk="reported", done="1").text
    assert "with somebody else now, and yours to see no more" in told
    assert mine.get(f"/staff/cases/{case_id}").status_code == 404
    assert case_id not in mine.get("/staff/cases?state=all").text
    with world.database.writing() as connection:
        add_manager(connection, "ana", role=Role.SUPERVISOR)
    page = signed_in(app, "ana").get(f"/staff/cases/{case_id}").text
    assert "Reprisals reported" in page
    assert "Put into another queue" in page
