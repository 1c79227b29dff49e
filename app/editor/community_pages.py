"""Back to the people: what a community said, from an approved release into the draft.

It comes as a message of the library, to be read over, approved by two people, recorded and
broadcast as any other.
"""

from __future__ import annotations

import datetime as dt

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from app.editor import desk, forms, telling
from app.editor.desk import pages
from app.editor.drafted import Drafted
from library.editing import content_as_heard
from locales.languages import language as facts_of
from programmes import queries as programmes
from programmes.drafts import edits, operations
from programmes.drafts.errors import DraftChanged
from programmes.drafts.values import Content
from programmes.errors import UnknownProgramme
from staff.web import current_account, services
from surveys import queries
from surveys.errors import NoSuchRelease
from surveys.figures import from_json
from surveys.labels import Labels
from surveys.queries import RoundSummary
from surveys.release.queries import ReleaseSummary, State, release
from surveys.release.told import told

PLAYED = dt.timedelta(days=180)
"""How long results are news, unless an editor says another last day."""
_SLUG = "community-said"


@pages.post("/from-release/<release_id>")
def from_release(release_id: str) -> ResponseReturnValue:
    """Put what a release says into the draft, and show it; begin a draft where there is none."""
    slug = current_account().programme
    with services().database.reading() as connection:
        found = _approved(connection, slug, release_id)
        round_ = queries.round_by_id(connection, found.round_id)
        results = queries.results(connection, found.round_id)
    if results is None:
        abort(404)
    drafted = _draft(slug)
    if not drafted.content["categories"]:
        flash(
            _("The library has no category yet: add one, then take the results again."), "warning"
        )
        return redirect(url_for("draft.library"), code=303)
    figures, words = from_json(results.tables), {}
    for tag in drafted.tags:
        said = told(figures, round_.content, tag)
        if said is not None:
            words[tag] = edits.Words(said.say, said.text)
    if not words:
        flash(
            _("Nothing of it can be told: a share is told once 30 people are behind it."), "warning"
        )
        return redirect(url_for("releases.show", release_id=release_id), code=303)
    facts = edits.MessageFacts(
        slug=forms.free_slug(drafted, f"{_SLUG}-{found.number}"),
        source=_source(found, round_),
        reviewed_on=drafted.today.isoformat(),
        expires_on=(drafted.today + PLAYED).isoformat(),
    )
    is_there = _of_source(drafted.content, facts.source)
    if is_there is not None:
        return redirect(url_for("draft.message", slug=is_there), code=303)
    shelf = drafted.content["categories"][-1]["option"]
    try:
        desk.keep(drafted, edits.add_message(drafted.content, shelf, facts, words=words))
    except DraftChanged:
        flash(telling.changed_meanwhile(), "warning")
        return redirect(url_for("draft.library"), code=303)
    flash(_("It is in the draft, in your hands: read it over, and choose its category."), "success")
    missing = ", ".join(facts_of(tag).own_name for tag in drafted.tags if tag not in words)
    if missing:
        flash(_("Nobody has written yet how results are told in: %(names)s.", names=missing))
    return redirect(url_for("draft.message", slug=facts.slug), code=303)


def _approved(connection: Connection, slug: str, release_id: str) -> ReleaseSummary:
    """404 for a release that nobody else approved, or of another programme."""
    try:
        found = release(connection, slug, release_id)
    except NoSuchRelease:
        abort(404)
    if found.state is not State.APPROVED:
        abort(404)
    return found


def _draft(slug: str) -> Drafted:
    found = desk.read()
    if found is not None:
        return found
    with services().database.writing() as connection:
        try:
            base = programmes.version(connection, programmes.current(connection, slug))
        except UnknownProgramme:
            abort(404)
        operations.begin(
            connection,
            slug,
            base=base.hash,
            content=content_as_heard(connection, base),
            account_id=current_account().id,
            now=services().clock(),
        )
        desk.note(connection, "draft_begun", 1)
    return desk.draft_or_404()


def _source(found: ReleaseSummary, round_: RoundSummary) -> str:
    """Where its words come from, so that whoever approves them can hold them against it."""
    return _(
        "Survey “%(title)s”, release %(number)s of %(day)s, SHA-256 %(hash)s",
        title=Labels(round_.content, current_account().language).title[:120],
        number=found.number,
        day=telling.day(found.made_at.date().isoformat()),
        hash=found.media,
    )[: forms.LONGEST_SOURCE]


def _of_source(content: Content, source: str) -> str | None:
    """The message that was made of this release before."""
    return next(
        (each["slug"] for each in edits.messages(content) if each["source"] == source), None
    )
