"""Who may speak as Kannel: from an address that is allowed, with the secret that it was given.

What it brings carries the secret as a password (HTTP Basic). A delivery report carries a signature
of its own row and attempt instead: Kannel writes addresses that it cannot reach to its log, and
whoever reads one there could repeat that report and forge no other.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address
from urllib.parse import quote, urlsplit, urlunsplit

from flask import Request

USER = "kannel"
INBOUND, REPORTS = "/sms/kannel", "/sms/kannel/report"
_REPORT = "report"

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Door:
    """What Kannel is let in by. `reached_at` is the origin at which it reaches us; `proxies` is how
    many of ours stand before us, each adding to `X-Forwarded-For` whom it was asked by."""

    secret: str
    networks: Sequence[Network]
    reached_at: str
    proxies: int = 0

    def lets_in(self, request: Request) -> bool:
        """Whether this is Kannel, bringing a text."""
        given = request.authorization
        password = (given.password if given else None) or ""
        is_known = hmac.compare_digest(password.encode(), self.secret.encode())
        return is_known and self._is_allowed(request)

    def is_report(self, request: Request, *, row_id: str, attempt: str) -> bool:
        """Whether this is Kannel, reporting of this attempt."""
        given = request.args.get("k", "")
        expected = self._sign(row_id, attempt)
        return hmac.compare_digest(given.encode(), expected.encode()) and self._is_allowed(request)

    def inbound_url(self) -> str:
        """What a text is posted to; `%I` is Kannel's to fill in."""
        parts = urlsplit(self.reached_at)
        # As it is: Kannel would send `%2F` as it stands, so that the settings allow none of those.
        netloc = f"{USER}:{self.secret}@{parts.netloc}"
        return urlunsplit((parts.scheme, netloc, INBOUND, "id=%I", ""))

    def report_url(self, row_id: str, attempt: str) -> str:
        """What a delivery report is sent to; `%d` is Kannel's to fill in. Nothing of it, and
        nothing that is asked for, says who was written to, or what."""
        sign = self._sign(row_id, attempt)
        return f"{self.reached_at}{REPORTS}?o={quote(row_id)}&a={quote(attempt)}&k={sign}&d=%d"

    def _sign(self, row_id: str, attempt: str) -> str:
        named = "\n".join((_REPORT, row_id, attempt)).encode()
        return hmac.new(self.secret.encode(), named, hashlib.sha256).hexdigest()

    def _is_allowed(self, request: Request) -> bool:
        asked_by = _asked_by(request, self.proxies)
        try:
            address = ip_address(asked_by or "")
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self.networks)


def _asked_by(request: Request, proxies: int) -> str | None:
    """Whoever asked our outermost proxy, or us where there was none on the way. What was there
    before our own proxies added to it anybody may have written."""
    passed = [
        each.strip()
        for line in request.headers.getlist("X-Forwarded-For")
        for each in line.split(",")
    ]
    if not passed:
        return request.remote_addr
    if not 0 < proxies <= len(passed):
        return None
    return passed[-proxies]
