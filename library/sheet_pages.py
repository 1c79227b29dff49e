"""A language reviewed away from the screen: the sheet, what it changes, and the yes to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer

from library import desk, labels, operations
from library.errors import BadSheet, ChangedMeanwhile
from library.listing import Entry
from library.operations import By, Words
from library.sheets import Difference, Form, review, sheet
from library.values import Origin, Place
from staff.web import current_account, note, services
from storage.media import MissingMedia

sheets = Blueprint("prompt_sheets", __name__, url_prefix="/staff/prompts/sheets")

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KEPT_FOR = 24 * 3600
_BATCH = 20
"""Prompts changed in one transaction, so that none is long."""


@sheets.get("/<tag>.xlsx")
def download(tag: str) -> ResponseReturnValue:
    here = desk.reached()
    content = sheet(desk.tag_or_404(tag), desk.listed(here, tag), where=labels.where_label)
    name = f"{here.programme.slug}-{tag}-{desk.today(here):%Y-%m-%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=_XLSX, headers=headers)


@sheets.post("/<tag>")
def compare(tag: str) -> ResponseReturnValue:
    """What a sheet would change, before anything is changed."""
    here = desk.reached()
    upload = request.files.get("sheet")
    content = upload.read() if upload else b""
    try:
        found = review(content, here, desk.tag_or_404(tag), desk.listed(here, tag))
    except BadSheet as error:
        flash(labels.sheet_fault_label(error.fault), "danger")
        return redirect(url_for("prompts.listing", tag=tag), code=303)
    owner = [services().media.put(content), tag, current_account().id]
    return render_template(
        "library/sheet.html", tag=tag, review=found, token=_tokens().dumps(owner)
    )


@sheets.post("/<tag>/confirm")
def confirm(tag: str) -> ResponseReturnValue:
    """Change what was ticked."""
    here = desk.reached()
    listed = desk.listed(here, desk.tag_or_404(tag))
    try:
        content = services().media.get(_media_of(request.form.get("sheet", ""), tag))
        found = review(content, here, tag, listed)
    except (BadSheet, MissingMedia):
        abort(404)
    ticked = set(request.form.getlist("row"))
    chosen: dict[str, list[Difference]] = defaultdict(list)
    for each in found.differences:
        if each.name in ticked and each.fault is None:
            chosen[each.key].append(each)
    changed = _change(here.programme.slug, tag, listed, chosen)
    flash(
        _("%(n)d prompts have new words. Callers hear them once they are approved.", n=changed),
        "success",
    )
    if changed < len(chosen):
        flash(
            _("%(n)d were changed by somebody else meanwhile.", n=len(chosen) - changed), "warning"
        )
    return redirect(url_for("prompts.listing", tag=tag, state="draft"), code=303)


def _change(
    slug: str, tag: str, listed: Sequence[Entry], chosen: Mapping[str, Sequence[Difference]]
) -> int:
    """Give the chosen prompts their new words; how many have them now."""
    reviewer = " ".join(request.form.get("reviewer", "").split())[:120]
    entries = [each for each in listed if each.key in chosen]
    changed = 0
    for start in range(0, len(entries), _BATCH):
        with services().database.writing() as connection:
            for each in entries[start : start + _BATCH]:
                try:
                    version_id = operations.change_words(
                        connection,
                        Place(slug, tag, each.key),
                        _words(each, chosen[each.key], reviewer),
                        after=each.version.id if each.version else None,
                        by=By(current_account().id, Origin.SHEET, services().clock()),
                    )
                except ChangedMeanwhile:
                    continue
                note(connection, "prompt_worded", f"prompt:{version_id}")
                changed += 1
    return changed


def _words(entry: Entry, differences: Sequence[Difference], reviewer: str) -> Words:
    """The prompt's words with the sheet's in their place. Of other words there is no back
    translation yet."""
    new = {each.form: each.after for each in differences}
    before = entry.version
    is_same = Form.SAY not in new
    return Words(
        say=new.get(Form.SAY, entry.say),
        text=new.get(Form.TEXT, entry.text) or None,
        back_translation=before.back_translation if before and is_same else "",
        reviewer=reviewer or (before.reviewer if before and is_same else ""),
    )


def _tokens() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="library.sheet")


def _media_of(token: str, tag: str) -> str:
    """The media key of a sheet that this account compared; 404 for any other."""
    try:
        media, of, account = _tokens().loads(token, max_age=_KEPT_FOR)
    except (BadSignature, ValueError, TypeError):
        abort(404)
    if (of, account) != (tag, current_account().id):
        abort(404)
    return str(media)
