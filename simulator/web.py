"""The carrier and the phones in a Flask application: `install`, the page, what the page reports."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template, request

from locales.drafts import Drafts
from simulator import rest, texts
from simulator.carrier import Carrier, Numbers
from simulator.errors import CarrierError, SimulatorInProduction
from simulator.handsets import Handset, Phase, StepKind, Tone
from simulator.leg import Leg
from simulator.reports import Answered, Gone, Played, Pressed, Recorded, Rejected, Report
from simulator.rest import carrier
from simulator.shapes import error as error_shape
from simulator.sounds import Voice
from simulator.values import Call, Clock, Direction, Enclosed, Plan, Wish, new_sid, utc_now
from storage.sound import SoundError, to_telephone

blueprint = Blueprint(
    "simulator",
    __name__,
    url_prefix="/simulator",
    template_folder="templates",
    static_folder="static",
)
WITHHELD = "anonymous"
"""What `From` says of a caller who hides the number (TWILIO 1.1)."""
KEYS = "0123456789*#"
LONGEST_WAIT = 20.0
LARGEST_SOUND = 20_000_000
LARGEST_TEXT = 8_000_000
"""Bytes of a text with its files, which base64 makes a third larger."""


def install(
    app: Flask,
    *,
    public_url: str,
    account_sid: str,
    auth_token: str,
    numbers: Numbers,
    environment: str,
    register: Callable[[Blueprint], None] | None = None,
    drafts: Drafts | None = None,
    clock: Clock = utc_now,
    second: float = 1.0,
) -> Carrier:
    """Put the carrier under `/simulator`; SimulatorInProduction where real people call.

    `numbers` gives the programme numbers (E.164, name) and is called inside requests only.
    `register` registers each blueprint where the application wants more than Flask's own; forms
    here carry no CSRF token. `drafts` speaks for `<Say>`. `second` is how long a carrier's second
    lasts, for tests.
    """
    if environment == "production":
        raise SimulatorInProduction("the simulator does not exist in production")
    app.extensions["simulator"] = made = Carrier(
        public_url=public_url,
        account_sid=account_sid,
        auth_token=auth_token,
        numbers=numbers,
        clock=clock,
        second=second,
    )
    app.extensions["simulator.voice"] = Voice(drafts)
    for each in (blueprint, rest.blueprint):
        (register or app.register_blueprint)(each)
    return made


@blueprint.errorhandler(CarrierError)
def _refuse(error: CarrierError) -> tuple[Response, int]:
    return jsonify(error_shape(error)), error.status


@blueprint.get("/")
def page() -> str:
    """The two phones."""
    names = [name for name in request.args.get("phones", "1,2").split(",") if name][:2]
    numbers = [{"number": number, "name": name} for number, name in carrier().numbers()]
    phones = [carrier().handset(name) for name in names]
    return render_template("simulator/phone.html", phones=phones, numbers=numbers)


@blueprint.get("/state")
def state() -> Response | tuple[str, int]:
    """The phones named in `phones` as they stand, or 204 when nothing is newer than `after`.

    `wait` (seconds) holds the answer until something happens.
    """
    names = [name for name in request.args.get("phones", "1,2").split(",") if name]
    wait = min(request.args.get("wait", 0.0, type=float), LONGEST_WAIT)
    picture = carrier().picture(names, request.args.get("after", ""), wait=wait)
    return ("", 204) if picture is None else jsonify(picture)


@blueprint.get("/speech/<name>.wav")
def speech(name: str) -> Response:
    """A `<Say>` as draft speech."""
    known = carrier().spoken.get(name)
    if known is None:
        raise CarrierError(20404, "nothing is said under this name", status=404)
    return Response(_voice().speak(*known), mimetype="audio/wav")


@blueprint.get("/sample.wav")
def sample() -> Response:
    """The recording that is sent where there is no microphone."""
    return Response(_voice().sample(), mimetype="audio/wav")


@blueprint.post("/handsets/<name>/number")
def change_number(name: str) -> Response:
    """{number, withheld}"""
    handset, wanted = carrier().handset(name), _wanted()
    carrier().give_number(
        handset, str(wanted.get("number", "")), withheld=bool(wanted.get("withheld"))
    )
    texts.deliver_waiting(carrier(), handset)
    return _picture(handset)


@blueprint.post("/handsets/<name>/voicemail")
def set_voicemail(name: str) -> Response:
    """{on}: whether a machine takes the phone's calls."""
    here, handset = carrier(), carrier().handset(name)
    with here.news:
        handset.voicemail = bool(_wanted().get("on"))
        here.changed()
    return _picture(handset)


