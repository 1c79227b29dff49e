"""Whatever a browser records or people upload becomes telephone sound, or a clear refusal."""

from __future__ import annotations

import contextlib
import io
import math
import random
import struct
import wave
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.sound import (
    RATE,
    EmptyAudio,
    NotAudio,
    SoundError,
    TooLong,
    as_wav,
    level,
    seconds,
    to_telephone,
    tone,
)

KINDS = [
    ("webm", "libopus", 48000),
    ("ogg", "libopus", 48000),
    ("mp4", "aac", 44100),
    ("ipod", "aac", 44100),
    ("mp3", "libmp3lame", 44100),
    ("wav", "pcm_s16le", 44100),
    ("flac", "flac", 44100),
]


def encoded(wav: bytes, *, kind: str, codec: str, rate: int, layout: str = "stereo") -> bytes:
    """`wav` as a browser or a phone would have recorded it."""
    file = io.BytesIO()
    with av.open(io.BytesIO(wav), "r") as source, av.open(file, "w", format=kind) as target:
        stream = target.add_stream(codec, rate=rate)
        assert isinstance(stream, av.AudioStream)
        stream.codec_context.layout = layout
        resampler = av.AudioResampler(
            format=stream.codec_context.format, layout=layout, rate=rate, frame_size=1024
        )
        for frame in [*source.decode(audio=0), None]:
            for part in resampler.resample(frame):
                target.mux(stream.encode(part))
        target.mux(stream.encode(None))
    return file.getvalue()


@pytest.mark.parametrize(("kind", "codec", "rate"), KINDS)
def test_every_kind_becomes_telephone_sound(kind: str, codec: str, rate: int) -> None:
    content = encoded(tone(2), kind=kind, codec=codec, rate=rate)
    heard = to_telephone(content)
    with wave.open(io.BytesIO(heard)) as wav:
        assert (wav.getframerate(), wav.getnchannels(), wav.getsampwidth()) == (8000, 1, 2)
    assert seconds(heard) == pytest.approx(2, abs=0.15)
    # One channel made into two and back is 3 dB lower.
    assert level(heard).rms == pytest.approx(level(tone(2)).rms - 3, abs=1)


def test_telephone_sound_stays_as_it_is() -> None:
    assert to_telephone(tone(1)) == tone(1)


def test_an_upload_with_a_picture_beside_the_sound() -> None:
    file = io.BytesIO()
    with av.open(io.BytesIO(tone(1)), "r") as source, av.open(file, "w", format="mp4") as target:
        picture = target.add_stream("mpeg4", rate=10)
        assert isinstance(picture, av.VideoStream)
        picture.width = picture.height = 64
        picture.pix_fmt = "yuv420p"
        sound = target.add_stream("aac", rate=8000)
        for _ in range(10):
            target.mux(picture.encode(av.VideoFrame(64, 64, "yuv420p")))
        for frame in source.decode(audio=0):
            target.mux(sound.encode(frame))
        target.mux(picture.encode(None))
        target.mux(sound.encode(None))
    assert seconds(to_telephone(file.getvalue())) == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 5000,
        b"no audio, just words " * 100,
        b"%PDF-1.7\n",
        random.Random(1).randbytes(20000),
    ],
    ids=["empty", "zeros", "words", "pdf", "noise"],
)
def test_what_is_no_audio_is_refused(content: bytes) -> None:
    with pytest.raises(NotAudio):
        to_telephone(content)


def test_a_playlist_opens_no_file(tmp_path: Path) -> None:
    (tmp_path / "secret.wav").write_bytes(tone(1))
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{tmp_path}/secret.wav\n"
    concat = f"ffconcat version 1.0\nfile '{tmp_path}/secret.wav'\n"
    for content in (playlist, concat):
        with pytest.raises(NotAudio):
            to_telephone(content.encode())


def test_a_film_without_sound_is_refused() -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as target:
        picture = target.add_stream("mpeg4", rate=10)
        assert isinstance(picture, av.VideoStream)
        picture.width = picture.height = 64
        picture.pix_fmt = "yuv420p"
        target.mux(picture.encode(av.VideoFrame(64, 64, "yuv420p")))
        target.mux(picture.encode(None))
    with pytest.raises(NotAudio):
        to_telephone(file.getvalue())


def test_audio_without_a_sample_is_empty() -> None:
    with pytest.raises(EmptyAudio):
        to_telephone(as_wav(b""))


def test_too_long_is_told() -> None:
    assert to_telephone(tone(1), limit=1)
    with pytest.raises(TooLong):
        to_telephone(tone(1.1), limit=1)


def test_endless_silence_in_a_small_file_stop_at_the_limit() -> None:
    silence = as_wav(bytes(RATE * 2 * 1200))
    bomb = encoded(silence, kind="flac", codec="flac", rate=8000, layout="mono")
    assert len(bomb) < len(silence) / 50
    with pytest.raises(TooLong):
        to_telephone(bomb, limit=10)


@pytest.mark.parametrize("rate", [1, 2_000_000_000])
def test_an_absurd_rate_is_refused_before_it_is_resampled(rate: int) -> None:
    with pytest.raises(NotAudio):
        to_telephone(as_wav(bytes(800), rate=rate))


def test_damage_in_the_middle_loses_only_what_it_hits() -> None:
    content = bytearray(encoded(tone(4), kind="ogg", codec="libopus", rate=48000))
    middle = len(content) // 2
    content[middle : middle + 200] = bytes(200)
    assert seconds(to_telephone(bytes(content))) > 1


@given(st.binary(max_size=60), st.integers(min_value=0, max_value=400))
def test_no_content_is_worse_than_refused(junk: bytes, place: int) -> None:
    content = bytearray(tone(0.05))
    content[place : place + len(junk)] = junk
    with contextlib.suppress(SoundError):
        to_telephone(bytes(content))


def test_level_and_length() -> None:
    beep = tone(0.5, level=-6)
    assert seconds(beep) == 0.5
    assert level(beep).peak == pytest.approx(-6, abs=0.1)
    assert level(beep).rms == pytest.approx(-9, abs=0.3)
    assert level(as_wav(struct.pack("<h", -32768))).peak == 0
    assert level(as_wav(bytes(16))).peak == -math.inf
    assert level(as_wav(b"")).rms == -math.inf
    for measure in (seconds, level):
        with pytest.raises(NotAudio):
            measure(b"RIFF")
