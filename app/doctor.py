"""Is this deployment ready to go live: the checklist from the demo to a live programme."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from app import schema
from app.house import House
from app.settings import Environment
from dialogue.keys import spoken_keys
from locales.languages import language
from programmes import queries
from programmes.values import Programme
from staff.models import Account
from staff.values import Role


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the checklist. What `stops` must be mended before the programme is opened."""

    text: str
    is_good: bool = False
    stops: bool = False


def examine(house: House) -> list[Finding]:
    """Everything that was looked at, good or not."""
    return [*_deployment(house), *_contents(house)]


def _deployment(house: House) -> Iterator[Finding]:
    settings = house.settings
    yield _check(
        settings.environment is Environment.PRODUCTION,
        "RIMAY_ENV is production",
        f"RIMAY_ENV is {settings.environment}: set it to production to go live",
    )
    yield _check(
        settings.public_url.startswith("https://"),
        "PUBLIC_URL is https",
        "PUBLIC_URL must be https: the carrier and the browsers of staff need it",
    )
    yield _check(
        settings.carrier is not None,
        "a carrier is set",
        "no carrier is set: TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN",
    )
    yield _check(
        house.services.media.is_writable(),
        "media can be kept",
        "the folder of MEDIA_URL cannot be written",
    )
    heard = house.services.bell.is_heard()
    yield Finding(
        "Redis or Valkey answers"
        if heard
        else "Redis or Valkey does not answer: work waits for the sweep",
        is_good=heard,
    )
    if house.services.database.is_sqlite:
        yield Finding("the database is SQLite: good for a small programme; PostgreSQL for more")


def _contents(house: House) -> Iterator[Finding]:
    try:
        with house.services.database.reading() as connection:
            if not schema.is_current(connection):
                yield Finding("the database is not up to date: flask db upgrade", stops=True)
                return
            yield Finding("the database is up to date", is_good=True)
            slugs = queries.slugs(connection)
            if not slugs:
                yield Finding("no programme is loaded: flask programme load DIR", stops=True)
            for slug in slugs:
                yield from _programme(house, connection, slug)
    except SQLAlchemyError as error:
        yield Finding(f"the database cannot be used ({type(error).__name__})", stops=True)


def _programme(house: House, connection: Connection, slug: str) -> Iterator[Finding]:
    programme = queries.version(connection, queries.current(connection, slug))
    yield _check(
        bool(queries.numbers_of(connection, slug)),
        f"{slug}: answers a number",
        f"{slug}: has no number: flask programme load DIR --number E164",
    )
    for role, what in ((Role.CASE_MANAGER, "answers cases"), (Role.REGULATOR, "reads results")):
        count = connection.execute(
            select(func.count()).where(
                Account.programme == slug, Account.role == role, Account.closed_at.is_(None)
            )
        ).scalar_one()
        text = f"{slug}: somebody {what}"
        if role is Role.CASE_MANAGER:
            yield _check(bool(count), text, f"{slug}: nobody {what}: flask staff add")
        else:
            yield Finding(text if count else f"{slug}: nobody {what} yet", is_good=bool(count))
    for tag in programme.languages:
        yield from _recordings(house, programme, tag)


def _recordings(house: House, programme: Programme, tag: str) -> Iterator[Finding]:
    keys = spoken_keys(programme)
    missing = sorted(
        key for key in keys if house.prompts.recorded(key, tag, programme.slug) is None
    )
    name = f"{programme.slug}: {language(tag).own_name}"
    if not missing:
        yield Finding(f"{name} is recorded, all {len(keys)} prompts", is_good=True)
        return
    some = ", ".join(missing[:5]) + (", …" if len(missing) > 5 else "")
    text = f"{name} lacks {len(missing)} of {len(keys)} recordings ({some})"
    if language(tag).say is not None:
        yield Finding(f"{text}; the carrier's voice reads them until then")
    else:
        yield Finding(text, stops=True)


def _check(is_good: bool, good: str, bad: str) -> Finding:
    return Finding(good if is_good else bad, is_good=is_good, stops=not is_good)