@blueprint.post("/handsets/<name>/dial")
def dial(name: str) -> Response:
    """{to}: call a programme's number, in full or by its last 6 or more digits."""
    here, handset = carrier(), carrier().handset(name)
    to = here.programme_number(str(_wanted().get("to", "")))
    now = here.clock()
    with here.news:
        if handset.phase != Phase.IDLE:
            raise CarrierError(21220, "the phone is in a call", status=409)
        if to is None:
            handset.free(Tone.UNKNOWN)
            here.note(handset, "warning", "nobody has the number that was dialled")
            return _picture(handset)
        from_ = WITHHELD if handset.withheld else handset.number
        call = Call(new_sid("CA"), to, from_, Direction.INBOUND, created=now, updated=now)
        # As the number is set up at a carrier: where its calls go, and who is told of their end.
        plan = Plan(
            first=Wish(f"{here.public_url}/voice/inbound"),
            status_callback=Wish(f"{here.public_url}/voice/status"),
        )
        leg = Leg(here, call, plan=plan, handset=handset)
        here.calls[call.sid], here.legs[call.sid] = call, leg
        handset.take(Phase.DIALLING, to, call.sid)
        here.changed()
    here.background(leg.run)
    return _picture(handset)


@blueprint.post("/handsets/<name>/answer")
def answer(name: str) -> Response:
    return _report(name, Answered(), only=Phase.RINGING)


@blueprint.post("/handsets/<name>/reject")
def reject(name: str) -> Response:
    return _report(name, Rejected(), only=Phase.RINGING)


@blueprint.post("/handsets/<name>/press")
def press(name: str) -> Response:
    """{key}: heard where a Gather or a Record listens, lost elsewhere."""
    key = str(_wanted().get("key", ""))
    if len(key) != 1 or key not in KEYS:
        raise CarrierError(21220, "no such key")
    handset = carrier().handset(name)
    step = handset.step
    if step is not None and step.kind in {StepKind.GATHER, StepKind.RECORD}:
        return _report(name, Pressed(key))
    return _picture(handset)


@blueprint.post("/handsets/<name>/played")
def played(name: str) -> Response:
    """{step, failed: [url]}: all sounds of the step have been played, or could not be."""
    wanted = _wanted()
    failed = wanted.get("failed")
    names = tuple(str(one) for one in failed) if isinstance(failed, list) else ()
    return _report(name, Played(str(wanted.get("step", "")), names))


@blueprint.post("/handsets/<name>/recorded")
def recorded(name: str) -> Response:
    """`?step=`, and the sound as body; `&sample=1` without one sends the sample recording.

    It may arrive after the phone hung up. What is no audio is kept as silence (415 tells so).
    """
    step = request.args.get("step", "")
    leg = carrier().legs.get(step.partition(".")[0])
    if leg is None:
        raise CarrierError(20404, "nothing is being recorded", status=404)
    if request.args.get("sample"):
        leg.put(Recorded(step, _voice().sample()))
        return _picture(carrier().handset(name))
    request.max_content_length = LARGEST_SOUND
    try:
        wav = to_telephone(request.get_data(cache=False))
    except SoundError as error:
        leg.put(Recorded(step, None))
        raise CarrierError(12300, str(error), status=415) from error
    leg.put(Recorded(step, wav))
    return _picture(carrier().handset(name))


@blueprint.post("/handsets/<name>/hangup")
def hangup(name: str) -> Response:
    return _leave(name, Tone.ENDED)


@blueprint.post("/handsets/<name>/drop")
def drop(name: str) -> Response:
    """Bad signal: the call is lost."""
    return _leave(name, Tone.LOST)


@blueprint.post("/handsets/<name>/messages")
def write(name: str) -> Response:
    """{to, body, media: [{type, content}]}: send a text, with files in base64."""
    request.max_content_length = LARGEST_TEXT
    handset, wanted = carrier().handset(name), _wanted()
    texts.write(
        carrier(),
        handset,
        to=str(wanted.get("to", "")),
        body=str(wanted.get("body", "")),
        media=_media(wanted.get("media")),
    )
    return _picture(handset)


def _media(given: object) -> list[Enclosed]:
    files = given if isinstance(given, list) else []
    try:
        return [
            Enclosed(str(each["type"]), base64.b64decode(str(each["content"]), validate=True))
            for each in files
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise CarrierError(21620, "no such file can be sent") from error


def _wanted() -> dict[str, Any]:
    """The JSON object that the page sent. Other content types are refused by Flask (415)."""
    found = request.get_json()
    return found if isinstance(found, dict) else {}


def _report(name: str, report: Report, *, only: Phase | None = None) -> Response:
    handset = carrier().handset(name)
    leg = carrier().legs.get(handset.call_sid)
    if leg is not None and (only is None or handset.phase == only):
        leg.put(report)
    return _picture(handset)


def _leave(name: str, tone: Tone) -> Response:
    """The phone is free at once; the call meets the news where it stands."""
    here, handset = carrier(), carrier().handset(name)
    with here.news:
        leg = here.legs.get(handset.call_sid)
        if leg is not None:
            leg.put(Rejected() if handset.phase == Phase.RINGING else Gone())
            handset.free(tone)
            what = "bad signal: the call is lost" if tone == Tone.LOST else "the phone hung up"
            here.note(handset, "info", what)
    return _picture(handset)


def _picture(handset: Handset) -> Response:
    """The page's next look at the state tells it all; this answer only says that it was taken."""
    return jsonify({"phase": handset.phase})


def _voice() -> Voice:
    found: Voice = current_app.extensions["simulator.voice"]
    return found
