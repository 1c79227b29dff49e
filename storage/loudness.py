"""The loudness of recordings: silence cut from their ends, and one level for all of them.

Everything here takes and gives WAV files as `storage.sound.to_telephone` makes them.
"""

from __future__ import annotations

import io
import wave
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storage.sound import RATE, as_wav

SPEECH = -20.0
"""dBFS: the level at which speech is played, its pauses not counted."""

_PEAK = -1.0
_MOST_GAIN = 30.0
"""dB. More would raise the noise of the room to speech."""

_FRAME = RATE // 50
_BELOW_LOUDEST = 35.0
"""dB: a frame so far below the loudest one is a pause."""

_FLOOR = -50.0
"""dBFS: nothing softer is speech, however soft the loudest frame."""

_MARGIN = 0.15
_FULL_SCALE = 32768.0
_AT_THE_TOP = 0.985
_STAY = 3
"""Samples in a row: a third of a millisecond of a flat top."""

Samples = NDArray[np.float64]


def speech_level(wav: bytes) -> float:
    """dBFS of what is not a pause; -inf where nothing is."""
    samples = _samples(wav)
    loud = _loud_frames(samples)
    return _level_of(_frames(samples)[loud]) if loud.any() else -np.inf


def clipped(wav: bytes) -> float:
    """The share of samples that stay at the top of the scale, 0 to 1. Sound that was cut off there
    has more than 0.005; a loud, clean voice touches the top and leaves it."""
    top = np.abs(_samples(wav)) >= _AT_THE_TOP
    if top.size < _STAY:
        return 0.0
    stays = np.lib.stride_tricks.sliding_window_view(top, _STAY).all(axis=1)
    return float(stays.sum() / top.size)


def trimmed(wav: bytes) -> bytes:
    """Without the silence before and after, but for 0.15 s; silence alone is left as it is."""
    samples = _samples(wav)
    loud = np.flatnonzero(_loud_frames(samples))
    if not loud.size:
        return wav
    margin = int(_MARGIN * RATE)
    start = max(0, int(loud[0]) * _FRAME - margin)
    end = min(samples.size, (int(loud[-1]) + 1) * _FRAME + margin)
    return _wav(samples[start:end])


def normalised(wav: bytes) -> bytes:
    """At the level of speech, as far as its peaks allow; silence is left as it is."""
    samples = _samples(wav)
    level = speech_level(wav)
    if not np.isfinite(level):
        return wav
    peak = _decibels(float(np.abs(samples).max()))
    gain = min(SPEECH - level, _PEAK - peak, _MOST_GAIN)
    return _wav(samples * 10 ** (gain / 20))


def _samples(wav: bytes) -> Samples:
    with wave.open(io.BytesIO(wav), "rb") as reader:
        raw = reader.readframes(reader.getnframes())
    return np.frombuffer(raw, dtype="<i2").astype(np.float64) / _FULL_SCALE


def _wav(samples: Samples) -> bytes:
    whole = np.clip(np.round(samples * _FULL_SCALE), -_FULL_SCALE, _FULL_SCALE - 1)
    return as_wav(whole.astype("<i2").tobytes())


def _frames(samples: Samples) -> Samples:
    """20 ms a row, the last one filled with silence."""
    missing = -samples.size % _FRAME
    return np.pad(samples, (0, missing)).reshape(-1, _FRAME)


def _loud_frames(samples: Samples) -> NDArray[np.bool_]:
    """Which frames are speech, not pause."""
    if not samples.size:
        return np.zeros(0, dtype=bool)
    power: Any = np.sqrt((_frames(samples) ** 2).mean(axis=1))
    levels = 20 * np.log10(np.maximum(power, 1e-9))
    loud: NDArray[np.bool_] = levels >= max(float(levels.max()) - _BELOW_LOUDEST, _FLOOR)
    return loud


def _level_of(samples: Samples) -> float:
    return _decibels(float(np.sqrt((samples**2).mean())))


def _decibels(amplitude: float) -> float:
    return float(20 * np.log10(amplitude)) if amplitude else -np.inf
