"""Asking about what is kept: taken down with a clock, carried out, closed; histories hold."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from contacts.models import Line, Person, SuppressedNumber
from contacts.operations import add_person, opt_out
from contacts.queries import NUMBER
from grievances import operations, queries
from grievances.anonymity import make_nobodys
from grievances.models import Case, Reply, RightsRequest, Statement
from grievances.rights import Proof, Right, take
from grievances.search.models import CaseWord
from grievances.verifying import verify
from staff.values import Affiliation, Role
from storage import recordings
from storage.media import Media, MissingMedia
from tests.clock import FakeClock
from tests.grievances.people import HERS, JUNIN, NOW, World, add_manager
from tests.grievances.test_pages import signed_in

WORDS = "El agua baja turbia."


@pytest.fixture
def sonia(app: Flask, world: World) -> FlaskClient:
    with world.database.writing() as connection:
        add_manager(connection, "sonia", role=Role.SUPERVISOR)
    return signed_in(app, "sonia")


def asks(client: FlaskClient, world: World, case_id: str, right: str) -> str:
    taken = client.post(f"/staff/rights/of-case/{case_id}", data={"right": right})
    assert taken.status_code == 303
    with world.database.reading() as connection:
        return connection.execute(
            select(RightsRequest.id).where(RightsRequest.right == right)
        ).scalar_one()


def holds(world: World) -> bool:
    with world.database.reading() as connection:
        return verify(connection, world.vault).broken is None


def test_it_is_due_in_eight_business_days_and_then_late(
    sonia: FlaskClient, world: World, clock: FakeClock
) -> None:
    request_id = asks(sonia, world, world.case(), "access")
    with world.database.reading() as connection:
        due = connection.execute(select(RightsRequest.due_on)).scalar_one()
    day, left = NOW.astimezone(dt.timezone(dt.timedelta(hours=-5))).date(), 8
    # 2026-11: no holidays; 8 and 9 December are.
    while left:
        day += dt.timedelta(days=1)
        left -= day.weekday() < 5 and (day.month, day.day) not in ((12, 8), (12, 9), (12, 25))
    assert due == day
    assert "Late" not in sonia.get("/staff/rights/").text
    clock.now = NOW + (due - NOW.date()) + dt.timedelta(days=2)
    assert "Late" in sonia.get("/staff/rights/").text
    assert "Late" in sonia.get(f"/staff/rights/{request_id}").text


def test_asked_twice_it_is_one_request(sonia: FlaskClient, world: World) -> None:
    case_id = world.case()
    assert asks(sonia, world, case_id, "access") == asks(sonia, world, case_id, "access")


def test_a_copy_has_all_her_cases_and_not_her_number(sonia: FlaskClient, world: World) -> None:
    case_id = world.case(text=WORDS)
    world.case(text="El polvo entra.", now=NOW + dt.timedelta(hours=1))
    world.replies(case_id, text="Iremos el lunes.")
    request_id = asks(sonia, world, case_id, "access")
    copy = sonia.post(f"/staff/rights/{request_id}/copy.json")
    content = json.loads(copy.data)
    said = [each["text"] for case in content["cases"] for each in case["said"]]
    assert said == [WORDS, "El polvo entra."]
    assert [each["text"] for each in content["cases"][0]["answers"]] == ["Iremos el lunes."]
    assert content["person"]["told"]["language"] == "es"
    assert HERS.lstrip("+") not in copy.text
    printed = sonia.post(f"/staff/rights/{request_id}/copy.pdf")
    assert printed.data.startswith(b"%PDF")
    closed = sonia.post(
        f"/staff/rights/{request_id}/close", data={"outcome": "fulfilled"}, follow_redirects=True
    )
    assert "Nobody is waiting" in closed.text
    assert sonia.post(f"/staff/rights/{request_id}/copy.json").status_code == 409


def test_deletion_takes_words_sound_and_line_and_the_history_holds(
    sonia: FlaskClient, world: World, media: Media
) -> None:
    key = media.put(b"her voice")
    with world.database.writing() as connection:
        recordings.announce(connection, "RE1", now=NOW, ready=True)
        recordings.keep(connection, "RE1", media=key, now=NOW)
        recordings.finish(connection, "RE1")
        opt_out(connection, vault=world.vault, number=HERS, now=NOW)
    opened = world.opens(world.says(text=WORDS, recording_id="RE1"))
    other = world.case(text="El polvo entra.")
    world.replies(opened.case_id)
    request_id = asks(sonia, world, opened.case_id, "deletion")
    early = sonia.post(f"/staff/rights/{request_id}/close", data={"outcome": "fulfilled"})
    assert early.status_code == 303
    done = sonia.post(f"/staff/rights/{request_id}/do", follow_redirects=True)
    assert "Carried out" in done.text
    assert holds(world)
    with world.database.reading() as connection:
        for column in (Statement.text, Statement.recording_id, Statement.person_id, Reply.text):
            assert set(connection.execute(select(column)).scalars()) == {None}
        assert set(connection.execute(select(Case.person_id)).scalars()) == {None}
        assert connection.execute(select(CaseWord.token)).first() is None, "nor is it found by them"
        assert connection.execute(select(Line.number)).scalar_one() == b""
        kept = connection.execute(select(SuppressedNumber.number_hash)).scalar_one()
        history = queries.history_of(connection, world.vault, other)
    assert kept == world.vault.tag(NUMBER, HERS)
    assert history[-1].kind == "erased"
    with pytest.raises(MissingMedia):
        media.get(key)
    assert WORDS not in sonia.get(f"/staff/cases/{opened.case_id}").text


def test_a_recording_that_is_not_ours_yet_puts_it_off(sonia: FlaskClient, world: World) -> None:
    with world.database.writing() as connection:
        recordings.announce(connection, "RE1", now=NOW, ready=True)
    opened = world.opens(world.says(text=WORDS, recording_id="RE1"))
    request_id = asks(sonia, world, opened.case_id, "deletion")
    done = sonia.post(f"/staff/rights/{request_id}/do", follow_redirects=True)
    assert "try again in some minutes" in done.text
    with world.database.reading() as connection:
        assert connection.execute(select(Statement.text)).scalar_one() is not None


def test_who_shares_a_phone_keeps_it(sonia: FlaskClient, world: World) -> None:
    with world.database.writing() as connection:
        other = add_person(connection, vault=world.vault, number=HERS, language="quy", now=NOW)
    assert other is not None
    case_id = world.case()
    theirs = world.case(person_id=other.id)
    request_id = asks(sonia, world, case_id, "deletion")
    sonia.post(f"/staff/rights/{request_id}/do")
    with world.database.reading() as connection:
        people = {row.ordinal: row.language for row in connection.execute(select(Person.__table__))}
        assert connection.execute(select(Line.number)).scalar_one() != b""
        left = connection.execute(select(Case.person_id).where(Case.id == theirs)).scalar_one()
    assert people == {1: None, 2: "quy"}
    assert left == other.id


def test_opposition_stops_what_goes_out(sonia: FlaskClient, world: World) -> None:
    request_id = asks(sonia, world, world.case(), "opposition")
    sonia.post(f"/staff/rights/{request_id}/do")
    with world.database.reading() as connection:
        assert connection.execute(select(Line.opted_out_at)).scalar_one() is not None


def test_what_is_wrong_is_corrected(sonia: FlaskClient, world: World) -> None:
    case_id = world.case()
    request_id = asks(sonia, world, case_id, "correction")
    sonia.post(f"/staff/cases/{case_id}/about", data={"gender": "woman", "agreed": "1"})
    sonia.post(f"/staff/rights/{request_id}/do", data={"language": "quy"})
    with world.database.reading() as connection:
        row = connection.execute(select(Person.language, Person.gender)).one()
    assert tuple(row) == ("quy", "woman")


def test_she_asks_at_the_counter_with_code_and_pin(
    app: Flask, sonia: FlaskClient, world: World
) -> None:
    with world.database.writing() as connection:
        add_manager(connection, "olga", role=Role.OPERATOR)
    opened = world.opens(world.says(text=WORDS))
    with world.database.writing() as connection:
        operations.set_case_pin(connection, vault=world.vault, case_id=opened.case_id, pin="4821")
    olga = signed_in(app, "olga")
    form = {"code": opened.code, "right": "access"}
    wrong = olga.post("/staff/rights/", data={**form, "pin": "1111"}, follow_redirects=True)
    assert "wrong" in wrong.text
    taken = olga.post("/staff/rights/", data={**form, "pin": "4821"}, follow_redirects=True)
    assert "Taken down." in taken.text
    half = rf"\b{opened.code[:4]}\b"
    assert not re.search(half, taken.text), "whoever works at the counter sees no cases"
    with world.database.reading() as connection:
        request_id, proof = connection.execute(select(RightsRequest.id, RightsRequest.proof)).one()
    assert proof == "pin"
    assert olga.get(f"/staff/rights/{request_id}").status_code == 404
    assert "with their PIN" in sonia.get(f"/staff/rights/{request_id}").text


def test_a_case_manager_and_a_company_carry_nothing_out(
    app: Flask, sonia: FlaskClient, world: World
) -> None:
    with world.database.writing() as connection:
        company = Affiliation.COMPANY
        add_manager(connection, "carla", role=Role.SUPERVISOR, affiliation=company)
    case_id = world.case(queue="company", text=WORDS)
    request_id = asks(sonia, world, case_id, "access")
    for name in ("rosa", "carla"):
        client = signed_in(app, name)
        assert client.get(f"/staff/rights/{request_id}").status_code == 200
        for what in ("copy.json", "do", "close"):
            refused = client.post(f"/staff/rights/{request_id}/{what}")
            assert refused.status_code == 403
            assert WORDS not in refused.text


@pytest.mark.parametrize("role", ["interpreter", "editor", "regulator", "safeguarding"])
def test_other_roles_are_refused(app: Flask, world: World, role: str) -> None:
    with world.database.writing() as connection:
        add_manager(connection, "sonia", role=Role(role))
    assert signed_in(app, "sonia").get("/staff/rights/").status_code == 403


@pytest.mark.parametrize("mode", ["named", "confidential"])
def test_she_says_at_the_counter_who_may_know_whose_case_it_is(
    app: Flask, world: World, mode: str
) -> None:
    with world.database.writing() as connection:
        add_manager(connection, "olga", role=Role.OPERATOR)
    opened = world.opens(world.says(text=WORDS))
    with world.database.writing() as connection:
        operations.set_case_pin(connection, vault=world.vault, case_id=opened.case_id, pin="4821")
    olga = signed_in(app, "olga")
    form = {"code": opened.code, "mode": mode}

    def mode_now() -> str:
        with world.database.reading() as connection:
            return str(connection.execute(select(Case.confidentiality)).scalar_one())

    refused = olga.post("/staff/rights/who-knows", data={**form, "pin": "1111"})
    assert refused.status_code == 303
    assert mode_now() == "confidential"
    olga.post("/staff/rights/who-knows", data={**form, "pin": "4821"})
    assert mode_now() == mode
    assert holds(world)


def test_nobody_makes_a_case_anonymous_here_or_takes_that_back(app: Flask, world: World) -> None:
    opened = world.opens(world.says(text=WORDS))
    with world.database.writing() as connection:
        operations.set_case_pin(connection, vault=world.vault, case_id=opened.case_id, pin="4821")
        make_nobodys(connection, opened.case_id, vault=world.vault, now=NOW)
    rosa = signed_in(app, "rosa")
    form = {"code": opened.code, "pin": "4821"}
    known = rosa.post("/staff/rights/who-knows", data={**form, "mode": "anonymous"})
    assert known.status_code == 400
    stays = rosa.post(
        "/staff/rights/who-knows", data={**form, "mode": "named"}, follow_redirects=True
    )
    assert "it stays so" in stays.text


def test_what_was_asked_by_telephone_is_in_the_same_queue(sonia: FlaskClient, world: World) -> None:
    case_id = world.case()
    with world.database.writing() as connection:
        taken = take(
            connection,
            case_id,
            programme="junin",
            right=Right.DELETION,
            proof=Proof.PHONE,
            by=None,
            calendar=JUNIN.calendar,
            days=8,
            now=NOW,
        )
    assert "To have it deleted" in sonia.get("/staff/rights/").text
    page = sonia.get(f"/staff/rights/{taken.id}").text
    assert "from their own phone" in page
    assert "by telephone or text" in page
    sonia.post(f"/staff/rights/{taken.id}/do")
    with world.database.reading() as connection:
        assert connection.execute(select(Statement.text)).scalar_one() is None
