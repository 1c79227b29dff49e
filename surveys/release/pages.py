"""Releases on pages: made, approved by somebody else, withdrawn, taken home; tokens for programs.

Register `releases` for `ROLES` under the entry `releases.index`, and `api` as public.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from staff import operations as trail
from staff import tokens
from staff.values import LANGUAGES, Account, Role
from staff.web import current_account, language, services
from storage.media import MissingMedia
from surveys import pictures, queries
from surveys.desk import as_file, own_round
from surveys.errors import NoSuchRelease, NotAllowed, NotFinal
from surveys.figures import from_json
from surveys.labels import NOTICE, Labels
from surveys.release import operations
from surveys.release.contents import Described
from surveys.release.queries import ReleaseSummary, State, release, releases_of
from surveys.views import last_day, view

ROLES = frozenset({Role.REGULATOR, Role.SUPERVISOR, Role.OPERATOR})
MAKERS = frozenset({Role.SUPERVISOR, Role.OPERATOR})
"""Who may make a release, and approve one that somebody else made."""

LONGEST = 500
SOFTWARE = "Rimay 0.1.0"
_FIELDS = ("sponsor", "population", "contact")

_BACK = "release-back"


@dataclass(frozen=True, slots=True)
class BackToPeople:
    """Where a draft is made of what a community said: an endpoint that takes a `release_id`."""

    endpoint: str
    roles: frozenset[Role]


def tell_back(app: Flask, back: BackToPeople) -> None:
    """Offer that on the page of every approved release."""
    app.extensions[_BACK] = back


releases = Blueprint(
    "releases", __name__, url_prefix="/staff/releases", template_folder="../templates"
)
api = Blueprint("api", __name__, url_prefix="/api")


@releases.get("/")
def index() -> ResponseReturnValue:
    """The releases; for who makes them, also the rounds that one can be made of."""
    return _index()


@releases.post("/rounds/<round_id>")
def make(round_id: str) -> ResponseReturnValue:
    """Make a release of a round that has ended."""
    _require_maker()
    given = {name: request.form.get(name, "").strip() for name in _FIELDS}
    tag = request.form.get("language", "")
    missing = [name for name, text in given.items() if not 0 < len(text) <= LONGEST]
    if missing or tag not in LANGUAGES:
        return _index(round_id=round_id, given=given, missing=missing), 422
    ours, account = services(), current_account()
    now = ours.clock()
    try:
        with ours.database.reading() as connection:
            own_round(connection, round_id)
            prepared = operations.prepare(
                connection,
                round_id=round_id,
                language=tag,
                described=Described(**given),
                key=ours.vault.signing_key(operations.SIGNING),
                software=SOFTWARE,
                now=now,
            )
        media = ours.media.put(prepared.content)
        with ours.database.writing() as connection:
            made = operations.keep(
                connection, prepared, media=media, account_id=account.id, now=now
            )
            _note(connection, account, "release_made", made)
    except NotFinal:
        flash(_("The survey has not ended yet: a release is made of its last results."), "warning")
        return redirect(url_for("releases.index"), code=303)
    except IntegrityError:
        # Somebody made one at the same moment: both of us see it now.
        return redirect(url_for("releases.index"), code=303)
    flash(_("The release is made. Somebody else has to approve it."), "success")
    return redirect(url_for("releases.index"), code=303)


@releases.post("/<release_id>/approve")
def approve(release_id: str) -> ResponseReturnValue:
    """Let regulators have it."""
    _require_maker()
    ours, account = services(), current_account()
    _own(release_id)
    try:
        with ours.database.writing() as connection:
            if operations.approve(connection, release_id, account_id=account.id, now=ours.clock()):
                _note(connection, account, "release_approved", release_id)
    except NotAllowed:
        flash(_("Whoever made a release does not approve it; nor is a withdrawn one."), "warning")
    return redirect(url_for("releases.index"), code=303)


@releases.post("/<release_id>/withdraw")
def withdraw(release_id: str) -> ResponseReturnValue:
    """Nobody may have it any more."""
    _require_maker()
    ours, account = services(), current_account()
    _own(release_id)
    reason = request.form.get("reason", "").strip()
    if not 0 < len(reason) <= LONGEST:
        flash(_("Say why it is withdrawn."), "warning")
        return redirect(url_for("releases.index"), code=303)
    with ours.database.writing() as connection:
        if operations.withdraw(
            connection, release_id, account_id=account.id, reason=reason, now=ours.clock()
        ):
            _note(connection, account, "release_withdrawn", release_id)
    return redirect(url_for("releases.index"), code=303)


@releases.get("/<release_id>")
def show(release_id: str) -> ResponseReturnValue:
    """What a release says: as `download`, of the same last results."""
    found = _own_to_see(release_id)
    with services().database.reading() as connection:
        round_ = queries.round_by_id(connection, found.round_id)
        results = queries.results(connection, found.round_id)
    if results is None:
        abort(404)
    labels, figures = Labels(round_.content, language()), from_json(results.tables)
    return render_template(
        "surveys/release.html",
        release=found,
        results=results,
        figures=figures,
        tables=[view(each, labels) for each in figures.tables],
        labels=labels,
        notice=labels.word(NOTICE),
        back=_back() if found.state is State.APPROVED else None,
        until=last_day,
        chart_of=lambda question: url_for(
            "releases.chart", release_id=found.id, language_tag=language(), question=question
        ),
        picture_of=lambda question: url_for(
            "releases.picture", release_id=found.id, language_tag=language(), question=question
        ),
    )


@releases.get("/<release_id>/charts/<language_tag>/<question>.svg")
def chart(release_id: str, language_tag: str, question: str) -> ResponseReturnValue:
    """One of its pictures."""
    found = _own_to_see(release_id)
    with services().database.reading() as connection:
        drawn = queries.chart(connection, found.round_id, language=language_tag, question=question)
    if drawn is None:
        abort(404)
    return Response(drawn, mimetype="image/svg+xml")


@releases.get("/<release_id>/charts/<language_tag>/<question>.png")
def picture(release_id: str, language_tag: str, question: str) -> ResponseReturnValue:
    """One of them to be taken away."""
    found = _own_to_see(release_id)
    if language_tag not in LANGUAGES:
        abort(404)
    database = services().database
    with database.reading() as connection:
        round_ = queries.round_by_id(connection, found.round_id)
    labels = Labels(round_.content, language_tag)
    drawn = pictures.png(database, found.round_id, labels, question=question)
    if drawn is None:
        abort(404)
    with database.writing() as connection:
        _note(connection, current_account(), "release_chart_downloaded", found.id)
    return as_file(drawn, f"{found.survey}-{question}.png")


@releases.get("/<release_id>.zip")
def download(release_id: str) -> ResponseReturnValue:
    """The archive: an approved one for everybody here, any for who makes them."""
    return _file(_own_to_see(release_id), current_account())


@releases.get("/tokens")
def access() -> ResponseReturnValue:
    """One's own tokens."""
    return _tokens(None)


