"""One phone answers two rounds: nothing in the database joins the two, or either to the phone.

Every value that is kept of a response is looked for in every other table, sealed values opened,
and moments compared with moments.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from sqlalchemy import select, update

from contacts.models import Person
from contacts.queries import line_key
from library.prompts import Prompts
from programmes.values import Programme
from storage.database import Base, Database
from storage.media import Media
from storage.queues import Bell
from storage.services import Services
from storage.vault import Vault
from surveys import operations, queries
from surveys.models import Answer, Response, RoundKey
from tests.clock import FakeClock
from tests.dialogue.handset import Handset
from tests.dialogue.line import ANOTHER, HERS, Line, open_line

ITS_OWN = {"survey_response", "survey_answer", "survey_open_answer"}
SAID_OF_ALL = {"round_id", "channel", "language", "consent_wording", "consent_answer"}
"""What whole rounds have in common, and so joins nobody."""


@pytest.fixture
def line(
    sqlite_database: Database,
    vault: Vault,
    media: Media,
    bell: Bell,
    clock: FakeClock,
    junin: Programme,
    prompts: Prompts,
) -> Line:
    return open_line(Services(sqlite_database, vault, media, bell, clock), junin, prompts)


def known(line: Line) -> None:
    """She has a case: her line and herself are kept."""
    phone = Handset(line, "voice").begin().choose("es")
    for option in ("support", "grievance", "land"):
        phone.choose(option)
    phone.say("Cercaron el pastizal").recording_arrives().be_silent()
    phone.choose("send").choose("i_will_call").choose("no").press("#").hang_up()
    line.clock.advance(dt.timedelta(hours=3))


def answer(line: Line) -> None:
    phone = Handset(line, "voice").begin()
    if phone.hears[-1] == "language.which":
        phone.choose("es")
    phone.choose("survey").choose("yes")
    if phone.hears == ["survey.use_known"]:
        phone.choose("yes")
    while phone.hears[-1] != "menu.main":
        phone.press("1")
    phone.hang_up()


def again(line: Line, junin: Programme) -> None:
    """The round is closed, and another opened a week later."""
    now = line.clock()
    with line.services.database.writing() as connection:
        found = queries.open_round(connection, junin.slug)
        assert found is not None
        operations.close_round(connection, round_id=found.id, now=now)
    line.clock.advance(dt.timedelta(days=7))
    with line.services.database.writing() as connection:
        operations.publish(connection, vault=line.services.vault, programme=junin, now=line.clock())


def everything(line: Line) -> dict[str, list[dict[str, Any]]]:
    with line.reading() as connection:
        return {
            table.name: [dict(row._mapping) for row in connection.execute(select(table))]
            for table in Base.metadata.tables.values()
        }


def test_nothing_joins_two_rounds_or_either_to_a_line(line: Line, junin: Programme) -> None:
    known(line)
    answer(line)
    again(line, junin)
    answer(line)
    kept = everything(line)
    first, second = kept["survey_response"]
    assert {first["complete"], second["complete"]} == {True}
    assert first["round_id"] != second["round_id"]
    private = [name for name in first if name not in SAID_OF_ALL | {"complete", "week"}]
    assert {name for name in private if first[name] == second[name]} == set()
    # Whatever names a response, an answer or a respondent is in no other table, in any form.
    names = {str(response[name]) for response in (first, second) for name in private}
    names |= {row["id"] for row in kept["survey_answer"]}
    assert len(names) == 4 + len(kept["survey_answer"])
    others = json.dumps(
        [[str(row) for row in rows] for table, rows in kept.items() if table not in ITS_OWN]
    )
    assert [name for name in names if name in others] == []
    # And nothing long enough to name her, her line or what she did there is in theirs.
    hers = {
        value
        for table, rows in kept.items()
        if not table.startswith("survey_")
        for row in rows
        for value in row.values()
        if isinstance(value, str) and len(value) >= 12
    }
    theirs = {
        str(value)
        for table in ITS_OWN
        for row in kept[table]
        for name, value in row.items()
        if name not in SAID_OF_ALL
    }
    assert {row["leg"] for row in kept["turn"]} <= hers
    assert hers & theirs == set()


def test_nothing_joins_them_by_time(line: Line, junin: Programme) -> None:
    for _ in range(3):
        line.clock.advance(dt.timedelta(days=1))
        Handset(line, "voice").begin()
    line.clock.advance(dt.timedelta(hours=5))
    known(line)
    answer(line)
    kept = everything(line)
    here = line.clock().date()
    monday = here - dt.timedelta(days=here.weekday())
    assert here != monday
    moments = [
        value
        for table in ITS_OWN
        for row in kept[table]
        for value in row.values()
        if isinstance(value, dt.date)
    ]
    assert moments == [monday]


def test_only_the_rounds_key_finds_her(line: Line, junin: Programme) -> None:
    """Whoever has the number and the vault finds her in a round until its key is destroyed."""
    known(line)
    answer(line)
    vault = line.services.vault
    with line.services.database.writing() as connection:
        key = line_key(vault, number=HERS, ordinal=1)
        mine = queries.keyed_round(connection, line.round_id, vault=vault)
        assert mine is not None
        assert mine.respondent(key) == connection.execute(select(Response.respondent)).scalar_one()
        operations.close_round(connection, round_id=line.round_id, now=line.clock())
        later = line.clock() + dt.timedelta(days=31)
        operations.destroy_keys(connection, now=later)
        operations.forget_respondents(connection, limit=10)
        assert connection.execute(select(RoundKey.round_id)).all() == []
        assert connection.execute(select(Response.respondent)).scalar_one() is None
        assert len(connection.execute(select(Answer.id)).all()) > 3


@pytest.mark.parametrize("channel", ["voice", "sms"])
def test_she_takes_her_answers_back(line: Line, channel: str) -> None:
    known(line)
    answer(line)
    phone = Handset(line, channel).begin().choose("survey")
    assert phone.hears[-2:] == ["survey.done_already", "survey.take_back"]
    phone.choose("withdraw_answers")
    assert phone.choose("no").hears == ["menu.main"]
    assert len(line.responses()) == 1
    phone.choose("survey").choose("withdraw_answers").choose("yes")
    assert phone.hears == ["survey.taken_back", "menu.main"]
    kept = everything(line)
    assert [kept[table] for table in sorted(ITS_OWN)] == [[], [], []]
    # She may answer anew, as anybody who has not.
    assert phone.choose("survey").hears == ["survey.consent"]


def test_she_takes_them_back_after_the_close_until_the_key_goes(line: Line) -> None:
    known(line)
    answer(line)
    with line.services.database.writing() as connection:
        operations.close_round(connection, round_id=line.round_id, now=line.clock())
    line.clock.advance(dt.timedelta(days=29))
    phone = Handset(line, "voice").begin().choose("survey")
    assert phone.hears == ["survey.closed", "survey.take_back"]
    phone.hang_up()
    with line.services.database.writing() as connection:
        operations.destroy_keys(connection, now=line.clock() + dt.timedelta(days=2))
    phone = Handset(line, "voice").begin().choose("survey")
    assert phone.hears == ["survey.closed", "menu.main"]


def test_what_she_told_before_leaves_no_mark_on_her_response(line: Line) -> None:
    """Her answers from before and those of somebody who was asked look the same in every column,
    and nothing of the person knows that they were taken."""
    known(line)
    other = Handset(line, "voice", ANOTHER).begin().choose("es").choose("survey").choose("yes")
    while other.hears[-1] != "menu.main":
        other.press("1")
    other.hang_up()
    before = everything(line)
    with line.services.database.writing() as connection:
        connection.execute(
            update(Person).values(
                gender="woman", gender_known="self", gender_at=line.clock(), district="morococha"
            )
        )
    told = everything(line)["person"]
    phone = Handset(line, "voice").begin().choose("survey").choose("yes")
    assert phone.hears == ["survey.use_known"]
    assert not {"woman", "morococha"} & set(phone.body.split())
    phone.choose("yes")
    while phone.hears[-1] != "menu.main":
        assert phone.hears[-1] != "question.gender"
        phone.press("1")
    phone.hang_up()
    kept = everything(line)
    hers, theirs = (
        {
            row["question"]: row
            for row in kept["survey_answer"]
            if (row in before["survey_answer"]) is is_old
        }
        for is_old in (False, True)
    )
    assert hers["gender"]["value"] == "woman"
    assert hers.keys() == theirs.keys()
    for name in ("wording", "sound"):
        assert hers["gender"][name] == theirs["gender"][name] != ""
    assert kept["person"] == told
    assert kept["consent"] == before["consent"]
    assert "use_known" not in json.dumps([[str(row) for row in kept["turn"]]])


def test_on_a_shared_phone_it_is_offered_to_nobody_unproven(line: Line) -> None:
    known(line)
    with line.services.database.writing() as connection:
        connection.execute(update(Person).values(gender="woman", pin_hash="p" * 64))
    phone = Handset(line, "voice").begin()
    assert phone.hears[-1] == "who.is_it"
    phone.choose("another_person").choose("survey").choose("yes")
    assert phone.hears == ["survey.keys", "question.water_change"]
