"""The second address: what answers calls and texts when the first one does not.

A process of its own (`make fallback`), which needs neither database, queue nor worker: it
apologises and promises to call back, and the worker keeps the promise once there is a database
again. It answers at the same paths as the first, of which it knows none but those that follow a
failure.
"""

from __future__ import annotations

import os
import sys

from dotenv import load_dotenv
from flask import Flask, Response, abort, jsonify, request

import sms.fallback
import voice.fallback
from app.bare import bare_wordings
from app.processes import Processes
from app.settings import ROOT, Settings, SettingsError, read_settings
from library.prompts import Play, Prompts
from locales.drafts import DraftFailed
from locales.languages import FOLDER, UnknownLanguage, language, languages
from programmes.errors import MissingPrompt
from programmes.wordings import Wordings
from storage.media import write_durably
from storage.services import Clock, utc_now
from storage.spool import Spool
from storage.vault import Vault
from telephony.signature import SignatureCheck

PORT = "8001"
_SOUNDS = "sounds"


def create(settings: Settings | None = None, *, clock: Clock = utc_now) -> Flask:
    """The application; from the environment where no settings are given."""
    settings = settings or read_settings(os.environ)
    app = Flask("rimay_fallback", static_folder=None)
    bare, spool = bare_wordings(), Spool(settings.spool, Vault(settings.vault_key))
    sounds = Prompts(None, folders=(settings.spool / _SOUNDS, FOLDER))
    origin = settings.public_url
    calls = voice.fallback.Fallback(sounds, bare, spool, clock, origin=origin)
    messages = sms.fallback.Fallback(bare, spool, clock)
    signature = SignatureCheck(
        public_url=settings.fallback_url or origin, auth_token=settings.account.auth_token
    )

    def only_the_carrier() -> None:
        if not signature.is_valid(request):
            abort(403)

    @app.post("/voice/fallback")
    def call_failed() -> Response:
        only_the_carrier()
        return Response(calls.after_failure(request.form), mimetype="text/xml")

    @app.post("/sms/fallback")
    def text_failed() -> Response:
        only_the_carrier()
        return Response(messages.answer(request.form), mimetype="text/xml")

    @app.get("/voice/prompts/<tag>/<key>.wav")
    def sound(tag: str, key: str) -> Response:
        try:
            content = sounds.audio(key, language(tag).tag, request.args.get("v", ""), texts=())
        except UnknownLanguage:
            abort(404)
        if content is None:
            abort(404)
        return Response(content, mimetype="audio/wav")

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok", waiting=len(spool))

    return app


def lay_out_sounds(settings: Settings, prompts: Prompts) -> int:
    """Put what the second address may say where it finds it, as it is approved now; return how
    many sounds there are. What nobody has recorded is a draft where drafts may be heard."""
    bare, count = bare_wordings(), 0
    for tag in languages():
        for key in voice.fallback.PROMPTS:
            path = settings.spool / _SOUNDS / tag / "audio" / f"{key}.wav"
            content = _sound(prompts, bare, key, tag)
            if content is None:
                path.unlink(missing_ok=True)
                continue
            count += 1
            if not path.exists() or path.read_bytes() != content:
                write_durably(path, content)
    return count


def _sound(prompts: Prompts, bare: Wordings, key: str, tag: str) -> bytes | None:
    try:
        found = prompts.sound(bare, key, tag)
        if found.language != tag or not isinstance(found.source, Play):
            return None
        words = bare.find(key, tag).wording.say
        return prompts.audio(key, tag, found.source.version, texts=(words,))
    except (MissingPrompt, DraftFailed):
        return None


def main() -> int:
    """Serve until interrupted."""
    load_dotenv(ROOT / ".env")
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        print(f"Rimay cannot start with these settings (.env.example explains):\n{error}")
        return 1
    port = os.environ.get("FALLBACK_PORT") or PORT
    with Processes({"PORT": port}) as processes:
        processes.start("gunicorn", "app.fallback:create()")
        print(f"fallback: serving {settings.fallback_url or 'port ' + port}", flush=True)
        processes.wait()
    return processes.status


if __name__ == "__main__":
    sys.exit(main())