@releases.post("/tokens")
def make_token() -> ResponseReturnValue:
    """A new token, shown this once."""
    ours, account = services(), current_account()
    with ours.database.writing() as connection:
        token = tokens.make_token(connection, account_id=account.id, now=ours.clock())
        _note(connection, account, "token_made", None)
    return _tokens(token)


@releases.post("/tokens/<token_id>/revoke")
def revoke_token(token_id: str) -> ResponseReturnValue:
    """One's own token is good for nothing from now on."""
    ours, account = services(), current_account()
    with ours.database.writing() as connection:
        if tokens.revoke_token(connection, token_id, account_id=account.id, now=ours.clock()):
            _note(connection, account, "token_revoked", None)
    return redirect(url_for("releases.access"), code=303)


# For programs ---------------------------------------------------------------------------------


@api.get("/releases")
def listed() -> ResponseReturnValue:
    """The approved releases of the token's programme, as JSON."""
    account = _bearer()
    with services().database.reading() as connection:
        found = releases_of(connection, account.programme, approved_only=True)
    return jsonify(
        releases=[
            {
                "id": each.id,
                "survey": each.survey,
                "number": each.number,
                "language": each.language,
                "rows": each.has_rows,
                "approved_on": each.approved_at.date().isoformat() if each.approved_at else None,
                "sha256": each.media,
                "address": url_for("api.fetched", release_id=each.id),
            }
            for each in found
        ]
    )


