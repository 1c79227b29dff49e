"""Everything at once, as people do it: two phones and a case manager, each in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.outside.conftest import Scene
from tests.outside.handset import Handset
from tests.outside.labels import fold
from tests.outside.leaks import SECRET_WORDS
from tests.outside.rimay import MANAGER

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("outside-demo")]


@pytest.mark.parametrize("language", ["es", "quy"])
def test_a_recorded_answer_rings_and_is_heard(scene: Scene, language: str) -> None:
    caller = Handset(scene.phones, "1" if language == "es" else "2")
    private: list[int] = []
    scene.phones.on(
        "response",
        lambda got: private.append(got.status) if "/voice/private/" in got.url else None,
    )
    caller.dial()
    for option in (language, "ready", "support", "grievance", "dust_noise"):
        caller.choose(option)
    caller.speak()
    caller.choose("send")
    assert set(private) <= {200, 206}
    assert private, "she has heard her own words"
    caller.choose("by_call")
    caller.choose("no")
    caller.hang_up()  # while her code is read out
    private.clear()

    manager = scene.desk(MANAGER)
    manager.open_newest_case()
    manager.listen()
    manager.record()
    manager.send_answer()

    caller.answer()
    caller.choose("yes")  # she can talk now
    caller.choose("stop_now")
    assert set(private) <= {200, 206}
    assert private, "she has heard the answer"
    caller.until("phase", "idle")
    manager.see_delivery("heard")


def test_a_written_answer_is_read_on_the_phone(scene: Scene) -> None:
    scene.phones.goto("/simulator/?phones=3")
    texter = Handset(scene.phones, "3")
    offered = texter.write("Hola")
    for option in ("es", "support", "question", "water"):
        offered = texter.write_option(offered, option, language="es")
    offered = texter.write(f"¿Quién mira el agua? ({SECRET_WORDS})")
    offered = texter.write_option(offered, "by_sms", language="es")
    texter.write_option(offered, "no", language="es")
    before = len(texter.received())

    manager = scene.desk(MANAGER)
    manager.open_newest_case()
    expect(manager.page.locator(".bubble-hers")).to_contain_text(SECRET_WORDS)
    manager.page.locator("#text").fill(f"El lunes la medimos. ({SECRET_WORDS})")
    manager.send_answer()

    assert fold(texter.until_texts(before + 1)[-1]) == fold(
        f"El lunes la medimos. ({SECRET_WORDS})"
    )
    manager.see_delivery("delivered")
