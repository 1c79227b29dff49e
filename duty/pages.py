"""My duty: a work phone, the languages spoken on it, on duty or off; and the calls put through.

Supervisors and operators set it for others too, those of a company for its own people alone: the
phone that is rung hears whoever asked for somebody independent. A number that is kept is never
shown again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta
from flask_babel import gettext as _
from sqlalchemy import Connection

from duty import operations, profiles, queries
from duty.errors import DutyError, NoPhone, OursAlready
from duty.values import Colleague, OnDuty, Outcome, PutThrough
from locales.languages import languages
from programmes.queries import current, version
from programmes.routing import WISHES
from programmes.values import Programme
from staff.values import Role
from staff.web import Entry, current_account, protect, services

duty = Blueprint("duty", __name__, url_prefix="/staff/duty", template_folder="templates")

ROLES = frozenset({Role.CASE_MANAGER, Role.SUPERVISOR, Role.OPERATOR})
_FOR_OTHERS = frozenset({Role.SUPERVISOR, Role.OPERATOR})
_LISTED_FOR = dt.timedelta(days=7)


def register(app: Flask) -> None:
    """Open the page to who takes calls, and to who sets it for them."""
    entry = Entry("duty.index", lambda: _("Duty"), "telephone-forward")
    protect(app, duty, roles=ROLES, entry=entry)


@dataclass(frozen=True, slots=True)
class _Form:
    """What was filled in, given back where it cannot be kept."""

    languages: tuple[str, ...]
    is_on: bool
    problem: str | None = None


@duty.get("/")
def index() -> ResponseReturnValue:
    """One's own duty, everybody's for who may set it, and the calls of the last days."""
    return _index(None)


@duty.post("/")
def save() -> ResponseReturnValue:
    """One's own."""
    account = current_account()
    if account.role not in queries.TAKE_CALLS:
        abort(403)
    form = _save(account.id)
    return _index(form) if form.problem else redirect(url_for("duty.index"), code=303)


@duty.get("/<account_id>")
def other(account_id: str) -> ResponseReturnValue:
    """Somebody else's, for who may set it."""
    return _other(account_id, None)


@duty.post("/<account_id>")
def save_other(account_id: str) -> ResponseReturnValue:
    """As `save`, for somebody else."""
    _somebody(account_id)
    form = _save(account_id)
    return _other(account_id, form) if form.problem else redirect(url_for("duty.index"), code=303)


@duty.post("/<account_id>/cases")
def save_profile(account_id: str) -> ResponseReturnValue:
    """Which cases are given to an account: one's own, or another's for who may set it."""
    programme = _of_account(account_id)
    ours, chosen = services(), frozenset(request.form.getlist("queues"))
    gender = request.form.get("gender")
    with ours.database.writing() as connection:
        profiles.set_profile(
            connection,
            account_id,
            gender=gender if gender in WISHES else None,
            queues=[each.slug for each in programme.queues if each.slug in chosen],
            by=current_account().id,
            now=ours.clock(),
        )
    flash(_("Kept: new cases go by it."), "success")
    return _back_to(account_id)


@duty.post("/<account_id>/absences")
def add_absence(account_id: str) -> ResponseReturnValue:
    """Days on which somebody is away, and who stands in."""
    programme = _of_account(account_id)
    ours = services()
    today = programme.calendar.here(ours.clock()).date()
    stand_in = request.form.get("stand_in") or None
    try:
        with ours.database.writing() as connection:
            people = queries.colleagues(connection, programme.slug, today=today)
            known = {each.account_id for each in people}
            profiles.add_absence(
                connection,
                account_id,
                first_day=dt.date.fromisoformat(request.form.get("first_day", "")),
                last_day=dt.date.fromisoformat(request.form.get("last_day", "")),
                stand_in_id=stand_in if stand_in in known else None,
                today=today,
                by=current_account().id,
                now=ours.clock(),
            )
    except ValueError:  # no date, or NotSomeDays
        flash(_("Give a first day, and a last day that is not before it nor over."), "danger")
    else:
        flash(_("Kept. Cases are handed over when the first day begins."), "success")
    return _back_to(account_id)


@duty.post("/<account_id>/absences/<absence_id>/drop")
def drop_absence(account_id: str, absence_id: str) -> ResponseReturnValue:
    """They are there after all."""
    _of_account(account_id)
    ours = services()
    with ours.database.writing() as connection:
        profiles.drop_absence(
            connection, account_id, absence_id, by=current_account().id, now=ours.clock()
        )
    flash(_("Taken back: they are there on these days."), "success")
    return _back_to(account_id)


def _of_account(account_id: str) -> Programme:
    """The programme, where this account is one's own or one may set it; else 403 or 404."""
    account = current_account()
    if account_id != account.id or account.role not in queries.TAKE_CALLS:
        return _somebody(account_id)[1]
    with services().database.reading() as connection:
        return _programme(connection)


def _back_to(account_id: str) -> ResponseReturnValue:
    if account_id == current_account().id:
        return redirect(url_for("duty.index"), code=303)
    return redirect(url_for("duty.other", account_id=account_id), code=303)


