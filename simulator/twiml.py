"""TwiML as values: what a document says, before anyone does it (TWILIO 1.3-1.5, 2.1). Pure."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass

from simulator.errors import BadTwiml

LARGEST = 64 * 1024
ENDLESS = 1000
"""`loop="0"` plays until the caller is gone, or this often."""


@dataclass(frozen=True, slots=True)
class Play:
    url: str
    times: int


@dataclass(frozen=True, slots=True)
class Say:
    text: str
    language: str
    times: int


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: int


Sound = Play | Say | Pause


@dataclass(frozen=True, slots=True)
class Gather:
    """`action` empty: this document again. `finish` empty: no key ends it."""

    sounds: tuple[Sound, ...]
    action: str
    method: str
    timeout: int
    digits: int | None
    finish: str
    on_empty: bool


@dataclass(frozen=True, slots=True)
class Record:
    """`timeout` and `longest` in seconds; any of the keys in `finish` ends it."""

    action: str
    method: str
    timeout: int
    finish: str
    longest: int
    beep: bool
    callback: str
    callback_method: str


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring `number`; who answers does the document at `whisper` first. Times in seconds."""

    number: str
    whisper: str
    whisper_method: str
    shown: str
    """The number that the phone shows; empty: the caller's own."""
    action: str
    method: str
    timeout: int
    longest: int


@dataclass(frozen=True, slots=True)
class Redirect:
    url: str
    method: str


@dataclass(frozen=True, slots=True)
class Hangup:
    pass


@dataclass(frozen=True, slots=True)
class Reject:
    busy: bool


