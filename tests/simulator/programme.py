"""A programme's webhooks, small enough to read: it answers what a test wrote down, and remembers.

Signatures are checked with the official validator against the raw request target.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator

SID = "AC" + "5" * 32
TOKEN = "a-simulated-token"
NUMBER = "+51640000100"
SECONDS = 90
"""How long a test waits for what must come."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One webhook, as it arrived."""

    path: str
    method: str
    form: dict[str, str]
    query: dict[str, str]


@dataclass(slots=True)
class Programme:
    """`answers` by path: TwiML, or (body, status, content type). Else an empty Response.

    `sounds` by path are fetched without a signature, as media are.
    """

    answers: dict[str, str | tuple[str, int, str]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    sounds: dict[str, bytes] = field(default_factory=dict)
    forged: int = 0
    news: threading.Condition = field(default_factory=threading.Condition)
    public_url: str = ""

    def add_to(self, app: Flask) -> None:
        app.add_url_rule("/<path:path>", "programme", self.answer, methods=["GET", "POST"])

    def answer(self, path: str) -> Response:
        if path in self.sounds:
            return Response(self.sounds[path], content_type="audio/wav")
        url = self.public_url + request.environ["RAW_URI"]
        given = request.headers.get("X-Twilio-Signature", "")
        validator = RequestValidator(TOKEN)  # type: ignore[no-untyped-call]
        if not validator.validate(url, request.form, given):  # type: ignore[no-untyped-call]
            self.forged += 1
            abort(403)
        asked = Asked("/" + path, request.method, request.form.to_dict(), request.args.to_dict())
        with self.news:
            self.asked.append(asked)
            self.news.notify_all()
        written = self.answers.get(asked.path, "")
        if isinstance(written, tuple):
            body, status, kind = written
            headers = {"Location": body} if 300 <= status < 400 else {}
            return Response(body, status=status, content_type=kind, headers=headers)
        return Response(f"<Response>{written}</Response>", content_type="text/xml")

    def wait_for(self, path: str, *, times: int = 1) -> Asked:
        """The `times`-th webhook to this path, once it has come."""
        with self.news:
            come = self.news.wait_for(lambda: len(self.at(path)) >= times, timeout=SECONDS)
            assert come, f"{path} was asked {len(self.at(path))} times, not {times}"
            return self.at(path)[times - 1]

    def at(self, path: str) -> list[Asked]:
        return [one for one in self.asked if one.path == path]
