"""Every golden transcript, on its channels and on both databases."""

from __future__ import annotations

import pytest

from tests.dialogue.line import Line
from tests.dialogue.transcripts import Player, cases, steps_of


@pytest.mark.parametrize(("name", "channel"), cases(), ids=lambda each: each)
def test_transcript(name: str, channel: str, line: Line) -> None:
    player = Player(line, channel)
    for number, step in enumerate(steps_of(name, channel), start=1):
        seen = player.play(step)
        expected = {key: step[key] for key in seen}
        assert seen == expected, f"step {number}: {step}"
    for phone in player.phones.values():
        assert "sorry" not in phone.body[:5]
