"""TwiML read strictly: what Twilio would accept, ignore or guess is here either right or refused.

Only the verbs a voice-response line needs are known. Anything else, in the wrong place or with an
attribute Twilio does not document, is an AssertionError that names it.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from tests.outside.wire import Answer

LARGEST = 64 * 1024
"""Bytes of a document that Twilio accepts (its error 11750)."""


@dataclass(frozen=True, slots=True)
class Play:
    url: str


@dataclass(frozen=True, slots=True)
class Say:
    text: str
    language: str
    voice: str | None


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: int


@dataclass(frozen=True, slots=True)
class Gather:
    action: str
    method: str
    timeout: int
    num_digits: int | None
    finish_on_key: str
    action_on_empty_result: bool
    sounds: tuple[Play | Say | Pause, ...]


@dataclass(frozen=True, slots=True)
class Record:
    action: str
    method: str
    finish_on_key: str
    max_length: int
    notice_url: str | None
    notice_method: str
    notice_events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Redirect:
    url: str
    method: str


@dataclass(frozen=True, slots=True)
class Hangup:
    pass


@dataclass(frozen=True, slots=True)
class Reject:
    status: str


Verb = Play | Say | Pause | Gather | Record | Redirect | Hangup | Reject
_Check = Callable[[str], bool]


def _one_of(*values: str) -> _Check:
    return lambda value: value in values


def _whole(least: int, most: int) -> _Check:
    return lambda value: bool(re.fullmatch(r"\d+", value)) and least <= int(value) <= most


def _any(_value: str) -> bool:
    return True


_METHOD = _one_of("GET", "POST")
_KEYS = "0123456789*#"
_LANGUAGES = _one_of("es-MX", "es-ES", "es-US", "en-US", "en-GB", "en-ZA", "fr-FR", "pt-BR")
_ATTRIBUTES: Mapping[str, Mapping[str, _Check]] = {
    "Play": {"loop": _whole(0, 1000), "digits": lambda v: bool(re.fullmatch(r"[0-9A-D#*wW]+", v))},
    "Say": {
        "language": _LANGUAGES,
        "voice": lambda v: bool(re.fullmatch(r"man|woman|alice|(Polly|Google)\.[\w-]+", v)),
        "loop": _whole(0, 1000),
    },
    "Pause": {"length": _whole(1, 600)},
    "Gather": {
        "input": _one_of("dtmf"),
        "action": _any,
        "method": _METHOD,
        "timeout": _whole(1, 600),
        "numDigits": _whole(1, 100),
        "finishOnKey": lambda v: v == "" or (len(v) == 1 and v in _KEYS),
        "actionOnEmptyResult": _one_of("true", "false"),
    },
    "Record": {
        "action": _any,
        "method": _METHOD,
        "timeout": _whole(0, 600),
        "finishOnKey": lambda v: set(v) <= set(_KEYS),
        "maxLength": _whole(2, 14400),
        "playBeep": _one_of("true", "false"),
        "trim": _one_of("trim-silence", "do-not-trim"),
        "recordingStatusCallback": _any,
        "recordingStatusCallbackMethod": _METHOD,
        "recordingStatusCallbackEvent": lambda v: (
            set(v.split()) <= {"in-progress", "completed", "absent"} and bool(v.split())
        ),
        "transcribe": _one_of("false"),
    },
    "Redirect": {"method": _METHOD},
    "Hangup": {},
    "Reject": {"reason": _one_of("rejected", "busy")},
}
_NESTED = ("Say", "Play", "Pause")


def voice_document(answer: Answer, url: str) -> tuple[Verb, ...]:
    """The verbs of a voice webhook's answer; URLs in it are resolved against `url`."""
    root = _root(answer)
    verbs = tuple(_verb(element, url) for element in root)
    for place, verb in enumerate(verbs):
        last = place == len(verbs) - 1
        assert last or not isinstance(verb, Redirect | Hangup | Reject), (
            f"verbs after <{type(verb).__name__}> are never reached"
        )
        assert place == 0 or not isinstance(verb, Reject), "<Reject> must be the first verb"
    return verbs


def messaging_document(answer: Answer) -> tuple[str, ...]:
    """The bodies of the `<Message>` verbs of a messaging webhook's answer."""
    return tuple(_message(element) for element in _root(answer))


def _message(element: ET.Element) -> str:
    assert element.tag == "Message", f"<{element.tag}> is not expected in a messaging answer"
    known = {"to", "from", "action", "method", "statusCallback"}
    assert set(element.attrib) <= known, f"unknown attribute of <Message>: {element.attrib}"
    inner = list(element)
    if inner:
        assert [child.tag for child in inner] == ["Body"], "only one <Body> is expected inside"
        _no_text(element)
        body = inner[0].text or ""
    else:
        body = element.text or ""
    assert body.strip(), "an empty <Message>"
    assert len(body) <= 1600, f"a <Message> of {len(body)} characters; 1,600 are the most"
    return body


