"""From a voice webhook's form to what the caller did. One of the channel's two pure functions."""

from __future__ import annotations

from collections.abc import Mapping

from contacts.numbers import e164
from dialogue.conversation import Heard
from dialogue.scene import Event

_HANGUP = "hangup"
_LIVE_KEYS = set("0123456789*#")
MOST_DIGITS = 32


def event(form: Mapping[str, str], *, n: int) -> Event:
    """The event of a call: who, to which number of ours, and what was heard.

    On a call of ours the two sides are the other way round.
    """
    came, went = form.get("From"), form.get("To")
    is_ours = form.get("Direction", "").startswith("outbound")
    if is_ours:
        came, went = went, came
    return Event(
        channel="voice",
        ours=e164(went) or (went or ""),
        theirs=e164(came),
        heard=heard(form),
        leg=form.get("CallSid", "")[:64],
        n=n,
        is_ours=is_ours,
    )


def heard(form: Mapping[str, str]) -> Heard:
    """What was done: keys, a recording, nothing; or nobody is there any more.

    After a recording `Digits` only says what ended it, and is never an answer.
    """
    digits = form.get("Digits", "")
    gone = digits == _HANGUP or form.get("CallStatus") == "completed"
    if recording := form.get("RecordingSid"):
        ended_by = digits if len(digits) == 1 and digits in _LIVE_KEYS else None
        seconds = _seconds(form)
        return Heard(recording=recording[:64], seconds=seconds, ended_by=ended_by, gone=gone)
    if gone:
        return Heard(gone=True)
    if dialled := form.get("DialCallStatus"):
        return Heard(dialled=dialled[:16])
    keys = "".join(each for each in digits[:MOST_DIGITS] if each in _LIVE_KEYS)
    return Heard(digits=keys) if keys else Heard()


def _seconds(form: Mapping[str, str]) -> int | None:
    """The length of the recording; None where the carrier does not say it."""
    raw = form.get("RecordingDuration", "")
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 7 else None
