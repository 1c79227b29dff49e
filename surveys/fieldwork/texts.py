"""What is texted to a line of a sample: in words that say nothing of anybody."""

from __future__ import annotations

from locales.gsm import cheapest
from programmes.wordings import Wordings
from surveys.fieldwork.values import NOTICE

SOON, NOW, STOP = "sms.survey_soon", "sms.survey_now", "sms.how_to_stop"


def text_of(wordings: Wordings, kind: str, tag: str) -> str:
    """The text before a call, or the one that a survey by text begins with, and how to stop."""
    words = wordings.find(SOON if kind == NOTICE else NOW, tag).wording.text
    return cheapest(f"{words}\n{wordings.find(STOP, tag).wording.text}")
