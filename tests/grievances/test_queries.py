"""What an account may see of cases, and how they are found."""

from __future__ import annotations

import datetime as dt

import pytest

from grievances import queries
from grievances.sight import Sight
from grievances.values import pseudonym, visible_queues
from staff.values import Affiliation
from tests.grievances.people import JUNIN, NOW, World

HOUR = dt.timedelta(hours=1)


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
    sights = (Sight(frozenset(slugs)) for slugs in (["ombuds"], ["company"], []))
    for visible in (None, *sights):
        with world.database.reading() as connection:
            found = queries.case_file(
                connection, world.vault, case_id, programme="junin", visible=visible
            )
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
