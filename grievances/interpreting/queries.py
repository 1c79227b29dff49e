"""Reads of the interpreter's desk: the queue without anybody's identity, one item, the report, and
what the page of a case shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from grievances import operations
from grievances.interpreting.models import HandedBack, Interpretation, Rendering
from grievances.interpreting.values import (
    CHECKED_FROM,
    Interpreted,
    Item,
    LanguageReport,
    State,
    Told,
    Words,
    Work,
    median_of,
    told_of,
)
from grievances.models import Case, Statement
from grievances.sight import Sight, seen_by
from storage.recordings import Copy, Recording
from storage.vault import Vault

WORDS = "rendering.spanish"
TRANSCRIPT = "rendering.transcript"
"""The vault's purposes for what interpreters write."""

PAGE = 50
"""Items of the queue that a page lists."""


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest rendering of a statement, and whose it is."""

    account_id: str
    words: Words


def severe() -> ColumnElement[bool]:
    """Whether a case needs the second pair of ears."""
    return func.coalesce(Case.severity, 0) >= CHECKED_FROM


def is_here() -> ColumnElement[bool]:
    """Whether there is something to hear or to read now."""
    return or_(Statement.text.is_not(None), Recording.copy == Copy.KEPT)


def _items(programme: str, visible: Sight | None, *, account_id: str, now: dt.datetime) -> Any:
    """Every item that this account may take, or holds."""
    is_hers = Interpretation.held_by == account_id
    has_written = (
        select(Rendering.id)
        .where(
            Rendering.statement_id == Interpretation.statement_id,
            Rendering.account_id == account_id,
        )
        .exists()
    )
    handed_back = (
        select(HandedBack.statement_id)
        .where(
            HandedBack.statement_id == Interpretation.statement_id,
            HandedBack.account_id == account_id,
        )
        .exists()
    )
    query = (
        select(
            Interpretation.statement_id,
            Interpretation.state,
            Interpretation.held_by,
            Interpretation.held_until,
            Statement.language,
            Statement.text,
            Statement.said_at,
            Statement.recording_id,
            Recording.media,
            func.coalesce(Recording.seconds, Statement.seconds).label("seconds"),
            severe().label("is_severe"),
        )
        .select_from(Interpretation)
        .join(Statement, Statement.id == Interpretation.statement_id)
        .join(Case, Case.id == Statement.case_id)
        .outerjoin(Recording, Recording.id == Statement.recording_id)
        .where(
            Case.programme == programme,
            is_here(),
            or_(
                Interpretation.state == State.WAITING,
                and_(Interpretation.state == State.RENDERED, severe()),
            ),
            ~has_written,
            ~handed_back,
            or_(
                Interpretation.held_by.is_(None),
                is_hers,
                Interpretation.held_until <= now,
            ),
        )
    )
    return query.where(*seen_by(visible))


def offered(
    connection: Connection,
    programme: str,
    *,
    visible: Sight | None,
    account_id: str,
    language: str | None = None,
    now: dt.datetime,
) -> tuple[Item, ...]:
    """What waits for this interpreter: hers first, then what is severe, then the oldest."""
    query = _items(programme, visible, account_id=account_id, now=now)
    if language is not None:
        query = query.where(Statement.language == language)
    rows = connection.execute(
        query.order_by(
            case((Interpretation.held_by == account_id, 0), else_=1),
            case((severe(), 0), else_=1),
            Statement.said_at,
            Statement.id,
        ).limit(PAGE)
    )
    return tuple(_item(row, account_id, now) for row in rows)


def work(
    connection: Connection,
    vault: Vault,
    statement_id: str,
    *,
    programme: str,
    visible: Sight | None,
    account_id: str,
    now: dt.datetime,
) -> Work | None:
    """One item that this interpreter may take or holds, with its words; None for any other."""
    row = connection.execute(
        _items(programme, visible, account_id=account_id, now=now).where(
            Interpretation.statement_id == statement_id
        )
    ).first()
    if row is None:
        return None
    before = newest(connection, vault, statement_id) if row.state == State.RENDERED else None
    return Work(
        item=_item(row, account_id, now),
        media=row.media,
        text=vault.open_text(operations.WORDS, row.text) if row.text is not None else None,
        before=before.words if before else None,
    )


def _item(row: Any, account_id: str, now: dt.datetime) -> Item:
    is_held = row.held_by == account_id and row.held_until > now
    return Item(
        id=row.statement_id,
        language=row.language,
        is_recording=row.recording_id is not None,
        seconds=row.seconds,
        said_at=row.said_at,
        needs_check=row.state == State.RENDERED,
        is_urgent=bool(row.is_severe),
        held_until=row.held_until if is_held else None,
    )


def languages_offered(
    connection: Connection,
    programme: str,
    *,
    visible: Sight | None,
    account_id: str,
    now: dt.datetime,
) -> tuple[str, ...]:
    """The languages in which something waits for this interpreter."""
    found = _items(programme, visible, account_id=account_id, now=now).subquery()
    rows = connection.execute(select(found.c.language).distinct().order_by(found.c.language))
    return tuple(rows.scalars())


def newest(connection: Connection, vault: Vault, statement_id: str) -> Newest | None:
    """What was written last of a statement; None where nothing was."""
    row = connection.execute(
        select(Rendering.account_id, Rendering.transcript, Rendering.spanish)
        .where(Rendering.statement_id == statement_id)
        .order_by(Rendering.made_at.desc(), Rendering.is_check.desc())
        .limit(1)
    ).first()
    return Newest(row.account_id, _words(vault, row)) if row else None


def _words(vault: Vault, row: Any) -> Words:
    transcript = row.transcript
    return Words(
        transcript=vault.open_text(TRANSCRIPT, transcript) if transcript is not None else None,
        spanish=vault.open_text(WORDS, row.spanish),
    )


def of_case(connection: Connection, vault: Vault, case_id: str) -> dict[str, Interpreted]:
    """What interpreters wrote of each statement of a case, by statement; the newest counts."""
    rows = connection.execute(
        select(
            Interpretation.statement_id,
            Interpretation.state,
            severe().label("is_severe"),
            Rendering.transcript,
            Rendering.spanish,
        )
        .select_from(Interpretation)
        .join(Statement, Statement.id == Interpretation.statement_id)
        .join(Case, Case.id == Statement.case_id)
        .outerjoin(Rendering, Rendering.statement_id == Interpretation.statement_id)
        .where(Statement.case_id == case_id)
        .order_by(Rendering.made_at, Rendering.is_check)
    )
    return {
        row.statement_id: Interpreted(
            told=told_of(State(row.state), is_severe=bool(row.is_severe)),
            words=_words(vault, row) if row.spanish is not None else None,
        )
        for row in rows
    }


def spanish_of(
    connection: Connection, vault: Vault, statement_ids: Iterable[str]
) -> dict[str, str]:
    """What these statements say in Spanish, by statement: for whoever searches in words. Those
    that nobody has interpreted are left out."""
    rows = connection.execute(
        select(Rendering.statement_id, Rendering.transcript, Rendering.spanish)
        .where(Rendering.statement_id.in_(list(statement_ids)))
        .order_by(Rendering.made_at, Rendering.is_check)
    )
    return {row.statement_id: _words(vault, row).spanish for row in rows}


def report(
    connection: Connection,
    programme: str,
    *,
    visible: Sight | None,
    since: dt.datetime,
) -> tuple[LanguageReport, ...]:
    """How the desk stands by language, and how long the work took since then."""
    is_severe = case((severe(), 1), else_=0)
    standing = (
        select(
            Statement.language,
            Interpretation.state,
            is_severe.label("is_severe"),
            func.count().label("items"),
            func.min(Statement.said_at).label("oldest"),
        )
        .select_from(Interpretation)
        .join(Statement, Statement.id == Interpretation.statement_id)
        .join(Case, Case.id == Statement.case_id)
        .where(Case.programme == programme)
        .group_by(Statement.language, Interpretation.state, is_severe)
    )
    work_done = (
        select(
            Statement.language,
            Statement.said_at,
            Rendering.seconds,
            Rendering.made_at,
            Rendering.is_check,
        )
        .select_from(Rendering)
        .join(Statement, Statement.id == Rendering.statement_id)
        .join(Case, Case.id == Statement.case_id)
        .where(Case.programme == programme, Rendering.made_at >= since)
    )
    stands = connection.execute(standing.where(*seen_by(visible))).all()
    took = connection.execute(work_done.where(*seen_by(visible))).all()
    tags = sorted({row.language for row in stands} | {row.language for row in took})
    return tuple(
        _language_report(
            tag,
            [row for row in stands if row.language == tag],
            [row for row in took if row.language == tag],
        )
        for tag in tags
    )


def _language_report(tag: str, stands: list[Any], took: list[Any]) -> LanguageReport:
    def how_many(told: Told) -> int:
        return sum(
            row.items
            for row in stands
            if told_of(State(row.state), is_severe=bool(row.is_severe)) is told
        )

    oldest = [row.oldest for row in stands if row.state == State.WAITING]
    first = [row for row in took if not row.is_check]
    return LanguageReport(
        language=tag,
        waiting=how_many(Told.WANTED),
        unchecked=how_many(Told.UNCHECKED),
        unclear=how_many(Told.UNCLEAR),
        oldest=min(oldest, default=None),
        done=len(first),
        at_work=median_of([float(row.seconds) for row in took]),
        until_spanish=median_of([(row.made_at - row.said_at).total_seconds() for row in first]),
    )
