"""A recording is checked before it goes in."""

from __future__ import annotations

from array import array

import pytest

from library.errors import BadTake, Fault
from library.takes import kept, prepared, take_of
from storage.loudness import SPEECH, speech_level
from storage.media import Media
from storage.sound import RATE, as_wav, seconds, tone
from tests.library.people import spoken


def fault_of(content: bytes, say: str = "") -> Fault:
    with pytest.raises(BadTake) as raised:
        prepared(content, say=say)
    return raised.value.fault


def test_a_good_take_is_telephone_sound_at_one_level() -> None:
    wav = prepared(spoken(2, level=-30), say="Usted tiene derechos.")
    assert speech_level(wav) == pytest.approx(SPEECH, abs=0.5)
    assert seconds(wav) == pytest.approx(2, abs=0.1)


def test_what_cannot_be_heard_is_refused() -> None:
    assert fault_of(b"no sound") is Fault.NOT_AUDIO
    assert fault_of(b"") is Fault.NOT_AUDIO
    assert fault_of(as_wav(bytes(4 * RATE))) is Fault.SILENT
    assert fault_of(tone(2, level=-60)) is Fault.SILENT
    assert fault_of(as_wav(array("h", [32767, -32768] * 8000).tobytes())) is Fault.CLIPPED
    assert fault_of(tone(200)) is Fault.LONGER_THAN_ALLOWED


@pytest.mark.parametrize(
    ("length", "say", "fault"),
    [
        (0.1, "", Fault.TOO_SHORT),
        (1, "Usted tiene derechos. " * 5, Fault.TOO_SHORT),
        (12, "Agua", Fault.TOO_LONG),
    ],
)
def test_its_length_fits_its_words(length: float, say: str, fault: Fault) -> None:
    assert fault_of(spoken(length), say) is fault


@pytest.mark.parametrize(("length", "say"), [(0.4, "uno"), (2.0, "uno"), (30, ""), (6, "a" * 80)])
def test_slow_and_quick_speakers_are_taken(length: float, say: str) -> None:
    assert prepared(spoken(length), say=say)


def test_a_take_is_named_by_its_sound(media: Media) -> None:
    one, same = kept(media, spoken()), kept(media, spoken())
    other = kept(media, spoken(frequency=500))
    assert one == same
    assert one.version != other.version
    assert take_of(media, one.media) == one
