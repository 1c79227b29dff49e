"""Calls as bytes, signed before anything is measured, each with what its answer must hold."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

ORIGIN = "https://rimay.example"
LINE = "+51644000100"

Step = tuple[str, str]
"""The key that is pressed, and the prompt that must be heard after it."""

TO_THE_MENU: tuple[Step, ...] = (
    ("", "option.quy"),
    ("1", "practice.press_one"),
    ("1", "menu.main"),
)
"""How a first call begins: the greeting, then Spanish, then one key to try."""

AROUND: tuple[Step, ...] = (
    ("1", "library.which"),
    ("1", "message.after"),
    ("1", "message.after"),
    ("2", "message.after"),
    ("3", "library.which"),
    ("9", "menu.main"),
    ("*", "menu.main"),
    ("2", "support.kind"),
    ("1", "support.topic"),
    ("9", "support.kind"),
    ("9", "menu.main"),
)
"""From the menu through the library and the support line, with repeats, and back to the menu."""

TO_THE_SURVEY: tuple[Step, ...] = (*TO_THE_MENU, ("3", "survey.consent"))


@dataclass(frozen=True, slots=True)
class Post:
    """One request as it goes out, and what its answer must hold."""

    request: bytes
    expected: bytes


@dataclass(frozen=True, slots=True)
class Walk:
    """A way through a call: unmeasured up to where it is, then measured."""

    before: tuple[Step, ...]
    measured: tuple[Step, ...]


def through_survey(questions: Sequence[str]) -> Walk:
    """Consent and every answer, each kept at once, each followed by a repeat that keeps nothing."""
    after = [*(f"question.{name}" for name in questions), "menu.main"]
    steps = [step for key in after for step in (("1", key), ("*", key))]
    return Walk(TO_THE_SURVEY, tuple(steps))


def around_menus(times: int) -> Walk:
    """Keys that move the conversation and have no effect beyond it."""
    return Walk(TO_THE_MENU, AROUND * times)


def call(walk: Walk, *, token: str, port: int, is_checked: bool) -> tuple[list[Post], list[Post]]:
    """The requests of one new caller's call: those before, and those measured.

    Where it `is_checked`, an answer must hold the prompt that its step names.
    """
    sid, caller = new_caller()
    steps = (*walk.before, *walk.measured)
    posts = [
        _post(
            n, key, expected if is_checked else "", sid=sid, caller=caller, token=token, port=port
        )
        for n, (key, expected) in enumerate(steps)
    ]
    return posts[: len(walk.before)], posts[len(walk.before) :]


def new_caller() -> tuple[str, str]:
    """The ids of a new call, and of a mobile that never called before."""
    number = "".join(secrets.choice("0123456789") for _ in range(8))
    return "CA" + secrets.token_hex(16), f"+519{number}"


def path_of(n: int) -> str:
    return f"/voice/turn?n={n}&l=es" if n else "/voice/inbound"


def form_of(key: str, *, sid: str, caller: str) -> dict[str, str]:
    """What the carrier posts about a call, in the shape of its documentation."""
    form = {
        "AccountSid": "AC" + "0" * 32,
        "ApiVersion": "2010-04-01",
        "CallSid": sid,
        "CallStatus": "in-progress",
        "Called": LINE,
        "Caller": caller,
        "Direction": "inbound",
        "From": caller,
        "To": LINE,
    }
    return {**form, "msg": "Gather End", "Digits": key} if key else form


def sign(token: str, path: str, form: dict[str, str]) -> str:
    """The carrier's signature: HMAC-SHA1 of the address and the sorted form."""
    text = ORIGIN + path + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), hashlib.sha1)).decode()


def _post(n: int, key: str, expected: str, *, sid: str, caller: str, token: str, port: int) -> Post:
    path, form = path_of(n), form_of(key, sid=sid, caller=caller)
    body = urlencode(form)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"X-Twilio-Signature: {sign(token, path, form)}\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return Post((head + body).encode(), expected.encode())
