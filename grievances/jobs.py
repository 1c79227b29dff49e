"""What a worker does with cases by itself: giving them to somebody, and telling that time is over.

Each case is a transaction of its own, in which it is held and looked at once more: of two workers
who take the same one the second finds nothing to do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import Connection, select

from grievances import watching
from grievances.models import Case
from programmes.queries import slugs
from programmes.values import Programme
from storage.services import Services

MOST = 200
"""Cases of one run: what is left waits for the next, seconds later."""


def look_after_cases(
    services: Services,
    *,
    programme_of: Callable[[Connection, str], Programme],
    alert: Callable[[Programme], str],
) -> int:
    """Do what is due for every case whose time has come, the longest due first; how many there
    were. `alert` words the text to a supervisor, without a word of any case."""
    now = services.clock()
    with services.database.reading() as connection:
        programmes = {slug: programme_of(connection, slug) for slug in slugs(connection)}
        due = connection.execute(
            select(Case.id, Case.programme)
            .where(Case.wakes_at <= now)
            .order_by(Case.wakes_at)
            .limit(MOST)
        ).all()
    count = 0
    for programme in programmes.values():
        mine = [row.id for row in due if row.programme == programme.slug]
        count += _of_programme(services, programme, mine, alert=alert, now=now)
    return count


def _of_programme(
    services: Services,
    programme: Programme,
    case_ids: list[str],
    *,
    alert: Callable[[Programme], str],
    now: dt.datetime,
) -> int:
    def watch(connection: Connection) -> watching.Watch:
        return watching.watch_of(connection, programme, vault=services.vault, alert=alert, now=now)

    with services.database.reading() as connection:
        somebody_has_to_hand_over = watching.leaves_cases(connection, watch(connection))
    count = 0
    if somebody_has_to_hand_over:
        with services.database.writing() as connection:
            count += watching.hand_over(connection, watch(connection))
    for case_id in case_ids:
        with services.database.writing() as connection:
            count += watching.look_after(connection, watch(connection), case_id)
    return count
