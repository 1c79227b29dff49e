"""The parts put together, once per process: what the web, the worker and the commands share."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

from app.settings import Environment, Settings
from dialogue.runner import Runner
from library.bank import Bank
from library.prompts import Prompts
from locales.drafts import Drafts
from storage.database import Database
from storage.media import Media
from storage.queues import Bell, connect
from storage.services import Clock, Services, utc_now
from storage.vault import Vault
from telephony.dispatch import LEASE, Dispatcher
from telephony.gateway import Gateway
from telephony.recordings import Fetcher
from telephony.twilio_gateway import TwilioGateway

JOB = "app.worker.work"
"""What a worker that was woken runs."""


@dataclass(frozen=True, slots=True)
class House:
    """Everything a process works with."""

    settings: Settings
    services: Services
    runner: Runner
    prompts: Prompts
    gateway: Gateway
    lease: dt.timedelta = LEASE
    """How long what a worker has begun with the carrier is its alone."""

    @property
    def dispatcher(self) -> Dispatcher:
        return Dispatcher(self.services, self.gateway, self.settings.public_url, self.lease)

    @property
    def fetcher(self) -> Fetcher:
        return Fetcher(self.services, self.gateway, self.lease)


def build(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    gateway: Gateway | None = None,
    lease: dt.timedelta = LEASE,
) -> House:
    """The house for these settings; `clock` and `gateway` may be others in tests."""
    vault = Vault(settings.vault_key)
    services = Services(
        database=Database(settings.database_url, pool_size=_threads()),
        vault=vault,
        media=Media(settings.media_url, vault),
        bell=Bell(connect(redis_url(settings)), job=JOB),
        clock=clock,
    )
    account = settings.account
    return House(
        settings=settings,
        services=services,
        runner=Runner(services, needs_opening=settings.environment is Environment.PRODUCTION),
        prompts=Prompts(
            Drafts(settings.var / "drafts") if settings.drafts_allowed else None,
            bank=Bank(services.database, services.media),
        ),
        gateway=gateway
        or TwilioGateway(
            account_sid=account.account_sid,
            auth_token=account.auth_token,
            api_url=account.api_url,
        ),
        lease=lease,
    )


def socket_path(var: Path) -> Path:
    """Where the Valkey that is started with the program listens."""
    return var / "valkey.sock"


def redis_url(settings: Settings) -> str:
    """The address of Redis: the one set, or the socket left by the Valkey of `make run`."""
    return settings.redis_url or f"unix://{socket_path(settings.var)}"


def _threads() -> int:
    """As many connections as threads; gunicorn's configuration says how many there are."""
    return max(4, int(os.environ.get("RIMAY_THREADS", "4")))
