"""The sound of a case, decrypted for who may hear it, with seeking."""

from __future__ import annotations

import io

from flask import Blueprint, abort, current_app, request, send_file
from flask.typing import ResponseReturnValue

from grievances.desk import basis_of, case_or_404, desk_of
from grievances.takes import Tokens
from staff import operations as staff_operations
from staff.web import current_account, services
from storage.media import MissingMedia

_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "audio/wav": "wav"}

sound = Blueprint("case_sound", __name__, url_prefix="/staff/cases")


@sound.get("/<case_id>/statements/<statement_id>/audio")
def statement_audio(case_id: str, statement_id: str) -> ResponseReturnValue:
    ours = services()
    account = current_account()
    with ours.database.reading() as connection:
        found = case_or_404(connection, ours.vault, desk_of(connection, account), case_id)
    said = next((said for said in found.statements if said.id == statement_id), None)
    if said is None or said.media is None:
        abort(404)
    if _starts_playing():
        with ours.database.writing() as connection:
            staff_operations.note(
                connection,
                account_id=account.id,
                action="statement_played",
                subject=f"case:{case_id}",
                now=ours.clock(),
                why=basis_of(connection, account, case_id),
            )
    return _sound(said.media)


@sound.get("/<case_id>/replies/<reply_id>/audio")
def reply_audio(case_id: str, reply_id: str) -> ResponseReturnValue:
    ours = services()
    account = current_account()
    with ours.database.reading() as connection:
        found = case_or_404(connection, ours.vault, desk_of(connection, account), case_id)
    reply = next((reply for reply in found.replies if reply.id == reply_id), None)
    if reply is None or reply.media is None:
        abort(404)
    if _starts_playing():
        with ours.database.writing() as connection:
            staff_operations.note(
                connection,
                account_id=account.id,
                action="reply_played",
                subject=f"case:{case_id}",
                now=ours.clock(),
                why=basis_of(connection, account, case_id),
            )
    return _sound(reply.media)


@sound.get("/<case_id>/attachments/<attachment_id>")
def attachment(case_id: str, attachment_id: str) -> ResponseReturnValue:
    """A picture or sound that came with what was said: to be kept as a file, never shown here."""
    ours = services()
    account = current_account()
    with ours.database.reading() as connection:
        found = case_or_404(connection, ours.vault, desk_of(connection, account), case_id)
    files = [each for said in found.statements if said.enclosed for each in said.enclosed.files]
    file = next((each for each in files if each.id == attachment_id), None)
    if file is None:
        abort(404)
    with ours.database.writing() as connection:
        staff_operations.note(
            connection,
            account_id=account.id,
            action="attachment_opened",
            subject=f"case:{case_id}",
            now=ours.clock(),
            why=basis_of(connection, account, case_id),
        )
    try:
        content = ours.media.get(file.media)
    except MissingMedia:
        abort(404)
    name = f"rimay-{found.code}-{files.index(file) + 1}.{_ENDINGS[file.content_type]}"
    answer = send_file(
        io.BytesIO(content), mimetype=file.content_type, as_attachment=True, download_name=name
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@sound.get("/<case_id>/takes/<token>")
def take_audio(case_id: str, token: str) -> ResponseReturnValue:
    """A recording that is kept and not sent yet, for whoever made it and may see the case."""
    ours, account = services(), current_account()
    with ours.database.reading() as connection:
        case_or_404(connection, ours.vault, desk_of(connection, account), case_id)
    tokens = Tokens(str(current_app.secret_key))
    media = tokens.media(token, case_id=case_id, account_id=account.id)
    if media is None:
        abort(404)
    return _sound(media)


def _starts_playing() -> bool:
    """Whether this is the first request of a playing, not a seek within it."""
    asked = request.range
    return asked is None or not asked.ranges or asked.ranges[0][0] == 0


def _sound(media: str) -> ResponseReturnValue:
    try:
        content = services().media.get(media)
    except MissingMedia:
        abort(404)
    return send_file(io.BytesIO(content), mimetype="audio/wav", conditional=True, etag=media)
