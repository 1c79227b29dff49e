"""A question's answers by gender as a picture (SVG), suppressed like its table.

Bars are per cent where every group is large enough for one, people otherwise. A hidden count has
no bar but the word for it; the table beside the picture says all that it says.
"""

from __future__ import annotations

from typing import Any

import altair
import vl_convert

from disclosure.values import RULE, Shown, Suppressed
from surveys.figures import Figure, Members
from surveys.labels import Labels

PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9")
"""Okabe and Ito: told apart by people who are colour-blind."""
INK = "#2b2b2b"
WIDTH, BAR = 420, 15
FONT = "sans-serif"


def chart(figure: Figure, labels: Labels) -> str:
    """The picture of a question's table, as SVG without fonts or links of its own."""
    groups: list[Members] = list(figure.columns) or [("total",)]
    uses_percent = all(
        isinstance(base, Shown) and base.count >= RULE.percent_base
        for base in figure.cells[-1][: len(groups)]
    )
    names = [labels.group(members) for members in groups]
    answers = [labels.answer(members[0]) for members in figure.rows]
    values = []
    for answer, row in zip(answers, figure.cells, strict=False):
        for name, cell in zip(names, row, strict=False):
            number = _height(cell, uses_percent) if isinstance(cell, Shown) else 0
            is_hidden = isinstance(cell, Suppressed)
            mark = labels.word("suppressed") if is_hidden else f"{number}{' %' * uses_percent}"
            values.append({"answer": answer, "group": name, "number": number, "mark": mark})
    specification = _specification(values, answers, names, labels, uses_percent)
    return str(vl_convert.vegalite_to_svg(specification))


def _height(cell: Shown, uses_percent: bool) -> int:
    return (cell.percent or 0) if uses_percent else cell.count


def _specification(
    values: list[dict[str, Any]],
    answers: list[str],
    names: list[str],
    labels: Labels,
    uses_percent: bool,
) -> dict[str, Any]:
    scale = altair.Scale(domain=[0, 100]) if uses_percent else altair.Scale(nice=True)
    unit = labels.word("percent" if uses_percent else "people")
    base = altair.Chart(altair.InlineData(values=values)).encode(
        y=altair.Y(
            "answer:N",
            sort=answers,
            title=None,
            axis=altair.Axis(labelLimit=190, domain=False, ticks=False),
        ),
        yOffset=altair.YOffset("group:N", sort=names),
        x=altair.X(
            "number:Q",
            title=unit,
            scale=scale,
            axis=altair.Axis(tickMinStep=1, grid=True, gridColor="#e3e0da", domain=False),
        ),
    )
    bars = base.mark_bar(cornerRadiusEnd=2).encode(
        color=altair.Color(
            "group:N",
            sort=names,
            scale=altair.Scale(domain=names, range=list(PALETTE[: len(names)])),
            legend=altair.Legend(title=None, orient="top") if len(names) > 1 else None,
        )
    )
    marks = base.mark_text(align="left", dx=4, fontSize=11, color=INK).encode(text="mark:N")
    picture = (
        (bars + marks)
        .properties(width=WIDTH, height=len(answers) * (len(names) * BAR + 12))
        .configure(font=FONT, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(labelColor=INK, titleColor=INK, labelFontSize=12, titleFontSize=12)
        .configure_legend(labelColor=INK, labelFontSize=12, labelLimit=260)
    )
    return dict(picture.to_dict())
