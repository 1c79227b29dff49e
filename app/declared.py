"""What the settings say of where data are, and through whom they pass, for the inventory."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from app.settings import Settings
from privacy.inventory import Deployment, Measure, Processor
from privacy.retention import Periods

KANNEL = "Kannel"
"""A gateway of our own: it is where we are."""
_TWILIO = Processor("Twilio", "US")


def periods_of(settings: Settings) -> Periods:
    """For how long each class is kept: what the retention job goes by."""
    return Periods(cases=settings.keep_cases, calls=settings.keep_calls)


def deployment_of(settings: Settings) -> Deployment:
    """This deployment, as the inventory of processing tells of it."""
    return Deployment(
        periods=periods_of(settings),
        hosting_country=settings.hosting_country,
        processors=tuple(_processors(settings)),
        measures=tuple(_measures(settings)),
    )


def _processors(settings: Settings) -> Iterator[Processor]:
    if settings.carrier is not None:
        address = settings.carrier.api_url
        name = (urlsplit(address).hostname if address else None) or _TWILIO.name
        # Of another carrier with Twilio's interface nothing is known but what is declared.
        country = settings.carrier_country or (None if address else _TWILIO.country)
        yield Processor(name, country)
    if settings.kannel is not None:
        yield Processor(KANNEL, settings.hosting_country)


def _measures(settings: Settings) -> Iterator[Measure]:
    absent = {
        Measure.TLS: not settings.public_url.startswith("https://"),
        Measure.SIGNED: settings.carrier is None,
        Measure.OVERWRITTEN: not settings.database_url.startswith("sqlite"),
    }
    return (each for each in Measure if not absent.get(each))
