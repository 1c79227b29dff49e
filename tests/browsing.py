"""Chromium, and our pages served to it: what every test in a browser begins with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask
from playwright.sync_api import Browser, expect, sync_playwright
from werkzeug.serving import make_server

CHROMIUM = "/usr/bin/chromium"
PATIENCE = 60_000
"""Milliseconds: how long a page may take on a slow and busy machine."""

expect.set_options(timeout=PATIENCE)


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application on a free port; gives its origin."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """A browser, started with these flags."""
    # Root has no sandbox.
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*flags, *sandbox], timeout=3 * PATIENCE
        )
        yield browser
        browser.close()
