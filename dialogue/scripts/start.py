"""How a conversation starts: in her language, with what was left unfinished, at the menu."""

from __future__ import annotations

from dialogue.effects import CheckPin, EndUnfinished, FindSelf, FindWaiting, StopContacts
from dialogue.words import Bye, Choose, Do, Enter, Next, Opening, Script, Speak, TakeUp, Tell


def hello(o: Opening) -> Script:
    """Greet; where her language is not known, in each of them, and ask for it."""
    if o.facts["language_known"]:
        yield Tell("greeting")
    else:
        for tag in o.languages:
            yield Tell("greeting", language=tag)
        chosen = yield Choose("language.which", o.languages)
        yield Speak(chosen)
        if o.by_voice and o.facts["has_number"]:
            # Once, for whoever will be known the next time.
            return Next("practice")
    return Next("welcome")


def practice(o: Opening) -> Script:
    """One key to try, for whoever never used a keypad; who presses none hears what happens."""
    pressed = yield Choose("practice.press_one", ("ready",), silent="no_key")
    yield Tell("practice.well_done" if pressed == "ready" else "practice.no_matter")
    return Next("welcome")


def call_back(o: Opening) -> Script:
    """A call of ours to whoever rang and hung up: who calls, and whether she can talk now."""
    yield Tell("call.who")
    ready = yield Choose("call.can_you_talk", ("yes", "later", "never"), silent="later")
    if ready == "never":
        yield Do(StopContacts())
        yield Tell("call.never")
        return Bye()
    if ready == "later":
        yield Tell("call.neutral_end")
        return Bye()
    return Next("hello")


def welcome(o: Opening) -> Script:
    """Offer to go on where she was, in words that name nothing; else the menu."""
    if o.facts.get("shared") and not o.args.get("who_was_asked"):
        return Next("who")
    waiting = yield Do(FindWaiting())
    if waiting["is"] == "waits":
        # Not whose, nor of what: her PIN is asked for where she has one.
        wish = yield Choose("case.offer", ("yes", "no"), silent="no")
        if wish == "yes":
            return Next("my_case")
    if o.facts["unfinished"]:
        wish = yield Choose("resume.offer", ("yes", "no"))
        if wish == "yes":
            me = yield Do(FindSelf())
            if me["is"] != "known_with_pin" or o.facts.get("proven"):
                return TakeUp()
            for _ in range(3):
                pin = yield Enter("case.enter_pin", 4)
                checked = yield Do(CheckPin(pin))
                if checked["is"] == "ok":
                    return TakeUp()
                if checked["is"] == "locked":
                    yield Tell("case.locked")
                    return Next("menu")
                yield Tell("case.wrong_pin")
        if wish == "no":
            yield Do(EndUnfinished())
    return Next("menu")


def menu(o: Opening) -> Script:
    """The main menu: each option leads to its tool."""
    chosen = yield Choose("menu.main", tuple(item.option for item in o.programme.menu))
    for item in o.programme.menu:
        if item.option == chosen:
            return Next(item.tool.value)
    return Bye()
