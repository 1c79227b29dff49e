"""How wide words are in Libertinus Serif, the face of the map, and lines broken to a width.

The widths, in thousandths of the size, are those of the face that the sheets are set in; a letter
with an accent is as wide as without. A screen may use another face: `svg` then fits the line.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from functools import lru_cache


class Face(StrEnum):
    """A cut of the face."""

    REGULAR = "regular"
    BOLD = "bold"
    ITALIC = "italic"


_CHARACTERS = (
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ["
    "\\]^_`abcdefghijklmnopqrstuvwxyz{|}~¿¡«»“”’…–—·→↩×≈"
)
# fmt: off
_WIDTHS = {
    Face.REGULAR: (
        250, 288, 336, 465, 465, 637, 705, 190, 298, 298, 369, 550, 220, 338, 220, 323, 465, 465,
        465, 465, 465, 465, 465, 465, 465, 465, 236, 236, 550, 550, 550, 435, 895, 695, 588, 646,
        701, 557, 485, 685, 730, 297, 322, 637, 528, 839, 699, 702, 541, 702, 587, 485, 597, 661,
        652, 951, 660, 575, 604, 356, 287, 356, 518, 486, 392, 457, 493, 428, 506, 447, 310, 500,
        538, 271, 272, 512, 264, 790, 542, 504, 519, 503, 372, 390, 316, 531, 497, 747, 490, 515,
        424, 277, 205, 277, 449, 435, 288, 543, 543, 375, 375, 268, 749, 548, 742, 250, 1130, 838,
        550, 527,
    ),
    Face.BOLD: (
        250, 266, 376, 514, 514, 637, 729, 215, 315, 315, 433, 537, 244, 358, 244, 316, 514, 514,
        514, 514, 514, 514, 514, 514, 514, 514, 256, 256, 512, 551, 512, 430, 988, 740, 654, 706,
        734, 609, 545, 732, 817, 367, 373, 736, 577, 899, 740, 730, 614, 730, 716, 504, 652, 732,
        700, 1028, 718, 624, 624, 397, 307, 397, 518, 486, 392, 506, 542, 456, 561, 489, 391, 521,
        619, 322, 312, 613, 325, 905, 616, 551, 581, 573, 428, 427, 358, 598, 529, 777, 561, 558,
        452, 307, 220, 307, 473, 430, 266, 555, 555, 440, 440, 253, 817, 534, 742, 250, 1154, 838,
        527, 527,
    ),
    Face.ITALIC: (
        250, 227, 336, 438, 438, 637, 705, 190, 306, 313, 433, 527, 219, 333, 219, 291, 444, 444,
        444, 444, 445, 444, 444, 444, 444, 444, 219, 219, 487, 527, 487, 405, 829, 667, 557, 616,
        667, 526, 457, 664, 673, 280, 414, 637, 519, 804, 666, 668, 499, 668, 555, 454, 544, 634,
        597, 909, 628, 552, 578, 334, 321, 334, 518, 486, 392, 486, 478, 389, 489, 401, 314, 477,
        519, 276, 259, 486, 266, 783, 518, 447, 489, 491, 357, 353, 307, 521, 472, 688, 475, 503,
        436, 273, 205, 273, 449, 405, 227, 464, 464, 375, 375, 268, 749, 534, 742, 250, 1130, 838,
        527, 527,
    ),
}
# fmt: on
_TABLES = {face: dict(zip(_CHARACTERS, widths, strict=True)) for face, widths in _WIDTHS.items()}
_UNKNOWN = 550
_REMEMBERED = 20_000
"""Words and lines of words: a map is laid out many times before it fits its sheets."""


def width(text: str, size: float, face: Face = Face.REGULAR) -> float:
    """How wide `text` is at `size`, in the same unit."""
    return _thousandths(text, face) * size / 1000


def broken(text: str, size: float, most: float, face: Face = Face.REGULAR) -> list[str]:
    """`text` in lines at most `most` wide; a longer word stands alone."""
    return list(_broken(text, size, most, face))


@lru_cache(_REMEMBERED)
def _broken(text: str, size: float, most: float, face: Face) -> tuple[str, ...]:
    lines: list[list[str]] = []
    room = most * 1000 / size
    space = _thousandths(" ", face)
    taken = 0
    for word in text.split():
        longer = taken + space + _thousandths(word, face)
        if lines and longer <= room:
            lines[-1].append(word)
            taken = longer
        else:
            lines.append([word])
            taken = _thousandths(word, face)
    return tuple(" ".join(line) for line in lines)


@lru_cache(_REMEMBERED)
def _thousandths(text: str, face: Face) -> int:
    table = _TABLES[face]
    plain = unicodedata.normalize("NFD", text)
    return sum(table.get(each, _UNKNOWN) for each in plain if not unicodedata.combining(each))
