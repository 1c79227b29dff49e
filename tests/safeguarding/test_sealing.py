"""What is sealed opens with its key, for what it is about, and with nothing else."""

from __future__ import annotations

import pytest

from safeguarding import sealing
from safeguarding.errors import NotSealedToUs, WeakPassphrase, WrongPassphrase

PASSPHRASE = "retama junto al puquial"


def test_only_the_private_half_opens_it() -> None:
    pair, other = sealing.new_pair(), sealing.new_pair()
    box = sealing.seal(pair.public, b"number", "report:1")
    assert sealing.unseal(pair.private, box, "report:1") == b"number"
    with pytest.raises(NotSealedToUs):
        sealing.unseal(other.private, box, "report:1")
    with pytest.raises(NotSealedToUs):
        sealing.unseal(pair.private, box, "report:2")
    with pytest.raises(NotSealedToUs):
        sealing.unseal(pair.private, box[:-1] + bytes([box[-1] ^ 1]), "report:1")


def test_the_same_words_are_never_the_same_box() -> None:
    pair = sealing.new_pair()
    assert sealing.seal(pair.public, b"x", "a") != sealing.seal(pair.public, b"x", "a")


def test_the_size_tells_nothing_of_what_is_short() -> None:
    public = sealing.new_pair().public
    sizes = {len(sealing.seal(public, bytes(length), "a")) for length in (0, 1, 200, 508)}
    assert len(sizes) == 1
    assert len(sealing.seal(public, bytes(509), "a")) not in sizes


def test_a_long_recording_comes_back_whole() -> None:
    pair, sound = sealing.new_pair(), bytes(range(256)) * 2000
    assert sealing.unseal(pair.private, sealing.seal(pair.public, sound, "a"), "a") == sound


def test_boxes_stay_apart() -> None:
    boxes = sealing.joined(sealing.joined(b"", b"one"), b"three")
    assert sealing.parted(boxes) == [b"one", b"three"]
    with pytest.raises(NotSealedToUs):
        sealing.parted(boxes[:-1])


def test_a_key_is_given_back_for_its_passphrase_alone() -> None:
    pair = sealing.new_pair()
    wrapped = sealing.wrap(pair.private, PASSPHRASE, "person:1")
    assert pair.private not in wrapped
    assert sealing.unwrap(wrapped, f" {PASSPHRASE}\n", "person:1") == pair.private
    with pytest.raises(WrongPassphrase):
        sealing.unwrap(wrapped, PASSPHRASE + "!", "person:1")
    with pytest.raises(WrongPassphrase):
        sealing.unwrap(wrapped, PASSPHRASE, "person:2")


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(WeakPassphrase):
        sealing.wrap(sealing.new_pair().private, "quince letras .".strip() + " " * 9, "person:1")
