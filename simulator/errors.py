"""What can go wrong at the simulated carrier.

SimulatorInProduction   it was asked to exist where real people call
CarrierError            a REST call or a phone's wish is refused, with Twilio's code
BadTwiml                a document cannot be executed, with Twilio's code
Unreachable             a webhook could not be reached at all
"""

from __future__ import annotations


class SimulatorInProduction(RuntimeError):
    """Raised by `install`; nothing was registered."""


class CarrierError(Exception):
    """Answered as Twilio's error document: `code`, `message`, HTTP `status`."""

    def __init__(self, code: int, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class BadTwiml(ValueError):
    """`code` is Twilio's: 11750 size, 12100 not XML, 12200 not a TwiML document."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Unreachable(Exception):
    """No answer within the carrier's time: `code` is 11205 (connection) or 11215 (redirects)."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
