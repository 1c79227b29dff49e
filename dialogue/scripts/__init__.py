"""The scripts, and the table in which the engine finds them by name.

Scripts hold no `try`, `with` or import but the engine's words and effects, and the part that
several share: they are left and re-entered at every turn.
"""

from __future__ import annotations

from collections.abc import Mapping

from dialogue.scripts.answers import ask_back, case, code, deliver_answer, my_case
from dialogue.scripts.follow_up import (
    accepted,
    asked_anew,
    not_solved,
    refused,
    say_more,
    text_back,
)
from dialogue.scripts.library import library, message, quick_exit
from dialogue.scripts.my_data import my_data, my_right, who_knows
from dialogue.scripts.news import broadcast, may_we, news
from dialogue.scripts.people import who
from dialogue.scripts.person import person, stuck
from dialogue.scripts.private import (
    private,
    private_ask,
    private_closed,
    private_kept,
    private_number,
    private_when,
    private_where,
    private_words,
)
from dialogue.scripts.recording import not_open, record, record_door, record_proof, take
from dialogue.scripts.start import call_back, hello, menu, practice, welcome
from dialogue.scripts.support import (
    about_her,
    contact,
    no_number,
    speak,
    statement,
    support,
    told_kind,
)
from dialogue.scripts.survey import interview, survey
from dialogue.words import Unit

UNITS: Mapping[str, Unit] = {
    "hello": Unit(hello, up=""),
    "practice": Unit(practice, up="welcome"),
    "who": Unit(who, up=""),
    "welcome": Unit(welcome, up=""),
    "call_back": Unit(call_back, up=""),
    "menu": Unit(menu, up=""),
    "library": Unit(library, resumable=True),
    "message": Unit(message, up="library", resumable=True),
    "quick_exit": Unit(quick_exit),
    "support": Unit(support, resumable=True),
    "told_kind": Unit(told_kind, up="support", resumable=True),
    "contact": Unit(contact, up="support"),
    "statement": Unit(statement, up="support", resumable=True, always=True),
    "about_her": Unit(about_her),
    "person": Unit(person),
    "no_number": Unit(no_number, up=""),
    "stuck": Unit(stuck),
    "speak": Unit(speak),
    "my_case": Unit(my_case),
    "code": Unit(code),
    "case": Unit(case),
    "my_data": Unit(my_data, up="support"),
    "my_right": Unit(my_right),
    "who_knows": Unit(who_knows),
    "say_more": Unit(say_more),
    "text_back": Unit(text_back),
    "accepted": Unit(accepted),
    "refused": Unit(refused),
    "not_solved": Unit(not_solved),
    "asked_anew": Unit(asked_anew),
    "record_door": Unit(record_door, up=""),
    "record_proof": Unit(record_proof),
    "record": Unit(record),
    "take": Unit(take),
    "survey": Unit(survey, resumable=True),
    "deliver_answer": Unit(deliver_answer, up=""),
    "ask_back": Unit(ask_back, up=""),
    "broadcast": Unit(broadcast, up=""),
    "news": Unit(news, up=""),
    "interview": Unit(interview, up=""),
    "may_we": Unit(may_we, up="library"),
    "private": Unit(private, up="hello"),
    "private_closed": Unit(private_closed),
    "private_ask": Unit(private_ask),
    "private_where": Unit(private_where, up="private_ask"),
    "private_number": Unit(private_number, up="private_ask"),
    # What she agreed to stands: from here "back" says goodbye.
    "private_when": Unit(private_when, up=""),
    "private_kept": Unit(private_kept, up=""),
    "private_words": Unit(private_words, up=""),
}

BEFORE_OPENING: Mapping[str, Unit] = {
    **{name: UNITS[name] for name in ("record_door", "record_proof", "record", "take")},
    # Whom to call is told before we are open too.
    **{name: UNITS[name] for name in ("private", "private_closed")},
    **{name: Unit(not_open, up="") for name in ("menu", "speak", "stuck", "quick_exit", "hello")},
}
"""What a line that is not open yet has, while somebody records it."""

SEALED = tuple(name for name in UNITS if name.startswith("private"))
"""Help in private: of these nothing is left but what is sealed."""

PROTECTED = (
    *("case", "say_more", "text_back", "accepted", "refused", "not_solved", "asked_anew"),
    *("my_right", "who_knows"),
    *SEALED,
)
"""What nobody else on this phone may come upon: it does not stay open."""
