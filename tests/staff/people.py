"""What the tests of the staff share."""

from __future__ import annotations

from tests.clock import FakeClock

PASSWORD = "quipu y chaski 22"
NOW = FakeClock().now
