"""The parts put together, once per process: what the web, the worker and the commands share."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from app.missed import is_known, receive
from app.settings import Environment, Settings
from broadcasts.content import Voices, is_current, text_of
from broadcasts.gate import Gate
from broadcasts.jobs import Broadcaster
from broadcasts.preview import Means
from broadcasts.values import Prices, today_in
from dialogue.runner import Runner
from grievances.media import tell_not_kept
from library.bank import Bank
from library.prompts import Prompts
from library.words import ApprovedWordings
from locales.catalogues import prompts as catalogue
from locales.drafts import Drafts
from locales.languages import language
from programmes.queries import carrier_of, current, numbers_of, slugs
from programmes.values import CarrierName, Programme
from storage import sound
from storage.database import Database
from storage.media import Media
from storage.outbox import Kind, Reason
from storage.queues import Bell, connect
from storage.services import Clock, Services, utc_now
from storage.spool import Spool
from storage.vault import Vault
from surveys.fieldwork.gate import Gate as InterviewGate
from surveys.fieldwork.jobs import Fielder
from surveys.fieldwork.texts import text_of as survey_text
from telephony.dispatch import HANDS, LEASE, Dispatcher
from telephony.enclosures import EnclosureFetcher
from telephony.gateway import Gateway
from telephony.kannel import Door
from telephony.kannel_gateway import KannelGateway
from telephony.numbers import Numbers, TwilioNumbers
from telephony.pace import Pace, SharedPace, Unpaced
from telephony.reconcile import Reconciler
from telephony.recordings import Fetcher
from telephony.routing import RoutingGateway
from telephony.twilio_gateway import TwilioGateway
from telephony.values import ReceivedText, Waits

JOB = "app.worker.work"
"""What a worker that was woken runs."""


@dataclass(frozen=True, slots=True)
class House:
    """Everything a process works with."""

    settings: Settings
    services: Services
    runner: Runner
    prompts: Prompts
    bank: Bank
    gateway: Gateway
    lease: dt.timedelta = LEASE
    """How long what a worker has begun with the carrier is its alone."""
    pace: Pace = field(default_factory=Unpaced)
    waits: Waits = field(default_factory=Waits)

    @property
    def carrier_numbers(self) -> Numbers:
        """Our numbers at the carrier, to be asked and set."""
        account = self.settings.account
        return TwilioNumbers(account.account_sid, account.auth_token, api_url=account.api_url)

    @property
    def spool(self) -> Spool:
        """What was promised while there was no database."""
        return Spool(self.settings.spool, self.services.vault)

    @property
    def dispatcher(self) -> Dispatcher:
        return Dispatcher(
            self.services,
            self.gateway,
            self.settings.public_url,
            lease=self.lease,
            pace=self.pace,
            waits=self.waits,
            hands=HANDS,
            detects_machines=self.settings.detects_machines,
            gate=self._gate,
        )

    @property
    def _gate(self) -> Callable[..., Reason | None]:
        """What looks at whatever goes to many before it goes out."""
        news, interviews = Gate(self.programme_of), InterviewGate(self.programme_of)
        return lambda connection, each, *, now: (
            news(connection, each, now=now) or interviews(connection, each, now=now)
        )

    @property
    def fielder(self) -> Fielder:
        """Carries fieldwork on. Airtime is recorded as owed, and given by nobody yet."""
        return Fielder(
            self.services,
            programme_of=self.programme_of,
            text_of=lambda programme, kind, tag: survey_text(
                self.runner.wordings(programme), kind, tag
            ),
        )

    @property
    def voices(self) -> Voices:
        """What broadcasts find their words and sounds with."""
        return Voices(self.runner.wordings, self.prompts, self.seconds_of)

    @property
    def means(self) -> Means:
        """What the pages of broadcasts work with."""
        settings = self.settings
        rates = {Kind.TEXT: settings.texts_per_second, Kind.CALL: settings.calls_per_second}
        return Means(self.voices, prices_of(settings), rates)

    @property
    def broadcaster(self) -> Broadcaster:
        return Broadcaster(
            self.services,
            programme_of=self.programme_of,
            text_of=lambda programme, here, tag: text_of(
                self.runner.wordings(programme), here.prompt, tag, ours=here.sender or ""
            ),
            is_current=lambda programme, here: is_current(
                programme, here, today_in(programme, self.services.clock())
            ),
        )

    def programme_of(self, connection: Connection, slug: str) -> Programme:
        """A programme as it is now."""
        return self.runner.versions.get(connection, current(connection, slug))

    def alert(self, programme: Programme) -> str:
        """A text to a supervisor's work phone: that something waits, and nothing of what."""
        tag = programme.languages[0]
        return self.runner.wordings(programme).find("sms.staff_alert", tag).wording.text

    @property
    def reconciler(self) -> Reconciler:
        return Reconciler(
            self.services,
            self.gateway,
            numbers=self.numbers,
            receive=self.receive,
            waits=self.waits,
        )

    def numbers(self) -> list[str]:
        """Every number at which a programme answers."""
        with self.services.database.reading() as connection:
            return [number for slug in slugs(connection) for number in numbers_of(connection, slug)]

    def receive(self, text: ReceivedText) -> bool:
        """Run a text that never reached us as if it had just arrived; False where we had it, or
        where it cannot be run now."""
        answers = self.settings.carrier is not None
        return receive(self.services, self.runner, text, carrier_answers=answers)

    def has_received(self, text: ReceivedText) -> bool:
        """Whether everything that this text asked for is done."""
        return is_known(self.services, text.provider_id)

    def seconds_of(self, key: str, tag: str, version: str) -> float | None:
        """How long a prompt plays; None where its sound is not ours to measure."""
        content = self.prompts.audio(key, tag, version, texts=())
        return sound.seconds(content) if content is not None else None

    def slug_of(self, connection: Connection, version: str) -> str:
        """The programme of a version."""
        return self.runner.versions.get(connection, version).slug

    @property
    def enclosures(self) -> EnclosureFetcher:
        """Fetches the pictures and sounds of texts."""
        return EnclosureFetcher(self.services, self.gateway, not_kept=self._not_kept)

    def _not_kept(self, connection: Connection, media_id: str) -> None:
        def word(slug: str, tag: str) -> str:
            wordings = self.runner.wordings(self.programme_of(connection, slug))
            return wordings.find("sms.media_failed", tag).wording.text

        tell_not_kept(
            connection,
            media_id,
            vault=self.services.vault,
            word=word,
            now=self.services.clock(),
        )

    @property
    def fetcher(self) -> Fetcher:
        return Fetcher(self.services, self.gateway, self.lease)


