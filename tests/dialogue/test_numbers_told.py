"""How a count and a day are told on each channel, in the numbers of her language."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from dialogue.conversation import Turn
from dialogue.scene import Scene
from dialogue.words import Tell
from library.prompts import Prompts
from programmes.values import Programme
from sms import texts
from tests.dialogue.exploring import wordings_of
from voice.twiml import VoiceRenderer

COUNT = Tell("library.count", count=23)
DAY = Tell("case.said_on", day="2026-07-28")


def scene(junin: Programme) -> Scene:
    return Scene(junin, wordings_of(junin), n=1, ours="+51644000100", said={}, unmet=False)


def played(junin: Programme, prompts: Prompts, tell: Tell, tag: str) -> list[str]:
    renderer = VoiceRenderer(prompts, private_url=lambda media: f"/private/{media}")
    body = renderer.render(Turn(tag, (tell,), None), scene(junin)).body
    return re.findall(r"/voice/prompts/(\w+/[\w.]+)\.wav", body)


@pytest.mark.parametrize(
    ("tag", "tell", "clips"),
    [
        ("es", COUNT, ["es/library.count", "es/number.23"]),
        ("quy", COUNT, ["quy/library.count", "quy/digit.2", "quy/number.10", "quy/number.with.3"]),
        # Who has no numbers of her own hears all of it in the language that hers falls back to.
        ("qvw", COUNT, ["es/notice.other_language", "es/library.count", "es/number.23"]),
        ("es", DAY, ["es/case.said_on", "es/number.28", "es/number.of", "es/month.7"]),
        (
            "quy",
            DAY,
            [
                *("quy/case.said_on", "quy/month.7", "quy/digit.2", "quy/number.10"),
                *("quy/number.with.8", "quy/number.of_day"),
            ],
        ),
    ],
)
def test_spoken(junin: Programme, prompts: Prompts, tag: str, tell: Tell, clips: list[str]) -> None:
    assert played(junin, prompts, tell, tag) == clips


@pytest.mark.parametrize(
    ("tag", "tell", "end"),
    [("es", COUNT, "23"), ("es", DAY, "28 de julio"), ("quy", DAY, "28 de julio")],
)
def test_written(junin: Programme, tag: str, tell: Tell, end: str) -> None:
    document = texts.render(Turn(tag, (tell,), None), scene(junin)).body
    (text,) = [each.text for each in ElementTree.fromstring(document)]  # noqa: S314  # written here
    assert text is not None
    assert text.endswith(f" {end}")
