"""What holds a history together: each event is bound to the one before, the last to its case.

The key is derived from `VAULT_KEY`, which no database holds: who can write rows can forge none.
Words enter as digests under a salt of their own, so that they can be erased, the salt with them,
and the chain still holds; what is left of them tells nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from storage.vault import Vault

SALT = 16
"""Bytes of a salt."""

_LINK = "case_event.link"
_HEAD = "case_event.head"
_FORM = 1
"""Of what is bound; another form is another number, and the old one goes on being understood."""

_BOUND = (
    "id",
    "case_id",
    "seq",
    "kind",
    "from_state",
    "to_state",
    "actor",
    "reason",
    "facts",
    "subject",
    "words_digest",
    "public_digest",
    "internal_digest",
    "previous",
)


def digest(salt: bytes, words: str) -> str:
    """HMAC-SHA256 of `words` under their salt, in hex: without the salt it tells nothing."""
    return hmac.new(salt, words.encode(), hashlib.sha256).hexdigest()


def link(vault: Vault, row: Mapping[str, Any]) -> str:
    """The link of an event, given as a row of `case_event`."""
    at: dt.datetime = row["at"]
    bound = [_FORM, at.astimezone(dt.UTC).isoformat(), *(row[name] for name in _BOUND)]
    return vault.tag(_LINK, _canonical(bound))


def head(vault: Vault, case_id: str, *, count: int, last: str) -> str:
    """What a case keeps of its history: that it has `count` events and ends with `last`."""
    return vault.tag(_HEAD, _canonical([_FORM, case_id, count, last]))


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
