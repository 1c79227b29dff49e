"""What follows an answer: saying more, accepting or refusing what is proposed, being asked later
whether it held, and turning to somebody else where it did not."""

from __future__ import annotations

from dialogue.effects import (
    AskAnew,
    CheckPin,
    Decide,
    FindFollowUp,
    FindSelf,
    KeepCheckBack,
    KeepMore,
    KeepSatisfaction,
    MarkHeard,
    TakeText,
)
from dialogue.scripts.support import other_places
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
    Statement,
    Tell,
)

MOST_REPEATS = 3
PIN_TRIES = 3
SATISFACTIONS = ("satisfied", "partly", "unsatisfied")
"""The keys 1 to 3."""

_AFTER = ("say_more", "repeat", "stop_now")
_DECIDING = ("accept", "refuse", "repeat", "not_now")


def hear_out(case: str, reply: str) -> Asking:
    """Play an answer as often as she likes; what she wishes next: `accept`, `refuse`, `not_now`
    where it proposes something that she has not decided on, else `say_more` or `stop_now`."""
    follows = yield Do(FindFollowUp(case))
    is_proposal = follows["is"] == "proposed" and follows["reply"] == reply
    key = "case.accept" if is_proposal else "case.after"
    options = _DECIDING if is_proposal else _AFTER
    silent = "not_now" if is_proposal else "stop_now"
    yield Tell("case.answer_follows", reply=reply)
    wish = yield Choose(key, options, silent=silent)
    yield Do(MarkHeard(reply))
    for _ in range(MOST_REPEATS):
        if wish == "repeat":
            yield Tell("case.answer_follows", reply=reply)
            wish = yield Choose(key, options, silent=silent)
    return str(wish)


def after(wish: str, o: Opening, case: str) -> Next | Bye:
    """Where what she wishes after an answer leads."""
    to = {"say_more": "say_more", "accept": "accepted", "refuse": "refused"}.get(wish)
    return Next(to, {"case": case}) if to else onward(o)


def onward(o: Opening) -> Next | Bye:
    """A call of ours ends here; who called us is at the menu again."""
    return Bye() if o.facts.get("we_called") else Next("menu")


def say_more(o: Opening) -> Script:
    """Her words, kept with the case that they are about."""
    words = yield Statement("case.say_more", silent=LEFT_OUT, takes_media=True)
    if words != LEFT_OUT:
        yield Do(KeepMore(o.args["case"], words))
        yield Tell("case.more_received")
    if o.facts.get("we_called"):
        yield Tell("goodbye")
    return onward(o)


def text_back(o: Opening) -> Script:
    """A text of hers that came after an answer as a text: her decision, or more to say."""
    words = yield Statement("case.say_more", takes_media=True)
    meant = yield Do(TakeText(o.args["case"], o.args["reply"], words))
    if meant["is"] == "kept":
        yield Tell("case.more_received")
        return Bye()
    me = yield Do(FindSelf())
    if me["is"] == "known_with_pin" and (yield from opened_by_pin()) != "ok":
        return Next("menu")
    return Next("accepted" if meant["is"] == "accept" else "refused", {"case": o.args["case"]})


def accepted(o: Opening) -> Script:
    """She accepts what is proposed; then how content she is."""
    kept = yield Do(Decide(o.args["case"], accepts=True))
    if kept["is"] == "too_late":
        yield Tell("case.not_open_now")
        return onward(o)
    yield Tell("case.accepted")
    yield from how_content(o.args["case"])
    if o.facts.get("we_called"):
        yield Tell("goodbye")
    return onward(o)


def refused(o: Opening) -> Script:
    """She refuses what is proposed: she may say why, turn to another of ours, or elsewhere."""
    kept = yield Do(Decide(o.args["case"], accepts=False))
    if kept["is"] == "too_late":
        yield Tell("case.not_open_now")
        return onward(o)
    yield Tell("case.refused")
    wish = yield Choose(
        "case.what_now", ("say_why", "appeal", "another_place", "stop_now"), silent="stop_now"
    )
    if wish == "say_why":
        return Next("say_more", {"case": o.args["case"]})
    return (yield from _turned(wish, o))


def not_solved(o: Opening) -> Script:
    """After its end it is no better: opened once more, somebody else of ours, or another place."""
    follows = yield Do(FindFollowUp(o.args["case"]))
    options = (
        *(("reopen",) if follows["may_reopen"] else ()),
        *(("appeal",) if follows["may_appeal"] else ()),
        "another_place",
        "stop_now",
    )
    wish = yield Choose("case.what_now", options, silent="stop_now")
    return (yield from _turned(wish, o))


def _turned(wish: str, o: Opening) -> Script:
    if wish in ("reopen", "appeal"):
        return Next("asked_anew", {"case": o.args["case"], "how": wish})
    if wish == "another_place":
        yield Tell("case.another_place")
        # Not those of its topic: whoever listens may not be told what it is about.
        yield from other_places(o, None)
    if o.facts.get("we_called"):
        yield Tell("goodbye")
    return onward(o)


def asked_anew(o: Opening) -> Script:
    """Her case is opened again, or goes to somebody who had no part in it; she may say why."""
    kept = yield Do(AskAnew(o.args["case"], str(o.args["how"])))
    if kept["is"] != "kept":
        yield Tell("case.too_late")
        yield Tell("case.another_place")
        yield from other_places(o, None)
        return onward(o)
    yield Tell("case.reopened" if o.args["how"] == "reopen" else "case.appealed")
    return Next("say_more", {"case": o.args["case"]})


def check_back(case: str) -> Asking:
    """Some time after the end: whether it held. `yes`, `no`, or what silence says."""
    yield Tell("case.check_back")
    held = yield Choose("case.still_solved", ("yes", "no"), silent=LEFT_OUT)
    yield Do(KeepCheckBack(case, held))
    yield from how_content(case)
    return str(held)


def how_content(case: str) -> Asking:
    """How content she is, if nobody has asked her since the case was opened last."""
    follows = yield Do(FindFollowUp(case))
    if not follows.get("content"):
        return LEFT_OUT
    said = yield Choose("case.how_content", SATISFACTIONS, silent=LEFT_OUT, optional=True)
    yield Do(KeepSatisfaction(case, said if said != LEFT_OUT else "unsaid"))
    if said != LEFT_OUT:
        yield Tell("case.thanks")
    return str(said)


def opened_by_pin(person: str | None = None) -> Asking:
    """Ask for the PIN of who is speaking, or of `person`: `ok`, `wrong`, `locked` or left out.

    With `person` it is certain from here on that she is speaking.
    """
    for _ in range(PIN_TRIES):
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
