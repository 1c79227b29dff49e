"""What each verb does on a running call (TWILIO 1.3-1.5)."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from simulator import dialling, twiml
from simulator.handsets import Step, StepKind
from simulator.reports import Gone, Over, Played, Pressed, Recorded, Stopped
from simulator.sounds import seconds_of, silence
from simulator.values import CallStatus, Recording, Wish, new_sid

if TYPE_CHECKING:
    from simulator.leg import Leg

HAND_IN_SECONDS = 5.0
"""Real seconds the page has to hand in what it recorded once the recording has ended."""


def do(leg: Leg, verbs: Iterable[twiml.Verb]) -> Wish | None:
    """Do the verbs in order; return the request that one leads to, None past the last."""
    sounds: list[twiml.Sound] = []
    for verb in verbs:
        if isinstance(verb, twiml.Play | twiml.Say | twiml.Pause):
            sounds.append(verb)
            continue
        _play(leg, sounds)
        sounds = []
        match verb:
            case twiml.Gather():
                if wish := _gather(leg, verb):
                    return wish
            case twiml.Record():
                return _record(leg, verb)
            case twiml.Dial():
                if wish := dialling.dial(leg, verb):
                    return wish
            case twiml.Redirect():
                return leg.wish(verb.url, verb.method)
            case twiml.Hangup() | twiml.Reject():
                raise Over(CallStatus.COMPLETED)
            case twiml.Text():
                leg.note("error", "12200 <Message> is no verb of a call")
            case twiml.Unknown():
                leg.note("error", f"<{verb.name}> is not done by this carrier, passed over")
    _play(leg, sounds)
    return None


def as_json(leg: Leg, sounds: Iterable[twiml.Sound]) -> tuple[dict[str, Any], ...]:
    """The sounds as the page plays them: an address, how often, what is said; or a pause."""
    return tuple(_sound(leg, sound) for sound in sounds)


def _sound(leg: Leg, sound: twiml.Sound) -> dict[str, Any]:
    match sound:
        case twiml.Play():
            url = leg.carrier.page_url(leg.wish(sound.url, "GET").url)
            return {"kind": "play", "url": url, "times": sound.times}
        case twiml.Say():
            url = leg.carrier.speech_url(sound.text, sound.language)
            return {"kind": "say", "url": url, "times": sound.times, "text": sound.text}
        case twiml.Pause():
            return {"kind": "pause", "ms": int(sound.seconds * 1000 * leg.carrier.second)}


def _play(leg: Leg, sounds: list[twiml.Sound]) -> None:
    leg.meet_news()
    if not sounds:
        return
    step = leg.show(StepKind.PLAY, sounds=sounds)
    while True:
        match leg.next():
            case Played(step=done, failed=failed) if done == step.id:
                return _note_failed(leg, failed)


def _gather(leg: Leg, verb: twiml.Gather) -> Wish | None:
    step = leg.show(StepKind.GATHER, sounds=verb.sounds)
    timeout = verb.timeout * leg.carrier.second
    deadline = None if verb.sounds else time.monotonic() + timeout
    digits, finish = "", ""
    while verb.digits is None or len(digits) < verb.digits:
        match leg.next(deadline):
            case None:
                break
            case Played(step=done, failed=failed) if done == step.id:
                _note_failed(leg, failed)
                deadline = deadline or time.monotonic() + timeout
            case Pressed(key=key):
                if deadline is None:
                    leg.instruct(Step(step.id, StepKind.GATHER))  # a key stops the prompt
                if key == verb.finish:
                    finish = key
                    break
                digits += key
                deadline = time.monotonic() + timeout
    leg.show(StepKind.PLAY)
    if not digits and not verb.on_empty:
        return None
    extra = {"Digits": digits, "FinishedOnKey": finish, "msg": "Gather End"}
    return leg.wish(verb.action, verb.method, extra=extra)


def _record(leg: Leg, verb: twiml.Record) -> Wish | None:
    """Verbs after a Record are never reached, so None here ends the call."""
    step = leg.show_recording(verb)
    began = time.monotonic()
    deadline = began + verb.longest * leg.carrier.second + HAND_IN_SECONDS
    digits, gone = "", False
    wav: bytes | None = None
    while True:
        match leg.take(deadline):
            case None:
                break
            case Stopped(status=status):
                raise Over(status)
            case Gone():
                gone, deadline = True, time.monotonic() + HAND_IN_SECONDS
            case Pressed(key=key) if key in verb.finish and not digits and not gone:
                digits, deadline = key, time.monotonic() + HAND_IN_SECONDS
                leg.instruct(Step(step.id, StepKind.COLLECT))
            case Recorded(step=done, wav=sound) if done == step.id:
                wav = sound
                break
    if wav is None:
        leg.note("warning", "no sound arrived from the phone: silence is kept")
        elapsed = (time.monotonic() - began) / leg.carrier.second
        wav = silence(min(elapsed, float(verb.longest), 600.0))
    leg.show(StepKind.PLAY)
    recording = _keep(leg, verb, wav)
    extra = {
        "RecordingUrl": _address(leg, recording),
        "RecordingSid": recording.sid,
        "RecordingDuration": str(recording.seconds),
    }
    if gone or digits:
        extra["Digits"] = digits or "hangup"
    wish = leg.wish(verb.action, verb.method, extra=extra)
    if not gone:
        return wish
    leg.call.status = CallStatus.COMPLETED
    leg.ask_once(wish)
    raise Over(CallStatus.COMPLETED)


def _keep(leg: Leg, verb: twiml.Record, wav: bytes) -> Recording:
    carrier = leg.carrier
    recording = Recording(
        new_sid("RE"), leg.call.sid, carrier.clock(), wav=wav, seconds=seconds_of(wav)
    )
    with carrier.news:
        carrier.recordings[recording.sid] = recording
    if verb.callback:
        notice = {
            "AccountSid": carrier.account_sid,
            "CallSid": leg.call.sid,
            "RecordingSid": recording.sid,
            "RecordingUrl": _address(leg, recording),
            "RecordingStatus": "completed",
            "RecordingDuration": str(recording.seconds),
            "RecordingChannels": "1",
            "RecordingSource": "RecordVerb",
        }
        leg.send_aside(leg.wish(verb.callback, verb.callback_method), notice)
    return recording


def _address(leg: Leg, recording: Recording) -> str:
    carrier = leg.carrier
    account = f"{carrier.public_url}/simulator/2010-04-01/Accounts/{carrier.account_sid}"
    return f"{account}/Recordings/{recording.sid}"


def _note_failed(leg: Leg, failed: tuple[str, ...]) -> None:
    for url in failed:
        leg.note("error", f"11200 not played: {url}")
