"""Her own case: how it stands, and the answer to it, whoever calls whom."""

from __future__ import annotations

from dialogue.effects import (
    CheckCasePin,
    CheckPin,
    ChooseAnswer,
    FindCase,
    FindSelf,
    FindStanding,
    MarkHeard,
    StopContacts,
)
from dialogue.words import (
    LEFT_OUT,
    Asking,
    Bye,
    Choose,
    Do,
    Enter,
    Know,
    Next,
    Opening,
    Script,
    Tell,
)

_PIN_TRIES = 3

_AFTER_OTHERS = ("repeat", "back")
_AFTER_OLDEST = ("repeat", "other_case", "back")
_AFTER_OWN = ("repeat", "older_case", "other_case", "back")


def my_case(o: Opening) -> Script:
    """From her own phone, with her PIN where she has one; from any other by code and PIN.

    Whoever is not known on a shared phone needs a code there too.
    """
    me = yield Do(FindSelf())
    if not o.facts.get("proven"):
        if me["is"] == "known_with_pin":
            opened = yield from _opened_by_pin()
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
    return Next("case", {"older": 0})


def code(o: Opening) -> Script:
    """Find a case by its code and PIN, from any phone."""
    entered = yield Enter("case.enter_code", 8)
    found = yield Do(FindCase(entered))
    if found["is"] == "found_here":
        return Next("case", {"case": found["case"]})
    if found["is"] == "recording" and o.by_voice:
        return Next("record_proof", {"code": found["code"]})
    if found["is"] != "found":
        yield Tell("case.unknown" if found["is"] == "unknown" else "case.wrong_code")
        return Next("code")
    for _ in range(_PIN_TRIES):
        pin = yield Enter("case.enter_pin", 4)
        checked = yield Do(CheckCasePin(found["case"], pin))
        if checked["is"] == "ok":
            return Next("case", {"case": found["case"]})
        if checked["is"] == "locked":
            yield Tell("case.locked")
            return Next("menu")
        if checked["is"] == "none":
            yield Tell("case.no_pin_elsewhere")
            return Next("menu")
        yield Tell("case.wrong_pin")
    return Next("menu")


def case(o: Opening) -> Script:
    """How a case stands, in words that name neither topic nor person; and its answer."""
    case_id, older = o.args.get("case"), o.args.get("older", 0)
    standing = yield Do(FindStanding(case_id, older))
    if standing.get("said_on"):
        # Which of hers it is, where she has several; nothing of what it is about.
        yield Tell("case.said_on", day=standing["said_on"])
    yield Tell(f"case.status.{standing['is']}")
    if standing["is"] == "answered":
        yield Tell("case.answer_follows", reply=standing["reply"])
    options: tuple[str, ...] = _AFTER_OTHERS if case_id is not None else _AFTER_OLDEST
    if standing["more"]:
        options = _AFTER_OWN
    wish = yield Choose("case.after", options, silent="back")
    if standing["is"] == "answered" and standing["reaches"]:
        yield Do(MarkHeard(standing["reply"]))
    if wish == "repeat":
        return Next("case", o.args)
    if wish == "older_case":
        return Next("case", {"older": older + 1})
    return Next("code" if wish == "other_case" else "menu")


def deliver_answer(o: Opening) -> Script:
    """A call of ours: who calls, whether she can talk now, her PIN, then the answer.

    On a shared phone who has no PIN gives the code of her case. Silence or "no" ends in neutral
    words and says nothing of any case.
    """
    yield Tell("call.who")
    ready = yield Choose("call.can_you_talk", ("yes", "later", "never"), silent="later")
    if ready == "never":
        yield Do(ChooseAnswer(o.args["case"], "i_will_call"))
        yield Do(StopContacts())
        yield Tell("call.never")
        return Bye()
    if ready == "later":
        yield Tell("call.neutral_end")
        return Bye()
    called = str(o.facts["called"]) if o.facts.get("called") else None
    me = yield Do(FindSelf(called))
    if me["is"] == "known_with_pin":
        opened = yield from _opened_by_pin(called)
    elif o.facts.get("shared"):
        opened = yield from _opened_by_code(o.args["case"])
    else:
        opened = "ok"
    if opened != "ok":
        yield Tell("call.neutral_end")
        return Bye()
    yield Tell("case.answer_follows", reply=o.args["reply"])
    wish = yield Choose("case.answer_again", ("repeat", "stop_now"), silent="stop_now")
    yield Do(MarkHeard(o.args["reply"]))
    for _ in range(3):
        if wish == "repeat":
            yield Tell("case.answer_follows", reply=o.args["reply"])
            wish = yield Choose("case.answer_again", ("repeat", "stop_now"), silent="stop_now")
    yield Tell("goodbye")
    return Bye()


def _opened_by_pin(person: str | None = None) -> Asking:
    """Ask for the PIN of who is speaking, or of `person`: `ok`, `wrong`, `locked` or left out.

    With `person` it is certain from here on that she is speaking.
    """
    for _ in range(_PIN_TRIES):
        pin = yield Enter("case.enter_pin", 4, silent=LEFT_OUT)
        if pin == LEFT_OUT:
            return LEFT_OUT
        checked = yield Do(CheckPin(pin, person))
        if checked["is"] == "ok" and person is not None:
            yield Know({"person": person, "proven": True})
        if checked["is"] != "wrong":
            return str(checked["is"])
        yield Tell("case.wrong_pin")
    return "wrong"


def _opened_by_code(case_id: str) -> Asking:
    """Ask for the code of this case: `ok`, `wrong` or left out."""
    for _ in range(_PIN_TRIES):
        entered = yield Enter("case.enter_code", 8, silent=LEFT_OUT)
        if entered == LEFT_OUT:
            return LEFT_OUT
        found = yield Do(FindCase(entered))
        if found.get("case") == case_id:
            return "ok"
        yield Tell("case.wrong_code")
    return "wrong"
