"""The beginnings of conversations that many tests need, as somebody would have them."""

from __future__ import annotations

from tests.outside.calls import Call, Notice
from tests.outside.network import Network
from tests.outside.rimay import LINE
from tests.outside.texting import Texter

PIN = "4826"


def ring(network: Network, number: str, language: str) -> Call:
    """A first call, up to the main menu in `language`."""
    return practise(network.call(number, LINE).choose(language))


def practise(call: Call) -> Call:
    """Press the one key that a first call practises, where it does."""
    return call.choose("ready") if "ready" in call.options else call


def write(network: Network, number: str, language: str) -> Texter:
    """A first conversation by text, up to the main menu in `language`."""
    texter = Texter(network, number, LINE, language=language)
    texter.send("Hola")
    texter.choose(language)
    return texter


def assert_valid_code(code: str) -> None:
    """Seven digits and a check digit, read twice."""
    half = len(code) // 2
    assert (len(code), code[:half]) == (16, code[half:])


def complain(call: Call, *, seconds: float = 7, notice: Notice = Notice.AFTER) -> Call:
    """From the main menu to the moment at which the statement was spoken."""
    call.choose("support").choose("grievance").choose("dust_noise")
    assert "support.notice" in call.keys
    assert call.awaits == "speech"
    return call.record(seconds, notice=notice)


def send_with_pin(call: Call) -> str:
    """From the check of the statement to the code."""
    call.choose("send").choose("by_sms").choose("yes").press(PIN)
    code = call.digits_heard
    assert_valid_code(code)
    return code[:8]
