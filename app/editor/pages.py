"""The draft as a whole: begun, compared, checked, approved, published, thrown away, taken home."""

from __future__ import annotations

from flask import Flask, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.editor import (
    community_pages,
    desk,
    library_pages,
    list_pages,
    phone_pages,
    question_pages,
    survey_pages,
    telling,
)
from app.editor.desk import ROLES, pages
from app.editor.drafted import Drafted
from app.publishing import SurveyDiffers, publish
from dialogue.exploring.findings import Finding, Severity
from dialogue.exploring.walk import ExplorationTooLarge
from library.editing import Reworded, content_as_heard, take_words
from locales.languages import language as facts_of
from programmes import queries
from programmes.drafts import operations
from programmes.drafts import queries as drafts
from programmes.drafts.differences import Change
from programmes.drafts.errors import DraftChanged, NoDraft
from programmes.drafts.merging import merged
from programmes.errors import UnknownProgramme
from programmes.writer import archive
from staff.queries import account as account_of
from staff.web import current_account, protect, services

__all__ = [
    "community_pages",
    "library_pages",
    "list_pages",
    "phone_pages",
    "question_pages",
    "register",
    "survey_pages",
]


def register(app: Flask) -> None:
    """Open the draft to editors and operators."""
    protect(app, pages, roles=ROLES)


@pages.get("/")
def index() -> ResponseReturnValue:
    found = desk.read()
    if found is None:
        return render_template("editor/begin.html")
    people = {found.draft.begun_by, found.draft.changed_by}
    people |= {each.account_id for each in found.approvals}
    with services().database.reading() as connection:
        known = {each: account_of(connection, each) for each in people}
    return render_template(
        "editor/draft.html",
        found=found,
        email={each: account.email if account else "?" for each, account in known.items()},
        approved_here=any(each.account_id == current_account().id for each in found.approvals),
        facts_of=facts_of,
    )


@pages.post("/begin")
def begin() -> ResponseReturnValue:
    """From what callers meet now; where somebody has begun, their draft is everybody's."""
    slug = current_account().programme
    with services().database.writing() as connection:
        try:
            base = queries.version(connection, queries.current(connection, slug))
        except UnknownProgramme:
            abort(404)
        is_new = operations.begin(
            connection,
            slug,
            base=base.hash,
            content=content_as_heard(connection, base),
            account_id=current_account().id,
            now=services().clock(),
        )
        if is_new:
            desk.note(connection, "draft_begun", 1)
    return redirect(url_for("draft.index"), code=303)


@pages.get("/check")
def check() -> ResponseReturnValue:
    """What is wrong with the draft: a part of other pages, fetched once they are shown."""
    found = desk.draft_or_404()
    findings: tuple[Finding, ...] = ()
    is_too_large = False
    if not found.gaps:
        try:
            findings = found.examined(desk.examiner()).findings
        except ExplorationTooLarge:
            is_too_large = True
    return render_template(
        "editor/check.html" if "part" not in request.args else "editor/_check.html",
        found=found,
        errors=[each for each in findings if each.severity is Severity.ERROR],
        warnings=[each for each in findings if each.severity is Severity.WARNING],
        is_too_large=is_too_large,
        facts_of=facts_of,
    )


@pages.post("/catch-up")
def catch_up() -> ResponseReturnValue:
    """Bring the draft together with what callers meet by now."""
    found = desk.as_read()
    draft = found.draft
    try:
        with services().database.writing() as connection:
            revision = operations.save(
                connection,
                draft,
                merged(draft.before, draft.content, found.heard),
                account_id=current_account().id,
                now=services().clock(),
                base=found.current.hash,
                before=found.heard,
            )
            desk.note(connection, "draft_caught_up", revision)
    except DraftChanged:
        flash(telling.changed_meanwhile(), "warning")
    else:
        flash(
            _("The draft goes on from what callers meet now. Look at its changes again."), "success"
        )
    return redirect(url_for("draft.index"), code=303)


@pages.post("/discard")
def discard() -> ResponseReturnValue:
    found = desk.as_read()
    try:
        with services().database.writing() as connection:
            operations.discard(connection, found.draft)
            desk.note(connection, "draft_discarded", found.draft.revision)
    except DraftChanged:
        flash(telling.changed_meanwhile(), "warning")
    else:
        flash(_("The draft is thrown away. Callers meet what they met before."), "success")
    return redirect(url_for("draft.index"), code=303)


@pages.post("/approve")
def approve() -> ResponseReturnValue:
    """Stand for exactly what was shown."""
    found = desk.as_read()
    try:
        with services().database.writing() as connection:
            is_new = operations.approve(
                connection, found.draft, account_id=current_account().id, now=services().clock()
            )
            if is_new:
                desk.note(connection, "draft_approved", found.draft.revision)
    except DraftChanged:
        flash(telling.changed_meanwhile(), "warning")
        return redirect(url_for("draft.index"), code=303)
    flash(_("You stand for what the draft says now. Whoever changes it asks you again."), "success")
    return redirect(url_for("draft.index"), code=303)


