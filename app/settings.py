"""Settings: one frozen value from the environment, with every error reported at once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from babel import Locale

ROOT = Path(__file__).parent.parent
LEAST_SECRET = 32
LEAST_RATE, MOST_RATE = 0.01, 10_000.0
MOST_PRICE = 1000.0
MOST_DAYS = 3650
MOST_PROXIES = 9
_COUNTRY = re.compile(r"[A-Z]{2}")
_PLAIN = re.compile(r"[A-Za-z0-9_-]*")

Network = IPv4Network | IPv6Network


class Environment(StrEnum):
    """What this process is for."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


class SettingsError(Exception):
    """The environment cannot be used; the message has one line for everything that is wrong."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """An account at Twilio, or at a carrier with its interface at `api_url`."""

    account_sid: str
    auth_token: str
    api_url: str | None


@dataclass(frozen=True, slots=True)
class Kannel:
    """A Kannel of our own, for texts."""

    url: str
    """Its `sendsms`."""
    username: str
    password: str
    secret: str
    """By which we know what it brings."""
    networks: tuple[Network, ...]
    """Whence it may ask."""
    reached_at: str
    """The origin at which it reaches us."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set; `.env.example` explains each."""

    environment: Environment
    public_url: str
    secret_key: str
    vault_key: str
    database_url: str
    redis_url: str | None
    """None: the Valkey that is started with the program, or the one it left under `var/`."""
    media_url: str
    carrier: Carrier | None
    """None: the simulator, outside production."""
    var: Path
    """Where the program keeps what may be deleted: draft audio, Valkey's socket."""
    texts_per_second: float = 1.0
    calls_per_second: float = 1.0
    """How many go out from each number of ours, over all workers."""
    detects_machines: bool = True
    """Whether the carrier is asked to listen for machines that take our calls."""
    fallback_url: str | None = None
    """Where the carrier turns when the first address fails; None: to the same one."""
    spool_folder: Path | None = None
    """None: `spool` in `var`."""
    segment_price: float | None = None
    minute_price: float | None = None
    currency: str = "USD"
    """What the carrier takes for a segment of a text and a minute of a call; None: not known."""
    kannel: Kannel | None = None
    """None: no number may be Kannel's."""
    keep_cases: dt.timedelta = dt.timedelta(days=730)
    """Words of a case, after its close."""
    keep_calls: dt.timedelta = dt.timedelta(days=90)
    """What is known of calls and texts, after their end."""
    proxies: int = 0
    """How many proxies of ours stand before us."""
    hosting_country: str | None = None
    """Where the program and its database run (ISO 3166-1 alpha-2); None: not declared."""
    carrier_country: str | None = None
    """Where the carrier processes what passes it; None: not declared, or as Twilio itself."""

    @property
    def drafts_allowed(self) -> bool:
        return self.environment is not Environment.PRODUCTION

    @property
    def spool(self) -> Path:
        """Where promises are kept while there is no database; it must outlast a restart."""
        return self.spool_folder or self.var / "spool"

    @property
    def simulated(self) -> Carrier:
        """The account at the simulator, when there is no other carrier."""
        return Carrier("AC" + "0" * 32, self.secret_key, f"{self.public_url}/simulator")

    @property
    def account(self) -> Carrier:
        """The carrier that signs what it posts to us and that we ask to send."""
        return self.carrier or self.simulated


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings in `environ`. Raises SettingsError naming every setting that is wrong."""
    faults: list[str] = []
    environment = _environment(environ, faults)
    settings = Settings(
        environment=environment,
        public_url=_origin(environ, "PUBLIC_URL", faults),
        secret_key=_secret(environ, "SECRET_KEY", faults),
        vault_key=_secret(environ, "VAULT_KEY", faults),
        database_url=_url(environ, "DATABASE_URL", ("sqlite:///", "postgresql://"), faults),
        redis_url=environ.get("REDIS_URL") or None,
        media_url=_url(environ, "MEDIA_URL", ("file:///",), faults),
        carrier=_carrier(environ, environment, faults),
        var=Path(environ.get("RIMAY_VAR") or ROOT / "var"),
        texts_per_second=_rate(environ, "RIMAY_TEXTS_PER_SECOND", faults),
        calls_per_second=_rate(environ, "RIMAY_CALLS_PER_SECOND", faults),
        detects_machines=_choice(environ, "RIMAY_DETECT_MACHINES", faults),
        fallback_url=(
            _origin(environ, "FALLBACK_URL", faults) if environ.get("FALLBACK_URL") else None
        ),
        spool_folder=Path(environ["RIMAY_SPOOL"]) if environ.get("RIMAY_SPOOL") else None,
        segment_price=_price(environ, "RIMAY_SEGMENT_PRICE", faults),
        minute_price=_price(environ, "RIMAY_MINUTE_PRICE", faults),
        currency=_currency(environ, "RIMAY_CURRENCY", faults),
        kannel=_kannel(environ, faults),
        keep_cases=_days(environ, "RIMAY_KEEP_CASES_DAYS", 730, faults),
        keep_calls=_days(environ, "RIMAY_KEEP_CALLS_DAYS", 90, faults),
        proxies=_proxies(environ, faults),
        hosting_country=_country(environ, "HOSTING_COUNTRY", faults),
        carrier_country=_country(environ, "CARRIER_COUNTRY", faults),
    )
    if faults:
        raise SettingsError("\n".join(faults))
    return settings


def _environment(environ: Mapping[str, str], faults: list[str]) -> Environment:
    raw = environ.get("RIMAY_ENV", "")
    try:
        return Environment(raw)
    except ValueError:
        faults.append(f"RIMAY_ENV must be production, demo or test, not {raw!r}")
        return Environment.PRODUCTION


def _origin(environ: Mapping[str, str], name: str, faults: list[str]) -> str:
    raw = environ.get(name, "").rstrip("/")
    parts = urlsplit(raw)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        faults.append(f"{name} must be the address the carrier reaches, as https://example.org")
    elif parts.path or parts.query or parts.fragment:
        # Behind a proxy that strips a path no signature would ever match.
        faults.append(f"{name} must be an origin: without a path, query or fragment")
    elif environ.get("RIMAY_ENV") == "production" and parts.scheme != "https":
        faults.append(f"{name} must be https in production")
    return raw


def _secret(environ: Mapping[str, str], name: str, faults: list[str]) -> str:
    raw = environ.get(name, "")
    if len(raw) < LEAST_SECRET:
        faults.append(f"{name} must have at least {LEAST_SECRET} characters; it has {len(raw)}")
    return raw


def _url(
    environ: Mapping[str, str], name: str, beginnings: tuple[str, ...], faults: list[str]
) -> str:
    raw = environ.get(name, "")
    if not raw.startswith(beginnings):
        faults.append(f"{name} must begin with {' or '.join(beginnings)}")
    return raw


def _rate(environ: Mapping[str, str], name: str, faults: list[str]) -> float:
    raw = environ.get(name) or "1"
    try:
        rate = float(raw)
    except ValueError:
        rate = 0.0
    if not LEAST_RATE <= rate <= MOST_RATE:
        faults.append(f"{name} must be a number from {LEAST_RATE:g} to {MOST_RATE:g}, not {raw!r}")
    return rate


def _choice(environ: Mapping[str, str], name: str, faults: list[str]) -> bool:
    raw = environ.get(name) or "yes"
    if raw not in ("yes", "no"):
        faults.append(f"{name} must be yes or no, not {raw!r}")
    return raw == "yes"


def _price(environ: Mapping[str, str], name: str, faults: list[str]) -> float | None:
    raw = environ.get(name)
    if not raw:
        return None
    try:
        price = float(raw)
    except ValueError:
        price = -1.0
    if not 0 <= price <= MOST_PRICE:
        faults.append(f"{name} must be a price from 0 to {MOST_PRICE:g}, not {raw!r}")
    return price


def _days(environ: Mapping[str, str], name: str, usual: int, faults: list[str]) -> dt.timedelta:
    raw = environ.get(name)
    days = int(raw) if raw and raw.isdecimal() else (0 if raw else usual)
    if not 1 <= days <= MOST_DAYS:
        faults.append(f"{name} must be a number of days from 1 to {MOST_DAYS}, not {raw!r}")
        return dt.timedelta(days=usual)
    return dt.timedelta(days=days)


def _currency(environ: Mapping[str, str], name: str, faults: list[str]) -> str:
    raw = environ.get(name) or "USD"
    if not (len(raw) == 3 and raw.isascii() and raw.isupper() and raw.isalpha()):
        faults.append(f"{name} must be three capital letters, as USD or PEN, not {raw!r}")
    return raw


def _country(environ: Mapping[str, str], name: str, faults: list[str]) -> str | None:
    raw = environ.get(name)
    if raw and not (_COUNTRY.fullmatch(raw) and raw in Locale("en").territories):
        faults.append(f"{name} must be a country's two letters (ISO 3166-1), as PE, not {raw!r}")
        return None
    return raw or None


def _carrier(
    environ: Mapping[str, str], environment: Environment, faults: list[str]
) -> Carrier | None:
    sid, token = environ.get("TWILIO_ACCOUNT_SID", ""), environ.get("TWILIO_AUTH_TOKEN", "")
    if sid and token:
        return Carrier(sid, token, environ.get("TWILIO_API_URL") or None)
    if sid or token:
        faults.append("TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN go together")
    elif environment is Environment.PRODUCTION:
        faults.append("TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are needed in production")
    return None


def _kannel(environ: Mapping[str, str], faults: list[str]) -> Kannel | None:
    """Kannel where anything of it is set: then all of it must be."""
    url, username = environ.get("KANNEL_URL", ""), environ.get("KANNEL_USERNAME", "")
    password, allowed = environ.get("KANNEL_PASSWORD", ""), environ.get("KANNEL_ADDRESSES", "")
    if not any((url, username, password, allowed, environ.get("KANNEL_SECRET"))):
        return None
    if not (url and username and password and allowed):
        faults.append(
            "KANNEL_URL, KANNEL_USERNAME, KANNEL_PASSWORD, KANNEL_SECRET and KANNEL_ADDRESSES go "
            "together"
        )
    elif urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        faults.append("KANNEL_URL must be as http://127.0.0.1:13013/cgi-bin/sendsms")
    reached_at = environ.get("KANNEL_REACHES_US") or environ.get("PUBLIC_URL", "")
    parts = urlsplit(reached_at.rstrip("/"))
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query:
        faults.append("KANNEL_REACHES_US must be an origin, as http://127.0.0.1:8000")
    secret = _secret(environ, "KANNEL_SECRET", faults)
    if not _PLAIN.fullmatch(secret):
        faults.append("KANNEL_SECRET must be of letters, digits, - and _: it is part of an address")
    return Kannel(
        url=url,
        username=username,
        password=password,
        secret=secret,
        networks=_networks(allowed, faults),
        reached_at=reached_at.rstrip("/"),
    )


def _networks(raw: str, faults: list[str]) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(each.strip()) for each in raw.split(",") if each.strip())
    except ValueError:
        faults.append("KANNEL_ADDRESSES must be addresses or networks: 127.0.0.1, 10.0.0.0/24")
        return ()


def _proxies(environ: Mapping[str, str], faults: list[str]) -> int:
    raw = environ.get("RIMAY_PROXIES") or "0"
    if not (raw.isascii() and raw.isdecimal() and int(raw) <= MOST_PROXIES):
        faults.append(f"RIMAY_PROXIES must be a number from 0 to {MOST_PROXIES}, not {raw!r}")
        return 0
    return int(raw)
