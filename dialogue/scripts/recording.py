"""A speaker records the prompts of a language: each is heard, spoken, heard again, and kept.

Entered by a recording code, from where the code of a case is asked; on a line that is not open
yet, by the only thing it asks. What was kept is kept: the next call goes on at the next prompt
that is missing.
"""

from __future__ import annotations

from dialogue.effects import BeginTake, FindCase, FindMissing, FindTake, KeepTake, ProveCode
from dialogue.scripts.waiting import until_found
from dialogue.words import (
    LEFT_OUT,
    Bye,
    Choose,
    Do,
    Enter,
    Next,
    Opening,
    Script,
    Statement,
    Tell,
)

_TRIES = 3

_GOOD = ("keep", "again", "skip", "stop_now")
_BAD = ("again", "skip", "stop_now")


def record_door(o: Opening) -> Script:
    """A line that is not open yet, while it is being recorded: nothing but a recording code."""
    yield Tell("sorry.not_open")
    for _ in range(_TRIES):
        entered = yield Enter("record.enter_code", 8, silent=LEFT_OUT)
        if entered == LEFT_OUT:
            return Bye()
        found = yield Do(FindCase(entered))
        if found["is"] == "recording":
            return Next("record_proof", {"code": found["code"]})
        yield Tell("case.wrong_code")
    return Bye()


def not_open(o: Opening) -> Script:
    """Wherever else somebody wants to go on a line that is not open yet."""
    yield Tell("sorry.not_open")
    return Bye()


def record_proof(o: Opening) -> Script:
    """The last digits of a recording code."""
    for _ in range(_TRIES):
        proof = yield Enter("record.last_digits", 4)
        proved = yield Do(ProveCode(o.args["code"], proof))
        if proved["is"] == "ok":
            return Next("record", o.args)
        if proved["is"] == "locked":
            yield Tell("case.locked")
            return Next("menu")
        yield Tell("case.wrong_code")
    return Next("menu")


def record(o: Opening) -> Script:
    """How it goes, on entering; then the next prompt that is missing, until there is none."""
    after = o.args.get("after")
    found = yield Do(FindMissing(o.args["code"], after))
    if found["is"] != "found":
        yield Tell(f"record.{found['is']}")
        return Bye()
    if after is None:
        yield Tell("record.how")
        yield Tell("record.left", count=found["left"])
    place = {"code": o.args["code"], "key": found["key"], "heard_in": found["heard_in"]}
    return Next("take", place)


def take(o: Opening) -> Script:
    """One prompt: what it says, the speaker's take of it, and what becomes of that."""
    code, key = o.args["code"], o.args["key"]
    yield Tell("record.say_this")
    yield Tell(key, language=o.args["heard_in"])
    words = yield Statement("record.after_tone", silent=LEFT_OUT)
    if words == LEFT_OUT:
        yield Tell("record.stopped")
        return Bye()
    begun = yield Do(BeginTake(code, key, words))
    if begun["is"] == "closed":
        yield Tell("record.closed")
        return Bye()
    stands = yield from until_found(FindTake(begun["take"]))
    if stands == "good":
        yield Tell("record.your_take", take=begun["take"])
        wish = yield Choose("record.check", _GOOD, silent="stop_now")
    elif stands == "waiting":
        wish = yield Choose("record.unheard_check", _GOOD, silent="stop_now")
    else:
        yield Tell(f"record.fault.{stands}")
        wish = yield Choose("record.after_fault", _BAD, silent="stop_now")
    if wish == "again":
        return Next("take", o.args)
    if wish == "keep":
        kept = yield Do(KeepTake(code, begun["take"]))
        yield Tell("record.kept" if kept["is"] == "kept" else "record.not_kept")
    if wish == "stop_now":
        yield Tell("record.stopped")
        return Bye()
    return Next("record", {"code": code, "after": key})
