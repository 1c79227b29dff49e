"""What is kept goes in its time, once, and counts stay: with a clock that the test sets."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select, update

from contacts.models import Line
from grievances.models import Case, CaseEvent, Statement
from grievances.verifying import verify
from privacy.jobs import retain
from privacy.models import RetentionRun
from privacy.retention import Kept, Periods, minimise_cases, runs
from storage import outbox
from storage.messages import Outbox
from storage.services import Services
from tests.clock import FakeClock
from tests.grievances.people import NOW, OURS, World

DAY = dt.timedelta(days=1)
PERIODS = Periods()


def closed(world: World, case_id: str, at: dt.datetime = NOW) -> str:
    """Only what the job looks at: how cases are closed is another test's."""
    with world.database.writing() as connection:
        connection.execute(
            update(Case).where(Case.id == case_id).values(state="closed", closed_at=at)
        )
    return case_id


def words(world: World) -> int:
    with world.database.reading() as connection:
        return connection.execute(select(func.count(Statement.text))).scalar_one()


def test_a_case_loses_its_words_two_years_after_its_close_and_not_before(
    world: World, services: Services, clock: FakeClock
) -> None:
    case_id = closed(world, world.case())
    world.case()
    clock.now = NOW + 730 * DAY - dt.timedelta(seconds=1)
    assert minimise_cases(services, after=PERIODS.cases) == 0
    clock.now = NOW + 730 * DAY
    assert minimise_cases(services, after=PERIODS.cases) == 1
    assert words(world) == 1, "an open case keeps them"
    with world.database.reading() as connection:
        row = connection.execute(select(Case.__table__).where(Case.id == case_id)).one()
        assert connection.execute(select(Line.number)).scalar_one() != b"", "she has another case"
        assert connection.execute(select(func.count(Case.id))).scalar_one() == 2
    assert (row.person_id, row.topic) == (None, "water")
    events = count_events(world, case_id)
    assert minimise_cases(services, after=PERIODS.cases) == 0
    assert count_events(world, case_id) == events, "nothing is done twice"


def count_events(world: World, case_id: str) -> int:
    with world.database.reading() as connection:
        return connection.execute(
            select(func.count()).select_from(CaseEvent).where(CaseEvent.case_id == case_id)
        ).scalar_one()


def test_with_her_last_case_the_number_goes(
    world: World, services: Services, clock: FakeClock
) -> None:
    closed(world, world.case())
    clock.now = NOW + 731 * DAY
    minimise_cases(services, after=PERIODS.cases)
    with world.database.reading() as connection:
        assert connection.execute(select(Line.number)).scalar_one() == b""
        found = verify(connection, world.vault).broken
    # The state was set by hand above: every word and link before that holds.
    assert found is None or found.flaw == "state"


def test_calls_and_texts_are_forgotten_after_ninety_days(
    world: World, services: Services, clock: FakeClock
) -> None:
    case_id = world.case()
    world.replies(case_id)
    with world.database.writing() as connection:
        body = world.vault.seal_text(outbox.BODY, "Hola")
        line = world.person.line_id
        outbox.add_text(connection, sender=OURS, line_id=line, sealed_body=body, now=NOW)
        connection.execute(
            update(Outbox).values(state="delivered", rank=outbox.ENDED, provider_id=Outbox.id)
        )
    clock.now = NOW + 89 * DAY
    retain(services, PERIODS)
    with world.database.reading() as connection:
        assert connection.execute(select(func.count(Outbox.id))).scalar_one() == 2
    clock.now = NOW + 91 * DAY
    retain(services, PERIODS)
    with world.database.reading() as connection:
        left = connection.execute(select(Outbox.body, Outbox.provider_id)).one()
    assert tuple(left) == (None, None), "how far her answer got is known still"


def test_what_ran_is_noted_once_a_day(world: World, services: Services, clock: FakeClock) -> None:
    closed(world, world.case())
    clock.now = NOW + 731 * DAY
    retain(services, PERIODS)
    retain(services, PERIODS)
    with world.database.reading() as connection:
        noted = {row.kept: row.rows for row in connection.execute(select(RetentionRun.__table__))}
        shown = {each.kept: each for each in runs(connection, today=clock.now.date())}
    assert noted == {"cases": 1, "calls": 0, "replaced": 0}
    assert shown[Kept.CASES].rows == 1
    assert shown[Kept.SEALED].ran_at is None
