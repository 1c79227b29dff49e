"""Twilio's REST calls, as far as Rimay makes them (TWILIO 3): calls, messages, recordings."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, request

from simulator import shapes, texts
from simulator.carrier import E164, Carrier
from simulator.errors import CarrierError
from simulator.leg import Leg
from simulator.reports import Moved, Stopped
from simulator.values import Call, CallStatus, Direction, Message, Plan, Recording, Wish, new_sid

blueprint = Blueprint(
    "simulator_rest", __name__, url_prefix="/simulator/2010-04-01/Accounts/<account>"
)
Item = TypeVar("Item")
LARGEST_PAGE = 1000
LONGEST_TWIML = 4000


def carrier() -> Carrier:
    """The carrier of this application."""
    found: Carrier = current_app.extensions["simulator"]
    return found


@blueprint.url_value_preprocessor
def _check_account(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Basic authentication by account sid and token, for that account alone."""
    account = (values or {}).pop("account", "")
    here, given = carrier(), request.authorization
    name = (given.username or "") if given and given.type == "basic" else ""
    word = (given.password or "") if given and given.type == "basic" else ""
    known = hmac.compare_digest(name.encode(), here.account_sid.encode())
    known &= hmac.compare_digest(word.encode(), here.auth_token.encode())
    if not known:
        raise CarrierError(20003, "Authenticate", status=401)
    if account != here.account_sid:
        raise _missing()


@blueprint.errorhandler(CarrierError)
def _refuse(error: CarrierError) -> tuple[Response, int, dict[str, str]]:
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if error.status == 401 else {}
    return jsonify(shapes.error(error)), error.status, headers


# Calls


@blueprint.post("/Calls.json")
def create_call() -> tuple[Response, int]:
    """Ring the phone that has the number; the call goes its way on a thread."""
    here = carrier()
    to = _number("To", 21201, "No 'To' number is specified")
    from_ = _own_number(21213, 21210)
    url, twiml = request.form.get("Url", ""), request.form.get("Twiml", "")
    if not url and not twiml:
        raise CarrierError(21205, "Url parameter is required")
    if len(twiml) > LONGEST_TWIML:
        raise CarrierError(32018, "Twiml parameter is longer than 4000 characters")
    now = here.clock()
    call = Call(new_sid("CA"), to, from_, Direction.OUTBOUND, created=now, updated=now)
    events = frozenset(
        event for value in request.form.getlist("StatusCallbackEvent") for event in value.split()
    )
    plan = Plan(
        first=_wish("Url", "Method"),
        twiml=twiml,
        status_callback=_wish("StatusCallback", "StatusCallbackMethod"),
        events=events or frozenset({"completed"}),
        ring_for=_count("Timeout", 60),
        detect_machine="MachineDetection" in request.form
        and request.form.get("AsyncAmd") != "true",
        machine_callback=_wish("AsyncAmdStatusCallback", "AsyncAmdStatusCallbackMethod"),
    )
    answer = jsonify(shapes.call(here, call))
    leg = Leg(here, call, plan=plan, handset=here.handset_with(to))
    with here.news:
        here.calls[call.sid] = call
        here.legs[call.sid] = leg
    here.background(leg.run)
    return answer, 201


@blueprint.get("/Calls.json")
def list_calls() -> Response:
    kept: list[Call] = [
        one
        for one in _newest(carrier().calls)
        if _same("To", one.to)
        and _same("From", one.from_)
        and _same("Status", one.status)
        and _within("StartTime", one.created)
    ]
    return _page("calls", "Calls", kept, shape=lambda one: shapes.call(carrier(), one))


@blueprint.get("/Calls/<sid>.json")
def get_call(sid: str) -> Response:
    return jsonify(shapes.call(carrier(), _call(sid)))


