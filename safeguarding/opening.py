"""Opening sealed reports: by a designated person, with what her passphrase gave for one request."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, select

from safeguarding import sealing
from safeguarding.designating import Unlocked
from safeguarding.errors import UnknownReport
from safeguarding.models import SealedReport
from safeguarding.operations import about_report
from safeguarding.values import Opened, Why, read_boxes
from staff import operations as staff


def open_reports(
    connection: Connection, hand: Unlocked, *, why: Why, with_done: bool, now: dt.datetime
) -> list[Opened]:
    """The reports that wait for an outcome, the oldest first, or all; each is noted as opened.

    What is waiting shows only inside: reports that are done are looked at for it and not given.
    """
    rows = connection.execute(
        select(SealedReport.id, SealedReport.week, SealedReport.sealed)
        .where(SealedReport.key_id == hand.key_id)
        .order_by(SealedReport.week, SealedReport.id)
    )
    found = [_opened(hand, *row) for row in rows]
    given = [each for each in found if with_done or not each.is_done]
    for each in given:
        _note(connection, hand, each.id, why, now)
    return given


def open_report(
    connection: Connection, hand: Unlocked, report: str, *, why: Why, now: dt.datetime
) -> Opened:
    """One report. Raises UnknownReport."""
    row = connection.execute(
        select(SealedReport.id, SealedReport.week, SealedReport.sealed).where(
            SealedReport.id == report, SealedReport.key_id == hand.key_id
        )
    ).first()
    if row is None:
        raise UnknownReport
    _note(connection, hand, report, why, now)
    return _opened(hand, *row)


def _opened(hand: Unlocked, report: str, week: dt.date, sealed: bytes) -> Opened:
    about = about_report(report)
    facts, sounds = read_boxes(
        sealing.unseal(hand.private, box, about) for box in sealing.parted(sealed)
    )
    return Opened(report, week, facts, sounds)


def _note(connection: Connection, hand: Unlocked, report: str, why: Why, now: dt.datetime) -> None:
    staff.note(
        connection,
        account_id=hand.account_id,
        action=f"safeguarding_opened_{why}",
        subject=f"sealed_report:{report}",
        now=now,
    )
