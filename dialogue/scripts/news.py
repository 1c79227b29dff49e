"""News that we bring: a call of ours, and the question whether we may."""

from __future__ import annotations

from dialogue.effects import (
    FindNewsWish,
    KeepNewsSlot,
    KeepNewsWish,
    NoteListened,
    NoteReady,
    StopContacts,
)
from dialogue.words import Bye, Choose, Do, Next, Opening, Script, Tell

_READY = ("yes", "later", "never")
_AFTER = ("repeat", "to_menu", "never", "stop_now")
"""`never` is on key 3 before the news and during it."""

_WAYS = ("news_by_call", "news_by_text", "no")
_WAYS_WITHOUT_TEXT = ("news_by_call", "no")
_SLOTS = ("slot_morning", "slot_afternoon", "slot_evening", "slot_any")


def broadcast(o: Opening) -> Script:
    """Who calls, why, that it is free, how long, how to stop; whether she can talk; the news."""
    yield Tell("broadcast.who")
    yield Tell(f"broadcast.minutes.{o.args['minutes']}")
    yield Tell("broadcast.how_to_stop")
    ready = yield Choose("call.can_you_talk", _READY, silent="silent")
    if ready == "never":
        yield Do(StopContacts())
        yield Do(NoteReady(o.args["recipient"], "never"))
        yield Tell("call.never")
        return Bye()
    if ready == "later":
        yield Do(NoteReady(o.args["recipient"], "later"))
    if ready != "yes":
        yield Tell("call.neutral_end")
        return Bye()
    yield Do(NoteReady(o.args["recipient"], "yes"))
    return Next("news", o.args)


def news(o: Opening) -> Script:
    """The news itself, and what she wishes afterwards, or meanwhile."""
    yield Tell(o.args["prompt"])
    wish = yield Choose("broadcast.after", _AFTER, silent="stop_now")
    yield Do(NoteListened(o.args["recipient"]))
    if wish == "never":
        yield Do(StopContacts())
        yield Do(NoteReady(o.args["recipient"], "never"))
        yield Tell("call.never")
        return Bye()
    if wish == "repeat":
        yield Do(NoteReady(o.args["recipient"], "yes"))
        return Next("news", o.args)
    if wish == "to_menu":
        return Next("welcome")
    yield Tell("goodbye")
    return Bye()


def may_we(o: Opening) -> Script:
    """Ask once whether we may bring news, and how; then on to what she was choosing."""
    found = yield Do(FindNewsWish())
    if found["is"] == "ask":
        ways = _WAYS if o.facts["can_text"] else _WAYS_WITHOUT_TEXT
        way = yield Choose("news.may_we", ways, silent="no_answer")
        if way != "no_answer":
            yield Do(KeepNewsWish(way))
            yield Tell("news.no" if way == "no" else "news.yes")
        if way == "news_by_call":
            slot = yield Choose("news.when", _SLOTS, silent="slot_any")
            yield Do(KeepNewsSlot(slot))
    return Next("library")
