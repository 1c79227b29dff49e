"""A person to talk to: whoever is on duty now, else a message, or to be called."""

from __future__ import annotations

from dialogue.effects import AskForCall, EndBridge, FindReach, RingSomebody
from dialogue.words import Choose, Connect, Do, Next, Opening, Script, Tell

_MOST_RUNG = 3
"""People rung one after the other, each for as long as the channel lets a phone ring."""


def person(o: Opening) -> Script:
    """Ring who is on duty, one after the other; when nobody can, ask what she would rather.

    In a text it is what she wants to say, at once.
    """
    if not o.by_voice:
        return Next("speak")
    onward = "menu" if o.facts["language_known"] else "hello"
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
            return Next(onward)
        if ended["is"] == "gone":
            return Next(onward)
    yield Tell("person.nobody")
    reach = yield Do(FindReach())
    if reach["is"] == "cannot_be_called":
        return Next("speak")
    wish = yield Choose("person.otherwise", ("voice_message", "call_me"), silent="voice_message")
    if wish == "voice_message":
        return Next("speak")
    asked = yield Do(AskForCall())
    yield Tell("person.will_call")
    yield Tell("support.your_code", code=asked["code"])
    return Next(onward)
