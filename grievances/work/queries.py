"""Reads of the work view: the lanes of the first page, lists with filters, and their counts.

However many cases there are, a page is a few statements, and each of them goes along an index.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)

from grievances.lifecycle import State
from grievances.models import AT_WORK, Case, Reply, Statement
from grievances.sight import Sight, seen_by
from grievances.values import Answering
from grievances.work.values import (
    GLANCE,
    MOST_COUNTED,
    PAGE,
    Asked,
    Board,
    Counts,
    Exchange,
    Lane,
    Line,
    Listed,
    todo,
)
from staff.models import Account

_LINE = (
    Case.id,
    Case.kind,
    Case.topic,
    Case.queue,
    Case.language,
    Case.channel,
    Case.confirmed,
    Case.answering,
    Case.state,
    Case.severity,
    Case.district,
    Case.tier,
    Case.opened_at,
    Case.first_read_at,
    Case.due_at,
    Case.due_step,
    Case.assignee_id,
)
_LATEST = dt.datetime.max.replace(tzinfo=dt.UTC)
_WAITS = (State.ACCEPTED, State.REOPENED, State.APPEALED)
"""States into which they brought it: somebody of ours is to act."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, and what they may see."""

    account_id: str
    programme: str
    visible: Sight | None
    """None: every case of the programme."""
    is_supervisor: bool
    tomorrow: dt.datetime
    """When today ends in the programme's time zone."""

    def seen(self) -> list[ColumnElement[bool]]:
        return [Case.programme == self.programme, *seen_by(self.visible)]

    def of_lane(self, lane: Lane) -> list[ColumnElement[bool]]:
        """What puts a case into this lane, and into no other."""
        mine, nobodys = Case.assignee_id == self.account_id, Case.assignee_id.is_(None)
        waits = or_(Case.answering == Answering.OPEN, Case.state.in_(_WAITS))
        is_due = Case.due_at <= self.tomorrow
        match lane:
            case Lane.WAITING:
                chosen = [mine, waits]
            case Lane.DUE:
                theirs = not_(mine) if self.is_supervisor else literal(False)
                chosen = [is_due, or_(nobodys, and_(mine, not_(waits)), theirs)]
            case Lane.NOBODYS:
                chosen = [nobodys, or_(Case.due_at.is_(None), not_(is_due))]
            case Lane.MINE:
                chosen = [mine, not_(waits), or_(Case.due_at.is_(None), not_(is_due))]
        return [*self.seen(), AT_WORK, *chosen]


def board(connection: Connection, viewer: Viewer) -> Board:
    """The first cases of each lane, the most pressing first. Three statements."""
    parts = []
    for lane in Lane:
        first = (
            select(*_LINE, literal(lane.value).label("lane"))
            .where(*viewer.of_lane(lane))
            .order_by(*_PRESSING)
            .limit(GLANCE)
            .subquery()
        )
        parts.append(select(first))
    together = union_all(*parts).subquery()
    rows = connection.execute(
        select(together, Account.email.label("assignee")).outerjoin(
            Account, Account.id == together.c.assignee_id
        )
    ).all()
    lines = {
        line.id: line for line in _lines(connection, sorted(rows, key=lambda row: _pressing(row)))
    }
    lane_of = {row.id: Lane(row.lane) for row in rows}
    return Board(
        {lane: tuple(line for line in lines.values() if lane_of[line.id] is lane) for lane in Lane}
    )


def counts(connection: Connection, viewer: Viewer) -> Counts:
    """How many there are in each lane, and unanswered. One statement."""
    unanswered = [*viewer.seen(), Case.answering == Answering.OPEN]
    row = connection.execute(
        select(
            *(_how_many(viewer.of_lane(lane)).label(lane.value) for lane in Lane),
            _how_many(unanswered).label("unanswered"),
        )
    ).one()
    return Counts(
        lanes={lane: getattr(row, lane.value) for lane in Lane}, unanswered=row.unanswered
    )


def _how_many(conditions: Iterable[ColumnElement[bool]]) -> Any:
    some = select(literal(1).label("one")).select_from(Case).where(*conditions).limit(MOST_COUNTED)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


