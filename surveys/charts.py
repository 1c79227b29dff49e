"""A question's answers by groups of people as a picture (SVG), suppressed like its table.

Bars are per cent where every group is large enough for one, people otherwise. A hidden count has
no bar but the word for it; the table beside the picture says all that it says.
"""

from __future__ import annotations

from typing import Any, assert_never

import altair
import vl_convert

from disclosure.values import RULE, Cell, NotAsked, Shown, Suppressed
from surveys.export import column_label, row_label
from surveys.figures import By, Figure, Members
from surveys.labels import Labels

PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#999999", "#000000")
"""Okabe and Ito: told apart by people who are colour-blind."""
INK = "#2b2b2b"
WIDTH, BAR = 420, 15
FONT = "sans-serif"


def chart(figure: Figure, labels: Labels) -> str:
    """The picture of a question's table, as SVG without fonts or links of its own.

    By gender each answer has a bar for each group; by district and week, which are many, each of
    those has a bar for each answer.
    """
    groups: list[Members] = list(figure.columns) or [("total",)]
    uses_percent = all(
        isinstance(base, Shown) and base.count >= RULE.percent_base
        for base in figure.cells[-1][: len(groups)]
    )
    names = [column_label(figure, members, labels) for members in groups]
    answers = [row_label(figure, members, labels) for members in figure.rows]
    by_answer = figure.by is By.GENDER
    values = []
    for answer, row in zip(answers, figure.cells, strict=False):
        for name, cell in zip(names, row, strict=False):
            number = _height(cell, uses_percent) if isinstance(cell, Shown) else 0
            mark = _mark(cell, number, uses_percent, labels)
            line, bar = (answer, name) if by_answer else (name, answer)
            values.append({"line": line, "bar": bar, "number": number, "mark": mark})
    lines, bars = (answers, names) if by_answer else (names, answers)
    specification = _specification(values, lines, bars, labels, uses_percent)
    return str(vl_convert.vegalite_to_svg(specification))


def _mark(cell: Cell, number: int, uses_percent: bool, labels: Labels) -> str:
    match cell:
        case Shown():
            return f"{number}{' %' * uses_percent}"
        case Suppressed():
            return labels.word("suppressed")
        case NotAsked():
            return labels.word("not_asked")
        case _:
            assert_never(cell)


def _height(cell: Shown, uses_percent: bool) -> int:
    return (cell.percent or 0) if uses_percent else cell.count


def _specification(
    values: list[dict[str, Any]],
    lines: list[str],
    bars: list[str],
    labels: Labels,
    uses_percent: bool,
) -> dict[str, Any]:
    scale = altair.Scale(domain=[0, 100]) if uses_percent else altair.Scale(nice=True)
    unit = labels.word("percent" if uses_percent else "people")
    base = altair.Chart(altair.InlineData(values=values)).encode(
        y=altair.Y(
            "line:N",
            sort=lines,
            title=None,
            axis=altair.Axis(labelLimit=190, domain=False, ticks=False),
        ),
        yOffset=altair.YOffset("bar:N", sort=bars),
        x=altair.X(
            "number:Q",
            title=unit,
            scale=scale,
            axis=altair.Axis(tickMinStep=1, grid=True, gridColor="#e3e0da", domain=False),
        ),
    )
    if len(bars) > len(PALETTE):
        # More than colours can tell apart: each bar says whose it is.
        for value in values:
            value["mark"] = f"{value['bar']}: {value['mark']}"
    colours = [PALETTE[place % len(PALETTE)] for place in range(len(bars))]
    drawn = base.mark_bar(cornerRadiusEnd=2).encode(
        color=altair.Color(
            "bar:N",
            sort=bars,
            scale=altair.Scale(domain=bars, range=colours),
            legend=altair.Legend(title=None, orient="top", columns=2)
            if 1 < len(bars) <= len(PALETTE)
            else None,
        )
    )
    marks = base.mark_text(align="left", dx=4, fontSize=11, color=INK).encode(text="mark:N")
    picture = (
        (drawn + marks)
        .properties(width=WIDTH, height=len(lines) * (len(bars) * BAR + 12))
        .configure(font=FONT, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(labelColor=INK, titleColor=INK, labelFontSize=12, titleFontSize=12)
        .configure_legend(labelColor=INK, labelFontSize=12, labelLimit=260)
    )
    return dict(picture.to_dict())
