"""What Twilio's REST API of 2010-04-01 takes, as tables: parameters, their values, its errors.

From Twilio's OpenAPI description (twilio-oai, `twilio_api_v2010`) and its error dictionary.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

Params = Mapping[str, Sequence[str]]
Rules = Mapping[str, Callable[[str], bool]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error as Twilio answers it."""

    status: int
    code: int
    message: str


def is_e164(value: str) -> bool:
    return bool(re.fullmatch(r"\+[1-9]\d{6,14}", value))


def _text(most: int) -> Callable[[str], bool]:
    return lambda value: 0 < len(value) <= most


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda value: bool(re.fullmatch(pattern, value))


def _whole(least: int, most: int) -> Callable[[str], bool]:
    return lambda value: value.isdecimal() and least <= int(value) <= most


def is_web_address(value: str) -> bool:
    """An absolute http(s) URL; Twilio refuses host names with underscores."""
    parts = urlsplit(value)
    plain = bool(re.fullmatch(r"[!-~]+", value)) and "_" not in (parts.hostname or "_")
    return plain and parts.scheme in ("http", "https")


_BOOLEAN = _matches("true|false")
_METHOD = _matches("GET|POST")
_RECORDING_EVENT = _matches("in-progress|completed|absent")

MESSAGE: Rules = {
    "To": _text(64),
    "From": _text(64),
    "Body": lambda value: True,
    "MessagingServiceSid": _matches("MG[0-9a-f]{32}"),
    "StatusCallback": is_web_address,
    "ApplicationSid": _matches("AP[0-9a-f]{32}"),
    "MaxPrice": _matches(r"\d+(\.\d+)?"),
    "ProvideFeedback": _BOOLEAN,
    "Attempt": _whole(1, 100),
    "ValidityPeriod": _whole(1, 36000),
    "ForceDelivery": _BOOLEAN,
    "ContentRetention": _matches("retain|discard"),
    "AddressRetention": _matches("retain|obfuscate"),
    "SmartEncoded": _BOOLEAN,
    "PersistentAction": _text(1024),
    "TrafficType": _matches("free"),
    "ShortenUrls": _BOOLEAN,
    "ScheduleType": _matches("fixed"),
    "SendAt": _matches(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    "SendAsMms": _BOOLEAN,
    "ContentVariables": _text(4096),
    "RiskCheck": _matches("enable|disable"),
    "MediaUrl": is_web_address,
    "ContentSid": _matches("HX[0-9a-f]{32}"),
}
MESSAGE_UPDATE: Rules = {"Body": lambda value: value == "", "Status": _matches("canceled")}
CALL: Rules = {
    "To": _text(64),
    "From": _text(64),
    "Url": is_web_address,
    "Twiml": _text(4000),
    "ApplicationSid": _matches("AP[0-9a-f]{32}"),
    "Method": _METHOD,
    "FallbackUrl": is_web_address,
    "FallbackMethod": _METHOD,
    "StatusCallback": is_web_address,
    "StatusCallbackEvent": _matches("initiated|ringing|answered|completed"),
    "StatusCallbackMethod": _METHOD,
    "SendDigits": _matches(r"[0-9#*wW]{1,32}"),
    "Timeout": _whole(1, 600),
    "TimeLimit": _whole(1, 86400),
    "Record": _BOOLEAN,
    "RecordingChannels": _matches("mono|dual"),
    "RecordingTrack": _matches("inbound|outbound|both"),
    "RecordingStatusCallback": is_web_address,
    "RecordingStatusCallbackMethod": _METHOD,
    "RecordingStatusCallbackEvent": _RECORDING_EVENT,
    "Trim": _matches("trim-silence|do-not-trim"),
    "MachineDetection": _matches("Enable|DetectMessageEnd"),
    "MachineDetectionTimeout": _whole(3, 59),
    "MachineDetectionSpeechThreshold": _whole(1000, 6000),
    "MachineDetectionSpeechEndThreshold": _whole(500, 5000),
    "MachineDetectionSilenceTimeout": _whole(2000, 10000),
    "AsyncAmd": _BOOLEAN,
    "AsyncAmdStatusCallback": is_web_address,
    "AsyncAmdStatusCallbackMethod": _METHOD,
    "CallReason": _text(50),
    "CallToken": _text(4096),
    "CallerId": _text(64),
    "Byoc": _matches("BY[0-9a-f]{32}"),
    "SipAuthUsername": _text(64),
    "SipAuthPassword": _text(64),
}
CALL_UPDATE: Rules = {
    "Url": is_web_address,
    "Method": _METHOD,
    "Status": _matches("canceled|completed"),
    "FallbackUrl": is_web_address,
    "FallbackMethod": _METHOD,
    "StatusCallback": is_web_address,
    "StatusCallbackMethod": _METHOD,
    "Twiml": _text(4000),
    "TimeLimit": _whole(1, 86400),
}
_PAGING: Rules = {"PageSize": _whole(1, 1000), "Page": _whole(0, 10000), "PageToken": _text(200)}
_MOMENT = _matches(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?")
MESSAGE_LIST: Rules = {
    "To": _text(64),
    "From": _text(64),
    **{f"DateSent{sign}": _MOMENT for sign in ("", "<", ">")},
    **_PAGING,
}
CALL_LIST: Rules = {
    "To": _text(64),
    "From": _text(64),
    "ParentCallSid": _matches("CA[0-9a-f]{32}"),
    "Status": _matches(
        "queued|ringing|in-progress|completed|busy|failed|no-answer|canceled|initiated"
    ),
    **{f"{name}Time{sign}": _MOMENT for name in ("Start", "End") for sign in ("", "<", ">")},
    **_PAGING,
}
RECORDING: Rules = {"RequestedChannels": _whole(1, 2), "IncludeSoftDeleted": _BOOLEAN}
REPEATABLE = {
    "MediaUrl",
    "PersistentAction",
    "StatusCallbackEvent",
    "RecordingStatusCallbackEvent",
}


def unfit(params: Params, rules: Rules) -> Refusal | None:
    """The first parameter that is unknown, repeated without leave, or has an unfit value."""
    for name, values in params.items():
        if name not in rules:
            return Refusal(400, 20001, f"Unknown parameter: {name}")
        if len(values) > 1 and name not in REPEATABLE:
            return Refusal(400, 20001, f"Parameter given more than once: {name}")
        for value in values:
            if not rules[name](value):
                code = 21609 if name == "StatusCallback" else 20001
                return Refusal(400, code, f"Invalid value of {name}")
    return None


def unfit_message(params: Params) -> Refusal | None:
    """Why this text cannot be created, or None."""
    if "To" not in params:
        return Refusal(400, 21604, "A 'To' phone number is required.")
    if not is_e164(params["To"][0]):
        return Refusal(400, 21211, "Invalid 'To' Phone Number")
    if not {"From", "MessagingServiceSid"} & params.keys():
        return Refusal(400, 21603, "A 'From' phone number is required.")
    if "From" in params and not is_e164(params["From"][0]):
        return Refusal(400, 21212, "Invalid 'From' Phone Number")
    if params["To"] == params.get("From"):
        return Refusal(400, 21266, "'To' and 'From' number cannot be the same")
    body = params.get("Body", [""])[0]
    if not body and not {"MediaUrl", "ContentSid"} & params.keys():
        return Refusal(400, 21602, "Message body is required.")
    if len(body) > 1600:
        return Refusal(400, 21617, "The concatenated message body exceeds 1600 characters")
    if "\0" in body:
        return Refusal(400, 21602, "Message body cannot hold NULs.")
    return unfit(params, MESSAGE)


def unfit_call(params: Params) -> Refusal | None:
    """Why this call cannot be created, or None."""
    if "To" not in params:
        return Refusal(400, 21201, "No 'To' number specified")
    if not is_e164(params["To"][0]):
        return Refusal(400, 21211, "Invalid 'To' Phone Number")
    if "From" not in params:
        return Refusal(400, 21213, "Caller phone number is required")
    if not is_e164(params["From"][0]):
        return Refusal(400, 21212, "Invalid 'From' Phone Number")
    if len({"Url", "Twiml", "ApplicationSid"} & params.keys()) != 1:
        return Refusal(400, 21205, "Url parameter is required (or Twiml, or ApplicationSid)")
    if "Url" in params and not is_web_address(params["Url"][0]):
        return Refusal(400, 21205, "Url is not a valid URL")
    return unfit(params, CALL)
