"""Airtime for who was interviewed: owed in the database, given once by a gateway.

The gateway is asked under the debt's id, so that one that has heard it before gives nothing more.
What was only recorded is owed still: the first gateway that gives is asked for it too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Connection, select, update

from contacts.models import Line
from contacts.queries import number_of
from storage.services import Services
from surveys.fieldwork.models import SampledLine, TopUp

OWED, RECORDED, GIVEN, REFUSED = "owed", "recorded", "given", "refused"
BATCH = 50

_TOP_UPS: Any = TopUp.__table__


class NotGiven(Exception):
    """The gateway refuses it for good: no such number, no such amount."""


class Unsure(Exception):
    """No answer came: it is asked again under the same key."""


class TopUpGateway(Protocol):
    """Whoever gives airtime."""

    @property
    def gives(self) -> bool:
        """Whether somebody has airtime of it, and not a record alone."""
        ...

    def top_up(self, *, key: str, number: str, amount: int) -> None:
        """Give a number (E.164) airtime, in thousandths of the currency; once for each `key`.

        Raises NotGiven and Unsure.
        """
        ...


@dataclass
class RecordingTopUps:
    """Keeps what it is asked to give, and gives nothing: where there is no contract yet."""

    recorded: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def gives(self) -> bool:
        return False

    def top_up(self, *, key: str, number: str, amount: int) -> None:
        self.recorded.setdefault(key, (number, amount))


def give(services: Services, gateway: TopUpGateway) -> int:
    """Give what is owed, or have it recorded; return of how many that was done.

    The database is not held meanwhile.
    """
    unpaid = (OWED, RECORDED) if gateway.gives else (OWED,)
    with services.database.reading() as connection:
        owed = _in_state(connection, unpaid)
    settled = 0
    for debt in owed:
        with services.database.reading() as connection:
            number = number_of(connection, vault=services.vault, line_id=debt.line_id)
        state = GIVEN if gateway.gives else RECORDED
        try:
            if number is None:
                raise NotGiven
            gateway.top_up(key=debt.id, number=number, amount=debt.amount)
        except NotGiven:
            state = REFUSED
        except Unsure:
            continue
        with services.database.writing() as connection:
            connection.execute(update(_TOP_UPS).where(TopUp.id == debt.id).values(state=state))
        settled += 1
    return settled


def _in_state(connection: Connection, states: Collection[str]) -> list[Any]:
    return list(
        connection.execute(
            select(TopUp.id, TopUp.amount, Line.id.label("line_id"))
            .join(SampledLine, SampledLine.id == TopUp.sampled_id)
            .join(Line, Line.id == SampledLine.line_id)
            .where(TopUp.state.in_(states))
            .limit(BATCH)
        )
    )
