"""Help in private: the sealed track (DOMAIN 1.5), from any question by one key or word.

Nothing is asked but whether a trained woman may call, where and when. Each answer is sealed in the
turn in which it is given, and what follows is a script of its own: no journal holds one. At the end
nothing is told together with another question: what is told with that may be told again.
"""

from __future__ import annotations

from dialogue.effects import FindDesignated, SealHour, SealNumber, SealWords
from dialogue.words import (
    LEFT_OUT,
    Bye,
    Choose,
    Do,
    Enter,
    Form,
    Next,
    Opening,
    Script,
    Speak,
    Statement,
    Tell,
)

_SLOTS = ("slot_morning", "slot_afternoon", "slot_evening", "slot_any")
_MOST_DIGITS = 15
_TRIES = 3
_MOST_SECONDS = 120


def private(o: Opening) -> Script:
    """The safety line before all else; on a call, whom she can call herself, day and night."""
    is_known = bool(o.facts["language_known"])
    spoken: tuple[str | None, ...] = (None,) if is_known else o.languages
    for tag in spoken:
        yield Tell("private.safety", language=tag)
        if o.by_voice:
            yield Tell("private.lines", language=tag)
    if not is_known:
        chosen = yield Choose("language.which", o.languages, silent=LEFT_OUT, barge_in=False)
        if chosen == LEFT_OUT:
            return Next("hello")
        yield Speak(chosen)
    if o.facts.get("not_open"):
        return Next("private_closed")
    found = yield Do(FindDesignated())
    return Next("private_ask" if found["is"] == "open" else "private_closed")


def private_closed(o: Opening) -> Script:
    """Nobody could open what she entrusts to us: nothing is asked."""
    if not o.by_voice:
        yield Tell("private.lines")
    wish = yield Choose("message.after", ("repeat", "back"), silent="back", barge_in=False)
    return Next("private" if wish == "repeat" else "menu")


def private_ask(o: Opening) -> Script:
    """May a trained woman call her? In a text the numbers to call are written if she asks."""
    ways: tuple[str, ...] = ("yes", "no")
    if not (o.by_voice or o.args.get("told")):
        ways = (*ways, "help_numbers")
    may = yield Choose("private.may_call", ways, secret=True, silent="no", barge_in=False)
    if may == "help_numbers":
        yield Tell("private.lines")
        return Next("private_ask", {"told": True})
    if may == "no":
        return Next("menu")
    return Next("private_where" if o.facts["has_number"] else "private_number")


def private_where(o: Opening) -> Script:
    """On this phone or on another."""
    ways = ("this_number", "another_number")
    where = yield Choose("private.which_number", ways, secret=True, silent=LEFT_OUT)
    if where == "another_number":
        return Next("private_number")
    if where == LEFT_OUT:
        return Next("menu")
    kept = yield Do(SealNumber(None))
    return Next("private_when", {"report": kept["report"]})


def private_number(o: Opening) -> Script:
    """The other number."""
    for _ in range(_TRIES):
        digits = yield Enter(
            "private.number",
            _MOST_DIGITS,
            silent=LEFT_OUT,
            form=Form.PHONE,
        )
        if digits == LEFT_OUT:
            return Next("menu")
        kept = yield Do(SealNumber(digits))
        if kept["is"] == "kept":
            return Next("private_when", {"report": kept["report"]})
        yield Tell("entry.no_phone")
    return Next("menu")


def private_when(o: Opening) -> Script:
    """At which hour."""
    hour = yield Choose("private.when", _SLOTS, secret=True, silent=LEFT_OUT)
    if hour == LEFT_OUT:
        # She does not answer any more: what she agreed to stands, and no more is said aloud.
        return Next("menu")
    yield Do(SealHour(o.args["report"], hour))
    return Next("private_kept", {"report": o.args["report"]})


def private_kept(o: Opening) -> Script:
    """That is all. Who wants to leave words may; nobody is asked for them."""
    wish = yield Choose(
        "private.kept", ("that_is_all", "leave_words"), secret=True, silent="that_is_all"
    )
    if wish == "leave_words":
        return Next("private_words", {"report": o.args["report"]})
    yield Tell("goodbye")
    return Bye()


def private_words(o: Opening) -> Script:
    """Her own words. The key of the quick exit ends them and takes them back."""
    words = yield Statement("private.words", at_most=_MOST_SECONDS, silent=LEFT_OUT)
    if words != LEFT_OUT:
        kept = yield Do(SealWords(o.args["report"], words))
        if kept["is"] == "taken_back":
            return Next("quick_exit")
    yield Tell("goodbye")
    return Bye()
