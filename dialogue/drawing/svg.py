"""The picture of a map: sections as SVG, one under the other or one sheet at a time.

Only shapes and words; colours are those of the staff's pages. A line of words says how wide it is
meant to be, so that another serif face on a screen keeps to its card.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from dialogue.drawing.layout import CARD, COLUMNS, GUTTER, SIZE, WIDTH, Box, Section, Text, Wire
from dialogue.drawing.metrics import Face, width

FAMILY = "Libertinus Serif, Linux Libertine, Times New Roman, Liberation Serif, Tinos, serif"
TONES = {
    "ink": "#2b2026",
    "soft": "#645560",
    "accent": "#8a1c3b",
    "start": "#ffffff",
    "wire": "#27386b",
}
_WOOL, _LINE, _INDIGO = "#faf6ee", "#b9a98f", "#27386b"
_MARGIN = 24.0
TITLE, BETWEEN = 24.0, 26.0
"""Above a section, and between shelves."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A section and where it stands, from the top left corner of what it stands in."""

    section: Section
    x: float
    y: float


def shelved(sections: Sequence[Section]) -> list[tuple[float, list[Placed]]]:
    """Sections in their order on shelves, beside each other where columns are left.

    Each shelf with its height; `y` of its sections is 0 and more for the title.
    """
    shelves: list[tuple[float, list[Placed]]] = []
    left = 0
    for section in sections:
        if not shelves or section.columns > left:
            shelves.append((0.0, []))
            left = COLUMNS
        height, placed = shelves[-1]
        x = (COLUMNS - left) * (CARD + GUTTER)
        shelves[-1] = max(height, TITLE + section.height), [*placed, Placed(section, x, TITLE)]
        left -= section.columns
    return shelves


def stacked(shelves: Sequence[tuple[float, list[Placed]]], y: float) -> tuple[list[Placed], float]:
    """The sections of shelves under each other from `y` on, and where the last one ends."""
    placed: list[Placed] = []
    for height, shelf in shelves:
        placed += [Placed(each.section, each.x, each.y + y) for each in shelf]
        y += height + BETWEEN
    return placed, y - BETWEEN


def whole(title: str, subtitle: str, sections: Sequence[Section]) -> str:
    """All sections as one picture."""
    placed, end = stacked(shelved(sections), 62.0)
    across = WIDTH + 2 * _MARGIN
    head = [
        line(Text(_MARGIN, 34, title, 20, Face.BOLD, "accent")),
        line(Text(_MARGIN, 50, subtitle, 10, Face.REGULAR, "soft")),
    ]
    return document(across, end + _MARGIN, title, [*head, *drawn(placed, _MARGIN)])


def document(across: float, down: float, title: str, parts: Sequence[str]) -> str:
    """An SVG document of these parts, on white."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across:g}" height="{down:g}"'
        f' viewBox="0 0 {across:g} {down:g}" role="img" aria-label={quoteattr(title)}'
        f' font-family="{FAMILY}"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>\n'
    )


def drawn(placed: Sequence[Placed], x: float) -> list[str]:
    """Sections with their titles, `x` from the left."""
    parts: list[str] = []
    for each in placed:
        heading = Text(0, -10, each.section.title, 13, Face.BOLD, "wire")
        inside = [
            line(heading),
            *(_wire(wire) for wire in each.section.wires),
            *(_box(box) for box in each.section.boxes),
        ]
        parts.append(f'<g transform="translate({x + each.x:g} {each.y:g})">{"".join(inside)}</g>')
    return parts


def _box(box: Box) -> str:
    is_start = box.card.is_start
    fill, edge = (_INDIGO, _INDIGO) if is_start else ("#ffffff", _LINE)
    shape = f'width="{CARD:g}" height="{box.height:.1f}" rx="7"'
    parts = [f'<rect {shape} fill="{fill}" stroke="{edge}" stroke-width="0.9"/>']
    if box.heard_until:
        down = box.heard_until - 19
        parts.append(
            f'<rect x="1" y="20" width="{CARD - 2:g}" height="{down:.1f}" fill="{_WOOL}"/>'
        )
    for badge in box.badges:
        parts.append(
            f'<rect x="{badge.x:g}" y="{badge.y:.1f}" width="11" height="11" rx="3"'
            f' fill="{TONES["ink"]}"/>'
            f'<text x="{badge.x + 5.5:g}" y="{badge.y + 8.4:.1f}" font-size="8.4"'
            f' font-weight="bold" fill="#ffffff" text-anchor="middle">{escape(badge.key)}</text>'
        )
    tone = "start" if is_start else None
    parts += [line(text, tone) for text in box.texts]
    return f'<g transform="translate({box.x:g} {box.y:.1f})">{"".join(parts)}</g>'


def line(text: Text, tone: str | None = None) -> str:
    """One line of words."""
    style = ""
    if text.face is Face.BOLD:
        style = ' font-weight="bold"'
    elif text.face is Face.ITALIC:
        style = ' font-style="italic"'
    if text.size != SIZE or text.is_right:
        style += f' font-size="{text.size:g}"'
    else:
        style += f' font-size="{SIZE:g}"'
    if text.is_right:
        style += ' text-anchor="end"'
    across = width(text.words, text.size, text.face)
    return (
        f'<text x="{text.x:.1f}" y="{text.y:.1f}" fill="{TONES[tone or text.tone]}"{style}'
        f' textLength="{across:.1f}" lengthAdjust="spacingAndGlyphs">{escape(text.words)}</text>'
    )


def _wire(wire: Wire) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in wire.points)
    (before_x, _), (x, y) = wire.points[-2:]
    if abs(x - before_x) < 0.1:
        tip = f"{x - 3:.1f},{y - 5:.1f} {x:.1f},{y:.1f} {x + 3:.1f},{y - 5:.1f}"
    else:
        tip = f"{x - 5:.1f},{y - 3:.1f} {x:.1f},{y:.1f} {x - 5:.1f},{y + 3:.1f}"
    return (
        f'<polyline points="{points}" fill="none" stroke="{TONES["wire"]}" stroke-width="0.9"'
        f' stroke-linejoin="round"/><polygon points="{tip}" fill="{TONES["wire"]}"/>'
    )
