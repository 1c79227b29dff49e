"""One level for every recording, without the silence around it."""

from __future__ import annotations

import math
from array import array

import pytest

from storage.loudness import SPEECH, clipped, normalised, speech_level, trimmed
from storage.sound import RATE, as_wav, level, seconds, tone


def silence(length: float) -> bytes:
    return as_wav(bytes(2 * round(length * RATE)))


def joined(*parts: bytes) -> bytes:
    return as_wav(b"".join(part[44:] for part in parts))


@pytest.mark.parametrize("loudness", [-40, -30, -12, -3])
def test_soft_and_loud_come_to_one_level(loudness: float) -> None:
    assert speech_level(normalised(tone(1, level=loudness))) == pytest.approx(SPEECH, abs=0.5)


def test_pauses_do_not_count() -> None:
    spoken = joined(tone(1, level=-30), silence(5), tone(1, level=-30))
    assert speech_level(normalised(spoken)) == pytest.approx(SPEECH, abs=0.5)


def test_no_peak_is_cut_off_to_be_louder() -> None:
    click = joined(tone(2, level=-40), tone(0.002, level=-0.5), tone(2, level=-40))
    assert level(normalised(click)).peak <= -0.9


def test_noise_of_a_room_is_not_made_speech() -> None:
    assert level(normalised(tone(1, level=-49))).peak < -15
    assert normalised(silence(1)) == silence(1)


def test_silence_around_is_cut_and_a_breath_of_it_left() -> None:
    spoken = joined(silence(2), tone(1), silence(0.5), tone(1), silence(3))
    assert seconds(trimmed(spoken)) == pytest.approx(2.8, abs=0.06)
    assert trimmed(silence(1)) == silence(1)
    assert trimmed(as_wav(b"")) == as_wav(b"")


def test_clipping_is_told_from_loudness() -> None:
    whole = tone(1, frequency=220, level=0)
    overdriven = array("h", whole[44:])
    for n, sample in enumerate(overdriven):
        overdriven[n] = max(-32768, min(32767, sample * 3))
    assert clipped(as_wav(overdriven.tobytes())) > 0.05
    assert clipped(tone(1, level=0)) == 0
    assert clipped(tone(1, level=-3)) == 0
    assert clipped(as_wav(b"")) == 0
    assert math.isinf(speech_level(as_wav(b"")))
