"""From signed calls and texts to the event log, and from it to a page and a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app import worker
from broadcasts.audience import counts
from broadcasts.values import Audience, Way
from broadcasts.values import Tool as Used
from contacts.models import ToolUse
from dialogue.forgetting import forget_number
from measures.models import AnalyticsKey, EngagementRow
from measures.operations import forget_keys
from measures.queries import engagements
from measures.values import BegunBy, Engagement, Period, Tool
from outreach.operations import keep_wish
from staff.operations import add_account
from staff.values import Affiliation, Role
from tests.clock import FakeClock
from tests.dialogue.line import ANOTHER, HERS, OURS
from tests.signed import Signed, build_house


@pytest.fixture
def carrier(tmp_path: Path, sqlite_url: str, valkey_url: str, clock: FakeClock) -> Iterator[Signed]:
    house = build_house(tmp_path, sqlite_url, valkey_url, clock)
    yield Signed.over(house, with_pages=True)
    house.services.database.close()


def log(carrier: Signed) -> list[Engagement]:
    with carrier.line.reading() as connection:
        return engagements(connection, "junin", Period(2026))


def test_a_call_is_noted_once_when_it_is_over(carrier: Signed) -> None:
    call = carrier.call().to_menu()
    for key in ("1", "1", "1"):
        call.press(key)
    assert log(carrier) == []
    call.hang_up()
    call.hang_up()
    worker.sweep(carrier.house)
    call.hang_up()
    (only,) = log(carrier)
    assert only.tools == {Tool.LIBRARY}
    assert (only.channel, only.begun_by, only.language) == ("voice", BegunBy.HER, "es")
    assert only.participant is not None
    again = carrier.call()
    again.press("2")
    again.hang_up()
    _first, second = log(carrier)
    assert second.participant == only.participant, "the same person, the same year"
    assert second.tools == {Tool.SUPPORT}


def test_a_look_at_the_menu_is_none(carrier: Signed) -> None:
    carrier.call().to_menu().hang_up()
    carrier.call(ANOTHER).hang_up()
    assert log(carrier) == []


def test_a_withheld_number_is_counted_and_nobody(carrier: Signed) -> None:
    call = carrier.call("anonymous").to_menu()
    call.press("0")
    call.record(5)
    call.hang_up()
    (only,) = log(carrier)
    assert only.participant is None


def test_texts_are_noted_when_a_day_has_gone_by(carrier: Signed) -> None:
    for body in ("hola", "1", "1", "1"):
        carrier.text(body)
    worker.forget(carrier.house)
    assert log(carrier) == []
    carrier.line.clock.advance(dt.timedelta(hours=25))
    worker.forget(carrier.house)
    worker.forget(carrier.house)
    (only,) = log(carrier)
    assert only.channel == "sms"
    assert only.tools == {Tool.LIBRARY}


def test_whose_number_nobody_shall_know_is_in_no_log(carrier: Signed) -> None:
    call = carrier.call().to_menu()
    for key in ("2", "1", "1"):
        call.press(key)
    call.record(5)
    while "support.answer_how" not in call.reply.keys:
        call.wait() if "support.wait" in call.reply.keys else call.press("1")
    keys = [key for key in call.reply.keys if key.startswith(("option.", "press."))]
    press = keys[keys.index("option.no_number") + 1].removeprefix("press.")
    call.press(press)
    assert "support.no_number" in call.reply.keys
    call.hang_up()
    assert log(carrier) == []


def test_the_log_leads_to_no_line_and_the_key_is_destroyed(carrier: Signed) -> None:
    call = carrier.call().to_menu()
    call.press("2")
    call.hang_up()
    with carrier.house.services.database.writing() as connection:
        (row,) = connection.execute(select(EngagementRow)).all()
        assert HERS[3:] not in str(tuple(row))
        assert forget_keys(connection, today=dt.date(2027, 1, 31)) == 0
        assert forget_keys(connection, today=dt.date(2027, 2, 1)) == 1
        assert connection.execute(select(AnalyticsKey)).all() == []
    assert log(carrier)[0].participant is not None


def test_news_finds_who_has_used_a_tool(carrier: Signed) -> None:
    call = carrier.call().to_menu()
    for key in ("1", "1", "1"):
        call.press(key)
    call.hang_up()
    other = carrier.call(ANOTHER).to_menu()
    other.press("3")
    other.hang_up()
    with carrier.house.services.database.writing() as connection:
        used = connection.execute(select(ToolUse.person_id, ToolUse.tool, ToolUse.month)).all()
        assert sorted((row.tool, row.month) for row in used) == [
            ("library", dt.date(2026, 11, 1)),
            ("survey", dt.date(2026, 11, 1)),
        ]
        now = carrier.line.clock()
        for row in used:
            keep_wish(
                connection,
                person_id=row.person_id,
                programme="junin",
                agreed=True,
                channel=None,
                now=now,
            )
        found = {
            each: sum(
                count.people
                for count in counts(
                    connection,
                    Audience(tool=each),
                    programme="junin",
                    way=Way.VOICE,
                    languages=("es", "quy"),
                    before=now + dt.timedelta(seconds=1),
                )
            )
            for each in Used
        }
        assert found == {Used.LIBRARY: 1, Used.SURVEY: 1, Used.SUPPORT: 0}
        forget_number(
            connection,
            vault=carrier.house.services.vault,
            number=HERS,
            ours=[OURS],
            now=now,
        )
        assert connection.execute(select(ToolUse.tool)).scalars().all() == ["survey"]


def test_a_report_of_a_month_that_is_over(carrier: Signed, tmp_path: Path) -> None:
    numbers = [f"+5196400{n:04}" for n in range(40)]
    for number in numbers:
        call = carrier.call(number).to_menu()
        call.press("2")
        call.hang_up()
    run = carrier.client.application.test_cli_runner()
    early = run.invoke(args=["report", "junin"])
    assert early.exit_code == 1
    assert "when it is over" in early.output
    carrier.line.clock.advance(dt.timedelta(days=10))
    said = run.invoke(args=["report", "junin"])
    assert said.exit_code == 0, said.output
    assert "junin,2026-11,1,engagements,,,40," in said.output
    assert "junin,2026-11,1,people,,,40," in said.output
    assert "junin,2026-11,1,people_by_gender,unknown,once,40,100" in said.output
    path = tmp_path / "report.csv"
    assert (
        run.invoke(args=["report", "junin", "--period", "2026-11", "--to", str(path)]).exit_code
        == 0
    )
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    for wrong, told in (("2026-12", "there are 2026-11"), ("x", "no month")):
        refused = run.invoke(args=["report", "junin", "--period", wrong])
        assert refused.exit_code == 1
        assert told in refused.output
    assert run.invoke(args=["report", "nowhere"]).exit_code == 1


def test_the_page_of_a_month(carrier: Signed) -> None:
    for n in range(12):
        call = carrier.call(f"+5196400{n:04}").to_menu()
        call.press("2")
        call.hang_up()
    app, database = carrier.client.application, carrier.house.services.database
    with database.writing() as connection:
        add_account(
            connection,
            email="r@example.org",
            password="correct horse battery",
            role=Role.REGULATOR,
            programme="junin",
            affiliation=Affiliation.STATE,
            language="en",
            now=carrier.line.clock(),
        )
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    given = {"email": "r@example.org", "password": "correct horse battery"}
    client.post("/staff/sign-in", data=given)
    assert "when it is over" in client.get("/staff/measures/").text
    carrier.line.clock.advance(dt.timedelta(days=10))
    page = client.get("/staff/measures/").text
    assert "November 2026" in page
    assert "People, by gender" in page
    assert client.get("/staff/measures/2026-10").status_code == 404
    assert client.get("/staff/measures/x").status_code == 404
    file = client.get("/staff/measures/2026-11.csv")
    assert b"people,,,12," in file.data
    assert "attachment" in file.headers["Content-Disposition"]
