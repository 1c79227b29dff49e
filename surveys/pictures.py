"""Pictures that leave: with what was asked and what the survey is no sample of; as SVG and PNG.

A picture as PNG is drawn once of each snapshot, when somebody first asks for it, and then kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from textwrap import wrap
from typing import Any

import vl_convert
from sqlalchemy import Connection, delete, select

from storage.database import Database
from storage.upsert import insert_into
from surveys import queries
from surveys.charts import FONT, INK
from surveys.figures import Figure, from_json
from surveys.labels import NOTICE, Labels
from surveys.models import Picture, Snapshot
from surveys.views import view

SCALE = 2
"""Pixels of a PNG to each of the SVG: sharp on paper."""
_PICTURES: Any = Picture.__table__
_SIZE = re.compile(r'<svg\b[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')
_MARGIN, _LETTER = 12, 0.56
"""Round the picture in pixels; a letter's width of its height."""


def captioned(svg: str, figure: Figure, labels: Labels) -> str:
    """A chart that can be shown alone: its table's title above, the survey's notice below."""
    found = _SIZE.search(svg)
    width, height = (float(found[1]), float(found[2])) if found else (420.0, 240.0)
    title = _Lines(view(figure, labels).title, 15, width, weight="bold")
    notice = _Lines(labels.word(NOTICE), 11, width)
    top = _MARGIN + title.height
    whole = width + 2 * _MARGIN, top + height + notice.height + 2 * _MARGIN
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole[0]:g}" height="{whole[1]:g}"'
            f' viewBox="0 0 {whole[0]:g} {whole[1]:g}">',
            '<rect width="100%" height="100%" fill="white"/>',
            *title.drawn(_MARGIN),
            f'<g transform="translate({_MARGIN},{top:g})">{svg}</g>',
            *notice.drawn(top + height + _MARGIN),
            "</svg>",
        )
    )


def as_png(svg: str) -> bytes:
    """An SVG as PNG."""
    return vl_convert.svg_to_png(svg, scale=SCALE)


def png(database: Database, round_id: str, labels: Labels, *, question: str) -> bytes | None:
    """The picture of a question in the newest snapshot; None where it has none of that name."""
    with database.reading() as connection:
        newest = queries.results(connection, round_id)
        if newest is None:
            return None
        kept = connection.execute(
            select(Picture.png).where(
                Picture.snapshot_id == newest.id,
                Picture.language == labels.language,
                Picture.question == question,
            )
        ).scalar_one_or_none()
        if kept is not None:
            return bytes(kept)
        svg = queries.chart(connection, round_id, language=labels.language, question=question)
    figure = next((each for each in from_json(newest.tables).tables if each.key == question), None)
    if svg is None or figure is None:
        return None
    drawn = as_png(captioned(svg, figure, labels))
    values = {"snapshot_id": newest.id, "language": labels.language, "question": question}
    with database.writing() as connection:
        connection.execute(
            insert_into(connection, _PICTURES).values(**values, png=drawn).on_conflict_do_nothing()
        )
        _forget_before(connection, round_id, number=newest.number)
    return drawn


def _forget_before(connection: Connection, round_id: str, *, number: int) -> None:
    older = select(Snapshot.id).where(Snapshot.round_id == round_id, Snapshot.number < number)
    connection.execute(delete(_PICTURES).where(Picture.snapshot_id.in_(older)))


class _Lines:
    """A text in as many lines as it needs to be as wide as a picture."""

    def __init__(self, text: str, size: int, width: float, *, weight: str = "normal") -> None:
        self.lines = wrap(text, max(20, int(width / (size * _LETTER))))
        self.size, self.weight = size, weight
        self.height = len(self.lines) * size * 1.3 + _MARGIN

    def drawn(self, top: float) -> Iterator[str]:
        for n, line in enumerate(self.lines):
            yield (
                f'<text x="{_MARGIN}" y="{top + self.size * (1 + 1.3 * n):g}" fill="{INK}"'
                f' font-family="{FONT}" font-size="{self.size}" font-weight="{self.weight}">'
                f"{escape(line)}</text>"
            )
