"""A real Kannel, set up as docs/kannel.md says: its bearerbox and its smsbox."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "kannel.md"
_PATIENCE = 90
_QUOTED = re.compile(r"^ {3}```\n(.*?)^ {3}```\n", re.DOTALL | re.MULTILINE)


class Boxes:
    """Use it as a context manager: both run inside. `groups` is what `flask kannel config` says;
    the rest is the manual's, with the ports and folders of a test."""

    def __init__(self, folder: Path, *, centre: int, sendsms: int, ports: tuple[int, int]) -> None:
        self.url = f"http://127.0.0.1:{sendsms}/cgi-bin/sendsms"
        self._folder = folder
        self._sendsms = sendsms
        self._here = {
            "admin-port": str(ports[0]),
            "admin-password": "a password of the test",
            "smsbox-port": str(ports[1]),
            "bearerbox-port": str(ports[1]),
            "sendsms-port": str(sendsms),
            "store-location": str(folder / "store"),
            "host": "127.0.0.1",
            "port": str(centre),
            "smsc-username": "rimay",
            "smsc-password": "rimay",
            "http-queue-delay": "1",
        }
        self._boxes: list[subprocess.Popen[bytes]] = []

    def write(self, groups: str) -> None:
        """Write the configuration."""
        found = _QUOTED.search(MANUAL.read_text())
        assert found is not None, "the manual shows no configuration"
        lines = [self._line(line.strip()) for line in found.group(1).splitlines()]
        lines.insert(
            lines.index("group = smsbox") + 2, f"bearerbox-port = {self._here['smsbox-port']}"
        )
        (self._folder / "kannel.conf").write_text("\n".join(lines) + "\n\n" + groups)

    def _line(self, line: str) -> str:
        name, separator, _ = line.partition(" = ")
        if name == "log-file":
            return f"log-file = {self._folder}/kannel-{'sms' if 'smsbox' in line else 'bearer'}.log"
        return f"{name} = {self._here[name]}" if separator and name in self._here else line

    def __enter__(self) -> Boxes:
        self._start("bearerbox", int(self._here["smsbox-port"]))
        self._start("smsbox", self._sendsms)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for box in reversed(self._boxes):
            if box.poll() is None:
                box.terminate()
        for box in self._boxes:
            try:
                box.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                box.kill()
                box.wait()

    def logs(self) -> str:
        """What both wrote to their logs."""
        return "\n".join(each.read_text() for each in self._folder.glob("kannel-*.log"))

    def _start(self, program: str, port: int) -> None:
        with (self._folder / f"{program}.out").open("wb") as said:
            box = subprocess.Popen(
                [f"/usr/sbin/{program}", "--verbosity", "4", str(self._folder / "kannel.conf")],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
            )
        self._boxes.append(box)
        deadline = time.monotonic() + _PATIENCE
        while not _listens(port):
            assert box.poll() is None, (self._folder / f"{program}.out").read_text()[-3000:]
            assert time.monotonic() < deadline, f"{program} does not listen"
            time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
