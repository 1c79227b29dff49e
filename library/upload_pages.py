"""Handing in a folder or a zip of recordings, and seeing what becomes of it."""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from library import desk, labels, uploads
from library.archives import LARGEST_ARCHIVE, MOST_FILES, packed
from library.uploads import FileState, UploadView
from library.values import Speaker
from staff.web import current_account, note, services
from storage.queues import Work

upload_pages = Blueprint("prompt_uploads", __name__, url_prefix="/staff/prompts/uploads")

_FRAME = 1024 * 1024
"""Bytes that a form adds around its files."""


@upload_pages.url_value_preprocessor
def _allow_archives(endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Archives are larger than other requests; said before the body of one is read."""
    if endpoint == "prompt_uploads.create":
        request.max_content_length = LARGEST_ARCHIVE + _FRAME
        request.max_form_parts = MOST_FILES + 10


@upload_pages.post("")
def create() -> ResponseReturnValue:
    here = desk.reached()
    tag = desk.tag_or_404(request.form.get("language", ""))
    name = " ".join(request.form.get("speaker", "").split())[:120]
    files = [each for each in request.files.getlist("files") if each.filename]
    problem = ""
    if not files:
        problem = _("Choose a zip, or the files themselves.")
    elif not name or "consent" not in request.form:
        problem = _("Say who speaks, and that they agreed that callers hear them.")
    if problem:
        flash(problem, "danger")
        return redirect(url_for("prompts.index"), code=303)
    title, content = _archive(files)
    for each in files:
        each.close()  # a large one lies in a file of its own
    media = services().media.put(content)
    with services().database.writing() as connection:
        upload_id = uploads.create(
            connection,
            programme=here.programme.slug,
            language=tag,
            name=title,
            media=media,
            speaker=Speaker(name, desk.today(here)),
            account_id=current_account().id,
            now=services().clock(),
        )
        note(connection, "prompts_uploaded", f"upload:{upload_id}")
    services().bell.ring(Work.PROMPTS)
    return redirect(url_for("prompt_uploads.upload", upload_id=upload_id), code=303)


@upload_pages.get("/<upload_id>")
def upload(upload_id: str) -> ResponseReturnValue:
    with services().database.reading() as connection:
        found = uploads.upload(connection, current_account().programme, upload_id)
        if found is None:
            abort(404)
        refused = uploads.files(connection, upload_id, state=FileState.REFUSED)
    return render_template("library/upload.html", upload=found, refused=refused)


@upload_pages.get("/<upload_id>/progress")
def progress(upload_id: str) -> ResponseReturnValue:
    """How far it is, for the page that waits."""
    with services().database.reading() as connection:
        found = uploads.upload(connection, current_account().programme, upload_id)
    if found is None:
        abort(404)
    return jsonify(_numbers(found))


def _numbers(found: UploadView) -> dict[str, object]:
    return {
        "state": found.state.value,
        "label": labels.upload_label(found.state),
        "total": found.total,
        "done": found.taken + found.refused,
        "taken": found.taken,
        "refused": found.refused,
        "is_over": found.is_over,
    }


def _archive(files: list[FileStorage]) -> tuple[str, bytes]:
    """What was handed in, as one zip, and its name."""
    first = files[0].filename or ""
    if len(files) == 1 and first.lower().endswith(".zip"):
        return first, files[0].read()
    return _("%(n)d files", n=len(files)), packed(
        [(each.filename or "", each.read()) for each in files]
    )
