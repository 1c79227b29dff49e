"""Reports: room for the permitted facts alone; nothing readable, every opening noted."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from sqlalchemy import inspect, select

from app.tables import METADATA
from safeguarding import jobs, opening, operations, queries
from safeguarding.errors import LockedOut, NobodyDesignated, NotDesignated, WrongPassphrase
from safeguarding.models import SealedReport, YearCount
from safeguarding.values import (
    AgeBand,
    Consent,
    Facts,
    Hour,
    Outcome,
    Sex,
    Why,
    week_of,
)
from staff.models import AuditEntry
from storage.services import Services
from storage.vault import NotOurs
from tests.safeguarding.people import JULIA, MARTHA, PASSPHRASES, ROSA, Women

CONSENT = Consent(
    version="v", language="es", wording="w", answer="yes", at="2026-11-22T15:30+00:00"
)
FACTS = Facts(
    consent=CONSENT,
    number="+51987000111",
    hour=Hour.EVENING,
    words="Fue el capataz",
    project="junin",
    age_band=AgeBand.YOUNG,
    sex=Sex.WOMAN,
)


def sealed(women: Women, facts: Facts = FACTS) -> str:
    services = women.services
    with services.database.writing() as connection:
        return operations.seal_report(connection, "junin", facts, now=services.clock())


def every_row(services: Services) -> list[tuple[str, str, Any]]:
    """The whole database: table, column and value."""
    with services.database.reading() as connection:
        return [
            (table.name, column, value)
            for table in METADATA.sorted_tables
            for row in connection.execute(select(table)).mappings()
            for column, value in row.items()
        ]


def test_the_table_has_room_for_nothing_else(services: Services) -> None:
    columns = {
        each["name"] for each in inspect(services.database.engine).get_columns("sealed_report")
    }
    assert columns == {"id", "key_id", "week", "sealed"}


def test_a_report_holds_the_permitted_facts_and_no_others() -> None:
    names = {"consent", "number", "hour", "words", "project", "age_band", "sex", "outcome"}
    assert set(Facts.__slots__) == names
    assert set(json.loads(FACTS.to_bytes()[1:])) <= names


def test_what_is_given_later_counts(women: Women) -> None:
    report = sealed(women, Facts(consent=CONSENT, number="+51987000111"))
    with women.services.database.writing() as connection:
        operations.add(connection, report, Facts(hour=Hour.MORNING))
        operations.add(connection, report, Facts(hour=Hour.EVENING, words="Venga"))
    (opened,) = women.opened(JULIA)
    assert opened.facts == Facts(
        consent=CONSENT, number="+51987000111", hour=Hour.EVENING, words="Venga"
    )


def test_nothing_can_be_read_from_the_whole_database_and_every_key_of_the_server(
    women: Women,
) -> None:
    """Every value of every table, as it is and opened under every purpose of the vault."""
    report = sealed(women)
    services = women.services
    rows = every_row(services)
    purposes = ("safeguarding.report", "safeguarding.recording", "media", "outbox.body")
    found = [value for _, _, value in rows if isinstance(value, bytes)]
    for value in list(found):
        for purpose in purposes:
            try:
                found.append(services.vault.open(purpose, value))
            except NotOurs:
                continue
    text = repr(found) + repr([value for _, _, value in rows if not isinstance(value, bytes)])
    for fact in ("87000111", "capataz", "slot_evening", "18_29", "15:30"):
        assert fact not in text
    hints = [(table, column) for table, column, value in rows if report in str(value)]
    assert hints == [("sealed_report", "id")], "nothing leads to it"
    moments = [value for table, _, value in rows if table == "sealed_report"]
    assert not any(isinstance(value, dt.datetime) for value in moments)
    assert [value for value in moments if isinstance(value, dt.date)] == [week_of(services.clock())]


def test_the_role_alone_opens_nothing_and_the_try_is_noted(women: Women) -> None:
    sealed(women)
    with pytest.raises(NotDesignated):
        women.unlocked(MARTHA)
    refused = (women.accounts[MARTHA], "safeguarding_refused", "safeguarding:junin")
    assert noted(women).count(refused) == 1


def test_five_wrong_passphrases_lock_an_hour(women: Women) -> None:
    for _ in range(5):
        with pytest.raises(WrongPassphrase):
            women.unlocked(ROSA, "esta no es la mia, no")
    with pytest.raises(LockedOut):
        women.unlocked(ROSA)
    women.services.clock.advance(dt.timedelta(hours=1))  # type: ignore[attr-defined]
    assert women.unlocked(ROSA).account_id == women.accounts[ROSA]


def test_every_opening_is_noted_who_when_which_and_why(women: Women) -> None:
    report = sealed(women)
    hand = women.unlocked(JULIA)
    with women.services.database.writing() as connection:
        opening.open_report(connection, hand, report, why=Why.TO_REFER, now=women.services.clock())
    who = women.accounts[JULIA]
    opened = (who, "safeguarding_opened_to_refer", f"sealed_report:{report}")
    assert noted(women).count(opened) == 1


def test_what_is_done_is_not_opened_again_unasked(women: Women) -> None:
    done, open_, tried = sealed(women), sealed(women), sealed(women)
    with women.services.database.writing() as connection:
        operations.add(connection, done, Facts(outcome=Outcome.REFERRED_IN_24_H))
        operations.add(connection, tried, Facts(outcome=Outcome.NOT_REACHED))
    assert {each.id for each in women.opened(with_done=False)} == {open_, tried}
    assert {each.id for each in women.opened()} == {open_, tried, done}


def test_no_outcome_says_that_it_is_resolved() -> None:
    assert not [each for each in Outcome if "resolved" in each]


def test_without_anybody_designated_nothing_is_kept(services: Services) -> None:
    with services.database.writing() as connection, pytest.raises(NobodyDesignated):
        operations.seal_report(connection, "junin", FACTS, now=services.clock())


def test_a_year_tells_yes_or_no_and_a_count_from_ten(women: Women) -> None:
    services = women.services
    with services.database.reading() as connection:
        assert not queries.received_in(connection, "junin", 2026).any
    for count in range(1, 11):
        sealed(women)
        with services.database.reading() as connection:
            told = queries.received_in(connection, "junin", 2026)
        assert told.any
        assert told.count == (10 if count == 10 else None)


def test_after_a_year_it_is_deleted_and_the_year_is_still_told(
    women: Women, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    for _ in range(10):
        sealed(women)
    clock: Any = women.services.clock
    clock.advance(dt.timedelta(days=364))
    assert_left(women, 10)
    clock.advance(dt.timedelta(days=1))
    jobs.forget(women.services)
    assert_left(women, 0)
    with women.services.database.reading() as connection:
        assert queries.received_in(connection, "junin", 2026).count == 10
        assert connection.execute(select(YearCount.deleted)).scalars().all() == [10]
    said = [each for each in caplog.records if each.name.startswith("safeguarding")]
    assert [each.getMessage() for each in said] == ["retention_of_sealed_reports_done"]


def assert_left(women: Women, count: int) -> None:
    with women.services.database.reading() as connection:
        assert len(connection.execute(select(SealedReport.id)).all()) == count
        assert queries.count(connection, "junin") == count


def noted(women: Women) -> list[tuple[str | None, str, str | None]]:
    with women.services.database.reading() as connection:
        rows = connection.execute(
            select(AuditEntry.account_id, AuditEntry.action, AuditEntry.subject)
        )
        return [(row.account_id, row.action, row.subject) for row in rows]


def test_a_passphrase_is_kept_nowhere(women: Women) -> None:
    stored = repr(every_row(women.services))
    assert not [each for each in PASSPHRASES.values() if each in stored]