def _index(form: _Form | None) -> ResponseReturnValue:
    ours, account = services(), current_account()
    now = ours.clock()
    with ours.database.reading() as connection:
        programme = _programme(connection)
        everybody = queries.on_duty(connection, programme.slug, of=account.affiliation)
        calls = queries.put_through(connection, programme.slug, since=now - _LISTED_FOR)
        people = _colleagues(connection, programme)
    mine = next((each for each in everybody if each.account_id == account.id), None)
    page = render_template(
        "duty/index.html",
        mine=mine,
        form=form or (_as_kept(mine) if mine else None),
        everybody=everybody if account.role in _FOR_OTHERS else (),
        calls=calls,
        **_of_cases(programme, people, account.id),
        is_staffed=programme.calendar.is_open(now),
        spoken=_spoken(programme),
        zone=ZoneInfo(programme.time_zone),
        outcome_label=outcome_label,
        name_of=language_name,
    )
    return (page, 422) if form and form.problem else page


def _other(account_id: str, form: _Form | None) -> ResponseReturnValue:
    found, programme = _somebody(account_id)
    with services().database.reading() as connection:
        people = _colleagues(connection, programme)
    page = render_template(
        "duty/other.html",
        who=found,
        form=form or _as_kept(found),
        spoken=_spoken(programme),
        **_of_cases(programme, people, account_id),
    )
    return (page, 422) if form and form.problem else page


def _colleagues(connection: Connection, programme: Programme) -> tuple[Colleague, ...]:
    today = programme.calendar.here(services().clock()).date()
    return queries.colleagues(connection, programme.slug, today=today)


def _of_cases(
    programme: Programme, people: tuple[Colleague, ...], account_id: str
) -> dict[str, object]:
    """What the form about cases shows of one of them."""
    today = programme.calendar.here(services().clock()).date()
    return {
        "taker": next((each for each in people if each.account_id == account_id), None),
        "others": [each for each in people if each.account_id != account_id],
        "away_today": {each.account_id for each in people if each.away(today)},
        "queues": programme.queues,
        "today": today,
    }


def _somebody(account_id: str) -> tuple[OnDuty, Programme]:
    """Somebody of the same programme and side who takes calls; 403 for who may not set it, else
    404."""
    if current_account().role not in _FOR_OTHERS:
        abort(403)
    with services().database.reading() as connection:
        programme = _programme(connection)
        of = current_account().affiliation
        everybody = queries.on_duty(connection, programme.slug, of=of)
    found = next((each for each in everybody if each.account_id == account_id), None)
    if found is None:
        abort(404)
    return found, programme


def _save(account_id: str) -> _Form:
    ours = services()
    with ours.database.reading() as connection:
        programme = _programme(connection)
    chosen = frozenset(request.form.getlist("languages"))
    spoken = tuple(tag for tag in programme.languages if tag in chosen)
    is_on = request.form.get("on") == "yes"
    phone: str | None = request.form.get("phone", "").strip()[:40] or None
    if phone is None and request.form.get("forget") == "yes":
        phone, is_on = "", False
    try:
        with ours.database.writing() as connection:
            operations.set_duty(
                connection,
                account_id,
                vault=ours.vault,
                phone=phone,
                country=programme.calendar.country,
                languages=spoken,
                is_on=is_on,
                by=current_account().id,
                now=ours.clock(),
            )
    except DutyError as error:
        return _Form(spoken, is_on, _problem(error))
    flash(_("On duty: calls may come now.") if is_on else _("Off duty: no calls come."), "success")
    return _Form(spoken, is_on)


def _problem(error: DutyError) -> str:
    if isinstance(error, NoPhone):
        return _("Write a work phone first: without one no call can come.")
    if isinstance(error, OursAlready):
        return _("This is a number of the line itself. Write the phone of a person.")
    return _("This is no phone number. Write it as you would dial it, or with + and the country.")


def _programme(connection: Connection) -> Programme:
    return version(connection, current(connection, current_account().programme))


def _as_kept(found: OnDuty) -> _Form:
    return _Form(found.languages, found.is_on)


def _spoken(programme: Programme) -> list[tuple[str, str]]:
    return [(tag, language_name(tag)) for tag in programme.languages]


def language_name(tag: str) -> str:
    """A language in its own words."""
    known = languages().get(tag)
    return known.own_name if known else tag


def outcome_label(call: PutThrough) -> str:
    """What came of a call, in a few words."""
    if call.outcome is Outcome.TALKED and call.length is not None:
        return _("Talked, %(length)s", length=format_timedelta(call.length, threshold=2))
    if call.is_ours and call.outcome is Outcome.GONE:
        return _("Hung up before they took the call")
    if call.outcome is None:
        return _("Talking, or its end was never told") if call.taken_at else _("Ringing")
    return {
        Outcome.TALKED: _("Talked"),
        Outcome.NO_ANSWER: _("Did not answer"),
        Outcome.BUSY: _("Was busy"),
        Outcome.DECLINED: _("Answered, and did not take it"),
        Outcome.FAILED: _("Could not be reached: check the number"),
        Outcome.GONE: _("The caller hung up before"),
        Outcome.LATER: _("They cannot talk now: later"),
        Outcome.NEVER: _("They want no more calls"),
        Outcome.UNREADY: _("Not taken at the work phone: they were not called"),
        Outcome.WITHDRAWN: _("They could not be called any more"),
    }[call.outcome]
