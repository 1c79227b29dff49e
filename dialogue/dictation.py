"""Effects of recording by telephone: a code, what is missing, and takes on their way."""

from __future__ import annotations

from dialogue.context import Context
from dialogue.effects import BeginTake, FindMissing, FindTake, KeepTake, ProveCode
from dialogue.keys import spoken_keys
from dialogue.words import Result, Words
from library import recording_codes, telephone_takes
from library.errors import Fault
from library.listing import reach_of
from library.telephone_takes import TakeState

_SAID_AS = {
    Fault.SILENT: "silent",
    Fault.CLIPPED: "clipped",
    Fault.TOO_SHORT: "too_short",
    Fault.TOO_LONG: "too_long",
    Fault.LONGER_THAN_ALLOWED: "too_long",
}
"""What is wrong with a take, as far as a speaker can do something about it."""


def find_code(digits: str, c: Context) -> str | None:
    """The open recording code that these digits find, on a call."""
    if c.channel != "voice":
        return None
    return recording_codes.find(
        c.connection,
        vault=c.services.vault,
        programme=c.programme.slug,
        digits=digits,
        now=c.now,
    )


def prove(effect: ProveCode, c: Context) -> Result:
    tried = recording_codes.prove(
        c.connection,
        vault=c.services.vault,
        code_id=effect.code,
        proof=effect.proof,
        now=c.now,
    )
    return {"is": tried.value}


def find_missing(effect: FindMissing, c: Context) -> Result:
    allowed = recording_codes.permit(c.connection, effect.code, now=c.now)
    if allowed is None:
        return {"is": "closed"}
    reached = reach_of(c.programme, spoken_keys)
    waiting = telephone_takes.missing(c.connection, reached, allowed.language, prompts=c.prompts)
    if not waiting:
        return {"is": "none"}
    order = {key: place for place, key in enumerate(reached.keys)}
    passed = order.get(effect.after, -1) if effect.after is not None else -1
    following = next((each for each in waiting if order[each.key] > passed), None)
    if following is None:
        return {"is": "passed"}
    return {
        "is": "found",
        "key": following.key,
        "heard_in": following.heard_in,
        "left": len(waiting),
    }


def begin(effect: BeginTake, c: Context) -> Result:
    words = effect.words
    if not isinstance(words, Words):
        raise TypeError("a take that was begun before cannot be begun again")
    allowed = recording_codes.permit(c.connection, effect.code, now=c.now)
    if allowed is None or words.recording is None:
        return {"is": "closed"}
    take = telephone_takes.begin(
        c.connection,
        code_id=allowed.id,
        key=effect.key,
        recording_id=words.recording,
        seconds=words.seconds,
        now=c.now,
    )
    return {"is": "begun", "take": take}


def find_take(effect: FindTake, c: Context) -> Result:
    found = telephone_takes.view(c.connection, effect.take)
    if found is None:
        return {"is": "absent"}
    match found.state:
        case TakeState.WAITING | TakeState.WANTED:
            return {"is": "waiting"}
        case TakeState.BAD:
            return {"is": _SAID_AS.get(found.fault, "absent") if found.fault else "absent"}
        case TakeState.GOOD | TakeState.KEPT:
            return {"is": "good"}


def keep(effect: KeepTake, c: Context) -> Result:
    allowed = recording_codes.permit(c.connection, effect.code, now=c.now)
    if allowed is None:
        return {"is": "closed"}
    is_kept = telephone_takes.keep(
        c.connection,
        c.services.media,
        reach_of(c.programme, spoken_keys),
        allowed=allowed,
        take_id=effect.take,
        now=c.now,
    )
    return {"is": "kept" if is_kept else "absent"}