def _root(answer: Answer) -> ET.Element:
    assert not 300 <= answer.status < 400, f"{answer.status}: a redirect loses what was posted"
    assert answer.status == 200, f"the webhook answered {answer.status}"
    content_type = (answer.header("content-type") or "").replace(" ", "").lower()
    assert content_type in ("text/xml", "text/xml;charset=utf-8"), (
        f"TwiML must be text/xml, not {content_type or 'without a content type'}"
    )
    assert len(answer.body) <= LARGEST, f"{len(answer.body)} bytes of TwiML; 64 kB are the most"
    assert b"<!" not in answer.body, "TwiML has no document type, comment or CDATA here"
    try:
        root = ET.fromstring(answer.body)  # noqa: S314  # without "<!" there are no entities
    except ET.ParseError as error:
        raise AssertionError(f"the answer is not XML: {error}") from error
    assert (root.tag, root.attrib) == ("Response", {}), f"the root is <{root.tag}> {root.attrib}"
    _no_text(root)
    return root


def _verb(element: ET.Element, base: str) -> Verb:
    tag, given = element.tag, dict(element.attrib)
    assert tag in _ATTRIBUTES, f"<{tag}> is not a verb that is expected here"
    for name, value in given.items():
        check = _ATTRIBUTES[tag].get(name)
        assert check is not None, f"<{tag}> has no attribute {name}"
        assert check(value), f'<{tag} {name}="{value}"> is not a value that Twilio documents'
    if tag != "Gather":
        assert not len(element), f"nothing can be nested inside <{tag}>"
    text = (element.text or "").strip()
    match tag:
        case "Play":
            assert "digits" not in given, "no tones are expected here"
            return Play(resolve(base, text))
        case "Say":
            assert text, "an empty <Say>"
            assert "language" in given, "<Say> without a language is read by an English voice"
            return Say(text, given["language"], given.get("voice"))
        case "Redirect":
            assert text, "an empty <Redirect> asks for the same document for ever"
            return Redirect(resolve(base, text), given.get("method", "POST"))
    _no_text(element)
    match tag:
        case "Pause":
            return Pause(int(given.get("length", "1")))
        case "Gather":
            return _gather(element, given, base)
        case "Record":
            return _record(given, base)
        case "Reject":
            busy = given.get("reason") == "busy"
            return Reject("busy" if busy else "no-answer")
    return Hangup()


def _gather(element: ET.Element, given: Mapping[str, str], base: str) -> Gather:
    sounds: list[Play | Say | Pause] = []
    for child in element:
        assert child.tag in _NESTED, f"<{child.tag}> cannot be nested inside <Gather>"
        sound = _verb(child, base)
        assert isinstance(sound, Play | Say | Pause)
        sounds.append(sound)
    return Gather(
        action=resolve(base, given.get("action", "")),
        method=given.get("method", "POST"),
        timeout=int(given.get("timeout", "5")),
        num_digits=int(given["numDigits"]) if "numDigits" in given else None,
        finish_on_key=given.get("finishOnKey", "#"),
        action_on_empty_result=given.get("actionOnEmptyResult") == "true",
        sounds=tuple(sounds),
    )


def _record(given: Mapping[str, str], base: str) -> Record:
    notice = given.get("recordingStatusCallback")
    return Record(
        action=resolve(base, given.get("action", "")),
        method=given.get("method", "POST"),
        finish_on_key=given.get("finishOnKey", "1234567890*#"),
        max_length=int(given.get("maxLength", "3600")),
        notice_url=None if notice is None else resolve(base, notice),
        notice_method=given.get("recordingStatusCallbackMethod", "POST"),
        notice_events=tuple(given.get("recordingStatusCallbackEvent", "completed").split()),
    )


def resolve(base: str, url: str) -> str:
    """`url` as seen from the document at `base`; it must come out as a plain http(s) URL."""
    whole = urljoin(base, url)
    parts = urlsplit(whole)
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    assert is_web, f"not an http URL: {url!r}"
    assert re.fullmatch(r"[!-~]+", whole), f"URLs must be plain ASCII without spaces: {url!r}"
    return whole.split("#", 1)[0]


def _no_text(element: ET.Element) -> None:
    texts = [element.text, *(child.tail for child in element)]
    loose = " ".join(text.strip() for text in texts if text and text.strip())
    assert not loose, f"loose text inside <{element.tag}>: {loose[:40]!r}"
