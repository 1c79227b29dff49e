"""From a voice webhook's form to what the caller did."""

from __future__ import annotations

import pytest

from dialogue.conversation import Heard
from voice.hear import event, heard


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({}, Heard()),
        ({"Digits": ""}, Heard()),
        ({"Digits": "5"}, Heard(digits="5")),
        ({"Digits": "12*#0"}, Heard(digits="12*#0")),
        ({"Digits": "a1\x00b"}, Heard(digits="1")),
        ({"Digits": "9" * 100}, Heard(digits="9" * 32)),
        ({"Digits": "hangup"}, Heard(gone=True)),
        ({"CallStatus": "completed", "Digits": "1"}, Heard(gone=True)),
        (
            {"RecordingSid": "RE1", "RecordingDuration": "12", "Digits": "#"},
            Heard(recording="RE1", seconds=12, ended_by="#"),
        ),
        (
            {"RecordingSid": "RE1", "RecordingDuration": "12", "Digits": "hangup"},
            Heard(recording="RE1", seconds=12, gone=True),
        ),
        ({"RecordingSid": "RE1", "RecordingDuration": "0"}, Heard(recording="RE1", seconds=0)),
        ({"RecordingSid": "RE1"}, Heard(recording="RE1")),
        ({"RecordingSid": "RE1", "RecordingDuration": "-1"}, Heard(recording="RE1")),
        ({"RecordingSid": "RE1", "RecordingDuration": "٣"}, Heard(recording="RE1")),
        ({"RecordingSid": "", "RecordingDuration": "5"}, Heard()),
    ],
)
def test_what_was_done(form: dict[str, str], expected: Heard) -> None:
    assert heard(form) == expected


@pytest.mark.parametrize("direction", ["outbound-api", "outbound-dial"])
def test_on_a_call_of_ours_the_sides_are_the_other_way_round(direction: str) -> None:
    form = {"From": "+5164200100", "To": "+51987000111", "CallSid": "CA1", "Direction": direction}
    ours = event(form, n=3)
    assert (ours.ours, ours.theirs, ours.leg, ours.n) == ("+5164200100", "+51987000111", "CA1", 3)
    theirs = event({**form, "Direction": "inbound"}, n=0)
    assert (theirs.ours, theirs.theirs) == ("+51987000111", "+5164200100")
