"""The telephone on which a draft is heard."""

from __future__ import annotations

from typing import cast

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.editor import desk, telling
from app.editor.desk import pages
from app.editor.phone import Call, CallGone, DraftMoved, Phones, sound_of
from locales.drafts import DraftFailed, Drafts
from staff.web import current_account

KEYS = (*"123456789", "*", "0", "#")


def phones() -> Phones:
    """One per process, made when it is first asked for."""
    if "phones" not in current_app.extensions:
        settings, drafts = desk.house().settings, desk.house().prompts.drafts
        current_app.extensions["phones"] = Phones(
            settings.var / "rehearsals", drafts or Drafts(settings.var / "drafts")
        )
    return cast(Phones, current_app.extensions["phones"])


@pages.post("/phone")
def ring() -> ResponseReturnValue:
    """Call the draft, as it is now; or its survey alone, in a language."""
    found = desk.draft_or_404()
    if found.gaps:
        for each in found.gaps:
            flash(telling.gap(found, each), "danger")
        return redirect(url_for("draft.index"), code=303)
    tag = request.form.get("survey", "")
    is_survey = tag in found.tags and found.content["survey"]
    return _to(phones().ring(found, current_account().id, survey=tag if is_survey else None))


@pages.get("/phone/<call_id>")
def phone(call_id: str) -> ResponseReturnValue:
    found = desk.read()
    try:
        call = phones().call(current_account().id, call_id)
    except CallGone:
        return _gone()
    return render_template(
        "editor/phone.html",
        call=call,
        keys=KEYS,
        is_old=found is None or found.draft.hash != call.draft,
    )


@pages.post("/phone/<call_id>/press")
def press(call_id: str) -> ResponseReturnValue:
    """Keys, or nothing for a while."""
    typed = "" if "silence" in request.form else request.form.get("keys", "")
    keys = "".join(each for each in typed[:32] if each in KEYS)
    return _on(call_id, keys)


@pages.post("/phone/<call_id>/speak")
def speak(call_id: str) -> ResponseReturnValue:
    return _on(call_id, None)


@pages.post("/phone/<call_id>/hang-up")
def hang_up(call_id: str) -> ResponseReturnValue:
    try:
        return _to(phones().hang_up(current_account().id, call_id))
    except CallGone:
        return _gone()


@pages.get("/phone/<call_id>/<tag>/<key>.wav")
def sound(call_id: str, tag: str, key: str) -> ResponseReturnValue:
    """A prompt as the draft has it; what nobody recorded is spoken by a machine."""
    found = desk.draft_or_404()
    drafts = phones().drafts
    try:
        content = sound_of(found, found.prompts(drafts), key, tag, request.args.get("v", ""))
    except (DraftFailed, LookupError):
        content = None
    return _wav(content)


@pages.get("/phone/<call_id>/said/<media>.wav")
def said(call_id: str, media: str) -> ResponseReturnValue:
    """What stands for something that was said in the call."""
    try:
        content = phones().said(desk.draft_or_404(), current_account().id, call_id, media)
    except CallGone:
        abort(404)
    return _wav(content)


def _on(call_id: str, keys: str | None) -> ResponseReturnValue:
    found, account_id = desk.read(), current_account().id
    try:
        if found is None:
            raise DraftMoved
        if keys is None:
            return _to(phones().speak(found, account_id, call_id))
        return _to(phones().press(found, account_id, call_id, keys))
    except CallGone:
        return _gone()
    except DraftMoved:
        # The page says so, and offers another call.
        return redirect(url_for("draft.phone", call_id=call_id), code=303)


def _to(call: Call) -> ResponseReturnValue:
    return redirect(url_for("draft.phone", call_id=call.id), code=303)


def _gone() -> ResponseReturnValue:
    flash(_("That call is over. Call again."), "warning")
    return redirect(url_for("draft.index"), code=303)


def _wav(content: bytes | None) -> ResponseReturnValue:
    if content is None:
        abort(404)
    return Response(content, mimetype="audio/wav")
