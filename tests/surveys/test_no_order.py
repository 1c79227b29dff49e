"""When somebody answered is known to the week, and no row tells who answered before whom."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Date, DateTime, create_engine, select, text
from sqlalchemy.exc import OperationalError

from app import schema
from storage.database import Database
from storage.vault import Vault
from surveys import operations
from surveys.models import Answer, OpenAnswer, Response
from surveys.values import monday_of
from tests.surveys.people import NOW, Field

KEPT = (Response, Answer, OpenAnswer)
MONDAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize("days", range(7))
def test_every_day_of_a_week_is_kept_as_its_monday(days: int) -> None:
    assert monday_of(MONDAY + dt.timedelta(days=days)) == MONDAY
    assert monday_of(MONDAY - dt.timedelta(days=1)) == MONDAY - dt.timedelta(days=7)


def test_a_response_keeps_the_week_alone(sqlite_database: Database, vault: Vault) -> None:
    field = Field(sqlite_database, vault)
    with sqlite_database.writing() as connection:
        operations.open_response(
            connection,
            vault=vault,
            round_id=field.round_id,
            line_key="a",
            language="es",
            channel="voice",
            consent_wording="w" * 64,
            consent_answer="yes",
            today=MONDAY + dt.timedelta(days=5),
            now=NOW,
        )
        assert connection.execute(select(Response.week)).scalar_one() == MONDAY
    moments = {
        (model.__tablename__, column.name)
        for model in KEPT
        for column in model.__mapper__.columns
        if isinstance(column.type, (Date, DateTime)) or "UtcDateTime" in str(type(column.type))
    }
    assert moments == {("survey_response", "week"), ("survey_open_answer", "coded_at")}


def test_rows_lie_in_no_order_of_their_coming(sqlite_database: Database, vault: Vault) -> None:
    field = Field(sqlite_database, vault)
    came: list[str] = []
    for number in range(12):
        field.finish(f"a{number}")
        with sqlite_database.reading() as connection:
            there = set(connection.execute(select(Response.id)).scalars())
        came += sorted(there - set(came))
    with sqlite_database.reading() as connection:
        lying = connection.exec_driver_sql("SELECT id FROM survey_response NOT INDEXED").scalars()
        assert list(lying) == sorted(came) != came
        for model in KEPT:
            with pytest.raises(OperationalError, match="no such column"):
                connection.execute(select(text("rowid")).select_from(model.__table__))


def test_days_that_were_kept_become_weeks(database_url: str) -> None:
    schema.downgrade(database_url, "0019")
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    days = [dt.date(2026, 11, day) for day in (15, 16, 22, 23, 24)]
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO survey_round (id, programme, survey, questionnaire, questions,"
                " content, opened_at) VALUES ('r', 'p', 's', 'q', '[]', '{}', '2026-11-01')"
            )
        )
        for number, day in enumerate(days):
            connection.execute(
                text(
                    "INSERT INTO survey_response (id, round_id, channel, language,"
                    " consent_wording, consent_answer, complete, day)"
                    " VALUES (:id, 'r', 'voice', 'es', 'w', 'yes', :yes, :day)"
                ),
                {"id": f"{9 - number}", "yes": True, "day": day},
            )
            connection.execute(
                text(
                    "INSERT INTO survey_answer (id, response_id, question, value)"
                    " VALUES (:id, :id, 'q', 'yes')"
                ),
                {"id": f"{9 - number}"},
            )
    schema.migrate(database_url)
    with engine.connect() as connection:
        weeks = (
            connection.execute(
                select(Response.week)
                .join(Answer, Answer.response_id == Response.id)
                .order_by(Response.id.desc())
            )
            .scalars()
            .all()
        )
    engine.dispose()
    assert weeks == [monday_of(day) for day in days]
