"""Documents read as Twilio reads them."""

from __future__ import annotations

import pytest

from simulator import twiml
from simulator.errors import BadTwiml


def _one(body: str) -> twiml.Verb:
    document = twiml.parse(f"<Response>{body}</Response>".encode())
    assert len(document.verbs) == 1
    return document.verbs[0]


def test_a_gather_has_twilios_defaults() -> None:
    assert _one("<Gather/>") == twiml.Gather(
        sounds=(), action="", method="POST", timeout=5, digits=None, finish="#", on_empty=False
    )


def test_an_empty_finish_key_is_none() -> None:
    verb = _one('<Gather finishOnKey="" numDigits="1"><Play>/a.wav</Play><Pause/></Gather>')
    assert isinstance(verb, twiml.Gather)
    assert (verb.finish, verb.digits) == ("", 1)
    assert verb.sounds == (twiml.Play("/a.wav", 1), twiml.Pause(1))


def test_a_record_has_twilios_defaults() -> None:
    verb = _one("<Record/>")
    assert isinstance(verb, twiml.Record)
    assert (verb.timeout, verb.longest, verb.finish, verb.beep) == (5, 3600, "1234567890*#", True)


def test_a_loop_of_zero_is_endless() -> None:
    assert _one('<Play loop="0">/a.wav</Play>') == twiml.Play("/a.wav", 1000)


def test_names_are_case_sensitive() -> None:
    assert _one("<gather/>") == twiml.Unknown("gather")


def test_what_twilio_would_warn_of_is_named() -> None:
    document = twiml.parse(
        b'<Response><Gather numdigits="1"><Redirect/><Play digits="1"/></Gather></Response>'
    )
    assert document.warnings == (
        "<Gather> has no attribute numdigits",
        "<Redirect> is not allowed in <Gather>",
        "<Play digits> is not allowed in <Gather>",
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"Internal error", 12100),
        (b"<Answer/>", 12200),
        (b"<Response>" + b" " * 65536 + b"</Response>", 11750),
    ],
)
def test_what_is_no_document_is_refused_with_twilios_code(content: bytes, code: int) -> None:
    with pytest.raises(BadTwiml) as refused:
        twiml.parse(content)
    assert refused.value.code == code
