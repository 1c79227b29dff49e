"""Sealed to a public key (X25519, HKDF-SHA256, ChaCha20-Poly1305); keys wrapped by a passphrase.

Whoever seals keeps nothing that opens: each box has a key pair of its own, thrown away at once.
What is sealed is padded, so that its size tells little, and bound to what it is about, so that it
cannot be moved there from elsewhere.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from safeguarding.errors import NotSealedToUs, WeakPassphrase, WrongPassphrase

SHORTEST_PASSPHRASE = 16
"""Characters: some four words."""

_KEY, _SALT, _LENGTH = 32, 16, 4
_NONCE = bytes(12)
"""Every key here is used once."""

_LEAST_BLOCK = 512
"""Bytes: every report without a long text or a voice is of one size."""

_LARGEST_BLOCK = 64 * 1024

_ROUNDS, _KIBIBYTES = 3, 64 * 1024
"""What one guess at a passphrase costs (argon2id, RFC 9106's second choice, on one lane)."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An X25519 key pair as raw bytes."""

    private: bytes
    public: bytes


def new_pair() -> KeyPair:
    """A new random pair."""
    private = X25519PrivateKey.generate()
    return KeyPair(private.private_bytes_raw(), private.public_key().public_bytes_raw())


def public_of(private: bytes) -> bytes:
    """The public half of a private key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal(public: bytes, plain: bytes, about: str) -> bytes:
    """`plain` in a box that only the private half of `public` opens, for the same `about`."""
    once = X25519PrivateKey.generate()
    ours = once.public_key().public_bytes_raw()
    shared = once.exchange(X25519PublicKey.from_public_bytes(public))
    cipher = ChaCha20Poly1305(_box_key(shared, ours, public))
    return ours + cipher.encrypt(_NONCE, _padded(plain), about.encode())


def unseal(private: bytes, sealed: bytes, about: str) -> bytes:
    """What `seal` put into the box. Raises NotSealedToUs."""
    key = X25519PrivateKey.from_private_bytes(private)
    ours, box = sealed[:_KEY], sealed[_KEY:]
    try:
        shared = key.exchange(X25519PublicKey.from_public_bytes(ours))
        public = key.public_key().public_bytes_raw()
        cipher = ChaCha20Poly1305(_box_key(shared, ours, public))
        padded = cipher.decrypt(_NONCE, box, about.encode())
    except (InvalidTag, ValueError) as error:
        raise NotSealedToUs from error
    length = int.from_bytes(padded[:_LENGTH])
    return padded[_LENGTH : _LENGTH + length]


def wrap(private: bytes, passphrase: str, about: str) -> bytes:
    """A private key that only the passphrase gives back. Raises WeakPassphrase."""
    if len(passphrase.strip()) < SHORTEST_PASSPHRASE:
        raise WeakPassphrase
    salt = os.urandom(_SALT)
    cipher = ChaCha20Poly1305(_stretched(passphrase, salt))
    return salt + cipher.encrypt(_NONCE, private, about.encode())


def unwrap(wrapped: bytes, passphrase: str, about: str) -> bytes:
    """The private key of `wrap`. Takes a while on purpose. Raises WrongPassphrase."""
    cipher = ChaCha20Poly1305(_stretched(passphrase, wrapped[:_SALT]))
    try:
        return cipher.decrypt(_NONCE, wrapped[_SALT:], about.encode())
    except InvalidTag as error:
        raise WrongPassphrase from error


def joined(boxes: bytes, box: bytes) -> bytes:
    """One more box behind the others."""
    return boxes + len(box).to_bytes(_LENGTH) + box


def parted(boxes: bytes) -> list[bytes]:
    """The boxes, in the order in which they were sealed. Raises NotSealedToUs."""
    found, place = [], 0
    while place < len(boxes):
        length = int.from_bytes(boxes[place : place + _LENGTH])
        place += _LENGTH
        if not length or place + length > len(boxes):
            raise NotSealedToUs
        found.append(boxes[place : place + length])
        place += length
    return found


def _box_key(shared: bytes, ours: bytes, theirs: bytes) -> bytes:
    info = b"rimay sealed box 1" + ours + theirs
    return HKDF(algorithm=hashes.SHA256(), length=_KEY, salt=None, info=info).derive(shared)


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return hash_secret_raw(
        passphrase.strip().encode(),
        salt,
        time_cost=_ROUNDS,
        memory_cost=_KIBIBYTES,
        parallelism=1,
        hash_len=_KEY,
        type=Type.ID,
    )


def _padded(plain: bytes) -> bytes:
    full = len(plain).to_bytes(_LENGTH) + plain
    block = _LEAST_BLOCK
    while block < len(full) and block < _LARGEST_BLOCK:
        block *= 2
    return full + bytes(-len(full) % block)