@blueprint.post("/Calls/<sid>.json")
def change_call(sid: str) -> Response:
    """End a live call (Status) or send it elsewhere (Url, Twiml)."""
    here, call = carrier(), _call(sid)
    leg = here.legs.get(sid)
    if leg is None or call.status.is_final:
        raise CarrierError(21220, "Call is not in-progress. Cannot redirect.")
    status = request.form.get("Status", "")
    if status in {CallStatus.COMPLETED, CallStatus.CANCELED}:
        leg.put(Stopped(CallStatus(status)))
    elif wish := _wish("Url", "Method"):
        leg.put(Moved(wish))
    elif twiml := request.form.get("Twiml"):
        leg.put(Moved(None, twiml))
    return jsonify(shapes.call(here, call))


# Messages


@blueprint.post("/Messages.json")
def create_message() -> tuple[Response, int]:
    here = carrier()
    to = _number("To", 21604, "A 'To' phone number is required.")
    from_ = _own_number(21603, 21606)
    body = request.form.get("Body", "")
    if not body:
        raise CarrierError(21602, "Message body is required.")
    if len(body) > texts.LONGEST:
        raise CarrierError(21617, "The concatenated message body exceeds the 1600 character limit")
    callback = _wish("StatusCallback", "")
    message = texts.send(here, from_=from_, to=to, body=body, callback=callback)
    return jsonify(shapes.message(here, message, status="queued")), 201


@blueprint.get("/Messages.json")
def list_messages() -> Response:
    kept: list[Message] = [
        one
        for one in _newest(carrier().messages)
        if _same("To", one.to) and _same("From", one.from_) and _within("DateSent", one.created)
    ]
    return _page("messages", "Messages", kept, shape=lambda one: shapes.message(carrier(), one))


@blueprint.get("/Messages/<sid>.json")
def get_message(sid: str) -> Response:
    return jsonify(shapes.message(carrier(), _message(sid)))


@blueprint.get("/Messages/<sid>/Media.json")
def list_media(sid: str) -> Response:
    message = _message(sid)
    return _page(
        "media_list",
        f"Messages/{sid}/Media",
        list(message.media),
        shape=lambda one: shapes.media(carrier(), message, one),
    )


@blueprint.get("/Messages/<sid>/Media/<media>")
def get_media(sid: str, media: str) -> Response:
    """The file itself; at `.json` what is known of it."""
    message, name = _message(sid), media.removesuffix(".json")
    if name not in message.media:
        raise _missing()
    if name != media:
        return jsonify(shapes.media(carrier(), message, name))
    one = message.media[name]
    return Response(one.content, mimetype=one.content_type)


@blueprint.delete("/Messages/<sid>/Media/<media>.json")
def delete_media(sid: str, media: str) -> tuple[str, int]:
    with carrier().news:
        if _message(sid).media.pop(media, None) is None:
            raise _missing()
    return "", 204


# Numbers


@blueprint.get("/IncomingPhoneNumbers.json")
def list_numbers() -> Response:
    kept = [one for one, _ in carrier().numbers() if request.args.get("PhoneNumber", "") in one]
    return _page(
        "incoming_phone_numbers",
        "IncomingPhoneNumbers",
        kept,
        shape=lambda one: shapes.number(carrier(), one),
    )


@blueprint.post("/IncomingPhoneNumbers/<sid>.json")
def change_number(sid: str) -> Response:
    """Keep what is set at a number. Calls and texts of this carrier come to the program it runs in
    all the same: it knows no other."""
    here = carrier()
    for one, _ in here.numbers():
        if shapes.number_sid(one) == sid:
            with here.news:
                given = {
                    name: request.form[name] for name in shapes.ADDRESSES if name in request.form
                }
                here.addresses[one] = here.addresses.get(one, {}) | given
            return jsonify(shapes.number(here, one))
    raise _missing()


# Recordings


@blueprint.get("/Recordings.json")
def list_recordings() -> Response:
    kept: list[Recording] = [
        one for one in _newest(carrier().recordings) if _same("CallSid", one.call_sid)
    ]
    return _page(
        "recordings", "Recordings", kept, shape=lambda one: shapes.recording(carrier(), one)
    )


@blueprint.get("/Recordings/<sid>.json")
def get_recording(sid: str) -> Response:
    return jsonify(shapes.recording(carrier(), _recording(sid)))


