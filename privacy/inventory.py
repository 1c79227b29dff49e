"""The inventory of processing: what is done here with whose data, as this deployment is set up.

Each bank with where it is kept, who carries it, and for how long, as the retention job goes by
(DOMAIN requirement 28; register and transfers abroad of Ley 29733).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from babel.core import get_global

from privacy.processing import PROCESSINGS, Processing
from privacy.retention import Kept, Periods


class Measure(StrEnum):
    """What protects the data, as far as it is so here."""

    SEALED = "sealed"
    """Numbers, words and voices are encrypted under `VAULT_KEY`."""
    SEALED_TO_PEOPLE = "sealed_to_people"
    TLS = "tls"
    SIGNED = "signed"
    """What the carrier posts is signed."""
    ROLES = "roles"
    AUDITED = "audited"
    CHAINED = "chained"
    RETENTION = "retention"
    GUARDED = "guarded"
    OVERWRITTEN = "overwritten"


@dataclass(frozen=True, slots=True)
class Processor:
    """Somebody outside through whom calls or texts pass. `country` is ISO 3166-1 alpha-2."""

    name: str
    country: str | None


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the settings say of where data are, and through whom they pass."""

    periods: Periods = field(default_factory=Periods)
    hosting_country: str | None = None
    processors: tuple[Processor, ...] = ()
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True)
class Transfer:
    """Data that leave the country of the people whom they are of."""

    to: str
    country: str


@dataclass(frozen=True, slots=True)
class Registered:
    """One bank as it is here."""

    processing: Processing
    hosting_country: str | None
    processors: tuple[Processor, ...]
    transfers: tuple[Transfer, ...]
    days: tuple[tuple[Kept, int], ...]
    """How long, for each class that the retention job looks after."""


def country_of(time_zone: str) -> str | None:
    """The country whose people a programme of this time zone is for; None: the zone names none."""
    found: Mapping[str, str] = get_global("zone_territories")
    return found.get(time_zone)


def inventory(deployment: Deployment, *, home: str | None) -> tuple[Registered, ...]:
    """Every bank; a transfer is whatever is kept or carried outside `home`."""
    return tuple(_registered(each, deployment, home) for each in PROCESSINGS)


def _registered(each: Processing, deployment: Deployment, home: str | None) -> Registered:
    processors = deployment.processors if each.is_carried else ()
    abroad = [(HOST, deployment.hosting_country), *((one.name, one.country) for one in processors)]
    return Registered(
        processing=each,
        hosting_country=deployment.hosting_country,
        processors=processors,
        transfers=tuple(
            Transfer(name, country) for name, country in abroad if country and country != home
        ),
        days=tuple((kept, deployment.periods.of(kept).days) for kept in each.kept),
    )


HOST = "hosting"
"""As a transfer names where the program and its database run."""


def as_dict(each: Registered) -> dict[str, object]:
    """One bank by the names of its values, for another program to read."""
    of = each.processing
    return {
        "bank": of.bank.value,
        "grounds": [ground.value for ground in of.grounds],
        "data": [one.value for one in of.data],
        "people": [one.value for one in of.people],
        "recipients": [one.value for one in of.recipients],
        "hosting_country": each.hosting_country,
        "processors": [{"name": one.name, "country": one.country} for one in each.processors],
        "transfers": [{"to": one.to, "country": one.country} for one in each.transfers],
        "kept_days": {kept.value: days for kept, days in each.days},
        "kept_until": [one.value for one in of.until],
        "tables": list(of.tables),
    }


def as_csv(rows: Iterable[Mapping[str, str]]) -> str:
    """Rows of words as CSV; the first row names the columns. A cell is never a formula."""
    written = io.StringIO()
    found = list(rows)
    writer = csv.DictWriter(written, fieldnames=list(found[0]), lineterminator="\r\n")
    writer.writeheader()
    for row in found:
        writer.writerow(
            {name: f"'{text}" if text[:1] in "=+-@" else text for name, text in row.items()}
        )
    return written.getvalue()
