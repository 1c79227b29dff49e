"""The pages of designated people: a count, and what a passphrase opens, for one answer.

No passphrase and nothing that it gave outlives a request: each page asks again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from locales.languages import languages
from programmes.queries import current, version
from safeguarding import designating, labels, opening, operations, queries
from safeguarding.designating import Unlocked
from safeguarding.errors import (
    AlreadyDesignated,
    LockedOut,
    NotDesignated,
    NotSealedToUs,
    SafeguardingError,
    TooFew,
    UnknownReport,
    WeakPassphrase,
    WrongPassphrase,
)
from safeguarding.handing_over import ROLES as WHO_HAND_OVER
from safeguarding.handing_over import private_help
from safeguarding.values import Designee, Facts, Opened, Outcome, Why
from staff import operations as staff_operations
from staff.values import Role
from staff.web import Entry, current_account, protect, services

safeguarding = Blueprint(
    "safeguarding", __name__, url_prefix="/staff/safeguarding", template_folder="templates"
)
year = Blueprint("safeguarding_year", __name__, url_prefix="/staff/safeguarding-year")

ROLES = frozenset({Role.SAFEGUARDING})
TOLD_THE_YEAR = frozenset({Role.SAFEGUARDING, Role.SUPERVISOR, Role.REGULATOR})

_LONGEST = 200
_YEARS = 3


def register(app: Flask) -> None:
    """Open what a passphrase opens to the role; the form to whoever people turn to."""
    entry = Entry("safeguarding.index", lambda: _("Sealed reports"), "lock")
    protect(app, safeguarding, roles=ROLES, entry=entry, notes_refusals=True)
    over = Entry("private_help.form", lambda: _("Help in private"), "shield-lock")
    protect(app, private_help, roles=WHO_HAND_OVER, entry=over)
    protect(app, year, roles=TOLD_THE_YEAR, notes_refusals=True)


@safeguarding.get("/")
def index() -> ResponseReturnValue:
    """How many reports are kept, and nothing of any; who can open them."""
    return _index()


@safeguarding.post("/open")
def open_reports() -> ResponseReturnValue:
    """What waits, opened for this one answer; each is noted."""
    why = request.form.get("why", "")
    if why not in set(Why):
        return _index(_("Say why you open them.")), 422
    try:
        hand = _unlocked(current_account().id, "passphrase")
        ours = services()
        with ours.database.writing() as connection:
            found = opening.open_reports(
                connection,
                hand,
                why=Why(why),
                with_done=request.form.get("with_done") == "yes",
                now=ours.clock(),
            )
    except SafeguardingError as error:
        return _index(_problem(error)), 422
    return render_template(
        "safeguarding/opened.html",
        reports=found,
        zone=_zone(),
        asked_at=_asked_at,
        name_of=_language_name,
        outcomes=tuple(Outcome),
        labels=labels,
    )


@safeguarding.post("/reports/<report>/outcome")
def note_outcome(report: str) -> ResponseReturnValue:
    """Seal what came of it. It needs no passphrase: nothing is opened."""
    _designated_or_403()
    chosen = request.form.get("outcome", "")
    if chosen not in set(Outcome):
        abort(422)
    ours = services()
    try:
        with ours.database.writing() as connection:
            operations.add(connection, report, Facts(outcome=Outcome(chosen)))
            staff_operations.note(
                connection,
                account_id=current_account().id,
                action="safeguarding_outcome_sealed",
                subject=f"sealed_report:{report}",
                now=ours.clock(),
            )
    except UnknownReport:
        abort(404)
    flash(_("Sealed with the report."), "success")
    return redirect(url_for("safeguarding.index"), code=303)


@safeguarding.post("/reports/<report>/sound/<int:place>")
def listen(report: str, place: int) -> ResponseReturnValue:
    """What she said, for this one answer."""
    try:
        hand = _unlocked(current_account().id, "passphrase")
        ours = services()
        with ours.database.writing() as connection:
            found = opening.open_report(connection, hand, report, why=Why.TO_CALL, now=ours.clock())
    except UnknownReport:
        abort(404)
    except SafeguardingError as error:
        return _index(_problem(error)), 422
    if place >= len(found.sounds):
        abort(404)
    return Response(found.sounds[place], mimetype="audio/wav")


@safeguarding.post("/apply")
def apply() -> ResponseReturnValue:
    """Choose a passphrase, and wait for two who are designated."""
    account, ours = current_account(), services()
    passphrase = request.form.get("passphrase", "")[:_LONGEST]
    if passphrase != request.form.get("again", "")[:_LONGEST]:
        return _index(_("The two passphrases differ. Type the same twice.")), 422
    try:
        pair = designating.own_pair(account.id, passphrase)
        with ours.database.writing() as connection:
            designating.apply(connection, account.programme, account.id, pair, now=ours.clock())
    except SafeguardingError as error:
        return _index(_problem(error)), 422
    flash(_("Kept. Now two designated people designate you, together."), "success")
    return redirect(url_for("safeguarding.index"), code=303)


@safeguarding.post("/designate")
def designate() -> ResponseReturnValue:
    """Two together let a third open what they can."""
    return _together(is_removal=False)


@safeguarding.post("/remove")
def remove() -> ResponseReturnValue:
    """Two together take somebody off; every report is sealed to a new key."""
    return _together(is_removal=True)


@year.get("/")
def years() -> ResponseReturnValue:
    """Of the years that are over: yes or no, and a count from ten, for the whole region."""
    ours, programme = services(), current_account().programme
    last = ours.clock().astimezone(_zone()).year - 1
    with ours.database.reading() as connection:
        told = [
            queries.received_in(connection, programme, each)
            for each in range(last, last - _YEARS, -1)
        ]
    return render_template("safeguarding/year.html", told=told)


def _together(*, is_removal: bool) -> ResponseReturnValue:
    account, ours, other = current_account(), services(), request.form.get("other", "")
    if other not in {each.account_id for each in _standing().designated}:
        return _index(_("Choose the other who agrees.")), 422
    change = designating.remove if is_removal else designating.designate
    try:
        by = (
            _unlocked(account.id, "passphrase"),
            _unlocked(other, "other_passphrase"),
        )
        with ours.database.writing() as connection:
            change(
                connection,
                account.programme,
                request.form.get("who", "")[:32],
                by,
                now=ours.clock(),
            )
    except SafeguardingError as error:
        return _index(_problem(error)), 422
    said = _("Taken off. Every report is sealed to a new key.") if is_removal else _("Designated.")
    flash(said, "success")
    return redirect(url_for("safeguarding.index"), code=303)


def _unlocked(account_id: str, name: str) -> Unlocked:
    """What a passphrase of the form opens. Raises as `designating.unlocked`."""
    ours = services()
    return designating.unlocked(
        ours.database,
        current_account().programme,
        account_id,
        request.form.get(name, "")[:_LONGEST],
        by=current_account().id,
        now=ours.clock(),
    )


@dataclass(frozen=True, slots=True)
class _Standing:
    """Who is who, for whom the page is drawn."""

    me: Designee | None
    designated: tuple[Designee, ...]
    waiting: tuple[Designee, ...]
    count: int | None
    """For designated people alone."""
    is_open: bool


def _standing() -> _Standing:
    account = current_account()
    with services().database.reading() as connection:
        people = queries.people(connection, account.programme)
        me = next((each for each in people if each.account_id == account.id), None)
        is_one = me is not None and me.is_designated
        count = queries.count(connection, account.programme) if is_one else None
        is_open = queries.is_open(connection, account.programme)
    return _Standing(
        me,
        tuple(each for each in people if each.is_designated),
        tuple(each for each in people if not each.is_designated),
        count,
        is_open,
    )


def _index(problem: str | None = None) -> str:
    return render_template(
        "safeguarding/index.html",
        standing=_standing(),
        problem=problem,
        reasons=tuple(Why),
        labels=labels,
    )


def _designated_or_403() -> None:
    account, ours = current_account(), services()
    with ours.database.writing() as connection:
        found = queries.designee(connection, account.programme, account.id)
        if found is not None and found.is_designated:
            return
        staff_operations.note(
            connection,
            account_id=account.id,
            action="safeguarding_refused",
            subject=f"safeguarding:{account.programme}",
            now=ours.clock(),
        )
    abort(403)


def _problem(error: SafeguardingError) -> str:
    match error:
        case WrongPassphrase() | NotSealedToUs():
            return _("A passphrase is not right. After five tries in a row, wait an hour.")
        case LockedOut():
            return _("Five wrong passphrases in a row: wait an hour.")
        case WeakPassphrase():
            return _("A passphrase has at least 16 characters: four words that nobody else knows.")
        case AlreadyDesignated():
            return _("She is designated already.")
        case TooFew():
            return _("Two different people must agree, and two must stay who can open reports.")
        case NotDesignated():
            return _("Not designated: nothing was opened, and this try is noted.")
        case _:
            return _("That could not be done.")


def _zone() -> ZoneInfo:
    with services().database.reading() as connection:
        found = version(connection, current(connection, current_account().programme))
    return ZoneInfo(found.time_zone)


def _asked_at(report: Opened) -> dt.datetime | None:
    """When she agreed to be called."""
    consent = report.facts.consent
    return dt.datetime.fromisoformat(consent.at) if consent else None


def _language_name(tag: str) -> str:
    known = languages().get(tag)
    return known.own_name if known else tag
