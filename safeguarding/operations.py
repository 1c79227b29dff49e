"""Writes of sealed reports. They need no passphrase and open nothing; the caller commits."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from safeguarding import sealing
from safeguarding.errors import NobodyDesignated, UnknownReport
from safeguarding.models import ProgrammeKey, SealedRecording, SealedReport, YearCount
from safeguarding.values import KEPT_FOR, Facts, sound_to_bytes, week_of, year_of
from storage import recordings
from storage.ids import new_id
from storage.recordings import Copy, Recording
from storage.upsert import insert_into
from storage.vault import Vault

log = logging.getLogger(__name__)

_RECORDING = "safeguarding.recording"
"""The vault's purpose of what a recording belongs to, until it is sealed."""

_TABLE: Any = SealedReport.__table__
_SOUNDS: Any = SealedRecording.__table__
_YEARS: Any = YearCount.__table__


def seal_report(connection: Connection, programme: str, facts: Facts, *, now: dt.datetime) -> str:
    """Keep a new report; return its id. Raises NobodyDesignated, and then nothing is kept."""
    # Held: it is not renewed between here and the end of the transaction.
    key = connection.execute(
        select(ProgrammeKey.id, ProgrammeKey.public)
        .where(ProgrammeKey.programme == programme)
        .with_for_update(read=True)
    ).first()
    if key is None:
        raise NobodyDesignated(programme)
    report = new_id()
    box = sealing.seal(key.public, facts.to_bytes(), about_report(report))
    connection.execute(
        insert(_TABLE).values(
            id=report, key_id=key.id, week=week_of(now), sealed=sealing.joined(b"", box)
        )
    )
    return report


def add(connection: Connection, report: str, facts: Facts) -> None:
    """Seal what was given later behind the rest: where both say something, it counts.

    Raises UnknownReport.
    """
    _append(connection, report, facts.to_bytes())


def expect_recording(
    connection: Connection,
    vault: Vault,
    report: str | None,
    recording_id: str,
    *,
    now: dt.datetime,
) -> None:
    """A recording at the carrier is to be sealed into the report, once it is ready; without a
    report it is only to be deleted there."""
    sealed = vault.seal_text(_RECORDING, report) if report else None
    connection.execute(
        insert_into(connection, _SOUNDS)
        .values(id=recording_id, report=sealed)
        .on_conflict_do_nothing(index_elements=["id"])
    )
    recordings.announce(connection, recording_id, now=now, ready=False)
    recordings.look_again(connection, recording_id, now=now)


def seal_recording(connection: Connection, vault: Vault, recording_id: str, sound: bytes) -> bool:
    """Seal a recording into the report that it belongs to; False where it is of no report.

    Done once: what was sealed before is not sealed again. From here on nothing says of which
    report it is.
    """
    row = connection.execute(
        select(SealedRecording.report).where(SealedRecording.id == recording_id).with_for_update()
    ).first()
    if row is None:
        return False
    if row.report is not None:
        try:
            report = vault.open_text(_RECORDING, row.report)
            _append(connection, report, sound_to_bytes(sound))
        except UnknownReport:
            log.info("report_is_gone_before_its_recording")
        connection.execute(
            update(_SOUNDS).where(SealedRecording.id == recording_id).values(report=None)
        )
    return True


def forget_recording(connection: Connection, recording_id: str) -> None:
    """Neither the carrier nor we have it outside of the report: no row names it any more."""
    gone = connection.execute(
        delete(_SOUNDS).where(SealedRecording.id == recording_id).returning(SealedRecording.id)
    )
    if gone.first() is not None:
        recordings.forget(connection, recording_id)


def forget_absent_recordings(connection: Connection) -> None:
    """The carrier says that they are not there: nothing waits for them any more."""
    gone = connection.execute(
        select(SealedRecording.id)
        .outerjoin(Recording, Recording.id == SealedRecording.id)
        .where(or_(Recording.id.is_(None), Recording.copy == Copy.ABSENT))
    ).scalars()
    for recording_id in gone.all():
        forget_recording(connection, recording_id)


def delete_expired(connection: Connection, *, today: dt.date) -> None:
    """Delete reports whose year is over, and keep how many of each year there were."""
    due = connection.execute(
        select(SealedReport.id, SealedReport.week, ProgrammeKey.programme)
        .join(ProgrammeKey, ProgrammeKey.id == SealedReport.key_id)
        .where(SealedReport.week <= today - KEPT_FOR)
    ).all()
    for row in due:
        connection.execute(delete(_TABLE).where(SealedReport.id == row.id))
        connection.execute(
            insert_into(connection, _YEARS)
            .values(programme=row.programme, year=year_of(row.week), deleted=1)
            .on_conflict_do_update(
                index_elements=["programme", "year"], set_={"deleted": YearCount.deleted + 1}
            )
        )


def about_report(report: str) -> str:
    """What the boxes of a report are bound to."""
    return f"report:{report}"


def _append(connection: Connection, report: str, plain: bytes) -> None:
    its_key = select(SealedReport.key_id).where(SealedReport.id == report).scalar_subquery()
    public = connection.execute(
        select(ProgrammeKey.public).where(ProgrammeKey.id == its_key).with_for_update(read=True)
    ).scalar_one_or_none()
    boxes = connection.execute(
        select(SealedReport.sealed).where(SealedReport.id == report).with_for_update()
    ).scalar_one_or_none()
    if public is None or boxes is None:
        raise UnknownReport
    box = sealing.seal(public, plain, about_report(report))
    connection.execute(
        update(_TABLE).where(SealedReport.id == report).values(sealed=sealing.joined(boxes, box))
    )
