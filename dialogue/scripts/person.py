"""A person to talk to: whoever is on duty now, else a message, or to be called."""

from __future__ import annotations

from dialogue.effects import AskForCall, EndBridge, FindReach, RingSomebody
from dialogue.words import LEFT_OUT, Bye, Choose, Connect, Do, Next, Opening, Script, Tell

_MOST_RUNG = 3
"""People rung one after the other, each for as long as the channel lets a phone ring."""


def stuck(o: Opening) -> Script:
    """She was asked three times, could not choose and did not speak: what is easier for her."""
    reach = yield Do(FindReach())
    ways: tuple[str, ...] = ("voice_message", "call_me", "a_person")
    if reach["is"] == "cannot_be_called":
        ways = ("voice_message", "a_person")
    wish = yield Choose("stuck.what_now", ways, silent=LEFT_OUT)
    if wish == LEFT_OUT:
        yield Tell("goodbye")
        return Bye()
    if wish == "call_me":
        return (yield from _called_later(o))
    return Next("person" if wish == "a_person" else "speak")


def person(o: Opening) -> Script:
    """Ring who is on duty, one after the other; when nobody can, ask what she would rather.

    In a text it is what she wants to say, at once.
    """
    if not o.by_voice:
        return Next("speak")
    rung: tuple[str, ...] = ()
    for _ in range(_MOST_RUNG):
        found = yield Do(RingSomebody(rung))
        if found["is"] == "nobody":
            break
        yield Tell("person.try_another" if rung else "person.connecting")
        if found["is"] == "ringing_another":
            yield Tell("person.other_language")
        rung = (*rung, found["staff"])
        how = yield Connect(found["bridge"])
        ended = yield Do(EndBridge(found["bridge"], how))
        if ended["is"] == "talked":
            yield Tell("person.talked")
            return Next(_onward(o))
        if ended["is"] == "gone":
            return Next(_onward(o))
    if not o.facts["language_known"]:
        # No more menus in words that may not be hers.
        for tag in o.languages:
            yield Tell("person.nobody", language=tag)
        return Next("speak")
    yield Tell("person.nobody")
    reach = yield Do(FindReach())
    if reach["is"] == "cannot_be_called":
        return Next("speak")
    wish = yield Choose("person.otherwise", ("voice_message", "call_me"), silent="voice_message")
    if wish == "voice_message":
        return Next("speak")
    return (yield from _called_later(o))


def _called_later(o: Opening) -> Script:
    asked = yield Do(AskForCall())
    yield Tell("person.will_call")
    yield Tell("support.your_code", code=asked["code"])
    return Next(_onward(o))


def _onward(o: Opening) -> str:
    return "menu" if o.facts["language_known"] else "hello"
