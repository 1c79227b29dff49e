"""What the worker does here: once a day each class of what is kept is looked after, and noted."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy import select

from privacy import retention
from privacy.models import RetentionRun
from privacy.retention import Kept, Periods
from storage.services import Services

log = logging.getLogger(__name__)


def retain(services: Services, periods: Periods) -> None:
    """Minimise cases, forget calls and recordings that nothing names, each at most once a day
    however often this is run."""
    _daily(
        services,
        Kept.CASES,
        lambda: retention.minimise_cases(services, after=periods.cases),
    )
    _daily(services, Kept.CALLS, lambda: retention.forget_calls(services, after=periods.calls))
    _daily(
        services,
        Kept.REPLACED,
        lambda: retention.forget_replaced(services, after=periods.of(Kept.REPLACED)),
    )


def looked_after(services: Services, kept: Kept) -> None:
    """Another package has looked after what it keeps; how many rows went is not told."""
    now = services.clock()
    with services.database.writing() as connection:
        retention.ran(connection, kept, rows=None, day=now.date(), now=now)


def _daily(services: Services, kept: Kept, job: Callable[[], int]) -> None:
    now = services.clock()
    with services.database.reading() as connection:
        has_run = connection.execute(
            select(RetentionRun.day).where(
                RetentionRun.kept == kept, RetentionRun.day == now.date()
            )
        ).first()
    if has_run is not None:
        return
    rows = job()
    with services.database.writing() as connection:
        retention.ran(connection, kept, rows=rows, day=now.date(), now=now)
    log.info("retention_done", extra={"kept": kept.value, "rows": rows})
