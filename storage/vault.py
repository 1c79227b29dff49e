"""Encryption at rest and keyed hashes, from one secret.

Every key is derived (HKDF-SHA256) from `VAULT_KEY` for one purpose. A sealed value is bound to
that purpose, so that it cannot be moved into another column and still be opened.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class NotOurs(Exception):
    """The sealed value was not made under this key and purpose, or was changed."""


class Vault:
    """Seals bytes (AES-256-GCM) and makes keyed hashes (HMAC-SHA256). Safe to share by threads."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._key = lru_cache(maxsize=64)(self._derive)

    def _derive(self, purpose: str) -> bytes:
        kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=b"rimay", info=purpose.encode())
        return kdf.derive(self._secret)

    def signing_key(self, purpose: str) -> Ed25519PrivateKey:
        """A key to sign with, the same as long as the secret is."""
        return Ed25519PrivateKey.from_private_bytes(self._key("sign:" + purpose))

    def seal(self, purpose: str, plain: bytes) -> bytes:
        """Encrypt `plain` for `purpose` (the column's name, say): nonce and ciphertext together."""
        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(self._key(purpose)).encrypt(nonce, plain, purpose.encode())

    def open(self, purpose: str, sealed: bytes) -> bytes:
        """Decrypt what `seal` made for the same purpose. NotOurs if it was not."""
        try:
            return AESGCM(self._key(purpose)).decrypt(
                sealed[:_NONCE], sealed[_NONCE:], purpose.encode()
            )
        except (InvalidTag, ValueError) as error:
            raise NotOurs(purpose) from error

    def seal_text(self, purpose: str, plain: str) -> bytes:
        return self.seal(purpose, plain.encode())

    def open_text(self, purpose: str, sealed: bytes) -> str:
        return self.open(purpose, sealed).decode()

    def tag(self, purpose: str, value: str) -> str:
        """A keyed hash (hex, 64 characters): equal values, equal tags, no way back."""
        return keyed_hash(self._key("tag:" + purpose), value)


def keyed_hash(key: bytes, value: str) -> str:
    """HMAC-SHA256 of `value` under `key`, in hex (64 characters)."""
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()
