"""How the pages name what broadcasts hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from flask_babel import format_currency, format_datetime
from flask_babel import gettext as _

from broadcasts.results import Reach
from broadcasts.values import Basis, Progress, State, StopReason, Way
from contacts.values import Gender
from locales.languages import languages
from outreach.audience import UNKNOWN
from programmes.values import Programme


def language_label(tag: str) -> str:
    known = languages().get(tag)
    return known.own_name if known else tag


def language_list(tags: Iterable[str]) -> str:
    return ", ".join(map(language_label, tags))


def gender_label(gender: str) -> str:
    return {
        Gender.WOMAN: _("Women"),
        Gender.MAN: _("Men"),
        Gender.OTHER: _("Another answer"),
        Gender.UNSAID: _("Prefer not to say"),
        UNKNOWN: _("Not known"),
    }.get(gender, gender)


def district_label(programme: Programme, slug: str) -> str:
    found = programme.district(slug)
    return found.name if found else slug or _("Not known")


def group_label(programme: Programme, of: str, members: tuple[str, ...]) -> str:
    """The column of a table: one category, or several that were too small to stand alone."""
    if of == "district":
        return ", ".join(district_label(programme, each) for each in members)
    return ", ".join(map(language_label if of == "language" else gender_label, members))


def split_label(of: str) -> str:
    return {"language": _("By language"), "gender": _("By gender"), "district": _("By district")}[
        of
    ]


def way_label(way: Way) -> str:
    return {
        Way.VOICE: _("By call"),
        Way.SMS: _("By text message"),
        Way.PREFERENCE: _("As each person prefers"),
    }[way]


def channel_label(channel: str) -> str:
    return {"voice": _("Call"), "sms": _("Text message")}[channel]


def basis_label(basis: Basis) -> str:
    return {
        Basis.AGREED: _("Only who agreed to receive news"),
        Basis.CONTACTED: _("Also who brought a question or grievance and was never asked"),
    }[basis]


def state_label(state: State) -> str:
    return {
        State.DRAFT: _("Draft"),
        State.RUNNING: _("Going out"),
        State.PAUSED: _("Paused"),
        State.STOPPED: _("Stopped"),
        State.DONE: _("Finished"),
    }[state]


def state_tag(state: State) -> str:
    """The class of a state's tag."""
    return {
        State.DRAFT: "tag",
        State.RUNNING: "tag tag-done",
        State.PAUSED: "tag tag-wait",
        State.STOPPED: "tag tag-alert",
        State.DONE: "tag",
    }[state]


def stop_label(reason: StopReason) -> str:
    return {
        StopReason.STAFF: _("Somebody stopped it."),
        StopReason.BUDGET: _("It stopped because its budget is used up."),
        StopReason.TIME: _("It stopped after three weeks: it is news no longer."),
        StopReason.EXPIRED: _("It stopped because its message is not current any more."),
    }[reason]


def progress_label(each: Progress) -> str:
    return {
        Progress.WAITING: _("Waiting for their turn"),
        Progress.QUEUED: _("Being called or texted now"),
        Progress.REACHED: _("Reached"),
        Progress.SENT: _("Sent; the network does not tell whether it arrived"),
        Progress.NOT_REACHED: _("Not reached"),
    }[each]


def reach_label(members: tuple[str, ...]) -> str:
    """A column of the results: one reach, or several that were put together."""
    words = {
        Reach.HEARD.value: _("Heard to the end"),
        Reach.ARRIVED.value: _("Text arrived"),
        Reach.PARTLY.value: _("Heard in part"),
        Reach.SENT.value: _("Sent, arrival not known"),
        Reach.OPTED_OUT.value: _("Want no more"),
        Reach.NOT_REACHED.value: _("Not reached"),
    }
    return ", ".join(words[each] for each in members)


def moment(programme: Programme, at: dt.datetime) -> str:
    """A moment where the programme's people live."""
    here = at.astimezone(ZoneInfo(programme.time_zone))
    local = format_datetime(here, "d MMM y, HH:mm", rebase=False)  # type: ignore[no-untyped-call]
    return str(local)


def money(thousandths: int | None, currency: str) -> str:
    """An amount as people of the page's language read it."""
    if thousandths is None:
        return "–"
    return str(format_currency(thousandths / 1000, currency))
