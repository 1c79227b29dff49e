"""Rounds by buttons: opened, tried as a pilot whose answers go and whose times stay, closed."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import func, select

from staff.models import AuditEntry
from staff.values import Role
from surveys.models import Answer, Response, Round, RoundKey
from tests.surveys.field import FieldVillage
from tests.surveys.test_field_pages import app, enter, here, words_of

__all__ = ["app", "here"]
HERE = "/staff/fieldwork/"


def kept(here: FieldVillage) -> list[int]:
    with here.services.database.reading() as connection:
        counts = [select(func.count()).select_from(each) for each in (Response, Answer, RoundKey)]
        return [connection.execute(count).scalar_one() for count in counts]


def rounds(here: FieldVillage) -> list[tuple[bool, bool]]:
    """Whether each round is a pilot, and is closed; the newest last."""
    with here.services.database.reading() as connection:
        rows = connection.execute(select(Round.is_pilot, Round.closed_at).order_by(Round.opened_at))
        return [(row.is_pilot, row.closed_at is not None) for row in rows]


def answers(here: FieldVillage, round_id: str, number: str, count: int, seconds: int) -> None:
    here.round_id = round_id
    with here.services.database.writing() as connection:
        here.interview(connection, None, number, 1)
    here.clock.advance(dt.timedelta(seconds=seconds))
    with here.services.database.writing() as connection:
        here.interview(connection, None, number, count)


def test_a_pilot_by_a_button_is_timed_and_thrown_away(app: Flask, here: FieldVillage) -> None:
    her = enter(app, here, Role.SUPERVISOR)
    assert "Try the open round as a pilot" in her.get(HERE).text
    assert her.post(f"{HERE}{here.round_id}/pilot").status_code == 303
    assert "Nobody has begun." in her.get(HERE).text
    for number, seconds in (("+51964000001", 70), ("+51964000002", 100), ("+51964000003", 200)):
        answers(here, here.round_id, number, 4, seconds)
    answers(here, here.round_id, "+51964000004", 2, 5)
    assert "1 min 40 s" in words_of(her.get(HERE).text), "while it is under way"
    her.post(f"{HERE}{here.round_id}/end-pilot")
    assert kept(here) == [0, 0, 0]
    page = words_of(her.get(HERE).text)
    assert "By voice , Castellano : 3 of 4 finished, half of them within 1 min 40 s" in page
    assert "No survey has been opened yet." in page, "a pilot has no results"
    again = her.post(f"{HERE}{here.round_id}/end-pilot", follow_redirects=True)
    assert "That pilot is over already." in again.text
    her.post(f"{HERE}open")
    assert rounds(here) == [(True, True), (False, False)]
    told = her.post(f"{HERE}open", follow_redirects=True)
    assert "A round is open already." in told.text


def test_what_people_have_answered_is_closed_and_never_a_pilot(
    app: Flask, here: FieldVillage
) -> None:
    her = enter(app, here, Role.OPERATOR)
    answers(here, here.round_id, "+51964000001", 4, 60)
    refused = her.post(f"{HERE}{here.round_id}/pilot", follow_redirects=True)
    assert "People have answered this round" in refused.text
    assert kept(here)[0] == 1
    her.post(f"{HERE}{here.round_id}/close", data={"at_once": "yes"})
    with here.services.database.reading() as connection:
        row = connection.execute(select(Round.closed_at, Round.ends_at)).one()
    assert row.closed_at == row.ends_at
    late = her.post(f"{HERE}{here.round_id}/close", follow_redirects=True)
    assert "It has gone on meanwhile." in late.text
    her.post(f"{HERE}open", data={"pilot": "yes"})
    assert rounds(here) == [(False, True), (True, False)]
    with here.services.database.reading() as connection:
        trail = set(connection.execute(select(AuditEntry.action)).scalars())
    assert {"round_opened", "pilot_begun", "round_closed"} <= trail


@pytest.mark.parametrize("role", [Role.REGULATOR, Role.EDITOR])
def test_others_open_and_close_nothing(app: Flask, here: FieldVillage, role: Role) -> None:
    client = enter(app, here, role)
    for what in ("open", f"{here.round_id}/pilot", f"{here.round_id}/close"):
        assert client.post(f"{HERE}{what}").status_code == 403
    assert rounds(here) == [(False, False)]
