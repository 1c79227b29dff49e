"""A survey with a question of every kind, in the programme of Junín."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from programmes.reader import read
from programmes.values import Programme

JUNIN = Path(__file__).parents[2] / "programmes" / "junin"
SURVEY = """\
name: kinds
title: {es: De todo, en: Of every kind}
questions:
  - block: consent
  - name: uses_river
    kind: yes_no
    wording: {es: {say: "¿Usa agua del río?"}, quy: {say: "¿Mayupa yakuntachu llamkachinki?"}}
  - name: trust
    kind: scale
    low: 1
    high: 5
    ends: [trust_low, trust_high]
    wording: {es: {say: "¿Cuánto confía?"}, quy: {say: "¿Haykata iñinki?"}}
  - name: children
    kind: number
    low: 0
    high: 20
    bands: [0, 1, 3, 6]
    wording: {es: {say: "¿Cuántos hijos tiene?"}, quy: {say: "¿Hayka wawaykitaq kan?"}}
  - name: sources
    kind: multiple
    options: [radio, meetings, neighbours]
    order: random
    wording: {es: {say: "¿Cómo se informa?"}, quy: {say: "¿Imaynata yachanki?"}}
  - name: why
    options: [why_dirty, why_far]
    relevant: "${uses_river} = 'yes' and not(${trust} >= 4)"
    wording: {es: {say: "¿Por qué?"}, quy: {say: "¿Imanasqa?"}}
  - name: moved
    kind: date
    low: 1990-01-01
    high: 2026-12-31
    dont_know: false
    wording: {es: {say: "¿Desde cuándo vive aquí?"}, quy: {say: "¿Haykapmanta kaypi tiyanki?"}}
  - name: worry
    kind: open
    codes: [water, work, other]
    wording: {es: {say: "¿Qué le preocupa?"}, quy: {say: "¿Imamanta llakikunki?"}}
  - block: district
  - block: gender
options:
  trust_low: {es: {say: Nada}, quy: {say: Manapuni}}
  trust_high: {es: {say: Mucho}, quy: {say: Anchata}}
  radio: {es: {say: La radio}, quy: {say: Radio}}
  meetings: {es: {say: Las asambleas}, quy: {say: Huñunakuy}}
  neighbours: {es: {say: Los vecinos}, quy: {say: Wasi masi}}
  why_dirty: {es: {say: Está sucia}, quy: {say: Qanra kachkan}}
  why_far: {es: {say: Está lejos}, quy: {say: Karupi kachkan}}
shuffle: [[trust, children]]
"""


def folder(to: Path, survey: str = SURVEY) -> Path:
    """The programme of Junín below `to`, with another survey."""
    there = to / "junin"
    shutil.copytree(JUNIN, there)
    (there / "survey.yaml").write_text(survey, "utf-8")
    return there


@cache
def kinds() -> Programme:
    """The programme, read once."""
    with TemporaryDirectory() as to:
        return read(folder(Path(to)))
