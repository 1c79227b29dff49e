"""Webhooks are signed as Twilio signs them, over what is truly sent."""

from __future__ import annotations

import pytest
from twilio.request_validator import RequestValidator

from simulator import posting
from simulator.errors import Unreachable
from tests.simulator.conftest import Line
from tests.simulator.programme import TOKEN


def test_the_published_vector() -> None:
    params = {
        "CallSid": "CA1234567890ABCDE",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
        "Caller": "+14158675309",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert posting.signature(url, params, token="12345") == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    validator = RequestValidator("12345")  # type: ignore[no-untyped-call]
    signed = posting.signature(url, params, token="12345")
    assert validator.validate(url, params, signed)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "path",
    ["/voice/turn?n=3&l=quy", "/voice/turn?q=%C3%B1%7c%2F%41", "/voice/turn?q=ñ á", "/a?b=#rc=2"],
)
def test_every_target_is_signed_as_sent(line: Line, method: str, path: str) -> None:
    params = {"Body": "áñ\u2019 +& ", "Empty": "", "Digits": "#*"}
    answer = posting.send(line.url + path, params, method=method, token=TOKEN)
    assert answer.status == 200
    asked = line.programme.asked[0]
    received = asked.form if method == "POST" else asked.query
    assert params.items() <= received.items()


def test_a_redirect_loses_the_parameters(line: Line) -> None:
    line.programme.answers["/voice/turn"] = ("/voice/turn2", 302, "text/xml")
    answer = posting.send(f"{line.url}/voice/turn", {"Digits": "1"}, method="POST", token=TOKEN)
    assert answer.redirected
    assert line.programme.asked[1].method == "GET"
    assert line.programme.asked[1].form == {}


def test_a_circle_of_redirects_ends(line: Line) -> None:
    line.programme.answers["/voice/turn"] = ("/voice/turn", 302, "text/xml")
    with pytest.raises(Unreachable) as failed:
        posting.send(f"{line.url}/voice/turn", {}, method="POST", token=TOKEN)
    assert failed.value.code == 11215


def test_nobody_there() -> None:
    with pytest.raises(Unreachable) as failed:
        posting.send("http://127.0.0.1:1/", {}, method="POST", token=TOKEN)
    assert failed.value.code == 11205