@api.get("/releases/<release_id>.zip")
def fetched(release_id: str) -> ResponseReturnValue:
    """An approved release."""
    account = _bearer()
    with services().database.reading() as connection:
        try:
            found = release(connection, account.programme, release_id)
        except NoSuchRelease:
            abort(404)
    if found.state is not State.APPROVED:
        abort(404)
    return _file(found, account)


def _bearer() -> Account:
    """Whose token came with the request; 401 without a good one, 403 where the role has no
    results."""
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    account = None
    if kind.lower() == "bearer" and token:
        with services().database.writing() as connection:
            account = tokens.account_of(connection, token.strip(), now=services().clock())
    if account is None:
        abort(Response("401\n", 401, {"WWW-Authenticate": "Bearer"}, mimetype="text/plain"))
    if account.role not in ROLES:
        abort(403)
    return account


# Shared ---------------------------------------------------------------------------------------


def _index(
    *, round_id: str | None = None, given: dict[str, str] | None = None, missing: Any = ()
) -> str:
    account = current_account()
    makes = account.role in MAKERS
    with services().database.reading() as connection:
        found = releases_of(connection, account.programme, approved_only=not makes)
        rounds = [
            round_
            for round_ in (queries.rounds(connection, account.programme) if makes else [])
            if (results := queries.results(connection, round_.id)) and results.is_final
        ]
    return render_template(
        "surveys/releases.html",
        releases=found,
        rounds=[(round_, Labels(round_.content, language())) for round_ in rounds],
        makes=makes,
        failed_round=round_id,
        given=given or {},
        missing=missing,
        longest=LONGEST,
    )


def _tokens(token: str | None) -> str:
    with services().database.reading() as connection:
        mine = tokens.tokens_of(connection, current_account().id)
    return render_template("surveys/tokens.html", tokens=mine, token=token)


def _file(found: ReleaseSummary, account: Account) -> Response:
    """The archive; its leaving is written down before it leaves."""
    ours = services()
    try:
        content = ours.media.get(found.media)
    except MissingMedia:
        abort(404)
    with ours.database.writing() as connection:
        _note(connection, account, "release_downloaded", found.id)
    headers = {
        "Content-Disposition": f'attachment; filename="{found.file_name}"',
        "Cache-Control": "no-store",
    }
    return Response(content, content_type="application/zip", headers=headers)


def _own(release_id: str) -> ReleaseSummary:
    with services().database.reading() as connection:
        try:
            return release(connection, current_account().programme, release_id)
        except NoSuchRelease:
            abort(404)


def _back() -> str | None:
    """The address that this account takes an approved release back to the people by."""
    found: BackToPeople | None = current_app.extensions.get(_BACK)
    if found is None or current_account().role not in found.roles:
        return None
    return found.endpoint


def _own_to_see(release_id: str) -> ReleaseSummary:
    """A release that this account may look at; 404 for any other."""
    found = _own(release_id)
    if found.state is not State.APPROVED and current_account().role not in MAKERS:
        abort(404)
    return found


def _require_maker() -> None:
    if current_account().role not in MAKERS:
        abort(403)


def _note(connection: Connection, account: Account, action: str, release_id: str | None) -> None:
    trail.note(
        connection,
        account_id=account.id,
        action=action,
        subject=f"release:{release_id}" if release_id else None,
        now=services().clock(),
    )
