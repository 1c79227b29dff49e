"""Where everything stands: lines within a card, cards beside and below each other, sections.

Lengths are in points. A card's children stand to its right, under each other; where the columns
of a sheet are used up, the next card stands below, at the left of the chain it belongs to. So any
programme is as wide as its sheet, and wires never cross a card.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dialogue.drawing.cards import Card, Exit
from dialogue.drawing.metrics import Face, broken, width

COLUMNS = 5
CARD = 190.0
GUTTER = 36.0
GAP = 14.0
ROW_GAP = 22.0
WIDTH = COLUMNS * CARD + COLUMNS * GUTTER
"""Of everything: the last gutter is for wires that go on below."""

SIZE, SMALL = 9.0, 7.6
_LEADING, _SMALL_LEADING = 11.2, 9.6
_PAD = 8.0
_BADGE = 11.0
_INDENT = _PAD + _BADGE + 6


@dataclass(frozen=True, slots=True)
class Text:
    """One line of words; `y` is its baseline. `x` is its right end where `is_right`."""

    x: float
    y: float
    words: str
    size: float = SIZE
    face: Face = Face.REGULAR
    tone: str = "ink"
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class Badge:
    """A key."""

    x: float
    y: float
    key: str


@dataclass(frozen=True, slots=True)
class Port:
    """Where a wire leaves a card, on its right edge."""

    y: float
    to: str


@dataclass(slots=True)
class Box:
    """A card with its lines, from its own top left corner; then placed at `x`, `y`."""

    card: Card
    height: float
    heard_until: float
    """Down to where what is heard first stands; 0 for nothing."""
    texts: list[Text]
    badges: list[Badge]
    ports: list[Port]
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class Wire:
    """From a key to the card it leads to: the corners of a line."""

    points: tuple[tuple[float, float], ...]


@dataclass(slots=True)
class Section:
    """A part of the map that stands together: `boxes` placed from its top left corner."""

    title: str
    boxes: list[Box] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    height: float = 0.0

    @property
    def columns(self) -> int:
        """How many columns of cards it takes."""
        return 1 + round(max(box.x for box in self.boxes) / (CARD + GUTTER))


def box_of(card: Card) -> Box:
    """The lines of a card."""
    return _Writer(card).box()


class _Writer:
    def __init__(self, card: Card) -> None:
        self.card = card
        self.y = _PAD
        self.texts: list[Text] = []
        self.badges: list[Badge] = []
        self.ports: list[Port] = []

    def box(self) -> Box:
        card = self.card
        if card.is_start:
            title = f"{card.name} · {card.title}" if card.name else card.title
            self.write(title, face=Face.BOLD, tone="start")
            self.y += 2
        else:
            self.y += SMALL + 1
            top = self.y
            self.texts.append(Text(_PAD, top, card.name, SIZE, Face.BOLD, "accent"))
            if card.seconds is not None:
                time = f"≈ {card.seconds} s"
                right = CARD - _PAD
                self.texts.append(Text(right, top, time, SMALL, tone="soft", is_right=True))
            self.y += 5
        for heard in card.heard:
            self.write(heard, face=Face.ITALIC)
            self.y += 2
        heard_until = self.y + 1 if card.heard else 0.0
        if card.heard:
            self.y += 4
        if card.question:
            self.write(card.question, face=Face.BOLD)
            self.y += 3
        for row in card.rows:
            self.row(row.keys, row.exits)
        return Box(card, self.y + _PAD - 3, heard_until, self.texts, self.badges, self.ports)

    def write(
        self,
        words: str,
        *,
        x: float = _PAD,
        size: float = SIZE,
        face: Face = Face.REGULAR,
        tone: str = "ink",
    ) -> None:
        """Lines of words from `x` to the right edge."""
        leading = _LEADING if size == SIZE else _SMALL_LEADING
        for line in broken(words, size, CARD - x - _PAD, face):
            self.y += leading
            self.texts.append(Text(x, self.y - 2.4, line, size, face, tone))

    def row(self, keys: tuple[tuple[str, str], ...], exits: tuple[Exit, ...]) -> None:
        indent = _INDENT if keys and keys[0][0] else _PAD
        for key, words in keys:
            if key:
                self.badges.append(Badge(_PAD, self.y + 1.0, key))
            if words:
                self.write(words, x=indent)
            self.y += 1.5
        for each in exits:
            if each.condition:
                self.write(f"· {each.condition}", x=indent, size=SMALL, tone="soft")
            for heard in each.heard:
                self.write(heard, x=indent, size=SMALL, face=Face.ITALIC)
            self.leads(each)
            self.y += 1.5
        self.y += 1.5

    def leads(self, each: Exit) -> None:
        """Where it leads, at the end of the last line, or under it where that is too long."""
        words = f"→ {each.to}" if each.to else f"● {each.end}"
        last = self.texts[-1] if self.texts else None
        taken = last.x + width(last.words, last.size, last.face) if last else CARD
        if (
            last is None
            or last.is_right
            or taken + 8 + width(words, SMALL, Face.BOLD) > CARD - _PAD
        ):
            self.y += _SMALL_LEADING
            baseline = self.y - 2.4
        else:
            baseline = last.y
        tone = "accent" if each.to else "soft"
        right = CARD - _PAD
        self.texts.append(Text(right, baseline, words, SMALL, Face.BOLD, tone, is_right=True))
        if each.is_branch:
            self.ports.append(Port(baseline - 2.6, each.to))


# -- cards beside each other -----------------------------------------------------------------------


@dataclass(slots=True)
class _Block:
    """Boxes placed from (0, 0) of their first column, and what found no column any more."""

    boxes: list[Box]
    wires: list[Wire]
    height: float
    pending: list[tuple[Box, Card]]


def section_of(title: str, card: Card, *, without: frozenset[str] = frozenset()) -> Section:
    """A tree of cards, placed. The branches in `without`, by name, stand elsewhere."""
    block = _placed(card, 0, without, is_head=True)
    return Section(title, block.boxes, block.wires, block.height)


def _placed(card: Card, column: int, without: frozenset[str], *, is_head: bool) -> _Block:
    box = box_of(card)
    box.x = column * (CARD + GUTTER)
    block = _Block([box], [], box.height, [])
    children = [child for child in card.children if child.name not in without]
    if children and column + 1 < COLUMNS:
        y = 0.0
        beside: list[tuple[Box, Box]] = []
        for child in children:
            part = _placed(child, column + 1, without, is_head=len(children) > 1)
            _move(part, y)
            beside.append((box, part.boxes[0]))
            block.boxes += part.boxes
            block.wires += part.wires
            block.pending += part.pending
            y += part.height + GAP
        block.height = max(block.height, y - GAP)
        block.wires += _wires_beside(box, [child for _, child in beside])
    else:
        block.pending += [(box, child) for child in children]
    if is_head:
        _go_on_below(block, column, without)
    return block


def _go_on_below(block: _Block, column: int, without: frozenset[str]) -> None:
    """Place what found no column under what stands there, from the same column on."""
    while block.pending:
        pending, block.pending = block.pending, []
        for source, card in pending:
            part = _placed(card, column, without, is_head=False)
            top = block.height + ROW_GAP
            _move(part, top)
            block.wires.append(_wire_below(source, part.boxes[0], top))
            block.boxes += part.boxes
            block.wires += part.wires
            block.pending += part.pending
            block.height = top + part.height


def _move(block: _Block, down: float) -> None:
    for box in block.boxes:
        box.y += down
    block.wires = [Wire(tuple((x, y + down) for x, y in wire.points)) for wire in block.wires]


def _port(source: Box, target: Box) -> float:
    ports = [port.y for port in source.ports if port.to == target.card.name]
    return source.y + (ports[0] if ports else source.height / 2)


def _wires_beside(source: Box, targets: list[Box]) -> list[Wire]:
    """Wires through the gutter, each in a lane of its own so that none lies upon another."""
    ends = [(_port(source, target), target.y + 13.0, target) for target in targets]
    down = [each for each in ends if each[1] > each[0]]
    up = [each for each in ends if each[1] <= each[0]]
    # Going down the first keeps to the right, going up to the left: so they do not cross.
    lanes = [*up, *reversed(down)]
    left, right = source.x + CARD, source.x + CARD + GUTTER
    wires = []
    for place, (start, end, _) in enumerate(lanes, start=1):
        x = left + 4 + (GUTTER - 14) * place / (len(lanes) + 1)
        wires.append(Wire(((left, start), (x, start), (x, end), (right, end))))
    return wires


def _wire_below(source: Box, target: Box, top: float) -> Wire:
    start, lane = _port(source, target), source.x + CARD + GUTTER / 2
    turn, x = top - ROW_GAP / 2, target.x + 14
    return Wire(((source.x + CARD, start), (lane, start), (lane, turn), (x, turn), (x, top)))
