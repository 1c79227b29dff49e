"""Programs started together and stopped together, by their process ids."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import FrameType, TracebackType

from app.settings import ROOT

BIN = Path(sys.executable).parent
_GRACE = 20


class Processes:
    """A few programs. When one ends, or Ctrl-C comes, all are ended."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = {**os.environ, **environ}
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self.status = 0

    def __enter__(self) -> Processes:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._interrupt)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        for process in self._running.values():
            try:
                process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, *command: str) -> None:
        """Start a program of the same environment, in the project's folder."""
        process = subprocess.Popen(  # noqa: S603  # our own programs, by their full paths
            [str(BIN / command[0]), *command[1:]],
            cwd=ROOT,
            env=self._environ,
            start_new_session=True,
        )
        self._running[process.pid] = process

    def wait(self) -> None:
        """Until one of them ends, or somebody interrupts."""
        try:
            pid, status = os.waitpid(-1, 0)
            while pid not in self._running:
                pid, status = os.waitpid(-1, 0)
            self._running[pid].returncode = os.waitstatus_to_exitcode(status)
            self.status = 1
        except KeyboardInterrupt:
            self.status = 0

    @staticmethod
    def _interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt
