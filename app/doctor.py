"""Is this deployment ready to go live: the checklist from the demo to a live programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app import schema
from app.declared import KANNEL, deployment_of
from app.house import House
from app.kannel import kannel_away
from app.readiness import Recordings, readiness
from app.settings import Environment, Settings
from library.values import State
from locales.languages import language
from programmes import queries
from programmes.values import CarrierName, Programme
from safeguarding import queries as safeguarding
from staff.values import Role
from storage.notices import open_notices
from storage.outbox import Kind
from telephony.gateway import GatewayError
from telephony.numbers import wanted_addresses

_TO_DO = {
    State.MISSING: "no words yet",
    State.DRAFT: "to be recorded",
    State.RECORDED: "to be approved",
    State.APPROVED: "to be recorded",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the checklist. What `stops` must be mended before the programme is opened."""

    text: str
    is_good: bool = False
    stops: bool = False
    details: tuple[str, ...] = ()
    """What it is made of, a line each."""
    unrecorded: str | None = None
    """A language that may go live in the carrier's voice, if somebody stands for it by name."""


def examine(house: House, *, only: str | None = None) -> list[Finding]:
    """Everything that was looked at, good or not; of one programme, or of every one."""
    house.prompts.refresh(now=True)
    return [*_deployment(house), *_contents(house, only)]


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
    yield from _declared(settings)
    if settings.kannel is not None:
        missing = kannel_away(settings.kannel)
        yield _check(missing is None, "Kannel answers and knows us", f"Kannel: {missing}")
    yield _check(
        house.services.media.is_writable(),
        "media can be kept",
        "the folder of MEDIA_URL cannot be written",
    )
    waiting = len(house.spool)
    yield Finding(
        f"{waiting} promises wait in {settings.spool} to be kept by the worker"
        if waiting
        else "nothing that was promised waits",
        is_good=not waiting,
    )
    if settings.fallback_url is None:
        yield Finding("FALLBACK_URL is not set: when this program is away, nobody apologises")
    heard = house.services.bell.is_heard()
    yield Finding(
        "Redis or Valkey answers"
        if heard
        else "Redis or Valkey does not answer: work waits for the sweep",
        is_good=heard,
    )
    if house.services.database.is_sqlite:
        yield Finding("the database is SQLite: good for a small programme; PostgreSQL for more")


def _declared(settings: Settings) -> Iterator[Finding]:
    """What the inventory of processing needs to be told (flask privacy inventory)."""
    if settings.environment is not Environment.PRODUCTION:
        return
    country = settings.hosting_country
    yield Finding(
        f"hosted in {country}, as HOSTING_COUNTRY declares"
        if country
        else "HOSTING_COUNTRY is not set: the inventory of processing must say where data are",
        is_good=country is not None,
    )
    for each in deployment_of(settings).processors:
        if each.country is None and each.name != KANNEL:
            yield Finding(f"CARRIER_COUNTRY is not set: where does {each.name} process calls?")


def _contents(house: House, only: str | None) -> Iterator[Finding]:
    try:
        with house.services.database.reading() as connection:
            if not schema.is_current(connection):
                yield Finding("the database is not up to date: flask db upgrade", stops=True)
                return
            yield Finding("the database is up to date", is_good=True)
            for notice in open_notices(connection):
                what = "calls" if notice.kind == Kind.CALL else "texts"
                yield Finding(
                    f"the carrier refuses {what} from {notice.sender} ({notice.code}), "
                    f"{notice.count} times so far: see /staff/carrier/"
                )
            slugs = queries.slugs(connection)
            if not slugs:
                yield Finding("no programme is loaded: flask programme load DIR", stops=True)
            for slug in slugs if only is None else (only,):
                yield from _programme(house, connection, slug)
    except SQLAlchemyError as error:
        yield Finding(f"the database cannot be used ({type(error).__name__})", stops=True)


def examine_carrier(house: House) -> list[Finding]:
    """Whether every number of a programme is ours at the carrier, and leads calls and texts here.

    Asks the carrier. What is set otherwise is mended by `set_at_carrier`.
    """
    try:
        numbers = _numbers(house)
    except SQLAlchemyError:
        return []  # said elsewhere
    return [_at_carrier(house, number) for number in numbers]


def set_at_carrier(house: House) -> list[str]:
    """Set what is not as it must be, at every number that is ours; return the numbers changed.
    Raises GatewayError; what was set by then stays."""
    numbers, changed = house.carrier_numbers, []
    for number in _numbers(house):
        found = numbers.find(number)
        if found and (different := found.differences(_wanted(house))):
            numbers.set(found.provider_id, different)
            changed.append(number)
    return changed


def _numbers(house: House) -> list[str]:
    with house.services.database.reading() as connection:
        return [
            number
            for slug in queries.slugs(connection)
            for number in queries.numbers_of(connection, slug)
            if queries.carrier_of(connection, number) is CarrierName.TWILIO
        ]


