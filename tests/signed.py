"""The program behind its webhooks, and a carrier that signs with the official code."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from app.factory import answering, create_app
from app.house import House, build
from app.settings import Carrier, Environment, Settings
from tests.clock import FakeClock
from tests.dialogue.line import HERS, OURS, Line, open_line, read_junin

ORIGIN = "https://rimay.example.org"
TOKEN = "0123456789abcdef0123456789abcdef"
_ids = itertools.count(1)


def build_house(folder: Path, database_url: str, redis_url: str, clock: FakeClock) -> House:
    """The program's parts for a test, on real servers, at a carrier that is Twilio."""
    return build(
        Settings(
            environment=Environment.TEST,
            public_url=ORIGIN,
            secret_key="s" * 32,
            vault_key="t" * 32,
            database_url=database_url,
            redis_url=redis_url,
            media_url=(folder / "media").as_uri(),
            carrier=Carrier("AC" + "5" * 32, TOKEN, None),
            var=folder / "var",
        ),
        clock=clock,
    )


@dataclass
class Signed:
    """Posts to the program as the carrier does."""

    house: House
    line: Line
    client: FlaskClient
    origin: str = ORIGIN
    token: str = TOKEN

    @classmethod
    def over(cls, house: House, *, with_pages: bool = False) -> Signed:
        line = open_line(house.services, read_junin(), house.prompts)
        app = create_app(house) if with_pages else answering(house)
        return cls(house, line, app.test_client())

    def post(self, target: str, form: dict[str, str], *, signature: str | None = None) -> Reply:
        """Post a form to a path with its query, signed for exactly that address."""
        path, _, query = target.partition("?")
        if signature is None:
            make: Any = RequestValidator
            validator = make(self.token)
            signature = validator.compute_signature(self.origin + target, form)
        response = self.client.post(
            path,
            query_string=query,
            data=form,
            headers={"X-Twilio-Signature": str(signature)},
            environ_overrides={"RAW_URI": target},
        )
        return Reply(response)

    def call(self, number: str = HERS, *, ours: str = OURS) -> Call:
        """Ring; what is answered is in `call.reply`."""
        call = Call(self, f"CA{next(_ids):032}", number, ours)
        call.post("/voice/inbound")
        return call

    def text(
        self, body: str, *, number: str = HERS, ours: str = OURS, sid: str = "", **more: str
    ) -> Reply:
        form = {"From": number, "To": ours, "Body": body, "NumMedia": "0", **more}
        form["MessageSid"] = sid or f"SM{next(_ids):032}"
        return self.post("/sms/inbound", form)


@dataclass
class Call:
    """One call at the carrier; `reply` is what was answered last."""

    carrier: Signed
    sid: str
    number: str
    ours: str

    def post(self, target: str, **what: str) -> Reply:
        form = {
            "CallSid": self.sid,
            "From": self.number,
            "To": self.ours,
            "Direction": "inbound",
            "CallStatus": "in-progress",
            **what,
        }
        self.reply = self.carrier.post(target, form)
        return self.reply

    def press(self, keys: str) -> Reply:
        return self.post(self.reply.action, Digits=keys)

    def to_menu(self, language: str = "1") -> Call:
        """Choose a language and try the keypad, as on a first call."""
        self.press(language)
        if "practice.press_one" in self.reply.keys:
            self.press("1")
        assert "menu.main" in self.reply.keys
        return self

    def wait(self) -> Reply:
        return self.post(self.reply.action)

    def record(self, seconds: int = 5, **more: str) -> Reply:
        form = {"RecordingSid": f"RE{next(_ids):032}", "RecordingDuration": str(seconds)}
        return self.post(self.reply.action, **form, **more)

    def hang_up(self) -> Reply:
        return self.post("/voice/status", CallStatus="completed")


class Reply:
    """What the program answered."""

    def __init__(self, response: TestResponse) -> None:
        self.status = response.status_code
        self.body = response.get_data(as_text=True)
        self.is_xml = response.mimetype == "text/xml"

    @property
    def root(self) -> ElementTree.Element:
        assert self.status == 200, self.status
        return ElementTree.fromstring(self.body)  # noqa: S314  # written by ourselves

    @property
    def keys(self) -> list[str]:
        """The keys of the prompts that are played."""
        plays = [urlsplit(each.text or "").path for each in self.root.iter("Play")]
        return [path.rsplit("/", 1)[1].removesuffix(".wav") for path in plays]

    @property
    def languages(self) -> set[str]:
        plays = [urlsplit(each.text or "").path for each in self.root.iter("Play")]
        return {path.split("/")[3] for path in plays if path.startswith("/voice/prompts/")}

    @property
    def action(self) -> str:
        """Where what is done next is posted."""
        for verb in ("Gather", "Record"):
            if (found := self.root.find(verb)) is not None:
                return found.attrib["action"]
        return self.redirect

    @property
    def redirect(self) -> str:
        found = self.root.find("Redirect")
        assert found is not None, self.body
        return found.text or ""

    @property
    def hangs_up(self) -> bool:
        return self.root.find("Hangup") is not None

    @property
    def messages(self) -> list[str]:
        return [each.text or "" for each in self.root.iter("Message")]
