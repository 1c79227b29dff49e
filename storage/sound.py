"""Sound as the telephone carries it (WAV, 8 kHz, mono, 16 bits), and what comes in made into it."""

from __future__ import annotations

import io
import math
import sys
import wave
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

import av
from av.audio.frame import AudioFrame

RATE = 8000
"""Samples a second on a telephone leg."""

_FULL_SCALE = 32768
# What a browser records and what people upload. Playlists and the like are left out: they can name
# other files and addresses, which the decoder would open.
_FORMATS = "matroska,webm,ogg,mov,mp4,mp3,wav,flac,aac,amr"
# Outside these a header lies: resampling from 2 GHz takes half a minute, from 1 Hz a gigabyte.
_RATES = range(4000, 192_001)
_MOST_CHANNELS = 8
_CONTAINER_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": "none"}


class SoundError(ValueError):
    """Content that cannot become a recording.

    SoundError
    ├── NotAudio    no audio of a known kind, or more of it damaged than not
    ├── EmptyAudio  audio without a sample
    └── TooLong     longer than allowed
    """


class NotAudio(SoundError):
    """No audio of a known kind, or more of it damaged than not."""


class EmptyAudio(SoundError):
    """Audio without a sample."""


class TooLong(SoundError):
    """Longer than allowed."""


@dataclass(frozen=True, slots=True)
class Level:
    """How loud a recording is, in dBFS; digital silence is -inf."""

    peak: float
    rms: float


def to_telephone(content: bytes, *, limit: float = 600) -> bytes:
    """`content` (WebM, Ogg, MP4, MP3, WAV, FLAC, AAC or AMR) as an 8 kHz mono 16-bit WAV.

    NotAudio, EmptyAudio, or TooLong past `limit` seconds. Decoding stops at the limit, so a small
    file of endless silence costs no more than `limit` seconds of samples (16 kB each).
    """
    samples = bytearray()
    try:
        with av.open(io.BytesIO(content), "r", container_options=_CONTAINER_OPTIONS) as container:
            for part in _resampled(container):
                samples += part
                if len(samples) > limit * RATE * 2:
                    raise TooLong(f"longer than {limit:g} seconds")
    except SoundError:
        raise
    except (av.FFmpegError, OSError, ValueError) as error:
        raise NotAudio("not audio of a known kind") from error
    if not samples:
        raise EmptyAudio("no sound in it")
    return as_wav(bytes(samples), rate=RATE)


def as_wav(samples: bytes, *, rate: int = RATE) -> bytes:
    """A WAV file of mono 16-bit little-endian `samples`."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(samples)
    return file.getvalue()


def seconds(wav: bytes) -> float:
    """How long a WAV file plays, as its header says. NotAudio where it is none."""
    with _opened(wav) as reader:
        return reader.getnframes() / reader.getframerate()


def level(wav: bytes) -> Level:
    """How loud a 16-bit WAV file is. NotAudio where it is none."""
    with _opened(wav) as reader:
        if reader.getsampwidth() != 2:
            raise NotAudio("not 16-bit samples")
        samples = array("h", reader.readframes(reader.getnframes()))
    if sys.byteorder == "big":
        samples.byteswap()
    if not samples:
        return Level(peak=-math.inf, rms=-math.inf)
    peak = max(max(samples), -min(samples))
    power = sum(sample * sample for sample in samples) / len(samples)
    return Level(peak=_decibels(peak), rms=_decibels(math.sqrt(power)))


def tone(seconds: float, *, frequency: float = 1000, level: float = -12) -> bytes:
    """A beep as an 8 kHz WAV; `frequency` in Hz, its peak `level` in dBFS, no click at its ends."""
    count = round(seconds * RATE)
    ramp = min(RATE // 100, count // 2) or 1
    amplitude = (_FULL_SCALE - 1) * 10 ** (level / 20)
    samples = array("h")
    for n in range(count):
        fade = min(1, n / ramp, (count - 1 - n) / ramp)
        samples.append(round(amplitude * fade * math.sin(2 * math.pi * frequency * n / RATE)))
    if sys.byteorder == "big":
        samples.byteswap()
    return as_wav(samples.tobytes())


def _resampled(container: av.container.InputContainer) -> Iterator[bytes]:
    """The first audio stream, piece by piece, as 8 kHz mono 16-bit samples.

    A damaged packet is passed over, as every player does; more damaged ones than sound is NotAudio.
    """
    if not container.streams.audio:
        raise NotAudio("no audio in it")
    stream = container.streams.audio[0]
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    sound, damaged = 0, 0
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.InvalidDataError:
            damaged += 1
            continue
        for frame in frames:
            if isinstance(frame, AudioFrame):
                if frame.sample_rate not in _RATES or frame.layout.nb_channels > _MOST_CHANNELS:
                    raise NotAudio("no such sound is recorded")
                sound += 1
                frame.pts = None  # a gap in the time stamps must not become hours of silence
                yield from map(_bytes, resampler.resample(frame))
    if damaged > sound:
        raise NotAudio("more of it is damaged than not")
    if sound:
        yield from map(_bytes, resampler.resample(None))


def _bytes(frame: AudioFrame) -> bytes:
    """The samples alone: a plane may be padded behind them."""
    return bytes(frame.planes[0])[: frame.samples * 2]


def _opened(wav: bytes) -> wave.Wave_read:
    try:
        return wave.open(io.BytesIO(wav), "rb")
    except (wave.Error, EOFError) as error:
        raise NotAudio("not a WAV file") from error


def _decibels(amplitude: float) -> float:
    return 20 * math.log10(amplitude / _FULL_SCALE) if amplitude else -math.inf
