"""Her own case: how it stands, and the answer to it, whoever calls whom."""

from __future__ import annotations

from dialogue.effects import (
    CheckCasePin,
    ChooseAnswer,
    FindCase,
    FindFollowUp,
    FindSelf,
    FindStanding,
    MarkHeard,
    StopContacts,
)
from dialogue.scripts.follow_up import (
    PIN_TRIES,
    after,
    check_back,
    hear_out,
    how_content,
    onward,
    opened_by_pin,
)
from dialogue.scripts.my_data import MY_DATA
from dialogue.words import (
    LEFT_OUT,
    Asking,
    Bye,
    Choose,
    Do,
    Enter,
    Next,
    Opening,
    Script,
    Tell,
)


def my_case(o: Opening) -> Script:
    """From her own phone, with her PIN where she has one; from any other by code and PIN.

    Whoever is not known on a shared phone needs a code there too.
    """
    me = yield Do(FindSelf())
    if not o.facts.get("proven"):
        if me["is"] == "known_with_pin":
            opened = yield from opened_by_pin()
            if opened == "locked":
                yield Tell("case.locked")
            if opened != "ok":
                return Next("menu")
        elif o.facts.get("shared"):
            return Next("code")
    mine = yield Do(FindStanding())
    if mine["is"] == "none":
        yield Tell("case.none_here")
        return Next("code")
    return Next("case", {"older": 0, **({"wish": o.args["wish"]} if o.args.get("wish") else {})})


def code(o: Opening) -> Script:
    """Find a case by its code and PIN, from any phone."""
    entered = yield Enter("case.enter_code", 8)
    found = yield Do(FindCase(entered))
    wish = o.args.get("wish")
    to = "my_right" if wish == MY_DATA else "case"
    if found["is"] == "found_here":
        return Next(to, {"case": found["case"]})
    if found["is"] == "recording" and o.by_voice:
        return Next("record_proof", {"code": found["code"]})
    if found["is"] != "found":
        yield Tell("case.unknown" if found["is"] == "unknown" else "case.wrong_code")
        return Next("code", {"wish": wish} if wish else {})
    for _ in range(PIN_TRIES):
        pin = yield Enter("case.enter_pin", 4)
        checked = yield Do(CheckCasePin(found["case"], pin))
        if checked["is"] == "ok":
            return Next(to, {"case": found["case"]})
        if checked["is"] == "locked":
            yield Tell("case.locked")
            return Next("menu")
        if checked["is"] == "none":
            yield Tell("case.no_pin_elsewhere")
            return Next("menu")
        yield Tell("case.wrong_pin")
    return Next("menu")


def case(o: Opening) -> Script:
    """How a case stands, in words that name neither topic nor person; its answer, and what may
    follow it."""
    case_id, older = o.args.get("case"), o.args.get("older", 0)
    standing = yield Do(FindStanding(case_id, older))
    follows = yield Do(FindFollowUp(standing["case"]))
    if o.args.get("wish") and follows["is"] == "closed":
        return Next("asked_anew", {"case": standing["case"], "how": o.args["wish"]})
    if standing.get("said_on"):
        # Which of hers it is, where she has several; nothing of what it is about.
        yield Tell("case.said_on", day=standing["said_on"])
    yield Tell(f"case.status.{standing['is']}")
    if standing["is"] == "answered":
        yield Tell("case.answer_follows", reply=standing["reply"])
    if follows.get("check_back"):
        return Next("ask_back", {"case": standing["case"]})
    is_heard = standing["is"] == "answered" and standing["reaches"]
    if follows["is"] in ("closed", "over") and follows.get("content"):
        said = yield from how_content(standing["case"])
        if is_heard and said != LEFT_OUT:
            yield Do(MarkHeard(standing["reply"]))
    if is_heard and follows["is"] == "proposed" and follows["reply"] == standing["reply"]:
        wish = yield Choose("case.accept", _DECIDING, silent="not_now")
    else:
        options = _options(case_id is None, bool(standing["more"]), str(follows["is"]))
        wish = yield Choose("case.after", options, silent="back")
    if is_heard:
        yield Do(MarkHeard(standing["reply"]))
    match wish:
        case "repeat":
            return Next("case", o.args)
        case "older_case":
            return Next("case", {"older": older + 1})
        case "not_solved":
            return Next("not_solved", {"case": standing["case"]})
        case "other_case":
            return Next("code")
        case "my_data":
            return Next("my_right", {"case": standing["case"]})
        case _:
            return after(str(wish), o, str(standing["case"]))


_DECIDING = ("accept", "refuse", "repeat", "not_now")
_AGAINST = {"closed": ("not_solved",), "over": ()}


def _options(is_hers: bool, has_more: bool, follows: str) -> tuple[str, ...]:
    older: tuple[str, ...] = ("older_case",) if has_more else ()
    other: tuple[str, ...] = ("other_case",) if is_hers else ()
    against = _AGAINST.get(follows, ("say_more",))
    return ("repeat", *against, *older, *other, "my_data", "back")


def deliver_answer(o: Opening) -> Script:
    """A call of ours: who calls, whether she can talk now, her PIN, then the answer.

    On a shared phone who has no PIN gives the code of her case. Silence or "no" ends in neutral
    words and says nothing of any case.
    """
    met = yield from _met(o)
    if met != "ok":
        yield Tell(met)
        return Bye()
    wish = yield from hear_out(o.args["case"], o.args["reply"])
    if wish in ("stop_now", "not_now", "repeat"):
        yield Tell("goodbye")
        return Bye()
    return after(wish, o, o.args["case"])


def ask_back(o: Opening) -> Script:
    """Some time after its end: whether it held, and how content she is; from the menu, or on a call
    of ours that begins as one with an answer does. Who is not content hears what she may do."""
    if o.facts.get("we_called"):
        met = yield from _met(o)
        if met != "ok":
            yield Tell(met)
            return Bye()
    follows = yield Do(FindFollowUp(o.args["case"]))
    if follows["check_back"]:
        held = yield from check_back(o.args["case"])
        if held == "no":
            return Next("not_solved", {"case": o.args["case"]})
    elif (yield from how_content(o.args["case"])) == "unsatisfied":
        return Next("not_solved", {"case": o.args["case"]})
    if o.facts.get("we_called"):
        yield Tell("goodbye")
    return onward(o)


def _met(o: Opening) -> Asking:
    """Who calls, whether she can talk now, and whether it is she: `ok`, or what is said instead."""
    yield Tell("call.who")
    ready = yield Choose("call.can_you_talk", ("yes", "later", "never"), silent="later")
    if ready == "never":
        yield Do(ChooseAnswer(o.args["case"], "i_will_call"))
        yield Do(StopContacts())
        return "call.never"
    if ready == "later":
        return "call.neutral_end"
    called = str(o.facts["called"]) if o.facts.get("called") else None
    me = yield Do(FindSelf(called))
    if me["is"] == "known_with_pin":
        opened = yield from opened_by_pin(called)
    elif o.facts.get("shared"):
        opened = yield from _opened_by_code(o.args["case"])
    else:
        opened = "ok"
    return "ok" if opened == "ok" else "call.neutral_end"


def _opened_by_code(case_id: str) -> Asking:
    """Ask for the code of this case: `ok`, `wrong` or left out."""
    for _ in range(PIN_TRIES):
        entered = yield Enter("case.enter_code", 8, silent=LEFT_OUT)
        if entered == LEFT_OUT:
            return LEFT_OUT
        found = yield Do(FindCase(entered))
        if found.get("case") == case_id:
            return "ok"
        yield Tell("case.wrong_code")
    return "wrong"
