"""The first page of whoever answers cases, and lists of cases with filters.

`queue` and `lines` are views of the blueprint `cases`; the second gives what is listed alone, for
a page that is open and asks whether it has changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from grievances import clock_labels, labels, step_labels
from grievances.desk import Desk, desk_of
from grievances.lifecycle import State
from grievances.search import queries as search
from grievances.search.noting import is_noted, note_search
from grievances.triage import SEVERITIES
from grievances.values import Answering
from grievances.work import labels as work_labels
from grievances.work import queries
from grievances.work.queries import Viewer
from grievances.work.values import (
    HIGHEST_PAGE,
    KINDS,
    PAGE,
    Asked,
    Board,
    Counts,
    Lane,
    Listed,
)
from staff.values import Role
from staff.web import current_account, services

STATES = (*Answering, *State)
LONGEST_SOUGHT = 120
ALL = "all"
"""What the address says of a filter by state that lets all of them through."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page of the work view shows: the lanes, or else a list."""

    desk: Desk
    asked: Asked
    counts: Counts
    board: Board | None
    listed: Listed | None


def queue() -> ResponseReturnValue:
    """What is to be done, or a list of what is asked for."""
    asked = _asked()
    _note(asked)
    shown = _shown(asked)
    if asked is not None and asked.page > 1 and shown.listed and not shown.listed.lines:
        # They were answered meanwhile.
        return redirect(_address(asked, page=None), code=303)
    return render_template("grievances/queue.html", **_context(shown))


def lines() -> ResponseReturnValue:
    """What the page lists and nothing around it; 304 where that has not changed."""
    asked = _asked()
    _note(asked, stays_open=True)
    shown = _shown(asked)
    answer = make_response(render_template("grievances/lines.html", **_context(shown)))
    answer.add_etag()
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)


def _note(asked: Asked | None, *, stays_open: bool = False) -> None:
    """A search is in the trail before anything of it is shown; of a page that stays open once."""
    if asked is None or asked.words is None:
        return
    ours, account = services(), current_account()
    if stays_open:
        with ours.database.reading() as connection:
            if is_noted(connection, ours.vault, account, asked.words, now=ours.clock()):
                return
    with ours.database.writing() as connection:
        note_search(connection, ours.vault, account, asked.words, now=ours.clock())


def _shown(asked: Asked | None) -> Shown:
    now = services().clock()
    with services().database.reading() as connection:
        desk = desk_of(connection, current_account())
        viewer = Viewer(
            account_id=desk.account.id,
            programme=desk.programme.slug,
            visible=desk.visible,
            is_supervisor=desk.account.role is Role.SUPERVISOR,
            tomorrow=desk.programme.calendar.tomorrow(now),
        )
        return Shown(
            desk=desk,
            asked=asked or Asked(),
            counts=queries.counts(connection, viewer),
            board=queries.board(connection, viewer) if asked is None else None,
            listed=_listed(connection, viewer, asked) if asked is not None else None,
        )


def _listed(connection: Connection, viewer: Viewer, asked: Asked) -> Listed:
    if asked.words is None:
        return queries.listed(connection, viewer, asked)
    among = search.among(services().vault, viewer.programme, asked.words)
    if among is None:
        return Listed(lines=(), has_more=False)
    return queries.listed(connection, viewer, asked, among=among)


def _asked() -> Asked | None:
    """What the address asks for; None for the first page. What nobody offered is left out."""
    given = request.args
    if not any(given.get(name) for name in ("lane", "queue", "state", "q", *_FILTERS, "page")):
        return None
    lane = given.get("lane")
    severity = given.get("severity", type=int)
    kind = given.get("kind")
    words = given.get("q", "").replace("\0", "").strip()[:LONGEST_SOUGHT] or None
    return Asked(
        lane=Lane(lane) if lane in set(Lane) else None,
        queue=_slug("queue"),
        state=_state(given.get("state"), is_wide=lane in set(Lane) or words is not None),
        severity=severity if severity in SEVERITIES else None,
        kind=kind if kind in KINDS else None,
        district=_slug("district"),
        words=words,
        page=max(1, min(given.get("page", 1, type=int), HIGHEST_PAGE)),
    )


_FILTERS = ("severity", "kind", "district")


def _slug(name: str) -> str | None:
    return request.args.get(name, "")[:40].replace("\0", "") or None


def _state(given: str | None, *, is_wide: bool) -> State | Answering | None:
    """Lists are of the unanswered unless another state is chosen; lanes and searches of all."""
    if not given:
        return None if is_wide else Answering.OPEN
    return next((each for each in STATES if each.value == given), None)


def _address(asked: Asked, *, endpoint: str = "cases.queue", **changed: Any) -> str:
    """Where what is asked for is listed, changed as told."""
    is_wide = asked.lane is not None or asked.words is not None
    state = asked.state.value if asked.state is not None else None if is_wide else ALL
    named: dict[str, Any] = {
        "lane": asked.lane.value if asked.lane else None,
        "queue": asked.queue,
        "state": state,
        "severity": asked.severity,
        "kind": asked.kind,
        "district": asked.district,
        "q": asked.words,
        "page": asked.page if asked.page > 1 else None,
    }
    return url_for(endpoint, **named | changed)


def _context(shown: Shown) -> dict[str, Any]:
    desk, now = shown.desk, services().clock()
    return {
        "desk": desk,
        "asked": shown.asked,
        "counts": shown.counts,
        "board": shown.board,
        "listed": shown.listed,
        "lanes": Lane,
        "queues": [queue.slug for queue in desk.programme.queues if desk.sees_queue(queue.slug)],
        "states": STATES,
        "severities": SEVERITIES,
        "kinds": KINDS,
        "is_staffed": desk.programme.calendar.is_open(now),
        "is_filtered": any(
            each is not None
            for each in (
                shown.asked.queue,
                shown.asked.words,
                *(getattr(shown.asked, each) for each in _FILTERS),
            )
        ),
        "lines_address": (
            _address(shown.asked, endpoint="cases.lines")
            if shown.listed is not None
            else url_for("cases.lines")
        ),
        "address": _address,
        "work": work_labels,
        "labels": labels,
        "steps_labels": step_labels,
        "clocks": clock_labels,
        "first": (shown.asked.page - 1) * PAGE + 1,
        "now": now,
        "tomorrow": desk.programme.calendar.tomorrow(now),
        "zone": ZoneInfo(desk.programme.time_zone),
    }
