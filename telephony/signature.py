"""Whether a request comes from the carrier: Twilio's signature over the address it was sent to.

Checked before anything is read or stored, against `PUBLIC_URL` and the raw request target: the
unquoted URL that Werkzeug shows differs from what was signed wherever something was quoted.
"""

from __future__ import annotations

from hmac import compare_digest

from flask import Request
from twilio.request_validator import RequestValidator


class SignatureCheck:
    """Checks requests with the official validator. `public_url` is an origin without a path."""

    def __init__(self, *, public_url: str, auth_token: str) -> None:
        self._public_url = public_url.rstrip("/")
        self._validator = RequestValidator(auth_token)  # type: ignore[no-untyped-call]

    def is_valid(self, request: Request) -> bool:
        """True if the request was signed with our token for exactly this address and form."""
        signature = request.headers.get("X-Twilio-Signature", "")
        target = str(request.environ.get("RAW_URI") or request.full_path)
        if not signature or not target.startswith("/"):
            return False
        address = self._public_url + target
        validator = self._validator
        try:
            expected = validator.compute_signature(address, request.form)  # type: ignore[no-untyped-call]
            if compare_digest(expected.encode(), signature.encode()):
                return True
            # It also knows addresses that were signed with their port, or without it.
            return bool(validator.validate(address, request.form, signature))  # type: ignore[no-untyped-call]
        except (TypeError, ValueError, IndexError):
            # A body in a form that Twilio never signs.
            return False