def listed(
    connection: Connection,
    viewer: Viewer,
    asked: Asked,
    *,
    among: Iterable[Select[Any]] = (),
) -> Listed:
    """A page of what is asked for, of cases that are in every selection of ids of `among`. Of a
    lane the most pressing first, of the unanswered the oldest, else the newest. Three
    statements."""
    conditions = viewer.of_lane(asked.lane) if asked.lane else viewer.seen()
    conditions += _chosen(asked)
    conditions += [Case.id.in_(each) for each in among]
    rows = connection.execute(
        select(*_LINE, Account.email.label("assignee"))
        .outerjoin(Account, Account.id == Case.assignee_id)
        .where(*conditions)
        .order_by(*_order(asked))
        .limit(PAGE + 1)
        .offset((asked.page - 1) * PAGE)
    ).all()
    return Listed(lines=_lines(connection, rows[:PAGE]), has_more=len(rows) > PAGE)


_PRESSING = (Case.due_at.nulls_last(), Case.opened_at, Case.id)


def _pressing(row: Any) -> tuple[dt.datetime, dt.datetime, str]:
    return (row.due_at or _LATEST, row.opened_at, row.id)


def _order(asked: Asked) -> tuple[Any, ...]:
    if asked.lane is not None:
        return _PRESSING
    if asked.state is Answering.OPEN:
        return (Case.opened_at, Case.id)
    return (Case.opened_at.desc(), Case.id.desc())


def _chosen(asked: Asked) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if isinstance(asked.state, Answering):
        chosen.append(Case.answering == asked.state)
    elif asked.state is not None:
        chosen.append(Case.state == asked.state)
    if asked.queue is not None:
        chosen.append(Case.queue == asked.queue)
    if asked.severity is not None:
        chosen.append(Case.severity == asked.severity)
    if asked.kind is not None:
        chosen.append(Case.kind == asked.kind)
    if asked.district is not None:
        chosen.append(Case.district == asked.district)
    return chosen


def _lines(connection: Connection, rows: Iterable[Any]) -> tuple[Line, ...]:
    """The rows with what is to be done next. Two statements, none of no rows."""
    found = list(rows)
    exchanges = _exchanges(connection, [row.id for row in found])
    return tuple(_line(row, exchanges.get(row.id, Exchange())) for row in found)


def _exchanges(connection: Connection, case_ids: list[str]) -> dict[str, Exchange]:
    if not case_ids:
        return {}
    said = connection.execute(
        select(
            Statement.case_id,
            Statement.said_at,
            Statement.recording_id.is_not(None).label("is_recording"),
            Statement.text.is_not(None).label("is_text"),
        )
        .where(Statement.case_id.in_(case_ids))
        .order_by(Statement.said_at, Statement.id)
    )
    # The newest of each stays, for it comes last.
    newest_said = {row.case_id: row for row in said}
    replied = connection.execute(
        select(
            Reply.case_id,
            Reply.sent_at,
            Reply.proposes,
            Reply.handed_back_at,
        )
        .where(Reply.case_id.in_(case_ids))
        .order_by(Reply.sent_at, Reply.id)
    )
    newest_reply = {row.case_id: row for row in replied}
    return {
        each: _exchange(newest_said.get(each), newest_reply.get(each))
        for each in {*newest_said, *newest_reply}
    }


def _exchange(said: Any, reply: Any) -> Exchange:
    return Exchange(
        said_at=said.said_at if said else None,
        is_recording=bool(said and said.is_recording),
        is_text=bool(said and said.is_text),
        replied_at=reply.sent_at if reply else None,
        proposed=bool(reply and reply.proposes),
        handed_back=bool(reply and reply.handed_back_at),
    )


def _line(row: Any, exchange: Exchange) -> Line:
    state, answering = State(row.state), Answering(row.answering)
    return Line(
        id=row.id,
        kind=row.kind,
        topic=row.topic,
        queue=row.queue,
        language=row.language,
        channel=row.channel,
        confirmed=row.confirmed,
        answering=answering,
        state=state,
        severity=row.severity,
        district=row.district,
        tier=row.tier,
        opened_at=row.opened_at,
        first_read_at=row.first_read_at,
        due_at=row.due_at,
        due_step=row.due_step,
        assignee_id=row.assignee_id,
        assignee=row.assignee,
        todo=todo(row.kind, state, answering, exchange),
    )
