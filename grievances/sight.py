"""Which cases an account may see. Every read that shows a case to somebody asks here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, or_

from grievances.models import Case
from grievances.values import Category, ReprisalRisk, visible_queues
from programmes.values import Queue
from staff.values import Affiliation

SENSITIVE: Final = frozenset({Category.WOMENS_SAFETY, Category.REPRISAL})
"""Categories of cases that are sensitive whatever else is known of them."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody sees who does not see everything."""

    queues: frozenset[str]
    """Slugs of the queues whose cases they may open."""
    without_sensitive: bool = False
    """Nothing sensitive either, in whichever queue it lies. Rules take such a case out of a
    company's queues when it becomes so; this holds where they had nowhere to take it, and where a
    new version of the programme gave its queue to a company (DOMAIN 1.7, IFC on retaliation)."""

    def conditions(self) -> list[ColumnElement[bool]]:
        """What holds for the cases that are seen, for a statement that selects from them."""
        conditions: list[ColumnElement[bool]] = [Case.queue.in_(sorted(self.queues))]
        if self.without_sensitive:
            is_ordinary = or_(Case.category.is_(None), Case.category.not_in(sorted(SENSITIVE)))
            conditions += [Case.reprisal_risk == ReprisalRisk.NONE, is_ordinary]
        return conditions


def is_sensitive(case: Any) -> bool:
    """Whether nobody of a company may see it, of a case's row."""
    return case.reprisal_risk != ReprisalRisk.NONE or case.category in SENSITIVE


def sight_of(queues: Iterable[Queue], affiliation: Affiliation) -> Sight | None:
    """What people of this affiliation see; None stands for every case of their programme."""
    seen = visible_queues(queues, affiliation)
    if seen is None:
        return None
    return Sight(seen, without_sensitive=affiliation is Affiliation.COMPANY)


def seen_by(visible: Sight | None) -> list[ColumnElement[bool]]:
    """The conditions of what is seen: none where that is every case."""
    return [] if visible is None else visible.conditions()
