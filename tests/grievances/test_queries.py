"""The queue's order and what an account may see of it."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import event

from grievances import queries
from grievances.values import Answering, pseudonym, visible_queues
from staff.values import Affiliation
from tests.grievances.people import JUNIN, NOW, World

HOUR = dt.timedelta(hours=1)


def test_the_oldest_unanswered_comes_first_and_the_newest_answered(world: World) -> None:
    ages = (3, 1, 4, 2)
    cases = {age: world.case(now=NOW - age * HOUR) for age in ages}
    world.replies(cases[4])
    world.replies(cases[2])
    with world.database.reading() as connection:
        everything = queries.queue_view(connection, "junin", visible=None, answering=None)
        waiting = queries.queue_view(connection, "junin", visible=None)
        elsewhere = queries.queue_view(connection, "other", visible=None)
    assert [row.id for row in everything.rows] == [cases[age] for age in (3, 1, 2, 4)]
    assert [row.id for row in waiting.rows] == [cases[age] for age in (3, 1)]
    assert waiting.counts == {
        ("environment", Answering.OPEN): 2,
        ("environment", Answering.ANSWERED): 2,
    }
    assert elsewhere.rows == ()


def test_a_page_of_the_queue_costs_two_statements_however_long_it_is(world: World) -> None:
    for number in range(queries.PAGE + 1):
        world.case(now=NOW - number * HOUR)
    counted: list[str] = []

    def count(*call: object) -> None:
        counted.append(str(call[2]))

    event.listen(world.database.engine, "before_cursor_execute", count)
    with world.database.reading() as connection:
        first = queries.queue_view(connection, "junin", visible={"environment"})
    assert len(counted) == 2
    with world.database.reading() as connection:
        second = queries.queue_view(connection, "junin", visible={"environment"}, page=2)
    event.remove(world.database.engine, "before_cursor_execute", count)
    assert (len(first.rows), first.has_more) == (queries.PAGE, True)
    assert (len(second.rows), second.has_more) == (1, False)


@pytest.mark.parametrize(
    ("affiliation", "queues"),
    [
        (Affiliation.COMPANY, {"company"}),
        (Affiliation.STATE, {"environment"}),
        (Affiliation.INDEPENDENT, None),
    ],
)
def test_an_affiliation_sees_its_own_queues(
    affiliation: Affiliation, queues: set[str] | None
) -> None:
    assert visible_queues(JUNIN.queues, affiliation) == queues


def test_a_case_is_seen_only_with_its_queue(world: World) -> None:
    case_id = world.case(queue="ombuds")
    seen = []
    for visible in (None, {"ombuds"}, {"company"}, set[str]()):
        with world.database.reading() as connection:
            found = queries.case_file(
                connection, world.vault, case_id, programme="junin", visible=visible
            )
            view = queries.queue_view(connection, "junin", visible=visible)
        assert (found is not None) == bool(view.rows)
        seen.append(found is not None)
    assert seen == [True, True, False, False]


def test_cases_are_found_by_code_and_by_person(world: World) -> None:
    old, new = world.case(now=NOW - HOUR), world.case()
    world.case(person_id=None)
    with world.database.reading() as connection:
        hers = queries.cases_of_person(connection, world.person.id)
        assert [each.id for each in hers] == [new, old]
        assert queries.case_by_code(connection, hers[0].code) == hers[0]
        assert queries.case_by_code(connection, "99999999") is None
    assert not hers[0].has_pin


def test_people_have_names_that_lead_nowhere(world: World) -> None:
    name = pseudonym(world.vault, world.person.id)
    assert name == pseudonym(world.vault, world.person.id)
    assert len(name) == 5
    assert name[0].isalpha()
    assert name[2] == "-"
    names = {pseudonym(world.vault, f"{number:032}") for number in range(200)}
    assert len(names) > 190
