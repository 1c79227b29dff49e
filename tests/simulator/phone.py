"""The page of a phone, without a page: what it polls and posts, over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import requests

from tests.simulator.programme import SECONDS


class Phone:
    """One handset at the carrier under `base`."""

    def __init__(self, base: str, name: str = "1") -> None:
        self.name = name
        self._base = f"{base}/simulator"
        self._session = requests.Session()
        self._session.trust_env = False

    def close(self) -> None:
        self._session.close()

    def post(self, what: str, **values: Any) -> requests.Response:
        url = f"{self._base}/handsets/{self.name}/{what}"
        return self._session.post(url, json=values, timeout=SECONDS)

    def hand_in(self, step: str, sound: bytes | None = None) -> requests.Response:
        """What was recorded, or the sample."""
        url = f"{self._base}/handsets/{self.name}/recorded"
        params = {"step": step} | ({} if sound is not None else {"sample": "1"})
        headers = {"Content-Type": "audio/webm"}
        return self._session.post(
            url, params=params, data=sound or b"", headers=headers, timeout=SECONDS
        )

    def state(self, after: str = "", wait: float = 0) -> dict[str, Any] | None:
        params = {"phones": self.name, "after": after, "wait": str(wait)}
        answer = self._session.get(f"{self._base}/state", params=params, timeout=SECONDS + 5)
        if answer.status_code == 204:
            return None
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def until(self, reached: Callable[[dict[str, Any]], bool], what: str = "") -> dict[str, Any]:
        """The phone's state once `reached` holds for it."""
        deadline, after = time.monotonic() + SECONDS, ""
        shown: dict[str, Any] = {}
        while time.monotonic() < deadline:
            picture = self.state(after, wait=5)
            if picture is None:
                continue
            after = picture["after"]
            shown = picture["handsets"][0]
            if reached(shown):
                return shown
        raise AssertionError(f"never {what}: {shown}")

    def until_step(self, kind: str, *, besides: str = "") -> dict[str, Any]:
        """The step of this kind, with its id; `besides` is one that does not count."""
        shown = self.until(
            lambda one: bool(
                one["step"] and one["step"]["kind"] == kind and one["step"]["id"] != besides
            ),
            what=kind,
        )
        step: dict[str, Any] = shown["step"]
        return step

    def until_sounds(self, kind: str) -> dict[str, Any]:
        """The step of this kind that has something to play."""
        shown = self.until(
            lambda one: bool(one["step"] and one["step"]["kind"] == kind and one["step"]["sounds"]),
            what=f"sounds to {kind}",
        )
        step: dict[str, Any] = shown["step"]
        return step

    def until_phase(self, phase: str) -> dict[str, Any]:
        return self.until(lambda one: bool(one["phase"] == phase), what=phase)

    def noted(self, kind: str) -> list[str]:
        """The titles of this kind in the panel."""
        picture = self.state()
        assert picture is not None
        return [one["title"] for one in picture["handsets"][0]["entries"] if one["kind"] == kind]
