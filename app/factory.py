"""The web application, as a table of contents."""

from __future__ import annotations

import logging
import os

from flask import Flask, request
from flask_babel import gettext as _
from itsdangerous import URLSafeTimedSerializer

import broadcasts.pages
import duty.pages
import grievances.pages
import library.pages
import measures.pages
import privacy.pages
import safeguarding.pages
import simulator.web
import sms.fallback
import staff.pages
import staff.web
import surveys.pages
import telephony.pages
import voice.fallback
from app import commands, errors, health, programme_pages
from app.bare import bare_wordings
from app.declared import deployment_of
from app.editor import pages as editor_pages
from app.examining import Examiner
from app.house import House, build, door
from app.settings import Environment, read_settings
from dialogue.keys import spoken_keys
from locales.languages import FOLDER, languages
from programmes.queries import current, numbers_of, slugs, version
from sms.kannel import brought
from sms.webhooks import Sms, messages
from staff.web import Entry
from surveys.coding import pages as coding_pages
from surveys.fieldwork import pages as fieldwork_pages
from surveys.release import pages as release_pages
from telephony.signature import SignatureCheck
from voice.answering import Voice
from voice.bridging import bridging
from voice.calling_out import calling_out
from voice.dictating import dictation
from voice.twiml import VoiceRenderer
from voice.webhooks import calls, private_path, sounds


def create_app(house: House | None = None) -> Flask:
    """The application; from the environment where no house is given."""
    house = house or build(read_settings(os.environ))
    app = answering(house)
    _pages(app, house)
    commands.register(app)
    return app


def answering(house: House) -> Flask:
    """The application as the carrier and whoever watches it see it: without the pages of staff."""
    app = Flask("rimay", static_folder=None)
    app.config.update(
        SECRET_KEY=house.settings.secret_key,
        PUBLIC_URL=house.settings.public_url,
        SEGMENT_PRICE=house.settings.segment_price,
        CURRENCY=house.settings.currency,
        TESTING=house.settings.environment is Environment.TEST,
    )
    app.url_map.strict_slashes = False  # a redirect would lose the digits of a call
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    app.extensions["rimay"] = house.services
    app.extensions["house"] = house

    staff.web.init(app, public_url=house.settings.public_url, translations=str(FOLDER))
    _channels(app, house)
    staff.web.public(app, health.probes)
    errors.register(app)
    return app


def _pages(app: Flask, house: House) -> None:
    """What staff see in a browser, and the phones to try it with."""
    staff.pages.register(app)
    grievances.pages.register(app)
    library.pages.register(app, keys=spoken_keys, prompts=house.prompts)
    broadcasts.pages.register(app, means=house.means)
    surveys_entry = Entry("surveys.index", lambda: _("Surveys"), "bar-chart")
    staff.web.protect(app, surveys.pages.surveys, roles=surveys.pages.ROLES, entry=surveys_entry)
    fieldwork_entry = Entry("fieldwork.index", lambda: _("Fieldwork"), "telephone-outbound")
    staff.web.protect(
        app, fieldwork_pages.pages, roles=fieldwork_pages.ROLES, entry=fieldwork_entry
    )
    releases_entry = Entry("releases.index", lambda: _("Releases"), "file-earmark-check")
    staff.web.protect(app, release_pages.releases, roles=release_pages.ROLES, entry=releases_entry)
    staff.web.public(app, release_pages.api)
    coding_entry = Entry("coding.index", lambda: _("Coding"), "tags")
    staff.web.protect(app, coding_pages.coding, roles=coding_pages.ROLES, entry=coding_entry)
    measures_entry = Entry("measures.index", lambda: _("Measures"), "graph-up")
    staff.web.protect(
        app, measures.pages.measures, roles=measures.pages.ROLES, entry=measures_entry
    )
    app.extensions["examiner"] = Examiner(
        wordings=house.runner.wordings, prompts=house.prompts, clock=house.services.clock
    )
    programme_entry = Entry("programme.index", lambda: _("Programme"), "diagram-3")
    staff.web.protect(
        app, programme_pages.programme, roles=programme_pages.ROLES, entry=programme_entry
    )
    duty.pages.register(app)
    safeguarding.pages.register(app)
    privacy.pages.register(app, deployment=deployment_of(house.settings))
    editor_pages.register(app)
    release_pages.tell_back(
        app, release_pages.BackToPeople("draft.from_release", programme_pages.EDIT)
    )
    refusals_entry = Entry("refusals.index", lambda: _("Carrier"), "broadcast")
    staff.web.protect(
        app, telephony.pages.refusals, roles=telephony.pages.ROLES, entry=refusals_entry
    )
    if house.settings.environment is not Environment.PRODUCTION and house.settings.carrier is None:
        _simulator(app, house)


def _channels(app: Flask, house: House) -> None:
    """Voice and texts: signed by the carrier; sounds are fetched by it."""
    signature = SignatureCheck(
        public_url=house.settings.public_url, auth_token=house.settings.account.auth_token
    )
    tokens = URLSafeTimedSerializer(house.settings.secret_key, salt="private-audio")
    bare, clock = bare_wordings(), house.services.clock
    app.extensions["voice"] = Voice(
        runner=house.runner,
        renderer=VoiceRenderer(house.prompts, lambda media: private_path(tokens, media)),
        prompts=house.prompts,
        signature=signature,
        tokens=tokens,
        bare=bare,
        fallback=voice.fallback.Fallback(house.prompts, bare, house.spool, clock),
    )
    app.extensions["sms"] = Sms(
        runner=house.runner,
        signature=signature,
        bare=bare,
        fallback=sms.fallback.Fallback(bare, house.spool, clock),
        tags=tuple(languages()),
        carrier_answers=house.settings.carrier is not None,
    )
    app.extensions["kannel"] = door(house.settings)
    posted = (calls, bridging, calling_out, dictation, messages, brought)
    for blueprint in posted:
        staff.web.public(app, blueprint, checks_csrf=False)
    staff.web.public(app, sounds)

    @app.before_request
    def _hear_what_was_approved() -> None:
        # Before any transaction of the turn; at most every few seconds it costs one statement.
        if request.blueprint in {blueprint.name for blueprint in posted}:
            house.prompts.refresh()


def _simulator(app: Flask, house: House) -> None:
    """A carrier and a phone in the browser; never in production."""
    account = house.settings.simulated

    def numbers() -> list[tuple[str, str]]:
        with house.services.database.reading() as connection:
            names = {
                slug: next(iter(version(connection, current(connection, slug)).name.values()))
                for slug in slugs(connection)
            }
            return [
                (number, name)
                for slug, name in names.items()
                for number in numbers_of(connection, slug)
            ]

    simulator.web.install(
        app,
        environment=house.settings.environment.value,
        public_url=house.settings.public_url,
        account_sid=account.account_sid,
        auth_token=account.auth_token,
        numbers=numbers,
        register=lambda blueprint: staff.web.public(app, blueprint, checks_csrf=False),
        drafts=house.prompts.drafts,
    )
