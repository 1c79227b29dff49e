"""What follows answers, as a worker carries it on: those not heard go out again, and whoever's case
was closed is asked some time after whether what was done held."""

from __future__ import annotations

from app.house import House
from grievances.following.checking import ask_back
from grievances.following.unheard import follow_unheard
from programmes.calendar import Calendar
from programmes.queries import senders_of
from storage.queues import Work

NOTICE = "sms.answer_waiting"


def follow_answers(house: House) -> None:
    """One step on for every answer and every case whose time it is."""
    services = house.services
    with services.database.writing() as connection:

        def notice(slug: str, tag: str, number: str) -> str:
            wordings = house.runner.wordings(house.programme_of(connection, slug))
            return wordings.find(NOTICE, tag).wording.text.format(number=number)

        def calendar(slug: str) -> Calendar:
            return house.programme_of(connection, slug).calendar

        vault, now = services.vault, services.clock()
        moved = follow_unheard(connection, vault=vault, calendar_of=calendar, now=now)
        moved += ask_back(
            connection,
            vault=vault,
            calendar_of=calendar,
            senders_of=lambda slug: senders_of(connection, slug),
            notice_of=notice,
            now=now,
        )
    if moved:
        services.bell.ring(Work.OUTBOX)