@pages.post("/publish")
def publish_draft() -> ResponseReturnValue:
    """Let callers meet it. Who publishes stands for it."""
    found = desk.as_read()
    refusals = _refusals(found)
    if not refusals:
        try:
            to_record = _publish(found)
        except SurveyDiffers:
            refusals = [
                _(
                    "It asks other questions, or in other words, than the survey that is open. "
                    "An operator closes the round first."
                )
            ]
        except DraftChanged:
            refusals = [telling.changed_meanwhile()]
        except _TooFew:
            refusals = [
                _("What the library says needs two people: a second person must approve it.")
            ]
        else:
            desk.house().prompts.refresh(now=True)
            flash(_("Published. Callers meet it when they next return to the menu."), "success")
            if to_record:
                told = _(
                    "Until their new words are recorded and approved, callers hear the recordings "
                    "of before: %(names)s",
                    names=", ".join(to_record),
                )
                flash(told, "warning")
            return redirect(url_for("programme.index"), code=303)
    for each in refusals:
        flash(each, "danger")
    return redirect(url_for("draft.index"), code=303)


class _TooFew(Exception):
    """Not enough people stand for it."""


def _refusals(found: Drafted) -> list[str]:
    """Why callers cannot meet the draft yet."""
    if not found.changes:
        return [_("The draft changes nothing.")]
    if found.has_moved:
        return [
            _(
                "What callers meet has changed since the draft began: bring the draft together "
                "with it first."
            )
        ]
    if found.gaps:
        return [telling.gap(found, each) for each in found.gaps]
    try:
        errors = found.new_errors(desk.examiner())
    except ExplorationTooLarge:
        return [_("It has too many paths to be tried: make it smaller.")]
    refusals = [
        f"{telling.prompt(found, each.key or '')}: {telling.finding(each)}" for each in errors
    ]
    with services().database.reading() as connection:
        refusals += [
            _(
                "%(name)s is not recorded in %(language)s: record it first.",
                name=telling.prompt(found, key),
                language=facts_of(tag).own_name,
            )
            for tag, key in found.unrecorded(connection)
        ]
    return refusals


def _publish(found: Drafted) -> list[str]:
    """Everything in one transaction; the names of prompts that wait for their recording."""
    account_id, now = current_account().id, services().clock()
    with services().database.writing() as connection:
        # Whoever approves or edits at this moment waits, and then finds no draft.
        operations.approve(connection, found.draft, account_id=account_id, now=now)
        approved_by = [each.account_id for each in drafts.approvals(connection, found.draft)]
        if len(approved_by) < found.needed:
            raise _TooFew
        publish(connection, found.programme, vault=services().vault, now=now)
        waiting = take_words(
            connection,
            found.draft.slug,
            _reworded(found, found.changes),
            prompts=desk.house().prompts,
            approved_by=approved_by,
            account_id=account_id,
            now=now,
        )
        operations.discard(connection, found.draft)
        desk.note(connection, "programme_published", found.programme.hash[:16])
    names = (
        f"{telling.prompt(found, each.key)} ({facts_of(each.language).own_name})"
        for each in waiting
    )
    return list(names)


def _reworded(found: Drafted, changes: tuple[Change, ...]) -> list[Reworded]:
    places = dict.fromkeys((each.language, each.name) for each in changes if each.is_about_words)
    reworded = []
    for tag, key in places:
        words = found.content["wordings"][tag].get(key)
        if words is not None:
            text = words["text"] if words["text"] != words["say"] else None
            reworded.append(Reworded(tag, key, words["say"], text))
    return reworded


@pages.get("/draft.zip")
def download() -> ResponseReturnValue:
    """The folder that the draft would be."""
    found = desk.draft_or_404()
    return _zip(archive(found.programme), f"{found.draft.slug}-draft.zip", found.draft.revision)


@pages.get("/programme.zip")
def download_current() -> ResponseReturnValue:
    """The folder of what callers meet now."""
    slug = current_account().programme
    with services().database.reading() as connection:
        try:
            current = queries.version(connection, queries.current(connection, slug))
        except UnknownProgramme:
            abort(404)
    return _zip(archive(current), f"{slug}.zip", current.hash[:16])


def _zip(content: bytes, name: str, what: int | str) -> Response:
    with services().database.writing() as connection:
        desk.note(connection, "programme_exported", what)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type="application/zip", headers=headers)


@pages.errorhandler(NoDraft)
def _no_draft(_error: NoDraft) -> ResponseReturnValue:
    return desk.gone()
