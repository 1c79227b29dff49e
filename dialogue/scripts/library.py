"""The library: choose a category, hear a message, then the next, the same again, or back."""

from __future__ import annotations

from dialogue.effects import FindToday
from dialogue.words import Choose, Do, Next, Opening, Script, Tell


def library(o: Opening) -> Script:
    """Choose a category."""
    option = yield Choose("library.which", tuple(shelf.option for shelf in o.programme.categories))
    return Next("message", {"category": option, "place": 0})


def message(o: Opening) -> Script:
    """Hear one message of a category; what has expired is not played."""
    today = yield Do(FindToday())
    shelf = o.programme.category(o.args["category"])
    current = tuple(
        each.slug
        for each in (shelf.messages if shelf else ())
        if each.expires_on.isoformat() >= today["today"]
    )
    place = o.args["place"]
    if not current:
        yield Tell("library.empty")
        return Next("library")
    if place >= len(current):
        yield Tell("library.end")
        return Next("may_we")
    is_first = place == 0 and not o.args.get("repeated")
    if is_first and len(current) > 1 and o.by_voice:
        # A text would cost another message for it.
        yield Tell("library.count", count=len(current))
    yield Tell(f"message.{current[place]}")
    wish = yield Choose("message.after", ("next", "repeat", "back"))
    if wish == "back":
        return Next("library")
    shelf_again = {"category": o.args["category"], "place": place}
    if wish == "repeat":
        return Next("message", {**shelf_again, "repeated": True})
    return Next("message", {**shelf_again, "place": place + 1})


def quick_exit(o: Opening) -> Script:
    """A harmless message, for whoever is suddenly not alone."""
    yield Tell(f"message.{o.programme.quick_exit}")
    wish = yield Choose("message.after", ("repeat", "back"))
    return Next("quick_exit" if wish == "repeat" else "menu")
