"""Resources as Twilio writes them in JSON: strings for numbers, RFC 2822 dates, paths for links."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from email.utils import format_datetime
from typing import Any

from locales.gsm import segments
from simulator.carrier import Carrier
from simulator.errors import CarrierError
from simulator.values import Call, Message, Recording

VERSION = "2010-04-01"
ADDRESSES = {
    "VoiceUrl": "/voice/inbound",
    "VoiceMethod": "POST",
    "VoiceFallbackUrl": "/voice/fallback",
    "VoiceFallbackMethod": "POST",
    "StatusCallback": "/voice/status",
    "StatusCallbackMethod": "POST",
    "SmsUrl": "/sms/inbound",
    "SmsMethod": "POST",
    "SmsFallbackUrl": "/sms/fallback",
    "SmsFallbackMethod": "POST",
    "VoiceApplicationSid": "",
    "TrunkSid": "",
    "SmsApplicationSid": "",
}
"""What can be set at a number, and what it is by itself: a path is one of the program's."""


def error(refusal: CarrierError) -> dict[str, Any]:
    return {
        "code": refusal.code,
        "message": refusal.message,
        "more_info": f"https://www.twilio.com/docs/errors/{refusal.code}",
        "status": refusal.status,
    }


def call(carrier: Carrier, one: Call) -> dict[str, Any]:
    uri = _uri(carrier, "Calls", one.sid)
    return {
        "sid": one.sid,
        "account_sid": carrier.account_sid,
        "api_version": VERSION,
        "to": one.to,
        "to_formatted": one.to,
        "from": one.from_,
        "from_formatted": one.from_,
        "status": one.status,
        "direction": one.direction,
        "date_created": _date(one.created),
        "date_updated": _date(one.updated),
        "start_time": _date(one.answered or one.created),
        "end_time": _date(one.ended),
        "duration": None if one.duration is None else str(one.duration),
        "answered_by": one.answered_by,
        "caller_name": None,
        "forwarded_from": None,
        "group_sid": None,
        "parent_call_sid": one.parent,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "trunk_sid": None,
        "uri": uri + ".json",
        "subresource_uris": {"recordings": uri + "/Recordings.json"},
    }


def number_sid(one: str) -> str:
    return "PN" + hashlib.sha256(one.encode()).hexdigest()[:32]


def number(carrier: Carrier, one: str) -> dict[str, Any]:
    """A number of ours, and where calls and texts to it are posted."""
    sid = number_sid(one)
    ours = {
        name: f"{carrier.public_url}{value}" if value.startswith("/") else value
        for name, value in ADDRESSES.items()
    }
    at = ours | carrier.addresses.get(one, {})
    return {
        "sid": sid,
        "account_sid": carrier.account_sid,
        "api_version": VERSION,
        "phone_number": one,
        "friendly_name": one,
        "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
        "status": "in-use",
        "uri": _uri(carrier, "IncomingPhoneNumbers", sid) + ".json",
        **{_snake(name): value or None for name, value in at.items()},
    }


def _snake(name: str) -> str:
    return re.sub(r"(?<=.)([A-Z])", r"_\1", name).lower()


def message(carrier: Carrier, one: Message, *, status: str | None = None) -> dict[str, Any]:
    uri = _uri(carrier, "Messages", one.sid)
    return {
        "sid": one.sid,
        "account_sid": carrier.account_sid,
        "api_version": VERSION,
        "to": one.to,
        "from": one.from_,
        "body": one.body,
        "status": status or one.status,
        "direction": one.direction,
        "num_segments": str(segments(one.body).count),
        "num_media": str(len(one.media)),
        "messaging_service_sid": None,
        "date_created": _date(one.created),
        "date_updated": _date(one.updated),
        "date_sent": _date(one.created),
        "error_code": None,
        "error_message": None,
        "price": None,
        "price_unit": "USD",
        "uri": uri + ".json",
        "subresource_uris": {"media": uri + "/Media.json"},
    }


def media(carrier: Carrier, one: Message, sid: str) -> dict[str, Any]:
    return {
        "sid": sid,
        "account_sid": carrier.account_sid,
        "parent_sid": one.sid,
        "content_type": one.media[sid].content_type,
        "date_created": _date(one.created),
        "date_updated": _date(one.updated),
        "uri": _uri(carrier, f"Messages/{one.sid}/Media", sid) + ".json",
    }


def recording(carrier: Carrier, one: Recording) -> dict[str, Any]:
    uri = _uri(carrier, "Recordings", one.sid)
    return {
        "sid": one.sid,
        "account_sid": carrier.account_sid,
        "api_version": VERSION,
        "call_sid": one.call_sid,
        "conference_sid": None,
        "channels": 1,
        "source": "RecordVerb",
        "status": "completed",
        "duration": str(one.seconds),
        "date_created": _date(one.created),
        "date_updated": _date(one.created),
        "start_time": _date(one.created),
        "error_code": None,
        "price": None,
        "price_unit": "USD",
        "encryption_details": None,
        "media_url": f"{carrier.public_url}/simulator{uri}",
        "uri": uri + ".json",
        "subresource_uris": {},
    }


def _uri(carrier: Carrier, resource: str, sid: str) -> str:
    return f"/{VERSION}/Accounts/{carrier.account_sid}/{resource}/{sid}"


def _date(moment: dt.datetime | None) -> str | None:
    return format_datetime(moment) if moment else None