@dataclass(frozen=True, slots=True)
class Text:
    """A `<Message>`: `to` empty means whoever wrote."""

    body: str
    to: str
    callback: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A verb this carrier does not do: shown as an error and passed over."""

    name: str


Verb = Play | Say | Pause | Gather | Record | Dial | Redirect | Hangup | Reject | Text | Unknown


@dataclass(frozen=True, slots=True)
class Document:
    """The verbs in order, and what Twilio would warn of (12200)."""

    verbs: tuple[Verb, ...]
    warnings: tuple[str, ...] = ()


_ATTRIBUTES: dict[str, frozenset[str]] = {
    "Response": frozenset(),
    "Play": frozenset({"loop", "digits"}),
    "Say": frozenset({"voice", "language", "loop"}),
    "Pause": frozenset({"length"}),
    "Gather": frozenset(
        {
            *("input", "action", "method", "timeout", "numDigits", "finishOnKey"),
            *("actionOnEmptyResult", "language", "hints", "bargeIn", "speechTimeout"),
            *("speechModel", "profanityFilter", "partialResultCallback", "enhanced"),
        }
    ),
    "Record": frozenset(
        {
            *("action", "method", "timeout", "finishOnKey", "maxLength", "playBeep", "trim"),
            *("recordingStatusCallback", "recordingStatusCallbackMethod"),
            *("recordingStatusCallbackEvent", "transcribe", "transcribeCallback"),
        }
    ),
    "Dial": frozenset(
        {
            *("action", "method", "timeout", "timeLimit", "callerId", "answerOnBridge"),
            *("hangupOnStar", "record", "ringTone"),
        }
    ),
    "Number": frozenset({"url", "method", "sendDigits"}),
    "Redirect": frozenset({"method"}),
    "Hangup": frozenset(),
    "Reject": frozenset({"reason"}),
    "Message": frozenset({"to", "from", "action", "method", "statusCallback"}),
}
_NESTED = frozenset({"Play", "Say", "Pause"})


def parse(content: bytes) -> Document:
    """Read a TwiML document, or BadTwiml."""
    if len(content) > LARGEST:
        raise BadTwiml(11750, "the document is larger than 64 kB")
    try:
        root = ET.fromstring(content)  # noqa: S314 - our own answers, 64 kB at most
    except ET.ParseError as error:
        raise BadTwiml(12100, f"the document is not XML: {error}") from error
    if root.tag != "Response":
        raise BadTwiml(12200, f"the document starts with <{root.tag}>, not <Response>")
    return Document(
        verbs=tuple(_verb(element) for element in root),
        warnings=tuple(_warnings([root, *root])),
    )


def _warnings(elements: Iterable[ET.Element]) -> Iterable[str]:
    for element in elements:
        known = _ATTRIBUTES.get(element.tag)
        if known is None:
            continue
        for name in element.attrib:
            if name not in known:
                yield f"<{element.tag}> has no attribute {name}"
        if element.tag == "Dial":
            yield from _warnings(element)
        if element.tag == "Gather":
            yield from _warnings(element)
            for child in element:
                if child.tag not in _NESTED:
                    yield f"<{child.tag}> is not allowed in <Gather>"
                elif "digits" in child.attrib:
                    yield "<Play digits> is not allowed in <Gather>"


def _verb(element: ET.Element) -> Verb:
    text = (element.text or "").strip()
    match element.tag:
        case "Play" | "Say" | "Pause":
            return _sound(element)
        case "Gather":
            return Gather(
                sounds=tuple(_sound(child) for child in element if child.tag in _NESTED),
                action=element.get("action", ""),
                method=_method(element, "method"),
                timeout=_number(element, "timeout", default=5, least=1),
                digits=_number(element, "numDigits", default=0, least=0) or None,
                finish=element.get("finishOnKey", "#")[:1],
                on_empty=_claim(element, "actionOnEmptyResult", default=False),
            )
        case "Record":
            return Record(
                action=element.get("action", ""),
                method=_method(element, "method"),
                timeout=_number(element, "timeout", default=5, least=0),
                finish=element.get("finishOnKey", "1234567890*#"),
                longest=_number(element, "maxLength", default=3600, least=1),
                beep=_claim(element, "playBeep", default=True),
                callback=element.get("recordingStatusCallback", ""),
                callback_method=_method(element, "recordingStatusCallbackMethod"),
            )
        case "Dial":
            return _dial(element, text)
        case "Redirect":
            return Redirect(url=text, method=_method(element, "method"))
        case "Hangup":
            return Hangup()
        case "Reject":
            return Reject(busy=element.get("reason") == "busy")
        case "Message":
            parts = [text, *((body.text or "") for body in element.iter("Body"))]
            return Text(
                body="".join(parts),
                to=element.get("to", ""),
                callback=element.get("statusCallback", ""),
            )
        case name:
            return Unknown(name)


def _dial(element: ET.Element, text: str) -> Verb:
    numbers = element.findall("Number")
    if len(numbers) + bool(text) != 1 or len(element) != len(numbers):
        return Unknown("Dial of anything but one number")
    number = numbers[0] if numbers else element
    return Dial(
        number=(number.text or "").strip(),
        whisper=number.get("url", ""),
        whisper_method=_method(number, "method"),
        shown=element.get("callerId", ""),
        action=element.get("action", ""),
        method=_method(element, "method"),
        timeout=_number(element, "timeout", default=30, least=1),
        longest=_number(element, "timeLimit", default=4 * 3600, least=1),
    )


def _sound(element: ET.Element) -> Sound:
    text = (element.text or "").strip()
    times = _number(element, "loop", default=1, least=0) or ENDLESS
    if element.tag == "Play":
        return Play(url=text, times=times)
    if element.tag == "Say":
        return Say(text=text, language=element.get("language", "en-US"), times=times)
    return Pause(seconds=_number(element, "length", default=1, least=0))


def _method(element: ET.Element, name: str) -> str:
    return "GET" if element.get(name, "POST").upper() == "GET" else "POST"


def _claim(element: ET.Element, name: str, *, default: bool) -> bool:
    return element.get(name, str(default)).lower() == "true"


def _number(element: ET.Element, name: str, *, default: int, least: int) -> int:
    written = element.get(name, "")
    return max(least, int(written)) if written.isascii() and written.isdigit() else default
