"""What may be known of the sealed track without opening anything."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from safeguarding.models import Designation, ProgrammeKey, SealedRecording, SealedReport, YearCount
from safeguarding.values import LEAST_COUNT, Designee, Received, year_of
from staff.models import Account
from staff.values import Role


def is_open(connection: Connection, programme: str) -> bool:
    """Whether reports can be kept: somebody is designated to open them."""
    return key_id_of(connection, programme) is not None


def key_id_of(connection: Connection, programme: str) -> str | None:
    """The key that reports of a programme are sealed to, where there is one."""
    return connection.execute(
        select(ProgrammeKey.id).where(ProgrammeKey.programme == programme)
    ).scalar_one_or_none()


def count(connection: Connection, programme: str) -> int:
    """How many reports are kept. For designated people alone."""
    return connection.execute(
        select(func.count())
        .select_from(SealedReport)
        .join(ProgrammeKey, ProgrammeKey.id == SealedReport.key_id)
        .where(ProgrammeKey.programme == programme)
    ).scalar_one()


def people(connection: Connection, programme: str) -> list[Designee]:
    """Whoever is designated, and whoever has chosen a passphrase and waits to be; by e-mail.

    Closed accounts and those that are not of the role any more are nobody's.
    """
    rows = connection.execute(
        select(Account.id, Account.email, Designation.programme_key.is_not(None).label("is_one"))
        .join(Designation, Designation.account_id == Account.id)
        .where(
            Account.programme == programme,
            Account.role == Role.SAFEGUARDING,
            Account.closed_at.is_(None),
        )
        .order_by(Account.email)
    )
    return [Designee(row.id, row.email, bool(row.is_one)) for row in rows]


def designee(connection: Connection, programme: str, account_id: str) -> Designee | None:
    """One of `people`; None where the account is not among them."""
    found = people(connection, programme)
    return next((each for each in found if each.account_id == account_id), None)


def received_in(connection: Connection, programme: str, year: int) -> Received:
    """What the region may be told of a year (DOMAIN 1.5): a count from ten, else yes or no."""
    weeks = connection.execute(
        select(SealedReport.week)
        .join(ProgrammeKey, ProgrammeKey.id == SealedReport.key_id)
        .where(ProgrammeKey.programme == programme)
    ).scalars()
    deleted = connection.execute(
        select(YearCount.deleted).where(YearCount.programme == programme, YearCount.year == year)
    ).scalar_one_or_none()
    total = sum(1 for week in weeks if year_of(week) == year) + (deleted or 0)
    return Received(year, total > 0, total if total >= LEAST_COUNT else None)


def is_to_be_sealed(connection: Connection, recording_id: str) -> bool:
    """Whether a recording waits to be sealed: not where it was, or is only to be deleted."""
    return (
        connection.execute(
            select(SealedRecording.id).where(
                SealedRecording.id == recording_id, SealedRecording.report.is_not(None)
            )
        ).first()
        is not None
    )


def is_sealed_recording(connection: Connection, recording_id: str) -> bool:
    """Whether a recording at the carrier belongs to the sealed track."""
    return (
        connection.execute(
            select(SealedRecording.id).where(SealedRecording.id == recording_id)
        ).first()
        is not None
    )
