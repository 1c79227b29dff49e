"""A grievance from the call to its appeal, as everybody in it does their part: she on a handset,
whoever answers, interprets and decides above them each in a real browser of their own."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.outside.conftest import Scene
from tests.outside.handset import Handset
from tests.outside.rimay import MANAGER, Rimay

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("outside-demo")]

INTERPRETER, SUPERVISOR = "interprete@example.pe", "supervisora@example.pe"
SPANISH = "El polvo no nos deja dormir."


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
    manager.page.reload()
    manager.is_at("accepted")
    manager.step_to("resolved")
    manager.close("resolved_accepted")

    caller.dial()
    for option in ("my_case", "not_solved", "appeal"):
        caller.choose(option)
    caller.speak()
    caller.hang_up()
    manager.page.reload()
    manager.is_at("appealed")
    expect(said).to_have_count(2)
    # To somebody else: whoever had it can neither take it nor take a step with it.
    expect(manager.page.locator("form[action$='/claim']")).to_have_count(0)
    expect(manager.page.locator("#steps form[action$='/steps']")).to_have_count(0)
    supervisor = scene.desk(SUPERVISOR)
    supervisor.page.goto(manager.page.url)
    supervisor.take()
    supervisor.step_to("investigating")
    manager.page.reload()
    expect(manager.page.locator("#hands")).to_contain_text(SUPERVISOR)
