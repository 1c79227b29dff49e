"""`make run`: the web as in production, with a Valkey where no Redis is set."""

from __future__ import annotations

import os
import sys

from dotenv import load_dotenv

from app.processes import Processes
from app.settings import ROOT, SettingsError, read_settings
from app.valkey import valkey_if_unset


def main() -> int:
    """Serve until interrupted; the worker is started with `make worker`."""
    load_dotenv(ROOT / ".env")
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        print(f"Rimay cannot start with these settings (.env.example explains):\n{error}")
        return 1
    settings.var.mkdir(parents=True, exist_ok=True)
    with valkey_if_unset(settings), Processes({}) as processes:
        processes.start("gunicorn", "wsgi:app")
        print(f"run: serving {settings.public_url}; the worker: make worker", flush=True)
        processes.wait()
    return processes.status


if __name__ == "__main__":
    sys.exit(main())