def _wanted(house: House) -> dict[str, str]:
    return wanted_addresses(house.settings.public_url, house.settings.fallback_url)


def _at_carrier(house: House, number: str) -> Finding:
    try:
        found = house.carrier_numbers.find(number)
    except GatewayError as error:
        return Finding(f"the carrier could not be asked about {number} ({error})")
    if found is None:
        return Finding(f"{number} is not a number of this account at the carrier", stops=True)
    different = found.differences(_wanted(house))
    if different:
        return Finding(
            f"{number} does not lead here at the carrier: flask doctor --set-carrier",
            stops=True,
            details=tuple(
                f"{name} is {found.addresses[name] or 'not set'}, not {value or 'empty'}"
                for name, value in different.items()
            ),
        )
    lacks = [
        what for what, can in (("calls", found.can_call), ("texts", found.can_text)) if not can
    ]
    if lacks:
        return Finding(f"{number} leads here, and takes no {' and no '.join(lacks)}")
    return Finding(f"{number} leads calls and texts here, and what fails too", is_good=True)


def _programme(house: House, connection: Connection, slug: str) -> Iterator[Finding]:
    programme = queries.version(connection, queries.current(connection, slug))
    ready = readiness(connection, programme, house.prompts)
    yield _check(
        bool(ready.numbers),
        f"{slug}: answers a number",
        f"{slug}: has no number: flask programme load DIR --number E164",
    )
    yield from _carried(house, connection, slug)
    for role, what in ((Role.CASE_MANAGER, "answers cases"), (Role.REGULATOR, "reads results")):
        count = ready.staff.get(role, 0)
        text = f"{slug}: somebody {what}"
        if role is Role.CASE_MANAGER:
            yield _check(bool(count), text, f"{slug}: nobody {what}: flask staff add")
        else:
            yield Finding(text if count else f"{slug}: nobody {what} yet", is_good=bool(count))
    is_designated = safeguarding.is_open(connection, slug)
    yield Finding(
        f"{slug}: what is entrusted to key 8 can be opened by designated people"
        if is_designated
        else f"{slug}: nobody is designated for key 8, which tells whom to call and asks nothing: "
        "flask safeguarding designate",
        is_good=is_designated,
    )
    if not ready.has_code_entry:
        yield Finding(
            f"{slug}: no option of its menu is my_case: once it is open, speakers cannot enter a "
            "recording code"
        )
    today = programme.calendar.here(house.services.clock()).date()
    yield _directory(programme, today)
    for each in ready.recordings:
        yield _recordings(slug, each)


def _carried(house: House, connection: Connection, slug: str) -> Iterator[Finding]:
    """Whether each number's carrier is set up, and whether there is one that calls."""
    numbers = queries.numbers_of(connection, slug)
    kannels = [
        number for number in numbers if queries.carrier_of(connection, number) is CarrierName.KANNEL
    ]
    if not kannels:
        return
    yield _check(
        house.settings.kannel is not None,
        f"{slug}: {', '.join(kannels)} texts by Kannel",
        f"{slug}: {', '.join(kannels)} is Kannel's, and none is set up: KANNEL_URL and those "
        "beside it in .env.example, then flask kannel config",
    )
    if len(kannels) == len(numbers):
        yield Finding(f"{slug}: has no number that calls, or can be called: Kannel only texts")


def _directory(programme: Programme, today: dt.date) -> Finding:
    """Whether every place of the directory was dialled within half a year: of one that was not no
    caller hears (DOMAIN R66)."""
    stale = [each for each in programme.directory if not each.is_fresh(today)]
    if not stale:
        return Finding(f"{programme.slug}: its directory was checked lately", is_good=True)
    return Finding(
        f"{programme.slug}: {len(stale)} of {len(programme.directory)} places of the directory "
        "are told to no caller: dial them, and put in verified_on",
        details=tuple(
            f"{each.slug} ({f'checked on {each.verified_on}' if each.verified_on else 'never'})"
            for each in stale
        ),
    )


def _recordings(slug: str, found: Recordings) -> Finding:
    """Whether a language may go live: every prompt that callers can hear is recorded."""
    name = f"{slug}: {language(found.language).own_name}"
    if not found.missing:
        return Finding(f"{name} is recorded, all {found.total} prompts", is_good=True)
    text = f"{name} lacks {len(found.missing)} of {found.total} recordings"
    details = tuple(f"{each.key} ({_TO_DO[each.state]})" for each in found.missing)
    if found.has_voice and found.allowed is not None:
        return Finding(
            f"{text}; the carrier's voice reads them until then: allowed by {found.allowed.name} "
            f"on {found.allowed.at:%Y-%m-%d}, {found.allowed.reason}",
            details=details,
        )
    unrecorded = found.language if found.has_voice else None
    return Finding(text, stops=True, details=details, unrecorded=unrecorded)


def _check(is_good: bool, good: str, bad: str) -> Finding:
    return Finding(good if is_good else bad, is_good=is_good, stops=not is_good)
