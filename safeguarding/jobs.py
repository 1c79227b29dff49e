"""What the worker does for the sealed track: forget."""

from __future__ import annotations

import logging

from safeguarding import operations
from storage.services import Services

log = logging.getLogger(__name__)


def forget(services: Services) -> None:
    """Delete reports whose year is over; of recordings that never came forget that they should.

    That it ran is logged, and never how many there were.
    """
    now = services.clock()
    with services.database.writing() as connection:
        operations.delete_expired(connection, today=now.date())
        operations.forget_absent_recordings(connection)
    log.info("retention_of_sealed_reports_done")
