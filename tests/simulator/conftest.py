"""A programme and the simulated carrier in one application, on a real server at a free port."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask, Response
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from werkzeug.serving import WSGIRequestHandler, make_server

from locales.drafts import Drafts
from simulator.web import install
from staff.web import CONTENT_POLICY
from tests.simulator.phone import Phone
from tests.simulator.programme import NUMBER, SECONDS, SID, TOKEN, Programme

SECOND = 0.05
"""How long a carrier's second lasts here: a minute of ringing is 3 seconds."""


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Line:
    """Where everything is."""

    url: str
    programme: Programme


def serve(second: float, drafts: Drafts | None = None) -> Iterator[Line]:
    """The application, until the test has ended."""
    app = Flask("line")
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    url = f"http://127.0.0.1:{server.port}"
    programme = Programme(public_url=url)
    install(
        app,
        public_url=url,
        account_sid=SID,
        auth_token=TOKEN,
        numbers=lambda: [(NUMBER, "Junín")],
        environment="test",
        second=second,
        drafts=drafts,
    )
    programme.add_to(app)

    @app.after_request
    def add_policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CONTENT_POLICY
        return response

    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield Line(url, programme)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def line() -> Iterator[Line]:
    yield from serve(SECOND)


@pytest.fixture
def programme(line: Line) -> Programme:
    return line.programme


@pytest.fixture
def phone(line: Line) -> Iterator[Phone]:
    made = Phone(line.url)
    made.state()
    yield made
    made.close()


@pytest.fixture
def other_phone(line: Line) -> Iterator[Phone]:
    made = Phone(line.url, "2")
    made.state()
    yield made
    made.close()


@pytest.fixture
def client(line: Line) -> Client:
    """The official client, pointed at the simulator by its base address."""
    return client_at(line, TOKEN)


def client_at(line: Line, token: str) -> Client:
    http = TwilioHttpClient(timeout=SECONDS)
    made = Client(SID, token, http_client=http)  # type: ignore[no-untyped-call]
    made.api.base_url = f"{line.url}/simulator"
    return made
