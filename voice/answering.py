"""What every webhook of calls stands on: who may ask, what it works with, how it answers."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, abort, current_app, request
from itsdangerous import URLSafeTimedSerializer

from dialogue.runner import Runner
from library.prompts import Prompts
from locales.languages import UnknownLanguage, accepted
from programmes.wordings import Wordings
from storage.services import Services
from telephony.signature import SignatureCheck
from voice import twiml
from voice.fallback import Fallback
from voice.twiml import VoiceRenderer


@dataclass(frozen=True, slots=True)
class Voice:
    """What the webhooks work with; made once by `app`."""

    runner: Runner
    renderer: VoiceRenderer
    prompts: Prompts
    signature: SignatureCheck
    tokens: URLSafeTimedSerializer
    bare: Wordings
    """The prompts that belong to no programme: apologies."""
    fallback: Fallback
    """What is answered where a turn cannot be."""


def voice_here() -> Voice:
    """Of this application."""
    voice: Voice = current_app.extensions["voice"]
    return voice


def services() -> Services:
    """What the runner of this application works with."""
    return voice_here().runner.services


def only_the_carrier() -> None:
    """Before anything is read or stored: 403 for what the carrier did not sign."""
    if not voice_here().signature.is_valid(request):
        abort(403)


def accepted_tag(tag: str) -> str:
    """A language that we know, as an address names it; Spanish where it is none."""
    try:
        return accepted(tag)
    except UnknownLanguage:
        return "es"


def turn_asked() -> int:
    """The turn that an address names; 0 where it names none."""
    raw = request.args.get("n", "")
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 6 else 0


def say(key: str, tag: str) -> str:
    """The element of a prompt that belongs to no programme."""
    voice = voice_here()
    return twiml.element(voice.prompts.sound(voice.bare, key, tag))


def xml(body: str) -> Response:
    return Response(body, mimetype="text/xml")
