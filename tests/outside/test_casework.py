"""A grievance from the call to its appeal, as everybody in it does their part: she on a handset,
whoever answers, interprets and decides above them each in a real browser of their own."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import expect

from tests.outside.conftest import Scene
from tests.outside.handset import Handset
from tests.outside.rimay import MANAGER, Rimay
from tests.outside.wire import eventually

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("outside-demo")]

INTERPRETER, SUPERVISOR = "interprete@example.pe", "supervisora@example.pe"
SPANISH = "El polvo no nos deja dormir."

_TO_BE_LOOKED_AT = """
    SELECT count(*) FROM grievance_case
    WHERE assignee_id IS NULL AND state NOT IN ('resolved', 'closed') AND wakes_at <= ?
"""


def nobody_is_looked_for(demo: Rimay) -> None:
    """Wait until the worker has looked for somebody to give each case to. In staffed hours it
    writes down that nobody is on duty: whoever had the page open before is told that the case has
    changed, and loses what they did."""

    def is_done() -> bool:
        path = demo.database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            now = dt.datetime.now(dt.UTC).replace(tzinfo=None).isoformat(" ")
            (count,) = connection.execute(_TO_BE_LOOKED_AT, (now,)).fetchone()
        return bool(count == 0)

    eventually(is_done)


def test_a_grievance_goes_from_the_call_to_its_appeal(scene: Scene, demo: Rimay) -> None:
    demo.add_account(INTERPRETER, "interpreter")
    demo.add_account(SUPERVISOR, "supervisor")
    scene.phones.goto("/simulator/?phones=4")
    caller = Handset(scene.phones, "4")
    caller.dial()
    for option in ("quy", "ready", "support", "grievance", "dust_noise"):
        caller.choose(option)
    caller.speak()
    for option in ("send", "by_call", "no"):
        caller.choose(option)
    caller.hang_up()

    manager = scene.desk(MANAGER)
    nobody_is_looked_for(demo)
    manager.open_newest_case()
    manager.triage(category="air_dust", severity="3")
    manager.take()
    manager.listen()
    said = manager.page.locator(".bubble-hers")
    expect(said).not_to_contain_text(SPANISH)
    assert scene.desk(INTERPRETER).interpret("Polvowan mana puñuyta atinikuchu.", SPANISH)
    manager.page.reload()
    expect(said.locator("[data-interpreted]")).to_contain_text(SPANISH)

    manager.step_to("investigating")
    manager.page.locator("#proposes").check()
    manager.record()
    manager.send_answer()
    manager.is_at("resolution_proposed")
    caller.answer()
    for option in ("yes", "accept", "satisfied"):
        caller.choose(option)
    caller.until("phase", "idle")
    manager.comes_to("accepted")
    manager.step_to("resolved")
    manager.close("resolved_accepted")

    caller.dial()
    for option in ("my_case", "not_solved", "appeal"):
        caller.choose(option)
    caller.speak()
    caller.hang_up()
    manager.comes_to("appealed")
    expect(said).to_have_count(2)
    # To somebody else: whoever had it can neither take it nor take a step with it.
    expect(manager.page.locator("form[action$='/claim']")).to_have_count(0)
    expect(manager.page.locator("#steps form[action$='/steps']")).to_have_count(0)
    supervisor = scene.desk(SUPERVISOR)
    nobody_is_looked_for(demo)
    supervisor.page.goto(manager.page.url)
    supervisor.take()
    supervisor.step_to("investigating")
    manager.page.reload()
    expect(manager.page.locator("#hands")).to_contain_text(SUPERVISOR)