def build(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    gateway: Gateway | None = None,
    lease: dt.timedelta = LEASE,
    waits: Waits | None = None,
) -> House:
    """The house for these settings; `clock`, `gateway` and `waits` may be others in tests."""
    vault = Vault(settings.vault_key)
    client = connect(redis_url(settings))
    services = Services(
        database=Database(settings.database_url, pool_size=_threads()),
        vault=vault,
        media=Media(settings.media_url, vault),
        bell=Bell(client, job=JOB),
        clock=clock,
    )
    bank = Bank(services.database, services.media)
    prompts = Prompts(
        Drafts(settings.var / "drafts") if settings.drafts_allowed else None, bank=bank
    )
    return House(
        settings=settings,
        services=services,
        runner=Runner(
            services,
            needs_opening=settings.environment is Environment.PRODUCTION,
            word=lambda programme: ApprovedWordings(
                programme, catalogue, fallback=lambda tag: language(tag).fallback, bank=bank
            ),
            prompts=prompts,
        ),
        prompts=prompts,
        gateway=gateway or _gateway(settings, services.database),
        bank=bank,
        lease=lease,
        pace=SharedPace(
            client,
            {Kind.TEXT: settings.texts_per_second, Kind.CALL: settings.calls_per_second},
        ),
        waits=waits or Waits(),
    )


def prices_of(settings: Settings) -> Prices:
    """What the carrier takes, in thousandths."""
    return Prices(
        settings.currency,
        segment=_thousandths(settings.segment_price),
        minute=_thousandths(settings.minute_price),
    )


def _thousandths(price: float | None) -> int | None:
    return None if price is None else round(price * 1000)


def _gateway(settings: Settings, database: Database) -> Gateway:
    """Twilio, and Kannel for the numbers that are its."""
    account, kannel, opened = settings.account, settings.kannel, door(settings)

    def carrier(number: str) -> CarrierName:
        with database.reading() as connection:
            return carrier_of(connection, number)

    return RoutingGateway(
        twilio=TwilioGateway(
            account_sid=account.account_sid,
            auth_token=account.auth_token,
            api_url=account.api_url,
        ),
        kannel=KannelGateway(
            url=kannel.url,
            username=kannel.username,
            password=kannel.password,
            report_url=opened.report_url,
        )
        if kannel is not None and opened is not None
        else None,
        carrier_of=carrier,
    )


def door(settings: Settings) -> Door | None:
    """What Kannel is let in by; None where none is set up."""
    kannel = settings.kannel
    if kannel is None:
        return None
    return Door(
        secret=kannel.secret,
        networks=kannel.networks,
        reached_at=kannel.reached_at,
        proxies=settings.proxies,
    )


def socket_path(var: Path) -> Path:
    """Where the Valkey that is started with the program listens."""
    return var / "valkey.sock"


def redis_url(settings: Settings) -> str:
    """The address of Redis: the one set, or the socket left by the Valkey of `make run`."""
    return settings.redis_url or f"unix://{socket_path(settings.var)}"


def _threads() -> int:
    """As many connections as threads; gunicorn's configuration says how many there are. In a
    worker those that send come on top of those of its jobs."""
    return max(4, int(os.environ.get("RIMAY_THREADS", "4"))) + HANDS
