"""Who is speaking, on a phone that several people use."""

from __future__ import annotations

from dialogue.effects import Recognise
from dialogue.words import LEFT_OUT, Choose, Do, Enter, Know, Next, Opening, Script, Speak, Tell

_TRIES = 3


def who(o: Opening) -> Script:
    """Whose PIN of those on this line; anybody else goes on unknown, and nothing is told her.

    Before a PIN it is certain of nobody: pressing "I am the one" proves nothing.
    """
    is_it = yield Choose("who.is_it", ("same_person", "another_person"))
    left = _TRIES if is_it == "same_person" else 0
    while left:
        left -= 1
        pin = yield Enter("case.enter_pin", 4, silent=LEFT_OUT)
        if pin == LEFT_OUT:
            break
        me = yield Do(Recognise(pin))
        if me["is"] == "ok":
            unfinished = o.facts.get(f"left:{me['person']}")
            known = {"person": me["person"], "proven": True, "unfinished": unfinished}
            # Whoever is unknown on a line of four people cannot be called; she can.
            yield Know({**known, "has_number": True})
            if me["language"] in o.programme.languages:
                yield Speak(me["language"])
            break
        if me["is"] == "locked":
            yield Tell("case.locked")
            break
        if left:
            yield Tell("case.wrong_pin")
    return Next("welcome", {"who_was_asked": True})
