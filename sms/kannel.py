"""What Kannel brings: texts, and reports of delivery.

The reply to a text goes out by the outbox, never in the answer to Kannel: there it would be one
text and no more, without a report, and lost with the connection. It is queued in the transaction
in which the text is known to have come; until that has happened Kannel is not told that it has,
and brings the text again (`http-request-retry`), which changes nothing where it had.
"""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qs

from flask import Blueprint, Request, Response, abort, current_app, request
from sqlalchemy import Connection

from contacts import operations as contacts
from contacts.numbers import digits_to_e164
from dialogue.scene import Apologise, NobodyAnswers
from sms import hear, texts
from sms.hear import Received
from sms.webhooks import Sms, say, take
from storage import outbox, received
from storage.queues import Work
from telephony.kannel import Door
from telephony.statuses import note_kannel

brought = Blueprint("kannel", __name__, url_prefix="/sms/kannel")

_BINARY = "1"
"""Kannel's `coding` of what is no text: pictures, settings, ring tones."""

_CHARSETS = {
    "UTF-16BE": "utf-16-be",
    "UCS-2": "utf-16-be",
    "ISO-8859-1": "latin-1",
    "WINDOWS-1252": "cp1252",
}
"""What is not UTF-8; another is read as that."""

_APART = dt.timedelta(milliseconds=1)
"""Between the parts of a reply, so that they go out in their order."""


def _door() -> Door:
    door: Door | None = current_app.extensions["kannel"]
    if door is None:
        abort(403)
    return door


def _sms() -> Sms:
    sms: Sms = current_app.extensions["sms"]
    return sms


@brought.route("", methods=["GET", "POST"])
def inbound() -> Response:
    """Somebody wrote to us. Only 200 and 202 are taken for "we have it"."""
    if not _door().lets_in(request):
        abort(403)
    sms = _sms()
    services = sms.runner.services
    got = hear.received(_form(request), tags=sms.tags, carrier_answers=False)
    if got is None:
        return _taken()
    with services.database.reading() as connection:
        if received.is_done(connection, got.event.message or ""):
            return _taken()
    try:
        take(sms, got, keep=_by_outbox)
    except NobodyAnswers as error:
        # Nothing is kept of her, so that there is nobody to send an apology to.
        current_app.logger.warning("nobody_answers", extra={"programme": error.slug})
    except Apologise as error:
        if not error.goodbye:
            return Response(status=503)
        with services.database.writing() as connection:
            if received.finish(connection, got.event.message or "", now=services.clock()):
                _by_outbox(connection, got, say(sms, "sorry.goodbye", error.language or "es"))
    services.bell.ring(Work.OUTBOX)
    return _taken()


@brought.get("/report")
def report() -> Response:
    """What became of a text of ours."""
    row_id, attempt = request.args.get("o", ""), request.args.get("a", "")
    if not _door().is_report(request, row_id=row_id, attempt=attempt):
        abort(403)
    services, kind = _sms().runner.services, request.args.get("d", "")
    if kind.isascii() and kind.isdecimal() and len(kind) < 10:
        with services.database.writing() as connection:
            note_kannel(
                connection,
                row_id=row_id,
                provider_id=attempt,
                kind=int(kind),
                now=services.clock(),
            )
    return _taken()


def _taken() -> Response:
    return Response(mimetype="text/plain")


def _by_outbox(connection: Connection, got: Received, reply: str) -> None:
    services = _sms().runner.services
    parts = texts.messages_of(reply)
    if not parts:
        return
    now = services.clock()
    person = contacts.keep_person(
        connection, vault=services.vault, number=got.event.theirs or "", language=None, now=now
    )
    # All of them due already: a worker that looks now sends every one.
    for place, part in enumerate(parts, start=1 - len(parts)):
        outbox.add_text(
            connection,
            sender=got.event.ours,
            line_id=person.line_id,
            sealed_body=services.vault.seal_text(outbox.BODY, part),
            now=now,
            priority=outbox.URGENT,
            due_at=now + place * _APART,
            answers=True,
        )


def _form(asked: Request) -> dict[str, str]:
    """What Kannel brings, in the words of `hear`: by `post-url` with the text as the body and the
    numbers in headers; or by `get-url`, with everything in the address."""
    # Not Werkzeug's view of it: the text in an address is in an encoding that the address names.
    raw = asked.query_string.decode("latin-1")
    query = parse_qs(raw, keep_blank_values=True, encoding="latin-1", max_num_fields=32)
    given = {name: values[0].encode("latin-1") for name, values in query.items()}
    if asked.method == "POST":
        body, charset = asked.get_data(), asked.mimetype_params.get("charset", "UTF-8")
        from_, to = asked.headers.get("X-Kannel-From", ""), asked.headers.get("X-Kannel-To", "")
        coding = asked.headers.get("X-Kannel-Coding", "0")
    else:
        body, charset = given.get("text", b""), _word(given, "charset") or "UTF-8"
        from_, to, coding = (_word(given, name) for name in ("from", "to", "coding"))
    is_binary = coding == _BINARY
    message = _word(given, "id")
    return {
        "MessageSid": f"kannel-{message}" if message else "",
        "From": digits_to_e164(from_),
        "To": digits_to_e164(to),
        "Body": "" if is_binary else _decoded(body, charset),
        "NumMedia": "1" if is_binary else "0",
        "MediaContentType0": "application/octet-stream",
    }


def _word(given: dict[str, bytes], name: str) -> str:
    return given.get(name, b"").decode("utf-8", "replace")


def _decoded(body: bytes, charset: str) -> str:
    return body.decode(_CHARSETS.get(charset.upper(), "utf-8"), "replace")
