"""How conversations begin, in every variant that a script can tell apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from dialogue.words import Next, Scalar

Facts = Mapping[str, Scalar]

PERSON = "sample"
"""Whoever is found on a line, or was called."""

_LINES: tuple[Facts, ...] = tuple(
    {"channel": channel, "has_number": number, "can_text": text, "shared": shared}
    for channel, number, text, shared in (
        ("voice", True, True, False),
        ("voice", True, False, False),
        ("voice", False, False, False),
        ("sms", True, True, False),
        ("voice", True, True, True),
        ("voice", True, False, True),
        ("sms", True, True, True),
        # So many are known on the line that who is new there cannot be called.
        ("voice", False, True, True),
    )
)


@dataclass(frozen=True, slots=True)
class Start:
    """One way in: its name, where it leads, on which channels, and the key that goes there."""

    name: str
    to: Next = field(compare=False)
    channels: tuple[str, ...] = ("voice", "sms")
    key: str | None = None
    """A global key or word, from any question; None for how a conversation begins."""


CALLED_IN: Final = "called"

STARTS: tuple[Start, ...] = (
    Start(CALLED_IN, Next("hello")),
    Start("wrote_much", Next("speak"), channels=("sms",)),
    Start(
        "we_called",
        Next("deliver_answer", {"case": "sample", "reply": "sample"}),
        channels=("voice",),
    ),
    Start("we_called_back", Next("call_back"), channels=("voice",)),
    Start(
        "we_brought_news",
        Next("broadcast", {"recipient": "sample", "prompt": "broadcast.none", "minutes": 1}),
        channels=("voice",),
    ),
    Start(
        "we_called_for_interview",
        Next("interview", {"sampled": "sample", "minutes": 1}),
        channels=("voice",),
    ),
    Start("we_asked_back", Next("ask_back", {"case": "sample"}), channels=("voice",)),
    Start(
        "wrote_back", Next("text_back", {"case": "sample", "reply": "sample"}), channels=("sms",)
    ),
    Start("before_opening", Next("record_door"), channels=("voice",)),
    Start("person", Next("person"), key="0"),
    Start("nothing_chosen", Next("speak", {"stuck": True}), key="nothing"),
    Start("quick_exit", Next("quick_exit"), key="7"),
    Start("private", Next("private"), key="8"),
    Start("menu", Next("menu"), key="menu"),
    Start("reopen", Next("my_case", {"wish": "reopen"}), channels=("sms",), key="reopen"),
    Start("appeal", Next("my_case", {"wish": "appeal"}), channels=("sms",), key="appeal"),
    Start("my_data", Next("my_data"), channels=("sms",), key="my_data"),
    *(
        Start(kind, Next("told_kind", {"kind": kind}), channels=("sms",), key=kind)
        for kind in ("question", "grievance", "suggestion", "compliment")
    ),
)
"""Every opening that the runner and the jobs begin, and every wish that the engine grants."""


def variants() -> tuple[Facts, ...]:
    """Everything a conversation may know from the start: line, language, something unfinished.

    Whether a person has a PIN is no fact: it is an outcome of `FindSelf`.
    """
    return tuple(
        {
            **line,
            "language_known": known,
            # On a shared phone it is offered to whom it belongs, once she is known.
            "unfinished": "sample" if left and not line["shared"] else None,
            f"left:{PERSON}": "sample" if left and line["shared"] else None,
            "person": None,
            "called": PERSON,
        }
        for line, known, left in product(_LINES, (True, False), (False, True))
        # What was left unfinished is found by the line: not for a withheld number.
        if not left or line["has_number"] or line["shared"]
    )
