"""The prompt bank: what callers hear, in every language, and who made it so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from library import desk, labels, operations, queries, uploads
from library.desk import ROLES, Shelf
from library.errors import AlreadyApproved, ChangedMeanwhile, RecordFirst, UnknownVersion
from library.listing import SPANISH, Entry, Keys, Reach, entry, matching, progress
from library.operations import By, Words
from library.prompts import Prompts
from library.recording_code_pages import recording_code_pages
from library.recording_pages import recordings
from library.sheet_pages import sheets
from library.upload_pages import upload_pages
from library.values import Origin, Place, State, approvals_needed
from library.words import fault_of, tidied
from staff.web import Entry as NavigationEntry
from staff.web import current_account, note, protect, services

pages = Blueprint(
    "prompts",
    __name__,
    url_prefix="/staff/prompts",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)

PAGE = 40
"""Prompts of one page: each has a player."""

for _each in (pages, recordings, recording_code_pages, upload_pages, sheets):
    _each.context_processor(lambda: {"prompt_labels": labels, "State": State})

_RECENT = dt.timedelta(days=30)
_TO_APPROVE = frozenset({State.RECORDED})


@dataclass(frozen=True, slots=True)
class Draft:
    """Words in the making, as a form that has to be sent again gives them back."""

    say: str
    text: str
    back_translation: str
    reviewer: str
    problem: str = ""


def register(app: Flask, *, keys: Keys, prompts: Prompts) -> None:
    """Open the bank to editors, interpreters and operators. `keys` are the prompts that callers
    of a programme can hear."""
    desk.install(app, Shelf(keys, prompts))
    line = NavigationEntry("prompts.index", lambda: _("Prompts"), "mic")
    protect(app, pages, roles=ROLES, entry=line)
    for blueprint in (recordings, recording_code_pages, upload_pages, sheets):
        protect(app, blueprint, roles=ROLES)


@pages.get("")
def index() -> ResponseReturnValue:
    here = desk.reached()
    slug = here.programme.slug
    with services().database.reading() as connection:
        unmet = queries.unmet(connection, slug, since=desk.today(here) - _RECENT)
        overrides = queries.overrides(connection, slug)
        recent = uploads.recent(connection, slug)
    rows = [progress(tag, desk.listed(here, tag)) for tag in here.languages]
    unrecorded = {row.language for row in rows if row.heard < row.total}
    return render_template(
        "library/index.html",
        rows=rows,
        offered=here.programme.languages,
        unmet=unmet,
        overrides=[each for each in overrides if each.language in unrecorded],
        uploads=recent,
        today=desk.today(here),
    )


@pages.get("/<tag>")
def listing(tag: str) -> ResponseReturnValue:
    here = desk.reached()
    all_entries = desk.listed(here, desk.tag_or_404(tag))
    state = _state(request.args.get("state", ""))
    text = request.args.get("text", "").strip()[:100]
    found = matching(all_entries, state=state, text=text)
    last = max(1, -(-len(found) // PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), last)
    return render_template(
        "library/listing.html",
        tag=tag,
        languages=here.languages,
        entries=found[(page - 1) * PAGE : page * PAGE],
        count=len(found),
        progress=progress(tag, all_entries),
        state=state,
        text=text,
        page=page,
        last=last,
        spanish=SPANISH,
    )


@pages.get("/<tag>/<key>")
def prompt(tag: str, key: str) -> ResponseReturnValue:
    here = desk.reached()
    return _page(here, desk.place_or_404(here, tag, key))


def _page(here: Reach, place: Place, draft: Draft | None = None) -> str:
    prompts = desk.shelf().prompts
    with services().database.reading() as connection:
        versions = queries.versions(connection, place)
    current = next((each for each in versions if each.is_current), None)
    shown = entry(here, place.key, place.language, version=current, prompts=prompts)
    approved_by = {each.account_id for each in current.approvals} if current else set()
    return render_template(
        "library/prompt.html",
        tag=place.language,
        key=place.key,
        entry=shown,
        versions=versions,
        current=current,
        draft=draft or _draft_of(shown),
        needed=approvals_needed(place.key),
        approved_here=current_account().id in approved_by,
        drafts_for=bool(shown.say) and prompts.drafts_for(place.language),
        today=desk.today(here),
        speaker=request.cookies.get("speaker", ""),
    )


def _draft_of(shown: Entry) -> Draft:
    version = shown.version
    return Draft(
        say=shown.say,
        text=shown.text,
        back_translation=version.back_translation if version else "",
        reviewer=version.reviewer if version else "",
    )


@pages.post("/<tag>/<key>/words")
def words(tag: str, key: str) -> ResponseReturnValue:
    here = desk.reached()
    place = desk.place_or_404(here, tag, key)
    draft = Draft(
        say=tidied(tag, request.form.get("say", "")),
        text=tidied(tag, request.form.get("text", "")),
        back_translation=tidied(SPANISH, request.form.get("back_translation", ""))[:4000],
        reviewer=tidied(SPANISH, request.form.get("reviewer", ""))[:120],
    )
    fault = fault_of(draft.say, draft.text or None, spanish=here.loaded(key, SPANISH))
    if not draft.say or fault is not None:
        problem = labels.word_fault_label(fault) if fault else _("Write what is said.")
        return _page(here, place, replace(draft, problem=problem)), 422
    try:
        with services().database.writing() as connection:
            version_id = operations.change_words(
                connection,
                place,
                Words(draft.say, draft.text or None, draft.back_translation, draft.reviewer),
                after=request.form.get("after") or None,
                keeps_recording="keeps_recording" in request.form,
                by=By(current_account().id, Origin.PAGE, services().clock()),
            )
            note(connection, "prompt_worded", f"prompt:{version_id}")
    except ChangedMeanwhile:
        problem = _("Somebody else has just changed this prompt. Read theirs below; yours is here.")
        return _page(here, place, replace(draft, problem=problem)), 409
    flash(_("The words are kept. Callers hear them once they are approved."), "success")
    return _to(place)


@pages.post("/<tag>/<key>/approve")
def approve(tag: str, key: str) -> ResponseReturnValue:
    here = desk.reached()
    place = desk.place_or_404(here, tag, key)
    version_id = request.form.get("version", "")
    prompts = desk.shelf().prompts
    try:
        with services().database.writing() as connection:
            is_live = operations.approve(
                connection,
                place,
                version_id,
                account_id=current_account().id,
                is_shipped=prompts.shipped(key, tag, place.programme) is not None,
                now=services().clock(),
            )
            note(connection, "prompt_approved", f"prompt:{version_id}")
    except ChangedMeanwhile:
        flash(_("Somebody else has just changed this prompt. Look at it again."), "warning")
        return _to(place)
    except AlreadyApproved:
        flash(_("You have approved it already. A second person must do so too."), "warning")
        return _to(place)
    except RecordFirst:
        flash(_("Callers hear a recording of other words. Record these first."), "warning")
        return _to(place)
    prompts.refresh(now=True)
    desk.end_override_if_over(here, tag)
    if is_live:
        flash(_("Approved. Callers hear it within seconds."), "success")
    else:
        flash(_("Approved. A second person must approve it too: it is legal content."), "success")
    if "next" in request.form:
        following = desk.next_of(desk.listed(here, tag), key, _TO_APPROVE)
        return _to(replace(place, key=following) if following else place)
    return _to(place)


@pages.post("/<tag>/<key>/restore")
def restore(tag: str, key: str) -> ResponseReturnValue:
    """Back to an earlier version, or to what was shipped."""
    here = desk.reached()
    place = desk.place_or_404(here, tag, key)
    version_id = request.form.get("version") or None
    try:
        with services().database.writing() as connection:
            is_heard = operations.restore(connection, place, version_id, now=services().clock())
            note(connection, "prompt_restored", f"prompt:{version_id or 'shipped'}")
    except UnknownVersion:
        abort(404)
    desk.shelf().prompts.refresh(now=True)
    if is_heard:
        flash(_("Restored. Callers hear it within seconds."), "success")
    else:
        flash(_("Restored. It was never approved: approve it for callers to hear it."), "success")
    return _to(place)


def _state(raw: str) -> State | None:
    return State(raw) if raw in list(State) else None


def _to(place: Place) -> ResponseReturnValue:
    return redirect(url_for("prompts.prompt", tag=place.language, key=place.key), code=303)
