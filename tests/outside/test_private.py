"""Help in private, from outside: asked for by key and by word, and opened by whom it is sealed to.

That no log, no queue and no error page holds a word of it is looked at where the program ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.outside.browser import Browser
from tests.outside.carrier_stub import CarrierStub
from tests.outside.conversations import ring, write
from tests.outside.leaks import SECRET_WORDS
from tests.outside.network import Network
from tests.outside.rimay import PASSWORD, Rimay

WOMEN = ("rosa.sello@example.org", "julia.sello@example.org")
PASSPHRASE = "retama junto al puquial"
OPEN = {"passphrase": PASSPHRASE, "why": "to_call"}
_SOUND = re.compile(r"/staff/safeguarding/reports/[0-9a-f]{32}/sound/0")


@pytest.fixture(scope="module")
def woman(rimay: Rimay) -> Browser:
    """One of two who were designated at the terminal."""
    for email in WOMEN:
        rimay.add_account(email, "safeguarding")
    passphrases = f"{PASSPHRASE}\n{PASSPHRASE} abajo\n"
    rimay.flask("safeguarding", "designate", "junin", *WOMEN, stdin=passphrases)
    return Browser(rimay.url).sign_in(WOMEN[0], PASSWORD)


def opened(woman: Browser) -> str:
    return woman.submit("/staff/safeguarding", OPEN, action="/open").text


def test_a_call(
    woman: Browser, manager: Browser, network: Network, carrier: CarrierStub, caller: str
) -> None:
    call = ring(network, caller, "es").press("8")
    assert [each for each in call.keys if each.startswith("private.")] == [
        "private.safety",
        "private.lines",
        "private.may_call",
    ]
    for option in ("yes", "this_number", "slot_evening", "leave_words"):
        call.choose(option)
    deleted = len(carrier.deleted_recordings)
    call.record(7)
    carrier.wait_until(lambda: len(carrier.deleted_recordings) > deleted)
    page = opened(woman)
    assert caller in page
    sound = _SOUND.search(page)
    assert sound is not None
    refused = manager.post(sound[0], OPEN)
    assert refused.status in (400, 403)
    assert manager.get("/staff/safeguarding").status == 403
    heard = woman.submit("/staff/private-help", {"agreed": ""}, action="/staff/private-help/")
    assert heard.status == 422


def test_texts(woman: Browser, network: Network, new_number: Callable[[], str]) -> None:
    number = new_number()
    texter = write(network, number, "es")
    texter.send("Retama")
    for option in ("yes", "this_number", "slot_any", "leave_words"):
        texter.choose(option)
    texter.send(SECRET_WORDS)
    page = opened(woman)
    assert number in page
    assert SECRET_WORDS in page
