"""Names for rows: random, so that neither order nor volume can be read from them."""

from __future__ import annotations

import secrets


def new_id() -> str:
    """32 hexadecimal characters of randomness."""
    return secrets.token_hex(16)
