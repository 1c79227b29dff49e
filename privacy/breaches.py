"""Breaches: what is known, and the 48 hours in which the ANPD is told (DS 016-2024-JUS).

The caller commits.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select, update

from privacy.models import Breach
from storage.ids import new_id
from storage.vault import Vault

WITHIN = dt.timedelta(hours=48)
_FACTS = "breach.facts"
_TABLE: Any = Breach.__table__


class Ending(StrEnum):
    """How it ended."""

    TOLD = "told"
    """The ANPD was told, and the people where their rights are touched."""
    NO_DATA = "no_data"
    """No data of anybody were touched after all."""
    MISTAKEN = "mistaken"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known so far, in the words of whoever records it; empty where it is not known."""

    what: str
    data: str = ""
    people: str = ""
    consequences: str = ""
    measures: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One breach."""

    id: str
    noticed_at: dt.datetime
    facts: Facts
    closed_at: dt.datetime | None
    ending: Ending | None

    @property
    def due_at(self) -> dt.datetime:
        return self.noticed_at + WITHIN

    def hours_left(self, now: dt.datetime) -> int:
        """Whole hours until the ANPD has to know; negative once they are over."""
        return int((self.due_at - now).total_seconds() // 3600)


def record(
    connection: Connection,
    *,
    vault: Vault,
    programme: str,
    noticed_at: dt.datetime,
    facts: Facts,
    by: str,
) -> str:
    """Keep a breach that was noticed then; its id."""
    breach_id = new_id()
    connection.execute(
        insert(_TABLE).values(
            id=breach_id,
            programme=programme,
            noticed_at=noticed_at,
            facts=_sealed(vault, facts),
            recorded_by=by,
        )
    )
    return breach_id


def renew(
    connection: Connection, breach_id: str, *, vault: Vault, programme: str, facts: Facts
) -> bool:
    """More is known; False where there is no such open breach."""
    changed = connection.execute(
        update(_TABLE)
        .where(*_open(breach_id, programme))
        .values(facts=_sealed(vault, facts))
        .returning(Breach.id)
    )
    return changed.first() is not None


def close(
    connection: Connection,
    breach_id: str,
    *,
    programme: str,
    ending: Ending,
    by: str,
    now: dt.datetime,
) -> bool:
    """End it; False where there is no such open breach."""
    changed = connection.execute(
        update(_TABLE)
        .where(*_open(breach_id, programme))
        .values(closed_at=now, closed_by=by, ending=ending)
        .returning(Breach.id)
    )
    return changed.first() is not None


def breaches(connection: Connection, vault: Vault, programme: str) -> tuple[Recorded, ...]:
    """All of them, the newest first."""
    rows = connection.execute(
        select(_TABLE).where(Breach.programme == programme).order_by(Breach.noticed_at.desc())
    )
    return tuple(
        Recorded(
            id=row.id,
            noticed_at=row.noticed_at,
            facts=Facts(**json.loads(vault.open_text(_FACTS, row.facts))),
            closed_at=row.closed_at,
            ending=Ending(row.ending) if row.ending else None,
        )
        for row in rows
    )


def open_since(connection: Connection, programme: str) -> dt.datetime | None:
    """When the open breach that has waited longest was noticed; None: none is open."""
    return connection.execute(
        select(Breach.noticed_at)
        .where(Breach.programme == programme, Breach.closed_at.is_(None))
        .order_by(Breach.noticed_at)
        .limit(1)
    ).scalar_one_or_none()


def _open(breach_id: str, programme: str) -> tuple[Any, ...]:
    return (Breach.id == breach_id, Breach.programme == programme, Breach.closed_at.is_(None))


def _sealed(vault: Vault, facts: Facts) -> bytes:
    return vault.seal_text(_FACTS, json.dumps(asdict(facts), ensure_ascii=False))