@blueprint.get("/Recordings/<sid>.wav")
@blueprint.get("/Recordings/<sid>")
def get_sound(sid: str) -> Response:
    return Response(_recording(sid).wav, mimetype="audio/x-wav")


@blueprint.delete("/Recordings/<sid>.json")
def delete_recording(sid: str) -> tuple[str, int]:
    _recording(sid)
    with carrier().news:
        carrier().recordings.pop(sid, None)
    return "", 204


# What was asked


def _missing() -> CarrierError:
    path = request.path.removeprefix("/simulator")
    return CarrierError(20404, f"The requested resource {path} was not found", status=404)


def _call(sid: str) -> Call:
    found = carrier().calls.get(sid)
    if found is None:
        raise _missing()
    return found


def _message(sid: str) -> Message:
    found = carrier().messages.get(sid)
    if found is None:
        raise _missing()
    return found


def _recording(sid: str) -> Recording:
    found = carrier().recordings.get(sid)
    if found is None:
        raise _missing()
    return found


def _number(name: str, missing: int, message: str) -> str:
    number = request.form.get(name, "")
    if not number:
        raise CarrierError(missing, message)
    if not E164.fullmatch(number):
        raise CarrierError(21211, f"Invalid '{name}' Phone Number")
    return number


def _own_number(missing: int, foreign: int) -> str:
    number = _number("From", missing, "A 'From' phone number is required.")
    if number not in {one for one, _ in carrier().numbers()}:
        raise CarrierError(foreign, "The 'From' phone number is not one of your account's numbers")
    return number


def _wish(name: str, method: str) -> Wish | None:
    url = request.form.get(name, "")
    if not url:
        return None
    if not url.startswith(("http://", "https://")):
        raise CarrierError(21205, f"{name} is not a valid URL")
    return Wish(url, "GET" if request.form.get(method, "POST").upper() == "GET" else "POST")


def _count(name: str, default: int) -> int:
    written = request.form.get(name, "")
    return int(written) if written.isascii() and written.isdigit() else default


def _newest(kept: Mapping[str, Item]) -> list[Item]:
    with carrier().news:
        return list(kept.values())[::-1]


def _same(name: str, value: str) -> bool:
    return request.args.get(name, value) == value


def _within(name: str, moment: dt.datetime) -> bool:
    """Twilio's date filters: `name` that day, `name<` up to, `name>` from (days or moments)."""
    for sign in ("", "<", ">"):
        written = request.args.get(name + sign)
        if not written:
            continue
        day = "T" not in written
        try:
            limit = dt.datetime.fromisoformat(written.replace("Z", "+00:00"))
        except ValueError as error:
            raise CarrierError(20001, f"{name} is not a date") from error
        limit = limit if limit.tzinfo else limit.replace(tzinfo=dt.UTC)
        end = limit + (dt.timedelta(days=1) if day else dt.timedelta(seconds=1))
        if sign != "<" and moment < limit:
            return False
        if sign != ">" and moment >= end:
            return False
    return True


def _page(
    key: str, resource: str, kept: Sequence[Item], *, shape: Callable[[Item], dict[str, Any]]
) -> Response:
    size = min(max(request.args.get("PageSize", 50, type=int), 1), LARGEST_PAGE)
    page = max(request.args.get("Page", 0, type=int), 0)
    shown = kept[page * size : (page + 1) * size]

    def address(number: int) -> str:
        query = request.args.to_dict() | {"PageSize": str(size), "Page": str(number)}
        account = f"/2010-04-01/Accounts/{carrier().account_sid}"
        return f"{account}/{resource}.json?{urlencode(query)}"

    return jsonify(
        {
            key: [shape(one) for one in shown],
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": page * size + max(len(shown) - 1, 0),
            "uri": address(page),
            "first_page_uri": address(0),
            "next_page_uri": address(page + 1) if len(kept) > (page + 1) * size else None,
            "previous_page_uri": address(page - 1) if page else None,
        }
    )
